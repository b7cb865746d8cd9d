"""Customers are valued from sales: what they will buy, spend and leave, and who will stay away."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.customers.value_customers import CustomerValues, ValueTerms, value_customers
from dealwright.core.errors import InputError

START = pd.Timestamp("2023-01-01")


def sales(n_customers: int, *, n_days: int, seed: int = 1) -> pd.DataFrame:
    """Customers come at rates of their own, leave after a visit with a chance of 3 %, and pay about 1000."""
    rng = np.random.default_rng(seed)
    rows = []
    for who in range(n_customers):
        day, gap, scale = rng.integers(0, n_days // 4), rng.gamma(2, 6), rng.gamma(4, 1 / 4)
        while day < n_days:
            rows.append((f"{who:04}", START + pd.Timedelta(days=int(day)), max(int(rng.gamma(5, 200 * scale)), 1)))
            if rng.random() < 0.03:
                break
            day += 1 + int(rng.exponential(gap))
    frame = pd.DataFrame(rows, columns=["customer_id", "sold_at", "net_amount"])
    return frame.assign(order_id=[str(i) for i in range(len(frame))], sku="tea", quantity=1)


@pytest.fixture(scope="module")
def valued() -> CustomerValues:
    return value_customers(MemoryTables({"sales": sales(250, n_days=300)}), seed=1, terms=ValueTerms(n_draws=100))


def test_every_customer_is_valued_once(valued: CustomerValues) -> None:
    table = valued.customers
    assert len(table) == table["customer_id"].nunique() == 250
    for name in ("expected_spend_minor", "lifetime_value_minor", "alive", "churn_hazard"):
        assert table[name].notna().all()
        assert (table[f"{name}_low"] <= table[f"{name}_high"]).all()
    assert table[["alive", "churn_hazard"]].to_numpy().max() <= 1.0
    assert valued.until == date(2023, 10, 27)


def test_all_together_are_worth_the_sum_of_each(valued: CustomerValues) -> None:
    assert valued.totals["purchases"].value == pytest.approx(valued.customers["expected_purchases"].sum())
    spend, value = valued.totals["spend_minor"], valued.totals["lifetime_value_minor"]
    assert spend.value == pytest.approx(valued.customers["expected_spend_minor"].sum(), abs=250)
    assert value.value == pytest.approx(0.3 * spend.value)
    assert spend.low < spend.value < spend.high


def test_the_model_that_explains_most_is_taken_and_checked_against_what_was_held_out(
    valued: CustomerValues,
) -> None:
    assert valued.model == max(valued.log_likelihoods, key=lambda name: valued.log_likelihoods[name])
    assert set(valued.log_likelihoods) == {"bg_nbd", "mbg_nbd", "pareto_nbd"}
    check = valued.check
    assert check is not None
    assert check.days == 99
    assert check.purchases.value == pytest.approx(check.actual, rel=0.2)
    assert check.covered > 0.7


def test_who_came_lately_gets_a_chance_of_staying_away(valued: CustomerValues) -> None:
    assert valued.absence_verdict
    asked = valued.customers.dropna(subset=["stays_away"])
    assert 0 < len(asked) < 250
    assert (asked["stays_away_low"] <= asked["stays_away"]).all()
    assert (asked["stays_away"] <= asked["stays_away_high"]).all()
    assert np.corrcoef(asked["stays_away"], asked["alive"])[0, 1] < -0.3


def test_values_become_json(valued: CustomerValues) -> None:
    told = json.loads(json.dumps(valued.to_dict()))
    assert told["n_customers"] == 250
    assert told["until"] == "2023-10-27"
    assert told["margin_share"] == pytest.approx(0.3)
    assert told["margin_share_known_for"] == 0.0
    assert told["check"]["days"] == 99


def test_the_same_seed_gives_the_same_values(valued: CustomerValues) -> None:
    again = value_customers(MemoryTables({"sales": sales(250, n_days=300)}), seed=1, terms=ValueTerms(n_draws=100))
    pd.testing.assert_frame_equal(again.customers, valued.customers)


def test_known_costs_give_the_margin() -> None:
    shop = sales(80, n_days=120).assign(net_amount=1000)
    costs = pd.DataFrame({"sku": ["tea", "tea", "tea"], "unit_cost": [100, 400, 900]})
    costs["starts_on"] = [date(2022, 1, 1), date(2023, 1, 1), date(2025, 1, 1)]
    half = shop.assign(sku=np.where(np.arange(len(shop)) % 2 == 0, "tea", "cake"))
    terms = ValueTerms(model="bg_nbd", n_draws=50, cost_share=0.8)
    known = value_customers(MemoryTables({"sales": shop, "costs": costs}), seed=1, terms=terms)
    assert known.margin.share == pytest.approx(0.6)
    assert known.margin.known_for == 1.0
    partly = value_customers(MemoryTables({"sales": half, "costs": costs}), seed=1, terms=terms)
    tea = (half["sku"] == "tea").mean()
    assert partly.margin.known_for == pytest.approx(tea)
    assert partly.margin.share == pytest.approx(0.6 * tea + 0.2 * (1 - tea))


def test_a_short_past_says_why_nobody_knows_who_stays_away() -> None:
    found = value_customers(MemoryTables({"sales": sales(60, n_days=60)}), seed=1, terms=ValueTerms(n_draws=50))
    assert found.absence_verdict.code == "too_little_to_learn_returns"
    assert "at least" in found.absence_verdict.reason
    assert found.customers["stays_away"].isna().all()
    assert found.to_dict()["why_no_absence"]


def test_free_goods_leave_spend_unknown_but_not_purchases() -> None:
    free = sales(60, n_days=100).assign(net_amount=0)
    found = value_customers(MemoryTables({"sales": free}), seed=1, terms=ValueTerms(n_draws=50))
    assert found.spend_verdict.code == "spend_unknown"
    assert "expected_spend_minor" not in found.customers
    assert set(found.totals) == {"purchases"}


def test_returns_alone_are_no_purchase_and_two_orders_of_a_day_are_one() -> None:
    day = [START + pd.Timedelta(days=i) for i in (0, 0, 9, 12, 30)]
    lines = pd.DataFrame({"customer_id": ["a", "a", "a", "a", "b"], "sold_at": day, "quantity": [1, 1, 1, -1, 1]})
    lines = lines.assign(order_id=list("12345"), sku="tea", net_amount=[5, 5, 9, -9, 4])
    found = value_customers(MemoryTables({"sales": lines}), seed=1, terms=ValueTerms(model="bg_nbd", n_draws=50))
    # Of a: bought on days 0 and 9 (the return on day 12 is none); the data end on day 30, so b came today.
    assert found.until == date(2023, 1, 31)
    assert found.customers.set_index("customer_id").loc["b", "alive"] == 1.0


def test_customers_who_all_came_once_are_told() -> None:
    once = sales(50, n_days=100).drop_duplicates("customer_id")
    with pytest.raises(InputError, match="none of the 50 customers came again on another day"):
        value_customers(MemoryTables({"sales": once}), seed=1)


def test_sales_that_name_nobody_say_what_naming_them_is_for() -> None:
    nobody = sales(5, n_days=100).drop(columns="customer_id")
    with pytest.raises(InputError, match="no order line with a positive quantity names its customer"):
        value_customers(MemoryTables({"sales": nobody}), seed=1)


def test_without_sales_there_is_nobody_to_value() -> None:
    with pytest.raises(InputError, match="there are no sales to value customers by"):
        value_customers(MemoryTables({"products": pd.DataFrame({"sku": ["tea"]})}), seed=1)


def test_terms_that_make_no_sense_are_told_at_once() -> None:
    with pytest.raises(InputError) as refusal:
        ValueTerms(horizon_days=0, model="bgnbd", cost_share=2)
    assert len(refusal.value.problems) == 3
    assert "did you mean 'bg_nbd'?" in str(refusal.value)


def test_progress_goes_from_start_to_end() -> None:
    shares: list[float] = []
    shop, terms = MemoryTables({"sales": sales(60, n_days=60)}), ValueTerms(model="bg_nbd", n_draws=20)
    value_customers(shop, seed=1, terms=terms, progress=lambda _what, share: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
