"""What was known at an origin about the periods after it, as one row of features per series and step.

Everything that is measured in units is divided by the series' level at the origin, so that one model serves
products that sell one a week and a thousand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.features import Offers, calendar_features, neighbour_gain
from dealwright.demand.models.evidence import latest, mean_of_known

Floats = NDArray[np.float64]

HALF_LIFE = 8.0
"""Periods after which a sale counts half for the level of a series."""
LAGS = (1, 2, 3, 4)
WINDOWS = (4, 13)
DAYS_A_WEEK, DAYS_A_YEAR = 7, 364
WIDTHS = {"cut": 0.08, "display": 0.2, "mailer": 0.3}
"""How far two periods' offers (log price cut, shares of the shop) may be apart to be alike."""


@dataclass(frozen=True, slots=True)
class Course:
    """n series over T periods, of which the first `n_known` have sales; arrays are (n, T), `known` (n, n_known).

    `known` is NaN where nothing is known. `states` are what was offered or is planned in each period, by name.
    `calendar` is (number of features, T); `year` is how many periods make one. `group_of` (n,) numbers the category
    of each series, its product in a panel of stores.
    """

    known: Floats
    states: Mapping[str, Floats]
    calendar: Floats
    group_of: NDArray[np.int64]
    year: int

    @property
    def n_known(self) -> int:
        """Periods with sales."""
        return len(self.known.T)


def course(
    panel: Panel, known: Floats, ahead: Ahead | None = None, *, holidays: Sequence[str], country: str
) -> Course:
    """The panel, and the plan for the periods after it if there is one, laid end to end.

    `known` (n, T) is the panel's `evidence`; `holidays` are the names that get a feature. Without any, the season
    gets none either.
    """
    shares = _shares(panel, known)
    states = _states(Offers.of(panel), panel.price, panel.drivers, shares=shares, market_of=panel.market_of)
    starts = panel.starts
    if ahead is not None:
        coming = _states(ahead.offers, ahead.price, ahead.drivers, shares=shares, market_of=panel.market_of)
        states = {name: np.concatenate([values, coming[name]], axis=1) for name, values in states.items()}
        starts = (*starts, *ahead.starts)
    return Course(
        known=known,
        states=states,
        calendar=_calendar(starts, panel.period_days, holidays, country=country),
        group_of=_groups(panel),
        year=max(round(DAYS_A_YEAR / panel.period_days), 1),
    )


def level_at(known: Floats, origin: int) -> Floats:
    """Mean of what was sold before `origin`, (n,), recent periods counting more; 0 where nothing was."""
    return _weighted_mean(known[:, :origin], _recency(origin))


def features_at(course: Course, origin: int, horizon: int) -> Floats:
    """Features (n, H, F) of the `horizon` periods from `origin` on, from sales before it alone.

    The first feature is the number of the group, the second the step.
    """
    past = course.known[:, :origin]
    n, window = len(past), slice(origin, origin + horizon)
    level = level_at(course.known, origin)
    ratio = past / np.where(level > 0, level, 1.0)[:, None]
    steady = np.stack([np.log1p(level), *_recent(ratio)], axis=1)
    moving = [
        np.broadcast_to(course.group_of[:, None], (n, horizon)),
        np.broadcast_to(np.arange(1.0, horizon + 1), (n, horizon)),
        *_offers(course, origin, window),
        *_alike(course, ratio, window),
        _year_before(course, ratio, window),
    ]
    dates = np.broadcast_to(course.calendar[:, window].T, (n, horizon, len(course.calendar)))
    constant = np.broadcast_to(steady[:, None, :], (n, horizon, steady.shape[1]))
    return np.concatenate([np.stack(moving, axis=2), constant, dates], axis=2)


def _groups(panel: Panel) -> NDArray[np.int64]:
    if c.STORE not in panel.products:
        return panel.category_of
    return np.unique(np.array(panel.skus), return_inverse=True)[1]


def _shares(panel: Panel, known: Floats) -> Floats:
    """Each series' share of its market's units while it is on sale, (n,)."""
    market = panel.market_units.mean(axis=1)[panel.market_of]
    return np.clip(mean_of_known(known) / np.where(market > 0, market, 1.0), 0.0, 1.0)


def _states(
    offers: Offers, price: Floats, drivers: Mapping[str, Floats], *, shares: Floats, market_of: NDArray[np.int64]
) -> dict[str, Floats]:
    cut = offers.log_price_cut
    own = {"cut": cut, "display": offers.display, "mailer": offers.mailer, "log_price": np.log(price)}
    return own | {"neighbours": neighbour_gain(cut, shares, market_of)} | dict(drivers)


def _calendar(starts: Sequence[date], period_days: int, holidays: Sequence[str], *, country: str) -> Floats:
    """Waves of the year and holidays if holidays were taught, days of the week for days, (features, T).

    What less than two years teach of the year is extrapolated from the last weeks, which misleads.
    """
    rows = calendar_features(starts, holidays, country=country)
    rows = rows if holidays else rows[:0]
    if period_days >= DAYS_A_WEEK:
        return rows
    weekday = np.equal.outer(np.arange(DAYS_A_WEEK), [start.weekday() for start in starts])
    return np.concatenate([rows, weekday.astype(np.float64)])


def _recency(n_periods: int) -> Floats:
    """Weights of the last `n_periods` periods, oldest first."""
    return np.asarray(0.5 ** (np.arange(n_periods)[::-1] / HALF_LIFE), dtype=np.float64)


def _weighted_mean(rows: Floats, weight: Floats) -> Floats:
    """Mean of each row's known values; 0 where nothing is known."""
    used = np.where(np.isfinite(rows), weight, 0.0)
    total = used.sum(axis=-1)
    return np.asarray((np.nan_to_num(rows) * used).sum(axis=-1) / np.where(total > 0, total, 1.0))


def _recent(ratio: Floats) -> list[Floats]:
    """The last sales one by one, their means, how much they vary, and how often nothing sold."""
    last = latest(ratio, max(WINDOWS))
    single = [last[:, -lag] for lag in LAGS]
    means = [mean_of_known(last[:, -window:]) for window in WINDOWS]
    spread = np.sqrt(mean_of_known((last - means[-1][:, None]) ** 2))
    return [
        *single,
        *means,
        mean_of_known(ratio),
        spread,
        mean_of_known(np.where(np.isnan(ratio), np.nan, ratio == 0)),
    ]


def _offers(course: Course, origin: int, window: slice) -> list[Floats]:
    """What is planned, each (n, H), and how it differs from what recent sales were made under."""
    is_known = np.isfinite(course.known[:, :origin])
    found = []
    for values in course.states.values():
        usual = _weighted_mean(np.where(is_known, values[:, :origin], np.nan), _recency(origin))
        found += [values[:, window], values[:, window] - usual[:, None]]
    before = slice(window.start - 1, window.stop - 1)
    return [*found, course.states["cut"][:, before]]


def _alike(course: Course, ratio: Floats, window: slice) -> list[Floats]:
    """Mean past sales under an offer like the planned one, and how much evidence there is of it, each (n, H)."""
    origin = ratio.shape[1]
    distance = np.zeros((len(ratio), window.stop - window.start, origin))
    for name, width in WIDTHS.items():
        values = course.states[name]
        distance += ((values[:, window, None] - values[:, None, :origin]) / width) ** 2
    weight = np.exp(-0.5 * distance) * _recency(origin) * np.isfinite(ratio)[:, None, :]
    total = weight.sum(axis=2)
    # The level itself counts as one past period, so that a single sale does not speak for an offer.
    return [((weight * np.nan_to_num(ratio)[:, None, :]).sum(axis=2) + 1.0) / (total + 1.0), total]


def _year_before(course: Course, ratio: Floats, window: slice) -> Floats:
    """Sales of the same periods a year before, (n, H); NaN where they are not known."""
    found = np.full((len(ratio), window.stop - window.start), np.nan)
    for step in range(found.shape[1]):
        t = window.start + step - course.year * (1 + step // course.year)
        if t >= 0:
            found[:, step] = ratio[:, t]
    return found
