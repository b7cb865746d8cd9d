"""Whether a forecast still holds, now that the periods it was made for have been sold.

Sales of one period miss together (weather, a competitor's week) and those of one series miss together (its level
moved), so n series over H periods are worth far fewer independent cells than n x H. Variances are therefore taken
over periods and over series at once (two-way clustering; Cameron, Gelbach and Miller 2011), Student's t stands for
the few periods, and shares are judged by a beta distribution of as many cells as those variances are worth. A
difference counts if chance does not explain it and if it is large enough to matter.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import beta, false_discovery_control, norm, t

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.demand.clusters import Clustered, clustered_ratio, clustered_share

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

NOMINAL = 0.8
"""What the ranges promise to hold."""
LEVEL = 0.98
"""Of intervals: a forecast is judged in four ways, and seldom blamed wrongly in any of them."""
_SPAN80 = float(2 * norm.ppf(0.9))  # of an 80 % range, in standard deviations
_LEVEL_INERTIA = 3.0  # units (times dispersion) of belief in the old level, as in a forecast from a longer panel


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a forecast may be off before it matters: `coverage` of the share inside ranges, `bias` of units;
    `false_alarms` is the share of categories and series named as moved that may be chance."""

    coverage: float = 0.03
    bias: float = 0.05
    false_alarms: float = 0.05


@dataclass(frozen=True, slots=True)
class Judged:
    """What was forecast for n series over H periods, `mean` and 80 % range `low`, `high`, and what was `sold`.

    All (n, H). `is_judged` marks the cells whose sales are what was wanted: on sale and in stock. `is_promoted`
    tells promotions. `series` and `category` (n,) name the rows.
    """

    series: tuple[str, ...]
    category: tuple[str, ...]
    mean: Floats
    low: Floats
    high: Floats
    sold: Floats
    is_judged: Flags
    is_promoted: Flags

    def __post_init__(self) -> None:
        shape = self.mean.shape
        names = ("low", "high", "sold", "is_judged", "is_promoted")
        problems = [
            f"{name!r} has the shape {getattr(self, name).shape}; the forecast has {shape}"
            for name in names
            if getattr(self, name).shape != shape
        ]
        if not len(self.series) == len(self.category) == shape[0]:
            problems.append(f"{len(self.series)} series and {len(self.category)} categories name {shape[0]} rows")
        if not problems:
            cells = np.array([self.mean, self.low, self.high, self.sold])[:, self.is_judged]
            if not cells.size:
                problems.append("no period has been sold yet that the forecast could be judged by; wait for sales")
            elif not np.isfinite(cells).all():
                problems.append("forecasts or sales of judged cells are not all numbers; leave such cells unjudged")
            else:
                if (cells[1] > cells[2]).any():
                    problems.append("some ranges are upside down: low is above high")
                if (cells[0] < 0).any() or not cells[0].any():
                    problems.append(
                        "forecasts of judged cells are negative or all zero; nothing was foretold to judge"
                    )
        if problems:
            raise InputError(*problems)

    @property
    def spread(self) -> Floats:
        """Standard deviations (n, H) that the ranges state."""
        return (self.high - self.low) / _SPAN80

    @property
    def is_inside(self) -> Flags:
        """Whether the range held what was sold."""
        return np.asarray((self.sold >= self.low) & (self.sold <= self.high))


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a forecast does not hold: `code`, `where` (a category; empty: everywhere), what was found and allowed.

    Codes: "ranges_too_narrow", "ranges_too_wide" (`found` and `allowed` are shares inside); "level_moved",
    "promotions_answered_differently" (`found` is sold over forecast units, minus 1, and `allowed` how far that
    may be from 0; of promoted units, over what the unpromoted did).
    """

    code: str
    where: str
    found: Estimate
    allowed: float


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the model holds, and if not, why and what to do.

    `advice`: "keep"; "refresh" (forecast from the panel with the new sales: levels move, what was learnt stays);
    "refit" (what was learnt no longer holds). `coverage` is the share inside ranges, `shift` sold over forecast
    units minus 1. `categories` has a row each: `category`, `forecast`, `sold`, `shift` with `shift_low` and
    `shift_high` (98 %), `bias` (forecast over sold minus 1), `has_moved`; `series` likewise `series`, `category`,
    `forecast`, `sold`, `shift`, `deviation` (sold less forecast, in standard deviations), `has_moved`. Those that
    moved most come first.
    """

    holds: bool
    advice: str
    reasons: tuple[Reason, ...]
    coverage: Estimate
    shift: Estimate
    categories: pd.DataFrame
    series: pd.DataFrame

    def __bool__(self) -> bool:
        return self.holds


def watch(judged: Judged, *, limits: Limits | None = None) -> Health:
    """Judge a forecast by what was sold since.

    Fewer than four periods prove little, as one cannot tell a shock that passes from a level that moved: then it
    holds unless sales are extremely far off.
    """
    limits = limits or Limits()
    coverage = _coverage(judged, judged.is_inside)
    shift = _shift(judged, judged.is_judged)
    categories = _categories(judged, limits)
    answered = _answered(judged)
    reasons = [
        *_of_ranges(coverage, limits),
        *_moved("level_moved", "", shift, limits),
        *_moved_categories(categories, limits),
        *([] if answered is None else _moved("promotions_answered_differently", "", answered, limits)),
    ]
    return Health(
        holds=not reasons,
        advice=_advice(judged, reasons, limits),
        reasons=tuple(reasons),
        coverage=coverage,
        shift=shift,
        categories=categories,
        series=_series(judged, limits),
    )


def _advice(judged: Judged, reasons: list[Reason], limits: Limits) -> str:
    """Fresh levels where they would do; else what was learnt must be learnt anew."""
    codes = {reason.code for reason in reasons}
    if not codes:
        return "keep"
    if codes & {"promotions_answered_differently", "ranges_too_wide"}:
        return "refit"
    if "ranges_too_narrow" in codes:
        refreshed = _coverage(judged, _inside_at_fresh_levels(judged))
        still = any(reason.code == "ranges_too_narrow" for reason in _of_ranges(refreshed, limits))
        return "refit" if still else "refresh"
    return "refresh"


def _inside_at_fresh_levels(judged: Judged) -> Flags:
    """Whether ranges would have held around the level that the series' other judged periods show."""
    use = judged.is_judged
    mean, sold = np.where(use, judged.mean, 0.0), np.where(use, judged.sold, 0.0)
    variance = np.where(use, judged.spread**2, 0.0).sum(axis=1, keepdims=True)
    inertia = _LEVEL_INERTIA * variance / np.maximum(mean.sum(axis=1, keepdims=True), 1e-9)
    others_sold = sold.sum(axis=1, keepdims=True) - sold + inertia
    others_mean = mean.sum(axis=1, keepdims=True) - mean + inertia
    ratio = others_sold / np.maximum(others_mean, 1e-9)
    # A level taken from few periods is uncertain itself.
    wider = np.sqrt(1 + 1 / np.maximum(use.sum(axis=1, keepdims=True) - 1, 1))
    low, high = (judged.mean + (end - judged.mean) * wider for end in (judged.low, judged.high))
    return np.asarray((judged.sold >= low * ratio) & (judged.sold <= high * ratio))


def _coverage(judged: Judged, is_inside: Flags) -> Estimate:
    """Share inside, by a beta distribution (Jeffreys') of as many independent cells as there really are."""
    of = clustered_share(is_inside.astype(np.float64), judged.is_judged, expected=NOMINAL)
    chance = NOMINAL * (1 - NOMINAL)
    inflation = (t.ppf(0.5 + LEVEL / 2, of.freedom) / norm.ppf(0.5 + LEVEL / 2)) ** 2
    n_cells = min(chance / max(of.variance * inflation, 1e-12), float(judged.is_judged.sum()))
    hits = of.value * n_cells
    low, high = beta.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2], hits + 0.5, n_cells - hits + 0.5)
    method = f"beta, {n_cells:.0f} independent cells"
    return Estimate(of.value, min(float(low), of.value), max(float(high), of.value), LEVEL, method)


def _shift(judged: Judged, use: Flags) -> Estimate:
    """Sold over forecast units minus 1, of some cells."""
    return _interval(_ratio(judged, use))


def _ratio(judged: Judged, use: Flags) -> Clustered:
    return clustered_ratio(judged.sold, judged.mean, use, spread=judged.spread)


def _interval(of: Clustered) -> Estimate:
    reach = float(t.ppf(0.5 + LEVEL / 2, of.freedom) * np.sqrt(of.variance))
    return _estimate(of.value - 1, of.value - 1 - reach, of.value - 1 + reach)


def _estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, LEVEL, "ratio, clustered by period and series")


def _answered(judged: Judged) -> Estimate | None:
    """How differently from what was forecast promotions sold, beside what sold without; None if there were none."""
    with_one, without = (
        judged.is_judged & chosen for chosen in (judged.is_promoted, np.asarray(~judged.is_promoted))
    )
    if judged.mean[with_one].sum() <= 0 or judged.mean[without].sum() <= 0:
        return None
    a, b = _ratio(judged, with_one), _ratio(judged, without)
    if b.value <= 0:
        return None
    ratio = a.value / b.value
    variance = a.variance / b.value**2 + ratio**2 * b.variance / b.value**2
    return _interval(Clustered(ratio, variance, min(a.freedom, b.freedom)))


def _of_ranges(coverage: Estimate, limits: Limits) -> list[Reason]:
    if coverage.high < NOMINAL and coverage.value < NOMINAL - limits.coverage:
        return [Reason("ranges_too_narrow", "", coverage, NOMINAL - limits.coverage)]
    if coverage.low > NOMINAL and coverage.value > NOMINAL + limits.coverage:
        return [Reason("ranges_too_wide", "", coverage, NOMINAL + limits.coverage)]
    return []


def _moved(code: str, where: str, shift: Estimate, limits: Limits) -> list[Reason]:
    is_sure = shift.low > 0 or shift.high < 0
    return [Reason(code, where, shift, limits.bias)] if is_sure and abs(shift.value) > limits.bias else []


def _moved_categories(categories: pd.DataFrame, limits: Limits) -> list[Reason]:
    moved = categories[categories["has_moved"]]
    found = moved[["shift", "shift_low", "shift_high"]].to_numpy(dtype=np.float64)
    return [
        Reason("level_moved", str(name), _estimate(*row), limits.bias)
        for name, row in zip(moved["category"], found.tolist(), strict=True)
    ]


def _categories(judged: Judged, limits: Limits) -> pd.DataFrame:
    of_row = np.array(judged.category)
    uses = {name: judged.is_judged & (of_row == name)[:, None] for name in dict.fromkeys(judged.category)}
    uses = {name: use for name, use in uses.items() if judged.mean[use].sum() > 0}
    ratios = [_ratio(judged, use) for use in uses.values()]
    shifts = [_interval(ratio) for ratio in ratios]
    out = pd.DataFrame(
        {
            "category": list(uses),
            "forecast": [float(judged.mean[use].sum()) for use in uses.values()],
            "sold": [float(judged.sold[use].sum()) for use in uses.values()],
            "shift": [shift.value for shift in shifts],
            "shift_low": [shift.low for shift in shifts],
            "shift_high": [shift.high for shift in shifts],
        }
    )
    far = np.array([abs(of.value - 1) / max(np.sqrt(of.variance), 1e-12) for of in ratios])
    is_sure = _is_no_chance(2 * t.sf(far, np.array([of.freedom for of in ratios])), limits)
    out["bias"] = out["forecast"] / np.maximum(out["sold"], 1.0) - 1
    out["has_moved"] = is_sure & (out["shift"].abs() > limits.bias).to_numpy()
    return _most_first(out, "shift")


def _is_no_chance(chances: Floats, limits: Limits) -> Flags:
    """Which of many tests stand out, a stated share of false ones among them (Benjamini and Hochberg 1995)."""
    if not chances.size:
        return np.zeros(0, dtype=np.bool_)
    return np.asarray(false_discovery_control(chances) < limits.false_alarms)


def _most_first(table: pd.DataFrame, column: str) -> pd.DataFrame:
    order = np.argsort(-table[column].abs().to_numpy(), kind="stable")
    return table.iloc[order].reset_index(drop=True)


def _series(judged: Judged, limits: Limits) -> pd.DataFrame:
    """Deviation of totals, as if the errors of a series all came from its level: the most careful view.

    A spread below one unit is taken for one: less than a unit is no news.
    """
    kept = np.flatnonzero(judged.is_judged.any(axis=1))
    forecast, sold, spread = (
        np.where(judged.is_judged, values, 0.0).sum(axis=1)[kept]
        for values in (judged.mean, judged.sold, judged.spread)
    )
    deviation = (sold - forecast) / np.maximum(spread, 1.0)
    out = pd.DataFrame(
        {
            "series": [judged.series[i] for i in kept],
            "category": [judged.category[i] for i in kept],
            "forecast": forecast,
            "sold": sold,
            "shift": sold / np.maximum(forecast, 1.0) - 1,
            "deviation": deviation,
            "has_moved": _is_no_chance(2 * norm.sf(np.abs(deviation)), limits),
        }
    )
    return _most_first(out, "deviation")
