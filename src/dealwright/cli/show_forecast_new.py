"""How the forecast of products without history looks in a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dealwright.cli.forecast_words import FORECAST_WORDS
from dealwright.cli.screen import new_table, open_console, print_json

if TYPE_CHECKING:
    from dealwright.app.demand.forecast_new_products import NewProducts, Similar


def products(made: NewProducts, *, currency: str, language: str, as_json: bool) -> None:
    """A row per product and week; whom it is like; and what the numbers rest on."""
    if as_json:
        print_json({"currency": currency, **made.to_dict()})
        return
    w, console = FORECAST_WORDS[language], open_console()
    table = new_table(
        w["product"], w["category"], f"{w['price']} ({currency})", w["week"], w["units"], w["range_of"]
    )
    for product in made.products:
        for number, (week, units) in enumerate(zip(made.weeks, product.units, strict=True)):
            named = (f"{product.name} ({product.sku})", product.category, f"{product.price:,.2f}")
            table.add_row(
                *(named if number == 0 else ("", "", "")),
                str(week),
                f"{units.value:,.1f}",
                f"{units.low:,.0f} … {units.high:,.0f}",
            )
        table.add_section()
    console.print(table)
    similar = new_table(
        w["product"], w["most_similar"], f"{w['price']} ({currency})", w["sells_a_week"], w["in_common"]
    )
    for product in made.products:
        for one in product.similar:
            similar.add_row(
                product.sku, f"{one.name} ({one.sku})", f"{one.price:,.2f}", f"{one.sells:,.1f}", _common(one, w)
            )
    console.print(similar)
    console.print(
        w["new_rests_on"].format(n=f"{made.n_learnt_from:,}", coverage=f"{made.coverage:.0%}"),
        w["new_assumed"],
        sep="\n",
        highlight=False,
    )


def _common(one: Similar, w: Mapping[str, str]) -> str:
    """What both have in common, as "category, brand"."""
    return ", ".join(w[f"attribute_{name.partition('=')[0]}"] for name in one.shared) or "-"
