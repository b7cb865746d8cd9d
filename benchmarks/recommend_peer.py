"""Asks rectools and implicit, in an environment of their own under benchmarks/out/, for lists of the same shop."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dealwright.recommend.interactions import Interactions
from peer_environment import ask_peer

HERE = Path(__file__).parent
PATIENCE_SECONDS = 1200


@dataclass(frozen=True, slots=True, eq=False)
class PeerLists:
    """A peer's lists (n_customers, k) for each task, -1 where short, and the CPU seconds of its fit."""

    name: str
    fit_seconds: float
    lists: dict[str, NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the peers made of it, or why they could not be asked."""

    peers: tuple[PeerLists, ...] = ()
    trouble: str = ""


def ask(seen: Interactions, *, k: int, python: str | None = None) -> Answer:
    """Never raises for a peer that cannot be had; `python` is an environment that has them already."""
    out = HERE / "out"
    out.mkdir(exist_ok=True)
    given, got = out / "recommend-given.npz", out / "recommend-got.npz"
    np.savez(given, customer=seen.customer, item=seen.item, shape=[seen.n_customers, seen.n_items], k=k)
    said = ask_peer("recommend_peers", str(given), str(got), python=python, patience_seconds=PATIENCE_SECONDS)
    if said.trouble:
        return Answer(trouble=said.trouble)
    told, lists = json.loads(said.text.strip().splitlines()[-1]), np.load(got)
    return Answer(
        tuple(
            PeerLists(name, seconds, {task: lists[f"{name}-{task}"] for task in ("all", "new")})
            for name, seconds in told.items()
        )
    )
