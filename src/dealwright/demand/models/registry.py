"""Which forecasting models there are, by name; a model's library is loaded when it is made."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from dealwright.core.registry import Registry
from dealwright.demand.models.protocol import DemandModel


def demand_models(*, country: str = "US", seed: int = 0) -> Registry[DemandModel]:
    """All built-in models; `country` names the calendar of holidays, `seed` fixes what is random.

    >>> "mean4" in demand_models()
    True
    """
    models: dict[str, Callable[[], DemandModel]] = {"seasonal_naive": _seasonal_naive}
    models |= {f"mean{n}": partial(_recent_mean, n) for n in (4, 8, 13)}
    models |= {shape: partial(_regression, shape, country=country) for shape in ("linear", "polynomial")}
    models |= {
        method: partial(_classic, method, country=country)
        for method in ("ets", "theta", "arima", "arimax", "croston", "tsb")
    }
    models |= {f"boosted_{o}": partial(_boosted, o, country=country, seed=seed) for o in ("l1", "tweedie")}
    models["loglog"] = _loglog
    models["recurrent"] = partial(_recurrent, country=country, seed=seed)
    return Registry("demand model", models)


def _seasonal_naive() -> DemandModel:
    from dealwright.demand.models.naive import SeasonalNaive

    return SeasonalNaive()


def _recent_mean(n_periods: int) -> DemandModel:
    from dealwright.demand.models.naive import RecentMean

    return RecentMean(n_periods)


def _loglog() -> DemandModel:
    from dealwright.demand.models.loglog import LogLog

    return LogLog()


def _regression(shape: str, *, country: str) -> DemandModel:
    from dealwright.demand.models.regression import Regression

    return Regression(shape, country=country)


def _classic(method: str, *, country: str) -> DemandModel:
    from dealwright.demand.models.classic import Classic

    return Classic(method, country=country)


def _boosted(objective: str, *, country: str, seed: int) -> DemandModel:
    from dealwright.demand.models.boosted import Boosted

    return Boosted(country=country, objective=objective, seed=seed)


def _recurrent(*, country: str, seed: int) -> DemandModel:
    from dealwright.demand.models.recurrent import Recurrent

    return Recurrent(country=country, seed=seed)
