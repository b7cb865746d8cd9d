"""Products as numbers: labels, price against the category, pack size; and what they say of a level."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from dealwright.data import columns as c
from dealwright.demand.attributes import Attributes, Pack, Ridge, described, pack_size
from known_shop import make_panel


def test_the_price_of_a_product_is_seen_against_the_median_of_its_category() -> None:
    panel = make_panel(n=4, n_categories=2, n_weeks=10)
    new = pd.DataFrame({c.SKU: ["x", "y"], c.CATEGORY: ["category 0", "category 1"], c.REGULAR_PRICE: [1000, 500]})
    made = described(new, panel)
    assert made.labels == (("category=category 0",), ("category=category 1",))
    assert made.numbers == pytest.approx(np.array([[np.log(2), np.log(2) ** 2, 0.0], [0.0, 0.0, 0.0]]))


def test_pack_sizes_compare_within_a_category_and_unit_only() -> None:
    panel = make_panel(n=4, n_categories=2, n_weeks=10)
    panel = replace(panel, products=panel.products.assign(**{c.PACK_SIZE: ["10 oz", "1 lb", "40 OZ", "2 lb"]}))
    new = pd.DataFrame({c.CATEGORY: ["category 0"] * 4, c.REGULAR_PRICE: [500] * 4})
    new[c.PACK_SIZE] = ["40 oz", "2 lb", "family size", None]
    # The median of log 10 and log 40 is log 20; the category has no packs in pounds.
    assert described(new, panel).numbers[:, 2] == pytest.approx([np.log(2), 0, 0, 0])


def test_a_pack_size_is_read_with_a_point_or_a_comma() -> None:
    assert pack_size("1,5L") == Pack(1.5, "l")
    assert pack_size("0 OZ") is None
    assert pack_size(float("nan")) is None


def test_names_that_are_missing_say_nothing() -> None:
    panel = make_panel(n=2, n_categories=1, n_weeks=10)
    new = pd.DataFrame({c.CATEGORY: ["category 0"] * 2, c.BRAND: ["Acme", None], c.REGULAR_PRICE: [500, 500]})
    assert described(new, panel).labels == (
        ("category=category 0", "brand=Acme", "brand=Acme in category 0"),
        ("category=category 0",),
    )


def test_a_brand_that_sells_threefold_is_learnt_to_and_an_unknown_one_is_taken_for_average() -> None:
    rng = np.random.default_rng(0)
    is_big = np.arange(60) % 2 == 0
    labels = tuple(("brand=big",) if big else ("brand=small",) for big in is_big)
    values = 3.0 + np.where(is_big, np.log(3), 0.0) + rng.normal(0, 0.05, 60)
    tried = Ridge.learn(Attributes(labels, np.zeros((60, 3))), values, products=np.arange(60).astype(str))
    asked = Attributes((("brand=big",), ("brand=small",), ("brand=new",)), np.zeros((3, 3)))
    big, small, unknown = tried.ridge.predict(asked)
    assert big - small == pytest.approx(np.log(3), rel=0.05)
    assert unknown == pytest.approx((big + small) / 2, abs=0.02)
    assert np.sqrt((tried.misses**2).mean()) < 0.08


def test_all_stores_of_a_product_are_left_out_together() -> None:
    rng = np.random.default_rng(1)
    of_product = rng.normal(0, 1, 20).repeat(5)
    labels = tuple((f"brand=brand {i}",) for i in range(20) for _ in range(5))
    products = np.arange(20).repeat(5).astype(str)
    tried = Ridge.learn(Attributes(labels, np.zeros((100, 3))), of_product, products=products)
    assert all(len(set(tried.fold[products == name].tolist())) == 1 for name in set(products.tolist()))
    # A brand that only the product itself has tells nothing of it: it must be missed by its whole strangeness.
    assert np.sqrt((tried.misses**2).mean()) > 0.9 * of_product.std()
