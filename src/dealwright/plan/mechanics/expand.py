"""Mechanics on many products at once, as arrays that the planning problem is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.plan.mechanics.effective import NO_LIMIT, Assumption, EffectiveOffer
from dealwright.plan.mechanics.fields import VEHICLES
from dealwright.plan.mechanics.mechanic import Mechanic
from dealwright.plan.mechanics.shopping import Purchases, Shopping, Spending

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Unsuited:
    """A mechanic that cannot be offered on a product, and why."""

    sku: str
    mechanic: int
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class MechanicOffers:
    """K mechanics on n products: arrays (n, K), flags (K,). Means over the units sold while they run.

    `felt_depth`: the cut that demand answers to; `discount_share` of the regular price that customers do not pay
    (suppliers fund a part of it); `extra_minor` per unit sold that the shop spends beside it; `fixed_minor` per
    week; `uses_per_unit` and `most_uses` a week (infinite: no limit), see `served`; `reach` the share of buyers who
    can use it; `is_price_cut` whether the shelf label changes. Where `is_possible` is False the rest of the cell is
    0 (no limit) and `unsuited` says why. `assumptions` (K tuples) are those of the products, the same one given
    once with the mean of its numbers.
    """

    skus: tuple[str, ...]
    price_minor: Floats
    felt_depth: Floats
    discount_share: Floats
    extra_minor: Floats
    fixed_minor: Floats
    uses_per_unit: Floats
    most_uses: Floats
    reach: Floats
    is_possible: Flags
    on_display: Flags
    in_mailer: Flags
    in_app: Flags
    is_price_cut: Flags
    assumptions: tuple[tuple[Assumption, ...], ...]
    unsuited: tuple[Unsuited, ...]

    @property
    def cost_share(self) -> Floats:
        """What a unit sold costs before suppliers pay their part, as a share of the regular price, (n, K)."""
        return np.asarray(self.discount_share + self.extra_minor / self.price_minor[:, None])

    def served(self, units: Floats) -> Floats:
        """The share of `units` (n, T, K) sold in a week for which an offer lasts, same shape.

        Felt depth and cost shrink by it: who comes later pays the regular price.
        """
        wanted = self.uses_per_unit[:, None, :] * units
        limit = np.broadcast_to(self.most_uses[:, None, :], wanted.shape)
        return np.divide(limit, wanted, out=np.ones_like(wanted), where=wanted > limit)


def expand(
    mechanics: Sequence[Mechanic],
    prices: Mapping[str, int],
    *,
    purchases: Mapping[str, Purchases] | None = None,
    baskets: Spending | None = None,
    baskets_of: Mapping[str, Spending] | None = None,
) -> MechanicOffers:
    """Each of `mechanics` on each product of `prices` (regular prices in minor units, by sku, in their order).

    `purchases` and `baskets_of` are what was seen of single products; products without use `baskets` of the whole
    shop, or assumed values. A mechanic that does not suit a product is no error: see `MechanicOffers.unsuited`.
    """
    offers: list[list[EffectiveOffer | None]] = []
    unsuited: list[Unsuited] = []
    for shopping in _shopping(prices, purchases or {}, baskets_of or {}, baskets):
        verdicts = [mechanic.suits(shopping) for mechanic in mechanics]
        unsuited += [Unsuited(shopping.sku, k, verdict.reason) for k, verdict in enumerate(verdicts) if not verdict]
        offers.append(
            [mechanic.on(shopping) if met else None for mechanic, met in zip(mechanics, verdicts, strict=True)]
        )

    def collected(name: str, *, otherwise: float = 0.0) -> Floats:
        rows = [[otherwise if offer is None else getattr(offer, name) for offer in row] for row in offers]
        return np.array(rows, dtype=np.float64).reshape(len(prices), len(mechanics))

    price_minor = np.array(list(prices.values()), dtype=np.float64)
    on_display, in_mailer, in_app = (
        np.array([name in mechanic.vehicles for mechanic in mechanics], dtype=np.bool_) for name in VEHICLES
    )
    return MechanicOffers(
        skus=tuple(prices),
        price_minor=price_minor,
        felt_depth=collected("felt_depth"),
        discount_share=collected("discount_minor") / price_minor[:, None],
        extra_minor=collected("extra_minor"),
        fixed_minor=collected("fixed_minor"),
        uses_per_unit=collected("uses_per_unit"),
        most_uses=collected("most_uses", otherwise=NO_LIMIT),
        reach=collected("reach"),
        is_possible=np.array([[offer is not None for offer in row] for row in offers], dtype=np.bool_).reshape(
            len(prices), len(mechanics)
        ),
        on_display=on_display,
        in_mailer=in_mailer,
        in_app=in_app,
        is_price_cut=np.array([mechanic.is_price_cut for mechanic in mechanics], dtype=np.bool_),
        assumptions=tuple(_summed_up([row[k] for row in offers]) for k in range(len(mechanics))),
        unsuited=tuple(unsuited),
    )


def _shopping(
    prices: Mapping[str, int],
    purchases: Mapping[str, Purchases],
    baskets_of: Mapping[str, Spending],
    baskets: Spending | None,
) -> list[Shopping]:
    """Each product with what was seen of it; the mistakes of all of them at once."""
    found: list[Shopping] = []
    mistakes: list[str] = []
    unseen = Purchases.assumed()
    for sku, price in prices.items():
        try:
            found.append(
                Shopping(sku, price, purchases.get(sku, unseen), baskets_of.get(sku, baskets), shelf=prices)
            )
        except InputError as error:
            mistakes += error.problems
    if mistakes:
        raise InputError(*mistakes)
    return found


def _summed_up(offers: Sequence[EffectiveOffer | None]) -> tuple[Assumption, ...]:
    """The assumptions of a mechanic on all products: each code and source once, with its mean number."""
    numbers: dict[tuple[str, str], list[float]] = {}
    kinds: dict[tuple[str, str], Assumption] = {}
    for offer in offers:
        for each in offer.assumptions if offer else ():
            numbers.setdefault((each.code, each.source), []).append(each.number)
            kinds.setdefault((each.code, each.source), each)
    return tuple(Assumption(one.code, float(np.mean(numbers[name])), one.source) for name, one in kinds.items())
