"""Holidays on the weeks people shop for them."""

from __future__ import annotations

from datetime import date

import pytest

from dealwright.core.errors import InputError
from dealwright.data.calendar import holiday_weeks


def test_a_holiday_on_a_monday_is_shopped_for_mostly_in_the_week_before() -> None:
    # Christmas 2017 was a Monday: Friday to Sunday before it and the day itself count a quarter each.
    names, touch = holiday_weeks([date(2017, 12, 18), date(2017, 12, 25)], country="US")
    christmas = touch[names.index("Christmas Day")]
    assert christmas.tolist() == [0.75, 0.25]


def test_an_unknown_country_is_refused_with_what_to_give() -> None:
    with pytest.raises(InputError, match="no holiday calendar for country 'XX'; give an ISO 3166 code"):
        holiday_weeks([date(2017, 12, 18)], country="XX")
