"""A better calendar near a good one: a few items at a time choose anew, first those that the gap comes from.

At the prices of the bound, the gap is what every item's schedule falls short of its best, plus what rows leave
unused. Items that fall short most are freed together with some others that can make room for them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.calendar.bound import Priced
from dealwright.plan.calendar.incumbent import Incumbent, admitted
from dealwright.plan.calendar.master import Master, MasterAnswer
from dealwright.plan.calendar.restricted import Search, chosen_by_groups

Ints = NDArray[np.int64]

_SHORT, _RELATED, _OTHERS = 10, 10, 15
"""Items of a neighbourhood: those that fall short most, some of their families, some of all."""
_ITEMS_PER_NEIGHBOURHOOD = 1000
_MOST_PASSES = 60
_MOST_IN_VAIN = 10


def refined(
    master: Master,
    mix: MasterAnswer,
    best: Incumbent,
    *,
    priced: Priced,
    family: Ints,
    search: Search,
    enough: float,
) -> Incumbent:
    """Passes over new neighbourhoods until the objective is `enough` or nothing better is found for a while."""
    rng = np.random.default_rng(search.seed)
    in_vain = 0
    for _ in range(_MOST_PASSES):
        if best.objective >= enough or in_vain == _MOST_IN_VAIN:
            break
        groups = _neighbourhoods(master, best, priced, family, rng)
        loss = priced.bound - best.objective
        choice = chosen_by_groups(master, mix, groups, search=search, loss=loss, now=best.choice)
        found = admitted(master.problem, choice)
        in_vain += 1
        if found is not None and found.objective > best.objective:
            best, in_vain = found, 0
    return best


def _neighbourhoods(
    master: Master, best: Incumbent, priced: Priced, family: Ints, rng: np.random.Generator
) -> list[Ints]:
    """Disjoint sets of items, the more the more items there are."""
    problem = master.problem
    n = len(best.choice)
    worth = problem.values(best.choice) - problem.uses(best.choice) @ priced.price
    short = np.argsort(worth - priced.schedules.worth, kind="stable")
    is_free = np.ones(n, dtype=np.bool_)
    found = []
    for number in range(1 + n // _ITEMS_PER_NEIGHBOURHOOD):
        core = short[number * _SHORT : (number + 1) * _SHORT]
        core = core[is_free[core]]
        is_free[core] = False
        related = _some(np.flatnonzero(is_free & np.isin(family, family[core])), _RELATED, rng)
        is_free[related] = False
        others = _some(np.flatnonzero(is_free), _OTHERS, rng)
        is_free[others] = False
        found.append(np.sort(np.concatenate([core, related, others])))
    return found


def _some(items: Ints, count: int, rng: np.random.Generator) -> Ints:
    return rng.choice(items, min(count, len(items)), replace=False)
