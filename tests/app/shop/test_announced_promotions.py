"""Which price cuts of coming weeks were announced."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np

from dealwright.app.shop.announced_promotions import announced_promotions, is_plain, usual_units
from dealwright.app.shop.promoted_runs import Run
from dealwright.data.panel import Panel
from known_shop import make_panel

WEEK = 30


def shop(*depths: tuple[float, float]) -> Panel:
    """Six products of which the first have these depths in the week before and in the week; units 10, 20, … 60."""
    panel = make_panel(n=6, n_weeks=40, n_categories=3, promoted_share=0.0)
    depth = np.zeros_like(panel.depth)
    for row, (before, then) in enumerate(depths):
        depth[row, WEEK - 1 : WEEK + 1] = before, then
    units = np.repeat(np.arange(10.0, 70.0, 10.0)[:, None], 40, axis=1)
    plain = np.zeros_like(depth)
    return replace(panel, depth=depth, units=units, list_value=units * 500.0, display=plain, mailer=plain + 0.9)


def found(panel: Panel, per_week: int = 9) -> list[tuple[str, float]]:
    known = panel.until(panel.starts[WEEK])
    week = panel.starts[WEEK]
    return [(one.sku, one.depth) for one in announced_promotions(panel, [week], known=known, per_week=per_week)]


def test_only_a_cut_that_begins_then_and_is_neither_shallow_nor_deep_counts() -> None:
    panel = shop((0.0, 0.2), (0.2, 0.2), (0.0, 0.05), (0.0, 0.4))
    assert found(panel) == [("sku-0", 0.2)]


def test_of_a_category_what_sold_most_before_is_taken() -> None:
    panel = shop((0.0, 0.2), (0.0, 0.2), (0.0, 0.2), (0.0, 0.15))  # sku-0 and sku-3 are of one category
    assert found(panel) == [("sku-3", 0.15), ("sku-2", 0.2), ("sku-1", 0.2)]
    assert found(panel, per_week=1) == [("sku-3", 0.15)]


def test_it_says_how_the_cut_was_supported_and_where_it_stands() -> None:
    panel = shop((0.0, 0.2))
    week = panel.starts[WEEK]
    (one,) = announced_promotions(panel, [week], known=panel.until(week), per_week=1)
    assert (one.on_display, one.in_mailer, one.run) == (False, True, Run(0, WEEK, WEEK))


def test_goods_whose_unit_price_moves_by_itself_are_left_out() -> None:
    panel = shop((0.0, 0.2))
    by_weight = panel.list_value.copy()
    by_weight[0, ::2] *= 1.5
    assert found(replace(panel, list_value=by_weight)) == []
    assert "sku-0" not in usual_units(replace(panel, list_value=by_weight))


def test_a_week_is_plain_without_a_cut_and_with_sales() -> None:
    panel = shop((0.0, 0.2))
    assert not is_plain(panel, "sku-0", panel.starts[WEEK])
    assert is_plain(panel, "sku-0", panel.starts[WEEK] + timedelta(weeks=1))
    assert not is_plain(panel, "nobody knows it", panel.starts[WEEK])
