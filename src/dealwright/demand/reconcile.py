"""Forecasts of series, products, stores, categories and the whole shop that agree with one another.

Each level is forecast on its own, where its own noise is smallest; then all are moved as little as possible, those
with large error variances most, until they sum: minimum trace reconciliation with diagonal error variances
(Wickramasuriya, Athanasopoulos and Hyndman 2019). With W the variances and A the sums of the n series, the normal
equations of weighted least squares are, by Woodbury's identity,

    series = own + W_series A' (A W_series A' + W_above)^-1 (above - A own)

a sparse system of the size of the levels above: time is linear in the number of series, where S' W^-1 S is a full
n x n matrix, because the total adds up all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, vstack
from scipy.sparse.linalg import splu

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel

Floats = NDArray[np.float64]

SERIES = "series"
"""The level at the bottom: the rows of a panel."""
_VARIANCE_INERTIA = 5.0  # periods of belief that a node errs as much per unit sold as those beside it
_LEAST_VARIANCE = 1e-9  # of the greatest; none at all would leave the equations without a solution


@dataclass(frozen=True, slots=True)
class Level:
    """One way to add up n series: node k of `names` sums the series that row k of `sums` (m, n) marks with 1."""

    names: tuple[str, ...]
    sums: csr_array

    @classmethod
    def of(cls, labels: list[str]) -> Level:
        """A node per distinct label of the n series, in order of first appearance."""
        names = tuple(dict.fromkeys(labels))
        number = {name: k for k, name in enumerate(names)}
        rows = [number[label] for label in labels]
        marks = (np.ones(len(labels)), (rows, np.arange(len(labels))))
        return cls(names, csr_array(marks, shape=(len(names), len(labels))))


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """The levels above n series, by name from the top; the series themselves are the level `SERIES`."""

    above: Mapping[str, Level]
    series: tuple[str, ...]

    @classmethod
    def of(cls, panel: Panel) -> Hierarchy:
        """Total, category and, if series are of single stores, store and sku."""
        levels = {"total": Level.of(["total"] * len(panel.products))}
        levels["category"] = Level.of([panel.categories[k] for k in panel.category_of])
        if c.STORE in panel.products:
            levels["store"] = Level.of([str(store) for store in panel.products[c.STORE]])
            levels["sku"] = Level.of(panel.skus)
        return cls(levels, tuple(panel.series))

    def names(self, level: str) -> tuple[str, ...]:
        """Names of a level's nodes, in row order; InputError if there is no such level."""
        if level == SERIES:
            return self.series
        if level not in self.above:
            raise InputError.unknown("level of the hierarchy", level, [*self.above, SERIES])
        return self.above[level].names

    def added_up(self, series: Floats) -> dict[str, Floats]:
        """Every level's values (..., m, H) from those of the series (..., n, H)."""
        flat = _node_first(series)
        summed = {name: _like(level.sums @ flat, series) for name, level in self.above.items()}
        return {**summed, SERIES: series}


def reconcile(
    hierarchy: Hierarchy, forecasts: Mapping[str, Floats], variances: Mapping[str, Floats]
) -> dict[str, Floats]:
    """Forecasts of every level that sum exactly and are never negative.

    `forecasts` by level are (m, H), or draws (D, m, H) that are reconciled one by one: they must be joint (see
    `in_step`), or the reconciled ranges come out too narrow. `SERIES` must be among them; a level that is not is
    added up. `variances` (m,) of the same levels are those of the errors (see `error_variances`). Where series
    come out negative they are set to zero and the others of that period lowered, so that the total stays.
    InputError, all at once, for unknown levels, wrong shapes and numbers that are none.
    """
    _refuse_unusable(hierarchy, forecasts, variances)
    own = forecasts[SERIES]
    given = [name for name in hierarchy.above if name in forecasts]
    moved = own
    if given:
        sums = vstack([hierarchy.above[name].sums for name in given], format="csr")
        moved = _like(
            _least_squares(
                sums,
                _node_first(own),
                np.concatenate([_node_first(forecasts[name]) for name in given]),
                _floored(variances[SERIES], variances),
                np.concatenate([_floored(variances[name], variances) for name in given]),
            ),
            own,
        )
    return hierarchy.added_up(_never_negative(moved))


def error_variances(forecast: Floats, actual: Floats) -> Floats:
    """Mean square errors (m,) of a level's nodes over past periods, each (m, T).

    Few periods tell little of one node: each is drawn towards what the level errs per unit forecast.
    """
    square = ((forecast - actual) ** 2).sum(axis=1)
    size = np.maximum(forecast, 0.0).mean(axis=1)
    typical = square.sum() / max(float(size.sum()) * forecast.shape[1], 1e-9) * size
    return np.asarray((square + _VARIANCE_INERTIA * typical) / (forecast.shape[1] + _VARIANCE_INERTIA))


def in_step(hierarchy: Hierarchy, draws: Mapping[str, Floats]) -> dict[str, Floats]:
    """Draws (D, m, H) of levels that were made apart, put in the order in which the sums of the series' draws run.

    Each node keeps its own draws and takes the ranks of what its series sum to in each draw (an empirical copula,
    as in Clark et al. 2004), so that a good draw of the total meets good draws of its parts.
    """
    summed = hierarchy.added_up(draws[SERIES])
    ranks = {name: summed[name].argsort(axis=0).argsort(axis=0) for name in draws}
    return {
        name: values if name == SERIES else np.take_along_axis(np.sort(values, axis=0), ranks[name], axis=0)
        for name, values in draws.items()
    }


def _least_squares(
    sums: csr_array, own: Floats, above: Floats, own_variance: Floats, above_variance: Floats
) -> Floats:
    """Series (n, K) nearest to `own` (n, K) and `above` (m, K), each weighted by one over its variance."""
    gap = above - sums @ own
    reach = diags_array(own_variance) @ sums.T
    system = (sums @ reach + diags_array(above_variance)).tocsc()
    # Symmetric and positive definite: pivots may stay on the diagonal, which keeps the factors sparse.
    solved = splu(system, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=0.0, options={"SymmetricMode": True})
    return np.asarray(own + reach @ solved.solve(gap))


def _never_negative(series: Floats) -> Floats:
    """Negative values (..., n, H) at zero, the others of the period lowered to the same total (zero at least)."""
    kept = np.maximum(series, 0.0)
    wanted, held = np.maximum(series.sum(axis=-2), 0.0), kept.sum(axis=-2)
    has_negative = (series < 0).any(axis=-2)
    scale = np.where(has_negative, wanted / np.where(held > 0, held, 1.0), 1.0)
    return np.asarray(kept * scale[..., None, :])


def _floored(variance: Floats, variances: Mapping[str, Floats]) -> Floats:
    return np.maximum(variance, _LEAST_VARIANCE * max(float(values.max()) for values in variances.values()))


def _node_first(values: Floats) -> Floats:
    """(..., m, H) as (m, everything else)."""
    return np.moveaxis(values, -2, 0).reshape(values.shape[-2], -1)


def _like(flat: Floats, values: Floats) -> Floats:
    """(m, everything else) as (..., m, H), where `values` is (..., n, H)."""
    shape = (flat.shape[0], *values.shape[:-2], values.shape[-1])
    return np.moveaxis(np.asarray(flat).reshape(shape), 0, -2)


def _refuse_unusable(
    hierarchy: Hierarchy, forecasts: Mapping[str, Floats], variances: Mapping[str, Floats]
) -> None:
    if SERIES not in forecasts:
        raise InputError(f"no forecasts of the level {SERIES!r}, into which all others are split; add them")
    shape = forecasts[SERIES].shape
    problems = []
    for name, values in forecasts.items():
        m = len(hierarchy.names(name))
        expected = (*shape[:-2], m, shape[-1])
        if values.shape != expected:
            problems.append(f"forecasts of level {name!r} have the shape {values.shape}; it must be {expected}")
        elif not np.isfinite(values).all():
            problems.append(f"forecasts of level {name!r} are not all numbers; forecast every node and period")
        if name not in variances:
            problems.append(f"no error variances of level {name!r}; they say how far it may be moved")
        elif variances[name].shape != (m,):
            problems.append(
                f"variances of level {name!r} have the shape {variances[name].shape}; it must be {(m,)}"
            )
        elif not (np.isfinite(variances[name]) & (variances[name] >= 0)).all():
            problems.append(f"variances of level {name!r} are not all numbers from 0 up")
    if not problems and not any((variances[name] > 0).any() for name in forecasts):
        problems.append("all error variances are zero, so nothing says which forecast may be moved")
    if problems:
        raise InputError(*problems)
