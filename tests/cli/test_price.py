"""The commands about shelf prices, as somebody who types sees them."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd
import pytest

from command_line import run
from imported_shop import ImportedShop, imported_shop

pytestmark = pytest.mark.xdist_group("cli-price")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> ImportedShop:
    return imported_shop(tmp_path_factory.mktemp("cli-price") / "shop", group="price")


def test_best_prices_are_told_with_their_range_and_what_they_rest_on(shop: ImportedShop) -> None:
    document = shop.run("set", "--json").document
    assert len(document["products"]) == 6
    assert document["basket_change"] <= 1e-6
    assert document["gain"]["low"] <= document["gain"]["value"] <= document["gain"]["high"]
    ran = shop.run("set", "--sku", "sku-1", "--out", shop.folder / "prices")
    assert "product 1" in ran.out
    assert "6 products have no cost in the data" in ran.out
    assert list(pd.read_csv(shop.folder / "prices" / "prices.csv")["sku"]) == ["sku-1"]


def test_a_rule_that_holds_a_price_back_is_told_in_the_language_asked_for(shop: ImportedShop) -> None:
    rules = shop.write("tight.yaml", "{largest_change: [{share: 0.02}], ending: []}")
    words = ("set", "--sku", "sku-1", "--rules", rules)
    assert "2.0% at once" in " ".join(shop.run(*words).out.split())
    assert "单次调价幅度" in shop.run(*words, "--lang", "zh").out.replace("\n", "").replace(" ", "")


def test_stock_is_cleared_by_a_day(shop: ImportedShop) -> None:
    stock = shop.write("stock.csv", "sku,units\nsku-1,200\nsku-2,5\n")
    by = shop.ends + timedelta(days=22)
    words = ("markdown", "--by", by, "--stock", stock, "--salvage", 0)
    document = shop.run(*words, "--json").document
    assert [row["sku"] for row in document["products"]] == ["sku-1", "sku-2"]
    first, second = document["products"]
    assert first["gain"] > 0
    assert second["gain"] == 0
    assert document["score"] <= document["bound"] + 1e-9
    assert "Prices until" in shop.run(*words, "--shared", "--labels", 2).out


def test_the_ladder_names_prices_that_break_a_rule(shop: ImportedShop) -> None:
    rules = shop.write("floor.yaml", "{floor: [{least: 5.20, skus: [sku-1]}], ending: []}")
    document = shop.run("ladder", "--rules", rules, "--json").document
    assert {row["sku"]: row["breaks"] for row in document["products"] if row["breaks"]} == {"sku-1": "floor"}
    assert "1 of 6 prices break a rule" in shop.run("ladder", "--rules", rules).out
    (shop.folder / "prices.yaml").write_text("ending: []\n")
    try:
        assert "All 6 prices keep the rules." in shop.run("ladder").out
    finally:
        (shop.folder / "prices.yaml").unlink()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("markdown", "--by", "2022-10-20"), "this needs counted stock, and the shop has none"),
        (("set", "--sku", "sku-9"), "no planned product is called 'sku-9'"),
        (("set", "--rules", "nowhere.yaml"), "the price rules nowhere.yaml cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    words: tuple[object, ...], said: str, shop: ImportedShop
) -> None:
    ran = shop.run(*words)
    assert (ran.code, ran.out) == (1, "")
    assert ran.said.startswith(f"dealwright: {said}")


def test_competitors_nobody_knows_and_stock_of_nothing_are_refused(shop: ImportedShop) -> None:
    rules = shop.write("rivals.yaml", "competitor: [{}]")
    assert "needs competitors' prices" in shop.run("ladder", "--rules", rules).said
    stock = shop.write("odd.csv", "sku,units\nsku-1,many\n")
    refused = shop.run("markdown", "--by", "2022-10-20", "--stock", stock)
    assert "units of sku-1 are 'many'; give a whole number from 0 up" in refused.said


@pytest.mark.parametrize("words", [("markdown",), ("markdown", "--by", "soon"), ("set", "--seed", "-1")])
def test_wrong_usage_ends_with_2(words: tuple[str, ...]) -> None:
    ran = run("price", *words)
    assert (ran.code, ran.out) == (2, "")
