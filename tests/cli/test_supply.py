"""The commands about stock, as somebody who types sees them."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from command_line import run
from imported_shop import ImportedShop, imported_shop

pytestmark = pytest.mark.xdist_group("cli-supply")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ImportedShop:
    made = imported_shop(tmp_path_factory.mktemp("cli-supply") / "shop", group="supply")
    plan = run("plan", "--shop", made.folder, "--json")
    assert plan.code == 0, plan.err
    return made


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> ImportedShop:
    """The same without a plan, with 150 of every product counted."""
    made = imported_shop(tmp_path_factory.mktemp("cli-supply-counted") / "shop", group="supply")
    stock = pd.DataFrame({"sku": [f"sku-{i}" for i in range(6)], "counted_on": made.ends, "units": 150})
    stock.to_csv(made.folder / "stock.csv", index=False)
    assert run("import", "stock", made.folder / "stock.csv", "--shop", made.folder).code == 0
    return made


def test_orders_are_tables_and_files_and_say_what_was_assumed(shop: ImportedShop) -> None:
    out = shop.folder / "orders"
    ran = shop.run("--out", out)
    assert ran.code == 0, ran.err
    assert "Order on " in ran.out
    assert "Promotions that sell out most easily" in ran.out
    assert "6 products have no count" in ran.out
    orders = pd.read_csv(out / "orders.csv")
    assert (orders["units"] > 0).all()
    assert {path.name for path in out.iterdir()} == {
        "orders.csv",
        "promotion_stock.csv",
        "reorder_points.csv",
        "stock_course.csv",
    }


def test_the_document_of_orders_is_in_any_language_the_same(shop: ImportedShop) -> None:
    document = shop.run("--json").document
    assert document == shop.run("--json", "--lang", "zh").document
    assert [one["code"] for one in document["assumed"]][:2] == ["stock", "cost"]
    assert "订货" in shop.run("--lang", "zh", "--no-plan").out


def test_terms_by_product_and_those_of_the_workspace_are_used(shop: ImportedShop) -> None:
    table = shop.write("terms.csv", "sku,pack,order_cost\nsku-1,12,1.00\n")
    orders = shop.run("--terms", table, "--no-plan", "--json").document["orders"]
    assert all(row["units"] % 12 == 0 for row in orders if row["sku"] == "sku-1")
    own = shop.folder / "supply.yaml"
    own.write_text("{lead_time_weeks: 2}\n")
    try:
        assert {row["lead_time_weeks"] for row in shop.run("--json").document["reorder_points"]} == {2}
    finally:
        own.unlink()


def test_units_are_shared_out_over_the_stores(shop: ImportedShop) -> None:
    document = shop.run("allocate", "sku-1", "--units", 12, "--pack", 3, "--json").document
    assert sum(row["units"] for row in document["stores"]) + document["kept"] == 12
    assert "shelves are taken for empty" in shop.run("allocate", "sku-1", "--units", 12).out


def test_overstock_is_told_with_what_to_do(counted: ImportedShop) -> None:
    by = counted.ends + timedelta(days=15)
    document = counted.run("overstock", "--by", by, "--no-plan", "--json").document
    assert len(document["products"]) > 0
    assert {row["action"] for row in document["products"]} <= {"keep", "mark_down", "recommend"}
    out = counted.run("overstock", "--by", by, "--no-plan", "--sku", "sku-1", "--lang", "zh").out
    assert "product 1" in out
    assert "product 2" not in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("overstock", "--by", "2022-10-20"), "this needs counted stock, and the shop has none"),
        (("--terms", "nowhere.yaml"), "the supply terms nowhere.yaml cannot be read"),
        (("--approved", "nowhere"), "there is no approved plan 'nowhere'"),
        (("allocate", "sku-9", "--units", 3), "no forecast product is called 'sku-9'"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    words: tuple[object, ...], said: str, shop: ImportedShop
) -> None:
    ran = shop.run(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith(f"dealwright: {said}")


def test_mistakes_in_the_terms_are_told_before_anything_is_learnt(shop: ImportedShop) -> None:
    ran = shop.run("--terms", shop.write("bad.yaml", "{lead_time: 2, pack: 0}"))
    assert ran.code == 1
    assert "bad.yaml: lead_time: unknown; did you mean 'lead_time_weeks'?" in ran.err
    assert "bad.yaml: pack: " in ran.err


def test_without_a_plan_the_way_out_is_told(counted: ImportedShop) -> None:
    ran = counted.run()
    assert ran.code == 1
    assert "run 'dealwright plan' first, name an approved one, or ask without a plan" in ran.err.replace("\n", " ")


@pytest.mark.parametrize(
    "words", [("--seed", "3", "allocate"), ("allocate", "sku-1"), ("overstock",), ("overstock", "--by", "soon")]
)
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    ran = run("supply", *words)
    assert (ran.code, ran.out) == (2, "")
