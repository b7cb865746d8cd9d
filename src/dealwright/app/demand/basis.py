"""What every question about demand rests on: the shop's tables, a scenario, and how the shop counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dealwright.app.demand.forecast_demand import DemandForecast, coming_weeks, learn_demand
from dealwright.app.demand.read_panel import History, read_panel
from dealwright.app.ports import Progress, Tables, silent
from dealwright.core.period import Grain
from dealwright.data.panel import Panel
from dealwright.plan.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Basis:
    """A shop to ask. Reading and learning are apart, so that a question can be refused before anything slow runs.

    `minor_per_major` is that of the shop's currency (100 cents in a dollar).
    """

    tables: Tables
    scenario: Scenario
    country: str
    seed: int
    first_weekday: int = 0
    minor_per_major: int = 100

    def grain(self, *, by_store: bool = False) -> Grain:
        """Weeks of the chain or of single stores."""
        return Grain(by_store=by_store, first_weekday=self.first_weekday)

    def read(self, progress: Progress = silent, *, by_store: bool = False) -> History:
        """The history of the products in scope."""
        progress("laying sales out by product and week", 0.0)
        grain = self.grain(by_store=by_store)
        return read_panel(self.tables, self.scenario.scope, grain=grain, minor_per_major=self.minor_per_major)

    def weeks(self, panel: Panel) -> list[date]:
        """First days of the weeks to forecast; InputError if they do not follow the history closely enough."""
        return coming_weeks(panel, self.scenario, first_weekday=self.first_weekday)

    def learn(self, history: History, progress: Progress = silent) -> DemandForecast:
        """What demand is learnt from a history, and the forecast of the scenario's weeks."""
        return learn_demand(
            history,
            self.weeks(history.panel),
            n_draws=self.scenario.n_draws,
            country=self.country,
            seed=self.seed,
            progress=progress,
        )
