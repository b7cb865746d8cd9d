"""The panel: what each of its numbers says, and what it must not know."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from dealwright.core.errors import InputError
from dealwright.core.period import Grain
from dealwright.data import columns as c
from dealwright.data.panel import COMPETITOR, Panel
from dealwright.data.panel_build import PanelRows, build_panel

MONDAY = date(2024, 1, 1)
WEEKLY = Grain()
DAILY = Grain(period_days=1)
BY_STORE = Grain(by_store=True)
CATALOGUE = pd.DataFrame({c.SKU: ["tea", "milk"], c.NAME: [None, "Milk"], c.CATEGORY: [None, "dairy"]})


def sold(
    units: Sequence[int],
    *,
    sku: str = "tea",
    store: str | None = None,
    paid: dict[int, int] | None = None,
    days: int = 7,
) -> pd.DataFrame:
    """Sales of periods from MONDAY on at a shelf price of 100, `paid` where it was less; empty ones have no row."""
    taken = [(paid or {}).get(t, 100) for t in range(len(units))]
    rows = pd.DataFrame(
        {
            c.SKU: sku,
            c.STORE: store,
            c.PERIOD: pd.date_range(MONDAY, periods=len(units), freq=f"{days}D"),
            c.UNITS: units,
            c.REVENUE: [u * p for u, p in zip(units, taken, strict=True)],
            c.LIST_VALUE: [u * 100 for u in units],
        }
    )
    return (rows if store else rows.drop(columns=c.STORE)).query("units > 0").reset_index(drop=True)


def units_of(sales: pd.DataFrame) -> pd.DataFrame:
    """All in one category of each store."""
    by = [name for name in (c.STORE, c.PERIOD) if name in sales]
    return sales.groupby(by, as_index=False)[[c.UNITS]].sum().assign(**{c.CATEGORY: "uncategorised"})


def panel_of(*sales: pd.DataFrame, grain: Grain = WEEKLY, **more: pd.DataFrame | frozenset[str]) -> Panel:
    rows = pd.concat(sales, ignore_index=True)
    series = rows[[name for name in (c.SKU, c.STORE) if name in rows]].drop_duplicates()
    chain = None
    if grain.by_store:
        chain = rows.groupby([c.SKU, c.PERIOD], as_index=False)[[c.UNITS, c.REVENUE, c.LIST_VALUE]].sum()
    gathered = PanelRows(sales=rows, markets=units_of(rows), chain=chain, **more)  # type: ignore[arg-type]
    return build_panel(gathered, CATALOGUE, series, grain=grain)


def test_a_product_without_category_or_name_is_uncategorised_and_named_by_its_sku() -> None:
    panel = panel_of(sold([5] * 10))
    assert panel.categories == ("uncategorised",)
    assert panel.products[c.NAME].tolist() == ["tea"]
    assert panel.market_units.tolist() == [[5.0] * 10]


def test_a_week_without_a_row_sold_nothing_and_shows_no_price() -> None:
    panel = panel_of(sold([5, 0, 5, 0, 5]))
    assert panel.starts == tuple(MONDAY + k * timedelta(weeks=1) for k in range(5))
    assert panel.units.tolist() == [[5.0, 0.0, 5.0, 0.0, 5.0]]
    assert panel.is_active.all()
    assert panel.is_depth_known[0].tolist() == [True, False, True, False, True]


def test_a_chain_week_without_a_sale_or_announcement_has_the_mean_depth_of_the_product() -> None:
    panel = panel_of(sold([9] * 6 + [0] + [9] * 5, paid={0: 70, 11: 70}))
    # 30 % off in two of the eleven weeks that sold.
    assert panel.depth[0, 6] == pytest.approx(0.6 / 11)
    assert panel.depth[0, 0] == pytest.approx(0.3)


def test_a_thin_product_keeps_the_last_depth_seen_where_it_sold_nothing() -> None:
    panel = panel_of(sold([1, 0, 2, 0, 1, 0, 1, 0, 1], paid={2: 60}))
    assert panel.depth[0] == pytest.approx([0, 0, 0.4, 0.4, 0, 0, 0, 0, 0])


def support(depth: float, week: int, **more: object) -> pd.DataFrame:
    starts = pd.Timestamp(MONDAY + timedelta(weeks=week))
    row = {c.SKU: "tea", c.PERIOD: starts, c.DISPLAY: 0.5, c.MAILER: 0.0, c.DEPTH: depth, **more}
    return pd.DataFrame([row])


def test_an_announced_depth_stands_where_no_sale_shows_one() -> None:
    panel = panel_of(sold([9] * 6 + [0] + [9] * 5), support=support(0.25, 6))
    assert panel.depth[0].tolist() == [0.0] * 6 + [0.25] + [0.0] * 5
    assert panel.display[0].tolist() == [0.0] * 6 + [0.5] + [0.0] * 5
    assert not panel.is_depth_known[0, 6]


def test_what_sales_show_comes_before_what_was_announced() -> None:
    panel = panel_of(sold([9] * 12, paid={6: 90}), support=support(0.25, 6))
    assert panel.depth[0, 6] == pytest.approx(0.1)


def test_an_empty_week_between_good_ones_is_censored_and_no_low_demand() -> None:
    panel = panel_of(sold([20] * 10 + [0] + [20] * 10))
    assert np.flatnonzero(~panel.is_active[0]).tolist() == [10]


def test_a_week_counted_out_of_stock_is_censored_whatever_it_sold() -> None:
    counts = pd.DataFrame({c.SKU: ["tea"] * 2, c.PERIOD: pd.to_datetime(["2024-01-08", "2024-01-22"])})
    panel = panel_of(sold([5, 2, 5, 4, 5]), shelf=counts.assign(**{c.SHARE: [0.0, 0.5]}))
    assert panel.availability[0].tolist() == [1.0, 0.0, 1.0, 0.5, 1.0]
    assert panel.is_active[0].tolist() == [True, False, True, True, True]


def test_days_are_told_apart_and_a_closed_sunday_is_no_stock_out() -> None:
    week = [20, 21, 19, 20, 30, 40, 0]
    panel = panel_of(sold(week * 10, days=1), grain=DAILY)
    assert panel.period_days == 1
    assert panel.units.shape == (1, 69)  # the last Sunday sold nothing and nobody else did
    assert panel.is_active.all()


def test_the_usual_price_of_a_day_is_taken_over_a_quarter_too() -> None:
    # A month at 70 is a promotion if prices are judged over a quarter; over 13 days it would be usual.
    panel = panel_of(sold([9] * 180, paid=dict.fromkeys(range(80, 95), 70), days=1), grain=DAILY)
    assert panel.depth[0, 80:95] == pytest.approx(np.full(15, 0.3))


def test_the_panel_cut_at_a_week_does_not_know_what_came_later() -> None:
    alike = [10] * 18 + [0, 0]
    later = [panel_of(sold(alike + tail, paid=paid)) for tail, paid in (([10] * 10, {25: 50}), ([1] * 10, {}))]
    before = [panel.until(date(2024, 5, 20)) for panel in later]
    for panel in before:
        assert len(panel.starts) == 20
    for name in ("price", "depth", "is_active", "units", "is_depth_known"):
        assert np.array_equal(getattr(before[0], name), getattr(before[1], name)), name
    # Two empty weeks at the end after eighteen good ones: gone or out of stock, as far as was known.
    assert not before[0].is_active[0, 18:].any()


def test_a_week_that_is_not_over_is_not_known() -> None:
    panel = panel_of(sold([5] * 5))
    assert len(panel.until(date(2024, 1, 21)).starts) == 2
    assert len(panel.until(date(2024, 1, 22)).starts) == 3
    with pytest.raises(InputError, match="nothing is known before 2024-01-07"):
        panel.until(date(2024, 1, 7))


def test_a_competitors_price_is_set_against_the_own_usual_price_and_stays_until_seen_again() -> None:
    seen = pd.DataFrame({c.SKU: ["tea"], c.PERIOD: pd.to_datetime(["2024-01-15"]), c.LOG_PRICE: [np.log(110)]})
    panel = panel_of(sold([5] * 6), sold([5] * 6, sku="milk"), competitors=seen)
    assert panel.drivers[COMPETITOR] == pytest.approx(np.array([[np.log(1.1)] * 6, [0.0] * 6]))


def test_the_past_compares_a_competitor_with_what_was_then_the_usual_price() -> None:
    dearer = sold([10] * 60, paid=None)
    dearer.loc[30:, [c.REVENUE, c.LIST_VALUE]] = 2000
    seen = pd.DataFrame({c.SKU: ["tea"], c.PERIOD: pd.to_datetime([MONDAY]), c.LOG_PRICE: [np.log(100)]})
    panel = panel_of(dearer, competitors=seen)
    assert panel.drivers[COMPETITOR][0, [0, 59]] == pytest.approx([0.0, np.log(0.5)])
    assert panel.until(panel.starts[20]).drivers[COMPETITOR][0] == pytest.approx(np.zeros(20))


# Series of single stores


def test_series_of_stores_are_named_and_compete_within_their_store() -> None:
    rows = [sold([5] * 4, store="A"), sold([7] * 4, store="B"), sold([1] * 4, sku="milk", store="A")]
    panel = panel_of(*rows, grain=BY_STORE)
    assert panel.series == ["tea @ A", "tea @ B", "milk @ A"]
    assert panel.categories == ("dairy", "uncategorised")
    assert panel.category_of.tolist() == [1, 1, 0]
    assert panel.market_of.tolist() == [1, 2, 0]  # dairy in A, uncategorised in A, uncategorised in B
    assert panel.market_units[1:].tolist() == [[6.0] * 4, [7.0] * 4]


def test_a_store_that_sells_seldom_takes_the_depth_of_the_chain() -> None:
    cut = {4: 80, 9: 70}
    seldom = sold([1, 0] * 6, store="A")  # paid the shelf price whenever it sold
    often = sold([9] * 12, store="B", paid=cut)
    panel = panel_of(seldom, often, grain=BY_STORE)
    # In week 4 store A sold one of ten at 100: the chain took 82 on average.
    assert panel.depth[0, [4, 9]] == pytest.approx([0.18, 0.3])
    assert panel.depth[1, [4, 9]] == pytest.approx([0.2, 0.3])
    assert panel.is_depth_known.all()


def test_a_week_without_any_sale_in_the_chain_carries_the_depth_on() -> None:
    empty = [0, 1, 0, 0, 1, 0, 1, 0, 1, 0]
    paid = {1: 100, 4: 60, 6: 100, 8: 100}
    panel = panel_of(sold(empty, store="A", paid=paid), grain=BY_STORE)
    # The panel begins with the first week sold.
    assert panel.depth[0] == pytest.approx([0, 0, 0, 0.4, 0.4, 0, 0, 0])
    assert panel.is_depth_known[0].tolist() == [True, False, False, True, False, True, False, True]


def test_a_store_that_sold_none_has_nearly_the_depth_it_would_have_had() -> None:
    steady = sold([9] * 20, store="B", paid={7: 70, 8: 70})
    with_sale, without = [1, 0] * 10, [1, 0] * 10
    without[8] = 0
    panels = [panel_of(sold(units, store="A"), steady, grain=BY_STORE) for units in (with_sale, without)]
    assert panels[0].units[0, 8] == 1
    assert panels[1].units[0, 8] == 0
    assert panels[1].depth[0, 8] == pytest.approx(0.3)
    assert panels[0].depth[0, 8] == pytest.approx(0.27)  # one of ten units was dearer


def test_a_dear_store_has_its_own_usual_price() -> None:
    seldom = sold([1, 0] * 6, store="A")
    seldom[[c.REVENUE, c.LIST_VALUE]] *= 2
    panel = panel_of(seldom, sold([999] * 12, store="B"), grain=BY_STORE)
    assert panel.price[0] == pytest.approx(np.full(12, 200.0), rel=0.002)
    assert panel.price[1] == pytest.approx(np.full(12, 100.0))


def test_a_store_that_reports_promotions_has_its_own_display_and_others_the_chains_share() -> None:
    chain = support(0.0, 1, **{c.DISPLAY: 0.6})
    own = support(0.0, 1, **{c.STORE: "B", c.DISPLAY: 1.0})
    panel = panel_of(
        *(sold([5] * 3, store=store) for store in "ABC"),
        grain=BY_STORE,
        support=chain,
        store_support=own,
        reporting=frozenset("AB"),
    )
    assert panel.display[:, 1].tolist() == [0.0, 1.0, 0.6]
    assert not panel.display[:, [0, 2]].any()


def test_a_promotion_of_all_stores_reaches_reporting_stores_too() -> None:
    everywhere = support(0.0, 1, **{c.STORE: None})
    panel = panel_of(
        sold([5] * 3, store="A"),
        grain=BY_STORE,
        support=everywhere.drop(columns=c.STORE),
        store_support=everywhere,
        reporting=frozenset("A"),
    )
    assert panel.display[0].tolist() == [0.0, 0.5, 0.0]


def test_a_count_of_all_stores_holds_where_a_store_was_not_counted_itself() -> None:
    day = pd.Timestamp(MONDAY)
    counts = pd.DataFrame({c.SKU: "tea", c.STORE: ["A", None], c.PERIOD: day, c.SHARE: [1.0, 0.0]})
    panel = panel_of(sold([5] * 3, store="A"), sold([5] * 3, store="B"), grain=BY_STORE, shelf=counts)
    assert panel.availability.tolist() == [[1.0, 1.0, 1.0], [0.0, 1.0, 1.0]]


def test_a_panel_of_stores_is_cut_by_time_and_by_series_alike() -> None:
    rows = [sold([1, 0, 2] * 6, store="A"), sold([9] * 18, store="B", paid={5: 70})]
    panel = panel_of(*rows, sold([3] * 18, sku="milk", store="A"), grain=BY_STORE)
    some = panel.rows(np.array([True, False, True]))
    assert some.series == ["tea @ A", "milk @ A"]
    one_way, other_way = some.until(panel.starts[12]), panel.until(panel.starts[12]).rows(np.array([0, 2]))
    assert one_way.units.shape == (2, 12)
    for name in ("units", "price", "depth", "is_active", "market_of", "category_of", "market_units"):
        assert np.array_equal(getattr(one_way, name), getattr(other_way, name)), name


def test_a_cut_daily_panel_of_stores_keeps_promotion_kinds_and_announcements() -> None:
    kinds = pd.DataFrame({c.SKU: "tea", c.MECHANIC: "gift", c.PERIOD: [pd.Timestamp(MONDAY)], c.SHARE: [0.5]})
    panel = panel_of(
        sold([5] * 30, store="A", days=1),
        grain=Grain(period_days=1, by_store=True),
        support=support(0.2, 1),
        mechanics=kinds,
    )
    cut = panel.until(date(2024, 1, 15))
    assert len(cut.starts) == 14
    assert cut.mechanics["gift"][0].tolist() == [0.5] + [0.0] * 13
    assert cut.stated_depth is not None
    assert cut.stated_depth[0, 7] == 0.2


def test_a_panel_survives_being_stored() -> None:
    panel = panel_of(sold([5] * 4, store="A"), grain=BY_STORE)
    again = pickle.loads(pickle.dumps(panel))
    assert again.series == ["tea @ A"]
    assert np.array_equal(again.units, panel.units)


# What is refused


def test_no_sales_at_all_is_refused() -> None:
    with pytest.raises(InputError, match="no sales are left to model"):
        panel_of(sold([0, 0]))


def test_all_that_is_wrong_with_the_rows_is_said_at_once() -> None:
    good = sold([5, 5, 5])
    twice = pd.concat([good, good.head(2)], ignore_index=True)
    twice.loc[2, c.UNITS] = -1
    shifted = good.tail(1).assign(**{c.PERIOD: pd.Timestamp("2024-01-10")})
    with pytest.raises(InputError) as refusal:
        panel_of(twice, shifted)
    assert refusal.value.problems == (
        "sales: 2 series have several rows for one period; add them up "
        "(for example tea 2024-01-01; tea 2024-01-08)",
        "sales: 1 rows do not start a period of 7 days counted from 2024-01-01 (for example tea 2024-01-10)",
        "sales: 1 rows have units that are negative or missing; leave returns out of demand "
        "(for example tea 2024-01-15)",
    )


def test_missing_columns_are_named_for_every_frame() -> None:
    rows = sold([5] * 3)
    lacking = PanelRows(sales=rows.drop(columns=[c.REVENUE, c.UNITS]), markets=units_of(rows).drop(columns=c.UNITS))
    with pytest.raises(InputError) as refusal:
        build_panel(lacking, CATALOGUE, pd.DataFrame({c.SKU: ["tea"]}), grain=WEEKLY)
    assert [problem.split(";")[0] for problem in refusal.value.problems] == [
        "sales has no column units, revenue",
        "markets has no column units",
    ]


def test_a_series_named_twice_is_refused() -> None:
    rows = sold([5] * 3)
    with pytest.raises(InputError, match="1 are named twice"):
        build_panel(
            PanelRows(sales=rows, markets=units_of(rows)),
            CATALOGUE,
            pd.DataFrame({c.SKU: ["tea", "tea"]}),
            grain=WEEKLY,
        )


def test_a_panel_of_stores_needs_what_the_chain_sold() -> None:
    rows = sold([5] * 3, store="A")
    with pytest.raises(InputError, match="needs the chain's sales"):
        build_panel(
            PanelRows(sales=rows, markets=units_of(rows)), CATALOGUE, rows[[c.SKU, c.STORE]].head(1), grain=BY_STORE
        )


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("units", [[3], [0, 0, 4, 0, 0], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]])
@pytest.mark.parametrize("paid", [0, 100])
def test_the_thinnest_series_are_finite_everywhere(units: list[int], paid: int) -> None:
    other = sold([2] * len(units), sku="milk")
    panel = panel_of(sold(units, paid=dict.fromkeys(range(len(units)), paid)), other)
    for values in (panel.units, panel.price, panel.depth, panel.display, panel.availability):
        assert np.isfinite(values).all()
    assert (panel.price >= 1).all()


def test_a_series_that_sold_nothing_is_never_active() -> None:
    rows = sold([5] * 4, sku="milk")
    series = pd.DataFrame({c.SKU: ["milk", "tea"]})
    panel = build_panel(PanelRows(sales=rows, markets=units_of(rows)), CATALOGUE, series, grain=WEEKLY)
    assert panel.is_active.tolist() == [[True] * 4, [False] * 4]
    assert replace(panel, units=np.zeros_like(panel.units)).with_price_state().is_active.sum() == 0
