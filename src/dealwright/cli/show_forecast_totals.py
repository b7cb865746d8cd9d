"""How forecasts of products, categories, stores and the whole shop look in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dealwright.cli.forecast_words import FORECAST_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.core.errors import InputError

if TYPE_CHECKING:
    from dealwright.app.demand.forecast_totals import Totals

N_NODES = 10
LEVELS = {False: ("total", "category", "sku"), True: ("total", "category", "store", "sku", "series")}
"""Which there are, by whether stores are told apart."""


def refuse_unknown_level(level: str | None, *, by_store: bool) -> None:
    """InputError if there is no such level; before anything is learnt."""
    if level is not None and level not in LEVELS[by_store]:
        raise InputError.unknown("level", level, LEVELS[by_store])


def totals(made: Totals, *, level: str | None, language: str, as_json: bool) -> None:
    """The largest nodes of every level, or all of one; and whether they agree."""
    if as_json:
        print_json(made.to_dict())
        return
    w, console = FORECAST_WORDS[language], open_console()
    table = new_table(w["level"], w["which"], *(str(week) for week in made.weeks), w["units"], w["range_of"])
    for name in LEVELS["store" in made.levels]:
        if level not in (None, name):
            continue
        nodes = made.levels[name]
        shown = nodes if level else nodes[:N_NODES]
        for number, node in enumerate(shown):
            table.add_row(
                w[f"level_{name}"].format(n=len(nodes)) if number == 0 else "",
                w["whole_shop"]
                if name == "total"
                else node.name
                if node.name == node.code
                else f"{node.name} ({node.code})",
                *(f"{week.value:,.0f}" for week in node.weekly),
                f"{node.units.value:,.0f}",
                f"{node.units.low:,.0f} … {node.units.high:,.0f}",
            )
        if len(nodes) > len(shown):
            rest = sum(node.units.value for node in nodes[len(shown) :])
            table.add_row(
                "", w["and_more"].format(n=len(nodes) - len(shown)), *("" for _ in made.weeks), f"{rest:,.0f}"
            )
        table.add_section()
    console.print(table)
    told = "agree_reconciled" if made.n_reconciled > 1 else "agree_added"
    console.print(
        w[told].format(gap=f"{made.largest_gap:.1g}"), w["no_promotion_assumed"], sep="\n", highlight=False
    )
