"""Campaigns that are live, watched and stopped by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest

from campaigns_of_tests import ANN, BOB, START, TEN_TEAS, a_campaign, off, scheduled, total
from dealwright.app.watch.watch_ports import Habits, WatchedCampaign
from dealwright.campaign.guardrail import Guardrail
from dealwright.core.cart import Shopper
from dealwright.core.errors import InputError
from dealwright.core.verdict import MET
from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.live.events import Events, open_events
from dealwright.live.watch import ActingCampaigns, Facts, LiveCampaigns, Watch, open_watch
from dealwright.monitor.abuse import Use
from dealwright.monitor.alert import ActionKind, Alert, ProposedAction
from dealwright.monitor.respond import AutomaticLimits, Response
from dealwright.monitor.stock import Shelf
from dealwright.till import Till, open_till
from ledgers import SetClock, postgres_template, sqlite_template, till_url  # noqa: F401
from live_events import loss, sale
from postgres_server import postgres_server  # noqa: F401

NO_LOSS = Guardrail("margin_minor", Fraction(0), action="roll_back", least_orders=1)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[Till]:  # noqa: F811
    with open_till(till_url, clock=clock) as opened:
        yield opened


@pytest.fixture
def campaigns(till: Till) -> Iterator[Campaigns]:
    opened = open_campaigns(till)
    yield opened
    assert opened.audit.verify().is_whole


@pytest.fixture
def events(till: Till, campaigns: Campaigns) -> Events:
    from dealwright.live.counted import CountedShop

    return open_events(till, campaigns=CountedShop(campaigns))


@pytest.fixture
def watch(till: Till, campaigns: Campaigns, events: Events) -> Watch:
    return open_watch(till, campaigns=campaigns, minutes=events)


def live(campaigns: Campaigns, clock: SetClock, *guardrails: Guardrail) -> None:
    scheduled(campaigns, a_campaign(guardrails=guardrails))
    clock.time = START
    assert campaigns.tend().launched == ["tea"]


def test_an_order_below_cost_rolls_the_campaign_back_at_the_next_look(
    till: Till, campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    assert total(till) == 900
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])
    clock.forward(1)
    look = watch.look(scope="hard")
    assert [alert.code for alert in look.new] == ["breach"]
    assert [bool(verdict) for verdict in look.done] == [True]
    assert total(till) == 1000
    standing = campaigns.standing("tea")
    assert standing is not None
    assert standing.state == "rolled_back"
    assert standing.reason.startswith("Margin of the last 60 minutes is -1.00 EUR")
    last = list(campaigns.audit.links())[-1].entry
    assert (last.actor, last.action) == ("dealwright", "roll_back")


def test_a_campaign_that_earns_is_left_alone(
    till: Till, campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    clock.time = START + timedelta(seconds=90)
    events.take([sale("1", at=clock.time)])
    assert watch.look().new == ()
    assert watch.look(scope="hard").new == ()
    assert total(till) == 900


def test_after_a_roll_back_to_the_version_before_its_losses_do_not_count_again(
    till: Till, campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    deeper = replace(a_campaign(50, guardrails=(NO_LOSS,)), budget_minor=5_000)
    clock.time = START + timedelta(minutes=2)
    assert campaigns.revise(deeper, by=ANN)
    assert campaigns.move("tea", "approve", by=BOB)
    assert total(till) == 500
    clock.forward(80)
    events.take([loss("1", at=clock.time)])
    assert [bool(verdict) for verdict in watch.look(scope="hard").done] == [True]
    assert total(till) == 900
    clock.forward(600)
    assert watch.look(scope="hard").responses == ()
    standing = campaigns.standing("tea")
    assert standing is not None
    assert standing.state == "live"


def test_two_who_look_at_once_roll_back_once(
    till: Till, campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    clock.time = START + timedelta(minutes=2)
    assert campaigns.revise(a_campaign(50, guardrails=(NO_LOSS,)), by=ANN)
    assert campaigns.move("tea", "approve", by=BOB)
    clock.forward(80)
    events.take([loss("1", at=clock.time)])
    (late,) = LiveCampaigns(campaigns).watched(clock.time)  # seen before the other one acts
    assert isinstance(late, WatchedCampaign)
    (response,) = watch.look(scope="hard").responses
    verdict = ActingCampaigns(campaigns).act(response, revision=late.revision)
    assert not verdict
    assert total(till) == 900


def test_a_look_that_may_not_act_only_proposes(
    till: Till, campaigns: Campaigns, events: Events, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])
    proposing = open_watch(till, campaigns=campaigns, minutes=events, is_acting=False)
    (response,) = proposing.look().responses
    assert response.action.kind == "roll_back"
    assert total(till) == 900


def test_a_campaign_is_paused_where_what_its_guardrail_asks_for_cannot_be_done(
    till: Till, campaigns: Campaigns, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    assert ActingCampaigns(campaigns).act(asked_for("contingency"), revision=None)
    standing = campaigns.standing("tea")
    assert standing is not None
    assert standing.state == "paused"
    assert "Paused, as contingency cannot be done: the campaign has no contingency." in standing.reason
    assert "Proposed" not in standing.reason
    assert total(till) == 1000


def test_where_pausing_is_for_people_what_cannot_be_done_is_refused(
    till: Till, campaigns: Campaigns, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    verdict = ActingCampaigns(campaigns, may_pause=False).act(asked_for("contingency"), revision=None)
    assert verdict.code == "no_contingency"
    assert total(till) == 900


def asked_for(kind: ActionKind, share: float | None = None) -> Response:
    evidence = {"reason": "the books are gone"}
    alert = Alert("not_watched", "critical", "tea", "", START, START, evidence=evidence)
    return Response(alert, ProposedAction(kind, share), MET)


def test_a_guardrail_throttles_the_campaign_by_itself_to_the_share_it_names(
    till: Till, campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    live(campaigns, clock, replace(NO_LOSS, action="throttle", throttle_share=Fraction(1, 4)))
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])
    look = watch.look(scope="hard")
    assert [(one.action, bool(one.automatic)) for one in look.responses] == [
        (ProposedAction("throttle", 0.25), True)
    ]
    assert [bool(verdict) for verdict in look.done] == [True]
    standing = campaigns.standing("tea")
    assert standing is not None
    assert (standing.state, standing.share) == ("live", Fraction(1, 4))
    assert standing.reason.startswith("Margin of the last 60 minutes is -1.00 EUR")
    last = list(campaigns.audit.links())[-1].entry
    assert (last.actor, last.action) == ("dealwright", "throttle")
    carts = [replace(TEN_TEAS, shopper=Shopper(f"c-{n}")) for n in range(40)]
    assert {total(till, cart) for cart in carts} == {900, 1000}


def test_what_happened_before_the_throttle_does_not_throttle_again(
    campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    live(campaigns, clock, replace(NO_LOSS, action="throttle"))
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])
    watch.look(scope="hard")
    clock.forward(600)
    assert watch.look(scope="hard").responses == ()


def test_by_itself_a_campaign_is_never_given_to_more_than_have_it(campaigns: Campaigns, clock: SetClock) -> None:
    live(campaigns, clock, NO_LOSS)
    campaigns.throttle("tea", Fraction(1, 20), by=BOB)
    for share in (0.05, 0.5):
        verdict = ActingCampaigns(campaigns).act(asked_for("throttle", share), revision=None)
        assert verdict.code == "throttled_already"
    standing = campaigns.standing("tea")
    assert standing is not None
    assert (standing.state, standing.share) == ("live", Fraction(1, 20))


def test_where_throttling_is_for_people_it_is_only_proposed(
    till: Till, campaigns: Campaigns, events: Events, clock: SetClock
) -> None:
    live(campaigns, clock, replace(NO_LOSS, action="throttle"))
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])
    careful = open_watch(till, campaigns=campaigns, minutes=events, limits=AutomaticLimits(kinds=("pause",)))
    look = careful.look(scope="hard")
    assert [one.automatic.code for one in look.responses] == ["action_not_automatic"]
    standing = campaigns.standing("tea")
    assert standing is not None
    assert standing.share == 1


def test_a_throttle_leaves_arms_comparable(campaigns: Campaigns, clock: SetClock) -> None:
    live(campaigns, clock, NO_LOSS)
    clock.forward(600)
    campaigns.throttle("tea", Fraction(1, 2), by=BOB)
    (one,) = LiveCampaigns(campaigns).watched(clock.time)
    assert isinstance(one, WatchedCampaign)
    assert (one.since, one.launched_at, one.has_new_terms) == (clock.time, START, False)


def test_one_campaign_that_cannot_be_watched_leaves_the_others_watched(
    till: Till, campaigns: Campaigns, events: Events, clock: SetClock
) -> None:
    scheduled(campaigns, a_campaign(id="bad", promotions=(off(10, "CAKE"),)))
    live_with_bad(campaigns, clock)
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])

    def facts(campaign_id: str, now: datetime) -> Facts:
        del now
        if campaign_id == "bad":
            raise ValueError("no such shelf")
        return Facts()

    look = open_watch(till, campaigns=campaigns, minutes=events, facts=facts).look(scope="hard")
    assert [(alert.campaign_id, alert.code) for alert in look.new] == [("bad", "not_watched"), ("tea", "breach")]
    assert total(till) == 1000


def live_with_bad(campaigns: Campaigns, clock: SetClock) -> None:
    scheduled(campaigns, a_campaign(guardrails=(NO_LOSS,)))
    clock.time = START
    assert campaigns.tend().launched == ["bad", "tea"]


def test_a_campaign_that_was_paused_is_compared_since_its_launch(
    campaigns: Campaigns, clock: SetClock, till: Till
) -> None:
    del till
    live(campaigns, clock, NO_LOSS)
    clock.forward(600)
    assert campaigns.move("tea", "pause", by=BOB)
    clock.forward(60)
    assert campaigns.move("tea", "resume", by=BOB)
    (one,) = LiveCampaigns(campaigns).watched(clock.time)
    assert isinstance(one, WatchedCampaign)
    assert (one.since, one.launched_at, one.has_new_terms) == (clock.time, START, False)
    assert campaigns.revise(a_campaign(50, guardrails=(NO_LOSS,)), by=ANN)
    assert campaigns.move("tea", "approve", by=BOB)
    (one,) = LiveCampaigns(campaigns).watched(clock.time)
    assert isinstance(one, WatchedCampaign)
    assert (one.launched_at, one.has_new_terms) == (START, True)


def test_a_switch_puts_the_contingency_in_force(
    till: Till, campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    guardrail = replace(NO_LOSS, action="contingency")
    contingency = (off(5, id="TEA-SMALL", budget=1_000),)
    scheduled(campaigns, a_campaign(guardrails=(guardrail,), contingency=contingency))
    clock.time = START
    campaigns.tend()
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])
    assert [bool(verdict) for verdict in watch.look().done] == [True]
    assert total(till) == 950


def test_an_alert_is_taken_over_and_closed_by_its_id(
    campaigns: Campaigns, events: Events, watch: Watch, clock: SetClock
) -> None:
    live(campaigns, clock, replace(NO_LOSS, action="notify"))
    clock.time = START + timedelta(seconds=90)
    events.take([loss("1", at=clock.time)])
    (alert,) = watch.look().new
    assert watch.acknowledge(alert.id, owner="mia").owner == "mia"
    assert [one.state for one in watch.alerts()] == ["acknowledged"]
    watch.close(alert.id)
    assert watch.alerts() == ()
    assert [one.state for one in watch.alerts(states=("closed",))] == ["closed"]
    with pytest.raises(InputError, match="there is no alert 'al-none'"):
        watch.close("al-none")


def test_shelves_and_habits_are_watched_when_somebody_tells_them(
    till: Till, campaigns: Campaigns, events: Events, clock: SetClock
) -> None:
    live(campaigns, clock, NO_LOSS)
    clock.time = START + timedelta(minutes=2)

    def facts(campaign_id: str, now: datetime) -> Facts:
        assert campaign_id == "tea"
        uses = tuple(Use(now, "carl", f"o{n}") for n in range(6))
        return Facts((Shelf("TEA", 0, 5, 1.0),), Habits(uses=uses))

    told = open_watch(till, campaigns=campaigns, minutes=events, facts=facts)
    assert sorted(alert.code for alert in told.look().new) == ["stock_out", "velocity"]
