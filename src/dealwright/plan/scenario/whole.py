"""The scenario file: read, checked, refused with all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Annotated, Any

import yaml
from pydantic import AfterValidator, Field, ValidationError, model_validator

from dealwright.core.errors import InputError
from dealwright.plan.scenario.aims import Risk, Weights
from dealwright.plan.scenario.limits import Limits
from dealwright.plan.scenario.mechanics import MechanicRules
from dealwright.plan.scenario.mistakes import told
from dealwright.plan.scenario.parts import Assumptions, Part, Scope, Share

MOST_WEEKS = 13


def _not_empty(weeks: int) -> int:
    if weeks < 1:
        raise ValueError(f"a plan of {weeks} weeks is empty; give 1 to {MOST_WEEKS}")
    return weeks


class Scenario(Part):
    """Everything a plan depends on beside the data.

    Amounts are in major units of the shop's currency. `start` is the first day planned (None: the day after the
    data end); `price_ending` is the last digit of promoted prices in minor units (None: any). `objective` are
    weights by name, of money in major units and of what is counted; without `risk` only the expectation counts.
    """

    name: str = "next weeks"
    weeks: Annotated[int, Field(le=MOST_WEEKS), AfterValidator(_not_empty)] = 4
    start: date | None = None
    depths: tuple[Share, ...] = (0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)
    mechanics: MechanicRules = ()
    price_ending: Annotated[int, Field(ge=0, le=9)] | None = 9
    solver: str = "milp"
    objective: Weights = Field(default={"profit": 1.0})
    risk: Risk | None = None
    n_draws: Annotated[int, Field(ge=50, le=5000)] = 400
    scope: Scope = Scope()
    limits: Limits = Limits()
    assumptions: Assumptions = Assumptions()

    @model_validator(mode="after")
    def _stays_on_the_ladder(self) -> Scenario:
        problems = list(self._off_the_ladder())
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @classmethod
    def read(cls, text: str, *, source: str = "scenario") -> Scenario:
        """Parse YAML; InputError lists every mistake with where it is.

        >>> Scenario.read("weeks: 5").weeks
        5
        >>> Scenario.read("weks: 5")
        Traceback (most recent call last):
        dealwright.core.errors.InputError: scenario: weks: unknown; did you mean 'weeks'? Allowed here: ...
        """
        try:
            given: Any = yaml.safe_load(text) or {}
        except yaml.YAMLError as error:
            raise InputError(f"{source} is not YAML: {error}") from None
        if not isinstance(given, dict):
            raise InputError(f"{source}: a list of 'name: value' lines is expected, given {type(given).__name__}")
        return cls.checked(given, source=source)

    @classmethod
    def checked(cls, given: Mapping[str, Any], *, source: str = "scenario") -> Scenario:
        """From plain values; InputError lists every mistake with where it is."""
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise InputError(*(f"{source}: {line}" for line in told(error, cls))) from None

    def _off_the_ladder(self) -> Iterator[str]:
        """Depths that limits ask for and no offer has."""
        steps = ", ".join(f"{depth:g}" for depth in sorted(self.depths)) or "none"
        limits = self.limits
        asked = [
            *((f"limits.locked.{i}.depth", rule.depth) for i, rule in enumerate(limits.locked)),
            *(
                (f"limits.depth_ladder.{i}.depths", depth)
                for i, rule in enumerate(limits.depth_ladder)
                for depth in rule.depths
            ),
        ]
        for where, depth in asked:
            if depth > 0 and depth not in self.depths:
                yield f"{where}: {depth:g} is not a depth of this plan; add it to depths, or choose from {steps}"
        deepest = max(self.depths, default=0.0)
        for i, rule in enumerate(limits.must_run):
            if rule.least_depth > deepest:
                yield (
                    f"limits.must_run.{i}.least_depth: {rule.least_depth:g} is deeper than any depth of this plan; "
                    f"add it to depths, or choose from {steps}"
                )
