"""Events of a small busy shop, drawn from a seed, and the campaigns they belong to."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

from dealwright.app.events.event_ports import CountedCampaign
from dealwright.live.events import Events, Store
from dealwright.monitor.tally import Arm
from ledgers import SetClock

START = datetime(2024, 5, 1, tzinfo=UTC)
TEA = CountedCampaign("tea", promotion_ids=("P1", "P2"), currency="EUR")
HELD = CountedCampaign(
    "held", promotion_ids=("P3",), skus=("S1", "S2"), end=START + timedelta(days=1), holdout_share=Fraction(1, 2)
)


@dataclass(frozen=True)
class Told:
    """Campaigns as a list."""

    campaigns: Sequence[CountedCampaign] = (TEA, HELD)
    names: Sequence[str] = ()

    def counted(self) -> Sequence[CountedCampaign]:
        return self.campaigns

    def unscheduled(self) -> Sequence[str]:
        return self.names


def odd_is_held(campaign: CountedCampaign, customer: str) -> Arm:
    del campaign
    return "holdout" if int(customer[2:]) % 2 else "treatment"


def events_over(store: Store, *, at: datetime = START + timedelta(days=4), **options: Any) -> Events:
    return Events(store, campaigns=Told(), arm_of=odd_is_held, clock=SetClock(at), **options)


def event(event_id: str, kind: str, body: dict[str, Any], *, minute: float = 0, **envelope: Any) -> dict[str, Any]:
    at = START + timedelta(minutes=minute)
    return {
        "source": "shop",
        "event_id": event_id,
        "kind": kind,
        "at": at.isoformat(),
        "version": 1,
        "body": body,
        **envelope,
    }


def order_line(sku: Any = "S1", quantity: Any = 1, net_minor: Any = 900, **more: Any) -> dict[str, Any]:
    return {"sku": sku, "quantity": quantity, "net_minor": net_minor, **more}


def drawn_events(seed: int, n: int) -> list[dict[str, Any]]:
    """So many events of two days, in order; customers come back, orders are cancelled and told twice."""
    rng = random.Random(seed)
    minutes = sorted(rng.uniform(0, 2 * 24 * 60) for _ in range(n))
    return [event(f"e-{i}", *_drawn(rng, i), minute=minute) for i, minute in enumerate(minutes)]


def shuffled(events: Sequence[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """The events in disorder: a tenth comes twice, one in twenty late by up to 48 hours."""
    rng = random.Random(seed)
    came = []
    for i, one in enumerate(events):
        late = rng.uniform(0, 1) if rng.random() < 0.05 else 0.0
        came.append((i / len(events) + late + rng.uniform(0, 0.02), one))
        if rng.random() < 0.1:
            came.append((i / len(events) + rng.uniform(0, 1), one))
    return [one for _, one in sorted(came, key=lambda pair: pair[0])]


def told(events: Events, campaign_ids: Iterable[str] = ("tea", "held")) -> str:
    """All minutes of the campaigns, to the byte."""
    minutes = [asdict(one) for campaign_id in campaign_ids for one in events.tallies(campaign_id)]
    return json.dumps(minutes, default=str)


def _drawn(rng: random.Random, i: int) -> tuple[str, dict[str, Any]]:
    customer, sku = f"c-{rng.randrange(30)}", f"S{rng.randrange(5)}"
    earlier = f"o-{rng.randrange(i + 5)}"  # some orders are never told, some after their cancellation
    match rng.randrange(8):
        case 0 | 1:
            return "view", {"customer": customer, "sku": sku}
        case 2:
            return "cart", {"customer": customer, "lines": [{"sku": sku, "quantity": 1}]}
        case 3 | 4:
            lines = [
                order_line(
                    f"S{rng.randrange(5)}",
                    rng.randint(1, 3),
                    rng.randint(0, 2000),
                    discount_minor=rng.randint(0, 99),
                    promotion_ids=rng.sample(["P1", "P2", "P3", "P9"], rng.randrange(3)),
                    **({"cost_minor": rng.randint(0, 500)} if rng.random() < 0.9 else {}),
                )
                for _ in range(rng.randint(1, 3))
            ]
            known = customer if rng.random() < 0.9 else ""
            revision = rng.randrange(3)
            order_id = earlier if revision or rng.random() < 0.3 else f"o-{i}"
            return "order", {"order_id": order_id, "customer": known, "lines": lines, "revision": revision}
        case 5:
            return "cancellation", {"order_id": earlier}
        case 6:
            lines = [{"sku": sku, "quantity": 1, "refund_minor": rng.randint(0, 1500)}]
            return "return", {"order_id": earlier, "lines": lines}
        case _:
            return "failure", {"code": "refused", "promotion_ids": ["P1"], "customer": customer}
