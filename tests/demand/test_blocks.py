"""Categories are fitted some at a time, and come out as if each were alone."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.demand.blocks import Block, BlockFit, Sales, blocks_of, fit_block
from dealwright.demand.nested import Design, Precision
from dealwright.demand.prior import GROUPED, SHARED, Prior

CATEGORY_OF = np.array([1, 0, 1, 0, 2, 1])
LABELS = np.array(["b", "x", "a", "x", "x", "b"])


def test_series_of_a_category_and_of_a_group_stand_together() -> None:
    (block,) = blocks_of(CATEGORY_OF, LABELS)
    assert block.rows.tolist() == [1, 3, 2, 0, 5, 4]
    assert block.nesting.category_of.tolist() == [0, 0, 1, 1, 1, 2]
    assert block.nesting.group_of.tolist() == [0, 0, 1, 2, 2, 3]
    assert block.is_alone.tolist() == [True, False, False, True]


def test_a_category_is_never_parted_between_blocks() -> None:
    blocks = blocks_of(CATEGORY_OF, LABELS, n_series=3)
    assert [block.rows.tolist() for block in blocks] == [[1, 3, 2, 0, 5], [4]]
    assert [block.nesting.group_of.tolist() for block in blocks] == [[0, 0, 1, 2, 2], [0]]


def fitted(block: Block, columns: list[NDArray[np.float64]], units: NDArray[np.float64]) -> BlockFit:
    """One round on rows of the columns, without anything known beforehand."""
    prior = Prior()
    rows = [*(column[block.rows] for column in columns[:-1]), np.linspace(-1.0, 0.0, units.shape[1])]
    nothing = np.zeros((len(block.rows), units.shape[1]))
    return fit_block(
        block,
        Sales(units[block.rows], np.ones_like(nothing)),
        Design.of(rows, grouped=[SHARED.index(name) for name in GROUPED], nesting=block.nesting),
        offset=nothing,
        drift=nothing,
        shared=prior.shared,
        precision=Precision(
            np.array([0.01, 4.0]), np.full((block.nesting.n_groups, len(GROUPED)), 9.0), prior.shared_sd**-2.0
        ),
        before=None,
    )


def test_a_category_is_fitted_the_same_beside_others_as_alone() -> None:
    rng = np.random.default_rng(3)
    columns = [rng.normal(0.0, 0.3, (6, 30)) for _ in SHARED]
    units = rng.poisson(np.exp(2.0 + 2.0 * columns[0])).astype(np.float64)
    (whole,) = blocks_of(CATEGORY_OF, LABELS)
    together = fitted(whole, columns, units)
    alone = [fitted(block, columns, units) for block in blocks_of(CATEGORY_OF, LABELS, n_series=1)]
    assert together.at.own == pytest.approx(np.concatenate([part.at.own for part in alone]), rel=1e-3, abs=1e-3)
    own = np.concatenate([part.variances.own for part in alone])
    assert together.variances.own == pytest.approx(own, rel=1e-3)
    assert together.scatter.noise == pytest.approx(np.concatenate([p.scatter.noise for p in alone]), rel=1e-3)


def test_what_a_group_adds_comes_on_top_of_what_its_category_shares() -> None:
    rng = np.random.default_rng(3)
    columns = [rng.normal(0.0, 0.3, (6, 30)) for _ in SHARED]
    (whole,) = blocks_of(CATEGORY_OF, LABELS)
    found = fitted(whole, columns, rng.poisson(8.0, (6, 30)).astype(np.float64))
    display = SHARED.index("display")
    assert found.of_groups("display")[2] == pytest.approx(found.at.shared[1, display] + found.at.group[1, 1])
    assert found.of_groups("switching")[2] == found.at.shared[1, SHARED.index("switching")]
