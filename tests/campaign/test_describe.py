"""A promotion as the shop would say it, in both languages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from dealwright.campaign.describe import describe
from dealwright.campaign.promotion import Limits, Promotion
from dealwright.campaign.schedule import by_the_clock
from terms_of_tests import Off, Spend

TEA = Promotion(
    "tea",
    "EUR",
    Off(Fraction(10)),
    conditions=(Spend(3000), Spend(4000)),
    code="TEA",
    schedule=by_the_clock(
        "2026-11-01", "2026-11-11", zone="Asia/Shanghai", weekdays=(4, 0), hours=("18:00-20:00",)
    ),
    limits=Limits(total=1000, per_customer=1, per_customer_days=7, budget_minor=100_000),
    is_exclusive=True,
    funded_percent=30,
)


def test_everything_that_matters_is_in_one_sentence() -> None:
    assert describe(TEA) == (
        "10% off, if 30.00 EUR is spent and 40.00 EUR is spent, with the code TEA, on Monday, Friday, "
        "at 18:00-20:00, from 2026-11-01, to the end of 2026-11-11 (Asia/Shanghai), at most 1,000 uses, "
        "at most 1 per customer in 7 days, at most 1,000.00 EUR given in all, "
        "not together with any other promotion, the platform pays 30% of it."
    )


def test_it_says_the_same_in_chinese() -> None:
    assert describe(TEA, "zh") == (
        "便宜 10%,条件:30.00 EUR 起且40.00 EUR 起,凭口令 TEA,每周一、周五,18:00-20:00,自 2026-11-01 起,"
        "至 2026-11-11 当天结束(Asia/Shanghai),限 1,000 次,每人 7 天内限 1 次,优惠总额不超过 1,000.00 EUR,"
        "不与其他活动同享,平台承担 30%。"
    )


def test_what_is_as_usual_is_not_said() -> None:
    assert describe(Promotion("a", "EUR", Off(Fraction(10)))) == "10% off."


def test_an_end_at_a_time_is_not_the_end_of_the_day() -> None:
    at_eight = replace(
        TEA, conditions=(), schedule=by_the_clock(end="2026-11-11T20:00", zone="UTC"), limits=Limits()
    )
    assert "until 2026-11-11 20:00 (UTC)" in describe(at_eight)
