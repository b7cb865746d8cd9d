"""What the scenario file says a plan is to earn, and how much bad luck counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from dealwright.core.errors import InputError
from dealwright.plan.objective import NAMES
from dealwright.plan.scenario.parts import Part, Share


def _weighed(given: Any) -> dict[str, float]:
    """A single name weighs 1; ValueError lists every mistake."""
    weights = {given: 1.0} if isinstance(given, str) else given
    if not isinstance(weights, Mapping) or not weights:
        raise ValueError(
            f"a name or names with weights are expected, like profit or {{profit: 1, units: 0.25}}; given {given!r}"
        )
    mistakes: list[str] = []
    for name, weight in weights.items():
        if name not in NAMES:
            mistakes += InputError.unknown("objective", str(name), NAMES).problems
        elif isinstance(weight, bool) or not isinstance(weight, int | float) or not _is_weight(weight):
            mistakes.append(f"the weight of {name} is a number above 0, not {weight!r}")
    if mistakes:
        raise ValueError("\n".join(mistakes))
    return {name: float(weight) for name, weight in weights.items()}


def _is_weight(weight: float) -> bool:
    return math.isfinite(weight) and weight > 0


Weights = Annotated[dict[str, float], BeforeValidator(_weighed)]
"""Objectives with their weights: what a unit of money of each counts for, or a piece, or a customer."""


class Risk(Part):
    """How much the worst draws count beside the mean: `weight` 0 (not at all) to 1 (nothing else does)."""

    weight: Share
    tail: Annotated[float, Field(gt=0.0, le=0.5)] = 0.1
    """Share of draws that are bad luck: 0.1 is the worst tenth."""
