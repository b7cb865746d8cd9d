"""Single limits as the scenario file writes them, one class for each kind."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from dealwright.plan.scenario.parts import Amount, Part, Share


def _listed(given: Any) -> Any:
    """A single name is a list of one."""
    return given if isinstance(given, (list, tuple)) else (given,)


Names = Annotated[tuple[str, ...], BeforeValidator(_listed)]
Days = Annotated[tuple[date, ...], BeforeValidator(_listed)]
Group = Annotated[Names, Field(min_length=2)]
Count = Annotated[int, Field(ge=0)]


class Rule(Part):
    """A limit that holds, or may be broken at `penalty` for each promotion, piece or unit of money beyond it.

    `priority` 0 weighs the penalty against profit; limits of a higher one are kept first, whatever they cost.
    """

    penalty: Annotated[Decimal, Field(gt=0)] | None = None
    priority: Count = 0

    @model_validator(mode="after")
    def _has_a_price(self) -> Rule:
        if self.priority and self.penalty is None:
            raise ValueError("a priority needs a penalty; without one the limit always holds")
        return self


class OfSome(Part):
    """Some products: all that any of the names means; none given means all that are planned."""

    skus: Names = ()
    categories: Names = ()
    brands: Names = ()
    suppliers: Names = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.skus, *self.categories, *self.brands, *self.suppliers)


class RuleOfSome(OfSome, Rule):
    """A limit of some products."""


class BlackoutRule(Rule):
    """No promotion of these; without products all, without weeks always."""

    skus: Names = ()
    categories: Names = ()
    weeks: Days = ()

    @model_validator(mode="after")
    def _names_something(self) -> BlackoutRule:
        if not (self.skus or self.categories or self.weeks):
            raise ValueError("a blackout needs skus, categories or weeks")
        return self


class MustRunRule(Rule):
    """A promotion that is agreed already."""

    sku: str
    week: date
    least_depth: Share = 0.0


class LockedRule(Rule):
    """Exactly this offer; without depth, display and mailer: no promotion."""

    sku: str
    week: date
    depth: Share = 0.0
    display: bool = False
    mailer: bool = False


class LeastRule(Rule):
    """At least so many promotions each week."""

    least: Annotated[int, Field(ge=1)]
    category: str | None = None


class MostRule(RuleOfSome):
    """At most so many promotions each week, or in all weeks together."""

    limit: Count
    vehicle: Literal["display", "mailer"] | None = None
    weeks: Days = ()
    per: Literal["week", "plan"] = "week"


class BudgetRule(RuleOfSome):
    """Own discounts and support of some products, in the plan or in each week."""

    limit: Amount
    weeks: Days = ()
    per: Literal["week", "plan"] = "plan"


class FundingRule(RuleOfSome):
    """What suppliers pay of the discounts."""

    limit: Amount


class EventRule(Rule):
    """How many weeks in a row a promotion lasts."""

    least: Annotated[int, Field(ge=1)] = 1
    most: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _is_a_span(self) -> EventRule:
        if self.least > self.most:
            raise ValueError(f"least {self.least} is more than most {self.most}; exchange them")
        return self


class DepthRule(RuleOfSome):
    """The only depths of some products."""

    depths: Annotated[tuple[Share, ...], BeforeValidator(_listed)]


class TogetherRule(Rule):
    """Products that depend on one another."""

    skus: Group


class OnlyTogetherRule(Rule):
    """One product only with another."""

    sku: str
    only_with: str


class MarginRule(RuleOfSome):
    """What all sales of some products keep."""

    least_share: Annotated[float, Field(ge=-1.0, lt=1.0)]


class PriceOrderRule(Rule):
    """One product stays dearer than another."""

    dearer: str
    cheaper: str
    gap: Amount = Decimal(0)
    ratio: Annotated[float, Field(gt=0)] = 1.0


class CompetitorRule(RuleOfSome):
    """Promoted prices beside a competitor's (the lowest of all, if none is named), as shares of it."""

    at_least: Annotated[float, Field(gt=0)] | None = None
    at_most: Annotated[float, Field(gt=0)] | None = None
    competitor: str | None = None

    @model_validator(mode="after")
    def _limits_a_side(self) -> CompetitorRule:
        if self.at_least is None and self.at_most is None:
            raise ValueError("at_least, at_most or both are needed, like at_most: 1.05")
        return self


class IndexRule(RuleOfSome):
    """The mean of own price over the competitor's, weighed by usual sales."""

    at_most: Annotated[float, Field(gt=0)]
    competitor: str | None = None


class PriorPriceRule(RuleOfSome):
    """Cuts are below the lowest price of so many days before."""

    days: Annotated[int, Field(ge=1)] = 30


class StockRule(RuleOfSome):
    """Plan no more than there is; `receipts` are units that arrive during the plan, by product."""

    receipts: dict[str, Count] = Field(default_factory=dict)


class SellThroughRule(RuleOfSome):
    """Sell so much of the stock."""

    least_share: Share


class HandlingRule(RuleOfSome):
    """Units on promotion per week."""

    most_units: Count


class PriceChangeRule(RuleOfSome):
    """How far a price may move from week to week, as a share of the usual one."""

    most_share: Annotated[float, Field(gt=0, le=1)]


class LabelRule(RuleOfSome):
    """How many prices may change in a week."""

    limit: Count


class ChangedRule(Rule):
    """How many products and weeks may differ from the approved plan."""

    limit: Count = 0


class SoftRule(Rule):
    """The penalty of a limit that is written as a single number."""

    penalty: Annotated[Decimal, Field(gt=0)]
