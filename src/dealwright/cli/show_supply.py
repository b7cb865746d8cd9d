"""How orders, allocations and overstock look in a terminal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_plan import offer_name, span
from dealwright.cli.supply_words import SUPPLY_WORDS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from dealwright.app.supply.allocate_stock import StoreAllocation
    from dealwright.app.supply.clear_overstock import Overstock
    from dealwright.app.supply.order_stock import StockOrders

N_ROWS = 12

Row = Mapping[str, Any]
Words = Mapping[str, str]


def orders(found: StockOrders, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """The orders of the first day, promotions at risk, deals, what it saves, and what was assumed."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = SUPPLY_WORDS[language], open_console()
    _first_orders(console, document, w)
    if document["promotion_stock"]:
        console.print(_promotions(document["promotion_stock"], document["currency"], language))
        console.print(w["too_late"], "", sep="\n", highlight=False)
    if document["forward_buys"]:
        console.print(_deals(document["forward_buys"], w), "")
    missed = {name: span(document[key]) for name, key in (("usual", "lost_usual"), ("lost", "lost"))}
    console.print(
        w["missed_margin"].format(currency=document["currency"], saved=span(document["saved"]), **missed),
        w["in_8_of_10"],
        "",
        sep="\n",
        highlight=False,
    )
    console.print(f"[bold]{w['assumed']}[/bold]")
    for one in document["assumed"]:
        console.print("  - " + w[f"assumed_{one['code']}"].format(**one), highlight=False, markup=False)
    console.print(w["terms_remedy"], highlight=False)
    tell_files(console, files, w)


def tell_files(console: Console, files: Sequence[Path], w: Words) -> None:
    """Which files were written, if any."""
    if files:
        console.print(f"\n{w['files']} " + ", ".join(map(str, files)), highlight=False, soft_wrap=True)


def _first_orders(console: Console, document: Row, w: Words) -> None:
    rows = sorted(document["orders"], key=lambda row: (row["order_on"], -row["cost"], row["sku"]))
    if not rows:
        console.print(w["orders_none"], "", sep="\n")
        return
    currency, day = document["currency"], rows[0]["order_on"]
    first = [row for row in rows if row["order_on"] == day]
    title = w["orders_first"].format(day=day, n=len(first), cost=_cost(first), currency=currency)
    table = new_table(
        w["product"],
        w["units"],
        w["cost_in"].format(currency=currency),
        w["arrives"],
        w["covers_until"],
        w["asked"],
        w["promoted"],
        title=title,
    )
    for row in first[:N_ROWS]:
        table.add_row(
            row["name"],
            f"{row['units']:,}",
            f"{row['cost']:,.2f}",
            row["arrives_on"],
            row["covers_until"],
            f"{row['asked']:,.0f} ({row['asked_low']:,.0f} … {row['asked_high']:,.0f})",
            w["yes"] if row["is_promoted"] else "",
        )
    console.print(table)
    rest, later = first[N_ROWS:], rows[len(first) :]
    for key, some in (("orders_more", rest), ("orders_later", later)):
        if some:
            console.print(w[key].format(n=len(some), cost=_cost(some), currency=currency), highlight=False)
    console.print()


def _cost(rows: Sequence[Row]) -> float:
    return float(sum(row["cost"] for row in rows))


def _promotions(rows: Sequence[Row], currency: str, language: str) -> Table:
    w = SUPPLY_WORDS[language]
    table = new_table(
        w["product"],
        w["week"],
        w["offer"],
        w["asked"],
        w["risk_usual"],
        w["risk"],
        w["to_have"],
        w["because"],
        f"{w['left_and_missed']} ({currency})",
        title=w["promotion_risk"],
    )
    for row in rows[:N_ROWS]:
        table.add_row(
            row["name"],
            row["week"],
            offer_name(row["offer"], language),
            f"{row['asked']:,.0f} ({row['asked_low']:,.0f} … {row['asked_high']:,.0f})",
            f"{row['risk_usual']:.0%}",
            f"{row['risk']:.0%}",
            f"{row['to_have']:,.0f}",
            f"{row['because']:,.0f}",
            f"{row['cost']:,.2f} ({row['cost_low']:,.2f} … {row['cost_high']:,.2f})",
        )
    return table


def _deals(rows: Sequence[Row], w: Words) -> Table:
    table = new_table(
        w["product"],
        w["deal_cost"],
        w["units"],
        w["saving"],
        w["left_units"],
        w["break_even"],
        title=w["forward"],
    )
    for row in rows:
        if row["deal_cost"] is None:
            table.add_row(row["name"], "-", "0", w["no_buy"], "", "")
            continue
        weeks = row["break_even_weeks"]
        table.add_row(
            row["name"],
            f"{row['deal_cost']:,.2f} < {row['usual_cost']:,.2f}",
            f"{row['units']:,}",
            f"{row['saving']:,.2f} ({row['saving_low']:,.2f} … {row['saving_high']:,.2f})",
            f"{row['left']:,.0f} ({row['left_low']:,.0f} … {row['left_high']:,.0f})",
            "" if weeks is None else f"{weeks:,.1f}",
        )
    return table


def allocation(
    found: StoreAllocation, files: Sequence[Path], *, currency: str, language: str, as_json: bool
) -> None:
    """Units by store, most first."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "currency": currency, "files": [str(path) for path in files]})
        return
    w, console = SUPPLY_WORDS[language], open_console()
    rows = document["stores"]
    n_units = sum(row["units"] for row in rows)
    title = w["allocation_of"].format(
        units=n_units, name=document["name"], n=sum(row["units"] > 0 for row in rows), kept=document["kept"]
    )
    table = new_table(
        w["store"], w["on_hand"], w["sent"], w["will_sell"], f"{w['next_pack']} ({currency})", title=title
    )
    for row in rows[:N_ROWS]:
        table.add_row(
            row["store_id"],
            f"{row['on_hand']:,}",
            f"{row['units']:,}",
            f"{row['sold']:,.1f} ({row['sold_low']:,.0f} … {row['sold_high']:,.0f})",
            f"{row['next_pack']:,.2f}",
        )
    console.print(table)
    rest = [row for row in rows[N_ROWS:] if row["units"]]
    if rest:
        told = w["more_stores"].format(n=len(rest), units=sum(row["units"] for row in rest))
        console.print(told, highlight=False)
    value = document["value"]
    told = f"{value['value']:,.2f} ({value['low']:,.2f} … {value['high']:,.2f})"
    console.print(w["allocation_value"].format(value=told, currency=currency), highlight=False)
    if not document["n_counted"]:
        console.print(w["allocation_assumed"], highlight=False)
    tell_files(console, files, w)


def overstock(found: Overstock, files: Sequence[Path], *, currency: str, language: str, as_json: bool) -> None:
    """What is left by the day, and what to do with it."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "currency": currency, "files": [str(path) for path in files]})
        return
    w, console = SUPPLY_WORDS[language], open_console()
    if not document["products"]:
        console.print(w["nothing_over"].format(day=document["until"]), highlight=False)
    else:
        table = new_table(
            w["product"],
            w["on_hand"],
            w["left_range"],
            w["action"],
            f"{w['brings']} ({currency})",
            w["chance_better"],
            title=w["overstock_until"].format(day=document["until"]),
        )
        for row in document["products"][:N_ROWS]:
            is_kept = row["action"] == "keep"
            table.add_row(
                row["name"],
                f"{row['on_hand']:,.0f}",
                f"{row['left']:,.0f} ({row['left_low']:,.0f} … {row['left_high']:,.0f})",
                _action(row, w),
                "" if is_kept else f"{row['value']:,.2f} ({row['low']:,.2f} … {row['high']:,.2f})",
                "" if is_kept else f"{row['gain_probability']:.0%}",
            )
        console.print(table)
    if document["n_uncounted"]:
        console.print(w["not_counted"].format(n=document["n_uncounted"]), highlight=False)
    console.print(w["overstock_note"], highlight=False)
    tell_files(console, files, w)


def _action(row: Row, w: Words) -> str:
    depth = re.search(r"\d+%", row["words"])
    return w[row["action"]].format(depth=depth.group() if depth else "", units=f"{row['units']:,.0f}")
