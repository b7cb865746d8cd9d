"""When a second person is needed, and who counts as one."""

from __future__ import annotations

from dealwright.campaign.four_eyes import FourEyes, person


def test_nobody_needs_a_second_person_below_the_threshold_and_everybody_without_a_bound() -> None:
    policy = FourEyes(1_000)
    assert [policy.needs_second(stake) for stake in (None, 0, 999, 1_000)] == [True, False, False, True]


def test_names_are_compared_as_people_read_them() -> None:
    assert {person(name) for name in ("Ann Lee", " ann\tLEE", "ＡＮＮ　ＬＥＥ")} == {"ann lee"}
    assert person("Ann") != person("Anna")
