"""Kept profiles are those of a full count, whatever came in which order, and cost only what came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from dealwright.adapters.files import MappingFolder
from dealwright.adapters.warehouse import Warehouse, open_warehouse
from dealwright.adapters.warehouse.profile_store import ProfileStore
from dealwright.app.customers.build_profiles import build_profiles
from dealwright.app.customers.keep_profiles import RefreshedProfiles, keep_profiles
from dealwright.app.shop.credible_sales import credible_tables
from dealwright.app.shop.import_data import import_data
from dealwright.core.errors import InputError
from dealwright.data.delivery import Source

TODAY = date(2026, 1, 1)
_FILES = count(1)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Warehouse]:
    with open_warehouse(tmp_path / "shop", threads=1) as opened:
        yield opened


def bring(shop: Warehouse, table: str, *rows: dict[str, object], currency: str = "EUR") -> None:
    path = shop.folder / f"{table}-{next(_FILES)}.csv"
    pd.DataFrame(rows).to_csv(path, index=False)
    mappings = MappingFolder(shop.folder)
    import_data(Source(str(path)), table=table, shop=shop, mappings=mappings, currency=currency, time_zone="UTC")


def refreshed(shop: Warehouse, *, anew: bool = False, today: date = TODAY) -> RefreshedProfiles:
    """The kept profiles, which must be those of a full count."""
    tables = credible_tables(shop, today=today)
    found = keep_profiles(tables, ProfileStore(shop), anew=anew)
    whole = build_profiles(tables).execute()
    assert_frame_equal(found.profiles.execute(), whole, check_exact=True)
    assert found.n_customers == len(whole)
    return found


def line(order: str = "1", **more: object) -> dict[str, object]:
    row = {"order_id": order, "customer_id": "ann", "sold_at": "2024-03-01 12:00", "sku": "tea", "quantity": 1}
    return {**row, "net_amount": 5.0, "discount_amount": 0.0, "store_id": "07", "channel": "web", **more}


def product(sku: str, category: str) -> dict[str, object]:
    return {"sku": sku, "category": category}


def random_lines(rng: np.random.Generator, n: int) -> list[dict[str, object]]:
    """Lines of few customers and orders, so that most orders come in several batches; in no order of time."""

    def any_of(*values: object) -> object:
        return values[rng.integers(len(values))]

    rows = []
    for _ in range(n):
        quantity = int(rng.choice([1, 2, -1], p=[0.6, 0.2, 0.2]))
        at = pd.Timestamp("2024-03-01") + int(rng.integers(600)) * pd.Timedelta(minutes=67)
        rows.append(
            line(
                str(rng.integers(30)),
                customer_id=any_of("ann", "bob", "cat", "dan", "eve", None),
                sold_at=str(at),
                sku=any_of("tea", "mate", "jam", "oil", "rye"),
                quantity=quantity,
                net_amount=quantity * float(rng.integers(500)) / 100,
                discount_amount=any_of(0.0, 0.07),
                store_id=any_of("07", "08", None),
                channel=any_of("web", "store", None),
            )
        )
    return rows


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_however_lines_come_the_kept_profiles_are_those_of_a_full_count(seed: int, shop: Warehouse) -> None:
    rng = np.random.default_rng(seed)
    bring(shop, "products", product("tea", "DRINKS"), product("mate", "DRINKS"), product("jam", "SPREADS"))
    batches = [random_lines(rng, n) for n in (60, 25, 8, 3)]
    # What was given before is given again, and is no second purchase.
    batches[2] += batches[0][:5]
    for place, batch in enumerate(batches):
        bring(shop, "sales", *batch)
        found = refreshed(shop)
        assert bool(found.verdict) is (place > 0)
    assert found.n_lines <= 3
    added = found.profiles.execute()
    assert_frame_equal(refreshed(shop, anew=True).profiles.execute(), added, check_exact=True)


def test_only_whom_new_lines_name_are_renewed(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"), line("2", customer_id="bob"))
    assert refreshed(shop).verdict.code == "nothing_kept"
    bring(shop, "sales", line("3", customer_id="bob"), line("4", customer_id=None))
    found = refreshed(shop)
    assert (found.n_lines, found.n_renewed, found.n_customers) == (1, 1, 2)


def test_where_nothing_came_nothing_is_counted(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"))
    refreshed(shop)
    found = refreshed(shop)
    assert found.verdict
    assert (found.n_lines, found.n_renewed) == (0, 0)


def test_lines_that_name_nobody_change_no_profile(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"))
    refreshed(shop)
    bring(shop, "sales", line("2", customer_id=None))
    assert refreshed(shop).n_renewed == 0
    assert refreshed(shop).n_lines == 0


def test_an_order_whose_lines_come_apart_is_one_order(shop: Warehouse) -> None:
    bring(shop, "sales", line("1", sold_at="2024-03-01 12:00"))
    refreshed(shop)
    bring(shop, "sales", line("1", sold_at="2024-03-01 11:59", sku="jam", channel="app"))
    ann = refreshed(shop).profiles.execute().iloc[0]
    assert (ann["orders"], ann["breadth"], ann["morning_share"], ann["main_channel"]) == (1, 2, 1.0, "app")


def test_the_top_category_is_overtaken_by_what_was_paid_in_all(shop: Warehouse) -> None:
    bring(shop, "sales", line("1", sku="jam", net_amount=5.0), line("2", sku="tea", net_amount=3.0))
    assert refreshed(shop).profiles.execute()["top_category"].tolist() == ["jam"]
    bring(shop, "sales", line("3", sku="tea", net_amount=3.0))
    ann = refreshed(shop).profiles.execute().iloc[0]
    assert (ann["top_category"], ann["top_category_share"], ann["breadth"]) == ("tea", 6 / 11, 2)


def test_a_return_that_comes_later_lowers_spend_and_nothing_else(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"), line("2", sku="jam"))
    refreshed(shop)
    bring(shop, "sales", line("3", sku="jam", quantity=-1, net_amount=-5.0))
    ann = refreshed(shop).profiles.execute().iloc[0]
    assert (ann["spend_minor"], ann["orders"], ann["breadth"], ann["top_category"]) == (500, 2, 2, "jam")


def test_who_first_brings_back_and_then_buys_gets_a_profile(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"), line("2", customer_id="bob", quantity=-1, net_amount=-5.0))
    assert refreshed(shop).n_customers == 1
    bring(shop, "sales", line("3", customer_id="bob"))
    assert refreshed(shop).profiles.execute()["customer_id"].tolist() == ["ann", "bob"]


def test_what_others_buy_changes_who_is_price_sensitive_without_renewing_them(shop: Warehouse) -> None:
    bring(shop, "sales", line("1", discount_amount=1.0), line("2", customer_id="bob"))
    before = refreshed(shop).profiles.execute()["price_sensitivity"].tolist()
    bring(shop, "sales", line("3", customer_id="bob"))
    found = refreshed(shop)
    after = found.profiles.execute()["price_sensitivity"].tolist()
    assert found.n_renewed == 1
    assert before == [1.0, -1.0]
    assert after[0] == pytest.approx(2.0, abs=1e-5)


def test_when_a_product_moves_to_another_category_all_is_counted_anew(shop: Warehouse) -> None:
    bring(shop, "products", product("tea", "DRINKS"), product("jam", "SPREADS"))
    bring(shop, "sales", line("1"))
    refreshed(shop)
    bring(shop, "products", product("jam", "FOOD"))  # which nobody bought
    assert refreshed(shop).verdict
    bring(shop, "products", product("tea", "FOOD"))
    found = refreshed(shop)
    assert found.verdict.code == "catalogue_changed"
    assert found.profiles.execute()["top_category"].tolist() == ["FOOD"]


def test_when_an_import_is_read_otherwise_all_is_counted_anew(shop: Warehouse) -> None:
    path = shop.folder / "same.csv"
    pd.DataFrame([line("1"), line("2")]).to_csv(path, index=False)
    for currency in ("EUR", "JPY"):
        import_data(
            Source(str(path)),
            table="sales",
            shop=shop,
            mappings=MappingFolder(shop.folder),
            currency=currency,
            time_zone="UTC",
        )
        found = refreshed(shop)
    assert found.verdict.code == "import_replaced"
    assert found.profiles.execute()["spend_minor"].tolist() == [10]


def test_redemptions_are_counted_as_they_come(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"), line("2", customer_id="bob"))
    assert refreshed(shop).profiles.execute()["coupons_used"].isna().all()
    used: dict[str, object] = {"coupon_id": "c", "redeemed_on": "2024-03-01", "customer_id": "ann"}
    bring(shop, "redemptions", used)
    assert refreshed(shop).profiles.execute()["coupons_used"].tolist() == [1, 0]
    bring(shop, "redemptions", {**used, "coupon_id": "d"})
    assert refreshed(shop).profiles.execute()["coupons_used"].tolist() == [2, 0]


def test_a_sale_of_the_year_2099_is_left_out_of_what_is_kept(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"), line("2", sold_at="2024-03-05 12:00"))
    refreshed(shop)
    bring(shop, "sales", line("3", sold_at="2099-01-01 12:00"), line("4", sold_at="2024-03-06 12:00"))
    found = refreshed(shop)
    assert (found.at, found.n_lines, bool(found.verdict)) == (date(2024, 3, 6), 1, True)
    assert [finding.code for finding in found.findings] == ["future_dates"]
    assert refreshed(shop).n_lines == 0
    late = refreshed(shop, today=date(2099, 1, 2))
    assert late.verdict.code == "dates_left_out"
    assert late.profiles.execute()["orders"].tolist() == [4]


def test_what_is_kept_outlives_the_program(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with open_warehouse(folder, threads=1) as first:
        bring(first, "sales", line("1"))
        refreshed(first)
    with open_warehouse(folder, threads=1) as second:
        bring(second, "sales", line("2"))
        found = refreshed(second)
        assert found.verdict
        assert found.n_lines == 1


def test_profiles_as_of_a_day_before_the_last_sale_are_refused(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"))
    with pytest.raises(InputError, match="as of 2024-02-29 cannot be built from sales up to 2024-03-01"):
        keep_profiles(credible_tables(shop, today=TODAY), ProfileStore(shop), at=date(2024, 2, 29))


def test_profiles_as_of_a_later_day_are_that_much_older(shop: Warehouse) -> None:
    bring(shop, "sales", line("1"))
    found = keep_profiles(credible_tables(shop, today=TODAY), ProfileStore(shop), at=date(2024, 3, 11))
    assert found.profiles.execute()["days_since_purchase"].tolist() == [10]
