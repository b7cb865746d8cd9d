"""A shop that lives its past again."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from campaigns_of_tests import START, a_campaign, scheduled
from dealwright.app.shop.past_orders import PastLine, PastOrder
from dealwright.campaign.guardrail import Guardrail
from dealwright.live.replay import Promoted, ReplayClock, open_live_shop
from ledgers import NOON

DAY = timedelta(days=1)
NO_LOSS = Guardrail("margin_minor", Fraction(0), action="roll_back", least_orders=1)


def order(number: int, *lines: PastLine) -> PastOrder:
    return PastOrder(f"o{number}", START + number * timedelta(hours=1), "ann", lines)


def test_goods_on_a_campaign_pass_the_till_and_a_loss_ends_it(tmp_path: Path) -> None:
    tea, cake = PastLine("TEA", 10, 1000, 1000), PastLine("CAKE", 1, 250, 300)
    with open_live_shop(tmp_path, start=NOON - DAY, currency="EUR") as shop:
        scheduled(shop.campaigns, a_campaign(10, guardrails=(NO_LOSS,)))
        cheap = {"TEA": Promoted("tea", START, START + 7 * DAY, 50.0, 0.0)}
        dear = {"TEA": Promoted("tea", START, START + 7 * DAY, 150.0, 0.0)}
        shop.live(order(1, tea, cake), cheap)
        assert shop.tally.charged_minor == shop.tally.told_minor == 900 + 250
        assert shop.tally.paid_minor == 1250
        assert shop.tally.acted == []
        shop.live(order(2, cake), cheap)
        assert (shop.tally.n_orders, shop.tally.n_sold) == (2, 1)
        shop.live(order(3, tea), dear)
        (acted,) = shop.tally.acted
        assert (acted.campaign_id, acted.order_id, acted.shop_seconds) == ("tea", "o3", 1.0)
        shop.live(order(4, tea), cheap)
        assert shop.tally.charged_minor == 900 + 250 + 900 + 1000
        assert shop.campaigns.standing("tea").state == "rolled_back"  # type: ignore[union-attr]
        shop.reach(START + DAY)
        assert [json.loads(one.text)["event_id"] for one in shop.events.recorded()] == ["o1", "o2", "o3", "o4"]


def test_the_clock_never_goes_back() -> None:
    clock = ReplayClock(NOON)
    clock.reach(NOON - DAY)
    assert clock.now() == NOON
    clock.reach(NOON + DAY)
    assert clock.now() == NOON + DAY


def test_every_replay_begins_anew(tmp_path: Path) -> None:
    for _ in range(2):
        with open_live_shop(tmp_path, start=NOON - DAY, currency="EUR") as shop:
            assert shop.campaigns.all() == ()
            scheduled(shop.campaigns, a_campaign())
