"""How to clear groups of articles by a date: prices never rise, few labels, salvage at the end.

A path of a group is a falling sequence of rungs. With few labels there are few paths, so each is valued in every
draw of demand (units sold never exceed the stock), and the labels are chosen that serve all groups best. After Caro
and Gallien, *Clearance pricing optimization for a fast-fashion retailer*, 2012.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.price.curve import told
from dealwright.price.given import Floats, Ints, refuse, wrong
from dealwright.price.labels import Flags, choose_labels
from dealwright.price.ladder import Ladder

_MOST_PATHS = 200_000


@dataclass(frozen=True, slots=True)
class SellThrough:
    """The share of each group's stock that should be sold by the end.

    Hard unless `penalty` (minor units per unit short, on average) is given.
    """

    share: float
    penalty: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1:
            raise InputError(f"a sell-through target is a share above 0 up to 1; given {self.share!r}")
        refuse(wrong("the penalty", self.penalty or 0.0, least=0))


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Articles that carry one price: stock, today's price, salvage per unit left, units wanted (D, T, K)."""

    name: str
    stock: float
    price: int
    wanted: Floats
    salvage: float = 0.0

    def __post_init__(self) -> None:
        named = f"of {self.name}"
        refuse(
            wrong(f"stock {named}", self.stock, least=0),
            wrong(f"price {named}", self.price, above=0),
            wrong(f"units wanted {named}", self.wanted, least=0),
            wrong(f"salvage {named}", self.salvage, least=0),
        )
        if np.ndim(self.wanted) != 3:
            raise InputError(
                f"units wanted {named} have {np.ndim(self.wanted)} dimensions; give (draws, periods, rungs)"
            )


@dataclass(frozen=True, slots=True)
class GroupMarkdown:
    """The prices of a group by period, and the mean units each period sells."""

    name: str
    prices: tuple[int, ...]
    units: Floats
    value: Estimate
    sell_through: Estimate


@dataclass(frozen=True, slots=True)
class Markdown:
    """Paths of all groups, the labels they share, and what they bring with salvage; money in minor units.

    `score` is mean money less penalties for missed sell-through; no choice of labels and paths scores more than
    `bound`.
    """

    groups: tuple[GroupMarkdown, ...]
    labels: tuple[int, ...]
    value: Estimate
    score: float
    bound: float


def clear(
    ladder: Ladder, groups: Sequence[Group], *, n_labels: int, sell_through: SellThrough | None = None
) -> Markdown:
    """The best falling paths that together use at most `n_labels` prices of the ladder.

    A group starts at or below its price of today. InputError with all problems: no group, shapes that differ,
    no rung at or below a price, a hard sell-through that no path reaches (it says what can be reached).
    """
    _check(ladder, groups, n_labels)
    n_periods = groups[0].wanted.shape[1]
    paths = falling_paths(len(ladder.prices), n_periods, most_labels=n_labels)
    valued = [_value_paths(ladder, group, paths, sell_through) for group in groups]
    _check_reachable(groups, valued, sell_through)
    used = _label_sets(paths, len(ladder.prices))
    kinds, kind_of = np.unique(used, axis=0, return_inverse=True)
    best = [_best_of_kind(one.score, kind_of.ravel(), len(kinds)) for one in valued]
    scores = np.array([one.score[place] for one, place in zip(valued, best, strict=True)])  # (G, kinds)
    allowed, bound = choose_labels(scores, kinds, n_labels=n_labels)
    inside = ~(kinds & ~allowed).any(axis=1)
    chosen = [
        place[int(np.argmax(np.where(inside, score, -np.inf)))] for place, score in zip(best, scores, strict=True)
    ]
    return _tell(ladder, groups, paths[np.array(chosen)], bound, valued, chosen)


def falling_paths(n_rungs: int, n_periods: int, *, most_labels: int) -> Ints:
    """All sequences of rungs (N, T) that never rise and use at most `most_labels` of them.

    >>> falling_paths(2, 2, most_labels=2).tolist()
    [[0, 0], [1, 1], [1, 0]]
    """
    most = min(most_labels, n_rungs, n_periods)
    n = sum(math.comb(n_rungs, m) * math.comb(n_periods - 1, m - 1) for m in range(1, most + 1))
    if n > _MOST_PATHS:
        raise InputError(
            f"{n:,} ways to fall over {n_periods} periods and {n_rungs} rungs are more than the {_MOST_PATHS:,} "
            "looked at; allow fewer labels, fewer rungs or longer periods"
        )
    blocks = []
    for m in range(1, most + 1):
        rungs = np.array([labels[::-1] for labels in combinations(range(n_rungs), m)], dtype=np.int64)
        starts = np.array(list(combinations(range(1, n_periods), m - 1)), dtype=np.int64).reshape(
            math.comb(n_periods - 1, m - 1), m - 1
        )
        stage = (np.arange(n_periods) >= starts[..., None]).sum(axis=1)  # (ways to time it, T)
        blocks.append(rungs[:, stage].reshape(-1, n_periods))
    return np.concatenate(blocks)


def sold_on_paths(wanted: Floats, stock: float, paths: Ints) -> Floats:
    """Units sold (D, N, T) along each path, never more than wanted or left."""
    left = np.full((len(wanted), len(paths)), float(stock))
    units = np.empty((*left.shape, paths.shape[1]))
    for t in range(paths.shape[1]):
        units[..., t] = np.minimum(wanted[:, t, paths[:, t]], left)
        left = left - units[..., t]
    return units


@dataclass(frozen=True, slots=True)
class _Valued:
    """Of each path (N,): mean money less penalty (minus infinity if not allowed) and mean sell-through."""

    score: Floats
    sell_through: Floats


def _value_paths(ladder: Ladder, group: Group, paths: Ints, target: SellThrough | None) -> _Valued:
    prices = ladder.array
    score, share = np.empty(len(paths)), np.empty(len(paths))
    size = max(1, 4_000_000 // (group.wanted.shape[0] * paths.shape[1]))
    for start in range(0, len(paths), size):
        some = paths[start : start + size]
        units = sold_on_paths(group.wanted, group.stock, some)
        total = units.sum(axis=2)
        money = (units * prices[some]).sum(axis=2) + group.salvage * (group.stock - total)
        score[start : start + size] = money.mean(axis=0)
        share[start : start + size] = total.mean(axis=0) / group.stock if group.stock > 0 else 1.0
        if target is not None and target.penalty is not None:
            short = np.maximum(target.share * group.stock - total, 0.0)
            score[start : start + size] -= target.penalty * short.mean(axis=0)
    starts_high = prices[paths[:, 0]] > group.price
    score[starts_high], share[starts_high] = -np.inf, 0.0
    if target is not None and target.penalty is None:
        score[share < target.share - 1e-9] = -np.inf
    return _Valued(score, share)


def _label_sets(paths: Ints, n_rungs: int) -> Flags:
    used = np.zeros((len(paths), n_rungs), dtype=np.bool_)
    np.put_along_axis(used, paths, True, axis=1)
    return used


def _best_of_kind(score: Floats, kind_of: Ints, n_kinds: int) -> Ints:
    """The place of the best path of each kind, (M,)."""
    order = np.lexsort((score, kind_of))
    last = np.searchsorted(kind_of[order], np.arange(n_kinds), side="right") - 1
    return np.asarray(order[last])


def _tell(
    ladder: Ladder, groups: Sequence[Group], paths: Ints, bound: float, valued: list[_Valued], chosen: list[int]
) -> Markdown:
    told_groups, money_of = [], []
    for group, path in zip(groups, paths, strict=True):
        units = sold_on_paths(group.wanted, group.stock, path[None])[:, 0]
        total = units.sum(axis=1)
        money = units @ ladder.array[path] + group.salvage * (group.stock - total)
        money_of.append(money)
        share = total / group.stock if group.stock > 0 else np.ones(len(total))
        prices = tuple(ladder.prices[k] for k in path)
        told_groups.append(GroupMarkdown(group.name, prices, units.mean(axis=0), told(money), told(share)))
    labels = sorted({price for one in told_groups for price in one.prices}, reverse=True)
    score = float(sum(one.score[place] for one, place in zip(valued, chosen, strict=True)))
    return Markdown(tuple(told_groups), tuple(labels), told(np.sum(money_of, axis=0)), score, max(bound, score))


def _check(ladder: Ladder, groups: Sequence[Group], n_labels: int) -> None:
    problems = []
    if not groups:
        problems.append("there is no group to clear; give at least one")
    if n_labels < 1:
        problems.append(f"at least 1 label is needed; given {n_labels}")
    shapes = {group.wanted.shape for group in groups}
    if len(shapes) > 1:
        problems.append(f"groups have demand of different shapes {sorted(shapes)}; use the same draws and periods")
    if any(shape[2] != len(ladder.prices) for shape in shapes):
        problems.append(f"demand is not given for each of the {len(ladder.prices)} rungs; make them agree")
    problems += [
        f"{group.name} costs {group.price} and the lowest rung is {ladder.prices[0]}; add a rung at or below it"
        for group in groups
        if group.price < ladder.prices[0]
    ]
    refuse(problems)


def _check_reachable(groups: Sequence[Group], valued: list[_Valued], target: SellThrough | None) -> None:
    if target is None or target.penalty is not None:
        return
    problems = [
        f"{group.name} reaches a sell-through of at most {one.sell_through.max():.1%}, the target is "
        f"{target.share:.1%}; lower it, add lower rungs, or give a penalty to make it soft"
        for group, one in zip(groups, valued, strict=True)
        if not np.isfinite(one.score).any()
    ]
    refuse(problems)
