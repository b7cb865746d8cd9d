"""All limits of a scenario."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from dealwright.plan.scenario.parts import Amount, Part
from dealwright.plan.scenario.rules import (
    BlackoutRule,
    BudgetRule,
    ChangedRule,
    CompetitorRule,
    DepthRule,
    EventRule,
    FundingRule,
    HandlingRule,
    IndexRule,
    LabelRule,
    LeastRule,
    LockedRule,
    MarginRule,
    MostRule,
    MustRunRule,
    OnlyTogetherRule,
    PriceChangeRule,
    PriceOrderRule,
    PriorPriceRule,
    SellThroughRule,
    SoftRule,
    StockRule,
    TogetherRule,
)


class Softened(Part):
    """Which of the limits that are single numbers may be broken, and at what price."""

    most_per_product: SoftRule | None = None
    min_gap_weeks: SoftRule | None = None
    slots_per_category: SoftRule | None = None
    display_slots: SoftRule | None = None
    mailer_slots: SoftRule | None = None
    budget: SoftRule | None = None
    margin_floor: SoftRule | None = None


class Limits(Part):
    """What a plan must obey."""

    most_per_product: Annotated[int, Field(ge=1)] = 2
    min_gap_weeks: Annotated[int, Field(ge=0)] = 1
    """At least one, because a promotion takes sales from the week after it and that week must show them; 0 only
    with `event_length`, which lets promoted weeks follow one another."""
    slots_per_category: Annotated[int, Field(ge=1)] = 2
    display_slots: Annotated[int, Field(ge=0)] = 25
    mailer_slots: Annotated[int, Field(ge=0)] = 40
    budget: Amount | None = None
    margin_floor: Annotated[float, Field(ge=-1.0, lt=1.0)] = 0.05
    soft: Softened = Softened()
    blackout: tuple[BlackoutRule, ...] = ()
    must_run: tuple[MustRunRule, ...] = ()
    locked: tuple[LockedRule, ...] = ()
    least_per_week: tuple[LeastRule, ...] = ()
    most_promotions: tuple[MostRule, ...] = ()
    event_length: EventRule | None = None
    depth_ladder: tuple[DepthRule, ...] = ()
    budgets: tuple[BudgetRule, ...] = ()
    supplier_funding: tuple[FundingRule, ...] = ()
    margins: tuple[MarginRule, ...] = ()
    same_offer: tuple[TogetherRule, ...] = ()
    never_together: tuple[TogetherRule, ...] = ()
    only_together: tuple[OnlyTogetherRule, ...] = ()
    all_or_nothing: tuple[TogetherRule, ...] = ()
    price_order: tuple[PriceOrderRule, ...] = ()
    competitor_price: tuple[CompetitorRule, ...] = ()
    competitor_index: tuple[IndexRule, ...] = ()
    prior_price: PriorPriceRule | None = None
    stock: StockRule | None = None
    sell_through: tuple[SellThroughRule, ...] = ()
    handling: tuple[HandlingRule, ...] = ()
    largest_price_change: tuple[PriceChangeRule, ...] = ()
    most_price_changes: tuple[LabelRule, ...] = ()
    most_changed: ChangedRule | None = None

    @model_validator(mode="after")
    def _gaps_fit_events(self) -> Limits:
        if self.min_gap_weeks == 0 and self.event_length is None:
            raise ValueError(
                "min_gap_weeks 0 lets promotions follow one another; say for how long with event_length, like "
                "event_length: {most: 2}, or give 1 or more"
            )
        return self
