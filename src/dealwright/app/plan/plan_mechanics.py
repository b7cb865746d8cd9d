"""What the mechanics of a scenario come to on the shop's products, as far as its orders can say."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dealwright.app.ports import Tables
from dealwright.app.shop.read_purchases import SeenPurchases, read_purchases
from dealwright.app.shop.which_products import known, which_products
from dealwright.core.errors import InputError
from dealwright.data.panel import Panel
from dealwright.plan.mechanics import Bundle, Mechanic, MechanicOffers, expand
from dealwright.plan.scenario.mechanics import MechanicRule

Floats = NDArray[np.float64]


def mechanics_of(
    rules: Sequence[MechanicRule], panel: Panel, tables: Tables, *, price: Floats, currency: str
) -> dict[Mechanic, MechanicOffers]:
    """Each mechanic on the products it is meant for, in the order of the file; `price` (n,) minor units.

    InputError lists every name that the shop does not know, and every mechanic that suits none of its products.
    """
    meant: dict[Mechanic, tuple[str, ...]] = {}
    mistakes: list[str] = []
    for i, rule in enumerate(rules):
        try:
            mechanic = rule.mechanic(currency)
            meant[mechanic] = _meant(mechanic, rule, panel)
        except InputError as error:
            mistakes += [f"mechanics.{i}: {problem}" for problem in error.problems]
    if mistakes:
        raise InputError(*mistakes)
    prices = {sku: round(float(one)) for sku, one in zip(panel.skus, price, strict=True)}
    planned = sorted({sku for skus in meant.values() for sku in skus})
    seen = read_purchases(tables, planned) if planned else SeenPurchases()
    found = {
        mechanic: expand(
            [mechanic],
            {sku: prices[sku] for sku in skus},
            purchases=seen.purchases,
            baskets_of=seen.baskets,
        )
        for mechanic, skus in meant.items()
    }
    for i, offers in enumerate(found.values()):
        if not offers.is_possible.any():
            mistakes.append(
                f"mechanics.{i}: it suits no product: {offers.unsuited[0].sku}: {offers.unsuited[0].reason}"
            )
    if mistakes:
        raise InputError(*mistakes)
    return found


def _meant(mechanic: Mechanic, rule: MechanicRule, panel: Panel) -> tuple[str, ...]:
    """The products of a rule, in the order of the panel; a bundle says itself which."""
    if isinstance(mechanic, Bundle):
        inside = known("planned product", tuple(item.sku for item in mechanic.items), panel.skus)
        return tuple(sku for sku in panel.skus if sku in inside)
    flags = which_products(rule, panel)
    return tuple(sku for sku, is_meant in zip(panel.skus, flags, strict=True) if is_meant)
