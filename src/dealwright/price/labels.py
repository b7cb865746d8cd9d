"""Which few prices serve all groups best, if every group may use only them."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, vstack

from dealwright.core.errors import InputError
from dealwright.price.given import Floats

Flags = NDArray[np.bool_]


def choose_labels(scores: Floats, kinds: Flags, *, n_labels: int, most_sets: int = 5_000) -> tuple[Flags, float]:
    """Which labels (K,) serve all groups best, and what no choice exceeds.

    `scores` (G, M) is what each group gets from its best path on exactly the labels of kind m, `kinds` (M, K)
    flags. Up to `most_sets` sets of labels are tried one by one; beyond, a mixed-integer programme chooses.
    InputError if no set serves all groups.
    """
    n_rungs = kinds.shape[1]
    n = min(n_labels, n_rungs)
    if math.comb(n_rungs, n) > most_sets:
        return _choose_by_programme(scores, kinds, n)
    totals = []
    sets = [np.isin(np.arange(n_rungs), labels) for labels in combinations(range(n_rungs), n)]
    for labels in sets:
        inside = ~(kinds & ~labels).any(axis=1)
        totals.append(np.where(inside, scores, -np.inf).max(axis=1).sum())
    best = int(np.argmax(totals))
    if totals[best] == -np.inf:
        raise InputError(_no_labels(n))
    return sets[best], float(totals[best])


def _choose_by_programme(scores: Floats, kinds: Flags, n_labels: int) -> tuple[Flags, float]:
    """Labels are binary; given them, each group's best kind follows by itself."""
    n_groups = len(scores)
    n_rungs = kinds.shape[1]
    group, kind = np.nonzero(np.isfinite(scores))
    n_cells = len(group)
    cells = np.arange(n_cells)
    pick_one = coo_array((np.ones(n_cells), (group, cells)), shape=(n_groups, n_cells + n_rungs))
    cell, label = np.nonzero(kinds[kind])
    pairs = group[cell] * n_rungs + label
    rows = np.concatenate([pairs, np.arange(n_groups * n_rungs)])
    columns = np.concatenate([cell, n_cells + np.tile(np.arange(n_rungs), n_groups)])
    weights = np.concatenate([np.ones(len(cell)), -np.ones(n_groups * n_rungs)])
    linked = coo_array((weights, (rows, columns)), shape=(n_groups * n_rungs, n_cells + n_rungs))
    few = coo_array(
        (np.ones(n_rungs), (np.zeros(n_rungs, dtype=np.int64), n_cells + np.arange(n_rungs))),
        shape=(1, n_cells + n_rungs),
    )
    low = np.concatenate([np.ones(n_groups), np.full(n_groups * n_rungs + 1, -np.inf)])
    high = np.concatenate([np.ones(n_groups), np.zeros(n_groups * n_rungs), [n_labels]])
    result = milp(
        np.concatenate([-scores[group, kind], np.zeros(n_rungs)]),
        constraints=LinearConstraint(vstack([pick_one, linked, few]).tocsr(), low, high),
        bounds=Bounds(0, 1),
        integrality=np.concatenate([np.zeros(n_cells), np.ones(n_rungs)]),
    )
    if result.x is None:
        raise InputError(_no_labels(n_labels))
    return result.x[n_cells:] > 0.5, float(-result.mip_dual_bound)


def _no_labels(n_labels: int) -> str:
    return f"no {n_labels} labels serve all groups; allow more labels or lower the sell-through target"
