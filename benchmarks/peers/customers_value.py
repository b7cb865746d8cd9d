"""lifetimes on the CDNOW 1/10 sample that comes with it: JSON on stdout.

Out: {"version", "rows": [customer, day, units, cents] of the sample, "models": by name {"params", "purchases" (39
weeks from 1997-10-01, per customer in order of id), "cpu_seconds"}, "spend": {"params", "mean_spend"}}.
Runs in an environment of its own; imports are not counted.
"""

from __future__ import annotations

import json
import time
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

import lifetimes
import pandas as pd
from lifetimes import BetaGeoFitter, GammaGammaFitter, ModifiedBetaGeoFitter, ParetoNBDFitter
from lifetimes.utils import summary_data_from_transaction_data

FITTERS = {"bg_nbd": BetaGeoFitter, "mbg_nbd": ModifiedBetaGeoFitter, "pareto_nbd": ParetoNBDFitter}
UNTIL, WEEKS = "1997-09-30", 39


def main() -> None:
    warnings.simplefilter("ignore")
    rows = sample()
    summary = summary_data_from_transaction_data(
        rows.groupby(["customer", "day"], as_index=False)["cents"].sum(),
        "customer",
        "day",
        monetary_value_col="cents",
        observation_period_end=UNTIL,
        freq="D",
    ).sort_index()
    weeks = summary.assign(
        recency=summary["recency"] / 7, T=summary["T"] / 7, spend=summary["monetary_value"] / 100
    )
    models: dict[str, Any] = {}
    for name, fitter in FITTERS.items():
        began = time.process_time()
        model = fitter().fit(weeks["frequency"], weeks["recency"], weeks["T"])
        spent = time.process_time() - began
        expected = model.conditional_expected_number_of_purchases_up_to_time(
            WEEKS, weeks["frequency"], weeks["recency"], weeks["T"]
        )
        models[name] = {
            "params": model.params_.tolist(),
            "purchases": [float(value) for value in expected],
            "cpu_seconds": spent,
        }
    again = weeks[(weeks["frequency"] > 0) & (weeks["spend"] > 0)]
    spend = GammaGammaFitter().fit(again["frequency"], again["spend"])
    means = spend.conditional_expected_average_profit(weeks["frequency"], weeks["spend"])
    told = {
        "version": version("lifetimes"),
        "rows": rows.assign(day=rows["day"].dt.strftime("%Y-%m-%d")).to_numpy().tolist(),
        "models": models,
        "spend": {"params": spend.params_.tolist(), "mean_spend": [float(value) for value in means]},
    }
    print(json.dumps(told))


def sample() -> pd.DataFrame:
    path = Path(lifetimes.__file__).parent / "datasets" / "CDNOW_sample.txt"
    names = ["master", "customer", "day", "units", "dollars"]
    rows = pd.read_csv(
        path, sep=r"\s+", header=None, names=names, dtype={"master": str, "customer": str, "day": str}
    )
    cents = (rows["dollars"] * 100).round().astype(int)
    return rows.assign(day=pd.to_datetime(rows["day"]), cents=cents)[["customer", "day", "units", "cents"]]


if __name__ == "__main__":
    main()
