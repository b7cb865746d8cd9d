"""How what is known of customers looks in a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dealwright.cli.customers_words import CUSTOMERS_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show_profiles import left_out
from dealwright.cli.show_supply import tell_files
from dealwright.core.money import exponent

FEW_CAME_AGAIN = 100
"""Fewer customers who came again say little of how the others will."""

if TYPE_CHECKING:
    from dealwright.app.customers.find_rules import BasketRules
    from dealwright.app.customers.follow_customers import FollowedCustomers
    from dealwright.app.customers.predict_purchases import PurchaseIntent
    from dealwright.app.customers.value_customers import CustomerValues


def baskets(found: BasketRules, files: Sequence[Path], *, most: int, language: str, as_json: bool) -> None:
    """A row per rule that says something."""
    document: Any = found.to_dict(most=most)
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = CUSTOMERS_WORDS[language], open_console()
    table = new_table(
        w["who_buys"],
        w["also_buys"],
        w["orders_with_both"],
        w["confidence"],
        w["lift"],
        title=w["baskets_title"].format(
            n=document["n_baskets"], rules=document["n_telling"], least=document["least_baskets"]
        ),
    )
    for row in document["rules"]:
        table.add_row(
            " + ".join(row["antecedent"]),
            " + ".join(row["consequent"]),
            f"{row['n_baskets']:,}",
            _share(row, "confidence"),
            _ranged(row, "lift", ".1f"),
        )
    console.print(table)
    console.print(w["baskets_read"], highlight=False)
    tell_files(console, files, w)


def journey(
    found: FollowedCustomers, files: Sequence[Path], *, currency: str, language: str, as_json: bool
) -> None:
    """A row per state; of lives only what can differ between states, since all end alike."""
    document: Any = found.to_dict()
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console, per_major = CUSTOMERS_WORDS[language], open_console(), 10 ** exponent(currency)
    is_visits = document["kind"] == "visits"
    goal = document["ends"][0]
    headers = [w["state"], w["times"], w["drop_off" if is_visits else "leaves"]]
    headers += [w["chance"].format(goal=goal), w["removal"]] if is_visits else []
    headers += [w["steps" if is_visits else "periods"], w["worth"].format(currency=currency)]
    table = new_table(*headers, title=w["visits_title" if is_visits else "lives_title"])
    for row in document["states"]:
        cells = [_state(row["state"], w), f"{row['times']:,}", f"{row['drop_off']:.0%}"]
        cells += [_share(row, "chance"), _share(row, "removal")] if is_visits else []
        worth = {name: row[name] / per_major for name in ("worth", "worth_low", "worth_high")}
        table.add_row(*cells, _ranged(row, "steps", ".1f"), _ranged(worth, "worth", ",.2f"))
    console.print(table)
    console.print(w["visits_read" if is_visits else "lives_read"], highlight=False)
    left_out(console, found.findings, language)
    tell_files(console, files, w)


def intent(found: PurchaseIntent, files: Sequence[Path], *, most: int, language: str, as_json: bool) -> None:
    """Who is likeliest to buy, what tells it, and how right it was before."""
    document: Any = found.to_dict(most=most)
    if as_json:
        print_json({**document, "files": [str(path) for path in files]})
        return
    w, console = CUSTOMERS_WORDS[language], open_console()
    console.print(
        w["intent_title"].format(
            n=document["n_customers"], expected=document["expected_buyers"], days=document["horizon_days"]
        ),
        style="bold",
        highlight=False,
    )
    signs = new_table(w["sign"], w["n_seen"], w["buys"], title=w["signs_title"])
    for sign in document["signs"]:
        signs.add_row(_told(sign["conditions"], w), f"{sign['n']:,}", _share(sign, "share", bare=True))
    people = new_table(w["customer"], w["probability"], title=w["likeliest"])
    for row in document["customers"]:
        people.add_row(row["customer_id"], f"{row['probability']:.1%}")
    console.print(signs, people)
    if document["reliability"] is None:
        console.print(w["not_checked"], highlight=False)
    else:
        _reliability(document["reliability"], w, console)
    left_out(console, found.findings, language)
    tell_files(console, files, w)


def values(
    found: CustomerValues,
    files: Sequence[Path],
    *,
    by: str,
    most: int,
    currency: str,
    language: str,
    as_json: bool,
) -> None:
    """Totals, and the customers with the highest `by`; where that cannot be told, why."""
    document: Any = found.to_dict()
    order = by if by in found.customers else "expected_purchases"
    known = found.customers[found.customers[order].notna()]
    top = known.sort_values([order, "customer_id"], ascending=[False, True]).head(most)
    rows = [
        {str(name): None if value != value else value for name, value in row.items()}  # NaN is no JSON
        for row in top.to_dict("records")
    ]
    if as_json:
        print_json({**document, "customers": rows, "files": [str(path) for path in files]})
        return
    w, console, per_major = CUSTOMERS_WORDS[language], open_console(), 10 ** exponent(currency)
    totals = new_table(w["in_days"].format(days=document["horizon_days"]), w["all_customers"])
    for name, total in document["totals"].items():
        scale = per_major if name.endswith("_minor") else 1
        told = {key: total[key] / scale for key in ("value", "low", "high")}
        cell = f"{told['value']:,.0f} ({told['low']:,.0f} … {told['high']:,.0f})"
        totals.add_row(w[f"total.{name}"].format(currency=currency), cell)
    table = new_table(
        w["customer"],
        w["expected_purchases"],
        w["lifetime_value"].format(currency=currency),
        w["alive"],
        w["churn_hazard"],
        w["stays_away"],
        title=w["value_title" if by != "stays_away" else "churn_title"],
    )
    for row in rows:
        table.add_row(row["customer_id"], *_value_cells(row, per_major))
    console.print(totals, table)
    for name, n in document["ranges_without_width"].items():
        console.print(w["no_width"].format(n=n, what=w[name], model=document["model"]), highlight=False)
    if document["n_came_again"] < FEW_CAME_AGAIN:
        console.print(w["few_came_again"].format(n=document["n_came_again"]), highlight=False)
    left_out(console, found.findings, language)
    for reason in (document["why_no_spend"], document["why_no_absence"]):
        if reason:
            console.print(reason, highlight=False)
    if document["check"]:
        console.print(w["value_check"].format(**document["check"]), highlight=False)
    share, known_for = document["margin_share"], document["margin_share_known_for"]
    console.print(w["value_read"].format(model=document["model"], share=share, known=known_for), highlight=False)
    tell_files(console, files, w)


def _state(name: str, w: Mapping[str, str]) -> str:
    quiet = name.removeprefix("quiet ")
    return w["state.quiet"].format(n=quiet) if quiet != name else w.get(f"state.{name}", name)


def _value_cells(row: Mapping[str, Any], per_major: int) -> list[str]:
    cells = [_ranged(row, "expected_purchases", ".1f")]
    name = "lifetime_value_minor"
    if row.get(name) is None:
        cells.append("–")
    else:
        worth = {key: row[key] / per_major for key in (name, f"{name}_low", f"{name}_high")}
        cells.append(_ranged(worth, name, ",.2f"))
    for chance in ("alive", "churn_hazard", "stays_away"):
        cells.append("–" if row.get(chance) is None else _share(row, chance))
    return cells


def _reliability(document: Mapping[str, Any], w: Mapping[str, str], console: Any) -> None:
    table = new_table(w["tenth"], w["predicted"], w["bought"], title=w["reliability_title"].format(**document))
    for number, row in enumerate(document["tenths"], start=1):
        table.add_row(str(number), f"{row['predicted']:.1%}", _share(row, "actual", bare=True))
    console.print(table)


def _told(conditions: Sequence[Mapping[str, Any]], w: Mapping[str, str]) -> str:
    said = [
        w["above" if one["is_above"] else "at_most"].format(habit=w[f"habit.{one['habit']}"], limit=one["limit"])
        for one in conditions
    ]
    return "; ".join(said) or w["everybody"]


def _share(row: Mapping[str, Any], name: str, *, bare: bool = False) -> str:
    low, high = (row["low"], row["high"]) if bare else (row[f"{name}_low"], row[f"{name}_high"])
    return f"{row[name]:.1%} ({low:.1%} … {high:.1%})"


def _ranged(row: Mapping[str, Any], name: str, form: str) -> str:
    value, low, high = (format(row[key], form) for key in (name, f"{name}_low", f"{name}_high"))
    return f"{value} ({low} … {high})"
