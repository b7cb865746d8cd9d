"""Forecast error and interval coverage on a real grocer's year, beside peers in the same run.

Run with: make bench-forecast

Protocol: the 300 products with most units among those sold in at least 30 of weeks 2-37 of Complete Journey,
whole chain; lines of 1 to 100 units; fuel, coupons, kiosks and the like left out. Two origins: trained to week 37
and judged on 38-45 (window a), trained to week 45 and judged on 46-53 with Thanksgiving and Christmas (window b).
Eight weeks ahead without refitting. The judged weeks' depth, display and mailer are taken as known, as a plan
knows them. WAPE = sum of absolute errors / units sold; bias = forecast / sold - 1; coverage of nominal 80 %
intervals of single product-weeks. Products are chosen on weeks before the first origin only.

Peer: mlforecast with LightGBM (L1 objective, lags, rolling means, month and week, the same covariates, conformal
intervals), run in an environment of its own that is made on first use in benchmarks/out.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from datetime import date
from pathlib import Path

import ibis
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clocks import Reading, peak_mib
from dealwright import workspace
from dealwright.core.rng import stream
from dealwright.data import columns as c
from dealwright.data.panel import Panel, build_panel, store_weights, weekly_sales, weekly_support
from dealwright.demand.backtest import calibrate, forecast_window
from dealwright.demand.forecast import Drift
from dealwright.demand.response import draw_units

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
DEPARTMENTS_OUT = ["FUEL", "MISCELLANEOUS", "COUPON", "POSTAL CENTER", "KIOSK-GAS"]
FIRST, CHOSEN_UNTIL = date(2017, 1, 2), date(2017, 9, 4)
ORIGINS = {"a": date(2017, 9, 11), "b": date(2017, 11, 6)}
HORIZON = 8


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        panel = read(Path(folder) / "shop")
        for window, origin in ORIGINS.items():
            print(f"\nwindow {window}: origin {origin}, {HORIZON} weeks, {len(panel.skus)} products")
            print(f"{'model':32} {'WAPE':>6} {'bias':>7} {'cov80':>6}")
            for weeks in (4, 8):
                recent = panel.until(origin).units[:, -weeks:].mean(axis=1, keepdims=True)
                tell(
                    f"mean of last {weeks} weeks",
                    np.repeat(recent, HORIZON, axis=1),
                    None,
                    actual(panel, origin),
                    "",
                )
            before = Reading.now()
            mean, draws = ours(panel, origin)
            tell("dealwright pooled response", mean, draws, actual(panel, origin), Reading.now().since(before))
            peer(panel, origin, Path(folder))
    print(f"\npeak memory of this process {peak_mib():,.0f} MiB")


def read(folder: Path) -> Panel:
    with workspace.demo(folder) as shop:
        tables = shop.read_tables()
        sales, products = tables.table("sales"), tables.table("products")
        kept = products.filter(~products[c.DEPARTMENT].isin(DEPARTMENTS_OUT) & products[c.CATEGORY].notnull())
        lines = sales.filter((sales[c.QUANTITY] <= 100) & (sales[c.NET_AMOUNT] > 0)).semi_join(kept, c.SKU)
        weekly = weekly_sales(lines).to_pandas()
        weekly[c.WEEK] = pd.to_datetime(weekly[c.WEEK])
        weekly = weekly[weekly[c.WEEK] >= pd.Timestamp(FIRST)]
        early = weekly[weekly[c.WEEK] <= pd.Timestamp(CHOSEN_UNTIL)]
        by_sku = early.groupby(c.SKU).agg(units=(c.UNITS, "sum"), weeks=(c.WEEK, "size"))
        skus = list(by_sku[by_sku["weeks"] >= 30].sort_values("units", ascending=False).head(300).index)
        catalogue = products.to_pandas()
        category = catalogue.set_index(c.SKU)[c.CATEGORY]
        totals = weekly.assign(**{c.CATEGORY: weekly[c.SKU].map(category)})
        weeks = sorted({week.date() for week in weekly[c.WEEK]})
        support = weekly_support(
            tables.table("promotions"),
            store_weights(lines),
            ibis.memtable({c.SKU: skus}),
            ibis.memtable({c.WEEK: weeks}, schema={c.WEEK: "date"}),
        ).to_pandas()
        by_category = totals.groupby([c.CATEGORY, c.WEEK], as_index=False)[[c.UNITS]].sum()
        return build_panel(weekly, support, catalogue, skus=skus, market_units=by_category)


def actual(panel: Panel, origin: date) -> Floats:
    start = panel.starts.index(origin)
    return panel.units[:, start : start + HORIZON]


def ours(panel: Panel, origin: date) -> tuple[Floats, Floats]:
    """Calibrated on the eight weeks before the origin, which is all that would have been known."""
    rng = stream(1, "benchmark")
    known = panel.until(origin)
    still = Drift(0, 0, 0)
    past = forecast_window(known, known.starts[-HORIZON], HORIZON, country="US", drift=still, rng=rng)
    window = forecast_window(panel, origin, HORIZON, country="US", drift=calibrate([past], rng), rng=rng)
    return window.mean.mean(axis=0), draw_units(window.mean, window.dispersion[None, :, None], rng)


def tell(name: str, mean: Floats, draws: Floats | None, sold: Floats, cost: str) -> None:
    wape = np.abs(sold - mean).sum() / sold.sum()
    held = "-"
    if draws is not None:
        low, high = np.quantile(draws, [0.1, 0.9], axis=0)
        held = f"{((sold >= low) & (sold <= high)).mean():.2f}"
    print(f"{name:32} {wape:6.3f} {mean.sum() / sold.sum() - 1:+7.3f} {held:>6}  {cost}")


def peer(panel: Panel, origin: date, folder: Path) -> None:
    """Run the peer in its own environment; it prints its own row."""
    start = panel.starts.index(origin)
    n, n_weeks = panel.units[:, : start + HORIZON].shape
    frame = pd.DataFrame(
        {
            "unique_id": np.repeat(panel.skus, n_weeks),
            "ds": np.tile(pd.to_datetime(pd.Series(panel.starts[:n_weeks])), n),
            "y": panel.units[:, :n_weeks].ravel(),
            "log_price": np.log1p(-panel.depth[:, :n_weeks]).ravel(),
            "depth": panel.depth[:, :n_weeks].ravel(),
            "display": panel.display[:, :n_weeks].ravel(),
            "mailer": panel.mailer[:, :n_weeks].ravel(),
        }
    )
    path = folder / f"peer-{origin}.parquet"
    frame.to_parquet(path)
    script = HERE / "peers" / "lightgbm_forecast.py"
    done = subprocess.run(
        [peer_python(), str(script), str(path), str(origin)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"the peer failed:\n{done.stderr}")
        return
    told = json.loads(done.stdout.splitlines()[-1])
    print(
        f"{'mlforecast LightGBM L1':32} {told['wape']:6.3f} {told['bias']:+7.3f} {told['coverage']:6.2f}  "
        f"{told['wall']:7.2f} s wall {told['cpu']:7.2f} s CPU"
    )


def peer_python() -> str:
    place = HERE / "out" / "peer-forecast"
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
        pins = HERE / "peers" / "lightgbm_forecast.txt"
        subprocess.run(
            [str(python), "-m", "pip", "install", "--quiet", "-r", str(pins)], check=True, stdout=sys.stderr
        )
    return str(python)


if __name__ == "__main__":
    main()
