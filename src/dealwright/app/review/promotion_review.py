"""What a review of past promotions says, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Literal

import pandas as pd

from dealwright.app.plain import plain, plain_estimate
from dealwright.core.estimate import Estimate

Verdict = Literal["again", "smaller", "stop", "test"]


@dataclass(frozen=True, slots=True)
class Review:
    """One product's promotion, from its first week to its last; money in minor units, units chain-wide.

    `expected` is the profit that the model says such an offer brings before its own sales are looked at; `profit`
    is what it brought, `parts` (see `learn.bill`) sum to it. `naive` is what comparing with the weeks before would
    have said. `chance_of_profit` is the probability that it earned anything. `smaller_depth` is the cut that would
    have earned more, if the verdict is "smaller". `is_complete` says whether the weeks after are known.
    """

    sku: str
    name: str
    category: str
    first: date
    last: date
    depth: float
    on_display: bool
    in_mailer: bool
    sold: float
    without: Estimate
    uplift: Estimate
    cannibalised: Estimate
    pulled_forward: Estimate
    brought: Estimate
    net_incremental: Estimate
    expected: Estimate
    profit: Estimate
    parts: dict[str, Estimate]
    naive: float
    chance_of_profit: float
    verdict: Verdict
    smaller_depth: float | None
    is_complete: bool

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON and tables; each estimate with its low and high."""
        told: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name == "parts":
                told["parts"] = {name: plain_estimate(part) for name, part in value.items()}
            else:
                told[field.name] = plain_estimate(value) if isinstance(value, Estimate) else plain(value)
        return told


@dataclass(frozen=True, slots=True)
class Reviews:
    """All of them, latest first; `profit` of all together. `n_costs_assumed` products have no cost in the data."""

    reviews: tuple[Review, ...]
    profit: Estimate
    naive: float
    n_costs_assumed: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "reviews": [review.to_dict() for review in self.reviews],
            "profit": plain_estimate(self.profit),
            "naive": self.naive,
            "n_costs_assumed": self.n_costs_assumed,
        }

    def table(self) -> pd.DataFrame:
        """One row per promotion, an estimate as three columns; money in minor units."""
        return pd.DataFrame([_flat(review.to_dict()) for review in self.reviews])


def _flat(told: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in told.items():
        if name == "parts":
            row |= {f"{part}_minor": estimate["value"] for part, estimate in value.items()}
        elif isinstance(value, dict):
            row |= {name: value["value"], f"{name}_low": value["low"], f"{name}_high": value["high"]}
        else:
            row[name] = value
    return row
