"""Limits on one price, as data: each with its sentence, its range, and a verdict on a price."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from dealwright.core.errors import InputError
from dealwright.core.verdict import MET, Verdict
from dealwright.price.given import refuse, wrong
from dealwright.price.ladder import Ladder
from dealwright.price.words import sentence


@dataclass(frozen=True, slots=True)
class Standing:
    """How a product stands today: price on the shelf, unit cost, days since its price last changed."""

    price_minor: int
    unit_cost_minor: int = 0
    days_unchanged: int = 10_000

    def __post_init__(self) -> None:
        refuse(
            wrong("price", self.price_minor, above=0),
            wrong("unit cost", self.unit_cost_minor, least=0),
            wrong("days unchanged", self.days_unchanged, least=0),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """Prices from `low` to `high`, both allowed."""

    low: float = 0.0
    high: float = math.inf


class PriceRule(Protocol):
    """A limit on the price of one product. `code` and `params` make its sentence (`price.words`)."""

    @property
    def code(self) -> str:
        """Which kind of limit."""
        ...

    def params(self) -> dict[str, object]:
        """What its sentence needs."""
        ...

    def span(self, now: Standing) -> Span:
        """The range it allows."""
        ...

    def fits(self, price: int) -> bool:
        """Whether the digits of `price` are allowed, whatever the range."""
        ...


class _AnyDigits:
    """A rule that only gives a range."""

    __slots__ = ()

    def fits(self, price: int) -> bool:
        """Always."""
        del price
        return True


@dataclass(frozen=True, slots=True)
class _AtLeast(_AnyDigits):
    """No price below `least` minor units; `told` is what a mistake calls the limit."""

    least: int
    told: ClassVar[str]

    def __post_init__(self) -> None:
        refuse(wrong(self.told, self.least, least=0))

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"least": self.least}

    def span(self, now: Standing) -> Span:
        """From the least price up."""
        del now
        return Span(low=self.least)


@dataclass(frozen=True, slots=True)
class Floor(_AtLeast):
    """No price below `least` minor units."""

    code: ClassVar[str] = "floor"
    told: ClassVar[str] = "the floor"


@dataclass(frozen=True, slots=True)
class AdvertisedMinimum(_AtLeast):
    """The supplier's minimum advertised price, in minor units."""

    code: ClassVar[str] = "advertised_minimum"
    told: ClassVar[str] = "the advertised minimum"


@dataclass(frozen=True, slots=True)
class Cap(_AnyDigits):
    """No price above `most` minor units."""

    most: int
    code: ClassVar[str] = "cap"

    def __post_init__(self) -> None:
        refuse(wrong("the cap", self.most, above=0))

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"most": self.most}

    def span(self, now: Standing) -> Span:
        """Up to the cap."""
        del now
        return Span(high=self.most)


@dataclass(frozen=True, slots=True)
class MarginFloor(_AnyDigits):
    """After cost, at least `share` of the price remains; 0 forbids selling below cost."""

    share: float
    code: ClassVar[str] = "margin_floor"

    def __post_init__(self) -> None:
        if not 0 <= self.share < 1:
            raise InputError(f"a margin floor is a share from 0 to below 1; given {self.share!r}")

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"share": f"{self.share:.1%}"}

    def span(self, now: Standing) -> Span:
        """From cost / (1 - share) up."""
        # A hair of slack, so that a price exactly on the floor is not lost to floating point.
        return Span(low=now.unit_cost_minor / (1 - self.share) - 1e-9)


@dataclass(frozen=True, slots=True)
class LargestChange(_AnyDigits):
    """At most `share` of today's price up or down."""

    share: float
    code: ClassVar[str] = "largest_change"

    def __post_init__(self) -> None:
        refuse(wrong("the largest change", self.share, least=0))

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"share": f"{self.share:.1%}"}

    def span(self, now: Standing) -> Span:
        """Around today's price."""
        return Span(now.price_minor * (1 - self.share) - 1e-9, now.price_minor * (1 + self.share) + 1e-9)


@dataclass(frozen=True, slots=True)
class CoolDown(_AnyDigits):
    """A price that changed less than `days` ago stays."""

    days: int
    code: ClassVar[str] = "cool_down"

    def __post_init__(self) -> None:
        refuse(wrong("the cool-down", self.days, least=0))

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"days": self.days}

    def span(self, now: Standing) -> Span:
        """Today's price only, while it cools."""
        return Span(now.price_minor, now.price_minor) if now.days_unchanged < self.days else Span()


@dataclass(frozen=True, slots=True)
class NoRise(_AnyDigits):
    """Today's price or less."""

    code: ClassVar[str] = "no_rise"

    def params(self) -> dict[str, object]:
        """Nothing."""
        return {}

    def span(self, now: Standing) -> Span:
        """Up to today's price."""
        return Span(high=now.price_minor)


@dataclass(frozen=True, slots=True)
class Step:
    """Prices are multiples of `every` minor units."""

    every: int
    code: ClassVar[str] = "step"

    def __post_init__(self) -> None:
        refuse(wrong("the step", self.every, above=0))

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"every": self.every}

    def span(self, now: Standing) -> Span:
        """Any."""
        del now
        return Span()

    def fits(self, price: int) -> bool:
        """Whether it divides."""
        return price % self.every == 0


@dataclass(frozen=True, slots=True)
class Ending:
    """Prices end in `digits`, such as "9" or "99"."""

    digits: str
    code: ClassVar[str] = "ending"

    def __post_init__(self) -> None:
        if not (self.digits.isascii() and self.digits.isdigit()):
            raise InputError(f"an ending is digits like '99'; given {self.digits!r}")

    def params(self) -> dict[str, object]:
        """What the sentence needs."""
        return {"ending": self.digits}

    def span(self, now: Standing) -> Span:
        """Any."""
        del now
        return Span()

    def fits(self, price: int) -> bool:
        """Whether it ends so."""
        return str(price).zfill(len(self.digits)).endswith(self.digits)


def check(rule: PriceRule, price: int, now: Standing) -> Verdict:
    """Whether `price` keeps the rule; if not, what it allows."""
    span = rule.span(now)
    if span.low <= price <= span.high and rule.fits(price):
        return MET
    allowed = _range(span) if not span.low <= price <= span.high else "other digits"
    return Verdict(False, rule.code, f"{price} breaks “{sentence(rule.code, rule.params())}”: needs {allowed}")


def violations(rules: Sequence[PriceRule], price: int, now: Standing) -> list[Verdict]:
    """The verdicts of all rules that `price` breaks; empty if it may stand on the shelf."""
    return [verdict for rule in rules if not (verdict := check(rule, price, now))]


def allowed(ladder: Ladder, rules: Sequence[PriceRule], now: Standing) -> Ladder:
    """The rungs that keep all rules.

    InputError if there is none: it names every pair of rules that exclude each other, or, if none do, what each
    rule leaves of the ladder.
    """
    kept = [price for price in ladder.prices if not violations(rules, price, now)]
    if kept:
        return Ladder(tuple(kept))
    clashes = _clashes(rules, now)
    if clashes:
        raise InputError(*clashes)
    raise InputError(_nothing_left(ladder, rules, now))


def _clashes(rules: Sequence[PriceRule], now: Standing) -> list[str]:
    """Every pair of which one demands more than the other allows."""
    spans = [(rule, rule.span(now)) for rule in rules]
    return [
        f"“{sentence(a.code, a.params())}” needs {_range(low)}, but “{sentence(b.code, b.params())}” needs "
        f"{_range(high)}; change one of them"
        for a, low in spans
        for b, high in spans
        if low.low > high.high
    ]


def _nothing_left(ladder: Ladder, rules: Sequence[PriceRule], now: Standing) -> str:
    counts = "; ".join(
        f"“{sentence(rule.code, rule.params())}” {sum(bool(check(rule, price, now)) for price in ladder.prices)}"
        for rule in rules
    )
    return (
        f"no rung of the ladder keeps all rules. Of {len(ladder.prices)} rungs each rule alone leaves: {counts}. "
        "Add rungs or relax a rule"
    )


def _range(span: Span) -> str:
    low, high = math.ceil(span.low), span.high
    if np.isinf(high):
        return f"at least {low}"
    return f"at most {math.floor(high)}" if low <= 0 else f"{low} to {math.floor(high)}"
