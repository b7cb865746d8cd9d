"""What differs between two plans."""

from __future__ import annotations

from datetime import date

from dealwright.plan.changes import Change, changes, count
from dealwright.plan.constraints import Keep
from dealwright.plan.problem import Offer

ONE, TWO = date(2024, 1, 1), date(2024, 1, 8)
TEN, TWENTY = Offer(0.1), Offer(0.2, on_display=True)


def test_what_came_what_went_and_what_is_offered_otherwise() -> None:
    before = [Keep("A", ONE, TEN), Keep("B", ONE, TEN), Keep("C", TWO, TEN)]
    after = [Keep("B", ONE, TWENTY), Keep("C", TWO, TEN), Keep("A", TWO, TEN)]
    found = changes(before, after)
    assert found == (Change("A", ONE, TEN, None), Change("B", ONE, TEN, TWENTY), Change("A", TWO, None, TEN))
    assert [change.kind for change in found] == ["dropped", "changed", "added"]
    assert count(found) == {"added": 1, "dropped": 1, "changed": 1}


def test_the_same_plan_in_another_order_has_no_changes() -> None:
    plan = [Keep("A", ONE, TEN), Keep("B", TWO, TWENTY)]
    assert changes(plan, plan[::-1]) == ()
    assert count(()) == {"added": 0, "dropped": 0, "changed": 0}


def test_no_promotion_is_the_same_as_not_being_named() -> None:
    assert changes([Keep("A", ONE, Offer(0.0))], []) == ()
