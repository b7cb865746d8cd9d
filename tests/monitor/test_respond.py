"""Which alerts act by themselves, and within which limits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dealwright.core.errors import InputError
from dealwright.monitor.alert import ActionKind, Alert, Code, ProposedAction, acknowledged
from dealwright.monitor.respond import Acted, AutomaticLimits, respond
from live_minutes import at

LIMITS = AutomaticLimits()


def danger(campaign: str = "tea", kind: ActionKind = "pause", code: Code = "breach") -> Alert:
    return Alert(code, "critical", campaign, "margin_minor", at(0), at(0), action=ProposedAction(kind))


def verdicts(
    alerts: list[Alert], acted: list[Acted], now: float = 0, limits: AutomaticLimits = LIMITS
) -> list[str]:
    responses = respond(alerts, limits=limits, acted=acted, now=at(now))
    return [response.automatic.code or response.action.kind for response in responses]


def test_a_broken_hard_limit_acts_by_itself() -> None:
    assert verdicts([danger()], []) == ["pause"]


def test_of_two_dangers_to_one_campaign_the_stronger_action_is_taken_and_no_other() -> None:
    assert verdicts([danger(kind="throttle"), danger(kind="roll_back")], []) == ["roll_back", "just_acted"]


def test_what_is_not_automatic_waits_for_a_person() -> None:
    assert verdicts([danger(code="stock_out", kind="throttle")], []) == ["code_not_automatic"]
    assert verdicts([danger(kind="none")], []) == ["nothing_to_do"]
    assert verdicts([danger()], [], limits=AutomaticLimits(kinds=("throttle",))) == ["action_not_automatic"]


def test_what_a_person_has_taken_over_is_that_persons_decision() -> None:
    assert verdicts([acknowledged(danger(), owner="mia")], []) == ["person_cares"]


def test_a_campaign_is_left_alone_for_five_minutes_after_an_action() -> None:
    acted = [Acted("tea", "roll_back", at(0))]
    assert verdicts([danger()], acted, now=4.9) == ["just_acted"]
    assert verdicts([danger()], acted, now=5) == ["pause"]
    assert verdicts([danger("milk")], acted, now=1) == ["pause"]


def test_the_fourth_action_in_a_day_is_for_a_person() -> None:
    acted = [Acted("tea", "roll_back", at(minute)) for minute in (0, 100, 200)]
    assert verdicts([danger()], acted, now=300) == ["acted_too_often"]
    assert verdicts([danger()], acted, now=1_440) == ["pause"]


def test_alarms_everywhere_are_rather_a_fault_of_the_data() -> None:
    codes = verdicts([danger(f"c{n}") for n in range(12)], [])
    assert codes == ["pause"] * 10 + ["too_many_at_once"] * 2
    assert verdicts([danger()], [Acted(f"c{n}", "pause", at(0)) for n in range(10)], now=60) == ["pause"]


def test_limits_below_zero_are_refused() -> None:
    with pytest.raises(InputError, match="0 or more"):
        AutomaticLimits(per_hour=-1)


def test_no_rest_still_means_one_action_at_a_time() -> None:
    limits = AutomaticLimits(rest_minutes=0)
    assert verdicts([danger(), danger()], [], limits=limits) == ["pause", "just_acted"]
    assert verdicts([danger()], [Acted("tea", "pause", at(0) - timedelta(seconds=1))], limits=limits) == ["pause"]
