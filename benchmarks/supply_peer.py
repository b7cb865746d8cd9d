"""Asks stockpyl, in an environment of its own under benchmarks/out/, what it makes of the same instances."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from peer_environment import ask_peer


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
    asked = json.dumps([{"kind": instance.kind, "given": instance.given} for instance in instances])
    said = ask_peer("supply_peers", given=asked)
    if said.trouble:
        return Replies(trouble=said.trouble)
    told = json.loads(said.text)
    return Replies(
        told["version"],
        tuple(Reply(**reply) for reply in told["answers"]),
        tuple(told["cpu_seconds"].items()),
    )
