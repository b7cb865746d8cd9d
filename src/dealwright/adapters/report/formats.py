"""How numbers, money and days look in a language."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dealwright.adapters.report.words import Words
from dealwright.core.money import exponent

MINUS = "−"


@dataclass(frozen=True, slots=True)
class Formats:
    """Writes values in the language of `words`, money in `currency` (ISO 4217, or "" for bare numbers).

    >>> en = Formats(Words.of("en"), "USD")
    >>> en.money(1747.494), en.about(1747.494), en.percent(0.0709, 1)
    ('$1,747.49', '$1,750', '7.1%')
    >>> Formats(Words.of("zh"), "USD").money(-5.2)
    '−5.20 美元'
    """

    words: Words
    currency: str

    def number(self, value: float, digits: int = 0) -> str:
        """With thousands separators and a real minus sign; never "minus zero"."""
        text = f"{abs(value):,.{digits}f}"
        is_zero = not any(digit in text for digit in "123456789")
        return text if value >= 0 or is_zero else MINUS + text

    def units(self, value: float) -> str:
        """Pieces: whole, but one decimal below ten."""
        return self.number(value, 0 if abs(value) >= 9.95 or value == round(value) else 1)

    def percent(self, share: float, digits: int = 0) -> str:
        """A share as a percentage."""
        return f"{self.number(100 * share, digits)}%"

    def gap(self, share: float) -> str:
        """A proven gap, rounded up to a hundredth of a per cent: what was proven stays true."""
        return self.percent(max(math.ceil(round(share * 1e4, 6)), 1) / 1e4, 2 if share < 0.1 else 0)

    def money(self, major: float, digits: int | None = None) -> str:
        """An amount with its currency; as many decimals as the currency has unless told otherwise."""
        text = self.number(abs(major), self._decimals if digits is None else digits)
        sign = MINUS if major < 0 and any(digit in text for digit in "123456789") else ""
        pattern = self.words.find(f"currency.{self.currency}", amount=text)
        return sign + (pattern if pattern is not None else f"{text} {self.currency}".rstrip())

    def _span(self, low: str, high: str) -> str:
        """A currency that follows its amount is told once."""
        pattern = self.words.find(f"currency.{self.currency}", amount="") or f" {self.currency}".rstrip()
        return self.words.say("from_to", low=low.removesuffix(pattern), high=high)

    @property
    def _decimals(self) -> int:
        return exponent(self.currency) if self.currency else 2

    def about(self, major: float) -> str:
        """An estimate of money, to three significant digits."""
        return self.money(_significant(major), 0 if abs(major) >= 100 else None)

    def round_money(self, major: float) -> str:
        """An amount within a sentence: whole from ten on."""
        return self.money(major, 0 if abs(major) >= 9.995 else None)

    def span_of(self, low: float, high: float) -> str:
        """A range of money, both ends equally precise."""
        digits = 0 if max(abs(low), abs(high)) >= 9.995 else None
        return self._span(self.money(low, digits), self.money(high, digits))

    def about_span(self, low: float, high: float) -> str:
        """A range of money to three significant digits."""
        return self._span(self.about(low), self.about(high))

    def day(self, day: date) -> str:
        """A day with its year."""
        return self.words.say("date.day", d=day.day, m=self.month(day), y=day.year)

    def month(self, day: date) -> str:
        """The month's short name."""
        return self.words.say(f"date.months.m{day.month}")

    def short_day(self, day: date) -> str:
        """A day without its year."""
        return self.words.say("date.short", d=day.day, m=self.month(day))

    def days(self, first: date, last: date) -> str:
        """From `first` to `last`, both included; the year and the month are told once where they are shared.

        >>> Formats(Words.of("en"), "USD").days(date(2018, 1, 1), date(2018, 1, 28))
        '1 to 28 January 2018'
        """
        shared = "month" if first.month == last.month else "year"
        name = f"date.days_in_{shared}" if first.year == last.year else "date.days_over"
        names = {"m": self._full_month(first), "last_m": self._full_month(last)}
        return self.words.say(name, d=first.day, last=last.day, y=first.year, last_y=last.year, **names)

    def week(self, first: date) -> str:
        """The seven days from `first` on, without the year."""
        last = first + timedelta(days=6)
        if first.month == last.month:
            return self.words.say("date.week_in_month", d=first.day, last=last.day, m=self.month(first))
        return self.words.say("date.week_over", first=self.short_day(first), last=self.short_day(last))

    def _full_month(self, day: date) -> str:
        return self.words.say(f"date.full_months.m{day.month}")


def rounded_to_sum(values: Sequence[float], total: float, *, digits: int) -> list[float]:
    """`values` rounded so that they sum to `total` rounded; the largest remainders get the spare units.

    >>> rounded_to_sum([1.005, 1.005, 1.005], 3.015, digits=2)
    [1.01, 1.01, 1.0]
    """
    scale = 10**digits
    whole = [math.floor(value * scale) for value in values]
    spare = round(total * scale) - sum(whole)
    by_remainder = sorted(range(len(values)), key=lambda i: (whole[i] - values[i] * scale, i))
    for i in by_remainder[:spare]:
        whole[i] += 1
    return [units / scale for units in whole]


def _significant(value: float, digits: int = 3) -> float:
    if value == 0:
        return 0.0
    return round(value, digits - 1 - math.floor(math.log10(abs(value))))
