"""What a planner wants, as one readable file: horizon, offers, limits, and what is assumed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from dealwright.core.errors import InputError

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


class Assumptions(_Part):
    """What the data do not say. Every page that uses one of these says "assumed"."""

    cost_share: Share = 0.70
    """Unit cost as a share of the usual price, where the table `costs` has none."""
    funded_share_branded: Share = 0.50
    """Share of a discount that the supplier pays on brands."""
    funded_share_own_label: Share = 0.0
    """The same on own labels."""
    display_cost: Annotated[Decimal, Field(ge=0)] = Decimal("5.00")
    """Cost of a display in all stores, per product and week."""
    mailer_cost: Annotated[Decimal, Field(ge=0)] = Decimal("4.00")
    """Cost of a place in the mailer, per product and week."""
    cover_weeks: Annotated[float, Field(gt=0)] = 2.0
    """Weeks of ordinary sales on the shelf at the start, where the table `stock` has none."""


class Scope(_Part):
    """Which products are planned."""

    most_products: Annotated[int, Field(ge=1)] = 300
    least_selling_weeks: Annotated[int, Field(ge=4)] = 26
    excluded_departments: tuple[str, ...] = ()
    excluded_categories: tuple[str, ...] = ()


class BlackoutRule(_Part):
    """No promotion of these."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    weeks: tuple[date, ...] = ()

    @model_validator(mode="after")
    def _names_something(self) -> BlackoutRule:
        if not (self.skus or self.categories or self.weeks):
            raise ValueError("a blackout needs skus, categories or weeks")
        return self


class MustRunRule(_Part):
    """A promotion that is agreed already."""

    sku: str
    week: date
    least_depth: Share = 0.0


class LeastRule(_Part):
    """At least so many promotions each week."""

    least: Annotated[int, Field(ge=1)]
    category: str | None = None


class Limits(_Part):
    """What a plan must obey."""

    most_per_product: Annotated[int, Field(ge=1)] = 2
    min_gap_weeks: Annotated[int, Field(ge=1)] = 1
    """At least one, because a promotion takes sales from the week after it and that week must show them."""
    slots_per_category: Annotated[int, Field(ge=1)] = 2
    display_slots: Annotated[int, Field(ge=0)] = 25
    mailer_slots: Annotated[int, Field(ge=0)] = 40
    budget: Annotated[Decimal, Field(ge=0)] | None = None
    margin_floor: Annotated[float, Field(ge=-1.0, lt=1.0)] = 0.05
    blackout: tuple[BlackoutRule, ...] = ()
    must_run: tuple[MustRunRule, ...] = ()
    least_per_week: tuple[LeastRule, ...] = ()


class Scenario(_Part):
    """Everything a plan depends on beside the data.

    Amounts are in major units of the shop's currency. `start` is the first day planned (None: the day after the
    data end); `price_ending` is the last digit of promoted prices in minor units (None: any).
    """

    name: str = "next weeks"
    weeks: Annotated[int, Field(ge=1, le=13)] = 4
    start: date | None = None
    depths: tuple[Share, ...] = (0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50)
    price_ending: Annotated[int, Field(ge=0, le=9)] | None = 9
    solver: str = "milp"
    n_draws: Annotated[int, Field(ge=50, le=5000)] = 400
    scope: Scope = Scope()
    limits: Limits = Limits()
    assumptions: Assumptions = Assumptions()

    @classmethod
    def read(cls, text: str, *, source: str = "scenario") -> Scenario:
        """Parse YAML; InputError lists every mistake with where it is.

        >>> Scenario.read("weeks: 5").weeks
        5
        >>> Scenario.read("weks: 5")
        Traceback (most recent call last):
        dealwright.core.errors.InputError: scenario: weks: unknown; allowed here: assumptions, depths, ...
        """
        try:
            given: Any = yaml.safe_load(text) or {}
        except yaml.YAMLError as error:
            raise InputError(f"{source} is not YAML: {error}") from None
        if not isinstance(given, dict):
            raise InputError(f"{source}: a list of 'name: value' lines is expected, given {type(given).__name__}")
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise InputError(*(f"{source}: {_said(problem)}" for problem in error.errors())) from None


def _said(problem: Any) -> str:
    where = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{where}: unknown; allowed here: {', '.join(_allowed_at(problem['loc'][:-1]))}"
    return f"{where}: {problem['msg']}; given {problem['input']!r}"


def _allowed_at(path: tuple[str | int, ...]) -> list[str]:
    parts: dict[str, type[BaseModel]] = {
        "scope": Scope,
        "limits": Limits,
        "assumptions": Assumptions,
        "blackout": BlackoutRule,
        "must_run": MustRunRule,
        "least_per_week": LeastRule,
    }
    named = [part for part in path if isinstance(part, str)]
    return sorted(parts[named[-1]].model_fields if named else Scenario.model_fields)
