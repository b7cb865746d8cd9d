"""Public holidays, laid on the weeks of a panel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import holidays
import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.core.period import WEEK


def holiday_weeks(weeks: Sequence[date], *, country: str) -> tuple[list[str], NDArray[np.float64]]:
    """Names of the public holidays that fall in `weeks`, and how much each touches each week.

    Shape (number of holidays, number of weeks). People shop before a holiday: the three days before it and the
    day itself count, a quarter each, so that a holiday early in a week also lifts the week before.
    `country` is an ISO 3166 code such as "US"; InputError if the calendar does not know it.

    >>> names, touch = holiday_weeks([date(2017, 11, 20)], country="US")
    >>> names, touch.tolist()
    (['Thanksgiving Day'], [[1.0]])
    """
    years = range(weeks[0].year, weeks[-1].year + 2)
    try:
        calendar = holidays.country_holidays(country, years=years, observed=False)
    except NotImplementedError:
        message = f"no holiday calendar for country {country!r}; give an ISO 3166 code such as 'US' or 'CN'"
        raise InputError(message) from None
    touch: dict[str, NDArray[np.float64]] = {}
    for day, name in sorted(calendar.items()):
        for before in range(4):
            shopping = day - timedelta(days=before)
            for t, start in enumerate(weeks):
                if start <= shopping < start + WEEK:
                    touch.setdefault(name, np.zeros(len(weeks)))[t] += 0.25
    names = sorted(touch)
    return names, np.array([touch[name] for name in names]).reshape(len(names), len(weeks))
