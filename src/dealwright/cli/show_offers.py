"""How personal offers look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dealwright.cli.offers_words import OFFERS_WORDS
from dealwright.cli.reach_words import REACH_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_supply import tell_files

if TYPE_CHECKING:
    from rich.table import Table

    from dealwright.app.allocate_offers import AllocatedOffers
    from dealwright.app.next_best_offer import NextOffers, OfferReason
    from dealwright.core.estimate import Estimate
    from dealwright.plan.personal.explain import Explanation


def allocation(
    found: AllocatedOffers,
    explained: Mapping[str, Explanation],
    files: Sequence[Path],
    *,
    language: str,
    as_json: bool,
) -> None:
    """How many get which offer, what limits it, how much better it could be, and why some got what they got."""
    document = found.to_dict()
    if as_json:
        told = {customer: str(one) for customer, one in explained.items()}
        print_json({**document, "explained": told, "files": [str(path) for path in files]})
        return
    w, console, currency = REACH_WORDS[language], open_console(), document["currency"]
    table = new_table(
        w["offer_name"],
        w["n_given"],
        w["value_in"].format(currency=currency),
        w["cost_in"].format(currency=currency),
        title=w["offers_title"].format(n=document["n_with_offer"], all=document["n_customers"]),
    )
    for row in document["offers"]:
        table.add_row(row["offer"], f"{row['n']:,}", f"{row['value']:,.2f}", f"{row['cost']:,.2f}")
    table.add_section()
    table.add_row(
        w["all_offers"],
        f"{document['n_with_offer']:,}",
        f"{document['value']:,.2f}",
        f"{document['cost']:,.2f}",
        style="bold",
    )
    limits = new_table(w["limits_title"], w["used"], w["limit_most"], w["limit_price"])
    for one in document["limits"]:
        limits.add_row(one["label"], f"{one['used']:,.0f}", f"{one['most']:,.0f}", f"{one['price']:,.3f}")
    console.print(table, limits, w["limit_unit"], sep="\n", highlight=False)
    console.print(
        w["offers_proof"].format(bound=document["bound"], gap=document["gap"], currency=currency),
        w["value_range"].format(**document["value_range"]) if document["value_range"] else w["no_value_range"],
        *([w["bill_range"].format(**document["bill"])] if document["bill"] else []),
        w["optimistic"],
        sep="\n",
        highlight=False,
    )
    for customer, one in explained.items():
        console.print(f"{customer}: {one}", highlight=False, markup=False)
    tell_files(console, files, w)


def next_offers(
    found: NextOffers,
    assumed: Estimate,
    told: Mapping[str, tuple[Sequence[OfferReason], Explanation | None]],
    files: Sequence[Path],
    *,
    language: str,
    as_json: bool,
) -> None:
    """The same for next best offers: how each effect is known, who was left out, and what offers do with some."""
    if as_json:
        explained = {
            customer: {"chosen": None if why is None else str(why), "offers": [_document(one) for one in reasons]}
            for customer, (reasons, why) in told.items()
        }
        written = [str(path) for path in files]
        print_json({**found.to_dict(), "explained": explained, "files": written})
        return
    from dealwright.recommend.offers import Response

    w, console = OFFERS_WORDS[language], open_console()
    explanations = {customer: why for customer, (_, why) in told.items() if why is not None}
    allocation(found.allocated, explanations, files, language=language, as_json=False)
    known = new_table(w["offer_name"], w["response"])
    for one in found.terms:
        known.add_row(one.name, w[one.response.value])
    console.print(known)
    console.print(w["next_left_out"].format(**found.to_dict()), w["next_read"], sep="\n", highlight=False)
    if any(one.response is Response.ASSUMED for one in found.terms):
        console.print(
            w["next_assumed"].format(value=assumed.value, low=assumed.low, high=assumed.high), highlight=False
        )
    if found.n_assumed_costs:
        console.print(w["next_costs"].format(n=found.n_assumed_costs, share=found.cost_share), highlight=False)
    for customer, (reasons, why) in told.items():
        if why is None:
            console.print(w["next_nothing"].format(customer=customer), highlight=False, markup=False)
        console.print(_weighed(customer, reasons, w))


def _weighed(customer: str, reasons: Sequence[OfferReason], w: Mapping[str, str]) -> Table:
    columns = (
        "chance_without",
        "chance_with",
        "extra_margin",
        "discount_on_extra",
        "discount_on_usual",
        "net_value",
    )
    table = new_table(
        w["offer_name"], *(w[name] for name in columns), title=w["next_why"].format(customer=customer)
    )
    for one in reasons:
        table.add_row(
            one.offer,
            f"{one.chance_without:.1%}",
            f"{one.chance_with:.1%}",
            *(f"{value:+.1f}" for value in (one.extra_margin, one.discount_on_extra, one.discount_on_usual)),
            f"{one.net.value:+.1f} ({one.net.low:+.1f} … {one.net.high:+.1f})",
        )
    return table


def _document(one: OfferReason) -> dict[str, object]:
    return {
        "offer": one.offer,
        "response": one.response.value,
        "chance_without": one.chance_without,
        "chance_with": one.chance_with,
        "extra_margin_minor": one.extra_margin,
        "discount_on_extra_minor": one.discount_on_extra,
        "discount_on_usual_minor": one.discount_on_usual,
        "net_minor": {"value": one.net.value, "low": one.net.low, "high": one.net.high},
    }
