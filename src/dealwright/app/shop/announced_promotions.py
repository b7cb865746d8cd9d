"""Which price cuts a shop had announced for weeks to come, and what sells steadily at one price."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from dealwright.app.shop.promoted_runs import LEAST_CUT, LEAST_SUPPORT, SAME_DEPTH, Run
from dealwright.data import columns as c
from dealwright.data.panel import Panel

SHALLOWEST, DEEPEST = 0.1, 0.25
"""Deeper cuts sell below the margin that plans keep, at the costs that are assumed where none are known."""
_WEEKS = 8
_MOST_SPREAD = 0.03


@dataclass(frozen=True, slots=True)
class Announced:
    """A week's price cut: `run` says where it stands in the panel, `depth` is in whole per cent."""

    sku: str
    name: str
    week: date
    depth: float
    on_display: bool
    in_mailer: bool
    run: Run


def announced_promotions(
    panel: Panel, weeks: Sequence[date], *, known: Panel, per_week: int
) -> tuple[Announced, ...]:
    """Of each of `weeks` the `per_week` price cuts of what sold most before, one of each category.

    `panel` holds the weeks, `known` is what was known before them. Goods whose unit price moves by itself (sold by
    weight) are left out, as are cuts that go on from the week before.
    """
    sold = usual_units(known)
    found: list[Announced] = []
    for week in weeks:
        t = panel.starts.index(week)
        rows = sorted(_begun(panel, t, sold), key=lambda i: -sold[panel.skus[i]])
        taken = {panel.category_of[panel.skus.index(one.sku)] for one in found}
        for i in rows:
            if panel.category_of[i] not in taken and sum(one.week == week for one in found) < per_week:
                taken.add(panel.category_of[i])
                found.append(_told(panel, i, t))
    return tuple(found)


def usual_units(known: Panel) -> dict[str, float]:
    """Units a week of late, by sku, of what sells by the piece: at a regular price that stays the same."""
    recent = slice(-_WEEKS, None)
    with np.errstate(invalid="ignore", divide="ignore"):
        each = known.list_value[:, recent] / known.units[:, recent]
    usual = known.units[:, recent].mean(axis=1)
    return {sku: float(usual[i]) for i, sku in enumerate(known.skus) if usual[i] > 0 and _is_steady(each[i])}


def is_plain(panel: Panel, sku: str, week: date) -> bool:
    """Whether the product sold that week at its regular price; no if the panel does not hold it."""
    if sku not in panel.skus:
        return False
    i, t = panel.skus.index(sku), panel.starts.index(week)
    return bool(panel.depth[i, t] < LEAST_CUT and panel.units[i, t] > 0 and panel.is_depth_known[i, t])


def _begun(panel: Panel, t: int, sold: dict[str, float]) -> Iterator[int]:
    for i, sku in enumerate(panel.skus):
        depth, before = panel.depth[i, t], panel.depth[i, t - 1]
        is_cut = SHALLOWEST <= depth <= DEEPEST and abs(depth - before) > SAME_DEPTH
        if sku in sold and is_cut and panel.is_active[i, t] and panel.is_depth_known[i, t]:
            yield i


def _told(panel: Panel, i: int, t: int) -> Announced:
    return Announced(
        panel.skus[i],
        " ".join(str(panel.products[c.NAME].iloc[i]).split()),
        panel.starts[t],
        round(float(panel.depth[i, t]), 2),
        bool(panel.display[i, t] >= LEAST_SUPPORT),
        bool(panel.mailer[i, t] >= LEAST_SUPPORT),
        Run(i, t, t),
    )


def _is_steady(prices: NDArray[np.float64]) -> bool:
    known = prices[np.isfinite(prices)]
    return len(known) > 0 and float(known.std() / known.mean()) <= _MOST_SPREAD
