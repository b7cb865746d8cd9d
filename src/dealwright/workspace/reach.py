"""Questions about reaching customers: how money is split over channels, who gets which personal offer."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from dealwright.app.ports import Progress, silent
from dealwright.app.reach.split_reach import MARGIN, SPEND_HISTORY, ReachAim, ReachPlan, history_of, split_reach
from dealwright.app.recommend.allocate_offers import AllocatedOffers, OfferLimits, allocate_offers, read_offers
from dealwright.app.shop.read_listed import read_listed
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.delivery import Source
from dealwright.plan.scenario import Scenario
from dealwright.workspace.shop import SEED, Shop


class Reach(Shop):
    """Whom to address, and by which channel."""

    def split_reach(
        self,
        budget: float,
        *,
        history: str | Path | Source | None = None,
        least: Mapping[str, float] | None = None,
        most: Mapping[str, float] | None = None,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> ReachPlan:
        """How `budget` a week (major units) is best split over channels, with ranges.

        `history` is a file with channel, spent_on, spend_amount and, if it was measured, margin_amount; None: the
        table `ad_spend`. InputError if there is none, or if it cannot tell what spending brings.
        """
        if not (np.isfinite(budget) and budget > 0):
            raise InputError(f"the budget is {budget:g}; give a number above 0, for each week")
        settings, tables = self._parts.settings, self._parts.warehouse
        progress("reading what was spent", 0.0)
        if history is not None:
            spend = read_listed(
                SPEND_HISTORY,
                history if isinstance(history, Source) else Source(str(history)),
                landing=tables,
                currency=settings.currency,
                time_zone=settings.time_zone,
            )
        elif tables.has("ad_spend"):
            spend = tables.table("ad_spend").select(c.CHANNEL, c.SPENT_ON, c.SPEND_AMOUNT).to_pandas()
        else:
            raise InputError(
                "nothing is known of what was spent on channels: import the table 'ad_spend' (channel, spent_on, "
                f"spend_amount), or name a file of it, which may also hold the margin that was measured ({MARGIN})"
            )
        wanted = scenario or self.scenario()
        known = history_of(
            spend,
            tables,
            margin_share=1.0 - wanted.assumptions.cost_share,
            first_weekday=settings.first_weekday_number,
            per_major=self._per_major,
        )
        progress("learning what channels bring", 0.2)
        aim = ReachAim(budget, dict(least or {}), dict(most or {}))
        found = split_reach(known, aim, currency=settings.currency, seed=seed)
        progress("done", 1.0)
        return found

    def allocate_offers(
        self,
        source: str | Path | Source,
        limits: OfferLimits,
        *,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> AllocatedOffers:
        """At most one personal offer per customer for the most value within limits, with a proof.

        `source` is a file with a row per customer and offer: customer_id, offer, value, cost, in major units
        (see `app.allocate_offers.OFFERS`). InputError lists every row that cannot be used.
        """
        settings = self._parts.settings
        progress("reading offers", 0.0)
        listed = read_offers(
            source if isinstance(source, Source) else Source(str(source)),
            landing=self._parts.warehouse,
            currency=settings.currency,
            time_zone=settings.time_zone,
        )
        progress("choosing offers", 0.5)
        found = allocate_offers(listed, limits, currency=settings.currency, seed=seed)
        progress("done", 1.0)
        return found
