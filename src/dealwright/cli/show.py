"""How results look in a terminal: tables for people, or plain JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.table import Table

from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.words import WORDS
from dealwright.core.errors import InputError

if TYPE_CHECKING:
    from dealwright.app.check_data import DataReport
    from dealwright.app.import_report import ImportReport
    from dealwright.app.profile_customers import CustomerProfiles

N_TOP = 10


def language_of(wanted: str | None, default: str) -> str:
    """The language asked for, or the shop's."""
    chosen = wanted or default
    if chosen not in WORDS:
        raise InputError.unknown("language", chosen, WORDS)
    return chosen


def plan(summary: Mapping[str, Any], files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """The screen a merchandiser reads first."""
    if as_json:
        print_json({**summary, "files": [str(path) for path in files]})
        return
    from dealwright.adapters.report.sections.opening import assumptions, lead
    from dealwright.adapters.report.source import Source

    source = Source.of(summary, language, shop_name=None, generated_on=None)
    w, console, made = WORDS[language], open_console(), summary["plan"]
    console.rule(w["plan_title"].format(first=made["weeks"][0], last=made["last_day"]))
    console.print(lead(source), "", sep="\n", highlight=False)
    console.print(_outcomes(summary, w), "")
    console.print(_top(summary, language), "")
    console.print(_binding(summary, language), "")
    console.print(f"[bold]{w['assumed']}[/bold]")
    for text in assumptions(source):
        console.print(f"  - {text}", highlight=False, markup=False)
    console.print("", _quality(summary, w), w["range"], "", sep="\n", highlight=False)
    console.print(f"[bold]{w['files']}[/bold] " + ", ".join(str(path) for path in files), soft_wrap=True)


def _outcomes(summary: Mapping[str, Any], w: Mapping[str, str]) -> Table:
    is_assumed = any(item["code"] == "cost" for item in summary["assumptions"])
    profit = w["profit"] if is_assumed else w["profit_known"]
    table = new_table(w["scenario"], w["units"], w["revenue"], profit, w["extra"], w["spend"])
    for outcome in summary["outcomes"]:
        extra = "-" if outcome["code"] == "none" else _range(outcome["extra_profit"], sign=True)
        table.add_row(
            w[outcome["code"]],
            f"{outcome['units']['value']:,.0f}",
            f"{outcome['revenue']['value']:,.0f}",
            _range(outcome["profit"]),
            extra,
            f"{outcome['spend']['value']:,.0f}",
        )
    return table


def _top(summary: Mapping[str, Any], language: str) -> Table:
    from dealwright.adapters.report.sentences import reason

    w = WORDS[language]
    table = new_table(w["promotion"], w["week"], w["product"], w["offer"], w["price"], w["why"], title=w["top"])
    explanations = {item["promotion_id"]: item for item in summary["explanations"]}
    for row in summary["plan"]["promotions"][:N_TOP]:
        was, now = row["regular_price"], row["promo_price"]
        table.add_row(
            row["promotion_id"],
            row["week"],
            row["name"],
            _offer(row["offer"], language),
            f"{was:,.2f}" if was == now else f"{was:,.2f} -> {now:,.2f}",
            reason(row, explanations[row["promotion_id"]], language, currency=summary["currency"]),
        )
    for column in table.columns[1:]:
        column.justify = "left"
    return table


def _binding(summary: Mapping[str, Any], language: str) -> Table:
    from dealwright.plan.words import sentence

    w = WORDS[language]
    table = new_table(w["limit"], w["n_rows"], w["worth"], title=w["binding"])
    for limit in summary["plan"]["binding"]:
        worth = f"{limit['price']:,.2f} ({_place(limit['dearest'], w)})"
        if limit["per"] == "money":
            worth = w["per_money"].format(price=limit["price"], currency=summary["currency"])
        times = w["times"].format(n=limit["n_rows"])
        table.add_row(sentence(limit["code"], limit["params"], language), times, worth)
    return table


def _quality(summary: Mapping[str, Any], w: Mapping[str, str]) -> str:
    made, score = summary["plan"], summary["forecast"]["score"]
    proof = w["no_proof"].format(solver=made["solver"])
    if made["gap"] is not None:
        gap = f"{made['gap']:.2%}" if made["gap"] >= 1e-4 else w["hardly"]
        proof = w["proof"].format(gap=gap, solver=made["solver"])
    if score is None:
        return f"{proof}\n{w['no_quality']}"
    tested = w["quality"].format(
        weeks=score["weeks"],
        origin=score["origin"],
        wape=f"{score['wape']:.0%}",
        reference=f"{score['reference_wape']:.0%}",
        coverage=f"{score['coverage']:.0%}",
    )
    return f"{proof}\n{tested}"


def explanation(summary: Mapping[str, Any], what: str, *, language: str, as_json: bool) -> None:
    """Every number of a promotion, or why a product has none."""
    promotions = {row["promotion_id"]: row for row in summary["plan"]["promotions"]}
    products = {row["sku"]: row for row in summary["products"]}
    if what in promotions:
        traced = next(item for item in summary["explanations"] if item["promotion_id"] == what)
        if as_json:
            print_json({"promotion": promotions[what], "explanation": traced})
        else:
            _promotion(summary, promotions[what], traced, language)
    elif what in products:
        if as_json:
            print_json(products[what])
        else:
            _product(products[what], summary, language)
    else:
        raise InputError(
            f"{what!r} is neither a promotion of the latest plan "
            f"({', '.join(list(promotions)[:3])}, ... {len(promotions)} in all) nor one of the {len(products)} "
            "products planned; 'dealwright plan --json' lists both"
        )


def _promotion(
    summary: Mapping[str, Any], row: Mapping[str, Any], traced: Mapping[str, Any], language: str
) -> None:
    from dealwright.adapters.report.sentences import reason
    from dealwright.plan.words import sentence

    w, console = WORDS[language], open_console()
    console.rule(f"{row['promotion_id']} · {row['name']} · {row['week']} · {_offer(row['offer'], language)}")
    console.print(reason(row, traced, language, currency=summary["currency"]), "", highlight=False)
    table = new_table(w["part"], f"{w['amount']} ({summary['currency']})", w["range_of"])
    for part in traced["parts"]:
        table.add_row(w[part["code"]], f"{part['value']:,.2f}", f"{part['low']:,.2f} … {part['high']:,.2f}")
    table.add_section()
    total = traced["profit"]
    table.add_row(w["sum"], f"{total['value']:,.2f}", f"{total['low']:,.2f} … {total['high']:,.2f}", style="bold")
    console.print(table, "")
    console.print(f"[bold]{w['alternatives']}[/bold]")
    for other in traced["alternatives"]:
        console.print(f"  {other['profit']:>10,.2f}  {_offer(other['offer'], language)}", highlight=False)
    if traced["limits"]:
        console.print(f"[bold]{w['uses']}[/bold]")
    for limit in traced["limits"]:
        words = sentence(limit["code"], limit["params"], language)
        console.print(f"  - {words} ({_place(limit['params']['where'], w)})", highlight=False)


def _offer(name: str, language: str) -> str:
    from dealwright.adapters.report.offers import OfferName
    from dealwright.adapters.report.words import Words

    return OfferName.read(name).told(Words.of(language))


def _place(label: str, w: Mapping[str, str]) -> str:
    return re.sub(r"week of (\S+)", w["week_of"], label)


def _product(row: Mapping[str, Any], summary: Mapping[str, Any], language: str) -> None:
    from dealwright.plan.words import sentence

    w, console = WORDS[language], open_console()
    limits = {
        limit["code"]: sentence(limit["code"], limit["params"], language) for limit in summary["plan"]["limits"]
    }
    profit = abs(row["best_profit"]) if row["best_profit"] is not None else 0.0
    text = w[row["code"]].format(
        name=row["name"],
        promotions=", ".join(row["promotions"]),
        offer=_offer(row["best_offer"], language) if row["best_offer"] else "",
        week=row["best_week"],
        profit=f"{profit:,.2f} {summary['currency']}",
        refused="; ".join(limits[code] for code in row["offers_refused"]),
    )
    console.print(text, highlight=False)
    for code, count in row["offers_refused"].items():
        console.print(
            "  - " + w["refused"].format(count=count, total=row["n_offers"], limit=limits[code]), highlight=False
        )


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


def _range(estimate: Mapping[str, float], *, sign: bool = False) -> str:
    plus = "+" if sign else ""
    value, low, high = (format(estimate[name], f"{plus},.0f") for name in ("value", "low", "high"))
    return f"{value} ({low} … {high})"
