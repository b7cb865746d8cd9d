"""Questions about customers: what they buy together, where they go, who buys next."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Literal

from dealwright.app.evaluate_recommenders import JudgedRecommenders, evaluate_recommenders
from dealwright.app.find_rules import LEAST_CONFIDENCE, LEAST_SUPPORT, BasketRules, Of, find_rules
from dealwright.app.follow_customers import GOALS, FollowedCustomers, follow_lives, follow_visits
from dealwright.app.ports import Progress, silent
from dealwright.app.predict_purchases import HORIZON_DAYS, PurchaseIntent, predict_purchases
from dealwright.app.recommend_items import LearntRecommender, learn_recommender
from dealwright.app.value_customers import CustomerValues, ValueTerms, value_customers
from dealwright.customer.journey import PAUSE_MINUTES
from dealwright.customer.lifecycle import GONE_AFTER, PERIOD_DAYS
from dealwright.data import columns as c
from dealwright.workspace.shop import SEED, Shop


class Customers(Shop):
    """Who buys, what together, and what next."""

    def baskets(
        self,
        *,
        of: Of = "subcategory",
        least_support: float = LEAST_SUPPORT,
        least_confidence: float = LEAST_CONFIDENCE,
        progress: Progress = silent,
    ) -> BasketRules:
        """What is bought together; see `app.find_rules`."""
        return find_rules(
            self._parts.warehouse,
            of=of,
            least_support=least_support,
            least_confidence=least_confidence,
            progress=progress,
        )

    def journey(
        self,
        *,
        by: Literal["visits", "orders"] | None = None,
        goals: Collection[str] = GOALS,
        pause_minutes: int = PAUSE_MINUTES,
        period_days: int = PERIOD_DAYS,
        gone_after: int = GONE_AFTER,
        seed: int = SEED,
    ) -> FollowedCustomers:
        """What becomes of customers: event by event of their visits, or period by period of their orders.

        Without `by`, visits are followed if the shop knows events. See `app.follow_customers`.
        """
        tables = self._parts.warehouse
        if by == "visits" or (by is None and tables.has("events")):
            return follow_visits(tables, goals=goals, pause_minutes=pause_minutes, seed=seed)
        return follow_lives(tables, period_days=period_days, gone_after=gone_after, seed=seed)

    def intent(
        self, *, horizon_days: int = HORIZON_DAYS, seed: int = SEED, progress: Progress = silent
    ) -> PurchaseIntent:
        """Who orders within the coming days; see `app.predict_purchases`."""
        return predict_purchases(self._parts.warehouse, horizon_days=horizon_days, seed=seed, progress=progress)

    def value(
        self, terms: ValueTerms | None = None, *, seed: int = SEED, progress: Progress = silent
    ) -> CustomerValues:
        """What each customer will be worth, who has left and who stays away; see `app.value_customers`."""
        return value_customers(self._parts.warehouse, seed=seed, terms=terms, progress=progress)

    def recommender(
        self, *, model: str = "hybrid", seed: int = SEED, progress: Progress = silent
    ) -> LearntRecommender:
        """A recommender that has learnt from the shop's sales; see `app.recommend_items`."""
        return learn_recommender(self._parts.warehouse, model=model, seed=seed, progress=progress)

    def judge_recommenders(
        self, *, weeks: int = 4, k: int = 20, seed: int = SEED, progress: Progress = silent
    ) -> JudgedRecommenders:
        """Recommenders on the last weeks, which they have not seen; see `app.evaluate_recommenders`."""
        return evaluate_recommenders(self._parts.warehouse, weeks=weeks, k=k, seed=seed, progress=progress)

    def names_of(self, skus: Iterable[str]) -> dict[str, str]:
        """What products are called; those without a name by their sku."""
        wanted = sorted({str(sku) for sku in skus})
        if not self._parts.warehouse.has("products"):
            return {sku: sku for sku in wanted}
        products = self._parts.warehouse.table("products")
        rows = products.filter(products[c.SKU].isin(wanted)).select(c.SKU, c.NAME).execute()
        known = {str(row[c.SKU]): row[c.NAME] for row in rows.to_dict("records")}
        return {sku: f"{known[sku]} ({sku})" if isinstance(known.get(sku), str) else sku for sku in wanted}
