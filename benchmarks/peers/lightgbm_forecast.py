"""The peer of benchmarks/forecast.py; runs in its own environment: FILE ORIGIN -> one line of JSON."""

from __future__ import annotations

import json
import resource
import sys
import time

import lightgbm
import numpy as np
import pandas as pd
from mlforecast import MLForecast
from mlforecast.lag_transforms import RollingMean
from mlforecast.utils import PredictionIntervals

HORIZON = 8


def main(path: str, origin: str) -> None:
    frame = pd.read_parquet(path)
    train, test = frame[frame["ds"] < origin], frame[frame["ds"] >= origin]
    began = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    model = lightgbm.LGBMRegressor(objective="l1", n_jobs=1, verbosity=-1, random_state=1)
    forecaster = MLForecast(
        models={"lgb": model},
        freq="W-MON",
        lags=[1, 2, 3, 4, 8, 13],
        lag_transforms={1: [RollingMean(4), RollingMean(13)]},
        date_features=["month", "week"],
    )
    forecaster.fit(train, static_features=[], prediction_intervals=PredictionIntervals(n_windows=2, h=HORIZON))
    made = forecaster.predict(HORIZON, X_df=test.drop(columns="y"), level=[80])
    used = resource.getrusage(resource.RUSAGE_SELF)
    both = made.merge(test[["unique_id", "ds", "y"]], on=["unique_id", "ds"])
    point, sold = np.maximum(both["lgb"], 0), both["y"]
    held = (sold >= both["lgb-lo-80"]) & (sold <= both["lgb-hi-80"])
    print(
        json.dumps(
            {
                "wape": float((sold - point).abs().sum() / sold.sum()),
                "bias": float(point.sum() / sold.sum() - 1),
                "coverage": float(held.mean()),
                "wall": time.perf_counter() - began[0],
                "cpu": used.ru_utime + used.ru_stime - began[1].ru_utime - began[1].ru_stime,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
