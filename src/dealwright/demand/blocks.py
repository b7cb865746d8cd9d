"""One round of the fit: some categories at a time, from the coefficients of the round before."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.counts import MOST_STEPS, Mode, Scatter, posterior_mode, units_of
from dealwright.demand.nested import Arrows, Coefficients, Design, Nesting, Precision, SlopeVariances
from dealwright.demand.prior import GROUPED, SHARED

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

BLOCK_SERIES = 1000
"""Series fitted at once: all would take much memory, one category after the other much waiting for Python."""


@dataclass(frozen=True, slots=True)
class Block:
    """Some categories: `rows` (m,) of the panel in the order of `nesting`."""

    rows: Ints
    nesting: Nesting

    @property
    def is_alone(self) -> Flags:
        """Whether a group is the only one of its category, (g,)."""
        n_groups = np.diff(self.nesting.category_groups, append=self.nesting.n_groups)
        return np.asarray((n_groups == 1)[self.nesting.category_of_group])


def blocks_of(category_of: Ints, labels: NDArray[np.str_], *, n_series: int = BLOCK_SERIES) -> list[Block]:
    """Series (n,) by category, those of a label side by side; whole categories to blocks of `n_series` or more."""
    group_of = np.unique(labels, return_inverse=True)[1]
    rows = np.lexsort((group_of, category_of))
    blocks, first = [], 0
    for end in (np.flatnonzero(np.diff(category_of[rows], append=-1)) + 1).tolist():
        if end - first >= n_series or end == len(rows):
            part = rows[first:end]
            blocks.append(Block(part, Nesting.of(category_of[part], group_of[part])))
            first = end
    return blocks


@dataclass(frozen=True, slots=True)
class BlockFit:
    """What a round made of a block; `log_units` (m, T) are expected ones without slow drift."""

    block: Block
    at: Coefficients
    log_units: Floats
    arrows: Arrows
    variances: SlopeVariances
    scatter: Scatter

    def of_groups(self, name: str) -> Floats:
        """A coefficient of `SHARED` with what the series' groups add to it, (m,)."""
        nesting = self.block.nesting
        of_category = self.at.shared[nesting.category_of, SHARED.index(name)]
        if name not in GROUPED:
            return np.asarray(of_category)
        return np.asarray(of_category + self.at.group[nesting.group_of, GROUPED.index(name)])


@dataclass(frozen=True, slots=True)
class Sales:
    """Units (m, T) of a block's series, and which periods `use` (zeros and ones) says something."""

    units: Floats
    use: Floats

    @property
    def typical(self) -> Floats:
        """Mean of the periods used, (m,)."""
        return np.asarray((self.use * self.units).sum(axis=1) / np.maximum(self.use.sum(axis=1), 1))


def fit_block(
    block: Block,
    sales: Sales,
    design: Design,
    *,
    offset: Floats,
    drift: Floats,
    shared: Floats,
    precision: Precision,
    before: BlockFit | None,
) -> BlockFit:
    """Posterior mode, alternating Newton steps and dispersion; starts where the round `before` ended.

    `offset` and `drift` (m, T) are known logarithms of units, `shared` (P,) the prior means of what is shared.
    """
    nesting, m = block.nesting, len(block.rows)
    units, use, typical = sales.units, sales.use, sales.typical
    mean = Coefficients(
        np.zeros((m, 2)),
        np.zeros((nesting.n_groups, len(GROUPED))),
        np.tile(shared, (len(nesting.category_starts), 1)),
    )
    level = np.log(np.maximum(typical, 0.05))
    at = before.at if before else replace(mean, own=np.column_stack([level, np.zeros(m)]))
    mode = Mode(at, offset + drift + design.predict(at))
    scatter = Scatter(np.maximum(typical * 0.2, 1.5), np.zeros(m))
    if before:
        scatter = Scatter.of(units, units_of(mode.log_units), use, nesting)
    # What the next round starts from moves with this one, so one step in each gets there sooner than many in each.
    most_steps = 1 if before else MOST_STEPS
    for _ in range(1 if before else 2):
        weight = use / scatter.over_mean(units_of(mode.log_units))
        mode = posterior_mode(design, units, weight, mode, mean, precision, most_steps=most_steps)
        scatter = Scatter.of(units, units_of(mode.log_units), use, nesting)
    expected = units_of(mode.log_units)
    arrows = Arrows.reduce(design, expected * use / scatter.over_mean(expected), precision)
    variances = arrows.slope_variances(SHARED.index("elasticity"))
    return BlockFit(block, mode.at, mode.log_units - drift, arrows, variances, scatter)
