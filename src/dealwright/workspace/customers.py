"""Questions about customers: what they buy together, where they go, who buys next."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from dealwright.adapters.warehouse.profile_store import ProfileStore
from dealwright.app.customers.build_profiles import DriftedSegments, drift_of_segments
from dealwright.app.customers.find_rules import LEAST_CONFIDENCE, LEAST_SUPPORT, BasketRules, Of, find_rules
from dealwright.app.customers.follow_customers import GOALS, FollowedCustomers, follow_lives, follow_visits
from dealwright.app.customers.keep_profiles import RefreshedProfiles, keep_profiles
from dealwright.app.customers.predict_purchases import HORIZON_DAYS, PurchaseIntent, predict_purchases
from dealwright.app.customers.score_customers import ScoredCustomers, score_customers
from dealwright.app.customers.segment_by_rules import RuledCustomers, read_segment_rules, segment_by_rules
from dealwright.app.customers.value_customers import CustomerValues, ValueTerms, value_customers
from dealwright.app.ports import Progress, silent
from dealwright.app.recommend.evaluate_recommenders import MODELS, JudgedRecommenders, evaluate_recommenders
from dealwright.app.recommend.recommend_items import LearntRecommender
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.customer.journey import PAUSE_MINUTES
from dealwright.customer.lifecycle import GONE_AFTER, PERIOD_DAYS
from dealwright.customer.quintiles import SCORES
from dealwright.data import columns as c
from dealwright.workspace.files import read_text
from dealwright.workspace.recommendations import ask_recommender
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
        return follow_lives(tables, period_days=period_days, gone_after=gone_after, seed=seed, today=self._today)

    def intent(
        self, *, horizon_days: int = HORIZON_DAYS, seed: int = SEED, progress: Progress = silent
    ) -> PurchaseIntent:
        """Who orders within the coming days; see `app.predict_purchases`."""
        return predict_purchases(
            self._parts.warehouse, horizon_days=horizon_days, seed=seed, today=self._today, progress=progress
        )

    def value(
        self, terms: ValueTerms | None = None, *, seed: int = SEED, progress: Progress = silent
    ) -> CustomerValues:
        """What each customer will be worth, who has left and who stays away; see `app.value_customers`."""
        return value_customers(self._parts.warehouse, seed=seed, terms=terms, today=self._today, progress=progress)

    def profiles(
        self, *, at: date | None = None, anew: bool = False, progress: Progress = silent
    ) -> RefreshedProfiles:
        """Every customer's profile, kept in the workspace and brought up to date; see `app.keep_profiles`.

        The profiles are a table to query (`.profiles`, ibis); read it before the workspace is closed.
        """
        shop = self._parts.warehouse
        tables = credible_tables(shop, today=self._today)
        return keep_profiles(tables, ProfileStore(shop), at=at, anew=anew, progress=progress)

    def quintiles(self, *, by: Sequence[str] = SCORES, progress: Progress = silent) -> ScoredCustomers:
        """In which fifth of all customers each one is; see `app.score_customers`."""
        return score_customers(self.profiles(progress=progress), by=by)

    def segments_by_rules(self, rules: str | Path, *, progress: Progress = silent) -> RuledCustomers:
        """Who meets the rules of a YAML file; see `app.segment_by_rules`."""
        read = read_segment_rules(read_text(rules, what="the rules"), source=str(rules))
        return segment_by_rules(self.profiles(progress=progress), read)

    def segment_drift(self, then: date, *, seed: int = SEED, progress: Progress = silent) -> DriftedSegments:
        """How segments shifted since the end of the day `then`; see `app.build_profiles`."""
        return drift_of_segments(self._parts.warehouse, then=then, seed=seed, today=self._today, progress=progress)

    def recommender(
        self, *, model: str = "hybrid", seed: int = SEED, progress: Progress = silent
    ) -> LearntRecommender:
        """A recommender that has learnt from the shop's sales; the one kept here, if there is one."""
        return ask_recommender(self, None, model=model, seed=seed, progress=progress).recommender

    def judge_recommenders(
        self,
        *,
        models: Sequence[str] = MODELS,
        weeks: int = 4,
        k: int = 20,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> JudgedRecommenders:
        """Recommenders on the last weeks, which they have not seen; see `app.evaluate_recommenders`."""
        return evaluate_recommenders(
            self._parts.warehouse, models=models, weeks=weeks, k=k, seed=seed, progress=progress
        )

    def names_of(self, skus: Iterable[str]) -> dict[str, str]:
        """What products are called; those without a name by their sku."""
        wanted = sorted({str(sku) for sku in skus})
        if not self._parts.warehouse.has("products"):
            return {sku: sku for sku in wanted}
        products = self._parts.warehouse.table("products")
        rows = products.filter(products[c.SKU].isin(wanted)).select(c.SKU, c.NAME).execute()
        known = {str(row[c.SKU]): row[c.NAME] for row in rows.to_dict("records")}
        return {sku: f"{known[sku]} ({sku})" if isinstance(known.get(sku), str) else sku for sku in wanted}
