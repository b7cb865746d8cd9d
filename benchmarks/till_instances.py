"""Carts and promotions that our till and its peers all understand, and a fuller mix that only ours does."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass
from fractions import Fraction

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffUnit
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.full_reduction import FullReduction, SpendTier
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.benefits.quantity_tiers import QuantityTier, QuantityTiers
from dealwright.engine.conditions.shopper import InSegment
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.protocol import Benefit, Condition

N_SKUS, N_CATEGORIES = 5_000, 200
PRICE_STEP_MINOR = 160_000
# For carts beside peers: prices, cuts and percentages that stay whole cents on each of up to 5 units however six of
# them follow one another, so that rounding cannot tell the engines apart and totals must be equal to the cent.
EVEN_STEP_MINOR = 60 * 20**6
CUTS_MINOR, PERCENTS = (EVEN_STEP_MINOR // 20, EVEN_STEP_MINOR // 10), (5, 10, 15, 20)
REACHED_MINOR, UNREACHED_MINOR = 6 * EVEN_STEP_MINOR, 10**15  # every cart spends the first, none the second


@dataclass(frozen=True, slots=True)
class Rule:
    """A promotion in words every engine has: a category, perhaps a least spend, one of three discounts."""

    id: str
    kind: str
    category: str
    least_spend_minor: int
    percent: int
    amount_minor: int
    priority: int

    def promotion(self) -> Promotion:
        goods = Items(categories=(self.category,))
        benefit: Benefit
        if self.kind == "percent_off":
            benefit = PercentOff(Fraction(self.percent), goods)
        elif self.kind == "amount_off_unit":
            benefit = AmountOffUnit(self.amount_minor, goods)
        else:
            benefit = AmountOff(self.amount_minor, goods)
        conditions = (MinimumSpend(self.least_spend_minor),) if self.least_spend_minor else ()
        return Promotion(self.id, "USD", benefit, conditions, priority=self.priority)


def rules(n: int, *, seed: int = 1) -> list[Rule]:
    """`n` rules: about a tenth speak of a category in a cart of 20 lines."""
    rng = random.Random(seed)
    kinds = ("percent_off", "amount_off_unit", "amount_off_order")
    return [
        Rule(
            id=f"p{i}",
            kind=rng.choice(kinds),
            category=f"c{rng.randrange(N_CATEGORIES)}",
            least_spend_minor=rng.choice((0, REACHED_MINOR, UNREACHED_MINOR)),
            percent=rng.choice(PERCENTS),
            amount_minor=rng.choice(CUTS_MINOR),
            priority=i,
        )
        for i in range(n)
    ]


def carts(
    n: int,
    *,
    n_lines: int = 20,
    units: int = 0,
    seed: int = 2,
    step_minor: int = PRICE_STEP_MINOR,
    n_categories: int = N_CATEGORIES,
) -> list[Cart]:
    """`n` carts; each line 1 to 5 units, or `units`, at 1 to 9 times `step_minor` each."""
    rng = random.Random(seed)
    return [
        Cart(
            "USD",
            tuple(
                LineItem(
                    f"L{k}",
                    f"s{rng.randrange(N_SKUS)}",
                    units or rng.randint(1, 5),
                    step_minor * rng.randint(1, 9),
                    categories=(f"c{rng.randrange(n_categories)}",),
                )
                for k in range(n_lines)
            ),
        )
        for _ in range(n)
    ]


def as_json(given: list[Rule], shopping: list[Cart]) -> dict[str, object]:
    """The instance for the peers."""
    return {
        "currency": "usd",
        "promotions": [asdict(rule) for rule in given],
        "carts": [
            {
                "lines": [
                    {
                        "line": line.line,
                        "sku": line.sku,
                        "category": line.categories[0],
                        "quantity": line.quantity,
                        "unit_price_minor": line.unit_price_minor,
                    }
                    for line in cart.lines
                ]
            }
            for cart in shopping
        ],
    }


def mixed(n: int, *, seed: int = 3, n_categories: int = N_CATEGORIES) -> list[Promotion]:
    """`n` live promotions of a shop: ten mechanics on items, segments and spends, in exclusive groups by category.

    Of 200 categories a tenth concern a cart of 20 lines (its categories, its segment), of 20 four tenths one of 10;
    each line's category lets one in.
    """
    rng = random.Random(seed)
    return [_mixed(i, rng, n_categories) for i in range(n)]


def _mixed(i: int, rng: random.Random, n_categories: int) -> Promotion:
    category = f"c{rng.randrange(n_categories)}"
    goods = Items(categories=(category,))
    amount = rng.randint(50, 2_000)
    benefits: tuple[Benefit, ...] = (
        PercentOff(Fraction(rng.randint(5, 40)), goods),
        PercentOff(Fraction(rng.randint(5, 40)), goods, cap_minor=amount * 5),
        AmountOffUnit(amount, goods),
        AmountOffUnit(amount, goods, most_units=3),
        AmountOff(amount, goods),
        BuyGet(2, 1, goods, goods),
        BuyGet(3, 1, goods, goods, percent=Fraction(50)),
        FullReduction((SpendTier(2_000, 100), SpendTier(10_000, 700)), goods),
        QuantityTiers((QuantityTier(2, percent=Fraction(5)), QuantityTier(5, percent=Fraction(12))), goods),
        PercentOff(Fraction(rng.randint(5, 40)), goods, most_units=2),
    )
    asked: tuple[tuple[Condition, ...], ...] = (
        (),
        (MinimumSpend(rng.randrange(1_000, 3_000_000)),),
        (InSegment((f"segment {rng.randrange(10)}",)),),
    )
    return Promotion(
        f"m{i}",
        "USD",
        benefits[i % len(benefits)],
        asked[rng.randrange(3)],
        priority=rng.randrange(10),
        exclusive_group=category,
    )
