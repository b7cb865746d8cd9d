"""How plans look beside one another in a terminal: what-ifs, frontiers, and the approved plan revised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.plan_words import PLAN_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_plan import offer_name, span

if TYPE_CHECKING:
    from rich.table import Table

    from dealwright.app.plan.compare_plans import Comparison
    from dealwright.app.plan.draw_frontier import Frontier

N_CHANGES = 15


def comparison(found: Comparison, *, language: str, as_json: bool) -> None:
    """A row per plan, then each one's conclusion and what differs."""
    document = found.to_dict()
    if as_json:
        print_json(document)
        return
    w, console = PLAN_WORDS[language], open_console()
    console.print(_plans(document, w), "")
    for other in document["others"]:
        console.print(conclusion(other, w), highlight=False, markup=False)
        if not other["changes"]:
            console.print(w["same_plan"], "", sep="\n", highlight=False)
            continue
        console.print(f"[bold]{w['changes_of'].format(name=other['name'])}[/bold]")
        for line in changes(other["changes"], language):
            console.print(f"  {line}", highlight=False, markup=False)
        console.print()
    console.print(w["at_most_note"], highlight=False, markup=False)


def _plans(document: Mapping[str, Any], w: Mapping[str, str]) -> Table:
    base = document["base"]
    table = new_table(
        w["named"],
        f"{w['extra_profit']} ({document['currency']})",
        w["difference"].format(base=base["name"]),
        w["promotions"],
        w["changes"],
        w["spend"],
        w["most"],
        w["gap"],
    )
    for plan in (base, *document["others"]):
        counts = plan.get("counts")
        table.add_row(
            plan["name"],
            span(plan["extra_profit"]),
            span(plan["difference"], sign=True) if counts else "-",
            f"{plan['n_promotions']:,}",
            "{added}, {dropped}, {changed}".format(**counts) if counts else "-",
            f"{plan['spend']['value']:,.0f}",
            f"{plan['objective']:,.2f}; {'-' if plan['bound'] is None else format(plan['bound'], ',.2f')}",
            "-" if plan["gap"] is None else f"{plan['gap']:.2%}",
        )
    return table


def conclusion(other: Mapping[str, Any], w: Mapping[str, str]) -> str:
    """Whether a plan earns more than the base, less, or whether that is not sure."""
    value, low, high = (other["difference"][name] for name in ("value", "low", "high"))
    if low == high == 0:
        return w["if_same"].format(name=other["name"])
    if low > 0:
        return w["if_earns_more"].format(name=other["name"], **_amounts(value, low, high))
    if high < 0:
        return w["if_earns_less"].format(name=other["name"], **_amounts(-value, -high, -low))
    return w["if_unsure"].format(name=other["name"], **_amounts(value, low, high))


def _amounts(value: float, low: float, high: float) -> dict[str, str]:
    digits = 0 if abs(value) >= 100 else 2
    return {name: f"{one:,.{digits}f}" for name, one in (("value", value), ("low", low), ("high", high))}


def changes(found: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    """A line per product and week that differs, the first few."""
    w = PLAN_WORDS[language]
    for change in found[:N_CHANGES]:
        was, now = (offer_name(change[name], language) if change[name] else "" for name in ("was", "now"))
        yield w[f"change_{change['kind']}"].format(week=change["week"], name=change["name"], was=was, now=now)
    if len(found) > N_CHANGES:
        yield w["more_changes"].format(n=len(found) - N_CHANGES)


def frontier(found: Frontier, files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """A row per plan, the most of the first objective first."""
    document = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = PLAN_WORDS[language], open_console()
    console.print(_points(document, w))
    console.print(w["frontier_one" if len(document["points"]) == 1 else "frontier_note"], highlight=False)
    if files:
        console.print(f"[bold]{w['files']}[/bold] " + ", ".join(str(path) for path in files), soft_wrap=True)


def _points(document: Mapping[str, Any], w: Mapping[str, str]) -> Table:
    of, against = (_name(document[which], document, w) for which in ("of", "against"))
    bound = w["frontier_bound"]
    title = w["frontier_of"].format(of=w[f"aim_{document['of']}"], against=w[f"aim_{document['against']}"])
    promise = f"{w['profit_promised']} ({document['currency']})"
    table = new_table(of, bound, against, bound, w["promotions"], w["spend"], promise, title=title)
    for point in document["points"]:
        table.add_row(
            f"{point['of']:,.2f}",
            _bound(point["of_bound"], w),
            f"{point['against']:,.2f}",
            _bound(point["against_bound"], w),
            f"{point['n_promotions']:,}",
            f"{point['spend']:,.2f}",
            span(point["promise"]),
        )
    for column in table.columns:
        column.justify = "right"
    return table


def _name(objective: str, document: Mapping[str, Any], w: Mapping[str, str]) -> str:
    """Of profit it is said that it is not what is promised."""
    words = w["profit_expected" if objective == "profit" else f"aim_{objective}"]
    return words if objective in document["counts"] else f"{words} ({document['currency']})"


def _bound(bound: float | None, w: Mapping[str, str]) -> str:
    return w["no_bound"] if bound is None else f"{bound:,.2f}"


def replan(summary: Mapping[str, Any], files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """What stays, what changes and what that brings."""
    if as_json:
        print_json({**summary, "files": [str(path) for path in files]})
        return
    w, console, revised = PLAN_WORDS[language], open_console(), summary["replan"]
    console.rule(w["plan_title"].format(first=summary["plan"]["weeks"][0], last=summary["plan"]["last_day"]))
    stays = w["replanned"].format(weeks=", ".join(revised["locked"])) if revised["locked"] else w["replanned_none"]
    console.print(stays, highlight=False)
    for one in revised["gone"]:
        told = w["gone"].format(**{**one, "offer": offer_name(one["offer"], language, summary)})
        console.print(told, highlight=False, markup=False)
    if revised["changes"]:
        difference = _amounts(*(revised["difference"][name] for name in ("value", "low", "high")))
        console.print(w["replan_counts"].format(**revised["counts"]), highlight=False)
        for line in changes(revised["changes"], language):
            console.print(f"  {line}", highlight=False, markup=False)
        console.print(w["replan_difference"].format(**difference), highlight=False)
    else:
        console.print(w["replan_same"], highlight=False)
    console.print(f"[bold]{w['files']}[/bold] " + ", ".join(str(path) for path in files), soft_wrap=True)
