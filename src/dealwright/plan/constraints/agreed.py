"""What is settled already: promotions agreed or locked, and weeks that stay free of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

import numpy as np

from dealwright.core.errors import InputError
from dealwright.plan.constraints.building import pick, promotes
from dealwright.plan.constraints.products import known, place_of, shown_weeks, week_flags, week_places
from dealwright.plan.constraints.protocol import Flags, ForbidsNothing, Ints, NoRows, Rows
from dealwright.plan.mechanics import Mechanic
from dealwright.plan.problem import Offer, PlanningProblem
from dealwright.plan.words import ALL

NO_PROMOTION = Offer(0.0)


@dataclass(frozen=True, slots=True)
class Blackout(NoRows):
    """No promotion of `skus` (or of `categories`) in `weeks`; neither named means all, empty weeks mean always.

    Weeks outside the plan do not matter, so that one list of holidays serves many plans.
    """

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    weeks: tuple[date, ...] = ()

    code: ClassVar[str] = "blackout"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"what": ", ".join((*self.skus, *self.categories)) or ALL, "dark": shown_weeks(self.weeks)}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Everything but "no promotion" there."""
        known("sku", self.skus, problem.skus)
        known("category", self.categories, problem.categories)
        skus, categories = set(self.skus), set(self.categories)
        is_dark = np.array([category in categories for category in problem.categories])[problem.category_of]
        named = is_dark | np.array([sku in skus for sku in problem.skus])
        if not (skus or categories):
            named[:] = True
        dark = week_flags(problem, self.weeks, may_be_outside=True)
        return np.asarray(named[:, None, None] & dark[None, :, None] & promotes(problem)[None, None, :])


@dataclass(frozen=True, slots=True)
class MustRun(ForbidsNothing):
    """`sku` is promoted in the week of `week`, at least `least_depth` deep (agreed, or locked by hand).

    A mechanic is as deep as it is felt to be.
    """

    sku: str
    week: date
    least_depth: float = 0.0

    code: ClassVar[str] = "must_run"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"sku": self.sku, "week": self.week, "depth": f"{self.least_depth:.0%}"}

    def rows(self, problem: PlanningProblem) -> Rows:
        """One."""
        place = place_of(problem, self.sku)
        product = np.arange(problem.shape[0]) == place
        deep = np.asarray(problem.terms.announced_depth[place] >= self.least_depth - 1e-9)
        cells = pick(problem, products=product, weeks=week_flags(problem, (self.week,)), offers=deep).flat
        row = np.zeros(len(cells), dtype=np.int64)
        return Rows.of([f"{self.sku}, week of {self.week}"], row=row, cells=cells, low=1.0)


@dataclass(frozen=True, slots=True)
class Keep:
    """What one product has in one week: this offer, or no promotion."""

    sku: str
    week: date
    offer: Offer = NO_PROMOTION

    def __str__(self) -> str:
        return f"{self.sku} {self.week}: {self.offer}"


@dataclass(frozen=True, slots=True)
class Locked:
    """These products keep exactly what they have in these weeks, be it an offer or no promotion."""

    keeps: tuple[Keep, ...]

    code: ClassVar[str] = "locked"

    def params(self) -> dict[str, object]:
        """What the sentence needs: the first few, and how many there are."""
        shown = "; ".join(str(keep) for keep in self.keeps[:3])
        return {"what": shown + ("; ..." if len(self.keeps) > 3 else ""), "count": len(self.keeps)}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Every other offer there."""
        i, t, k = places(problem, self.keeps)
        forbidden = np.zeros(problem.shape, dtype=np.bool_)
        forbidden[i, t] = promotes(problem)
        forbidden[i, t, k] = False
        return forbidden

    def rows(self, problem: PlanningProblem) -> Rows:
        """One per promotion kept."""
        i, t, k = places(problem, self.keeps)
        _, n_weeks, n_offers = problem.shape
        runs = promotes(problem)[k]
        labels = [
            f"{keep.sku}, week of {keep.week}" for keep, is_run in zip(self.keeps, runs, strict=True) if is_run
        ]
        cells = ((i * n_weeks + t) * n_offers + k)[runs]
        return Rows.of(labels, row=np.arange(len(cells)), cells=cells, low=1.0)


def places(problem: PlanningProblem, keeps: Sequence[Keep]) -> tuple[Ints, Ints, Ints]:
    """Product, week and offer of each in the problem; InputError naming what it does not have."""
    known("sku", (keep.sku for keep in keeps), problem.skus)
    product = {sku: i for i, sku in enumerate(problem.skus)}
    offers = [_offer_of(problem, keep) for keep in keeps]
    i = np.array([product[keep.sku] for keep in keeps], dtype=np.int64)
    t = np.array(week_places(problem, [keep.week for keep in keeps]), dtype=np.int64)
    return i, t, np.array(offers, dtype=np.int64)


def _offer_of(problem: PlanningProblem, keep: Keep) -> int:
    if not keep.offer.is_promotion:
        return 0
    for k, offer in enumerate(problem.offers):
        is_same = _beside_depth(offer) == _beside_depth(keep.offer)
        if is_same and abs(offer.depth - keep.offer.depth) < 1e-9:
            return k
    raise InputError.unknown("offer in the plan", str(keep.offer), {str(offer) for offer in problem.offers})


def _beside_depth(offer: Offer) -> tuple[bool, bool, Mechanic | None]:
    return offer.on_display, offer.in_mailer, offer.mechanic
