"""What every part of the page draws on: the summary, the words, and a few lookups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from dealwright.adapters.report.formats import Formats
from dealwright.adapters.report.offers import mechanic_names
from dealwright.adapters.report.words import Words

_WEEK_OF = re.compile(r"week of (\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True)
class Source:
    """A summary of one run, to be told in the language of `words`."""

    summary: Mapping[str, Any]
    words: Words
    formats: Formats
    shop_name: str | None = None
    generated_on: date | None = None

    @classmethod
    def of(
        cls,
        summary: Mapping[str, Any],
        language: str,
        *,
        shop_name: str | None = None,
        generated_on: date | None = None,
    ) -> Source:
        """InputError if the language is unknown."""
        words = Words.of(language)
        return cls(summary, words, Formats(words, summary["currency"]), shop_name, generated_on)

    def say(self, name: str, **params: object) -> str:
        """The text called `name`."""
        return self.words.say(name, **params)

    @property
    def plan(self) -> Mapping[str, Any]:
        """The plan's part of the summary."""
        part: Mapping[str, Any] = self.summary["plan"]
        return part

    @property
    def promotions(self) -> list[dict[str, Any]]:
        """The plan's rows, the most profitable first."""
        rows: list[dict[str, Any]] = self.plan["promotions"]
        return rows

    @cached_property
    def mechanics(self) -> dict[str, str]:
        """What mechanics are called in the page's language, by their name in the plan."""
        return mechanic_names(self.summary, self.words.language)

    @cached_property
    def explanations(self) -> dict[str, dict[str, Any]]:
        """By promotion."""
        return {item["promotion_id"]: item for item in self.summary["explanations"]}

    @cached_property
    def outcomes(self) -> dict[str, dict[str, Any]]:
        """The simulated ways to run the weeks, by code."""
        return {item["code"]: item for item in self.summary["outcomes"]}

    @property
    def currency_name(self) -> str:
        """The currency in words, or its code."""
        currency = self.formats.currency
        return self.words.find(f"currency_name.{currency}") or currency

    @cached_property
    def weeks(self) -> tuple[date, ...]:
        """First days of the planned weeks."""
        return tuple(date.fromisoformat(week) for week in self.plan["weeks"])

    @cached_property
    def product_names(self) -> dict[str, str]:
        """By SKU, of all planned products."""
        known = self.summary["forecast"]["coefficients"]
        return {str(row["sku"]): row["name"] for row in (*known, *self.promotions)}

    @cached_property
    def assumed(self) -> dict[str, dict[str, Any]]:
        """What was assumed, by code."""
        return {item["code"]: item for item in self.summary["assumptions"]}

    @property
    def is_profit_assumed(self) -> bool:
        """Whether profit rests on an assumed cost, funding or support."""
        return not self.assumed.keys().isdisjoint({"cost", "funding", "support"})

    @property
    def is_spend_assumed(self) -> bool:
        """Whether spend rests on an assumed funding or support."""
        return not self.assumed.keys().isdisjoint({"funding", "support"})

    @property
    def is_stock_assumed(self) -> bool:
        """Whether the stock's course rests on assumed counts or arrivals."""
        return not self.assumed.keys().isdisjoint({"stock", "arrivals"})

    def cases(self, level: float) -> str:
        """How often an interval of that level holds, in words."""
        tenths = round(10 * level, 6)
        if tenths == int(tenths):
            return self.say("cases", n=int(tenths))
        return self.say("cases_percent", share=self.formats.percent(level))

    def place(self, label: str) -> str:
        """Where a limit binds, from the plan's label: a product, a category, a week or all of them."""
        if label == "all weeks":
            return self.say("place.all_weeks")
        week = _WEEK_OF.search(label)
        if week is None:
            return self.product(label)
        where = label[: week.start()].rstrip(", ")
        when = self.say("place.week", week=self.formats.week(date.fromisoformat(week.group(1))))
        return self.say("place.both", where=self.product(where), when=when) if where else when

    def product(self, sku: str) -> str:
        """A product by name and number; anything else as it is."""
        name = self.product_names.get(sku)
        return f"{name} ({sku})" if name and name != sku else sku
