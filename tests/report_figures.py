"""Figures with their range, as summaries hold them."""

from __future__ import annotations

LEVEL = 0.8


def estimate(value: float, low: float, high: float) -> dict[str, float]:
    return {"value": value, "low": low, "high": high, "level": LEVEL}
