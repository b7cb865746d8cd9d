"""What dealwright forecasts and estimates in this benchmark: the one module that calls it.

Also a script, so that cost is measured in a process of its own: PANEL.pkl ORIGIN HORIZON OUT.npz, cost as JSON.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import holidays.countries  # noqa: F401
import lightgbm  # noqa: F401  # loaded before the clock starts: imports are not counted, of peers either
import numpy as np
from numpy.typing import NDArray

from clocks import peak_mib
from dealwright.app.demand.forecast_demand import candidates
from dealwright.core.rng import stream
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.choice import Choice
from dealwright.demand.fit import fit_response
from dealwright.demand.forecast import Drift, forecast
from dealwright.demand.forecaster import learn_forecaster
from demand_metrics import JUDGED

Floats = NDArray[np.float64]

COUNTRY = "US"
N_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Forecast:
    """Mean (n, H), the quantiles `JUDGED` (3, n, H) and the ends of the 80 % range (2, n, H)."""

    mean: Floats
    quantiles: Floats
    range80: Floats


def ours(panel: Panel, origin: date, horizon: int, pool: Panel | None, choice: Choice | None) -> Forecast:
    """All of it, from what was known before `origin`: trials at three earlier dates, blend, calibration, fits.

    `panel` is sealed: what was sold from `origin` on is not in it, the plan of those periods is. Everything is left
    at its default; nothing was chosen on the judged windows.
    """
    known = panel.until(origin)
    forecaster = learn_forecaster(
        known, candidates(country=COUNTRY, seed=1), horizon=horizon, pool=pool, choice=choice
    )
    made = forecaster.forecast(known, Ahead.of(panel, origin, horizon))
    return Forecast(made.mean, made.quantiles(JUDGED), made.range80())


@dataclass(frozen=True, slots=True)
class Estimated:
    """Elasticity of one product over all its stores: mean and standard deviation of its draws, negative."""

    sku: str
    value: float
    error: float


def elasticities(panel: Panel) -> list[Estimated]:
    """Own elasticities per product: the mean over its stores in each draw."""
    fit = fit_response(panel, country=COUNTRY)
    ahead, rng = Ahead.undisturbed(panel, 1), stream(1, "elasticities")
    response = forecast(fit, panel, ahead, drift=Drift(0, 0, 0), n_draws=N_DRAWS, rng=rng)
    return [_over_stores(response.elasticity, panel.skus, sku) for sku in sorted(set(panel.skus))]


def _over_stores(draws: Floats, skus: Sequence[str], sku: str) -> Estimated:
    own = -draws[:, [name == sku for name in skus]].mean(axis=1)
    return Estimated(sku, float(own.mean()), float(own.std(ddof=1)))


def _peak_mib() -> float:
    """Of this process alone: usage as the system counts it may be left over from the process that started it."""
    status = Path("/proc/self/status")
    if not status.exists():
        return peak_mib()
    return next(int(line.split()[1]) / 1024 for line in status.open() if line.startswith("VmHWM"))


def main(panel_file: str, origin: str, horizon: str, out: str) -> None:
    panel, pool, choice = pickle.loads(Path(panel_file).read_bytes())
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    made = ours(panel, date.fromisoformat(origin), int(horizon), pool, choice)
    wall, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    np.savez(out, mean=made.mean, quantiles=made.quantiles, range80=made.range80)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall_seconds": wall, "cpu_seconds": cpu, "peak_mib": _peak_mib()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
