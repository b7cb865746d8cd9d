"""Forecasts and elasticities beside every peer on the same data in the same run; fails if a claim does.

Run with: make bench-demand, or python benchmarks/demand.py [--data DIR] [--fresh] [--parts ...] [--peers cheap]

Protocol: one origin, eight weekly steps, no refit. Products are chosen on weeks before the first origin. The plan
of the judged weeks (price, depth, display, mailer) is known, what it sold is not. Errors: WAPE = sum of absolute
errors over units; bias = forecast over sold units minus 1; MASE and RMSSE scale a series' errors by its own steps
in the past; wQL = mean over the quantiles .1, .5, .9 of twice the pinball loss over units, the point forecast
standing in for a median nobody gave; cov80 = coverage of nominal 80 % intervals of single series and weeks. CPU
seconds leave imports out; every forecaster runs alone, on one thread. Orange juice and cheese are read from the
folder given with --data (or DEALWRIGHT_BENCHMARK_DATA); without it those parts are said to be left out.
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import demand_elasticity
from clocks import Reading
from demand_claims import MOST_CPU_TIMES, MOST_MEAN_BIAS, Claim, accuracy_claims, stable_peers, table
from demand_files import BRANDS, cheese_panel, oj_panel
from demand_metrics import Score, score
from demand_ours import Estimated, elasticities
from demand_plots import Held, held, plot
from demand_recover import recover
from demand_runs import HERE, OURS, Run, run_ours, run_peer
from demand_scale import SIZES, growth, synthetic
from demand_shops import Place, complete_journey, juice_windows, windows_of
from demand_truth import N_SEEDS, measure
from demand_windows import Window

MEANS = ("naive", "mean4", "mean8", "mean13")
BOOSTED = ("lgb", "lgb_x", "lgb_x_mae", "lgb_x_tw", "lgb_plain_mae", "lgb_plain_tw", "lgb_scaled", "lgb_scaled_mae")
UNIVARIATE = ("sf_ets", "sf_theta", "sf_tsb", "sf_croston", "sf_imapa")
SLOW = ("sf_arima", "sf_arimax")
CHEAP = (*MEANS, *BOOSTED, "loglog")
PEERS = {"cj": (*CHEAP, *UNIVARIATE, *SLOW), "cjstore": (*CHEAP, *UNIVARIATE), "juice": CHEAP}
BOOSTED_PEER = "lgb_x_mae"
"""The peer whose CPU time ours is held against."""
PLOTS = HERE / "out"
PARTS = ("forecast", "juice", "elasticity", "scale", "truth")
MOST_SCALE_CPU_SECONDS, MOST_SCALE_MIB, MOST_GROWTH = 300.0, 6 * 1024.0, 1.1
PUBLISHED_JUICE = {
    "brand x price": (-3.378, -3.321, -2.712),
    "brand x price x feature, not featured": (-2.774, -1.991, -2.038),
    "brand x price x feature, featured": (-3.245, -3.571, -3.495),
}
LIKE_OURS = "effects of store x brand, feature"
"""The regression that asks what a pooled model asks: own price beside own feature, a level per series."""
MOST_ERRORS_APART = 2.0


@dataclass(frozen=True, slots=True)
class Judged:
    """All runs on one window, and the scores of those that made a forecast."""

    window: Window
    runs: Sequence[Run]
    scores: Mapping[str, Score]


def main() -> int:
    asked = _asked()
    claims: list[Claim] = []
    if "forecast" in asked.parts:
        panels = _panels(asked.panels)
        for name, place in panels.items():
            claims += forecast_part(name, windows_of(name, place, asked.own_store_prices), asked)
    for name, part in {"juice": juice_part, "elasticity": elasticity_part}.items():
        if name in asked.parts and asked.data is None:
            print(f"\n{name}: left out; name the folder of the data sets with --data")
        elif name in asked.parts:
            claims += part(asked)
    if "scale" in asked.parts:
        claims += scale_part()
    if "truth" in asked.parts:
        claims += truth_part(asked.seeds)
    print(f"\n{table(claims)}")
    return 0 if claims and all(claim.holds for claim in claims) else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    data = os.environ.get("DEALWRIGHT_BENCHMARK_DATA")
    parser.add_argument(
        "--data", type=Path, default=Path(data) if data else None, help="folder of public data sets"
    )
    parser.add_argument("--panels", type=Path, help="folder with cj.pkl and cjstore.pkl instead of building them")
    parser.add_argument(
        "--own-store-prices",
        action="store_true",
        help="peers see what each store took for a unit, which tells whether it sold one",
    )
    parser.add_argument("--fresh", action="store_true", help="run the peers anew")
    parser.add_argument("--seeds", type=int, default=N_SEEDS, help="shops of known truth")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--peers", choices=("all", "cheap"), default="all", help="cheap leaves ARIMA out")
    return parser.parse_args()


def _panels(folder: Path | None) -> dict[str, Place]:
    if folder is None:
        return complete_journey()
    return {place: pickle.loads((folder / f"{place}.pkl").read_bytes()) for place in ("cj", "cjstore")}


# --- forecasts ---------------------------------------------------------------------------------------------------


def forecast_part(place: str, windows: Sequence[Window], asked: argparse.Namespace) -> list[Claim]:
    """Tables and claims of the windows of one panel."""
    names = [name for name in PEERS[place] if asked.peers == "all" or name not in SLOW]
    judged = [judge(window, names, fresh=asked.fresh) for window in windows]
    peers = [{name: score for name, score in each.scores.items() if name != OURS} for each in judged]
    stable = stable_peers(peers)
    claims: list[Claim] = []
    for each, scores in zip(judged, peers, strict=True):
        tell(each, stable)
        claims += [
            Claim(f"{each.window.code}: {run.name} ran", float(run.made is not None), low=1.0)
            for run in each.runs
            if run.made is None
        ]
        if OURS in each.scores:
            claims += accuracy_claims(each.window.code, each.scores[OURS], scores, stable=stable)
            claims.append(_cost_claim(each))
    for path in plot(place, _held(judged), ours=OURS, folder=PLOTS):
        print(f"coverage drawn: {path}")
    biases = [each.scores[OURS].bias for each in judged if OURS in each.scores]
    if biases:
        claims.append(
            Claim(f"{place}: mean bias of both windows", float(np.mean(biases)), -MOST_MEAN_BIAS, MOST_MEAN_BIAS)
        )
    return claims


def _held(judged: Sequence[Judged]) -> list[Held]:
    """What every forecaster's ranges held on every window, of those that give any."""
    found = [
        held(each.window.code, run.name, run.made, sold=each.window.sold)
        for each in judged
        for run in each.runs
        if run.made is not None
    ]
    return [one for one in found if one is not None]


def judge(window: Window, names: Sequence[str], *, fresh: bool) -> Judged:
    """Ours and every peer on one window."""
    runs = [run_ours(window), *(run_peer(name, window, fresh=fresh) for name in names)]
    made = {run.name: run.made for run in runs if run.made is not None}
    return Judged(
        window, runs, {name: score(forecast, sold=window.sold, past=window.past) for name, forecast in made.items()}
    )


def _cost_claim(judged: Judged) -> Claim:
    seconds = {run.name: run.cost.cpu_seconds for run in judged.runs if run.cost is not None}
    times = seconds[OURS] / seconds.get(BOOSTED_PEER, np.nan)
    return Claim(f"{judged.window.code}: CPU time over that of {BOOSTED_PEER}", times, high=MOST_CPU_TIMES)


def tell(judged: Judged, stable: Sequence[str]) -> None:
    """The window's table, best WAPE first; peers that are not stable are marked."""
    window = judged.window
    print(f"\n{window.code}: origin {window.origin}, {window.horizon} weeks, {len(window.sold)} series")
    heads = " ".join(f"{head:>6}" for head in ("MASE", "RMSSE", "wQL", "cov80"))
    print(f"{'model':16} {'WAPE':>6} {'bias':>7} {heads} {'CPU s':>7} {'MiB':>5}")
    for run in sorted(judged.runs, key=lambda run: judged.scores[run.name].wape if run.made else np.inf):
        if run.made is None or run.cost is None:
            print(f"{run.name:16} failed: {run.trouble}")
            continue
        s = judged.scores[run.name]
        wql, held = ("     -" if value is None else f"{value:6.3f}" for value in (s.wql, s.coverage))
        errors = f"{s.wape:6.3f} {s.bias:+7.3f} {s.mase:6.3f} {s.rmsse:6.3f} {wql} {held}"
        note = "" if run.name in stable or run.name == OURS else "  unstable"
        print(f"{run.name:16} {errors} {run.cost.cpu_seconds:7.1f} {run.cost.peak_mib:5.0f}{note}")


def juice_part(asked: argparse.Namespace) -> list[Claim]:
    """Does it carry over to another retailer: dense sales of three brands in single stores."""
    return forecast_part("juice", juice_windows(asked.data), asked)


# --- elasticities ------------------------------------------------------------------------------------------------


def elasticity_part(asked: argparse.Namespace) -> list[Claim]:
    """Published regressions repeated, and the pooled model's elasticities beside them."""
    juice, cheese = demand_elasticity.orange_juice(asked.data), demand_elasticity.cheese(asked.data)
    for name, slopes in {"orange juice": juice, "cheese": cheese}.items():
        print(f"\n{name}: log sales on log price, least squares, errors clustered by store")
        for slope in slopes:
            print(f"  {slope.specification:40} {slope.name:12} {slope.value:+7.3f} ± {slope.error:.3f}")
    found = {(slope.specification, slope.name): slope for slope in juice}
    claims = [
        Claim(f"juice, {specification}: {brand}", found[specification, brand].value, value - 5e-4, value + 5e-4)
        for specification, values in PUBLISHED_JUICE.items()
        for brand, value in zip(BRANDS, values, strict=True)
    ]
    by_name = {slope.name: slope for slope in cheese}
    claims += [
        Claim("cheese, within retailers: price", by_name["price"].value, -2.395, -2.385),
        Claim("cheese, within retailers: display", by_name["display"].value, 0.905, 0.915),
    ]
    ask: dict[str, Callable[[], list[Estimated]]] = {
        "juice": lambda: elasticities(oj_panel(asked.data)),
        "cheese": lambda: elasticities(cheese_panel(asked.data)),
    }
    references = {brand: found[LIKE_OURS, brand] for brand in BRANDS} | {"cheese": by_name["price"]}
    for place, estimate in ask.items():
        for own in estimate():
            against = references[own.sku]
            print(f"  {OURS:40} {own.sku:12} {own.value:+7.3f} ± {own.error:.3f}")
            apart = abs(own.value - against.value) / np.hypot(own.error, against.error)
            claims.append(Claim(f"{place}, {own.sku}: standard errors apart", float(apart), high=MOST_ERRORS_APART))
    return claims


# --- scale ---------------------------------------------------------------------------------------------


def scale_part() -> list[Claim]:
    """What a whole forecast costs on synthetic panels of growing size."""
    print(f"\nsynthetic series, {OURS}\n{'series':>8} {'wall s':>8} {'CPU s':>8} {'MiB':>7}")
    seconds, peaks = [], []
    for size in SIZES:
        run = run_ours(synthetic(size))
        if run.cost is None:
            print(f"{size:8,} failed: {run.trouble}")
            return [Claim(f"scale: {size:,} series ran", 0.0, low=1.0)]
        seconds.append(run.cost.cpu_seconds)
        peaks.append(run.cost.peak_mib)
        print(f"{size:8,} {run.cost.wall_seconds:8.1f} {run.cost.cpu_seconds:8.1f} {run.cost.peak_mib:7,.0f}")
    power = growth(np.array(SIZES), np.array(seconds))
    return [
        Claim(f"scale: CPU seconds of {SIZES[-1]:,} series", seconds[-1], high=MOST_SCALE_CPU_SECONDS),
        Claim(f"scale: MiB of {SIZES[-1]:,} series", peaks[-1], high=MOST_SCALE_MIB),
        Claim("scale: CPU time grows with size to the power", power, high=MOST_GROWTH),
    ]


# --- known truth -------------------------------------------------------------------------------------------------


def truth_part(n_seeds: int) -> list[Claim]:
    """What is recovered of shops of simulated shoppers."""
    before = Reading.now()
    claims = measure(recover, n_seeds=n_seeds)
    print(f"\nknown truth: {n_seeds} seeds of three shops, {Reading.now().since(before)}")
    return claims


if __name__ == "__main__":
    sys.exit(main())
