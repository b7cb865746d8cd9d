"""Random carts and promotions for the laws of the till: everything follows from the generator given."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.core.cart import Cart, Delivery, LineItem, Shopper
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffLine, AmountOffUnit
from dealwright.engine.benefits.bundle import BundlePart, BundlePrice, BundleSet, ValueGroup
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.delivery import DeliveryAmountOff, DeliveryPercentOff, FreeDelivery
from dealwright.engine.benefits.extras import FreeGift, NextCoupon, Points
from dealwright.engine.benefits.fixed_price import (
    FixedPrice,
    FixedTotal,
    FlashPrice,
    GroupPrice,
    MemberPrice,
    SkuPrice,
)
from dealwright.engine.benefits.full_reduction import EveryReduction, FullReduction, SpendTier
from dealwright.engine.benefits.nth_unit import NthUnit
from dealwright.engine.benefits.pay_with import PayWithPoints, PresaleDeposit
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.benefits.quantity_tiers import QuantityTier, QuantityTiers
from dealwright.engine.conditions.quantity import MinimumQuantity
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.policy import Policy
from dealwright.engine.protocol import Benefit, Condition
from till_carts import a_promotion

CATEGORIES = ("tea", "milk", "rice")
_PERCENTS = [Fraction(n) for n in (1, 5, 10, 15, 33, 50, 100)] + [Fraction("12.5")]


def some_items(random: Random) -> Items:
    """All goods, one category or one sku."""
    which = random.randrange(4)
    name = random.choice(CATEGORIES)
    return (ALL_ITEMS, ALL_ITEMS, Items(categories=(name,)), Items(skus=(name,)))[which]


def some_cart(random: Random, *, full: bool = False) -> Cart:
    """One to four lines, some with a floor price; `full` adds gifts, delivery and lines no promotion lands on."""
    lines = []
    for number in range(random.randint(1, 4)):
        price = random.choice((0, 1, 99, 100, 333, random.randint(0, 1200), random.randint(0, 1200)))
        lines.append(
            LineItem(
                f"L{number}",
                random.choice((*CATEGORIES, "other")),
                random.choice((1, 1, 2, 3, 5)),
                price,
                categories=(random.choice(CATEGORIES),),
                floor_minor=random.randint(0, price) if random.random() < 0.2 else 0,
                is_discountable=not full or random.random() > 0.1,
                is_gift=full and random.random() < 0.1,
            )
        )
    if not full:
        return Cart("EUR", tuple(lines))
    shopper = Shopper("c1", ("vip",) if random.random() < 0.5 else (), points=random.randint(0, 500))
    deliveries = (Delivery("post", random.randint(0, 900)), Delivery("van", random.randint(0, 900)))
    return Cart("EUR", tuple(lines), deliveries[: random.randint(0, 2)], shopper)


def known_benefit(random: Random) -> Benefit:
    """A benefit that the oracle knows."""
    items, amount = some_items(random), random.randint(1, 1500)
    share = random.choice(_PERCENTS)
    made: list[Callable[[], Benefit]] = [
        lambda: PercentOff(share, items),
        lambda: PercentOff(share, items, "order"),
        lambda: AmountOff(amount, items),
        lambda: AmountOffLine(amount, items),
        lambda: AmountOffUnit(amount, items),
        lambda: FixedPrice(amount, items),
        lambda: EveryReduction(random.randint(100, 2000), amount, items, random.choice((None, 2 * amount))),
        lambda: FullReduction((SpendTier(random.randint(1, 2000), amount), SpendTier(2500, 3 * amount)), items),
        lambda: BuyGet(random.randint(1, 3), random.randint(1, 2), items, items, share),
        lambda: BuyGet(1, 1, items, some_items(random), share, most_uses=random.randint(1, 2)),
        lambda: NthUnit(random.randint(1, 4), share, items),
    ]
    return random.choice(made)()


def any_benefit(random: Random) -> Benefit:
    """A benefit of any kind."""
    items, amount, n = some_items(random), random.randint(1, 1500), random.randint(1, 3)
    share, pick = random.choice(_PERCENTS), random.choice(("dearest", "cheapest"))
    made: list[Callable[[], Benefit]] = [
        lambda: PercentOff(share, items, random.choice(("line", "unit", "pool", "order")), cap_minor=amount),
        lambda: PercentOff(share, items, "unit", most_units=n, pick=pick),  # type: ignore[arg-type]
        lambda: PercentOff(share, items, most_units_per_line=n),
        lambda: AmountOff(amount, items, n, pick),  # type: ignore[arg-type]
        lambda: AmountOffUnit(amount, items, group_size=n),
        lambda: FlashPrice("sale", amount, items, n),
        lambda: GroupPrice(3, amount, items),
        lambda: MemberPrice(("vip",), (SkuPrice("tea", amount), SkuPrice("rice", 5))),
        lambda: FixedTotal(amount, items),
        lambda: FullReduction((SpendTier(amount, percent=share, points=7, frees_delivery=True),), items),
        lambda: QuantityTiers((QuantityTier(2, share), QuantityTier(4, unit_price_minor=50)), items),
        lambda: QuantityTiers((QuantityTier(n, off_per_unit_minor=20),), items, "each_line"),
        lambda: NthUnit(n + 1, share, items, 1, "cheapest", random.choice(("each_group", "cheapest_of_all"))),
        lambda: BundlePrice(n, amount, items, pick, is_order=True),  # type: ignore[arg-type]
        lambda: BundleSet((BundlePart(items, n), BundlePart(some_items(random))), percent=share),
        lambda: BundleSet((BundlePart(items, n), BundlePart(some_items(random))), amount),
        lambda: ValueGroup(amount, share, items),
        lambda: FreeGift("tea", n, items, every_quantity=n),
        lambda: Points(5, 100, 2, items),
        lambda: NextCoupon("next"),
        lambda: PayWithPoints(random.choice((1, 10)), 1, items, random.choice((None, amount))),
        lambda: PresaleDeposit(amount, 2 * amount, items),
        lambda: FreeDelivery(random.choice(((), ("post",))), random.choice((None, 100))),
        lambda: DeliveryPercentOff(share),
        lambda: DeliveryAmountOff(amount, is_each=random.random() < 0.5),
    ]
    return known_benefit(random) if random.random() < 0.25 else random.choice(made)()


def some_conditions(random: Random) -> tuple[Condition, ...]:
    """None, a minimum spend or a minimum quantity."""
    made: list[tuple[Condition, ...]] = [
        (),
        (),
        (MinimumSpend(random.randint(0, 3000), some_items(random)),),
        (MinimumQuantity(random.randint(0, 8), some_items(random)),),
    ]
    return random.choice(made)


def some_promotions(random: Random, benefit: Callable[[Random], Benefit], *, most: int) -> list[Promotion]:
    """Some promotions in one lane, in groups, alone or stacking."""
    return [
        a_promotion(
            f"p{number}",
            benefit(random),
            *some_conditions(random),
            priority=random.choice((0, 0, 1)),
            exclusive_group=random.choice(("", "", "a", "b")),
            is_exclusive=random.random() < 0.1,
            funded_percent=random.choice((0, 33, 100)),
        )
        for number in range(random.randint(0, most))
    ]


def full_promotions(random: Random, *, most: int) -> list[Promotion]:
    """Promotions of all kinds, layers, lanes and limits."""
    return [
        Promotion(
            f"p{number}",
            "EUR",
            any_benefit(random),
            some_conditions(random),
            layer=random.choice(("catalogue", "cart", "cart")),
            lane=random.choice((0, 0, 1)),
            priority=random.choice((0, 1)),
            exclusive_group=random.choice(("", "", "a", "b")),
            is_exclusive=random.random() < 0.1,
            limits=Limits(budget_minor=random.randint(0, 900)) if random.random() < 0.1 else Limits(),
            funded_percent=random.choice((0, 33, 100)),
        )
        for number in range(random.randint(0, most))
    ]


def some_policy(random: Random) -> Policy:
    """Any policy."""
    return Policy(
        rounding=random.choice(("half_up", "half_even", "half_down", "down", "up", "half_up_on_price")),
        allocation=random.choice(("largest_remainder", "first_line_remainder", "last_line_remainder")),
        stacking=random.choice(("best", "best", "sequential", "best_per_line", "additive")),
        condition_base=random.choice(("after_catalogue", "regular", "remaining")),
        exclusive_choice=random.choice(("value", "priority")),
        budget_overrun=random.choice(("refuse", "shrink")),
    )
