"""Why a promotion is in the plan, in one sentence of a language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dealwright.adapters.report.formats import Formats
from dealwright.adapters.report.offers import OfferName
from dealwright.adapters.report.words import Words

CLEARLY_BETTER = 1.01
"""An alternative is called better if it would earn at least so many times the profit."""


def reason(
    row: Mapping[str, Any],
    explanation: Mapping[str, Any] | None,
    language: str,
    *,
    currency: str = "",
    mechanics: Mapping[str, str] | None = None,
) -> str:
    """What the promotion does and what it earns.

    `row` is one of the plan's promotions and `explanation` the entry of the same `promotion_id`, both as the
    summary holds them; without an explanation the funding's share and the alternatives go untold. Money is
    written in `currency`, or as bare numbers; `mechanics` says what they are called (see `mechanic_names`). Raises
    InputError on an unknown language.

    >>> row = {"offer": "display", "baseline": 10.0, "uplift": 15.0, "cannibalised": 2.0, "pulled_forward": 0.0,
    ...        "depth": 0.0, "support": 5.0, "profit": 12.0, "profit_low": 8.0, "profit_high": 17.0}
    >>> reason(row, None, "en")
    'Shown on display, it sells about 2.5 times its usual 10 units; similar products sell 2 fewer; display
    costs 5.00; it earns 12 (8 to 17).'
    """
    words = Words.of(language)
    formats = Formats(words, currency)
    offer = OfferName.read(row["offer"], mechanics)
    parts = [_sells(row, offer, words, formats)]
    parts += _funding(explanation, words, formats)
    parts += _lost(row, words, formats)
    if row["support"] >= 0.005:
        name = "mechanic" if offer.mechanic else "_".join(_vehicles(offer))
        parts.append(words.say(f"why.support.{name}", cost=formats.money(row["support"])))
    parts.append(
        words.say(
            "why.earns",
            profit=formats.round_money(row["profit"]),
            span=formats.span_of(row["profit_low"], row["profit_high"]),
        )
    )
    parts += _alternative(row, explanation, words, formats, mechanics)
    return words.say("why.joint").join(parts) + words.say("why.stop")


def _vehicles(offer: OfferName) -> list[str]:
    return ["display"] * offer.on_display + ["mailer"] * offer.in_mailer


def _sells(row: Mapping[str, Any], offer: OfferName, words: Words, formats: Formats) -> str:
    off = offer.told(words).split(" + ")[0]
    how = words.say(f"why.how.{offer.code}", percent=offer.percent, off=off, mechanic=offer.mechanic)
    usual, sold = row["baseline"], row["baseline"] + row["uplift"]
    if usual < 0.5:
        return how + words.say("why.sells_new", units=formats.units(sold))
    if sold / usual < 1.15:
        return how + words.say("why.sells_more", extra=formats.units(row["uplift"]), usual=formats.units(usual))
    return how + words.say("why.sells", times=formats.number(sold / usual, 1), usual=formats.units(usual))


def _funding(explanation: Mapping[str, Any] | None, words: Words, formats: Formats) -> Iterator[str]:
    if explanation is None:
        return
    part = {item["code"]: item["value"] for item in explanation["parts"]}
    given = -part.get("discount_on_usual_units", 0.0) - part.get("discount_on_extra_units", 0.0)
    if given < 0.005:
        return
    share = part.get("supplier_funding", 0.0) / given
    if share < 0.005:
        yield words.say("why.funded.none")
    elif share > 0.995:
        yield words.say("why.funded.all")
    elif abs(share - 0.5) < 0.005:
        yield words.say("why.funded.half")
    else:
        yield words.say("why.funded.share", share=formats.percent(share))


def _lost(row: Mapping[str, Any], words: Words, formats: Formats) -> Iterator[str]:
    if row["cannibalised"] >= 0.5:
        yield words.say("why.neighbours", units=formats.number(row["cannibalised"]))
    if row["pulled_forward"] >= 0.5:
        yield words.say("why.next_week", units=formats.number(row["pulled_forward"]))


def _alternative(
    row: Mapping[str, Any],
    explanation: Mapping[str, Any] | None,
    words: Words,
    formats: Formats,
    mechanics: Mapping[str, str] | None,
) -> Iterator[str]:
    best = next(iter(explanation["alternatives"]), None) if explanation else None
    if best is None or best["profit"] <= 0:
        return
    is_better = best["profit"] > CLEARLY_BETTER * row["profit"]
    offer = OfferName.read(best["offer"], mechanics).told(words)
    yield words.say(
        "why.better_alternative" if is_better else "why.alternative",
        offer=offer[0].lower() + offer[1:],
        profit=formats.round_money(best["profit"]),
    )
