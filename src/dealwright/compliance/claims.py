"""What a text claims of a price, and whether it equals what can be worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from dealwright.compliance.finding import About, Evidence, Finding
from dealwright.compliance.profile import RuleName, Ruling
from dealwright.core.money import Money, exponent

ClaimKind = Literal["percent", "amount", "was", "lowest", "lowest_anywhere", "one_day", "units_left", "subsidy"]

_NUMBER = r"(\d+(?:[.,]\d+)?)"
_SIGN = r"\s*(?:[¥￥€$£]|CNY|EUR|USD)?\s*"
_UP_TO = re.compile(r"(?:up to|bis zu|最高|高达|至多)\s*\S{0,3}$", re.IGNORECASE)
_TEXTS: tuple[tuple[ClaimKind, str], ...] = (
    ("percent", _NUMBER + r"\s*[%％]"),
    ("subsidy", rf"(?:补贴|subsid(?:y|ised)(?: of| by)?){_SIGN}{_NUMBER}(?!\s*[%％\d])"),
    ("amount", rf"(?:立省|立减|直降|省|\bsave|\bspare){_SIGN}{_NUMBER}(?![\d.,]*\s*[%％折])"),
    ("was", rf"(?:原价|\bwas|\bstatt|\binstead of){_SIGN}{_NUMBER}"),
    ("lowest_anywhere", r"全网最低|\blowest price anywhere\b"),
    ("lowest", r"历史最低|(?<!全网)最低价|\blowest price(?: ever)?(?! anywhere)\b|\bbestpreis\b"),
    ("one_day", r"仅限今[天日]|今日限定|\btoday only\b|\bonly today\b|\bnur heute\b"),
    ("units_left", r"(?:仅剩|只剩|\bonly|\bnur noch)\s*(\d+)\s*(?:件|个|left\b|stück\b|da\b)"),
)
_PATTERNS = tuple((kind, re.compile(text, re.IGNORECASE)) for kind, text in _TEXTS)
_TENTHS = re.compile(r"(\d(?:\.\d)?|\d\d)\s*折")
_RULE_OF: Mapping[ClaimKind, RuleName] = {"units_left": "real_scarcity", "subsidy": "real_scarcity"}


@dataclass(frozen=True, slots=True)
class Claim:
    """`value` is in per cent, major units of money or units; 0 where the words say it all."""

    kind: ClaimKind
    text: str
    value: Fraction = Fraction(0)
    is_most: bool = False


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What is true of a promotion, a number per sku: empty or None is not known.

    `percents` and `amounts_minor` are counted from `bases_minor`, the prices that the law lets it be shown against.
    `is_lowest`: nothing cheaper is known of the shop. `subsidies_minor` are what somebody else pays of a unit.
    """

    currency: str
    percents: tuple[Fraction, ...] = ()
    amounts_minor: tuple[int, ...] = ()
    bases_minor: tuple[int, ...] = ()
    is_lowest: bool | None = None
    days: int | None = None
    units_left: int | None = None
    subsidies_minor: tuple[int, ...] = ()


def claims_in(text: str) -> tuple[Claim, ...]:
    """Everything a text claims of a price, in English, German or Chinese.

    >>> [(one.kind, int(one.value)) for one in claims_in("Tea 8.5折, was 9.00 EUR, only 3 left")]
    [('percent', 15), ('was', 9), ('units_left', 3)]
    """
    found = [(match.start(), _tenths(match)) for match in _TENTHS.finditer(text)]
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            value = Fraction(match[1].replace(",", ".")) if match.re.groups else Fraction(0)
            is_most = bool(_UP_TO.search(text[: match.start()]))
            found.append((match.start(), Claim(kind, match[0].strip(), value, is_most)))
    return tuple(claim for _, claim in sorted(found, key=lambda one: one[0]))


def check_claims(
    texts: Sequence[str], facts: ClaimFacts, rulings: Mapping[RuleName, Ruling], *, promotion_id: str = ""
) -> tuple[Finding, ...]:
    """One finding per claim whose rule is among `rulings`."""
    return tuple(_findings(texts, facts, rulings, promotion_id))


def _findings(
    texts: Sequence[str], facts: ClaimFacts, rulings: Mapping[RuleName, Ruling], promotion_id: str
) -> Iterator[Finding]:
    for claim in (claim for text in texts for claim in claims_in(text)):
        rule = _RULE_OF.get(claim.kind, "claims")
        if rule not in rulings:
            continue
        about, true = About(rule, rulings[rule], promotion_id), _truth(claim, facts)
        evidence = (Evidence("shown", text=claim.text), Evidence("ledger", text=true.told))
        if true.holds is None:
            yield about.found("claim_unproven", "warn", evidence, claim=claim.text)
        elif true.holds:
            yield about.found("claim_true", "allow", evidence, claim=claim.text, fact=true.told)
        else:
            yield about.found("claim_false", None, evidence, claim=claim.text, fact=true.told)


@dataclass(frozen=True, slots=True)
class _Truth:
    """Whether a claim holds (None: nobody can say), and what is true."""

    holds: bool | None
    told: str


def _truth(claim: Claim, facts: ClaimFacts) -> _Truth:
    match claim.kind:
        case "percent":
            bases = facts.bases_minor or (0,) * len(facts.percents)
            pairs = zip(facts.percents, bases, strict=True)
            return _numbers(claim, tuple(_said(one, claim.value, base) for one, base in pairs), "{}%")
        case "amount":
            return _money(claim, facts.amounts_minor, facts.currency)
        case "was":
            return _money(claim, facts.bases_minor, facts.currency)
        case "subsidy":
            least = min(facts.subsidies_minor, default=0)
            return _Truth(_minor(claim, facts.currency) <= least, str(Money(least, facts.currency)))
        case "lowest":
            return _Truth(facts.is_lowest, "the shop's own prices")
        case "lowest_anywhere":
            return _Truth(False, "prices of other shops are not known")
        case "one_day":
            return _Truth(None if facts.days is None else facts.days <= 1, f"{facts.days} days")
        case "units_left":
            return _Truth(
                None if facts.units_left is None else claim.value == facts.units_left, str(facts.units_left)
            )


def _money(claim: Claim, minors: tuple[int, ...], currency: str) -> _Truth:
    per_major = 10 ** exponent(currency)
    return _numbers(claim, tuple(Fraction(minor, per_major) for minor in minors), f"{{}} {currency}")


def _numbers(claim: Claim, true: tuple[Fraction, ...], form: str) -> _Truth:
    shown = ", ".join(form.format(f"{float(one):g}") for one in sorted(set(true))[:5])
    if not true:
        return _Truth(None, shown)
    meant = (max(true),) if claim.is_most else true
    return _Truth(all(one == claim.value for one in meant), shown)


def _said(percent: Fraction, claimed: Fraction, base_minor: int) -> Fraction:
    """The claim if it is true of this percentage: a part of a per cent may be left unsaid, never added.

    A price is whole in minor units, so it may miss the percentage by half of one.
    """
    rounding = Fraction(50, base_minor) if base_minor else Fraction(0)
    is_true = claimed - rounding <= percent < (claimed + 1 if claimed.denominator == 1 else claimed + rounding)
    return claimed if is_true or percent == claimed else percent


def _minor(claim: Claim, currency: str) -> Fraction:
    return claim.value * int(10 ** exponent(currency))


def _tenths(match: re.Match[str]) -> Claim:
    """8折, 8.5折 and 85折: what remains of the price, in tenths or hundredths."""
    said = match[1]
    remains = Fraction(said) if "." not in said and len(said) == 2 else Fraction(said) * 10
    return Claim("percent", match[0], 100 - remains)
