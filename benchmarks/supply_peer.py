"""Asks stockpyl, in an environment of its own under benchmarks/out/, what it makes of the same instances."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from peer_environment import python_of

HERE = Path(__file__).parent
SCRIPT = HERE / "peers" / "supply_peers.py"
PINS = HERE / "peers" / "supply_peers.txt"
PATIENCE_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem in the peer's words."""

    kind: str
    given: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reply:
    """Levels (units, or reorder point and lot) and cost of one instance."""

    levels: list[float]
    cost: float


@dataclass(frozen=True, slots=True)
class Replies:
    """One reply an instance, and CPU seconds by kind; or `trouble`, why there are none."""

    version: str = ""
    replies: tuple[Reply, ...] = ()
    cpu_seconds: tuple[tuple[str, float], ...] = ()
    trouble: str = ""


def ask(instances: Sequence[Instance]) -> Replies:
    """What the peer answers; never raises for a peer that cannot be had."""
    try:
        asked = json.dumps([{"kind": instance.kind, "given": instance.given} for instance in instances])
        done = subprocess.run(
            [python_of("supply", pins=PINS), str(SCRIPT)],
            input=asked,
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = getattr(error, "stderr", None) or str(error)
        return Replies(trouble=str(said).strip().splitlines()[-1])
    told = json.loads(done.stdout)
    return Replies(
        told["version"],
        tuple(Reply(**reply) for reply in told["answers"]),
        tuple(told["cpu_seconds"].items()),
    )
