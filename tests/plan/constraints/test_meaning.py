"""Each limit lets pass exactly the plans that its sentence describes, and the planner finds the best of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from numpy.typing import NDArray

from dealwright.core.errors import InfeasibleError
from dealwright.plan.constraints import (
    AllOrNothing,
    Blackout,
    Budget,
    CompetitorIndex,
    CompetitorPrice,
    Constraint,
    DepthLadder,
    EventGap,
    EventLength,
    Gap,
    Handling,
    Keep,
    LargestPriceChange,
    LeastPerWeek,
    Locked,
    MarginFloor,
    MarginOver,
    MostChanged,
    MostPerProduct,
    MostPriceChanges,
    MostPromotions,
    MustRun,
    NeverTogether,
    OnlyTogether,
    PriceOrder,
    PriorPrice,
    Products,
    SameOffer,
    SellThrough,
    SlotsPerCategory,
    StockLimit,
    SupplierFunding,
    VehicleSlots,
    violations,
)
from dealwright.plan.problem import Offer, PlanningProblem
from dealwright.plan.solvers import Milp
from dealwright.plan.words import LANGUAGES, sentence
from small_plan import WEEK_ONE, Ints, admitted, every_choice, small_problem

Floats = NDArray[np.float64]

TWO = small_problem(n=2, n_weeks=3, depths=(0.1, 0.3), seed=4)  # offers: none, 10 % off, 30 % off
CUT = TWO.terms.shelf_depth
ONE = small_problem(n=1, n_weeks=6, depths=(0.1, 0.3), seed=4)
SEEN = small_problem(n=2, n_weeks=2, depths=(0.2,), seed=4, vehicles=True)
DISPLAYED = np.array([offer.on_display for offer in SEEN.offers])
FIRST, SECOND, THIRD = (WEEK_ONE + timedelta(weeks=t) for t in range(3))
BOTH = Products.of("sku-0", "sku-1")
ZERO = Products.of("sku-0")


def units_of(problem: PlanningProblem) -> Floats:
    """Fifty units a week without promotion, and fifty more for each tenth off."""
    nominal = np.array([offer.depth for offer in problem.offers])
    n, n_weeks, n_offers = problem.shape
    return np.asarray(np.broadcast_to(50.0 + 500.0 * nominal, (n, n_weeks, n_offers)))


def price_of(problem: PlanningProblem, choice: Ints) -> Floats:
    """What customers pay, (n, T)."""
    return np.asarray(
        problem.economics.price[:, None] * (1 - problem.terms.shelf_depth[np.arange(len(choice))[:, None], choice])
    )


def sold(choice: Ints) -> Ints:
    """Units of `units_of` with the offers none, 10 % and 30 %."""
    return np.array([50, 100, 200])[choice]


def runs(promoted: Ints) -> list[tuple[int, int]]:
    """First week and length of each run of promoted weeks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], promoted, [0]])))
    return [(int(start), int(end - start)) for start, end in edges.reshape(-1, 2)]


def announces_only_cuts(price: Floats, *, weeks: int) -> bool:
    """The law week by week: each cut is below every price since `weeks` before it, but for its own cut's weeks."""
    usual = float(ONE.economics.price[0])
    for later, now in enumerate(price):
        if now == usual:
            continue
        first = later
        while first > 0 and price[first - 1] < usual:
            first -= 1
        before = price[max(0, later - weeks) : first]
        if (before <= now).any() or (np.diff(price[first : later + 1]) > 0).any():
            return False
    return True


@dataclass(frozen=True)
class Case:
    """A limit, the shop it is tried in, and what it means for one plan."""

    constraint: Constraint
    problem: PlanningProblem
    means: Callable[[Ints], bool | np.bool_]

    def __str__(self) -> str:
        return f"{type(self.constraint).__name__}-{self.constraint.code}"


E0, E1 = TWO.economics.price
FUNDED = TWO.economics.price * TWO.economics.funded_share
UNKNOWN = np.full((1, 6), np.nan)
NO_PAST = UNKNOWN


def spend_of(problem: PlanningProblem, choice: Ints) -> Floats:
    return np.asarray(np.take_along_axis(problem.spend, choice[:, :, None], axis=2)[:, :, 0])


def margin_beyond(choice: Ints, share: float) -> float:
    i = np.arange(2)[:, None]
    margin = TWO.economics.margin(CUT)[i, choice]
    return float((sold(choice) * (margin - share * price_of(TWO, choice))).sum())


def funded(choice: Ints) -> float:
    return float((FUNDED[:, None] * CUT[np.arange(2)[:, None], choice] * sold(choice)).sum())


HALF = float(np.median([spend_of(TWO, c).sum() for c in every_choice(TWO)]))
MARGIN = float(1 - (TWO.economics.unit_cost / TWO.economics.price).mean())

CASES = [
    Case(MostPerProduct(1), TWO, lambda c: ((c > 0).sum(axis=1) <= 1).all()),
    Case(MostPerProduct(1, ZERO), TWO, lambda c: (c[0] > 0).sum() <= 1),
    Case(Gap(2), ONE, lambda c: all(b - a > 2 for a, b in pairwise(np.flatnonzero(c[0])))),
    Case(EventLength(2, 3), ONE, lambda c: all(2 <= length <= 3 for _, length in runs(c[0] > 0))),
    Case(EventLength(1, 2), ONE, lambda c: all(length <= 2 for _, length in runs(c[0] > 0))),
    Case(EventLength(1, 9), ONE, lambda c: len(c) == 1),
    Case(EventGap(3), ONE, lambda c: all(b - a - n >= 3 for (a, n), (b, _) in pairwise(runs(c[0] > 0)))),
    Case(LeastPerWeek(1), TWO, lambda c: (c > 0).any(axis=0).all()),
    Case(SlotsPerCategory(1), TWO, lambda c: ((c > 0).sum(axis=0) <= 1).all()),
    Case(VehicleSlots("display", 1), SEEN, lambda c: (DISPLAYED[c].sum(axis=0) <= 1).all()),
    Case(MostPromotions(1, BOTH), TWO, lambda c: ((c > 0).sum(axis=0) <= 1).all()),
    Case(MostPromotions(2, weeks=(FIRST, THIRD), is_per_week=False), TWO, lambda c: (c[:, [0, 2]] > 0).sum() <= 2),
    Case(MostPromotions(1, vehicle="display", is_per_week=False), SEEN, lambda c: DISPLAYED[c].sum() <= 1),
    Case(Budget(int(HALF), "half"), TWO, lambda c: spend_of(TWO, c).sum() <= int(HALF) + 1e-6),
    Case(
        Budget(int(HALF / 4), "some", ZERO, (FIRST, SECOND), True),
        TWO,
        lambda c: (spend_of(TWO, c)[0, :2] <= int(HALF / 4) + 1e-6).all(),
    ),
    Case(
        SupplierFunding(20_000, "200", units_of(TWO)),
        TWO,
        lambda c: funded(c) <= 20_000 + 1e-6,
    ),
    Case(
        MarginFloor(0.6),
        TWO,
        lambda c: all(
            k == 0 or TWO.economics.margin(CUT)[i, k] >= 0.6 * E * (1 - CUT[i, k])
            for (i, E) in ((0, E0), (1, E1))
            for k in c[i]
        ),
    ),
    Case(MarginOver(MARGIN, units_of(TWO)), TWO, lambda c: margin_beyond(c, MARGIN) >= -1e-6),
    Case(DepthLadder((0.1,), ZERO), TWO, lambda c: (c[0] != 2).all()),
    Case(SameOffer(BOTH), TWO, lambda c: (c[0] == c[1]).all()),
    Case(NeverTogether(BOTH), TWO, lambda c: not ((c > 0).all(axis=0)).any()),
    Case(OnlyTogether("sku-0", "sku-1"), TWO, lambda c: ((c[0] == 0) | (c[1] > 0)).all()),
    Case(AllOrNothing(BOTH), TWO, lambda c: ((c[0] > 0) == (c[1] > 0)).all()),
    Case(Blackout(skus=("sku-0",), weeks=(SECOND,)), TWO, lambda c: c[0, 1] == 0),
    Case(Blackout(weeks=(SECOND + timedelta(days=3),)), TWO, lambda c: (c[:, 1] == 0).all()),
    Case(MustRun("sku-1", SECOND, 0.2), TWO, lambda c: c[1, 1] == 2),
    Case(
        Locked((Keep("sku-0", FIRST, Offer(0.1)), Keep("sku-1", THIRD))),
        TWO,
        lambda c: c[0, 0] == 1 and c[1, 2] == 0,
    ),
    Case(
        PriceOrder("sku-0", "sku-1", int(E0 - E1) - 60),
        TWO,
        lambda c: (price_of(TWO, c)[0] - price_of(TWO, c)[1] >= int(E0 - E1) - 60 - 1e-6).all(),
    ),
    Case(
        PriceOrder("sku-0", "sku-1", ratio=0.9 * E0 / E1),
        TWO,
        lambda c: (price_of(TWO, c)[0] / price_of(TWO, c)[1] >= 0.9 * E0 / E1 - 1e-9).all(),
    ),
    Case(
        CompetitorPrice(np.array([E0, np.nan]), least=0.8, most=0.95),
        TWO,
        lambda c: (c[0] != 2).all(),
    ),
    Case(CompetitorPrice(np.array([E0, E1]), most=0.8), TWO, lambda c: (c != 1).all()),
    Case(
        CompetitorIndex(0.9, np.array([3.0, 1.0]), np.array([E0, E1])),
        TWO,
        lambda c: (np.array([0.75, 0.25]) @ (1 - CUT[[[0], [1]], c]) <= 0.9 + 1e-9).all(),
    ),
    Case(PriorPrice(7, NO_PAST), ONE, lambda c: _law(c, weeks=1)),
    Case(PriorPrice(30, NO_PAST), ONE, lambda c: _law(c, weeks=5)),
    Case(
        PriorPrice(14, NO_PAST, has_events=True), ONE, lambda c: announces_only_cuts(price_of(ONE, c)[0], weeks=2)
    ),
    Case(
        PriorPrice(30, np.full((2, 3), E0 * 0.8), ZERO),
        small_problem(n=2, n_weeks=3, depths=(0.1, 0.3), seed=4),
        lambda c: (c[0] != 1).all() and (c[0] > 0).sum() <= 1,
    ),
    Case(StockLimit(np.array([300.0, np.nan]), units_of(TWO)), TWO, lambda c: sold(c)[0].sum() <= 300),
    Case(StockLimit(np.array([20.0, np.nan]), units_of(TWO)), TWO, lambda c: (c[0] == 0).all()),
    Case(SellThrough(0.5, np.array([700.0, np.nan]), units_of(TWO)), TWO, lambda c: sold(c)[0].sum() >= 350),
    Case(Handling(250, units_of(TWO)), TWO, lambda c: (np.where(c > 0, sold(c), 0).sum(axis=0) <= 250).all()),
    Case(
        LargestPriceChange(0.2),
        TWO,
        lambda c: (np.abs(np.diff(CUT[[[0], [1]], np.hstack([[[0], [0]], c])], axis=1)) <= 0.2 + 1e-9).all(),
    ),
    Case(MostPriceChanges(2), TWO, lambda c: ((c > 0).sum(axis=0) + np.r_[0, (c > 0).sum(axis=0)[:-1]] <= 2).all()),
    Case(
        MostChanged((Keep("sku-0", FIRST, Offer(0.1)), Keep("gone", FIRST, Offer(0.1))), 1),
        TWO,
        lambda c: (c != np.array([[1, 0, 0], [0, 0, 0]])).sum() <= 1,
    ),
]


def _law(choice: Ints, *, weeks: int) -> bool:
    """Without events every promoted week is a cut of its own."""
    price = price_of(ONE, choice)[0]
    return all(not (price[max(0, t - weeks) : t] <= price[t]).any() for t in np.flatnonzero(choice[0]))


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_limit_lets_pass_exactly_the_plans_it_describes(case: Case) -> None:
    choices = every_choice(case.problem)
    passes = admitted(case.constraint, case.problem, choices)
    means = np.array([bool(case.means(choice)) for choice in choices])
    assert (passes == means).all()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_validator_names_the_limit_that_a_plan_breaks(case: Case) -> None:
    choices = every_choice(case.problem)
    passes = admitted(case.constraint, case.problem, choices)
    said = sentence(case.constraint.code, case.constraint.params())
    assert violations([case.constraint], case.problem, choices[passes.argmax()]) == []
    for breaking in choices[~passes][:1]:
        assert all(told.startswith(said) for told in violations([case.constraint], case.problem, breaking))
        assert violations([case.constraint], case.problem, breaking)
    assert not passes.all() or isinstance(case.constraint, EventLength)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_planner_finds_the_best_of_the_plans_that_pass(case: Case) -> None:
    choices = every_choice(case.problem)
    passes = admitted(case.constraint, case.problem, choices)
    best = max(case.problem.objective(choice) for choice in choices[passes])
    solution = Milp().solve(case.problem, [case.constraint])
    assert not violations([case.constraint], case.problem, solution.choice)
    assert solution.objective >= best - 1e-3 * abs(best)
    assert solution.bound >= best - 1e-6 * abs(best)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_limit_has_a_sentence_in_every_language(case: Case) -> None:
    english, chinese = (sentence(case.constraint.code, case.constraint.params(), lang) for lang in LANGUAGES)
    assert "{" not in english + chinese
    assert "*" not in english + chinese
    assert english != chinese


def test_what_no_plan_can_keep_is_named() -> None:
    cannot = SellThrough(1.0, np.array([1e6, np.nan]), units_of(TWO))
    with pytest.raises(InfeasibleError) as caught:
        Milp().solve(TWO, [MostPerProduct(2), cannot])
    assert caught.value.conflict == ("expected sales of a product are at least 100% of its stock",)
