"""How personal offers look in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dealwright.cli.reach_words import REACH_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_supply import tell_files

if TYPE_CHECKING:
    from dealwright.app.allocate_offers import AllocatedOffers
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
