"""Purchase intent: chances that are known, a future that is not seen, and data too thin to learn from."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.predict_purchases import predict_purchases
from dealwright.core.errors import InputError

BEGINNING = datetime(2030, 1, 1)


def shop(n_customers: int, n_days: int, seed: int = 0) -> tuple[MemoryTables, pd.Series]:
    """Customers who order at random, each at a rate of their own; the rates per day by customer."""
    rng = np.random.default_rng(seed)
    rates = rng.gamma(0.8, 1 / 16, n_customers)
    n_orders = rng.poisson(rates * n_days)
    names = np.array([f"c{k:05d}" for k in range(n_customers)])
    customer = np.repeat(names, n_orders)
    seconds = rng.integers(0, n_days * 86_400, len(customer))
    frame = pd.DataFrame(
        {
            "order_id": [f"o{k}" for k in range(len(customer))],
            "customer_id": customer,
            "sku": "tea",
            "sold_at": [BEGINNING + timedelta(seconds=int(s)) for s in seconds],
            "quantity": 1,
            "net_amount": 500,
            "discount_amount": 0,
        }
    )
    return MemoryTables({"sales": frame}), pd.Series(rates, index=names)


def test_chances_are_those_of_shoppers_whose_rates_are_known() -> None:
    tables, rates = shop(6_000, 200)
    found = predict_purchases(tables, horizon_days=14, seed=1)
    told = found.customers.set_index("customer_id")["probability"]
    truth = 1.0 - np.exp(-14 * rates.reindex(told.index))
    assert np.corrcoef(told, truth)[0, 1] > 0.9
    tenth = pd.qcut(told.rank(method="first"), 10, labels=False)
    gap = (told - truth).groupby(tenth).mean().abs()
    assert gap.mean() < 0.02
    assert gap.max() < 0.06  # three standard errors of what 600 customers' outcomes can calibrate
    assert found.reliability is not None
    tenths = found.reliability.tenths
    assert ((tenths["low"] <= tenths["predicted"]) & (tenths["predicted"] <= tenths["high"])).sum() >= 7


def test_the_tree_says_that_who_ordered_often_orders_again() -> None:
    tables, _ = shop(2_000, 150)
    signs = predict_purchases(tables, horizon_days=14, seed=1).model.signs
    assert sum(sign.n for sign in signs) >= 2_000
    assert all(sign.low <= sign.share <= sign.high for sign in signs)
    assert [sign.share for sign in signs] == sorted((sign.share for sign in signs), reverse=True)
    assert any(one.habit.startswith("orders_") and one.is_above for one in signs[0].conditions)


def test_what_comes_after_the_last_moment_changes_nothing_before_it() -> None:
    tables, _ = shop(1_500, 160)
    sales = tables.table("sales").execute()
    early = sales[sales["sold_at"] < BEGINNING + timedelta(days=120)]
    once = predict_purchases(MemoryTables({"sales": early}), seed=1)
    again = predict_purchases(MemoryTables({"sales": early.sample(frac=1, random_state=3)}), seed=1)
    pd.testing.assert_frame_equal(once.customers, again.customers)


@pytest.mark.parametrize(
    ("n_customers", "n_days", "horizon_days", "words"),
    [
        (500, 60, 14, "at least two are needed"),
        (20, 200, 14, "at least 30 who do"),
        (500, 200, 0, "1 day or more"),
    ],
)
def test_too_little_to_learn_from_is_said(n_customers: int, n_days: int, horizon_days: int, words: str) -> None:
    tables, _ = shop(n_customers, n_days)
    with pytest.raises(InputError, match=words):
        predict_purchases(tables, horizon_days=horizon_days, seed=1)


def test_sales_without_customers_are_refused_with_the_remedy() -> None:
    tables, _ = shop(50, 100)
    nameless = tables.table("sales").execute().assign(customer_id=pd.Series([None], dtype="string"))
    with pytest.raises(InputError, match="'customer_id'"):
        predict_purchases(MemoryTables({"sales": nameless}), seed=1)
