"""What the story of the whole loop tells, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any, Literal

from dealwright.app.plain import plain, plain_estimate
from dealwright.app.review.promotion_review import Review
from dealwright.campaign.campaign import Expected
from dealwright.core.estimate import Estimate
from dealwright.monitor.minutes import Sums

Kind = Literal["announced", "own_idea", "typo"]


@dataclass(frozen=True, slots=True)
class Stage:
    """How long a part of the story took, wall time."""

    name: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Brought:
    """A campaign: what the plan expected of it, where it stands at the end, and what its products sold.

    `profit` is what the plan expected it to earn beyond no promotion, in major units (None: it is not of the plan).
    Of "announced" ones the past holds the answer of shoppers; of the others it does not.
    """

    campaign_id: str
    kind: Kind
    sku: str
    name: str
    week: date
    state: str
    expected: Expected | None
    profit: Estimate | None
    budget_minor: int
    sums: Sums


@dataclass(frozen=True, slots=True)
class Stopped:
    """A campaign that the watch stopped by itself: when, how fast, why (by language), and what it had sold by then.

    `shop_seconds` lie between the order and the action by the shop's clock, `work_seconds` is how long taking the
    order in, looking and acting took. `checks` are what checks that know the costs find before approval.
    """

    campaign_id: str
    at: datetime
    shop_seconds: float
    work_seconds: float
    why: Mapping[str, str]
    sums: Sums
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """The orders of the past that came in again; money in minor units.

    Of the `n_sold` with goods on a campaign the till asked `charged_minor`, their events told `told_minor`, and the
    past paid `paid_minor`. `n_dead` events could not be read. `alerts` are those that
    ask people to look, by language.
    """

    n_orders: int
    n_sold: int
    n_refused: int
    charged_minor: int
    told_minor: int
    paid_minor: int
    n_dead: int
    seconds: float
    alerts: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Belief:
    """What an offer adds to a usual week's units, in per cent: as believed before the weeks, and with them."""

    sku: str
    name: str
    depth: float
    before: Estimate | None
    after: Estimate | None


@dataclass(frozen=True, slots=True)
class NextPlan:
    """The plan that follows; `profit` beyond no promotion, in major units."""

    weeks: tuple[date, ...]
    n_promotions: int
    profit: Estimate


@dataclass(frozen=True, slots=True)
class Story:
    """The whole loop. `known_until` is the last day that the first plan knew, `weeks` those it planned."""

    currency: str
    credit: str
    known_until: date
    weeks: tuple[date, ...]
    n_products: int
    n_planned: int
    cost_share: float
    n_costs_assumed: int
    campaigns: tuple[Brought, ...]
    replayed: Replayed
    stopped: tuple[Stopped, ...]
    n_audited: int
    audit_is_whole: bool
    reviews: tuple[Review, ...]
    beliefs: tuple[Belief, ...]
    next_plan: NextPlan
    stages: tuple[Stage, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; each estimate with its low and high."""
        return {field.name: _plain(getattr(self, field.name)) for field in fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, Review):
        return value.to_dict()
    if isinstance(value, Estimate):
        return plain_estimate(value)
    if isinstance(value, Sums):
        return asdict(value) | {"margin_minor": value.margin_minor}
    if isinstance(value, Expected):
        units = {name: float(getattr(value, name)) for name in ("units", "units_low", "units_high")}
        return asdict(value) | units
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if hasattr(value, "__dataclass_fields__"):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    return plain(value)
