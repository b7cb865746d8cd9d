"""What is known of a customer follows from the order lines alone."""

from __future__ import annotations

import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.customer.rfm import customer_features

CATALOGUE = pd.DataFrame({"sku": ["tea", "mate", "jam"], "category": ["DRINKS", "DRINKS", "SPREADS"]})


def line(customer: str | None, order: str, day: str, sku: str, paid: int, **more: object) -> dict[str, object]:
    return {
        "customer_id": customer,
        "order_id": order,
        "sold_at": pd.Timestamp(day),
        "sku": sku,
        "quantity": 1,
        "net_amount": paid,
        "discount_amount": 0,
        **more,
    }


def features_of(*lines: dict[str, object], has_catalogue: bool = True) -> pd.DataFrame:
    shop = MemoryTables({"sales": pd.DataFrame(lines), "products": CATALOGUE})
    products = shop.table("products") if has_catalogue else None
    found: pd.DataFrame = customer_features(shop.table("sales"), products).execute().set_index("customer_id")
    return found


ANN = (
    line("ann", "1", "2024-03-01 23:50", "tea", 300),
    line("ann", "1", "2024-03-01 23:50", "mate", 100, discount_amount=50),
    line("ann", "2", "2024-03-11 08:00", "jam", 400),
    line(None, "3", "2024-03-15 08:00", "jam", 999),
)


def test_a_customer_in_numbers() -> None:
    ann = features_of(*ANN).loc["ann"]
    assert ann["days_since_purchase"] == 4
    assert ann["orders"] == 2
    assert ann["spend_minor"] == 800
    assert ann["breadth"] == 2
    assert ann["deal_share"] == 0.125
    assert ann["basket_value_minor"] == 400
    assert ann["active_span_days"] == 10


def test_lines_that_name_nobody_make_no_customer() -> None:
    assert features_of(*ANN).index.tolist() == ["ann"]


def test_without_a_catalogue_breadth_counts_products() -> None:
    assert features_of(*ANN, has_catalogue=False).loc["ann", "breadth"] == 3


def test_a_product_without_a_category_counts_as_its_own() -> None:
    lines = [*ANN, line("ann", "2", "2024-03-11 08:00", "unlisted", 0)]
    assert features_of(*lines).loc["ann", "breadth"] == 3


def test_a_return_lowers_spend_and_is_no_visit() -> None:
    lines = [*ANN, line("ann", "4", "2024-03-14", "tea", -300, quantity=-1)]
    ann = features_of(*lines).loc["ann"]
    assert ann["spend_minor"] == 500
    assert ann["orders"] == 2
    assert ann["days_since_purchase"] == 4
    assert ann["deal_share"] == 0.125


def test_who_returned_more_than_was_bought_has_spent_nothing() -> None:
    lines = [line("bob", "1", "2024-03-01", "tea", 100), line("bob", "2", "2024-03-02", "jam", -900, quantity=-1)]
    bob = features_of(*lines).loc["bob"]
    assert (bob["spend_minor"], bob["basket_value_minor"], bob["orders"]) == (0, 0, 1)


def test_who_only_brought_something_back_bought_nothing() -> None:
    lines = [*ANN, line("bob", "9", "2024-03-02", "jam", -100, quantity=-1)]
    assert features_of(*lines).index.tolist() == ["ann"]


def test_unknown_discounts_are_no_deals() -> None:
    assert (
        features_of(line("ann", "1", "2024-03-01", "tea", 300, discount_amount=None)).loc["ann", "deal_share"] == 0
    )


def test_a_customer_who_got_everything_for_free_has_no_deal_share() -> None:
    free = line("ann", "1", "2024-03-01", "tea", 0, discount_amount=300)
    assert features_of(free).loc["ann", "deal_share"] == 0


def test_a_single_visit_spans_no_days() -> None:
    ann = features_of(line("ann", "1", "2024-03-01", "tea", 300)).loc["ann"]
    assert (ann["active_span_days"], ann["days_since_purchase"]) == (0, 0)


def test_shares_of_all_customers_stay_between_zero_and_one() -> None:
    lines = [line(f"{n}", f"{n}", "2024-03-01", "tea", 100, discount_amount=n % 3) for n in range(20)]
    assert features_of(*lines)["deal_share"].sum() == pytest.approx(13)
