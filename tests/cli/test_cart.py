"""The commands about carts from end to end: what a cart costs, why, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import Ran, run
from dealwright.till import open_till

CART = {
    "currency": "EUR",
    "lines": [
        {"line": "1", "sku": "TEA", "quantity": 3, "unit_price_minor": 1000, "categories": ["tea"]},
        {"line": "2", "sku": "RICE", "quantity": 1, "unit_price_minor": 500},
    ],
    "deliveries": [{"method": "post", "fee_minor": 490}],
}
PROMOTIONS = {
    "dealwright_promotions": 1,
    "promotions": [
        {
            "id": "tea10",
            "currency": "EUR",
            "benefit": {"kind": "percent_off", "percent": "10", "items": {"categories": ["tea"]}},
        },
        {
            "id": "free",
            "currency": "EUR",
            "benefit": {"kind": "free_delivery"},
            "conditions": [{"kind": "minimum_spend", "amount_minor": 4000}],
            "layer": "delivery",
        },
        {
            "id": "later",
            "currency": "EUR",
            "benefit": {"kind": "percent_off", "percent": "50"},
            "schedule": {"start": "2026-12-01", "zone": "Europe/Berlin"},
        },
    ],
}


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.cart = self.write("cart.json", CART)
        self.promotions = self.write("promotions.json", PROMOTIONS)

    def write(self, name: str, content: Any) -> Path:
        path = self.folder / name
        path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return path

    def ask(self, what: str, *words: object) -> Ran:
        at = () if "--at" in words else ("--at", "2026-11-11T12:00Z")
        return run("cart", what, self.cart, "--promotions", self.promotions, *at, *words)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_the_price_of_a_cart_is_its_lines_its_fees_and_their_sum(shop: Shop) -> None:
    told = shop.ask("price", "--json").document
    assert (told["total_minor"], told["discount_minor"], told["delivery_minor"]) == (3690, 300, 490)
    assert [(line["line"], line["net_minor"]) for line in told["lines"]] == [("1", 2700), ("2", 500)]
    out = shop.ask("price").out
    assert "27.00" in out
    assert "36.90" in out


def test_the_explanation_says_who_gives_what_and_who_gives_nothing_and_why(shop: Shop) -> None:
    told = shop.ask("explain", "--json").document
    assert [(one["promotion_id"], one["discount_minor"]) for one in told["applied"]] == [("tea10", 300)]
    assert {one["promotion_id"]: one["code"] for one in told["refused"]} == {
        "free": "below_minimum_spend",
        "later": "not_started",
    }
    assert next(one["missing_minor"] for one in told["refused"] if one["promotion_id"] == "free") == 500
    out = shop.ask("explain").out
    assert "10% off category tea" in out
    assert "it has not started yet" in out


def test_the_explanation_speaks_chinese(shop: Shop) -> None:
    out = shop.ask("explain", "--lang", "zh").out
    assert "还差 5.00 EUR" in out
    assert "品类tea减 10%" in out
    assert "尚未开始" in out


def test_the_same_cart_at_another_moment_gets_other_promotions(shop: Shop) -> None:
    just_before = shop.ask("price", "--json", "--at", "2026-11-30T23:59:59+01:00").document
    then = shop.ask("price", "--json", "--at", "2026-12-01T00:00+01:00").document
    assert just_before["discount_minor"] == 300
    assert then["discount_minor"] > 300


def test_a_cart_without_a_file_of_promotions_is_priced_at_the_till(shop: Shop) -> None:
    database = f"sqlite:///{shop.folder / 'till.db'}"
    open_till(database).close()
    told = run("cart", "price", shop.cart, "--database", database, "--json").document
    assert told["total_minor"] == 3990


def test_a_cart_is_not_priced_at_a_till_that_is_not_there(shop: Shop) -> None:
    file = shop.folder / "misspelt.db"
    ran = run("cart", "price", shop.cart, "--database", f"sqlite:///{file}")
    assert ran.code == 1
    assert "there is no till at" in ran.said
    assert not file.exists()


def test_all_mistakes_of_a_cart_are_told_at_once(shop: Shop) -> None:
    shop.write("cart.json", {"curency": "EUR", "lines": [{"line": "1", "sku": "T", "quantity": 1.5}]})
    ran = shop.ask("price")
    assert ran.code == 1
    assert "did you mean 'currency'" in ran.said
    assert "lines[0].quantity: give a whole number" in ran.said
    assert "lines[0]: unit_price_minor is needed here" in ran.said


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "[" * 5000,
        '{"currency": "EUR", "lines": [{"quantity": ' + "9" * 5000 + "}]}",
        "\ud83d".encode("utf-8", "replace").decode(),
    ],
)
def test_what_is_no_cart_is_refused_with_a_reason(shop: Shop, content: str) -> None:
    shop.write("cart.json", content)
    ran = shop.ask("price", "--json")
    assert ran.code == 1
    assert ran.document["problems"]


@pytest.mark.parametrize("moment", ["2026-11-11T12:00", "2026-11-11"])
def test_a_moment_without_an_offset_is_refused(shop: Shop, moment: str) -> None:
    ran = shop.ask("price", "--at", moment)
    assert ran.code == 1
    assert "an instant with an offset" in ran.said


def test_a_file_that_is_not_there_is_named(shop: Shop) -> None:
    ran = run("cart", "price", shop.folder / "none.json", "--promotions", shop.promotions)
    assert ran.code == 1
    assert "none.json" in ran.said
