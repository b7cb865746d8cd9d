"""A frontier as a page, a picture and a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dealwright.adapters.report.blocks import Cell, Column, Figure, Section, Table
from dealwright.adapters.report.source import Source
from dealwright.adapters.results import write_bytes
from dealwright.core.version import __version__


def write_frontier(document: Mapping[str, Any], folder: Path, *, language: str) -> list[Path]:
    """frontier.html, frontier.png and frontier.csv; `document` is what `app.draw_frontier.Frontier` makes.

    Raises InputError on an unknown language and MissingExtraError where the libraries that draw are not installed.
    """
    from dealwright.adapters.report.charts.theme import png

    source = Source.of({"dealwright": __version__, "currency": document["currency"]}, language)
    chart = _chart(source, document)
    contents = {
        "frontier.html": _page(source, document, chart).encode(),
        "frontier.png": png(chart),
        "frontier.csv": _csv(document).encode("utf-8-sig"),
    }
    return [write_bytes(content, folder / name) for name, content in contents.items()]


def _chart(source: Source, document: Mapping[str, Any]) -> Any:
    from dealwright.adapters.report.charts.frontier import trade

    rows = [
        {
            "of": point["of"],
            "against": point["against"],
            "of_bound": point["of_bound"],
            "text": source.say("frontier.n", n=point["n_promotions"]),
        }
        for point in document["points"]
    ]
    of, against = (_axis(source, document, name) for name in (document["of"], document["against"]))
    return trade(rows, of=of, against=against)


def _page(source: Source, document: Mapping[str, Any], chart: Any) -> str:
    from dealwright.adapters.report.charts.theme import draw
    from dealwright.adapters.report.page import lay_out

    of, against = (source.say(f"objective.{document[which]}") for which in ("of", "against"))
    title = source.say("frontier.title", of=of, against=against)
    figure = Figure(
        source.say("frontier.picture"),
        source.say("frontier.label", of=of, against=against),
        draw(chart, key="frontier"),
        numbers=_table(source, document),
        note=source.say("frontier.note", against=against),
    )
    is_one = len(document["points"]) == 1
    lead = source.say("frontier.one" if is_one else "frontier.lead")
    return lay_out(source, title=title, lead=lead, sections=[Section("frontier", title, (figure,))])


def _table(source: Source, document: Mapping[str, Any]) -> Table:
    f, names = source.formats, (document["of"], document["against"])
    columns = [Column(_label(source, name), is_number=True) for name in names]
    columns += [
        Column(source.say(f"frontier.{name}"), is_number=True) for name in ("promotions", "spend", "promise")
    ]
    rows = [
        [
            _cell(source, document, point, "of"),
            _cell(source, document, point, "against"),
            Cell(f.number(point["n_promotions"])),
            Cell(f.money(point["spend"])),
            Cell(f.money(point["promise"]["value"]), f.span_of(point["promise"]["low"], point["promise"]["high"])),
        ]
        for point in document["points"]
    ]
    return Table.of(columns, rows)


def _cell(source: Source, document: Mapping[str, Any], point: Mapping[str, Any], which: str) -> Cell:
    is_count = document[which] in document["counts"]

    def told(value: float) -> str:
        return source.formats.number(value, 1) if is_count else source.formats.money(value)

    bound = point[f"{which}_bound"]
    proven = source.say("frontier.unproven")
    if bound is not None:
        proven = source.say("frontier.at_most", bound=told(bound))
    return Cell(told(point[which]), proven)


def _label(source: Source, name: str) -> str:
    """An objective; of profit it is said that it is not what is promised."""
    return source.say("frontier.profit" if name == "profit" else f"objective.{name}")


def _axis(source: Source, document: Mapping[str, Any], name: str) -> str:
    words = _label(source, name)
    return words if name in document["counts"] else f"{words} ({source.currency_name})"


def _csv(document: Mapping[str, Any]) -> str:
    """A row per plan; columns named as the objectives, which the model expects, as it does `expected_profit`."""
    of, against = document["of"], document["against"]
    fields = {"of": of, "against": against, "of_bound": f"{of}_bound", "against_bound": f"{against}_bound"}
    others = ("n_promotions", "spend")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    ends = {"value": "promised_profit", "low": "promised_profit_low", "high": "promised_profit_high"}
    writer.writerow([*fields.values(), *others, "expected_profit", *ends.values()])
    for point in document["points"]:
        promised = (point["promise"][end] for end in ends)
        writer.writerow([*(point[key] for key in (*fields, *others)), point["profit"], *promised])
    return out.getvalue()
