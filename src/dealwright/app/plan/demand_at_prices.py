"""What products would sell in the coming weeks at other prices than planned, draw by draw, chance included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.app.demand.forecast_demand import DemandForecast
from dealwright.app.plan.running_plan import RunningPlan
from dealwright.demand.response import DemandResponse

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

SLACK = 0.01
"""Of depth, beyond the deepest cut that was seen, by which labels may overstep it in rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class PricedDemand:
    """Demand of n products over T weeks with a plan, and how it changes with price.

    `wanted` (D, n, T) are units in each draw, luck included; `expected` (D, n, T) the same without luck, so that
    the luck of a week can be kept while its price changes. `depth`, `display` and `mailer` (n, T) are the plan's.
    """

    response: DemandResponse
    wanted: Floats
    expected: Floats
    depth: Floats
    display: Floats
    mailer: Floats

    @classmethod
    def of(cls, demand: DemandForecast, plan: RunningPlan, wanted: Floats, *, n_weeks: int) -> PricedDemand:
        """The first `n_weeks` weeks."""
        part, offers = slice(0, n_weeks), plan.offers
        return cls(
            response=demand.response,
            wanted=wanted[:, :, part],
            expected=demand.response.volumes(offers).total[:, :, part],
            depth=offers.depth[:, part],
            display=offers.display[:, part],
            mailer=offers.mailer[:, part],
        )

    def at_depth(self, depth: float) -> Floats:
        """Units (D, n, T) if each product alone is cut by `depth` in all weeks, where it is not cut deeper anyway.

        A cut deeper than any that was seen, or one of a product of which it is not sure that it answers, brings
        nothing: what nobody saw is not believed.
        """
        return self.at_depths(np.full(self.depth.shape[0], depth))

    def at_depths(self, depth: Floats) -> Floats:
        """The same with a depth (n,) for each product."""
        cut = np.maximum(self.depth, np.where(self.answers_to(depth), depth, 0.0)[:, None])
        more = self._gain(cut) - self._gain(self.depth)
        n_weeks = self.depth.shape[1]
        return self._with_luck(self.response.baseline[:, :, :n_weeks] * more)

    def display_lift(self) -> Floats:
        """Relative extra units (D, n) of a display in all weeks, where the plan has none; 0 where none was seen."""
        reach = np.where(self.display.any(axis=1), 0.0, self.response.display_reach)
        return np.asarray(self.response.gain(0.0, reach, 0.0))

    def answers_to(self, depth: Floats) -> Flags:
        """Whether the answer to a cut is known, (n,)."""
        wrong = np.isin(self.response.skus, self.response.wrong_sign())
        return np.asarray(~wrong & (depth <= self.response.greatest_depth + SLACK))

    def _gain(self, depth: Floats) -> Floats:
        return self.response.gain(depth, self.display, self.mailer)

    def _with_luck(self, extra: Floats) -> Floats:
        """Units with `extra` expected ones, each week as lucky as it was drawn."""
        luck = np.divide(self.wanted, self.expected, out=np.ones_like(self.wanted), where=self.expected > 0)
        return np.asarray(self.wanted + np.maximum(extra, 0.0) * luck)
