"""What a regression explains a series' sales by: price, offers, drivers, and the season where years tell it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.features import Offers, calendar_features, known_holidays

Floats = NDArray[np.float64]

LEAST_VARIATION = 1e-3
"""Standard deviation below which a price or an offer is taken to have stood still."""
DAYS_OF_TWO_YEARS = 2 * 364
"""With less, what looks like a season may be a trend or chance."""


def taught_holidays(panel: Panel, *, country: str) -> tuple[str, ...]:
    """Holidays that two years of the panel have taught; none in less."""
    return tuple(known_holidays(panel.starts, country=country)) if _has_seasons(panel) else ()


def regressors(panel: Panel, ahead: Ahead | None, *, country: str, holidays: tuple[str, ...]) -> Floats:
    """Log price cut, display, mailer, log usual price, drivers, and season, (n, T + H, number of regressors).

    The season comes if the holidays were taught by a panel of two years: harmonics of the year, and `holidays`.
    """
    offers = [_rows(Offers.of(panel), panel.price)] + ([_rows(ahead.offers, ahead.price)] if ahead else [])
    rows = [np.concatenate(parts, axis=1) for parts in zip(*offers, strict=True)]
    for name, values in panel.drivers.items():
        rows.append(np.concatenate([values, ahead.drivers[name]], axis=1) if ahead else values)
    own = np.stack(rows, axis=2)
    if not holidays:
        return own
    starts = (*panel.starts, *(ahead.starts if ahead else ()))
    season = calendar_features(starts, holidays, country=country).T
    return np.concatenate([own, np.broadcast_to(season, (len(own), *season.shape))], axis=2)


def informative(table: Floats, *, most: int) -> tuple[int, ...]:
    """At most so many columns of `table` (T, K) that moved and that the columns before them do not tell already."""
    chosen: list[int] = []
    centred = table - table.mean(axis=0)
    for k in np.flatnonzero(table.std(axis=0) > LEAST_VARIATION):
        tried = centred[:, [*chosen, int(k)]]
        if len(chosen) < most and np.linalg.matrix_rank(tried / tried.std(axis=0), tol=1e-3) > len(chosen):
            chosen.append(int(k))
    return tuple(chosen)


def _rows(offers: Offers, price: Floats) -> list[Floats]:
    return [offers.log_price_cut, offers.display, offers.mailer, np.log(price)]


def _has_seasons(panel: Panel) -> bool:
    return len(panel.starts) * panel.period_days >= DAYS_OF_TWO_YEARS
