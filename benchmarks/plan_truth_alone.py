"""What one promotion does to the simulated people when nothing else is on offer."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from dealwright.demand.features import Offers
from dealwright.plan.problem import PlanningProblem
from dealwright.simulate.contrast import Window
from dealwright.simulate.run import Shop, live_history
from dealwright.simulate.shelf import Shelves
from plan_truth_shop import PeopleTruth

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Alone:
    """Packs of the promoted product without the offer, and those it adds; minor units of regular margin of other
    products of its category in that week, of other categories, and of its category in the weeks after.

    `taken` are packs that the others lose at once.
    """

    base: float
    uplift: float
    others: float
    complements: float
    later: float
    taken: float

    def at(self, base: float) -> Alone:
        """The same where the product sells `base` packs without the offer."""
        return Alone(*(getattr(self, part.name) * base / self.base for part in fields(self)))


class Quiet:
    """The plan's weeks with nothing on offer, to try single promotions in; their dice are thrown once."""

    def __init__(self, problem: PlanningProblem, truth: PeopleTruth) -> None:
        self._problem, self._truth, self._shop = problem, truth, _undisturbed(truth)
        self._windows: dict[int, Window] = {}

    def alone(self, i: int, t: int, k: int) -> Alone:
        """Offer `k` of product `i` in week `t`: the same people live on with it and without it."""
        problem, truth, world = self._problem, self._truth, self._shop.world
        setup = truth.shop.world.setup
        first, left = setup.n_weeks + t, setup.n_future - t
        window = self._windows.setdefault(t, Window(self._shop, first, horizon=left - 1))
        nothing, offered = Offers.none(len(problem.skus), 1), Offers.none(len(problem.skus), 1)
        offered.depth[i], offered.display[i] = problem.terms.felt_depth[i, k], problem.display[i, k]
        offered.mailer[i] = problem.mailer[i, k]
        given, without = (
            Shelves(world, truth.calendar(offers, n_weeks=left), first_week=first) for offers in (offered, nothing)
        )
        change = window.change(int(world.category_of[truth.order[i]]), given, without)
        base, now, later = (part[truth.order] for part in (change.base, change.now, change.later))
        is_same = problem.category_of == problem.category_of[i]
        is_other = is_same & (np.arange(len(now)) != i)
        regular = problem.economics.regular_margin
        return Alone(
            base=float(base[i]),
            uplift=float(now[i]),
            others=float(regular[is_other] @ now[is_other]),
            complements=float(regular[~is_same] @ (now + later)[~is_same]),
            later=float(regular[is_same] @ later[is_same]),
            taken=float(-now[is_other].sum()),
        )

    def every(self, choice: Ints) -> dict[tuple[int, int], Alone]:
        """All promotions of a plan, each alone, by product and week, at what is sold without it in all futures."""
        base = self._truth.units(Offers.none(*choice.shape))
        return {
            (i, t): self.alone(i, t, int(choice[i, t])).at(float(base[i, t]))
            for i, t in np.argwhere(choice > 0).tolist()
        }


def _undisturbed(truth: PeopleTruth) -> Shop:
    """The shop with its first future as if it were history, nothing being offered in it."""
    world = truth.worlds[0]
    setup = replace(world.setup, n_weeks=world.setup.n_all_weeks, n_future=0)
    return live_history(replace(world, setup=setup), truth.shop.people)
