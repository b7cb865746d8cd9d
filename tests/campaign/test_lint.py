"""Mistakes seen without a cart, on promotions made of the till's own terms."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest

from dealwright.campaign.items import Items
from dealwright.campaign.lint import lint, refuse_errors
from dealwright.campaign.lint_words import SENTENCES, SEVERITIES
from dealwright.campaign.promotion import Limits, Promotion, Term
from dealwright.campaign.schedule import Schedule, by_the_clock
from dealwright.core.errors import InputError
from dealwright.engine.benefits.amount_off import AmountOff, AmountOffUnit
from dealwright.engine.benefits.buy_get import BuyGet
from dealwright.engine.benefits.delivery import FreeDelivery
from dealwright.engine.benefits.fixed_price import FixedPrice
from dealwright.engine.benefits.full_reduction import EveryReduction, FullReduction, SpendTier
from dealwright.engine.benefits.percent_off import PercentOff
from dealwright.engine.benefits.quantity_tiers import QuantityTier, QuantityTiers
from dealwright.engine.conditions.circumstance import InChannel, Within
from dealwright.engine.conditions.quantity import MaximumQuantity, MinimumQuantity
from dealwright.engine.conditions.shopper import NewCustomer, OrderNumber
from dealwright.engine.conditions.spend import MaximumSpend, MinimumSpend

TEN = PercentOff(Fraction(10))
ALL = PercentOff(Fraction(100))


def a(benefit: Term = TEN, **given: Any) -> Promotion:
    return Promotion(**{"id": "a", "currency": "EUR", "benefit": benefit, **given})


def codes(*promotions: Promotion, at: datetime | None = None) -> list[str]:
    return [f"{one.promotion_id}: {one.code}" for one in lint(promotions, at=at)]


@pytest.mark.parametrize(
    ("promotion", "code"),
    [
        # Schedules
        (a(schedule=by_the_clock("2026-11-11", "2026-11-10", zone="UTC")), "ends_before_start"),
        (a(schedule=by_the_clock("2026-11-11T10:00", "2026-11-11T10:00", zone="UTC")), "ends_before_start"),
        (a(schedule=by_the_clock("2026-11-23", "2026-11-24", zone="UTC", weekdays=(6,))), "never_open"),
        (a(conditions=(Within(by_the_clock("2026-11-24", "2026-11-23", zone="UTC")),)), "ends_before_start"),
        # Fat fingers
        (a(ALL), "gives_everything"),
        (a(ALL, conditions=(MinimumSpend(0),)), "gives_everything"),
        (a(ALL, conditions=(InChannel(("app",)),)), "gives_everything"),
        (a(ALL, code="FREE"), "gives_everything"),
        (a(FixedPrice(0)), "gives_everything"),
        (a(AmountOff(500)), "free_without_minimum"),
        (a(AmountOff(500), code="SAVE5"), "free_with_code"),
        (a(AmountOffUnit(500)), "free_without_minimum"),
        (a(AmountOff(5000), conditions=(MinimumSpend(5000),)), "free_at_threshold"),
        (a(AmountOff(5000), conditions=(MinimumSpend(5000),), limits=Limits(total=1)), "free_at_threshold_limited"),
        (a(FullReduction((SpendTier(10_000, 100_000),))), "free_at_threshold"),
        (a(EveryReduction(3000, 3000)), "free_at_threshold"),
        (a(PercentOff(Fraction(50))), "deep_without_budget"),
        (a(ALL, conditions=(MinimumSpend(5000),)), "deep_without_budget"),
        (a(ALL, limits=Limits(per_customer=1)), "deep_without_budget"),
        (a(PercentOff(Fraction(0))), "gives_nothing"),
        (a(AmountOff(0), conditions=(MinimumSpend(1000),)), "gives_nothing"),
        (a(AmountOff(500), conditions=(MinimumSpend(10**12),)), "threshold_out_of_reach"),
        # Tiers
        (a(FullReduction((SpendTier(2000, 200), SpendTier(1000, 100)))), "tiers_not_ascending"),
        (a(FullReduction((SpendTier(1000, 100), SpendTier(1000, 200)))), "tier_twice"),
        (a(FullReduction((SpendTier(1000, 300), SpendTier(2000, 200)))), "tier_worth_less"),
        (a(QuantityTiers((QuantityTier(2, Fraction(20)), QuantityTier(3, Fraction(10))))), "tier_worth_less"),
        (
            a(QuantityTiers((QuantityTier(2, unit_price_minor=90), QuantityTier(3, unit_price_minor=95)))),
            "tier_worth_less",
        ),
        (
            a(FullReduction((SpendTier(1000, 100), SpendTier(2000, 200))), conditions=(MinimumSpend(2000),)),
            "tier_below_minimum",
        ),
        # Limits
        (a(limits=Limits(total=0)), "limit_allows_nothing"),
        (a(AmountOff(500), limits=Limits(budget_minor=499)), "budget_below_discount"),
        (a(funded_percent=50), "funded_without_budget"),
        (a(limits=Limits(per_code=1)), "code_limit_without_code"),
        # Contradictions
        (a(PercentOff(Fraction(10), Items(skus=("T",), not_skus=("T",)))), "items_contradict"),
        (a(conditions=(MinimumSpend(1, Items(least_price_minor=2, most_price_minor=1)),)), "items_contradict"),
        (a(conditions=(MinimumSpend(2000), MaximumSpend(1000))), "conditions_contradict"),
        (a(conditions=(MinimumQuantity(3), MaximumQuantity(2))), "conditions_contradict"),
        (a(conditions=(NewCustomer(), OrderNumber(2))), "conditions_contradict"),
        # Groups
        (a(exclusive_group="autum"), "group_of_one"),
    ],
)
def test_one_mistake_gives_one_remark(promotion: Promotion, code: str) -> None:
    assert codes(promotion) == [f"a: {code}"]


@pytest.mark.parametrize(
    "promotion",
    [
        a(),
        a(ALL, limits=Limits(total=100)),
        a(ALL, batch="birthday"),
        a(BuyGet(2, 1)),
        a(FreeDelivery(), layer="delivery"),
        a(AmountOff(500), conditions=(MinimumSpend(5000),)),
        a(PercentOff(Fraction(60)), limits=Limits(budget_minor=1000)),
        a(FullReduction((SpendTier(1000, 100), SpendTier(2000, 250)))),
        a(QuantityTiers((QuantityTier(2, Fraction(10)), QuantityTier(3, Fraction(20))))),
        a(QuantityTiers((QuantityTier(2, unit_price_minor=95), QuantityTier(3, unit_price_minor=90)))),
        a(schedule=by_the_clock("2026-11-23", "2026-11-23", zone="UTC", hours=("18:00-20:00",))),
        a(conditions=(MinimumSpend(1000), MaximumSpend(1000))),
    ],
)
def test_a_sound_promotion_gives_no_remark(promotion: Promotion) -> None:
    assert codes(promotion) == []


def test_an_id_that_is_there_twice_is_told_once() -> None:
    assert codes(a(), a()) == ["a: id_twice"]


def test_codes_clash_if_they_hold_at_the_same_time_whatever_their_capitals() -> None:
    spring = by_the_clock("2026-03-01", "2026-05-31", zone="UTC")
    summer = by_the_clock("2026-06-01", "2026-08-31", zone="UTC")
    first, second = a(code="Tea", schedule=spring), a(id="b", code="TEA", schedule=spring)
    assert codes(first, second) == ["b: code_clash"]
    assert codes(first, replace(second, schedule=summer)) == []


def test_a_group_of_two_currencies_is_two_groups() -> None:
    assert codes(a(exclusive_group="g"), a(id="b", exclusive_group="g", currency="CNY", benefit=BuyGet(2, 1))) == [
        "a: group_mixes_currencies"
    ]


def test_a_promotion_is_shadowed_by_one_that_excludes_it_and_always_gives_more() -> None:
    strong = a(PercentOff(Fraction(20)), is_exclusive=True)
    weak = a(id="b")
    tea = a(PercentOff(Fraction(10), Items(categories=("tea",))), id="c")
    assert codes(strong, weak, tea) == ["b: shadowed", "c: shadowed"]
    for other in (
        replace(strong, is_exclusive=False),
        replace(strong, conditions=(MinimumSpend(1),)),
        replace(strong, code="X"),
        replace(strong, limits=Limits(total=1)),
        replace(strong, schedule=by_the_clock("2026-11-11", zone="UTC")),
        replace(strong, benefit=PercentOff(Fraction(20), cap_minor=100)),
        replace(strong, benefit=PercentOff(Fraction(5))),
        replace(strong, benefit=PercentOff(Fraction(20), Items(categories=("tea",)))),
        replace(strong, lane=1),
    ):
        assert "b: shadowed" not in codes(other, weak)


def test_what_is_over_is_told_only_if_the_time_is_known() -> None:
    over = a(schedule=Schedule(end=datetime(2026, 1, 1, tzinfo=UTC)))
    assert codes(over) == []
    assert codes(over, at=datetime(2026, 1, 1, tzinfo=UTC)) == ["a: is_over"]


def test_a_remark_is_a_sentence_and_a_remedy_in_two_languages() -> None:
    (remark,) = lint([a(EveryReduction(3000, 30_000))])
    assert remark.severity == "error"
    assert remark.sentence == "who spends 30.00 EUR gets 300.00 EUR off and pays nothing, and no limit stops it"
    assert remark.remedy == "check the two amounts; if they are meant, set a limit or a budget"
    (chinese,) = lint([a(EveryReduction(3000, 30_000))], language="zh")
    assert chinese.sentence == "满 30.00 EUR 减 300.00 EUR,等于免单,且没有限制"


def test_every_code_has_words_in_every_language() -> None:
    for words in SENTENCES.values():
        assert set(words) == set(SEVERITIES)


def test_errors_refuse_promotions_and_warnings_do_not() -> None:
    refuse_errors([a(PercentOff(Fraction(50)))])
    with pytest.raises(InputError, match="promotion 'a': it gives goods away entirely"):
        refuse_errors([a(ALL)])


def test_ten_thousand_promotions_are_judged_within_seconds() -> None:
    many = [a(id=f"p{i}", is_exclusive=i % 100 == 0) for i in range(10_000)]
    started = datetime.now(UTC)
    assert lint(many)
    assert datetime.now(UTC) - started < timedelta(seconds=10)


def test_buy_one_get_one_free_and_a_plain_voucher_can_be_put_to_the_till() -> None:
    one_free = a(BuyGet(1, 1))
    voucher = a(AmountOff(500), id="b", code="SAVE5")
    refuse_errors((one_free, voucher))
    assert codes(one_free, voucher) == ["b: free_with_code"]
