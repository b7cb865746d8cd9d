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

import numpy as np
from numpy.typing import NDArray

from clocks import peak_mib
from dealwright.core.rng import stream
from dealwright.data.panel import Panel
from dealwright.demand.ahead import Ahead
from dealwright.demand.fit import fit_response
from dealwright.demand.forecast import Drift, forecast
from dealwright.demand.response import draw_units
from demand_metrics import LEVELS

Floats = NDArray[np.float64]

COUNTRY = "US"
N_DRAWS = 400


@dataclass(frozen=True, slots=True)
class Forecast:
    """Mean (n, H) and quantiles (len(LEVELS), n, H)."""

    mean: Floats
    quantiles: Floats


def ours(panel: Panel, origin: date, horizon: int) -> Forecast:
    """All of it, from what was known before `origin`: fit, then the forecast with its default drift.

    `panel` is sealed: what was sold from `origin` on is not in it, the plan of those periods is.
    """
    rng = stream(1, "benchmark")
    known, ahead = panel.until(origin), Ahead.of(panel, origin, horizon)
    fit = fit_response(known, country=COUNTRY)
    response = forecast(fit, known, ahead, drift=Drift(), n_draws=N_DRAWS, rng=rng)
    mean = response.volumes(ahead.offers).total
    draws = draw_units(mean, response.dispersion[None, :, None], rng)
    return Forecast(mean.mean(axis=0), np.quantile(draws, LEVELS, axis=0))


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
    panel: Panel = pickle.loads(Path(panel_file).read_bytes())
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    made = ours(panel, date.fromisoformat(origin), int(horizon))
    wall, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    np.savez(out, mean=made.mean, quantiles=made.quantiles)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall_seconds": wall, "cpu_seconds": cpu, "peak_mib": _peak_mib()}))


if __name__ == "__main__":
    main(*sys.argv[1:])
