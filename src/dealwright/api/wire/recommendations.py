"""Recommendations as clients get them."""

from __future__ import annotations

from datetime import date

from msgspec import Struct


class RecommendedPartOut(Struct, frozen=True):
    """One reason in words, and what it adds."""

    reason: str
    value: float


class RecommendedItemOut(Struct, frozen=True):
    """One place of a list; `score` means what `score_means` says; the parts sum to `parts_sum`."""

    rank: int
    sku: str
    score: float
    score_means: str
    is_bought_before: bool
    is_fallback: bool
    parts: tuple[RecommendedPartOut, ...]
    parts_sum: float | None
    parts_unit: str


class RecommendedOut(Struct, frozen=True):
    """What one customer is shown, best first; one who is not known gets what sells best of late."""

    customer_id: str
    is_known: bool
    model: str
    learnt_until: date
    items: tuple[RecommendedItemOut, ...]
