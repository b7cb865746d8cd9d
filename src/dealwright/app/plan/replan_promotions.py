"""Plan again from new data while the approved plan runs: its next weeks stay, the rest may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plain import plain_estimate
from dealwright.app.plan.compare_plans import change_document, product_names
from dealwright.app.plan.plan_promise import Promise, promise_of
from dealwright.app.plan.plan_promotions import PlannedPromotions, Posed, pose_plan, solve_posed
from dealwright.app.plan.simulate_plan import PROMISE_METHOD, money_draws, plan_money
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.errors import InputError
from dealwright.core.estimate import Estimate
from dealwright.core.money import exponent
from dealwright.core.period import WEEK
from dealwright.demand.features import Offers
from dealwright.plan.changes import Change, changes, count
from dealwright.plan.constraints import Keep, Locked
from dealwright.plan.problem import Offer
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.rules import ChangedRule
from dealwright.plan.solvers import SOLVERS
from dealwright.plan.solvers.start import choice_from

Ints = NDArray[np.int64]

NONE = Offer(0.0)


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """The promotions that were approved, and the last week (its first day) they were planned for."""

    promotions: tuple[Keep, ...]
    last_week: date


@dataclass(frozen=True, slots=True)
class Revision:
    """What was approved, how many of the coming weeks stay so, and how many changes the others may have at most."""

    approved: ApprovedPlan
    locked_weeks: int
    most_changed: int | None = None

    def __post_init__(self) -> None:
        mistakes = []
        if self.locked_weeks < 0:
            mistakes.append(f"{self.locked_weeks} weeks cannot be locked; give 0 or more")
        if self.most_changed is not None and self.most_changed < 0:
            mistakes.append(f"at most {self.most_changed} changes make no sense; give 0 or more")
        if mistakes:
            raise InputError(*mistakes)


@dataclass(frozen=True, slots=True)
class Replanned:
    """The new plan beside what was approved for the same weeks.

    `gone` are approved promotions of products that are not planned any more. `difference` is what the new plan
    earns more than the approved one, both on what is known now and without what choosing flatters, by the
    `promise` of the new one; after its last week the approved one has nothing.
    """

    planned: PlannedPromotions
    promise: Promise
    locked: tuple[date, ...]
    changes: tuple[Change, ...]
    gone: tuple[Keep, ...]
    difference: Estimate

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        names = product_names(self.planned)
        return {
            "locked": [str(week) for week in self.locked],
            "counts": dict(count(self.changes)),
            "changes": [change_document(change, names) for change in self.changes],
            "gone": [{"sku": keep.sku, "week": str(keep.week), "offer": str(keep.offer)} for keep in self.gone],
            "difference": plain_estimate(self.difference),
        }


def replan_promotions(
    demand: DemandForecast,
    tables: Tables,
    scenario: Scenario,
    revision: Revision,
    *,
    currency: str,
    seed: int,
    progress: Progress = silent,
) -> Replanned:
    """The best plan whose first weeks are as approved, found from the approved one.

    InputError if more weeks are to be locked than were approved, or an approved offer is none of the scenario's;
    InfeasibleError if what is locked contradicts a limit.
    """
    progress("weighing every offer", 0.0)
    weeks = demand.response.weeks
    ahead = _in_weeks(revision.approved.promotions, weeks)
    planned_skus = set(demand.response.skus)
    kept = tuple(keep for keep in ahead if keep.sku in planned_skus)
    if revision.most_changed is not None:
        limits = scenario.limits.model_copy(update={"most_changed": ChangedRule(limit=revision.most_changed)})
        scenario = scenario.model_copy(update={"limits": limits})
    posed = pose_plan(
        demand,
        tables,
        scenario,
        currency=currency,
        approved=kept,
        last_approved=revision.approved.last_week,
    )
    check_revision(revision, weeks=weeks, offers=posed.problem.offers)
    locked = weeks[: revision.locked_weeks]
    if locked:
        posed = replace(posed, constraints=(*posed.constraints, _lock(posed, kept, locked)))
    progress("solving", 0.3)
    approved = choice_from(posed.problem, kept)
    planned = solve_posed(posed, SOLVERS.make(scenario.solver), starts=(approved,), progress=progress)
    progress("plan ready", 1.0)
    promise = promise_of(demand, planned, seed=seed)
    return Replanned(
        planned=planned,
        promise=promise,
        locked=tuple(locked),
        changes=changes(kept, planned.promotions),
        gone=tuple(keep for keep in ahead if keep.sku not in planned_skus),
        difference=_difference(demand, planned, approved, promise, minor_per_major=10 ** exponent(currency)),
    )


def _difference(
    demand: DemandForecast, planned: PlannedPromotions, approved: Ints, promise: Promise, *, minor_per_major: int
) -> Estimate:
    """What is promised of the new plan beyond what is of the `approved` choice (n, T), by the new one's promise."""
    problem, economics = planned.plan.problem, planned.economics
    none = money_draws(demand, Offers.none(*problem.shape[:2]), economics).profit
    new, old = (
        plan_money(demand, problem, choice, economics).profit - none
        for choice in (planned.plan.solution.choice, approved)
    )
    draws = new + promise.shared(new, of=new) - old - promise.shared(old, of=new)
    return Estimate.from_draws(draws / minor_per_major, method=PROMISE_METHOD)


def check_revision(revision: Revision, *, weeks: Sequence[date], offers: Sequence[Offer]) -> None:
    """InputError listing what does not fit: weeks beyond the approved plan, offers that the scenario has not."""
    mistakes: list[str] = []
    n_approved = sum(week <= revision.approved.last_week for week in weeks)
    if revision.locked_weeks > n_approved:
        mistakes.append(
            f"{revision.locked_weeks} weeks cannot be locked: the plan starts with the week of {weeks[0]} and the "
            f"approved one ends with the week of {revision.approved.last_week}, so 0 to {n_approved} can"
        )
    must_exist = weeks if revision.most_changed is not None else weeks[: revision.locked_weeks]
    mistakes += [
        f"approved for {keep.sku} in the week of {keep.week}: {keep.offer}, which the scenario does not offer; add "
        + ("its mechanic" if keep.offer.mechanic is not None else f"{keep.offer.depth:g} to depths")
        for keep in _in_weeks(revision.approved.promotions, must_exist)
        if keep.offer not in offers
    ]
    if mistakes:
        raise InputError(*mistakes)


def _in_weeks(promotions: Sequence[Keep], weeks: Sequence[date]) -> tuple[Keep, ...]:
    """Those in one of the weeks, each named by that week's first day."""
    found = []
    for keep in promotions:
        place = (keep.week - weeks[0]) // WEEK if weeks else -1
        if 0 <= place < len(weeks):
            found.append(replace(keep, week=weeks[place]))
    return tuple(found)


def _lock(posed: Posed, kept: Sequence[Keep], weeks: Sequence[date]) -> Locked:
    """Every product in these weeks, promoted or not."""
    offers = {(keep.sku, keep.week): keep.offer for keep in kept}
    return Locked(
        tuple(Keep(sku, week, offers.get((sku, week), NONE)) for week in weeks for sku in posed.problem.skus)
    )
