"""Runs forecasters on a window, each in a process of its own, and keeps what peers made.

A peer's forecasts are kept in benchmarks/out/demand under a hash of the rows, the peer, its script and its pins,
so that a second run judges them again without waiting; `fresh` makes them anew. Cost is that of the run that made
them.
"""

from __future__ import annotations

import hashlib
import json
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from demand_metrics import Made
from demand_windows import Window, peer_rows, sealed
from peer_environment import python_of

Floats = NDArray[np.float64]

HERE = Path(__file__).parent
KEPT = HERE / "out" / "demand"
SCRIPT = HERE / "peers" / "demand_peers.py"
PINS = HERE / "peers" / "demand_peers.txt"
OURS = "dealwright"
PATIENCE_SECONDS = 1800


@dataclass(frozen=True, slots=True)
class Cost:
    """What a forecast cost to make, without imports; peak memory is the whole process's."""

    wall_seconds: float
    cpu_seconds: float
    peak_mib: float


@dataclass(frozen=True, slots=True)
class Run:
    """A named forecast and its cost; `trouble` says why there is none."""

    name: str
    made: Made | None
    cost: Cost | None
    trouble: str = ""


def run_peer(name: str, window: Window, *, fresh: bool) -> Run:
    """The peer's forecast of the window: the kept one, unless `fresh` or none is kept."""
    rows = peer_rows(window)
    KEPT.mkdir(parents=True, exist_ok=True)
    place = KEPT / f"{name}-{_fingerprint(rows, name, window)}"
    forecast, cost = place.with_suffix(".parquet"), place.with_suffix(".json")
    if fresh or not (forecast.exists() and cost.exists()):
        handed = place.with_name(f"rows-{os.getpid()}.parquet")
        rows.to_parquet(handed, index=False)
        words = [name, str(handed), str(window.origin), str(window.horizon), str(forecast)]
        try:
            said = told_by([python_of("demand", pins=PINS), str(SCRIPT), *words])
        except RuntimeError as error:
            return Run(name, None, None, str(error))
        finally:
            handed.unlink()
        cost.write_text(said)
    made = _read(forecast, window)
    if made is None:
        return Run(name, None, None, "its forecast is missing or not finite for some series or periods")
    return Run(name, made, Cost(**json.loads(cost.read_text())))


def run_ours(window: Window) -> Run:
    """Our forecast of the window, always made anew, in a process of its own as the peers are."""
    with TemporaryDirectory() as folder:
        panel, out = Path(folder) / "panel.pkl", Path(folder) / "made.npz"
        panel.write_bytes(pickle.dumps((sealed(window), window.known_pool, window.choice)))
        script = str(HERE / "demand_ours.py")
        try:
            said = told_by([sys.executable, script, str(panel), str(window.origin), str(window.horizon), str(out)])
        except RuntimeError as error:
            return Run(OURS, None, None, str(error))
        with np.load(out) as arrays:
            made = Made.of_ranges(arrays["mean"], arrays["quantiles"], arrays["range80"])
    return Run(OURS, made, Cost(**json.loads(said)))


def told_by(command: list[str]) -> str:
    """The last line a process prints; RuntimeError with its last words if it fails. One thread for all."""
    one_thread = {f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMBA")}
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=os.environ | one_thread,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"not done after {PATIENCE_SECONDS} s") from None
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise RuntimeError(f"exit {done.returncode}: {last[0]}")
    return done.stdout.strip().splitlines()[-1]


def _fingerprint(rows: pd.DataFrame, name: str, window: Window) -> str:
    parts = hashlib.sha256(pd.util.hash_pandas_object(rows, index=False).to_numpy().tobytes())
    parts.update(f"{name} {window.origin} {window.horizon}".encode())
    parts.update(SCRIPT.read_bytes() + PINS.read_bytes())
    return parts.hexdigest()[:16]


def _read(path: Path, window: Window) -> Made | None:
    """Lay the peer's rows out as (n, H), in the panel's order; None if a number is missing."""
    rows = pd.read_parquet(path)
    columns = [column for column in ("point", "low", "high") if column in rows]
    laid: dict[str, Floats] = {}
    for column in columns:
        wide = rows.pivot(index="unique_id", columns="ds", values=column).reindex(window.panel.series)
        laid[column] = wide.to_numpy(dtype=np.float64)
    is_whole = all(values.shape == window.sold.shape and np.isfinite(values).all() for values in laid.values())
    return Made(laid["point"], low=laid.get("low"), high=laid.get("high")) if is_whole else None
