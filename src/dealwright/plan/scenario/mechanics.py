"""Mechanics as the scenario file lists them: what is given, and on which products."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any

from pydantic import AfterValidator, AliasChoices, ConfigDict, Field, model_validator

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import Bundle, Mechanic, mechanic_from
from dealwright.plan.scenario.parts import Part
from dealwright.plan.scenario.rules import Names, OfSome

# Before the shop's currency is known amounts are read as if they had the most decimals that any currency has.
_WIDEST = "CLF"
_UNKNOWN = re.compile(r"(\w+) is unknown")


class MechanicRule(OfSome):
    """A mechanic of some products; its own keys (see `plan.mechanics.read`) stand beside their names."""

    model_config = ConfigDict(**{**Part.model_config, "extra": "allow"})

    skus: Names = Field(default=(), validation_alias=AliasChoices("skus", "products"))

    @model_validator(mode="before")
    @classmethod
    def _keys_are_names(cls, given: Any) -> Any:
        return _named(given)

    @model_validator(mode="after")
    def _is_a_mechanic(self) -> MechanicRule:
        try:
            mechanic = self.mechanic(_WIDEST)
        except InputError as error:
            raise ValueError("\n".join(_with_hint(problem) for problem in error.problems)) from None
        if isinstance(mechanic, Bundle) and self.names:
            raise ValueError("a bundle names its products itself; leave the others out")
        return self

    @property
    def block(self) -> dict[str, Any]:
        """What the file says of the mechanic itself."""
        return dict(self.model_extra or {})

    def mechanic(self, currency: str) -> Mechanic:
        """With amounts in the shop's currency; InputError lists what is wrong."""
        return mechanic_from(self.block, currency=currency, where=str(self.block.get("kind", "mechanic")))


def _with_hint(problem: str) -> str:
    """An unknown key may be one of those that name products, which a mechanic does not know."""
    unknown = _UNKNOWN.search(problem)
    near = difflib.get_close_matches(unknown[1], [*OfSome.model_fields, "products"], n=1) if unknown else []
    return f"{problem}; or did you mean {near[0]!r}?" if near else problem


def _named(given: Any) -> Any:
    """YAML reads the key `off` as false."""
    match given:
        case dict():
            return {"off" if key is False else key: _named(value) for key, value in given.items()}
        case list() | tuple():
            return [_named(value) for value in given]
        case _:
            return given


def _once(rules: tuple[MechanicRule, ...]) -> tuple[MechanicRule, ...]:
    mechanics = [rule.mechanic(_WIDEST) for rule in rules]
    mistakes = [
        f"entry {i} is the same as entry {first}; name all of its products in one place"
        for i, mechanic in enumerate(mechanics)
        if (first := mechanics.index(mechanic)) < i
    ]
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return rules


MechanicRules = Annotated[tuple[MechanicRule, ...], AfterValidator(_once)]
"""Each mechanic once."""
