"""The scenario of the story: the shop's own for two weeks and fewer products, around what was announced."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dealwright.app.shop.announced_promotions import Announced
from dealwright.plan.scenario import Scenario
from dealwright.plan.scenario.rules import LockedRule

PLANNED_WEEKS = 2
MOST_PRODUCTS, N_DRAWS = 120, 200
"""Fewer than a plan in earnest, so that the story takes a minute or two."""


def story_scenario(given: Scenario) -> Scenario:
    """The shop's own, for two weeks and few products; prices need no ending, so that past ones can be met."""
    share = Decimal(PLANNED_WEEKS) / given.weeks
    budget = given.limits.budget
    limits = given.limits.model_copy(update={"budget": None if budget is None else budget * share})
    scope = given.scope.model_copy(update={"most_products": MOST_PRODUCTS})
    changes = {"weeks": PLANNED_WEEKS, "start": None, "price_ending": None, "scope": scope, "limits": limits}
    return given.model_copy(update=changes | {"n_draws": min(given.n_draws, N_DRAWS)})


def with_announced(scenario: Scenario, announced: Sequence[Announced]) -> Scenario:
    """The plan goes around what was announced, exactly as it was."""
    locked = tuple(
        LockedRule(sku=one.sku, week=one.week, depth=one.depth, display=one.on_display, mailer=one.in_mailer)
        for one in announced
    )
    depths = tuple(sorted({*scenario.depths, *(one.depth for one in announced)}))
    limits = scenario.limits.model_copy(update={"locked": (*scenario.limits.locked, *locked)})
    return scenario.model_copy(update={"depths": depths, "limits": limits})
