"""How a plan looks in a terminal: what it earns, what it runs, what holds it back, and the reasons for each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from dealwright.cli.plan_words import PLAN_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.core.errors import InputError

N_TOP = 10


def plan(summary: Mapping[str, Any], files: Sequence[Path], *, language: str, as_json: bool) -> None:
    """The screen a merchandiser reads first."""
    if as_json:
        print_json({**summary, "files": [str(path) for path in files]})
        return
    from dealwright.adapters.report.sections.opening import assumptions, lead
    from dealwright.adapters.report.source import Source

    source = Source.of(summary, language, shop_name=None, generated_on=None)
    w, console, made = PLAN_WORDS[language], open_console(), summary["plan"]
    console.rule(w["plan_title"].format(first=made["weeks"][0], last=made["last_day"]))
    console.print(lead(source), "", sep="\n", highlight=False)
    console.print(_outcomes(summary, w), "")
    console.print(_top(summary, language), "")
    for line in _resting(summary, language):
        console.print(line, highlight=False, markup=False)
    console.print(_binding(summary, language), "")
    for table in (*_soft(summary, language), *_what_ifs(summary, language)):
        console.print(table, "")
    console.print(f"[bold]{w['assumed']}[/bold]")
    for text in assumptions(source):
        console.print(f"  - {text}", highlight=False, markup=False)
    quality = _quality(summary, w, gap=source.formats.gap)
    console.print("", *_aims(summary, w), quality, w["range"], sep="\n", highlight=False)
    console.print(*_check_first(summary, language), "", sep="\n", highlight=False, markup=False)
    console.print(f"[bold]{w['files']}[/bold] " + ", ".join(str(path) for path in files), soft_wrap=True)


def _outcomes(summary: Mapping[str, Any], w: Mapping[str, str]) -> Table:
    is_assumed = any(item["code"] == "cost" for item in summary["assumptions"])
    profit = w["profit"] if is_assumed else w["profit_known"]
    table = new_table(w["scenario"], w["units"], w["revenue"], profit, w["extra"], w["spend"])
    for outcome in summary["outcomes"]:
        extra = "-" if outcome["code"] == "none" else span(outcome["extra_profit"], sign=True)
        table.add_row(
            w[outcome["code"]],
            f"{outcome['units']['value']:,.0f}",
            f"{outcome['revenue']['value']:,.0f}",
            span(outcome["profit"]),
            extra,
            f"{outcome['spend']['value']:,.0f}",
        )
    return table


def _top(summary: Mapping[str, Any], language: str) -> Table:
    w = PLAN_WORDS[language]
    table = new_table(w["promotion"], w["week"], w["product"], w["offer"], w["price"], w["why"], title=w["top"])
    explanations = {item["promotion_id"]: item for item in summary["explanations"]}
    for row in summary["plan"]["promotions"][:N_TOP]:
        was, now = row["regular_price"], row["promo_price"]
        table.add_row(
            row["promotion_id"],
            row["week"],
            row["name"],
            offer_name(row["offer"], language, summary),
            f"{was:,.2f}" if was == now else f"{was:,.2f} -> {now:,.2f}",
            _reason(summary, row, explanations[row["promotion_id"]], language),
        )
    for column in table.columns[1:]:
        column.justify = "left"
    return table


def _binding(summary: Mapping[str, Any], language: str) -> Table:
    from dealwright.plan.words import sentence

    w = PLAN_WORDS[language]
    table = new_table(w["limit"], w["n_rows"], w["worth"], title=w["binding"])
    for limit in summary["plan"]["binding"]:
        worth = f"{limit['price']:,.2f} ({place(limit['dearest'], w)})"
        if limit["per"] == "money":
            worth = w["per_money"].format(price=limit["price"], currency=summary["currency"])
        times = w["times"].format(n=limit["n_rows"])
        table.add_row(sentence(limit["code"], limit["params"], language), times, worth)
    return table


def _soft(summary: Mapping[str, Any], language: str) -> Iterator[Table]:
    """Limits that may be broken, if there are any: kept, or given up by how much and at what cost."""
    from dealwright.plan.words import sentence

    w, soft = PLAN_WORDS[language], summary["plan"]["soft"]
    if not soft:
        return
    table = new_table(w["limit"], w["fared"], w["given_up_cost"], title=w["soft"])
    for limit in soft:
        fared, cost = w["kept"], "-"
        if not limit["is_kept"]:
            by = f"{limit['broken_by']:,.2f} {summary['currency']}"
            by = by if limit["per"] == "money" else f"{limit['broken_by']:,.4g}"
            fared = w["given_up"].format(by=by, where=place(limit["where"], w))
            cost = f"{limit['cost']:,.2f}"
        table.add_row(sentence(limit["code"], limit["params"], language), fared, cost)
    yield table


def _what_ifs(summary: Mapping[str, Any], language: str) -> Iterator[Table]:
    """The questions every plan is asked."""
    w, asked = PLAN_WORDS[language], summary["what_ifs"]
    if not asked:
        return
    table = new_table(w["what_if"], w["against_plan"], w["promotions"], w["spend"], title=w["what_ifs"])
    for item in asked:
        question, answer = w[f"if_{item['code']}"].format(**item["params"]), item["answer"]
        if answer is None:
            table.add_row(question, w["no_such_plan"], "-", "-")
            continue
        promotions, spend = f"{answer['n_promotions']:,}", f"{answer['spend']['value']:,.0f}"
        table.add_row(question, span(answer["difference"], sign=True), promotions, spend)
    yield table


def _aims(summary: Mapping[str, Any], w: Mapping[str, str]) -> Iterator[str]:
    """What was pursued, where it is not plain profit."""
    objective = summary["plan"]["objective"]
    if set(objective["weights"]) != {"profit"}:
        weights = " + ".join(f"{weight:g} x {w['aim_' + name]}" for name, weight in objective["weights"].items())
        yield w["pursued"].format(weights=weights)
    if objective["luck"] is not None:
        luck = {name: f"{value:,.2f}" for name, value in objective["luck"].items()}
        luck |= {name: f"{objective['luck'][name]:.0%}" for name in ("weight", "tail")}
        yield w["luck"].format(**luck)


def _check_first(summary: Mapping[str, Any], language: str) -> Iterator[str]:
    """What a person should look at before anything is run."""
    from dealwright.data.finding import Finding, Severity

    for item in summary["data"]["findings"]:
        if item["code"] == "below_cost":
            finding = Finding(
                item["code"],
                Severity(item["severity"]),
                item["table"],
                item["count"],
                item["share"],
                subject=item["subject"],
            )
            yield f"{finding.told(language)} {finding.advised(language)}"


def _quality(summary: Mapping[str, Any], w: Mapping[str, str], *, gap: Callable[[float], str]) -> str:
    score = summary["forecast"]["score"]
    proof = _proof(summary, w, gap=gap)
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


def _proof(summary: Mapping[str, Any], w: Mapping[str, str], *, gap: Callable[[float], str]) -> str:
    """What no plan exceeds: the model's own expectation, of which less is promised where choosing flatters."""
    made = summary["plan"]
    if made["gap"] is None:
        return w["no_proof"].format(solver=made["solver"])
    proven = {"gap": gap(made["gap"]), "solver": made["solver"]}
    if not made["objective"]["is_plain"]:
        return w["proof_of_objective"].format(**proven)
    code = "proof_flattered" if made.get("flattery", 0.0) < 0 else "proof"
    return w[code].format(planned=f"{made['profit']:,.0f} {summary['currency']}", **proven)


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
    w, console = PLAN_WORDS[language], open_console()
    offer = offer_name(row["offer"], language, summary)
    console.rule(f"{row['promotion_id']} · {row['name']} · {row['week']} · {offer}")
    console.print(_reason(summary, row, traced, language), "", highlight=False)
    table = new_table(w["part"], f"{w['amount']} ({summary['currency']})", w["range_of"])
    for part in traced["parts"]:
        table.add_row(w[part["code"]], f"{part['value']:,.2f}", f"{part['low']:,.2f} … {part['high']:,.2f}")
    table.add_section()
    total = traced["profit"]
    table.add_row(w["sum"], f"{total['value']:,.2f}", f"{total['low']:,.2f} … {total['high']:,.2f}", style="bold")
    console.print(table, "")
    console.print(f"[bold]{w['alternatives']}[/bold]")
    for other in traced["alternatives"]:
        name = offer_name(other["offer"], language, summary)
        console.print(f"  {other['profit']:>10,.2f}  {name}", highlight=False)
    if traced["limits"]:
        console.print(f"[bold]{w['uses']}[/bold]")
    for limit in traced["limits"]:
        console.print(f"  - {_room(limit, summary, language)}", highlight=False, markup=False)


def _room(limit: Mapping[str, Any], summary: Mapping[str, Any], language: str) -> str:
    """A limit, where it is full, and what more room there would bring."""
    from dealwright.plan.words import sentence

    w = PLAN_WORDS[language]
    said = f"{sentence(limit['code'], limit['params'], language)} ({place(limit['params']['where'], w)})"
    if limit["price"] is None:
        return said
    worth = "worth_nothing"
    if limit["price"] > 0:
        worth = "worth_money" if limit["per"] == "money" else "worth_unit"
    return said + w["colon"] + w[worth].format(price=limit["price"], currency=summary["currency"])


def offer_name(name: str, language: str, summary: Mapping[str, Any] | None = None) -> str:
    """An offer as the plan names it, in words; without the plan's summary its mechanic keeps its English name."""
    from dealwright.adapters.report.offers import OfferName, mechanic_names
    from dealwright.adapters.report.words import Words

    return OfferName.read(name, mechanic_names(summary, language) if summary else None).told(Words.of(language))


def _reason(summary: Mapping[str, Any], row: Mapping[str, Any], traced: Mapping[str, Any], language: str) -> str:
    from dealwright.adapters.report.offers import mechanic_names
    from dealwright.adapters.report.sentences import reason

    mechanics = mechanic_names(summary, language)
    return reason(row, traced, language, currency=summary["currency"], mechanics=mechanics)


def _resting(summary: Mapping[str, Any], language: str) -> Iterator[str]:
    """What the mechanics that run rest on, if any do."""
    from dealwright.adapters.report.offers import mechanic_assumptions

    w, resting = PLAN_WORDS[language], mechanic_assumptions(summary, language)
    if resting:
        yield w["resting"]
    for name, assumptions in resting.items():
        yield f"  - {name}{w['colon']}{w['joint'].join(assumptions)}"
    if resting:
        yield ""


def place(label: str, w: Mapping[str, str]) -> str:
    """Where a limit binds, in words."""
    return re.sub(r"week of (\S+)", w["week_of"], label)


def _product(row: Mapping[str, Any], summary: Mapping[str, Any], language: str) -> None:
    from dealwright.plan.words import sentence

    w, console = PLAN_WORDS[language], open_console()
    limits = {
        limit["code"]: sentence(limit["code"], limit["params"], language) for limit in summary["plan"]["limits"]
    }
    profit = row["best_profit"] or 0.0
    if row["code"] == "loses_money":
        profit = -profit
    text = w[row["code"]].format(
        name=row["name"],
        promotions=", ".join(row["promotions"]),
        offer=offer_name(row["best_offer"], language, summary) if row["best_offer"] else "",
        week=row["best_week"],
        profit=f"{profit:,.2f} {summary['currency']}",
        refused="; ".join(limits[code] for code in row["offers_refused"]),
    )
    console.print(text, highlight=False)
    if row["kept_out_by"]:
        console.print(f"[bold]{w['kept_out_by']}[/bold]")
    for limit in row["kept_out_by"]:
        console.print(f"  - {_room(limit, summary, language)}", highlight=False, markup=False)
    for code, count in row["offers_refused"].items():
        console.print(
            "  - " + w["refused"].format(count=count, total=row["n_offers"], limit=limits[code]), highlight=False
        )


def span(estimate: Mapping[str, float], *, sign: bool = False) -> str:
    """A value with its range."""
    plus = "+" if sign else ""
    value, low, high = (format(estimate[name], f"{plus},.0f") for name in ("value", "low", "high"))
    return f"{value} ({low} … {high})"
