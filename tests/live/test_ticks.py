"""What happens by itself while a service runs."""

from __future__ import annotations

import threading
from datetime import timedelta
from fractions import Fraction

import pytest

from campaigns_of_tests import START, a_campaign, scheduled
from dealwright.app.campaigns.tend_campaigns import Tended
from dealwright.campaign.guardrail import Guardrail
from dealwright.live.campaigns import open_campaigns
from dealwright.live.counted import CountedShop
from dealwright.live.events import open_events
from dealwright.live.ticks import Ticks
from dealwright.live.watch import open_watch
from dealwright.till import open_till
from ledgers import SetClock
from live_events import loss


def test_dangers_are_looked_for_also_while_campaigns_cannot_be_tended(caplog: pytest.LogCaptureFixture) -> None:
    clock, stop = SetClock(), threading.Event()

    class Broken(Ticks):
        def tend(self) -> Tended | None:  # type: ignore[override]
            stop.set()
            raise RuntimeError("the books are locked")

    with open_till("memory:", clock=clock) as till:
        campaigns = open_campaigns(till)
        no_loss = Guardrail("margin_minor", Fraction(0), action="roll_back", least_orders=1)
        scheduled(campaigns, a_campaign(guardrails=(no_loss,)))
        clock.time = START
        campaigns.tend()
        events = open_events(till, campaigns=CountedShop(campaigns))
        clock.time = START + timedelta(seconds=90)
        events.take([loss("1", at=clock.time)])
        watch = open_watch(till, campaigns=campaigns, minutes=events)
        Broken(campaigns, watch).work(stop)
        assert "breach" in [alert.code for alert in watch.alerts()]
    assert "campaigns could not be tended" in caplog.text
