"""How recommendations look in a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.customers_words import CUSTOMERS_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_supply import tell_files

if TYPE_CHECKING:
    import pandas as pd

    from dealwright.app.evaluate_recommenders import JudgedRecommenders
    from dealwright.recommend.protocol import Reasons


def lists(
    found: pd.DataFrame, names: Mapping[str, str], files: Sequence[Path], *, language: str, as_json: bool
) -> None:
    """A row per place of every list."""
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in found.to_dict("records")]
    if as_json:
        print_json({"recommendations": rows, "files": [str(path) for path in files]})
        return
    w, console = CUSTOMERS_WORDS[language], open_console()
    table = new_table(w["customer"], w["rank"], w["item"], w["score"], w["known_item"])
    for row in rows:
        known = (
            w["fallback"] if row["is_fallback"] else w["bought_before" if row["is_bought_before"] else "new_item"]
        )
        score = "–" if row["is_fallback"] else f"{row['score']:.3f}"  # how it sells is no chance of this customer
        table.add_row(str(row["customer_id"]), str(row["rank"]), names[row["sku"]], score, known)
    console.print(table)
    console.print(w["recommend_read"], highlight=False)
    tell_files(console, files, w)


def reasons(found: Reasons, customer: str, item: str, *, language: str, as_json: bool) -> None:
    """The parts of a score, the largest first."""
    if as_json:
        print_json({"customer_id": customer, "score": found.score, "unit": found.unit, "parts": dict(found.parts)})
        return
    w, console = CUSTOMERS_WORDS[language], open_console()
    table = new_table(w["reason"], w["part"], title=w["why_title"].format(item=item, customer=customer))
    for name, value in found.parts.items():
        table.add_row(name, f"{value:+.3f}")
    table.add_section()
    table.add_row(w["sum"], f"{found.score:+.3f}")
    console.print(table)
    if found.unit == "log odds":
        console.print(w["as_chance"].format(chance=1.0 / (1.0 + math.exp(-found.score))), highlight=False)


def judged(found: JudgedRecommenders, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """A row per task and model, the best first."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = CUSTOMERS_WORDS[language], open_console()
    for task in ("all", "new"):
        table = new_table(
            w["model"],
            "NDCG",
            w["recall"],
            w["hit_rate"],
            w["shown_items"],
            title=w[f"task_{task}"].format(**document),
        )
        for row in (row for row in document["rows"] if row["task"] == task):
            table.add_row(
                row["model"],
                *(f"{row[m]:.3f} ({row[f'{m}_low']:.3f} … {row[f'{m}_high']:.3f})" for m in ("ndcg", "recall")),
                f"{row['hit_rate']:.0%}",
                f"{row['coverage']:.1%}",
            )
        console.print(table)
    console.print(w["judged_read"], highlight=False)
    tell_files(console, files, w)
