"""Why a forecast is what it is: units owed to each cause, summing exactly to the forecast.

The model multiplies: usual sales times a factor per cause. Units are shared out by logarithmic mean Divisia index
(LMDI; Ang 2004): with forecast F, usual sales U and factors f_k, cause k contributes

    (F - U) / log(F / U) * log(f_k)

units. The parts sum to F - U whatever the factors are and in whatever order they are taken. Inside a factor that is
itself a sum (the lift of an offer; what is taken from a period) its logarithm is shared in proportion to the terms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data.panel import ADVERTISING, COMPETITOR, Panel
from dealwright.demand.ahead import Ahead, extended
from dealwright.demand.features import N_HARMONICS, Offers, calendar_features
from dealwright.demand.forecast import Fitted, current_level, fitted_units
from dealwright.demand.lift import MOST_FITTED_LIFT
from dealwright.demand.posterior import Fit
from dealwright.demand.prior import SHARED

Floats = NDArray[np.float64]

_LEAST_UNITS = 1e-12  # stands for none at all, which has no logarithm


@dataclass(frozen=True, slots=True)
class Cause:
    """Units of one forecast that a part of `Explanation` adds (or takes), and as a share of usual sales."""

    code: str
    units: float
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Units per series and period, each (n, H): `forecast` is the sum of all other fields, exactly.

    `usual`: a usual period of the fit, no promotion, no season. `drift`: trend and how the series has sold lately
    against it. `season`, `holidays`. `regular_price`: the usual price against its past mean. `competitor`,
    `advertising`. The own promotion by `price_cut`, `display` and `mailer` (with what they add to a price cut).
    `neighbours`: what their promotions take; `pulled_forward`: what own earlier promotions took; `halo`: what
    complements' promotions bring. `other_models`: what the models blended with this one say differently.
    """

    forecast: Floats
    usual: Floats
    drift: Floats
    season: Floats
    holidays: Floats
    regular_price: Floats
    competitor: Floats
    advertising: Floats
    price_cut: Floats
    display: Floats
    mailer: Floats
    neighbours: Floats
    pulled_forward: Floats
    halo: Floats
    other_models: Floats

    def summed(self, rows: Sequence[int] | NDArray[np.int64]) -> Explanation:
        """The explanation of several series' total, (1, H): sums of parts are parts of sums."""
        return Explanation(*(getattr(self, f.name)[rows].sum(axis=0, keepdims=True) for f in fields(self)))

    def causes(self, row: int, period: int, *, most: int = 3) -> tuple[Cause, ...]:
        """Up to `most` causes that move one forecast furthest from usual sales, the greatest first.

        Causes that move it by nothing are not among them.
        """
        usual = float(self.usual[row, period])
        units = {part: float(getattr(self, part)[row, period]) for part in PARTS if part != "usual"}
        found = sorted((part for part in units if units[part] != 0.0), key=lambda part: -abs(units[part]))
        return tuple(Cause(part, units[part], units[part] / usual if usual else 0.0) for part in found[:most])


PARTS = tuple(f.name for f in fields(Explanation) if f.name != "forecast")
"""What a forecast is the sum of, `usual` first."""


def explain_forecast(fit: Fit, panel: Panel, ahead: Ahead, *, stated: Floats | None = None) -> Explanation:
    """Share the response model's forecast of the periods of `ahead` out over its causes.

    `stated` (n, H) is the forecast that was handed out, if other models were blended in: then that is explained.
    A series that never sold is forecast, and explained, as nothing. InputError if `stated` has another shape or
    numbers that are none.
    """
    known = len(panel.starts)
    reached = extended(panel, ahead)
    fitted = _window(fitted_units(fit, reached), known)
    recent = np.log(current_level(fit, panel))[:, None]
    modelled = np.maximum(fitted.expected * np.exp(recent), _LEAST_UNITS)
    target = modelled if stated is None else _usable(stated, modelled.shape)
    season, holidays = _calendar(fit, ahead)
    logs = {
        "drift": recent + fit.shared("trend")[:, None] * fit.trend(ahead.starts),
        "season": season,
        "holidays": holidays,
        "regular_price": -fit.shared("regular_elasticity")[:, None]
        * (np.log(ahead.price) - fit.mean_log_price[:, None]),
        "competitor": _driven(fit, ahead, "competitor", COMPETITOR),
        "advertising": _driven(fit, ahead, "advertising", ADVERTISING),
        **_lift_parts(fit, ahead.offers, fitted.gain),
        **_taken_parts(fit, fitted),
        "other_models": np.log(target / modelled),
    }
    has_sold = np.asarray(panel.is_active.any(axis=1, keepdims=True))
    return _shared_out(target * has_sold, np.log(target), logs, has_sold)


def _shared_out(
    forecast: Floats, log_forecast: Floats, logs: dict[str, Floats], has_sold: NDArray[np.bool_]
) -> Explanation:
    """Logarithmic means; usual sales are what is left of the forecast's logarithm when all causes are taken off."""
    usual = np.exp(log_forecast - sum(logs.values())) * has_sold
    per_log = _logarithmic_mean(forecast, usual)
    parts = {name: per_log * np.broadcast_to(values, forecast.shape) for name, values in logs.items()}
    # Usual sales also take the last digits that floating point leaves over.
    return Explanation(forecast=forecast, usual=forecast - sum(parts.values()), **parts)


def _logarithmic_mean(a: Floats, b: Floats) -> Floats:
    """(a - b) / log(a / b), and their common value where they are equal; 0 where either is."""
    a, b = np.broadcast_arrays(a, b)
    both = (a > 0) & (b > 0)
    high, low = np.where(both, a, 1.0), np.where(both, b, 1.0)
    x = np.log(high / low)
    is_near = np.abs(x) < 1e-6
    ratio = np.where(is_near, 1.0 + x / 2, np.expm1(x) / np.where(is_near, 1.0, x))
    return np.where(both, low * ratio, 0.0)


def _calendar(fit: Fit, ahead: Ahead) -> tuple[Floats, Floats]:
    """Log factors of season and of holidays, each (n, H)."""
    rows = calendar_features(ahead.starts, fit.holidays, country=fit.country)
    waves = 2 * N_HARMONICS
    effects = [f.mode.shared[len(SHARED) :] for f in fit.categories]

    def of_series(part: slice) -> Floats:
        return fit.by_series(
            [np.tile(e[part] @ rows[part], (len(f.rows), 1)) for e, f in zip(effects, fit.categories, strict=True)]
        )

    return of_series(slice(None, waves)), of_series(slice(waves, None))


def _driven(fit: Fit, ahead: Ahead, name: str, driver: str) -> Floats:
    if driver not in ahead.drivers:
        return np.zeros_like(ahead.price)
    return np.asarray(fit.shared(name)[:, None] * ahead.drivers[driver])


def _lift_parts(fit: Fit, offers: Offers, gain: Floats) -> dict[str, Floats]:
    """Log factors of price cut, display and mailer; scaled alike where their sum is beyond what is believed."""
    cut = offers.log_price_cut
    slope = fit.by_series([f.elasticity for f in fit.categories])[:, None]
    parts = {"price_cut": (slope + fit.shared("curvature")[:, None] * (cut - fit.typical_cut)) * cut}
    for name, share in (("display", offers.display), ("mailer", offers.mailer)):
        parts[name] = fit.shared(name)[:, None] * share + fit.shared(f"{name}_depth")[:, None] * share * cut
    lift = sum(parts.values(), start=np.zeros_like(cut))
    is_cut_off = (lift < -1.0) | (lift > MOST_FITTED_LIFT)
    scale = np.where(is_cut_off, np.log1p(gain) / np.where(is_cut_off, lift, 1.0), 1.0)
    return {name: values * scale for name, values in parts.items()}


def _taken_parts(fit: Fit, fitted: Fitted) -> dict[str, Floats]:
    """Log factors of what is taken and brought, in proportion to the units."""
    taking = fitted.taking
    shares = fit.taking_shares.possible
    taken = {
        "neighbours": taking.switched(shares),
        "pulled_forward": taking.pulled(shares),
        "halo": -taking.brought,
    }
    total = sum(taken.values(), start=np.zeros_like(fitted.taken))
    is_any = np.abs(total) > 1e-9
    # log(1 - x) / x is near -1 where x is small, and stays finite where parts cancel.
    per_unit = np.where(is_any, np.log1p(-fitted.taken) / np.where(is_any, total, 1.0), -1.0)
    return {name: values * per_unit for name, values in taken.items()}


def _window(fitted: Fitted, known: int) -> Fitted:
    """The periods after the first `known`."""
    taking = fitted.taking
    cut = type(taking)(
        by_neighbours=taking.by_neighbours[:, :, known:],
        by_before=taking.by_before[:, :, known:],
        by_neighbours_before=taking.by_neighbours_before[:, known:],
        brought=taking.brought[:, known:],
        additivity=taking.additivity,
    )
    return Fitted(fitted.baseline[:, known:], fitted.gain[:, known:], cut, fitted.taken[:, known:])


def _usable(stated: Floats, shape: tuple[int, ...]) -> Floats:
    if stated.shape != shape:
        raise InputError(
            f"the forecast to explain has the shape {stated.shape}; the series and periods are {shape}"
        )
    if not np.isfinite(stated).all() or (stated < 0).any():
        raise InputError(
            "the forecast to explain has negative units or numbers that are none; give units from 0 up"
        )
    return np.maximum(stated, _LEAST_UNITS)
