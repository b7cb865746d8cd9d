"""One look at all live campaigns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

import numpy as np

from dealwright.adapters.alerts.memory import MemoryAlerts
from dealwright.app.watch.watch_ports import WatchedCampaign, WatchPorts
from dealwright.app.watch.watch_risk import dangers, watch_risk
from dealwright.app.watch.watched_campaign import expectation_of, watched_campaign
from dealwright.campaign.campaign import Campaign, Expected
from dealwright.campaign.guardrail import DEFAULT_GUARDRAILS, Guardrail
from dealwright.campaign.promotion import Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.verdict import MET, Verdict
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.monitor.alert import acknowledged
from dealwright.monitor.alert_words import alert_sentence
from dealwright.monitor.respond import Response
from dealwright.monitor.tally import Arm, Tally
from live_minutes import START, at, day_of, minute, plan_of

NO_LOSS = Guardrail("margin_minor", Fraction(0), action="roll_back", least_orders=1)
NO_FALL = Guardrail("conversion", Fraction(0), kind="statistical", action="roll_back")
AT_A_LOSS = minute(1, n_orders=1, units=1, net_minor=90, cost_minor=100)


@dataclass
class Live:
    """Campaigns and minutes that tests set."""

    campaigns: tuple[WatchedCampaign, ...]
    seen: tuple[Tally, ...] = ()

    def watched(self, now: datetime) -> Sequence[WatchedCampaign]:
        del now
        return self.campaigns

    def tallies(
        self, campaign_id: str, *, since: datetime | None = None, until: datetime | None = None
    ) -> tuple[Tally, ...]:
        return tuple(
            one
            for one in self.seen
            if one.campaign_id == campaign_id
            and (since is None or since <= one.start)
            and (until is None or one.start < until)
        )


@dataclass
class Switch:
    """Carries actions out, and remembers them."""

    answer: Verdict = MET
    done: list[Response] = field(default_factory=list)

    def act(self, response: Response, *, revision: int | None) -> Verdict:
        assert revision is None
        self.done.append(response)
        return self.answer


def tea(*guardrails: Guardrail, since: datetime = START, holdout_share: float = 0.0) -> WatchedCampaign:
    return WatchedCampaign("tea", since, plan_of(holdout_share=holdout_share), guardrails or (NO_LOSS,), "mia")


def test_a_campaign_that_loses_money_is_rolled_back_at_the_first_look_and_once() -> None:
    live, books, switch = Live((tea(),), (AT_A_LOSS,)), MemoryAlerts(), Switch()
    ports = WatchPorts(live, live, books, switch)
    first = watch_risk(ports, now=at(1.05))
    assert [alert.code for alert in first.new] == ["breach"]
    assert [response.action.kind for response in switch.done] == ["roll_back"]
    second = watch_risk(ports, now=at(2))
    assert second.new == ()
    assert [alert.n_seen for alert in second.going_on] == [2]
    assert len(switch.done) == 1
    (alert,) = books.alerts()
    assert (alert.state, alert.owner, alert.n_seen) == ("open", "mia", 2)
    assert [one.kind for one in books.acted(START)] == ["roll_back"]


def test_what_the_version_before_did_is_not_held_against_the_new_one() -> None:
    live = Live((tea(since=at(10)),), (AT_A_LOSS,))
    look = watch_risk(WatchPorts(live, live, MemoryAlerts(), Switch()), now=at(11))
    assert look.new == ()


def test_without_somebody_who_acts_actions_are_only_proposed() -> None:
    live, books = Live((tea(),), (AT_A_LOSS,)), MemoryAlerts()
    look = watch_risk(WatchPorts(live, live, books), now=at(2))
    assert [(response.action.kind, bool(response.automatic)) for response in look.responses] == [
        ("roll_back", True)
    ]
    assert look.done == ()
    assert books.acted(START) == ()


def test_a_budget_is_spent_whichever_version_gave_it() -> None:
    plan = replace(plan_of(budget_minor=1_000), most_minor=2_000)
    second = replace(tea(since=at(30)), expectation=plan, launched_at=START, has_new_terms=True)
    seen = (minute(1, n_redemptions=1, discount_minor=900), minute(40, n_redemptions=1, discount_minor=100))
    live = Live((second,), seen)
    (alert,) = watch_risk(WatchPorts(live, live, MemoryAlerts()), now=at(60)).new
    assert (alert.code, alert.severity, alert.evidence["given_minor"]) == ("budget_pace", "critical", 1_000)


def test_an_action_that_failed_does_not_count_as_done_and_is_tried_again() -> None:
    live, books = Live((tea(),), (AT_A_LOSS,)), MemoryAlerts()
    switch = Switch(Verdict(False, "wrong_state", "the campaign is paused"))
    ports = WatchPorts(live, live, books, switch)
    look = watch_risk(ports, now=at(2))
    assert [verdict.code for verdict in look.done] == ["wrong_state"]
    assert books.acted(START) == ()
    watch_risk(ports, now=at(3))
    assert len(switch.done) == 2


def test_an_alert_closes_an_hour_after_its_danger_was_last_seen() -> None:
    live, books = Live((tea(),), (AT_A_LOSS,)), MemoryAlerts()
    ports = WatchPorts(live, live, books)
    watch_risk(ports, now=at(60))
    assert watch_risk(ports, now=at(119)).over == ()
    (over,) = watch_risk(ports, now=at(120)).over
    assert over.state == "closed"
    assert books.alerts(states=("open",)) == ()


def test_a_campaign_that_cannot_be_watched_is_told_of_and_the_others_are_watched() -> None:
    class Half(Live):
        def tallies(
            self, campaign_id: str, *, since: datetime | None = None, until: datetime | None = None
        ) -> tuple[Tally, ...]:
            if campaign_id == "bad":
                raise OverflowError("date value out of range")
            return super().tallies(campaign_id, since=since, until=until)

    live, books, switch = Half((replace(tea(), campaign_id="bad"), tea()), (AT_A_LOSS,)), MemoryAlerts(), Switch()
    look = watch_risk(WatchPorts(live, live, books, switch), now=at(2), scope="hard")
    assert [(alert.campaign_id, alert.code) for alert in look.new] == [("bad", "not_watched"), ("tea", "breach")]
    assert alert_sentence(look.new[0]).startswith("Cannot be watched: OverflowError: date value out of range.")
    assert [one.campaign_id for one in look.unwatched] == ["bad"]
    assert [response.alert.campaign_id for response in switch.done] == ["tea"]


def test_what_somebody_took_over_is_a_new_danger_once_something_else_is_in_force() -> None:
    live, books, switch = Live((tea(),), (AT_A_LOSS,)), MemoryAlerts(), Switch()
    ports = WatchPorts(live, live, books, switch)
    (old,) = watch_risk(ports, now=at(2)).new
    books.hand(acknowledged(old, owner="ann"))
    assert watch_risk(ports, now=at(20)).done == ()
    live.campaigns = (tea(since=at(30)),)
    live.seen = (minute(31, n_orders=1, units=1, net_minor=90, cost_minor=100),)
    look = watch_risk(ports, now=at(32))
    assert [alert.id for alert in look.over] == [old.id]
    assert [alert.code for alert in look.new] == ["breach"]
    assert len(switch.done) == 2


def test_an_alert_that_somebody_took_over_closes_too_when_its_danger_is_gone() -> None:
    live, books = Live((tea(),), (AT_A_LOSS,)), MemoryAlerts()
    ports = WatchPorts(live, live, books)
    (old,) = watch_risk(ports, now=at(60)).new
    books.hand(acknowledged(old, owner="ann"))
    assert [alert.id for alert in watch_risk(ports, now=at(120)).over] == [old.id]
    assert books.alerts(states=("open", "acknowledged")) == ()


def test_the_minute_in_which_a_campaign_goes_live_counts() -> None:
    launched = at(1.5)
    live = Live((replace(tea(since=launched), launched_at=launched),), (AT_A_LOSS,))
    for scope in ("hard", "all"):
        look = watch_risk(WatchPorts(live, live, MemoryAlerts()), now=at(1.9), scope=scope)
        assert [alert.code for alert in look.new] == ["breach"]


def first_orders(treated: int, held: int, first: int, n: int) -> tuple[Tally, ...]:
    arms: dict[Arm, int] = {"treatment": treated, "holdout": held}
    return tuple(
        minute(number, arm, n_exposed=2_000 if number == 0 else 0, n_buyers=buyers)
        for number in range(first, first + n)
        for arm, buyers in arms.items()
    )


def test_after_a_pause_arms_are_compared_from_the_launch_on() -> None:
    """Most of those with the campaign have bought for the first time before it; the hold-out buys later."""
    seen = (*first_orders(80, 10, 0, 10), *first_orders(1, 9, 60, 20))
    again = replace(tea(NO_FALL, since=at(50), holdout_share=0.5), launched_at=START)
    live = Live((again,), seen)
    assert watch_risk(WatchPorts(live, live, MemoryAlerts()), now=at(90)).new == ()
    forgot = Live((replace(again, launched_at=None),), seen)
    told = watch_risk(WatchPorts(forgot, forgot, MemoryAlerts()), now=at(90)).new
    assert "harm" in [alert.code for alert in told]


def test_arms_that_saw_other_terms_are_not_compared_and_that_is_told_once() -> None:
    seen = (*first_orders(80, 10, 0, 10), *first_orders(1, 9, 60, 20))
    changed = tea(NO_FALL, since=at(50), holdout_share=0.5)
    live, books = Live((replace(changed, launched_at=START, has_new_terms=True),), seen), MemoryAlerts()
    ports = WatchPorts(live, live, books, Switch())
    first, second = watch_risk(ports, now=at(90)), watch_risk(ports, now=at(91))
    assert [(alert.code, alert.action.kind) for alert in first.new] == [("not_compared", "none")]
    assert (second.new, len(second.going_on)) == ((), 1)


def uneven_arms(treated: int, held: int, n: int) -> tuple[Tally, ...]:
    rng, out = np.random.default_rng(1), []
    for number in range(n):
        out.append(minute(number, "treatment", n_exposed=treated, n_buyers=int(rng.binomial(treated, 0.03))))
        out.append(minute(number, "holdout", n_exposed=held, n_buyers=int(rng.binomial(held, 0.05))))
    return tuple(out)


def test_arms_of_the_wrong_size_are_told_in_place_of_effects() -> None:
    campaign = tea(NO_FALL, holdout_share=0.5)
    fine = {alert.code for alert in dangers(campaign, uneven_arms(200, 200, 200), at(200))}
    wrong = {alert.code for alert in dangers(campaign, uneven_arms(220, 180, 200), at(200))}
    assert fine == {"harm"}
    assert wrong == {"sample_ratio"}


def test_sales_far_below_the_plan_are_told_of_though_no_guardrail_asks_for_it() -> None:
    days = [day_of(n, units=200, net=100_000, margin=1) for n in range(3)]
    campaign = replace(tea(), expectation=plan_of(days))
    few = tuple(minute(1_440 * day + 600, units=40, n_orders=1, net_minor=100) for day in range(3))
    alerts = dangers(campaign, few, at(3 * 1_440))
    assert {(alert.code, alert.action.kind) for alert in alerts} == {("below_forecast", "none"), ("drift", "none")}


def test_a_quiet_campaign_raises_nothing() -> None:
    sold = tuple(minute(n, n_orders=1, units=1, net_minor=200, cost_minor=100) for n in range(100))
    live = Live((tea(*DEFAULT_GUARDRAILS),), sold)
    look = watch_risk(WatchPorts(live, live, MemoryAlerts(), Switch()), now=at(100))
    assert (look.new, look.going_on, look.over, look.responses) == ((), (), (), ())


def campaign() -> Campaign:
    return Campaign(
        "tea",
        "EUR",
        (Promotion("tea-1", "EUR", PercentOff(Fraction(10))),),
        Schedule(zone="Europe/Berlin"),
        budget_minor=10_000,
        holdout_share=Fraction(1, 10),
        expected=(
            Expected("2026-10-25", Fraction(50), Fraction(40), Fraction(60), 500, 400, 600, 50, 40, 60),
            Expected("2026-10-24", Fraction(20), Fraction(10), Fraction(30), 200, 100, 300, 20, 10, 30),
        ),
        owner="mia",
    )


def test_a_planned_day_is_a_day_of_the_shops_clock_also_when_it_has_25_hours() -> None:
    plan = expectation_of(campaign(), since=START)
    first, long = plan.spans
    assert (first.end - first.start).total_seconds() == 24 * 3_600
    assert long.start == first.end
    assert (long.end - long.start).total_seconds() == 25 * 3_600
    assert (long.units.value, long.units.low, long.units.high, long.units.level) == (50.0, 40.0, 60.0, 0.8)
    assert (plan.budget_minor, plan.holdout_share) == (10_000, 0.1)


def test_a_campaign_that_says_nothing_has_the_usual_guardrails() -> None:
    watched = watched_campaign(campaign(), since=START)
    assert (watched.guardrails, watched.owner, watched.since) == (DEFAULT_GUARDRAILS, "mia", START)
