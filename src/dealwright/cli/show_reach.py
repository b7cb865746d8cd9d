"""How a split of marketing money looks in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.reach_words import REACH_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_plan import span
from dealwright.cli.show_supply import tell_files

if TYPE_CHECKING:
    from dealwright.app.reach.split_reach import ReachPlan


def split(found: ReachPlan, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """A row per channel, what it brings, and how sure that is."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console, currency = REACH_WORDS[language], open_console(), document["currency"]
    table = new_table(
        w["channel"],
        w["until_now"],
        w["proposed"],
        w["best_range"],
        w["brings"],
        w["next_unit"].format(currency=currency),
        w["at_most"],
        w["chance_any"],
        title=w["split_title"].format(budget=document["budget_a_week"], currency=currency),
    )
    for row in document["channels"]:
        table.add_row(
            row["channel"],
            f"{row['until_now']:,.2f}",
            f"{row['spend']:,.2f}",
            f"{row['spend_low']:,.0f} … {row['spend_high']:,.0f}",
            _ranged(row, "brings", ",.0f"),
            _ranged(row, "next_unit", ",.2f"),
            f"{row['most']:,.0f}",
            f"{row['chance']:.0%}",
        )
    console.print(table)
    kept = document["budget_a_week"] - document["spent"]
    is_spent = kept < 0.005
    console.print(
        w["net"].format(net=span(document["net"]), gain=span(document["gain"]), currency=currency),
        w["spent_all"].format(price=document["price"]) if is_spent else w["kept_some"].format(kept=kept),
        w["proof_split"].format(bound=document["bound"]),
        w["learnt_measured" if document["is_measured"] else "learnt_shared"].format(n=document["n_weeks_seen"]),
        w["steady"],
        sep="\n",
        highlight=False,
    )
    tell_files(console, files, w)


def _ranged(row: Mapping[str, Any], name: str, form: str) -> str:
    value, low, high = (format(row[key], form) for key in (name, f"{name}_low", f"{name}_high"))
    return f"{value} ({low} … {high})"
