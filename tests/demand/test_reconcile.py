"""Levels of the hierarchy agree: exactly, never negative, moved as little as their errors allow."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.demand.reconcile import Hierarchy, Level, error_variances, in_step, reconcile
from known_shop import make_panel

TWO = Hierarchy({"total": Level.of(["total", "total"])}, ("a", "b"))


def grid(n_skus: int, n_stores: int, n_categories: int) -> Hierarchy:
    """Every sku in every store."""
    skus = [i for i in range(n_skus) for _ in range(n_stores)]
    stores = [j for _ in range(n_skus) for j in range(n_stores)]
    return Hierarchy(
        {
            "total": Level.of(["total"] * len(skus)),
            "category": Level.of([f"category {i % n_categories}" for i in skus]),
            "store": Level.of([f"store {j}" for j in stores]),
            "sku": Level.of([f"sku {i}" for i in skus]),
        },
        tuple(f"sku {i} @ store {j}" for i, j in zip(skus, stores, strict=True)),
    )


def column(*values: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)[:, None]


def test_with_equal_variances_a_gap_is_shared_equally_between_total_and_both_series() -> None:
    made = reconcile(
        TWO,
        {"total": column(13), "series": column(4, 6)},
        {"total": np.array([1.0]), "series": np.array([1.0, 1.0])},
    )
    assert made["series"] == pytest.approx(column(5, 7))
    assert made["total"] == pytest.approx(column(12))


def test_the_level_that_errs_more_moves_more() -> None:
    # gap 6 over variances 1 + 2 + 3: the total falls by 3 * 1, the series rise by 1 and 2.
    made = reconcile(
        TWO,
        {"total": column(16), "series": column(4, 6)},
        {"total": np.array([3.0]), "series": np.array([1.0, 2.0])},
    )
    assert made["series"] == pytest.approx(column(5, 8))
    assert made["total"] == pytest.approx(column(13))


def test_a_level_without_forecasts_is_added_up() -> None:
    made = reconcile(TWO, {"series": column(4, 6)}, {"series": np.array([1.0, 1.0])})
    assert (made["series"] == column(4, 6)).all()
    assert made["total"] == pytest.approx(column(10))


def test_a_series_that_would_come_out_negative_sells_nothing_and_the_total_stays() -> None:
    # The gap of -9 takes 3 from each: -2, 7 and a total of 5.
    made = reconcile(
        TWO,
        {"total": column(2), "series": column(1, 10)},
        {"total": np.array([1.0]), "series": np.array([1.0, 1.0])},
    )
    assert made["series"] == pytest.approx(column(0, 5))
    assert made["total"] == pytest.approx(column(5))


def test_a_shop_forecast_below_nothing_sells_nothing() -> None:
    made = reconcile(
        TWO,
        {"total": column(-100), "series": column(1, 2)},
        {"total": np.array([0.0]), "series": np.array([1.0, 1.0])},
    )
    assert (made["series"] == 0).all()
    assert (made["total"] == 0).all()


def test_the_normal_equations_of_weighted_least_squares_are_solved() -> None:
    rng = np.random.default_rng(3)
    hierarchy = grid(4, 3, 2)
    own = rng.uniform(50, 60, (12, 5))
    forecasts = {name: v * rng.uniform(0.97, 1.03, v.shape) for name, v in hierarchy.added_up(own).items()}
    variances = {name: rng.uniform(0.5, 4.0, len(values)) for name, values in forecasts.items()}
    order = [*hierarchy.above, "series"]
    summing = np.vstack([*(level.sums.toarray() for level in hierarchy.above.values()), np.eye(12)])
    weight = np.diag(1 / np.concatenate([variances[name] for name in order]))
    base = np.concatenate([forecasts[name] for name in order])
    textbook = np.linalg.solve(summing.T @ weight @ summing, summing.T @ weight @ base)
    made = reconcile(hierarchy, forecasts, variances)
    assert made["series"] == pytest.approx(textbook, rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n_skus=st.integers(1, 5), n_stores=st.integers(1, 4))
def test_reconciled_levels_always_sum_and_are_never_negative(seed: int, n_skus: int, n_stores: int) -> None:
    rng = np.random.default_rng(seed)
    hierarchy = grid(n_skus, n_stores, 2)
    sizes = {name: len(hierarchy.names(name)) for name in (*hierarchy.above, "series")}
    forecasts = {name: rng.gamma(0.5, 10.0, (m, 3)) for name, m in sizes.items()}
    variances = {name: rng.gamma(0.5, 10.0, m) for name, m in sizes.items()}
    made = reconcile(hierarchy, forecasts, variances)
    assert made["series"].min() >= 0
    for name in ("category", "store", "sku"):
        assert made[name].sum(axis=0) == pytest.approx(made["total"][0], rel=1e-12, abs=1e-9)
    for name, level in hierarchy.above.items():
        assert made[name] == pytest.approx(level.sums.toarray() @ made["series"], rel=1e-12, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_forecasts_that_already_agree_stay_as_they_are(seed: int) -> None:
    rng = np.random.default_rng(seed)
    hierarchy = grid(4, 3, 2)
    agreed = hierarchy.added_up(rng.gamma(1.0, 10.0, (12, 2)))
    made = reconcile(hierarchy, agreed, {name: rng.gamma(1.0, 3.0, len(v)) for name, v in agreed.items()})
    for name, values in agreed.items():
        assert made[name] == pytest.approx(values, rel=1e-9, abs=1e-9)


def test_every_draw_sums_on_its_own() -> None:
    rng = np.random.default_rng(1)
    hierarchy = grid(3, 2, 2)
    sizes = {name: len(hierarchy.names(name)) for name in (*hierarchy.above, "series")}
    draws = {name: rng.gamma(4.0, 5.0, (50, m, 2)) for name, m in sizes.items()}
    made = reconcile(hierarchy, draws, {name: np.ones(m) for name, m in sizes.items()})
    assert made["series"].shape == (50, 6, 2)
    assert made["store"].sum(axis=1) == pytest.approx(made["total"][:, 0])
    alone = {name: values[7] for name, values in draws.items()}
    seventh = reconcile(hierarchy, alone, {name: np.ones(m) for name, m in sizes.items()})
    assert made["series"][7] == pytest.approx(seventh["series"])


def test_draws_made_apart_are_put_in_step_without_changing_any_nodes_own_range() -> None:
    series = np.array([[[1.0], [2.0]], [[5.0], [5.0]], [[2.0], [2.0]]])  # sums 3, 10, 4
    total = np.array([[[20.0]], [[7.0]], [[9.0]]])
    made = in_step(TWO, {"total": total, "series": series})
    assert made["total"][:, 0, 0].tolist() == [7.0, 20.0, 9.0]
    assert (made["series"] == series).all()


def test_ranges_of_the_total_hold_once_draws_are_in_step_and_are_too_narrow_before() -> None:
    rng = np.random.default_rng(5)
    together = rng.normal(0, 10, (4000, 1, 1))
    series = 100 + together + rng.normal(0, 1, (4000, 2, 1))
    total = 200 + rng.normal(0, 20, (4000, 1, 1))
    variances = {"total": np.array([400.0]), "series": np.array([100.0, 100.0])}
    apart = reconcile(TWO, {"total": total, "series": series}, variances)["total"].std()
    stepped = reconcile(TWO, in_step(TWO, {"total": total, "series": series}), variances)["total"].std()
    assert stepped == pytest.approx(20, rel=0.05)
    assert apart < 0.85 * stepped


def test_error_variances_are_mean_squares_drawn_towards_the_level() -> None:
    forecast = np.array([[10.0] * 5, [30.0] * 5])
    actual = np.array([[12.0] * 5, [30.0] * 5])
    # Squares 20 and 0; per unit forecast 20 / 200, so typical 1 and 3; five periods seen and five believed.
    assert error_variances(forecast, actual) == pytest.approx([(20 + 5) / 10, 15 / 10])


def test_a_chain_wide_panel_has_total_category_and_series() -> None:
    hierarchy = Hierarchy.of(make_panel(n=4, n_categories=2, n_weeks=10))
    assert list(hierarchy.above) == ["total", "category"]
    assert hierarchy.names("category") == ("category 0", "category 1")
    assert hierarchy.names("series") == ("sku-0", "sku-1", "sku-2", "sku-3")
    assert hierarchy.above["category"].sums.toarray().tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]


def test_a_panel_of_stores_has_stores_and_skus_between() -> None:
    panel = make_panel(n=4, n_categories=2, n_weeks=10)
    products = panel.products.assign(**{c.SKU: ["a", "b", "a", "b"], c.STORE: ["s", "s", "t", "t"]})
    hierarchy = Hierarchy.of(replace(panel, products=products))
    assert list(hierarchy.above) == ["total", "category", "store", "sku"]
    assert hierarchy.names("store") == ("s", "t")
    assert hierarchy.above["sku"].sums.toarray().tolist() == [[1, 0, 1, 0], [0, 1, 0, 1]]


def test_everything_that_cannot_be_reconciled_is_told_at_once() -> None:
    with pytest.raises(InputError) as told:
        reconcile(TWO, {"total": column(1, 2), "series": column(1, np.nan)}, {"series": np.array([1.0, -1.0])})
    assert len(told.value.problems) == 4
    assert "shape (2, 1)" in str(told.value)
    assert "no error variances of level 'total'" in str(told.value)


def test_a_level_the_hierarchy_does_not_have_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="no level of the hierarchy is called 'region'"):
        reconcile(TWO, {"series": column(1, 2), "region": column(3)}, {"series": np.ones(2)})


def test_ten_thousand_series_take_seconds() -> None:
    rng = np.random.default_rng(0)
    hierarchy = grid(500, 20, 20)
    agreed = hierarchy.added_up(rng.gamma(1.0, 10.0, (10_000, 8)))
    noisy = {name: values * rng.uniform(0.9, 1.1, values.shape) for name, values in agreed.items()}
    begun = time.process_time()
    made = reconcile(hierarchy, noisy, {name: v.mean(axis=1) for name, v in agreed.items()})
    assert time.process_time() - begun < 5
    assert made["sku"].sum(axis=0) == pytest.approx(made["total"][0])
