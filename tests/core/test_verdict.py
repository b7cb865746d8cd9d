"""A refusal is false and says why."""

from __future__ import annotations

from dealwright.core.verdict import MET, Verdict


def test_a_rule_that_is_met_needs_no_reason() -> None:
    assert MET
    assert Verdict(True) == MET
    assert (MET.code, MET.reason) == ("", "")


def test_a_refusal_is_false_and_carries_its_code_and_reason() -> None:
    refusal = Verdict(False, "below_margin_floor", "margin 0.02 is below the floor 0.10")
    assert not refusal
    assert refusal.code == "below_margin_floor"
    assert "0.02" in refusal.reason
