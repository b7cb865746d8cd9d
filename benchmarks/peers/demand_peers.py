"""The peers of benchmarks/demand.py, one a run: PEER FILE ORIGIN HORIZON OUT; what it cost goes to stdout as JSON.

FILE is one parquet of (unique_id, product, ds, y, log_price, depth, display, mailer); rows from ORIGIN on are the
plan: their covariates may be used, their y is not read. OUT becomes (unique_id, ds, point, low, high), the last
two missing where the peer gives no interval. Runs in an environment of its own; imports are not counted as cost.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

COVARIATES = ["log_price", "depth", "display", "mailer"]
KEYS = ["unique_id", "ds"]
LEVEL = 80
LAGS = [1, 2, 3, 4, 8]
MEAN_WINDOWS = {"naive": 1, "mean4": 4, "mean8": 8, "mean13": 13}
CALENDAR, PLAIN, SCALED = "calendar", "plain", "scaled"
BOOSTED = {
    "lgb": ("regression", False, CALENDAR),
    "lgb_x": ("regression", True, CALENDAR),
    "lgb_x_mae": ("regression_l1", True, CALENDAR),
    "lgb_x_tw": ("tweedie", True, CALENDAR),
    "lgb_plain_mae": ("regression_l1", True, PLAIN),
    "lgb_plain_tw": ("tweedie", True, PLAIN),
    "lgb_scaled": ("regression", True, SCALED),
    "lgb_scaled_mae": ("regression_l1", True, SCALED),
}


class Task:
    """What a peer is asked: the past, the plan of the coming weeks, and how far to look."""

    def __init__(self, path, origin, horizon):
        frame = pd.read_parquet(path)
        frame["ds"] = frame["ds"].astype("datetime64[ns]")
        self.origin, self.horizon = pd.Timestamp(origin), int(horizon)
        self.past = frame[frame["ds"] < self.origin].reset_index(drop=True)
        self.plan = frame[frame["ds"] >= self.origin].drop(columns="y").reset_index(drop=True)
        self.frequency = "W-" + self.origin.strftime("%a").upper()


def mean_of_last(n):
    def run(task):
        made = task.past.groupby("unique_id", sort=False)["y"].apply(lambda y: y.iloc[-n:].mean())
        return task.plan[KEYS].assign(point=task.plan["unique_id"].map(made).to_numpy())

    return run


def boosted_trees(objective, with_covariates, way):
    """One model of all series; `way` CALENDAR knows month and week, SCALED has each series at its own scale."""
    import lightgbm
    from mlforecast import MLForecast
    from mlforecast.lag_transforms import RollingMean
    from mlforecast.target_transforms import LocalStandardScaler
    from mlforecast.utils import PredictionIntervals

    def run(task):
        model = lightgbm.LGBMRegressor(
            objective=objective, n_estimators=300, learning_rate=0.05, n_jobs=1, verbosity=-1, random_state=1
        )
        forecaster = MLForecast(
            models={"lgb": model},
            freq=task.frequency,
            lags=LAGS,
            lag_transforms={1: [RollingMean(4), RollingMean(8)]},
            date_features=["month", "week"] if way == CALENDAR else [],
            target_transforms=[LocalStandardScaler()] if way == SCALED else None,
        )
        columns = [*KEYS, *(COVARIATES if with_covariates else [])]
        intervals = PredictionIntervals(n_windows=2, h=task.horizon, method="conformal_error")
        forecaster.fit(task.past[[*columns, "y"]], static_features=[], prediction_intervals=intervals)
        plan = task.plan[columns] if with_covariates else None
        made = forecaster.predict(task.horizon, X_df=plan, level=[LEVEL])
        return named(made, "lgb")

    return run


def statistical(build, *, has_interval=True):
    import statsforecast.models
    from statsforecast import StatsForecast

    def run(task):
        forecaster = StatsForecast(models=[build(statsforecast.models)], freq=task.frequency, n_jobs=1)
        level = [LEVEL] if has_interval else None
        made = forecaster.forecast(df=task.past[[*KEYS, "y"]], h=task.horizon, level=level)
        return named(made, next(column for column in made if column not in KEYS))

    return run


def arima_with_covariates():
    """Each series with those covariates that moved and told something new: the library refuses the others."""
    from statsforecast import StatsForecast
    from statsforecast.models import AutoARIMA, Naive

    def run(task):
        told = task.past.groupby("unique_id")[COVARIATES].apply(telling)
        out = []
        for columns, ids in told.groupby(told).groups.items():
            past, plan = (rows[rows["unique_id"].isin(ids)] for rows in (task.past, task.plan))
            forecaster = StatsForecast(
                models=[AutoARIMA(season_length=1)], freq=task.frequency, n_jobs=1, fallback_model=Naive()
            )
            made = forecaster.forecast(
                df=past[[*KEYS, "y", *columns]],
                h=task.horizon,
                X_df=plan[[*KEYS, *columns]] if columns else None,
                level=[LEVEL],
            )
            out.append(named(made, "AutoARIMA"))
        return pd.concat(out)

    return run


def telling(rows):
    """Names of the columns that are neither constant nor combinations of those before."""
    kept = []
    for name in COVARIATES:
        x = rows[[*kept, name]].to_numpy()
        spread = x.std(axis=0)
        if spread[-1] < 1e-6:
            continue
        if np.linalg.matrix_rank((x - x.mean(axis=0)) / spread, tol=0.05 * np.sqrt(len(x))) == x.shape[1]:
            kept.append(name)
    return tuple(kept)


def loglog():
    """log(units + 1) on the covariates by product with an effect per series; ranges from its own residuals."""

    def run(task):
        out = [
            loglog_of(past, task.plan[task.plan["product"] == name]) for name, past in task.past.groupby("product")
        ]
        return pd.concat(out)

    return run


def loglog_of(past, plan):
    y = np.log1p(past["y"].to_numpy())
    x = past[COVARIATES].to_numpy()
    ids = past["unique_id"]
    within = pd.DataFrame(np.column_stack([y, x])).groupby(ids.to_numpy()).transform("mean").to_numpy()
    free, answer = x - within[:, 1:], y - within[:, 0]
    # One unit of ridge: where a covariate hardly moved, its slope is near 0 instead of anywhere.
    slopes = np.linalg.solve(free.T @ free + np.eye(len(COVARIATES)), free.T @ answer)
    residual = answer - free @ slopes
    effect = pd.Series(within[:, 0] - within[:, 1:] @ slopes).groupby(ids.to_numpy()).first()
    level = plan["unique_id"].map(effect).to_numpy() + plan[COVARIATES].to_numpy() @ slopes
    low, high = np.quantile(residual, [0.1, 0.9])
    smearing = np.exp(residual).mean()
    return plan[KEYS].assign(
        point=np.exp(level) * smearing - 1, low=np.expm1(level + low), high=np.expm1(level + high)
    )


def named(made, column):
    renamed = made.rename(columns={column: "point", f"{column}-lo-{LEVEL}": "low", f"{column}-hi-{LEVEL}": "high"})
    return renamed[[name for name in (*KEYS, "point", "low", "high") if name in renamed]]


def peer(name):
    if name in MEAN_WINDOWS:
        return mean_of_last(MEAN_WINDOWS[name])
    if name in BOOSTED:
        return boosted_trees(*BOOSTED[name])
    return {
        "sf_ets": lambda: statistical(lambda models: models.AutoETS(season_length=1)),
        "sf_theta": lambda: statistical(lambda models: models.AutoTheta(season_length=1)),
        "sf_arima": lambda: statistical(lambda models: models.AutoARIMA(season_length=1)),
        "sf_arimax": arima_with_covariates,
        "sf_tsb": lambda: statistical(lambda models: models.TSB(alpha_d=0.1, alpha_p=0.1), has_interval=False),
        "sf_croston": lambda: statistical(lambda models: models.CrostonClassic(), has_interval=False),
        "sf_imapa": lambda: statistical(lambda models: models.IMAPA(), has_interval=False),
        "loglog": loglog,
    }[name]()


def peak_mib(used):
    """Of this process alone: `used` may count what the process that started it had."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.open() if line.startswith("VmHWM"))
    return used.ru_maxrss / 1024


def main(name, path, origin, horizon, out):
    warnings.simplefilter("ignore")
    run = peer(name)
    task = Task(path, origin, horizon)
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    made = run(task)
    wall, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    numbers = [column for column in ("point", "low", "high") if column in made]
    made[numbers] = made[numbers].clip(lower=0)
    made.to_parquet(out, index=False)
    cpu = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({"wall_seconds": wall, "cpu_seconds": cpu, "peak_mib": peak_mib(used)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
