"""What a shop can know of its customers in a minute: worth, leaving, journey, baskets and what to show to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from dealwright.app.customers.find_rules import LEAST_SUPPORT, BasketRules, Of, find_rules
from dealwright.app.customers.follow_customers import FollowedCustomers, follow_lives, follow_visits
from dealwright.app.customers.value_customers import CustomerValues, ValueTerms, value_customers
from dealwright.app.ports import Progress, Tables, silent
from dealwright.app.recommend.suggest_items import Suggestion, suggest_items
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.app.shop.draw_customers import draw_customers
from dealwright.core.errors import InputError
from dealwright.customer.association import count_baskets
from dealwright.data import columns as c

MOST_CUSTOMERS = 5_000
"""More are drawn by chance: their ranges are narrow already, and the report should not take an hour."""
LEAST_BASKETS = 500
"""From fewer orders rules are anecdotes, and nearly every pair seems frequent."""
LEAST_TOGETHER = 20
"""Orders that must hold a pair for it to be looked at."""

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class KnownCustomers:
    """A part that could not be known is None, and `why_not` says why, by part.

    Where visits could not be followed though there are events, `why_not["visits"]` says why, and `journey` follows
    orders. Looked at were `n_drawn` of `n_customers` customers; the suggestion was learnt from fewer, see there.
    """

    n_customers: int
    n_drawn: int
    value: CustomerValues | None
    journey: FollowedCustomers | None
    baskets: BasketRules | None
    suggestion: Suggestion | None
    why_not: dict[str, str]


def know_customers(
    tables: Tables, *, cost_share: float, seed: int, today: date | None = None, progress: Progress = silent
) -> KnownCustomers:
    """All parts that the shop's sales allow; those that name no customer allow none.

    `cost_share` is assumed of products whose cost is not known. Sales are those that can be believed on the day
    `today`, see `credible_tables`. Raises InputError if there are no sales.
    """

    def part(start: float, end: float) -> Progress:
        return lambda what, share: progress(what, start + (end - start) * share)

    why_not: dict[str, str] = {}

    def ask(name: str, question: Callable[[], Found]) -> Found | None:
        try:
            return question()
        except InputError as refusal:
            why_not[name] = str(refusal)
            return None

    def follow() -> FollowedCustomers:
        """Visits where events lead to a goal, else orders from period to period."""
        visits = ask("visits", lambda: follow_visits(some, seed=seed)) if some.has("events") else None
        return visits or follow_lives(some, seed=seed)

    terms = ValueTerms(cost_share=cost_share)
    believed = credible_tables(tables, today=today)
    with draw_customers(believed, most=MOST_CUSTOMERS, seed=seed) as some:
        value = ask("value", lambda: value_customers(some, seed=seed, terms=terms, progress=part(0.0, 0.5)))
        progress("following customers from month to month", 0.5)
        journey = ask("journey", follow)
        baskets = ask("baskets", lambda: _rules(some, progress=part(0.53, 0.72)))
    suggestion = ask("suggestion", lambda: suggest_items(believed, seed=seed, progress=part(0.72, 1.0)))
    return KnownCustomers(some.n_customers, some.n_drawn, value, journey, baskets, suggestion, why_not)


def _rules(tables: Tables, *, progress: Progress) -> BasketRules:
    """Rules between pairs: longer rules mostly say again what their pairs say."""
    n_baskets = int(count_baskets(tables.table("sales")).execute().iloc[0, 0])
    if n_baskets < LEAST_BASKETS:
        raise InputError(
            f"there are {n_baskets} orders; rules are looked for in {LEAST_BASKETS} or more. Import a longer "
            "history, and check that sales name their order (column 'order_id')"
        )
    support = max(LEAST_SUPPORT, LEAST_TOGETHER / n_baskets)
    return find_rules(tables, of=_kind(tables), least_support=support, most_items=2, progress=progress)


def _kind(tables: Tables) -> Of:
    """Between what rules are told: the finest groups of products that the shop knows."""
    if tables.has("products"):
        products = tables.table("products")
        n = products.aggregate(
            subcategory=products[c.SUBCATEGORY].nunique(), category=products[c.CATEGORY].nunique()
        )
        known = n.execute().iloc[0]
        if known["subcategory"] > 1:
            return "subcategory"
        if known["category"] > 1:
            return "category"
    return "sku"
