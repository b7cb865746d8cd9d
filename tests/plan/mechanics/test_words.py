"""What mechanics and their assumptions are called, in both languages."""

from __future__ import annotations

import re
from typing import Any

import pytest

from dealwright.core.errors import InputError
from dealwright.plan.mechanics import (
    MECHANICS,
    Assumption,
    Shopping,
    assumption,
    describe,
    effective,
    mechanic_from,
)
from dealwright.plan.mechanics.words import ASSUMPTIONS, SENTENCES

EXAMPLES: list[tuple[dict[str, Any], str, str]] = [
    ({"kind": "percent_off", "depth": 0.125}, "every unit costs 12.5% less", "每件降价 12.5%"),
    ({"kind": "amount_off", "off": 1}, "every unit costs 1.00 EUR less", "每件立减 1.00 EUR"),
    ({"kind": "fixed_price", "price": 2.5}, "every unit costs 2.50 EUR", "每件一口价 2.50 EUR"),
    (
        {"kind": "full_reduction", "steps": [{"spend": 20, "off": 3}, {"spend": 40, "off": 8}]},
        "the highest reached is taken off a basket: 20.00 EUR spent: 3.00 EUR off, 40.00 EUR spent: 8.00 EUR off",
        "满减,按达到的最高一档计:满 20.00 EUR 减 3.00 EUR、满 40.00 EUR 减 8.00 EUR",
    ),
    (
        {"kind": "full_reduction_every", "spend": 20, "off": 3, "most_off": 9},
        "every 20.00 EUR spent in a basket takes 3.00 EUR off, at most 9.00 EUR",
        "每满 20.00 EUR 减 3.00 EUR,最多减 9.00 EUR",
    ),
    (
        {"kind": "gift", "cost": 1, "value": 3, "buy": 2, "gifts": 50},
        "a gift worth 3.00 EUR with each purchase of 2 or more, 50 gifts a week",
        "一次买满 2 件,送价值 3.00 EUR 的赠品,每周 50 份",
    ),
    (
        {"kind": "gift", "cost": 1, "value": 3, "buy": 2, "repeats": True},
        "a gift worth 3.00 EUR with every 2 bought",
        "每买 2 件,送价值 3.00 EUR 的赠品",
    ),
    ({"kind": "buy_x_get_y", "buy": 2, "get": 1}, "buy 2, get 1 free", "买 2 送 1"),
    (
        {"kind": "buy_x_get_y", "buy": 1, "get": 1, "off": 0.5, "most_times": 2},
        "of every 1 + 1 bought, 1 cost 50% less, at most 2 times a purchase",
        "买 1 件再得 1 件,所得的每件便宜 50%,每次购买最多 2 次",
    ),
    (
        {"kind": "buy_x_get_other", "buy": 2, "get": 1, "other_price": 2, "other_cost": 1, "stock": 9},
        "with every 2 bought, 1 of another item (usually 2.00 EUR) free, 9 of them a week",
        "每买 2 件,送另一商品(平时 2.00 EUR) 1 件,每周 9 件",
    ),
    (
        {"kind": "buy_x_get_other", "buy": 2, "get": 1, "other_price": 2, "other_cost": 1, "off": 0.5},
        "with every 2 bought, 1 of another item (usually 2.00 EUR) cost 50% less",
        "每买 2 件,另一商品(平时 2.00 EUR)可得 1 件,每件便宜 50%",
    ),
    (
        {"kind": "bundle", "items": ["tea", {"sku": "mug", "units": 2}], "price": 9.9, "taken": 0.3},
        "1 x tea, 2 x mug together cost 9.90 EUR",
        "tea 1 件、mug 2 件 组合价 9.90 EUR",
    ),
    (
        {"kind": "quantity_tiers", "steps": [{"units": 2, "depth": 0.1}]},
        "the more in a purchase, the less each costs: from 2 on 10% less",
        "一次买得越多,每件越便宜:2 件起便宜 10%",
    ),
    (
        {"kind": "coupon", "depth": 0.3, "redeemed": 0.1, "coupons": 500},
        "30% off with a coupon, clipped by anyone, at most 500 redeemed a week",
        "凭优惠券便宜 30%,领券人:任何人,每周最多核销 500 张",
    ),
    (
        {"kind": "flash_sale", "depth": 0.5, "stock": 40, "hours": 4},
        "50% off in a flash sale, at most 40 units, 4 hours a week",
        "限时抢购,便宜 50%,最多 40 件,每周 4 小时",
    ),
    (
        {"kind": "group_buy", "depth": 0.3, "seats": 3, "fills": 0.6, "groups": 9},
        "30% off for groups of 3 that fill, at most 9 groups a week",
        "3 人成团,便宜 30%,每周最多 9 团",
    ),
    (
        {"kind": "presale", "deposit": 5, "counts": 8},
        "a deposit of 5.00 EUR counts as 8.00 EUR",
        "预售定金 5.00 EUR 抵 8.00 EUR",
    ),
    ({"kind": "member_price", "depth": 0.1, "members": 0.4}, "members pay 10% less", "会员便宜 10%"),
    (
        {"kind": "free_delivery", "spend": 39, "cost": 5},
        "orders of 39.00 EUR or more are delivered free",
        "订单满 39.00 EUR 免运费",
    ),
]


@pytest.mark.parametrize(("block", "english", "chinese"), EXAMPLES)
def test_a_mechanic_is_one_plain_sentence(block: dict[str, Any], english: str, chinese: str) -> None:
    mechanic = mechanic_from(block, currency="EUR")
    assert describe(mechanic, currency="EUR") == english
    assert describe(mechanic, "zh", currency="EUR") == chinese


def test_every_kind_has_an_example_here() -> None:
    assert {block["kind"] for block, _, _ in EXAMPLES} == set(MECHANICS)


def test_both_languages_say_the_same_things_of_the_same_numbers() -> None:
    def blanks(text: str) -> set[str]:
        return set(re.findall(r"{(\w+)}", text))

    for table in (SENTENCES, ASSUMPTIONS):
        assert table["en"].keys() == table["zh"].keys()
        for code, english in table["en"].items():
            assert blanks(english) == blanks(table["zh"][code]), code


@pytest.mark.parametrize("block", [block for block, _, _ in EXAMPLES])
def test_every_assumption_has_a_sentence_that_says_where_it_comes_from(block: dict[str, Any]) -> None:
    tea = Shopping("tea", 1000, shelf={"mug": 700})
    for each in effective(mechanic_from(block, currency="EUR"), tea).assumptions:
        assert assumption(each).endswith({"given": "(as stated)", "assumed": "(assumed)"}[each.source])
        assert assumption(each, "zh").endswith({"given": "(按设定)", "assumed": "(假设)"}[each.source])


def test_an_assumption_shows_its_number() -> None:
    basket = Assumption("mean_basket", 2958.13, "data")
    assert assumption(basket, currency="EUR") == "a basket is worth 29.58 EUR on average (from data)"
    assert assumption(basket, "zh", currency="EUR") == "购物篮平均金额为 29.58 EUR(来自数据)"
    assert assumption(basket) == "a basket is worth 2958 on average (from data)"
    assert "1.3 units" in assumption(Assumption("units_at_once", 1.3, "assumed"))
    assert "12,000 times" in assumption(Assumption("most_uses", 12000.0, "given"))


def test_an_unknown_language_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError, match="no language is called 'eng'; did you mean 'en'"):
        describe(mechanic_from({"kind": "percent_off", "depth": 0.1}), "eng")
    with pytest.raises(InputError, match="no language is called 'cn'"):
        assumption(Assumption("taken", 0.1, "given"), "cn")
