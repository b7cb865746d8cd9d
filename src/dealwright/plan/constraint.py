"""Limits on plans, as data: each says in a sentence what it demands, and as rows what a plan must obey."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.problem import PlanningProblem
from dealwright.plan.words import sentence

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Row:
    """low <= sum of `weights` over the chosen `cells` <= high; cells are flat indices into (n, T, K)."""

    label: str
    cells: Ints
    weights: Floats
    low: float = -np.inf
    high: float = np.inf


class Constraint(Protocol):
    """A limit. It forbids cells outright, or binds sums of cells by rows, or both.

    `code` and `params` make its sentence (`plan.words.sentence`).
    """

    @property
    def code(self) -> str:
        """Which kind of limit."""
        ...

    def params(self) -> dict[str, object]:
        """What its sentence needs."""
        ...

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Cells (n, T, K) that may not be chosen, or None."""
        ...

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """The sums it binds."""
        ...


class _NoRows:
    """A constraint that only forbids."""

    __slots__ = ()

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """None."""
        del problem
        return iter(())


class _ForbidsNothing:
    """A constraint that only binds sums."""

    __slots__ = ()

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Nothing."""
        del problem
        return None


@dataclass(frozen=True, slots=True)
class MostPerProduct(_ForbidsNothing):
    """At most `limit` promotions of a product over the horizon."""

    limit: int

    code: ClassVar[str] = "most_per_product"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit}

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """One per product."""
        for i, sku in enumerate(problem.skus):
            yield _at_most(f"{sku}", _cells(problem, products=[i]), self.limit)


@dataclass(frozen=True, slots=True)
class Gap(_ForbidsNothing):
    """At least `weeks` clear weeks between two promotions of a product.

    The response remembers one week, so 1 is the least.
    """

    weeks: int

    def __post_init__(self) -> None:
        if self.weeks < 1:
            raise InputError(
                f"min_gap_weeks is {self.weeks}; at least 1 is needed, because a promotion takes sales from the "
                "week after it and that week must be free to show them"
            )

    code: ClassVar[str] = "gap"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"weeks": self.weeks}

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """One per product and window of weeks."""
        span = self.weeks + 1
        n, n_weeks, _ = problem.shape
        for i in range(n):
            for t in range(max(n_weeks - span + 1, 1)):
                window = list(range(t, min(t + span, n_weeks)))
                if len(window) > 1:
                    yield _at_most(f"{problem.skus[i]}", _cells(problem, products=[i], weeks=window), 1)


@dataclass(frozen=True, slots=True)
class SlotsPerCategory(_ForbidsNothing):
    """At most `limit` promotions per category and week."""

    limit: int

    code: ClassVar[str] = "slots_per_category"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit}

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """One per category and week."""
        for k, category in enumerate(problem.categories):
            products = np.flatnonzero(problem.category_of == k).tolist()
            for t, week in enumerate(problem.weeks):
                yield _at_most(
                    f"{category}, week of {week}", _cells(problem, products=products, weeks=[t]), self.limit
                )


@dataclass(frozen=True, slots=True)
class VehicleSlots(_ForbidsNothing):
    """At most `limit` products on display (or in the mailer) in a week."""

    vehicle: str
    limit: int

    def __post_init__(self) -> None:
        if self.vehicle not in ("display", "mailer"):
            raise InputError.unknown("vehicle", self.vehicle, ["display", "mailer"])

    @property
    def code(self) -> str:
        """One code per vehicle."""
        return f"{self.vehicle}_slots"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.limit}

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """One per week."""
        uses = [
            k
            for k, offer in enumerate(problem.offers)
            if (offer.on_display if self.vehicle == "display" else offer.in_mailer)
        ]
        for t, week in enumerate(problem.weeks):
            yield _at_most(f"week of {week}", _cells(problem, weeks=[t], offers=uses), self.limit)


@dataclass(frozen=True, slots=True)
class Budget(_ForbidsNothing):
    """Expected own discounts and support stay within `limit_minor`."""

    limit_minor: int
    shown: str

    code: ClassVar[str] = "budget"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"limit": self.shown}

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """One over the whole plan."""
        cells = _cells(problem)
        yield Row("all weeks", cells, problem.spend.ravel()[cells], high=float(self.limit_minor))


@dataclass(frozen=True, slots=True)
class MarginFloor(_NoRows):
    """A promoted unit keeps at least `share` of the price paid (supplier funding counted)."""

    share: float

    code: ClassVar[str] = "margin_floor"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"share": f"{self.share:.0%}"}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Offers that leave less."""
        e = problem.economics
        paid = e.price[:, None] * (1 - problem.depth)
        too_thin = e.margin(problem.depth) < self.share * paid - 1e-9
        return _everywhere(problem, too_thin)


@dataclass(frozen=True, slots=True)
class NotBeyondData(_NoRows):
    """No depth deeper, and no display or mailer, than sales of the category ever showed; no product whose
    response has the wrong sign.
    """

    greatest_depth: tuple[float, ...]
    display_seen: tuple[bool, ...]
    mailer_seen: tuple[bool, ...]
    wrong_sign: frozenset[str]

    code: ClassVar[str] = "not_beyond_data"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """What was never seen."""
        too_deep = problem.depth > np.array(self.greatest_depth)[:, None] + 1e-9
        displays = np.array([offer.on_display for offer in problem.offers])
        mailers = np.array([offer.in_mailer for offer in problem.offers])
        unseen = (displays & ~np.array(self.display_seen)[:, None]) | (
            mailers & ~np.array(self.mailer_seen)[:, None]
        )
        wrong = np.array([sku in self.wrong_sign for sku in problem.skus])[:, None] & (problem.depth > 0)
        return _everywhere(problem, too_deep | unseen | wrong)


@dataclass(frozen=True, slots=True)
class Blackout(_NoRows):
    """No promotion of `skus` (or of `categories`) in `weeks`; empty weeks mean always."""

    skus: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    weeks: tuple[date, ...] = ()

    code: ClassVar[str] = "blackout"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        what = ", ".join((*self.skus, *self.categories))
        return {"what": what, "weeks": ", ".join(map(str, self.weeks)) or "*"}

    def forbids(self, problem: PlanningProblem) -> Flags | None:
        """Everything but "no promotion" there."""
        _known("sku", self.skus, problem.skus)
        _known("category", self.categories, problem.categories)
        named = np.array(
            [
                sku in self.skus or problem.categories[k] in self.categories
                for sku, k in zip(problem.skus, problem.category_of, strict=True)
            ]
        )
        dark = np.array([not self.weeks or week in self.weeks for week in problem.weeks])
        promotes = np.array([offer.is_promotion for offer in problem.offers])
        return np.asarray(named[:, None, None] & dark[None, :, None] & promotes[None, None, :])


@dataclass(frozen=True, slots=True)
class MustRun(_ForbidsNothing):
    """`sku` is promoted in the week of `week`, at least `least_depth` deep (agreed, or locked by hand)."""

    sku: str
    week: date
    least_depth: float = 0.0

    code: ClassVar[str] = "must_run"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"sku": self.sku, "week": self.week, "depth": f"{self.least_depth:.0%}"}

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """One."""
        _known("sku", (self.sku,), problem.skus)
        _known("week", (str(self.week),), [str(week) for week in problem.weeks])
        i, t = problem.skus.index(self.sku), problem.weeks.index(self.week)
        deep = [
            k
            for k, offer in enumerate(problem.offers)
            if offer.is_promotion and offer.depth >= self.least_depth - 1e-9
        ]
        cells = _cells(problem, products=[i], weeks=[t], offers=deep)
        yield Row(f"{self.sku}, week of {self.week}", cells, np.ones(len(cells)), low=1.0)


@dataclass(frozen=True, slots=True)
class LeastPerWeek(_ForbidsNothing):
    """At least `least` promotions in every week, in one category or in all together."""

    least: int
    category: str | None = None

    code: ClassVar[str] = "least_per_week"

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"least": self.least, "category": self.category or "*"}

    def rows(self, problem: PlanningProblem) -> Iterator[Row]:
        """One per week."""
        products = list(range(len(problem.skus)))
        if self.category is not None:
            _known("category", (self.category,), problem.categories)
            k = problem.categories.index(self.category)
            products = np.flatnonzero(problem.category_of == k).tolist()
        for t, week in enumerate(problem.weeks):
            cells = _cells(problem, products=products, weeks=[t])
            yield Row(f"week of {week}", cells, np.ones(len(cells)), low=float(self.least))


def violations(constraints: list[Constraint], problem: PlanningProblem, choice: Ints) -> list[str]:
    """What a plan breaks, in words: `choice` (n, T) holds the index of each cell's offer."""
    n, n_weeks, _ = problem.shape
    chosen = np.zeros(problem.shape)
    chosen[np.arange(n)[:, None], np.arange(n_weeks)[None, :], choice] = 1.0
    broken = []
    for constraint in constraints:
        forbidden = constraint.forbids(problem)
        if forbidden is not None:
            for i, t, k in np.argwhere(forbidden & (chosen > 0)):
                where = f"{problem.skus[i]}, week of {problem.weeks[t]}: {problem.offers[k]}"
                broken.append(f"{sentence(constraint.code, constraint.params())} ({where})")
        for row in constraint.rows(problem):
            total = float(chosen.ravel()[row.cells] @ row.weights)
            slack = 1e-6 * max(1.0, abs(total))
            if total > row.high + slack or total < row.low - slack:
                broken.append(f"{sentence(constraint.code, constraint.params())} ({row.label}: {total:g})")
    return broken


def _at_most(label: str, cells: Ints, limit: int) -> Row:
    return Row(label, cells, np.ones(len(cells)), high=float(limit))


def _cells(
    problem: PlanningProblem,
    *,
    products: list[int] | None = None,
    weeks: list[int] | None = None,
    offers: list[int] | None = None,
) -> Ints:
    """Flat indices of promotions (not of "no promotion") of some products, weeks and offers."""
    n, n_weeks, n_offers = problem.shape
    promotes = [k for k in range(n_offers) if problem.offers[k].is_promotion]
    i = np.array(products if products is not None else range(n))
    t = np.array(weeks if weeks is not None else range(n_weeks))
    k = np.array([k for k in (offers if offers is not None else promotes) if k in set(promotes)], dtype=int)
    grid = (i[:, None, None] * n_weeks + t[None, :, None]) * n_offers + k[None, None, :]
    return np.asarray(grid.ravel(), dtype=np.int64)


def _everywhere(problem: PlanningProblem, per_offer: Flags) -> Flags:
    """Spread (n, K) over the weeks; "no promotion" is never forbidden."""
    promotes = np.array([offer.is_promotion for offer in problem.offers])
    n, n_weeks, n_offers = problem.shape
    return np.asarray(np.broadcast_to((per_offer & promotes)[:, None, :], (n, n_weeks, n_offers)), dtype=np.bool_)


def _known(kind: str, given: tuple[str, ...], allowed: list[str] | tuple[str, ...]) -> None:
    for name in given:
        if name not in allowed:
            raise InputError.unknown(f"{kind} in the plan", name, list(allowed)[:20])
