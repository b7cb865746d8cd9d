from __future__ import annotations

from datetime import date

import pytest

from dealwright.adapters.report.formats import Formats, rounded_to_sum
from dealwright.adapters.report.words import Words

EN, ZH = (Formats(Words.of(language), "USD") for language in ("en", "zh"))


@pytest.mark.parametrize(
    ("currency", "english", "chinese"),
    [
        ("USD", "$1,747.49", "1,747.49 美元"),
        ("CNY", "¥1,747.49", "¥1,747.49"),
        ("JPY", "JP¥1,747", "1,747 日元"),
        ("CHF", "1,747.49 CHF", "1,747.49 CHF"),
        ("KWD", "1,747.494 KWD", "1,747.494 KWD"),
    ],
)
def test_money_is_written_as_its_currency_is(currency: str, english: str, chinese: str) -> None:
    assert Formats(Words.of("en"), currency).money(1747.494) == english
    assert Formats(Words.of("zh"), currency).money(1747.494) == chinese


def test_a_loss_has_a_minus_before_the_currency_and_nothing_is_minus_nothing() -> None:
    assert EN.money(-5.2) == "−$5.20"
    assert EN.money(-0.001) == "$0.00"
    assert EN.number(-0.4) == "0"


def test_an_estimate_claims_no_more_than_three_digits() -> None:
    assert [EN.about(value) for value in (1747.49, 85.495, 3.353, 0.0)] == ["$1,750", "$85.50", "$3.35", "$0.00"]


def test_a_currency_that_follows_its_amount_is_told_once_in_a_range() -> None:
    assert EN.span_of(-2.0, 21.4) == "−$2 to $21"
    assert ZH.span_of(-2.0, 21.4) == "−2 至 21 美元"
    assert Formats(Words.of("en"), "CHF").span_of(1.0, 2.0) == "1.00 to 2.00 CHF"
    assert Formats(Words.of("en"), "").span_of(1.0, 2.0) == "1.00 to 2.00"


def test_a_proven_gap_is_rounded_up_so_that_it_stays_proven() -> None:
    assert [EN.gap(share) for share in (0.0, 8e-6, 0.00012, 0.05)] == ["0.01%", "0.01%", "0.02%", "5.00%"]


def test_units_have_a_decimal_only_where_it_matters() -> None:
    assert [EN.units(value) for value in (3.26, 4.0, 9.96, 1234.5)] == ["3.3", "4", "10", "1,234"]


@pytest.mark.parametrize(
    ("first", "last", "english", "chinese"),
    [
        (date(2018, 1, 1), date(2018, 1, 28), "1 to 28 January 2018", "2018年1月1日至28日"),
        (date(2018, 1, 29), date(2018, 2, 25), "29 January to 25 February 2018", "2018年1月29日至2月25日"),
        (
            date(2017, 12, 25),
            date(2018, 1, 21),
            "25 December 2017 to 21 January 2018",
            "2017年12月25日至2018年1月21日",
        ),
    ],
)
def test_days_share_their_month_and_year(first: date, last: date, english: str, chinese: str) -> None:
    assert EN.days(first, last) == english
    assert ZH.days(first, last) == chinese


def test_the_same_month_of_another_year_is_not_the_same_month() -> None:
    assert EN.days(date(2017, 1, 2), date(2018, 1, 7)) == "2 January 2017 to 7 January 2018"


def test_a_week_is_its_first_and_last_day() -> None:
    assert (EN.week(date(2018, 1, 1)), ZH.week(date(2018, 1, 1))) == ("1–7 Jan", "1月1–7日")
    assert (EN.week(date(2018, 1, 29)), ZH.week(date(2018, 1, 29))) == ("29 Jan – 4 Feb", "1月29日–2月4日")


def test_rounded_parts_sum_to_the_rounded_whole() -> None:
    parts = [0.333, 0.333, 0.334, -0.5]
    rounded = rounded_to_sum(parts, sum(parts), digits=2)
    assert round(sum(rounded), 10) == 0.5
    assert rounded == [0.33, 0.33, 0.34, -0.5]
    assert rounded_to_sum([1.4, 1.4, -0.3], 2.5, digits=0) == [1.0, 1.0, 0.0]
