"""A customer's profile, checked by hand, and kept up to date without reading old lines again."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.customer.profile import MEASURES, profile
from dealwright.customer.profile_state import coupons_used, profile_state
from dealwright.customer.rfm import FEATURES, customer_features

CATALOGUE = pd.DataFrame({"sku": ["tea", "mate", "jam"], "category": ["DRINKS", "DRINKS", "SPREADS"]})
SATURDAY, SUNDAY, MONDAY = "2024-03-02", "2024-03-03", "2024-03-04"


def line(customer: str | None, order: str, at: str, sku: str, paid: int, **more: object) -> dict[str, object]:
    return {
        "customer_id": customer,
        "order_id": order,
        "sold_at": pd.Timestamp(at),
        "sku": sku,
        "quantity": 1,
        "net_amount": paid,
        "discount_amount": 0,
        "channel": "web",
        "store_id": None,
        **more,
    }


ANN = (
    line("ann", "1", f"{SATURDAY} 05:59", "tea", 300),
    line("ann", "1", f"{SATURDAY} 06:01", "mate", 100, discount_amount=50),
    line("ann", "2", f"{SUNDAY} 06:00", "jam", 400, channel="store", store_id="07"),
    line("ann", "3", f"{MONDAY} 12:00", "tea", 100, channel="store", store_id="08", discount_amount=10),
    line("ann", "4", f"{MONDAY} 18:00", "tea", 100, channel="store", store_id="07"),
    line("ann", "5", f"{MONDAY} 19:00", "jam", -400, quantity=-1),
)
BOB = (line("bob", "6", f"{MONDAY} 20:00", "mate", 400), line("bob", "6", f"{MONDAY} 20:00", "jam", 600))
DAY = date(2024, 3, 14)


def profile_of(
    *lines: dict[str, object],
    customers: pd.DataFrame | None = None,
    redemptions: pd.DataFrame | None = None,
    at: date = DAY,
) -> pd.DataFrame:
    given = {"customers": customers, "redemptions": redemptions}
    frames = {name: frame for name, frame in given.items() if frame is not None}
    shop = MemoryTables({"sales": pd.DataFrame(lines), "products": CATALOGUE, **frames})
    coupons = coupons_used(shop.table("redemptions")) if redemptions is not None else None
    state = profile_state(shop.table("sales"), shop.table("products"))
    known = shop.table("customers") if customers is not None else None
    found: pd.DataFrame = profile(state, at, customers=known, coupons=coupons).execute().set_index("customer_id")
    return found


@pytest.fixture(scope="module")
def ann() -> pd.Series:
    return profile_of(*ANN, *BOB).T["ann"]


def test_how_much_and_how_often_is_what_rfm_says() -> None:
    shop = MemoryTables({"sales": pd.DataFrame([*ANN, *BOB]), "products": CATALOGUE})
    rfm = customer_features(shop.table("sales"), shop.table("products")).execute().set_index("customer_id")
    same = profile_of(*ANN, *BOB, at=date(2024, 3, 4))[list(FEATURES)]
    assert same.equals(rfm[list(FEATURES)])


def test_an_order_is_of_the_time_of_its_first_line(ann: pd.Series) -> None:
    shares = ann[["night_share", "morning_share", "afternoon_share", "evening_share"]]
    assert shares.tolist() == [0.25, 0.25, 0.25, 0.25]


def test_saturday_and_sunday_are_the_weekend(ann: pd.Series) -> None:
    assert ann["weekend_share"] == 0.5


def test_returns_are_no_orders(ann: pd.Series) -> None:
    assert (ann["orders"], ann["spend_minor"], ann["basket_value_minor"]) == (4, 600, 150)


def test_where_a_customer_buys(ann: pd.Series) -> None:
    assert (ann["n_channels"], ann["main_channel"], ann["main_channel_share"]) == (2, "store", 0.75)
    assert ann["n_stores"] == 2


def test_of_equal_categories_the_first_by_name_is_the_top_one() -> None:
    ann = profile_of(line("ann", "1", MONDAY, "jam", 300), line("ann", "1", MONDAY, "tea", 300)).loc["ann"]
    assert (ann["top_category"], ann["top_category_share"], ann["breadth"]) == ("DRINKS", 0.5, 2)


def test_returns_do_not_change_what_is_bought_most(ann: pd.Series) -> None:
    assert (ann["top_category"], ann["top_category_share"]) == ("DRINKS", 0.6)


def test_a_share_of_deals_like_that_of_others_is_no_sensitivity() -> None:
    lines = [
        line(name, f"{name}{n}", MONDAY, "tea", 100, discount_amount=n % 2)
        for name in ("ann", "bob")
        for n in range(4)
    ]
    assert profile_of(*lines)["price_sensitivity"].tolist() == [0.0, 0.0]


def test_sensitivity_is_what_was_paid_on_deals_beyond_what_others_pay_in_the_same_categories(
    ann: pd.Series,
) -> None:
    # Of 1,000 paid for drinks 200 were on deals, all by ann, who paid 600 there: 120 expected, 200 paid.
    assert ann["price_sensitivity"] == pytest.approx(200 / 120 - 1)
    # Byar's limits of a count of 2 are 2 * 0.55674**3 and 3 * 1.27951**3 at 90 % (the exact ones 0.355 and 6.296);
    # each discounted line weighs 100.
    assert ann["price_sensitivity_low"] == pytest.approx((100 * 0.34514) / 120 - 1, abs=1e-4)
    assert ann["price_sensitivity_high"] == pytest.approx((100 * 6.28421) / 120 - 1, abs=1e-4)


def test_who_never_buys_on_offer_is_the_least_sensitive_and_may_yet_turn_out_otherwise() -> None:
    bob = profile_of(*ANN, *BOB).loc["bob"]
    assert bob["price_sensitivity"] == -1.0
    assert bob["price_sensitivity_low"] == -1.0
    assert bob["price_sensitivity_high"] > 0


def test_nine_of_ten_who_are_like_everybody_are_not_called_otherwise() -> None:
    rng = np.random.default_rng(4)
    lines = [
        line(f"{i}", f"{i}", MONDAY, "tea", int(rng.integers(50, 900)), discount_amount=int(rng.random() < 0.25))
        for i in range(300)
        for _ in range(20)
    ]
    found = profile_of(*lines)
    is_like_all = (found["price_sensitivity_low"] <= 0) & (found["price_sensitivity_high"] >= 0)
    # More than nine of ten: one line in four is no rare event, and of such the interval errs on the wide side.
    assert 0.9 <= is_like_all.mean() <= 0.98


def test_a_line_too_dear_to_be_squared_still_has_a_profile() -> None:
    dear = line("ann", "1", MONDAY, "tea", 10**12, discount_amount=1)
    ann = profile_of(dear).loc["ann"]
    assert (ann["spend_minor"], ann["deal_share"], ann["price_sensitivity"]) == (10**12, 1.0, 0.0)


def test_where_nobody_buys_on_offer_sensitivity_is_unknown() -> None:
    found = profile_of(line("ann", "1", MONDAY, "tea", 300)).loc["ann"]
    assert pd.isna(found["price_sensitivity"])
    assert pd.isna(found["price_sensitivity_low"])
    assert pd.isna(found["price_sensitivity_high"])


def test_tenure_counts_from_joining_or_from_a_purchase_before() -> None:
    joined = pd.DataFrame({"customer_id": ["ann", "bob"], "joined_on": [date(2024, 1, 1), date(2024, 3, 10)]})
    assert profile_of(*ANN, *BOB, customers=joined)["tenure_days"].tolist() == [73, 10]
    assert profile_of(*ANN, *BOB)["tenure_days"].tolist() == [12, 10]


def test_coupons_are_counted_where_redemptions_are_known() -> None:
    used = pd.DataFrame(
        {"coupon_id": ["a", "a", "b"], "redeemed_on": [date(2024, 3, 4)] * 3, "customer_id": ["ann", "ann", None]}
    )
    found = profile_of(*ANN, *BOB, redemptions=used)
    assert found["coupons_used"].tolist() == [2, 0]
    assert found["coupons_per_order"].tolist() == [0.5, 0.0]


def test_coupons_are_unknown_where_redemptions_are() -> None:
    assert profile_of(*BOB)["coupons_used"].isna().all()


def test_who_got_everything_for_free_has_shares_of_nothing() -> None:
    free = profile_of(line("ann", "1", MONDAY, "tea", 0, discount_amount=300), *BOB).loc["ann"]
    assert (free["deal_share"], free["top_category_share"], free["spend_minor"]) == (0, 0, 0)
    assert pd.isna(free["price_sensitivity"])


def test_a_customer_of_unknown_channel_has_no_main_channel() -> None:
    found = profile_of(line("ann", "1", MONDAY, "tea", 300, channel=None)).loc["ann"]
    assert found["n_channels"] == 0
    assert pd.isna(found["main_channel"])
    assert pd.isna(found["main_channel_share"])


def test_who_only_brought_something_back_has_no_profile() -> None:
    assert profile_of(*BOB, line("cat", "9", MONDAY, "jam", -100, quantity=-1)).index.tolist() == ["bob"]


def test_lines_that_name_nobody_make_no_profile() -> None:
    assert profile_of(*BOB, line(None, "9", MONDAY, "jam", 100)).index.tolist() == ["bob"]


def test_every_measure_is_a_number(ann: pd.Series) -> None:
    assert [name for name in MEASURES if isinstance(ann[name], str)] == []
