"""Mechanics of a scenario on a shop: who they are meant for, what is told when they fit nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dealwright.adapters.memory import MemoryTables
from dealwright.app.plan.plan_mechanics import mechanics_of
from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.plan.mechanics import Mechanic, MechanicOffers
from dealwright.plan.scenario import Scenario
from known_shop import make_frames, make_panel

PANEL = make_panel(n=6, n_weeks=20, n_categories=2)
TABLES = MemoryTables(make_frames(PANEL))


def found(text: str, panel: Panel = PANEL) -> dict[Mechanic, MechanicOffers]:
    rules = Scenario.read(text).mechanics
    return mechanics_of(rules, panel, TABLES, price=np.full(6, 500.0), currency="EUR")


def test_a_mechanic_is_meant_for_all_products_unless_it_names_some() -> None:
    everywhere, some = found(
        "mechanics:\n- {kind: buy_x_get_y, buy: 2, get: 1}\n"
        "- {kind: percent_off, depth: 0.2, skus: sku-0, categories: category 1}"
    ).values()
    assert everywhere.skus == tuple(PANEL.skus)
    assert some.skus == ("sku-0", "sku-1", "sku-3", "sku-5")


def test_brands_and_suppliers_name_products_too() -> None:
    products = PANEL.products.copy()
    products[c.BRAND] = ["Acme", None] * 3
    products[c.SUPPLIER] = ["North"] * 2 + [None] * 4
    panel = replace(PANEL, products=products)
    text = "mechanics: [{kind: percent_off, depth: 0.2, brands: Acme, suppliers: North}]"
    [offers] = found(text, panel).values()
    assert offers.skus == ("sku-0", "sku-1", "sku-2", "sku-4")


def test_a_bundle_is_meant_for_its_own_products() -> None:
    [offers] = found("mechanics: [{kind: bundle, items: [sku-4, sku-1], price: 8, taken: 0.5}]").values()
    assert offers.skus == ("sku-1", "sku-4")
    assert offers.discount_share.ravel().tolist() == [0.1, 0.1]


def test_quantities_and_baskets_are_those_of_the_shops_orders() -> None:
    # Orders of the small shop hold one line of at most five units.
    [offers] = found("mechanics: [{kind: full_reduction_every, spend: 20, off: 2}]").values()
    assert {each.source for each in offers.assumptions[0] if each.code == "mean_basket"} == {"data"}


def test_without_mechanics_nobody_reads_orders() -> None:
    assert mechanics_of((), PANEL, MemoryTables({}), price=np.full(6, 500.0), currency="EUR") == {}


def test_names_the_shop_does_not_know_are_told_at_once() -> None:
    with pytest.raises(InputError) as caught:
        found(
            "mechanics:\n"
            "- {kind: percent_off, depth: 0.2, skus: sku-00}\n"
            "- {kind: bundle, items: [sku-1, skx-2], price: 8, taken: 0.5}\n"
        )
    first, second = caught.value.problems
    assert first.startswith("mechanics.0: no planned product is called 'sku-00'; did you mean 'sku-0'?")
    assert second.startswith("mechanics.1: no planned product is called 'skx-2'; did you mean 'sku-2'?")


def test_a_mechanic_that_suits_no_product_is_told_with_the_reason() -> None:
    with pytest.raises(
        InputError, match=r"mechanics\.0: it suits no product: sku-2: 500 off leaves nothing of 500"
    ):
        found("mechanics: [{kind: amount_off, off: 5, skus: sku-2}]")
