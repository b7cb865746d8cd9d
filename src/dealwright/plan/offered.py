"""What each offer of a catalogue comes to on every product, at prices that a shelf label can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from dealwright.plan.mechanics import FixedPrice, Mechanic, MechanicOffers
from dealwright.plan.mechanics.effective import MOST_FELT
from dealwright.plan.problem import Offer
from dealwright.plan.terms import Terms

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def terms_of(
    offers: Sequence[Offer],
    price: Floats,
    *,
    skus: Sequence[str],
    price_ending: int | None,
    on: Mapping[Mechanic, MechanicOffers] | None = None,
) -> Terms:
    """`offers` on products with regular prices `price` (n,), minor units.

    `on` has for each mechanic of the offers what it comes to (one column) on the products it is meant for; on all
    others it is not possible. Prices with a cut end with `price_ending`, fixed prices are as they were given.
    """
    nominal = np.array([offer.depth for offer in offers])
    cut = shelf_depth(price, nominal, price_ending=price_ending)
    terms = Terms.of_cuts(cut, announced=np.tile(nominal, (len(price), 1)))
    place = {sku: i for i, sku in enumerate(skus)}
    assumptions = list(terms.assumptions)
    # The arrays of `of_cuts` are one and the same where they agree; from here on they differ.
    own = {
        field.name: np.array(getattr(terms, field.name)) for field in fields(Terms) if field.name != "assumptions"
    }
    for k, offer in enumerate(offers):
        if offer.mechanic is None:
            continue
        found = (on or {})[offer.mechanic]
        at = np.array([place[sku] for sku in found.skus], dtype=np.int64)
        own["is_possible"][:, k] = False
        for name, column in _columns(offer.mechanic, found, price[at], price_ending=price_ending).items():
            own[name][at, k] = column
        assumptions[k] = found.assumptions[0]
    return Terms(**own, assumptions=tuple(assumptions))


def _columns(
    mechanic: Mechanic, found: MechanicOffers, price: Floats, *, price_ending: int | None
) -> dict[str, Floats]:
    """The terms of one mechanic on the products it is meant for, (number of these,) each."""
    columns = {
        name: getattr(found, name)[:, 0]
        for name in (
            "felt_depth",
            "discount_share",
            "extra_minor",
            "fixed_minor",
            "uses_per_unit",
            "most_uses",
            "is_possible",
        )
    }
    if not mechanic.is_price_cut:
        return {**columns, "announced_depth": columns["felt_depth"]}
    announced = columns["discount_share"]
    ending = None if isinstance(mechanic, FixedPrice) else price_ending
    cut = shelf_depth(price, announced[:, None], price_ending=ending)[:, 0]
    return {
        **columns,
        "felt_depth": np.minimum(cut, MOST_FELT),
        "discount_share": cut,
        "shelf_depth": cut,
        "announced_depth": announced,
    }


def shelf_depth(price: Floats, nominal: Floats, *, price_ending: int | None) -> Floats:
    """Real depth (n, K) after rounding promoted prices to whole minor units, down to those with the ending.

    The promoted price is the highest that ends so and does not exceed the nominal one, so that "20 % off" is
    never less than 20 %; where that would be zero or less, the price is only rounded. `nominal` is (K,) or (n, K).
    """
    promoted = np.floor(price[:, None] * (1.0 - nominal) + 1e-6)
    if price_ending is not None:
        ended = np.floor((promoted - price_ending) / 10.0) * 10.0 + price_ending
        promoted = np.where(ended > 0, ended, promoted)
    promoted = np.maximum(promoted, 1.0)
    return np.where(nominal > 0, 1.0 - promoted / price[:, None], 0.0)
