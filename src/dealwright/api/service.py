"""What stands behind the operations besides the till: jobs, campaigns, events, alerts, the workspace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dealwright.app.campaigns.check_campaign import HouseRules
from dealwright.app.events.take_till_orders import no_costs
from dealwright.live.campaigns import Campaigns, goods_at, open_campaigns
from dealwright.live.counted import CountedShop
from dealwright.live.events import Events, open_events
from dealwright.live.jobs import Jobs, open_jobs
from dealwright.live.price_law import with_price_law
from dealwright.live.promotions import ShopPromotions, open_promotions
from dealwright.live.recommendations import ServedRecommender
from dealwright.live.unit_costs import WorkspaceCosts
from dealwright.live.watch import Watch, open_watch

if TYPE_CHECKING:
    from dealwright.api.gate import Gate
    from dealwright.api.meter import Meter
    from dealwright.till import Till


@dataclass(frozen=True, slots=True)
class Live:
    """Everything above the till; `folder` is the workspace, None for a till alone."""

    jobs: Jobs
    campaigns: Campaigns
    events: Events
    watch: Watch
    promotions: ShopPromotions
    recommender: ServedRecommender
    folder: Path | None


@dataclass(frozen=True, slots=True)
class Service:
    """What operations ask besides the till; `reference` gives the page about all operations."""

    live: Live
    meter: Meter
    gate: Gate
    reference: Callable[[], bytes]


def open_live(till: Till, folder: Path | None = None, *, pseudonym_key: bytes | None = None) -> Live:
    """Everything above this till; events are counted for its campaigns."""
    campaigns = open_campaigns(till, rules=with_price_law(HouseRules(goods=goods_at(till)), folder))
    costs = no_costs if folder is None else WorkspaceCosts(folder, now=till.ledger.clock.now)
    events = open_events(till, campaigns=CountedShop(campaigns), pseudonym_key=pseudonym_key, costs=costs)
    watch = open_watch(till, campaigns=campaigns, minutes=events)
    recommender = ServedRecommender(folder, events.store, pseudonym_key=pseudonym_key)
    return Live(open_jobs(till), campaigns, events, watch, open_promotions(till, campaigns), recommender, folder)
