"""How forecasts look in a terminal: the response, the backtest of models, and one product's week."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table

from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.words import WORDS

if TYPE_CHECKING:
    from dealwright.app.demand.backtest_forecast import Backtest
    from dealwright.app.demand.explain_forecast import ForecastExplanation
    from dealwright.app.demand.forecast_demand import DemandForecast

N_PRODUCTS = 20


def forecast(demand: DemandForecast, *, language: str, as_json: bool) -> None:
    """Quality of the forecast and the response of the best-selling products."""
    from dealwright.app.demand.summarise_demand import forecast_document

    document = forecast_document(demand)
    if as_json:
        print_json(document)
        return
    w, console = WORDS[language], open_console()
    console.print(_response(document, w))
    score = document["score"]
    if score is None:
        console.print(w["no_quality"])
        return
    console.print(
        w["quality"].format(
            weeks=score["weeks"],
            origin=score["origin"],
            wape=f"{score['wape']:.0%}",
            reference=f"{score['reference_wape']:.0%}",
            coverage=f"{score['coverage']:.0%}",
        ),
        highlight=False,
    )
    used = [item for item in document["blend"]["models"] if item["weight"] > 0]
    mix = ", ".join(f"{item['model']} {item['weight']:.0%}" for item in sorted(used, key=lambda m: -m["weight"]))
    console.print(w["mix"].format(mix=mix), highlight=False)


def _response(document: Mapping[str, Any], w: Mapping[str, str]) -> Table:
    table = new_table(
        w["product"], w["category"], w["baseline"], w["elasticity"], w["display_factor"], w["mailer_factor"]
    )
    for row in document["coefficients"][:N_PRODUCTS]:
        table.add_row(
            row["name"],
            row["category"],
            f"{row['baseline']:,.1f} ({row['baseline_low']:,.1f} … {row['baseline_high']:,.1f})",
            f"{row['elasticity']:.2f} ({row['elasticity_low']:.2f} … {row['elasticity_high']:.2f})",
            f"{math.exp(row['display']):.2f}",
            f"{math.exp(row['mailer']):.2f}",
        )
    return table


def backtest(tested: Backtest, *, language: str, as_json: bool) -> None:
    """One table of models, and what to conclude from it."""
    document = tested.to_dict()
    if as_json:
        print_json(document)
        return
    w, console = WORDS[language], open_console()
    period = w["days" if tested.grain.period_days == 1 else "weeks"]
    n_series = sum(tested.n_series.values())
    console.print(
        w["backtest_of"].format(
            origins=", ".join(str(origin) for origin in tested.origins),
            horizon=tested.horizon,
            period=period,
            series=f"{n_series:,}",
            teachers=tested.n_teachers,
        ),
        highlight=False,
    )
    console.print(_models(document, w))
    for name, reason in tested.left_out.items():
        console.print(w["not_tried"].format(model=name, reason=reason), highlight=False, markup=False)
    console.print(conclusion(tested, language=language), highlight=False, markup=False)


def _models(document: Mapping[str, Any], w: Mapping[str, str]) -> Table:
    headers = ("model", "wape", "bias", "rmsse", "pinball", "coverage_80", "cpu")
    table = new_table(*(w[name] for name in headers))
    for score in document["scores"]:
        table.add_row(
            w.get(f"model_{score['model']}", score["model"]),
            f"{score['wape']:.1%}",
            f"{score['bias']:+.1%}",
            "-" if score["rmsse"] is None else f"{score['rmsse']:.3f}",
            f"{score['pinball']:.3f}",
            f"{score['coverage']:.1%}",
            f"{score['cpu_seconds']:,.1f}",
            style="bold" if score["model"] == document["best"] else None,
        )
    return table


def conclusion(tested: Backtest, *, language: str) -> str:
    """Which model or blend wins, and whether its ranges hold."""
    w, best = WORDS[language], tested.best
    params = {
        "best": w.get(f"model_{best.model}", best.model),
        "wape": f"{best.accuracy.wape:.1%}",
        "coverage": f"{best.accuracy.coverage:.0%}",
    }
    if len(tested.scores) > 1:
        following = tested.scores[1]
        params["next"] = w.get(f"model_{following.model}", following.model)
        params["next_wape"] = f"{following.accuracy.wape:.1%}"
    text = "alone" if len(tested.scores) == 1 else "tie" if tested.is_tie else "wins"
    return w[f"backtest_{text}"].format(**params) + w[f"ranges_{best.ranges}"].format(**params)


def explanation(told: ForecastExplanation, *, language: str, as_json: bool) -> None:
    """One product's week, cause by cause; causes that add nothing are left out."""
    if as_json:
        print_json(told.to_dict())
        return
    w, console = WORDS[language], open_console()
    console.rule(f"{told.name} ({told.sku}) · {w['week_of_day'].format(day=told.week)}")
    table = new_table(w["cause"], w["units"])
    for code, units in told.parts:
        if code == "usual" or round(units, 1):
            table.add_row(w[f"cause_{code}"], f"{units:,.1f}" if code == "usual" else f"{units:+,.1f}")
    table.add_section()
    table.add_row(w["expected"], f"{told.expected:,.1f}", style="bold")
    if told.sold is not None and told.unexplained is not None:
        table.add_row(w["not_explained"], f"{told.unexplained:+,.1f}")
        table.add_row(w["sold"], f"{told.sold:,.0f}", style="bold")
    console.print(table)
    if told.spread is None:
        console.print(w["explained_past"], highlight=False)
    else:
        span = f"{told.spread.low:,.0f} … {told.spread.high:,.0f}"
        console.print(w["explained_coming"].format(span=span), highlight=False)
