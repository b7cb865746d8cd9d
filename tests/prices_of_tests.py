"""Prices of tea for tests of the law on prices: rows by days before the first day of a campaign."""

from __future__ import annotations

from datetime import date, timedelta

from dealwright.adapters.price_law import packaged
from dealwright.compliance.price_history import PriceHistory, PriceKind, PriceRow
from dealwright.compliance.profile import RuleName, Ruling
from dealwright.compliance.reductions import Reduction

START = date(2026, 11, 11)


def row(
    kind: PriceKind, price_minor: int, first: int, last: int | None = None, *, is_inferred: bool = False
) -> PriceRow:
    """A price from `first` to `last` days before the start (one day without `last`)."""
    since, until = (START - timedelta(days=back) for back in (first, first if last is None else last))
    return PriceRow("TEA", since, until, price_minor, kind, is_inferred=is_inferred)


def history(*rows: PriceRow) -> PriceHistory:
    return PriceHistory(rows)


def cut(base_minor: int, price_minor: int) -> Reduction:
    """Tea shown at `price_minor` instead of `base_minor`."""
    return Reduction("TEA20", "TEA", base_minor, price_minor, START, "EUR")


def ruling(profile: str, rule: RuleName) -> Ruling:
    found = packaged(profile).ruling(rule, START)
    assert found is not None
    return found
