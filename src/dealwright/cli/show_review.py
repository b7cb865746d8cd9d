"""How reviews of promotions look in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dealwright.cli.review_words import REVIEW_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.core.money import exponent

if TYPE_CHECKING:
    from dealwright.app.review.promotion_review import Review, Reviews
    from dealwright.core.estimate import Estimate


def reviews(
    found: Reviews, files: Sequence[Path], *, most: int, currency: str, language: str, as_json: bool
) -> None:
    """The latest promotions, what all earned together and of what parts, and how many to repeat."""
    if as_json:
        print_json({**found.to_dict(), "currency": currency, "files": [str(path) for path in files]})
        return
    w, console, per_major = REVIEW_WORDS[language], open_console(), 10 ** exponent(currency)
    columns = ("product", "weeks", "offer", "sold", "extra", "profit", "naive", "verdict")
    title = w["title"].format(n=len(found.reviews), currency=currency)
    table = new_table(*(w[name] for name in columns), title=title)
    for review in found.reviews[:most]:
        table.add_row(*_row(review, w, per_major))
    console.print(table)
    if len(found.reviews) > most:
        console.print(w["more"].format(n=len(found.reviews) - most))
    counts = Counter(review.verdict for review in found.reviews)
    console.print(
        "",
        w["all"].format(profit=_span(found.profit, per_major), currency=currency, naive=found.naive / per_major),
        w["parts"].format(**_parts(found, per_major)),
        w["counts"].format(**{verdict: counts[verdict] for verdict in ("again", "smaller", "test", "stop")}),
        w["range"],
        sep="\n",
        highlight=False,
    )
    if not all(review.is_complete for review in found.reviews):
        console.print(w["open"], highlight=False)
    if found.n_costs_assumed:
        console.print(w["costs"].format(n=found.n_costs_assumed), highlight=False)
    if files:
        console.print(f"\n{w['files']} " + ", ".join(map(str, files)), highlight=False, soft_wrap=True)


def _row(review: Review, w: dict[str, str], per_major: int) -> list[str]:
    support = [w[name] for name, has in (("display", review.on_display), ("mailer", review.in_mailer)) if has]
    verdict = w[review.verdict]
    if review.smaller_depth is not None:
        verdict = verdict.format(depth=review.smaller_depth)
    return [
        f"{review.sku} {review.name}",
        f"{review.first} … {review.last:%m-%d}{'' if review.is_complete else '*'}",
        " + ".join([f"-{review.depth:.0%}", *support] if review.depth >= 0.005 else support),
        f"{review.sold:,.0f}",
        _span(review.uplift, 1),
        _span(review.profit, per_major),
        f"{review.naive / per_major:,.0f}",
        verdict,
    ]


def _parts(found: Reviews, per_major: int) -> dict[str, str]:
    names = found.reviews[0].parts
    return {name: f"{sum(review.parts[name].value for review in found.reviews) / per_major:,.0f}" for name in names}


def _span(estimate: Estimate, per: int) -> str:
    value, low, high = (number / per for number in (estimate.value, estimate.low, estimate.high))
    return f"{_whole(value)} ({_whole(low)} … {_whole(high)})"


def _whole(number: float) -> str:
    return f"{round(number) + 0:,}"  # never "-0"
