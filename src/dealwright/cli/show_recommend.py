"""How recommendations look in a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.recommend_words import RECOMMEND_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_supply import tell_files
from dealwright.recommend.reason_words import told

if TYPE_CHECKING:
    import pandas as pd

    from dealwright.app.customers.find_interests import CustomerInterests
    from dealwright.app.recommend.evaluate_recommenders import JudgedRecommenders
    from dealwright.app.recommend.keep_recommender import Freshness
    from dealwright.recommend.protocol import Reasons


MOST_PARTS = 10


def lists(
    found: pd.DataFrame,
    freshness: Freshness,
    names: Mapping[str, str],
    files: Sequence[Path],
    *,
    language: str,
    as_json: bool,
) -> None:
    """A row per place of every list, and how old what was learnt is."""
    rows: list[dict[str, Any]] = [{str(k): v for k, v in row.items()} for row in found.to_dict("records")]
    if as_json:
        written = [str(path) for path in files]
        print_json({"recommendations": rows, "freshness": freshness.to_dict(), "files": written})
        return
    w, console = RECOMMEND_WORDS[language], open_console()
    table = new_table(w["customer"], w["rank"], w["item"], w["score"], w["known_item"])
    for row in rows:
        known = (
            w["fallback"] if row["is_fallback"] else w["bought_before" if row["is_bought_before"] else "new_item"]
        )
        score = w[row["score_means"]].format(value=row["score"])
        table.add_row(str(row["customer_id"]), str(row["rank"]), names[row["sku"]], score, known)
    console.print(table)
    console.print(w["recommend_read"], w["scales"], *_age(freshness, w), sep="\n", highlight=False)
    tell_files(console, files, w)


def _age(freshness: Freshness, w: Mapping[str, str]) -> list[str]:
    told = [w["learnt_until"].format(day=freshness.learnt_until)]
    if freshness.n_newer:
        told.append(w["newer"].format(n=freshness.n_newer, days=freshness.newer_days))
    if freshness.changed:
        told.append(w["changed"].format(tables=", ".join(w[f"table.{name}"] for name in freshness.changed)))
    if freshness.is_stale:
        told.append(w["learn_anew"])
    if freshness.n_far_ahead:
        told.append(w["far_ahead"].format(n=freshness.n_far_ahead))
    return told


def reasons(
    found: Reasons, freshness: Freshness, customer: str, item: str, *, language: str, as_json: bool
) -> None:
    """The parts of a score, the largest first; JSON has all of them, in English."""
    if as_json:
        print_json(
            {
                "customer_id": customer,
                "score": found.score,
                "unit": found.unit,
                "parts": dict(found.parts),
                "told": {name: told(name, language) for name in found.parts},
                "freshness": freshness.to_dict(),
            }
        )
        return
    from dealwright.recommend.reasons import shortened

    w, console = RECOMMEND_WORDS[language], open_console()
    table = new_table(w["reason"], w["part"], title=w["why_title"].format(item=item, customer=customer))
    for name, value in shortened(found, MOST_PARTS).parts.items():
        table.add_row(told(name, language), f"{value:+.3f}")
    table.add_section()
    table.add_row(w["sum"], f"{found.score:+.3f}")
    console.print(table)
    if found.unit == "log odds":
        console.print(w["as_chance"].format(chance=1.0 / (1.0 + math.exp(-found.score))), highlight=False)
    console.print(*_age(freshness, w), sep="\n", highlight=False)


def interests(found: CustomerInterests, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """A row per customer and word, with where it comes from."""
    if as_json:
        print_json({**found.to_dict(), "files": [str(path) for path in files]})
        return
    w, console = RECOMMEND_WORDS[language], open_console()
    table = new_table(w["customer"], w["word"], w["word_weight"], w["word_from"])
    for customer, words in found.by_customer.items():
        for one in words:
            sources = ", ".join(
                f"{w.get(f'source.{source}', source)} {part:.1%}" for source, part in one.parts.items()
            )
            table.add_row(customer, one.word, f"{one.weight:.1%}", sources)
        if not words:
            table.add_row(customer, "–", "–", w["no_words"])
    console.print(table)
    console.print(w["words_read"].format(n_texts=found.n_texts, n_titles=found.n_titles), highlight=False)
    tell_files(console, files, w)


def judged(found: JudgedRecommenders, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """A row per task and model, the best first."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = RECOMMEND_WORDS[language], open_console()
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
