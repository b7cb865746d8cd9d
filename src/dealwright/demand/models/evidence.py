"""What a panel lets a model learn from: periods on sale, and nothing that cannot be read as a number of units."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead

Floats = NDArray[np.float64]

MOST_TIMES_MAXIMUM = 2.0
"""No period is forecast above this many times the most that a series ever sold."""
EXPLODED_TIMES_MAXIMUM = 10.0
"""A series whose forecast goes beyond this many times its maximum is forecast by its mean instead."""
_MOST_NAMED = 3  # series that a problem names


def evidence(panel: Panel) -> Floats:
    """Units (n, T), NaN where the product was not on sale or out of stock: unknown demand, never low demand.

    InputError, all problems at once, if units are negative or not a number in a period on sale, prices are not
    above zero, or an offer or driver is not a number.
    """
    problems = [*_wrong_units(panel), *_wrong_states(panel.skus, "", _states_of(panel), panel.price, panel.depth)]
    if problems:
        raise InputError(*problems)
    return np.where(panel.is_active, panel.units, np.nan)


def check_ahead(panel: Panel, ahead: Ahead) -> None:
    """InputError, all problems at once, unless `ahead` continues `panel`: same series, next periods, numbers."""
    n, states = len(panel.products), _states_ahead(ahead)
    misshapen = [name for name, values in states.items() if values.shape != (n, ahead.n_periods)]
    if misshapen:
        wanted = f"({n}, {ahead.n_periods}), one row per series and one column per period"
        raise InputError(*(f"the coming periods' {name} must have the shape {wanted}" for name in misshapen))
    problems = list(_wrong_states(panel.skus, "coming ", states, ahead.price, ahead.offers.depth))
    if set(ahead.drivers) != set(panel.drivers):
        given, known = sorted(ahead.drivers), sorted(panel.drivers)
        problems.append(f"the drivers of the coming periods are {given}, those of the past {known}; give the same")
    if not ahead.starts or (ahead.starts[0] - panel.starts[-1]).days != panel.period_days:
        first = ahead.starts[0] if ahead.starts else "nothing"
        problems.append(
            f"the forecast starts with {first}; it must follow {panel.starts[-1]}, the last period known"
        )
    if problems:
        raise InputError(*problems)


def latest(known: Floats, n_periods: int) -> Floats:
    """Each series' last `n_periods` known values, oldest first, (n, n_periods); NaN where it has fewer."""
    is_known = np.isfinite(known)
    # A stable sort by "known" moves the known values to the end of each row and keeps their order.
    order = np.argsort(is_known, axis=1, kind="stable")
    rows = np.take_along_axis(known, order, axis=1)[:, -n_periods:]
    missing = n_periods - rows.shape[1]
    return np.pad(rows, ((0, 0), (max(missing, 0), 0)), constant_values=np.nan)


def mean_of_known(known: Floats) -> Floats:
    """Mean of each row's known values, (n,); 0 where nothing is known."""
    n_known = np.isfinite(known).sum(axis=1)
    return np.asarray(np.nansum(known, axis=1) / np.maximum(n_known, 1), dtype=np.float64)


def tamed(forecast: Floats, known: Floats, fallback: float) -> Floats:
    """One series' forecast (H,) without negative units and explosions.

    Cut off at `MOST_TIMES_MAXIMUM` times the most in `known` (T,); `fallback` in every period if the forecast is
    not a number or beyond `EXPLODED_TIMES_MAXIMUM` times it.
    """
    most = float(np.nanmax(known, initial=0.0))
    if not np.isfinite(forecast).all() or (forecast > EXPLODED_TIMES_MAXIMUM * most).any():
        return np.full(forecast.size, fallback)
    return np.clip(forecast, 0.0, MOST_TIMES_MAXIMUM * most)


def _wrong_units(panel: Panel) -> Iterator[str]:
    not_a_number = panel.is_active & ~np.isfinite(panel.units)
    if not_a_number.any():
        yield f"units are not a number ({_where(panel.skus, not_a_number)}); mark such periods as not active"
    negative = panel.is_active & (panel.units < 0)
    if negative.any():
        yield f"units are negative ({_where(panel.skus, negative)}); take returns off the sale they belong to"


def _wrong_states(
    skus: list[str], when: str, states: Mapping[str, Floats], price: Floats, depth: Floats
) -> Iterator[str]:
    for name, values in states.items():
        if not np.isfinite(values).all():
            where = _where(skus, ~np.isfinite(values))
            yield f"the {when}{name} is not a number ({where}); fill it with what is planned or usual"
    if (price <= 0).any():
        yield f"the {when}price is not above zero ({_where(skus, price <= 0)}); give the usual price in minor units"
    outside = (depth < 0) | (depth >= 1)
    if outside.any():
        yield f"the {when}depth is outside 0 to below 1 ({_where(skus, outside)}); it is the share given away"


def _where(skus: list[str], wrong: NDArray[np.bool_]) -> str:
    rows = np.flatnonzero(wrong.any(axis=1))
    named = ", ".join(skus[row] for row in rows[:_MOST_NAMED])
    more = f" and {rows.size - _MOST_NAMED} more" if rows.size > _MOST_NAMED else ""
    return f"in {int(wrong.sum())} periods of {named}{more}"


def _states_of(panel: Panel) -> dict[str, Floats]:
    own = {"price": panel.price, "depth": panel.depth, "display": panel.display, "mailer": panel.mailer}
    return own | {f"driver {name}": values for name, values in panel.drivers.items()}


def _states_ahead(ahead: Ahead) -> dict[str, Floats]:
    offers = ahead.offers
    own = {"price": ahead.price, "depth": offers.depth, "display": offers.display, "mailer": offers.mailer}
    return own | {f"driver {name}": values for name, values in ahead.drivers.items()}
