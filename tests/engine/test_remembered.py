"""What was decided about equal goods before is decided the same again, and told the same."""

from __future__ import annotations

from dataclasses import astuple
from fractions import Fraction
from random import Random

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Promotion
from dealwright.core.cart import Cart, LineItem
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffUnit
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.full_reduction import FullReduction, SpendTier
from dealwright.engine.benefits.nth_unit import NthUnit
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.benefits.quantity_tiers import QuantityTier, QuantityTiers
from dealwright.engine.conditions.quantity import MinimumQuantity
from dealwright.engine.conditions.shopper import InSegment
from dealwright.engine.conditions.spend import MinimumSpend
from dealwright.engine.evaluate import evaluate
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.index import Compiled, compile_promotions
from dealwright.engine.policy import Policy
from dealwright.engine.protocol import Benefit, Condition
from dealwright.engine.remembered import Name, Remembered
from till_carts import AT, a_promotion
from till_random import some_policy

SHELVES = ("tea", "milk", "rice")


class Counted(Remembered[object]):
    """Counts how often something was known."""

    def __init__(self) -> None:
        super().__init__()
        self.n_known = 0

    def get(self, name: Name) -> object | None:
        found = super().get(name)
        self.n_known += found is not None
        return found


def some_benefit(random: Random, goods: Items) -> Benefit:
    amount, percent = random.randint(1, 300), Fraction(random.randint(1, 60))
    benefits: tuple[Benefit, ...] = (
        PercentOff(percent, goods),
        PercentOff(percent, goods, most_units=2),
        PercentOff(percent, goods, cap_minor=amount),
        AmountOff(amount, goods),
        AmountOffUnit(amount, goods),
        AmountOffUnit(amount, goods, most_units=1),
        BuyGet(2, 1, goods, goods),
        FullReduction((SpendTier(300, amount), SpendTier(900, 2 * amount)), goods),
        QuantityTiers((QuantityTier(2, percent=percent), QuantityTier(4, percent=percent + 10)), goods),
        NthUnit(2, percent, goods),
    )
    return random.choice(benefits)


def some_shop(random: Random) -> list[Promotion]:
    """Exclusive groups by shelf, so that a contest is decided on each."""
    promotions = []
    for n in range(random.randint(3, 12)):
        shelf = random.choice(SHELVES)
        conditions: tuple[tuple[Condition, ...], ...] = (
            (),
            (MinimumSpend(random.randint(1, 2_000)),),
            (InSegment(("vip",)),),
            (MinimumQuantity(random.randint(1, 9)),),
        )
        goods = Items(categories=(shelf,))
        terms = random.choice(conditions)
        promotions.append(a_promotion(f"p{n}", some_benefit(random, goods), *terms, exclusive_group=shelf))
    return promotions


def some_cart(random: Random) -> Cart:
    shelves = random.choices(SHELVES, k=random.randint(1, 4))
    return Cart(
        "EUR",
        tuple(
            LineItem(f"{n}", shelf, random.randint(1, 4), random.choice((99, 250, 1_000)), categories=(shelf,))
            for n, shelf in enumerate(shelves)
        ),
    )


def told(cart: Cart, promotions: Compiled) -> tuple[object, ...]:
    found: Evaluation = evaluate(cart, promotions, at=AT)
    return astuple(found), found.total_minor


def test_whether_goods_were_seen_before_changes_nothing_of_what_is_given_and_told() -> None:
    random, n_known = Random(11), 0
    for _ in range(45):
        promotions, policy = some_shop(random), some_policy(random) if random.random() < 0.5 else Policy()
        seasoned, counted = compile_promotions(promotions, policy=policy), Counted()
        seasoned.remembered = counted
        for _ in range(20):
            cart = some_cart(random)
            assert told(cart, seasoned) == told(cart, compile_promotions(promotions, policy=policy))
        n_known += counted.n_known
    assert n_known > 150


def test_goods_with_a_floor_price_are_not_taken_for_equal_goods_without_one() -> None:
    compiled = compile_promotions(
        [
            a_promotion("half", PercentOff(Fraction(50), Items(categories=("tea",))), exclusive_group="g"),
            a_promotion("tenth", PercentOff(Fraction(10), Items(categories=("tea",))), exclusive_group="g"),
        ]
    )
    free, bound = (
        Cart("EUR", (LineItem("1", "TEA", 2, 500, categories=("tea",), floor_minor=floor),)) for floor in (0, 450)
    )
    assert [evaluate(cart, compiled, at=AT).total_minor for cart in (free, bound, free)] == [500, 900, 500]


def test_what_was_not_asked_for_is_forgotten_and_what_is_stays() -> None:
    remembered = Remembered[str](most=2)
    for n in range(5):
        remembered.keep((n,), str(n))
        assert remembered.get((0,)) == "0"
    assert remembered.get((1,)) is None


def test_what_comes_for_the_first_time_is_told_from_what_came_before() -> None:
    remembered = Remembered[str]()
    assert not remembered.has_come_before((1, 2))
    assert remembered.has_come_before((1, 2))
    assert not remembered.has_come_before((2, 1))


def test_names_that_came_once_are_forgotten_when_they_are_too_many() -> None:
    remembered = Remembered[str](most=2)
    assert [remembered.has_come_before((n,)) for n in (1, 2, 3, 1, 3)] == [False, False, False, False, True]
