"""Questions about promotions that are over: what they really earned."""

from __future__ import annotations

from datetime import date

from dealwright.app.ports import Progress, silent
from dealwright.app.review.promotion_review import Reviews
from dealwright.app.review.review_promotions import review_promotions
from dealwright.plan.scenario import Scenario
from dealwright.workspace.demand import Demand
from dealwright.workspace.shop import SEED


class Reviewing(Demand):
    """What promotions of the past brought."""

    def review(
        self,
        *,
        since: date | None = None,
        scenario: Scenario | None = None,
        seed: int = SEED,
        progress: Progress = silent,
    ) -> Reviews:
        """The bill of every promotion that began on or after `since` (None: in the latest 13 weeks), latest first.

        InputError if nothing was promoted then.
        """
        scenario = scenario or self.scenario()
        demand = self.forecast(scenario, seed=seed, progress=lambda what, share: progress(what, 0.7 * share))
        found = review_promotions(
            demand,
            self._parts.warehouse,
            scenario,
            currency=self.currency,
            seed=seed,
            since=since,
            progress=lambda what, share: progress(what, 0.7 + 0.3 * share),
        )
        progress("done", 1.0)
        return found
