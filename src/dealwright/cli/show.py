"""How results look in a terminal: tables for people, or plain JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.words import WORDS
from dealwright.core.errors import InputError

if TYPE_CHECKING:
    from dealwright.app.customers.profile_customers import CustomerProfiles
    from dealwright.app.shop.check_data import DataReport
    from dealwright.app.shop.import_report import ImportReport


def language_of(wanted: str | None, default: str) -> str:
    """The language asked for, or the shop's."""
    chosen = wanted or default
    if chosen not in WORDS:
        raise InputError.unknown("language", chosen, WORDS)
    return chosen


def findings(report: DataReport, *, language: str, as_json: bool) -> None:
    """The data-quality report."""
    if as_json:
        print_json(report.to_dict())
        return
    from dealwright.adapters.report.words import Words

    w, words, console = WORDS[language], Words.of(language), open_console()
    table = new_table(w["severity"], w["finding"], w["remedy"])
    for column in table.columns[1:]:
        column.justify = "left"
    for finding in report.findings:
        table.add_row(
            words.say(f"severity.{finding.severity.value}"), finding.told(language), finding.advised(language)
        )
    console.rule(f"{report.first_day} … {report.last_day}")
    console.print(", ".join(f"{name} {rows:,}" for name, rows in report.rows.items()), table)
    locked = "; ".join(f"{k}: {words.find(f'unlocks.{k}') or unlocks}" for k, unlocks in report.locked.items())
    console.print(f"[bold]{w['locked']}[/bold] {locked}")


def segments(profiles: CustomerProfiles, *, currency: str, language: str, as_json: bool) -> None:
    """The customer segments."""
    from dealwright.app.summarise import customers_document

    document = customers_document(profiles)
    if as_json:
        print_json(document)
        return
    w, console = WORDS[language], open_console()
    if not document["segments"]:
        console.print(document["why_no_segments"])
        return
    table = new_table(
        w["segment"],
        w["customers"],
        w["share"],
        w["revenue_share"],
        w["orders"],
        f"{w['basket']} ({currency})",
        w["last_purchase"],
        w["deal_share"],
    )
    from dealwright.core.money import exponent

    for segment in document["segments"]:
        medians = segment["medians"]
        table.add_row(
            segment[f"name_{language}"],
            f"{segment['size']:,}",
            f"{segment['share']:.0%}",
            f"{segment['revenue_share']:.0%}",
            f"{medians['orders']:,.0f}",
            f"{medians['basket_value_minor'] / 10 ** exponent(currency):,.2f}",
            f"{medians['days_since_purchase']:,.0f}",
            f"{medians['deal_share']:.0%}",
        )
    console.print(table)


def imported(report: ImportReport, *, as_json: bool) -> None:
    """What became of every row of an import."""
    if as_json:
        print_json(report.to_dict())
    else:
        open_console().print(str(report), highlight=False, markup=False, soft_wrap=True)


def workspace(folder: Path, settings: Mapping[str, Any], *, as_json: bool) -> None:
    """A new workspace, and what to do next."""
    if as_json:
        print_json({"folder": str(folder), "settings": dict(settings)})
        return
    console = open_console()
    console.print(f"workspace ready: {folder}", highlight=False)
    console.print(f"next: dealwright import sales SALES.csv --shop {folder}", highlight=False, soft_wrap=True)


def written(files: Sequence[Path], *, as_json: bool) -> None:
    """Files that were written."""
    if as_json:
        print_json({"files": [str(path) for path in files]})
    else:
        open_console().print("\n".join(str(path) for path in files), highlight=False, soft_wrap=True)
