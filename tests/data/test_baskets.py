"""Categories that go together are told apart from categories that only meet in large baskets."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import ibis
import numpy as np
import pandas as pd
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.data import columns as c
from dealwright.data.baskets import (
    N_BASKETS,
    N_CATEGORIES,
    OF,
    TO,
    Together,
    baskets,
    bought_together,
    meetings,
    sizes,
)

NAMES = ["ale", "bread", "corn", "dip", "eggs", "fish", "gum", "ham", "ice", "jam", "kale", "leek"]
PRODUCTS = pd.DataFrame({c.SKU: NAMES, c.CATEGORY: NAMES})


def sales(rows: list[tuple[str | None, str | None, int, str, int]]) -> MemoryTables:
    """Lines from (order, customer, day of January, sku, quantity)."""
    lines = pd.DataFrame(rows, columns=[c.ORDER, c.CUSTOMER, "day", c.SKU, c.QUANTITY])
    lines[c.SOLD_AT] = [datetime(2024, 1, day, 12) for day in lines.pop("day")]
    return MemoryTables({"sales": lines.assign(**{c.NET_AMOUNT: 100}), "products": PRODUCTS})


def held_in(shop: MemoryTables) -> ibis.Table:
    return baskets(shop.table("sales"), shop.table("products"))


def found_in(is_in: np.ndarray, **options: object) -> tuple[Together, ...]:
    """Pairs found in baskets (n, categories); `among` and `most_partners` are passed on."""
    size = is_in.sum(axis=1)
    frame = pd.DataFrame(
        [
            {c.CATEGORY: NAMES[k], N_CATEGORIES: n, N_BASKETS: count, c.UNITS: 2 * count}
            for k in range(is_in.shape[1])
            for n in np.unique(size[size > 0])
            if (count := int(is_in[size == n, k].sum()))
        ]
    )
    met = is_in.astype(int).T @ is_in.astype(int)
    rows = [
        {OF: NAMES[a], TO: NAMES[b], N_BASKETS: met[a, b]}
        for a in range(len(met))
        for b in range(a + 1, len(met))
        if met[a, b]
    ]
    return bought_together(frame, pd.DataFrame(rows), **options)  # type: ignore[arg-type]


def small_and_large_trips(rng: np.random.Generator, n: int = 20_000) -> np.ndarray:
    """Half of the baskets hold one category in ten, the others every second: any two meet far too often."""
    chance = np.where(rng.random(n) < 0.5, 0.1, 0.5)[:, None]
    return np.asarray(rng.random((n, len(NAMES))) < chance)


def test_an_order_is_a_basket_and_without_orders_a_customers_day_is_one() -> None:
    shop = sales(
        [
            ("1", "ann", 1, "ale", 2),
            ("1", "ann", 1, "ale", 1),
            ("1", "ann", 1, "dip", 1),
            (None, "bob", 2, "ale", 1),
            (None, "bob", 2, "dip", 4),
            (None, "bob", 3, "corn", 1),
            (None, None, 3, "fish", 1),
        ]
    )
    held = held_in(shop)
    by_size = sizes(held).order_by(c.CATEGORY).to_pandas()
    assert by_size[[c.CATEGORY, N_CATEGORIES, N_BASKETS, c.UNITS]].to_numpy().tolist() == [
        ["ale", 2, 2, 4],
        ["corn", 1, 1, 1],
        ["dip", 2, 2, 5],
    ]
    assert meetings(held).to_pandas().to_numpy().tolist() == [["ale", "dip", 2]]


def test_a_shop_that_knows_neither_orders_nor_customers_has_no_baskets() -> None:
    assert sizes(held_in(sales([(None, None, 1, "ale", 1)]))).count().execute() == 0


def test_large_baskets_that_hold_a_bit_of_everything_make_no_pair() -> None:
    is_in = small_and_large_trips(np.random.default_rng(1))
    met = is_in.mean(axis=0)
    assert (is_in[:, 0] & is_in[:, 1]).mean() > 1.3 * met[0] * met[1]
    assert found_in(is_in) == ()


def test_a_pair_that_goes_together_is_found_in_both_directions_and_nothing_else() -> None:
    rng = np.random.default_rng(2)
    is_in = small_and_large_trips(rng)
    is_in[:, 3] |= is_in[:, 2] & (rng.random(len(is_in)) < 0.2)
    found = found_in(is_in)
    assert [(pair.of, pair.to) for pair in found] == [("corn", "dip"), ("dip", "corn")]
    # Corn brought dip to a fifth of the 17 in 30 of its baskets that had none. Of that is told what the dips that
    # it made more popular, and the baskets that it made larger, do not explain too.
    assert 0.05 < found[0].strength < 0.2 * 17 / 30
    assert found[0].per_unit == pytest.approx(found[0].strength)


def test_only_pairs_of_the_categories_asked_for_are_told() -> None:
    rng = np.random.default_rng(3)
    is_in = small_and_large_trips(rng)
    for a, b in pairwise((0, 1, 2)):
        is_in[:, b] |= is_in[:, a] & (rng.random(len(is_in)) < 0.25)
    asked = found_in(is_in, among=["bread", "corn", "eggs"])
    assert {(pair.of, pair.to) for pair in asked} == {("bread", "corn"), ("corn", "bread")}
    few = found_in(is_in, most_partners=1)
    assert [pair.of for pair in few] == sorted({pair.of for pair in few})


def test_three_categories_leave_nothing_to_compare_a_pair_with() -> None:
    assert found_in(small_and_large_trips(np.random.default_rng(4))[:, :3]) == ()
