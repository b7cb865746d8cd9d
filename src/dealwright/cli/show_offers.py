"""How personal offers look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.offers_words import OFFERS_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_supply import tell_files
from dealwright.core.money import exponent

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from dealwright.app.recommend.allocate_offers import AllocatedOffers
    from dealwright.app.recommend.next_best_offer import NextOffers, OfferReason
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
    w, console, currency = OFFERS_WORDS[language], open_console(), found.currency
    sentences = _explained(explained, currency, w)
    if as_json:
        print_json({**document, "explained": sentences, "files": [str(path) for path in files]})
        return
    _given(document, console, w)
    cost, net = document["cost"], document["value"] - document["cost"]
    console.print(w["offers_net"].format(cost=cost, net=net, currency=currency), highlight=False)
    for sentence in sentences.values():
        console.print(sentence, highlight=False, markup=False)
    tell_files(console, files, w)


def _given(document: Mapping[str, Any], console: Console, w: Mapping[str, str]) -> None:
    currency, none = document["currency"], document["n_without_offer"]
    title = w["offers_title"].format(n=document["n_with_offer"], all=document["n_customers"], none=none)
    money = (w[name].format(currency=currency) for name in ("value_in", "cost_in"))
    table = new_table(w["offer_name"], w["n_given"], *money, title=title)
    for row in document["offers"]:
        table.add_row(row["offer"], f"{row['n']:,}", f"{row['value']:,.2f}", f"{row['cost']:,.2f}")
    table.add_row(w["no_offer"], f"{none:,}", "", "")
    table.add_section()
    total = (f"{document[name]:,.2f}" for name in ("value", "cost"))
    table.add_row(w["all_offers"], f"{document['n_customers']:,}", *total, style="bold")
    console.print(table, _limits(document["limits"], currency, w), highlight=False)
    value, bill = document["value_range"], document["bill"]
    console.print(
        w["offers_proof"].format(bound=document["bound"], gap=document["gap"], currency=currency),
        w["value_range"].format(**value) if value else w["no_value_range"],
        *([w["bill_range"].format(**bill)] if bill else []),
        w["optimistic"],
        sep="\n",
        highlight=False,
    )


def _limits(limits: Sequence[Mapping[str, Any]], currency: str, w: Mapping[str, str]) -> Table:
    price = w["limit_price"].format(currency=currency)
    table = new_table(w["limits_title"], w["used"], w["limit_bound"], price)
    for one in limits:
        used, bound = (
            "-" if n is None else w[f"unit.{one['unit']}"].format(n=n, currency=currency)
            for n in (one["used"], one["bound"])
        )
        sided = w["bound.least" if one["is_least"] else "bound.most"].format(bound=bound)
        table.add_row(one["label"], used, sided, "-" if one["price"] is None else f"{one['price']:,.2f}")
    return table


def _explained(explained: Mapping[str, Explanation], currency: str, w: Mapping[str, str]) -> dict[str, str]:
    """Sentences by customer, in major units."""
    per_major, told = 10 ** exponent(currency), {}
    for customer, one in explained.items():
        chosen, second = one.chosen, one.runner_up
        told[customer] = w["offer_why" if one.lead >= 0 else "offer_why_kept"].format(
            customer=customer,
            chosen=chosen.offer,
            value=chosen.value / per_major,
            cost=chosen.cost / per_major,
            left=chosen.left / per_major,
            currency=currency,
            second=second.offer,
            second_left=second.left / per_major,
        )
        if one.barred:
            told[customer] += " " + w["offers_barred"].format(names=", ".join(one.barred))
    return told


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
    w, console, currency = OFFERS_WORDS[language], open_console(), found.allocated.currency
    explanations = {customer: why for customer, (_, why) in told.items() if why is not None}
    sentences = _explained(explanations, currency, w)
    if as_json:
        explained = {
            customer: {"chosen": sentences.get(customer), "offers": [_document(one) for one in reasons]}
            for customer, (reasons, _) in told.items()
        }
        written = [str(path) for path in files]
        print_json({**found.to_dict(), "explained": explained, "files": written})
        return
    _given(found.to_dict(), console, w)
    console.print(w["next_left_out"].format(**found.to_dict()), w["next_read"], sep="\n", highlight=False)
    _known(found, assumed, console, w)
    for customer, (reasons, _) in told.items():
        said = sentences.get(customer) or w["next_nothing"].format(customer=customer)
        console.print(said, _weighed(customer, reasons, currency, w), sep="\n", highlight=False, markup=False)
    tell_files(console, files, w)


def _known(found: NextOffers, assumed: Estimate, console: Console, w: Mapping[str, str]) -> None:
    """What is known of the answer to offers, and what is assumed."""
    from dealwright.recommend.offers import Response

    known = new_table(w["offer_name"], w["response"])
    for one in found.terms:
        known.add_row(one.name, w[one.response.value])
    console.print(known)
    if any(one.response is Response.ASSUMED for one in found.terms):
        said = w["next_assumed"].format(value=assumed.value, low=assumed.low, high=assumed.high)
        console.print(said, highlight=False)
    if found.n_assumed_costs:
        console.print(w["next_costs"].format(n=found.n_assumed_costs, share=found.cost_share), highlight=False)


def _weighed(customer: str, reasons: Sequence[OfferReason], currency: str, w: Mapping[str, str]) -> Table:
    columns = (
        "chance_without",
        "chance_with",
        "extra_margin",
        "discount_on_extra",
        "discount_on_usual",
        "net_value",
    )
    title = w["next_why"].format(customer=customer, currency=currency)
    table = new_table(w["offer_name"], *(w[name] for name in columns), title=title)
    per_major = 10 ** exponent(currency)
    for one in reasons:
        parts = (one.extra_margin, one.discount_on_extra, one.discount_on_usual)
        net, low, high = (amount / per_major for amount in (one.net.value, one.net.low, one.net.high))
        table.add_row(
            one.offer,
            f"{one.chance_without:.1%}",
            f"{one.chance_with:.1%}",
            *(f"{part / per_major:+.3f}" for part in parts),
            f"{net:+.3f} ({low:+.3f} … {high:+.3f})",
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
