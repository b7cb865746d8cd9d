"""Alerts: how they are told, kept up to date, taken over and closed."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from dealwright.core.errors import InputError
from dealwright.monitor.alert import SEVERITIES, Alert, Code, ProposedAction, acknowledged, closed, seen_again
from dealwright.monitor.alert_words import alert_sentence, finding_sentence, severity_word
from live_minutes import at

RUNNING_OUT = Alert(
    code="stock_out",
    severity="warning",
    campaign_id="tea",
    metric="units_left",
    subject="TEA",
    first_at=at(0),
    last_at=at(0),
    evidence={
        "sku": "TEA",
        "units_left": 1_200,
        "rate": 50.0,
        "left_hours": 24.0,
        "left_low_hours": 20.0,
        "left_high_hours": 30.0,
        "chance_share": 0.62,
    },
)


def test_the_same_danger_seen_again_is_the_same_alert_brought_up_to_date() -> None:
    later = replace(RUNNING_OUT, first_at=at(5), last_at=at(5), severity="critical", evidence={"units_left": 3})
    again = seen_again(acknowledged(RUNNING_OUT, owner="mia"), later)
    assert again.id == RUNNING_OUT.id
    assert (again.first_at, again.last_at, again.n_seen) == (at(0), at(5), 2)
    assert (again.state, again.owner, again.severity) == ("acknowledged", "mia", "critical")
    assert again.evidence == {"units_left": 3}


def test_a_danger_that_lessens_stays_as_severe_as_it_was() -> None:
    worst = replace(RUNNING_OUT, severity="critical", action=ProposedAction("throttle", 0.5))
    again = seen_again(worst, replace(RUNNING_OUT, first_at=at(1), last_at=at(1)))
    assert (again.severity, again.action.kind) == ("critical", "throttle")


def test_two_goods_that_run_out_are_two_alerts() -> None:
    assert replace(RUNNING_OUT, subject="MILK").key != RUNNING_OUT.key


def test_a_danger_that_returns_after_it_was_closed_is_a_new_alert() -> None:
    back = replace(RUNNING_OUT, first_at=at(99), last_at=at(99))
    assert back.key == RUNNING_OUT.key
    assert back.id != RUNNING_OUT.id
    with pytest.raises(InputError, match="is closed"):
        acknowledged(closed(RUNNING_OUT), owner="mia")


def test_somebody_must_be_named_to_care_for_an_alert() -> None:
    with pytest.raises(InputError, match="name who cares"):
        acknowledged(RUNNING_OUT, owner="")


def test_an_alert_says_what_was_seen_and_what_to_do_in_both_languages() -> None:
    alert = replace(RUNNING_OUT, action=ProposedAction("throttle", 0.5))
    assert alert_sentence(alert) == (
        "1,200 units of TEA are left and 50 sell per hour: sold out in 24 hours (20 to 30), with 62% probability "
        "before the next delivery or the end. Proposed: give it to 50% of the customers only."
    )
    assert alert_sentence(alert, "zh") == (
        "TEA 剩余 1,200 件,每小时售出 50 件:24 小时后售罄(20 至 30),在到货或结束前售罄的概率为 62%。"
        "建议:仅对 50% 的顾客开放。"
    )


def test_what_was_found_is_told_without_a_proposal() -> None:
    sentence = finding_sentence(replace(RUNNING_OUT, action=ProposedAction("pause")))
    assert sentence.endswith("before the next delivery or the end.")


def test_how_bad_it_is_is_said_in_both_languages() -> None:
    assert [severity_word(one, "zh") for one in SEVERITIES] == ["提示", "警告", "严重"]
    assert [severity_word(one) for one in SEVERITIES] == ["info", "warning", "critical"]


def test_large_shares_are_written_without_powers_of_ten() -> None:
    alert = replace(RUNNING_OUT, evidence={**RUNNING_OUT.evidence, "chance_share": 24.0})
    assert "with 2,400% probability" in alert_sentence(alert)


def test_every_danger_has_words_in_both_languages() -> None:
    from dealwright.monitor.alert_words import _SENTENCES

    assert set(_SENTENCES["en"]) == set(_SENTENCES["zh"]) == set(get_args(Code))
