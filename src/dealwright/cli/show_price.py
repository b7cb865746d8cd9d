"""How shelf prices look in a terminal: the best ones, those that clear stock, those the rules allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.price_words import PRICE_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_plan import span
from dealwright.cli.show_supply import tell_files

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from dealwright.app.prices.check_price_ladder import LadderCheck
    from dealwright.app.prices.mark_down import MarkdownPlan
    from dealwright.app.prices.set_prices import PriceList

N_ROWS = 15
MOVED = ("raised", "cut", "forced")
VERDICTS = (*MOVED, "best", "unsure")

Row = Mapping[str, Any]
Words = Mapping[str, str]


def prices(found: PriceList, files: Sequence[Path], *, in_detail: bool, language: str, as_json: bool) -> None:
    """What changes, what it brings, and what it rests on; `in_detail` shows prices that stay as well."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console, currency = PRICE_WORDS[language], open_console(), document["currency"]
    rows = [row for row in document["products"] if in_detail or row["verdict"] in MOVED]
    rows.sort(key=lambda row: -abs(row["gain"]))
    if rows:
        console.print(_changes(rows[:N_ROWS], currency, w, language))
    else:
        console.print(w["no_moves"])
    if len(rows) > N_ROWS:
        console.print(w["more_moves"].format(n=len(rows) - N_ROWS), highlight=False)
    counts = dict.fromkeys(VERDICTS, 0) | Counter(row["verdict"] for row in document["products"])
    basket = "basket_binds" if document["basket_price"] > 0 else "basket_free"
    console.print(
        "",
        w["counts"].format(**counts),
        w["gain_of_all"].format(gain=span(document["gain"]), currency=currency, n=document["n_weeks"]),
        w[basket].format(change=document["basket_change"], price=document["basket_price"], currency=currency),
        "",
        sep="\n",
        highlight=False,
    )
    console.print(f"[bold]{w['assumed']}[/bold]")
    if document["n_costs_assumed"]:
        console.print("  - " + w["assumed_costs"].format(n=document["n_costs_assumed"]), highlight=False)
    if document["n_prices_inferred"]:
        console.print("  - " + w["inferred_prices"].format(n=document["n_prices_inferred"]), highlight=False)
    console.print("  - " + w["regular_note"], highlight=False)
    tell_files(console, files, w)


def _changes(rows: Sequence[Row], currency: str, w: Words, language: str) -> Table:
    table = new_table(
        w["product"],
        w["today"],
        w["best"],
        w["units_a_week"],
        w["own_elasticity"],
        w["gain_in"].format(currency=currency),
        w["better_in"],
        w["held_by"],
        w["if_cost"],
        title=w["moves"],
    )
    for row in rows:
        moved = f"{row['new_price']:,.2f} ({row['new_price'] / row['price'] - 1:+.0%})"
        table.add_row(
            row["name"],
            f"{row['price']:,.2f}",
            moved if row["verdict"] in MOVED else w[f"verdict_{row['verdict']}"],
            f"{row['units_today']:,.0f} → {row['units_then']:,.0f}",
            f"{row['elasticity']:.2f} ({row['elasticity_low']:.2f} … {row['elasticity_high']:.2f})",
            f"{row['gain']:+,.0f} ({row['gain_low']:+,.0f} … {row['gain_high']:+,.0f})",
            f"{row['chance']:.0%}",
            _held(row, w, language),
            f"{row['price_if_cost_lower']:,.2f} / {row['price_if_cost_higher']:,.2f}",
        )
    return table


def _held(row: Row, w: Words, language: str) -> str:
    if not row["holds"]:
        return ""
    told = row["rule"] if language == "en" else row["rule_zh"]
    return f"{told}: " + w["rule_worth"].format(worth=row["worth"])


def markdown(found: MarkdownPlan, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """Prices week by week, what is left, and what it brings."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console, currency = PRICE_WORDS[language], open_console(), document["currency"]
    table = new_table(
        w["product"],
        w["prices_by_week"],
        w["holding"],
        w["left_then"],
        w["share_sold"],
        w["money_in"].format(currency=currency),
        w["against_holding"],
        title=w["markdown_title"].format(day=document["by"]),
    )
    for row in document["products"]:
        path = [week["price"] for week in document["weeks"] if week["sku"] == row["sku"]]
        table.add_row(
            row["name"],
            f"{row['price']:,.2f} → " + ", ".join(f"{price:,.2f}" for price in path),
            f"{row['left_if_held']:,.0f} / {row['stock']:,.0f}",
            f"{row['left']:,.0f} ({row['left_low']:,.0f} … {row['left_high']:,.0f})",
            f"{row['sold_share']:.0%}",
            f"{row['money']:,.2f} ({row['money_low']:,.2f} … {row['money_high']:,.2f})",
            f"{row['gain']:+,.2f} ({row['gain_low']:+,.2f} … {row['gain_high']:+,.2f})",
        )
    console.print(table)
    console.print(
        w["markdown_total"].format(
            value=span(document["value"]),
            gain=span(document["gain"]),
            bound=document["bound"],
            score=document["score"],
            currency=currency,
        ),
        highlight=False,
    )
    if document["not_believed"]:
        console.print(w["not_believed"].format(names=", ".join(document["not_believed"])), highlight=False)
    if document["n_costs_assumed"]:
        console.print(w["salvage_cost"].format(n=document["n_costs_assumed"]), highlight=False)
    console.print(w["sunk_note"], highlight=False)
    tell_files(console, files, w)


def ladder(found: LadderCheck, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """Prices that break a rule, relations that do not hold, and prices that follow from competitors'."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = PRICE_WORDS[language], open_console()
    rows = document["products"]
    breaking = [row for row in rows if row["breaks"]]
    if breaking:
        _print_breaking(console, breaking, len(rows), document["currency"], w)
    else:
        console.print(w["all_keep"].format(n=len(rows)), highlight=False)
    beside = [row for row in rows if row["proposed"] is not None]
    if beside:
        console.print(_beside(beside, w))
    if document["broken"]:
        from dealwright.price.words import sentence

        console.print(f"[bold]{w['broken_relations']}[/bold]")
        for one in document["broken"]:
            console.print("  - " + sentence(one["code"], one["params"], language), highlight=False, markup=False)
    if document["clashes"]:
        console.print(f"[bold]{w['clash']}[/bold]")
        for one in document["clashes"]:
            console.print(f"  - {one['sku']}: {one['why']}", highlight=False, markup=False)
    if document["n_prices_inferred"]:
        console.print(w["inferred_prices"].format(n=document["n_prices_inferred"]), highlight=False)
    tell_files(console, files, w)


def _print_breaking(console: Console, rows: Sequence[Row], n_all: int, currency: str, w: Words) -> None:
    table = new_table(
        w["product"], f"{w['today']} ({currency})", w["allowed_from_to"], w["breaks"], title=w["ladder_title"]
    )
    for row in rows[:N_ROWS]:
        table.add_row(
            row["name"],
            f"{row['price']:,.2f}",
            f"{row['lowest']:,.2f} … {row['highest']:,.2f} ({row['n_allowed']})",
            row["breaks"],
        )
    console.print(table, w["n_break"].format(n=len(rows), all=n_all), sep="\n", highlight=False)


def _beside(rows: Sequence[Row], w: Words) -> Table:
    table = new_table(
        w["product"], w["today"], w["competitors"], w["position_asks"], w["proposed"], title=w["competitor_title"]
    )
    for row in rows[:N_ROWS]:
        why = f" ({w['at_cost']})" if row["reason"] == "cost" else ""
        table.add_row(
            row["name"],
            f"{row['price']:,.2f}",
            row["competitors"],
            f"{row['asked']:,.2f}",
            f"{row['proposed']:,.2f}{why}",
        )
    return table
