"""The commands about forecasts: make one, hold it against the past, and ask it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from dealwright.cli import (
    show_forecast,
    show_forecast_drift,
    show_forecast_new,
    show_forecast_response,
    show_forecast_totals,
)
from dealwright.cli.options import Asked, refuse_options_before, with_shared_options

app = typer.Typer(name="forecast", invoke_without_command=True)

ByStore = Annotated[bool, typer.Option("--by-store", help="Each product in each store.")]


@app.callback()
@with_shared_options
def forecast(asked: Asked, context: typer.Context) -> None:
    """Forecast the coming weeks and the response to promotions, and say how good that is."""
    if context.invoked_subcommand is not None:
        refuse_options_before(context)
        return
    with asked.open("forecast") as opened:
        demand = opened.shop.forecast(opened.scenario, seed=asked.seed, progress=opened.tell)
    show_forecast.forecast(demand, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def backtest(
    asked: Asked,
    models: Annotated[
        str, typer.Option("--models", help="Names with commas between them; else the cheap ones.")
    ] = "",
    horizon: Annotated[int, typer.Option("--horizon", help="Periods ahead.", min=1)] = 8,
    origins: Annotated[int, typer.Option("--origins", help="Earlier dates to forecast from.", min=1)] = 3,
    by_store: ByStore = False,
    period: Annotated[str, typer.Option("--period", help="week or day.")] = "week",
) -> None:
    """Try models and their blend on the shop's own past: errors, ranges and cost in one table."""
    with asked.open("backtest") as opened:
        tested = opened.shop.backtest(
            models.split(","),
            horizon=horizon,
            n_origins=origins,
            by_store=by_store,
            period=period,
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
    show_forecast.backtest(tested, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def explain(
    asked: Asked,
    sku: Annotated[str, typer.Argument(help="The product.")],
    week: Annotated[
        datetime | None, typer.Option("--week", formats=["%Y-%m-%d"], help="A day of it; else the next to come.")
    ] = None,
) -> None:
    """Trace the units of a product's coming week, or of a past one, to level, season, price and promotions."""
    with asked.open("explain") as opened:
        told = opened.shop.explain_forecast(
            sku,
            week=week.date() if week else None,
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
    show_forecast.explanation(told, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def new(
    asked: Asked,
    file: Annotated[
        str, typer.Argument(help="A CSV, Parquet or Excel file: sku, category, price, brand, size ...")
    ],
) -> None:
    """Forecast products that have never sold, from what they are; the most similar ones are named."""
    with asked.open("new products") as opened:
        made = opened.shop.forecast_new(file, scenario=opened.scenario, seed=asked.seed, progress=opened.tell)
        currency = opened.shop.currency
    show_forecast_new.products(made, currency=currency, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def response(
    asked: Asked,
    sku: Annotated[
        list[str] | None, typer.Option("--sku", help="A product, in all detail; once for each.", show_default="all")
    ] = None,
    depths: Annotated[str, typer.Option("--depths", help="Price cuts in per cent.")] = "10,20,30,40,50",
) -> None:
    """Tell how products answer to prices, displays and mailers, and where the data do not say."""
    cuts = _shares(depths)
    with asked.open("response") as opened:
        told = opened.shop.response(
            sku or (), depths=cuts, scenario=opened.scenario, seed=asked.seed, progress=opened.tell
        )
    show_forecast_response.responses(told, in_detail=bool(sku), language=opened.language, as_json=asked.as_json)


def _shares(per_cents: str) -> list[float]:
    try:
        return [float(text.strip().removesuffix("%")) / 100 for text in per_cents.split(",")]
    except ValueError:
        raise typer.BadParameter(
            f"depths are per cents with commas between them, such as 10,20; given {per_cents!r}"
        ) from None


@app.command()
@with_shared_options
def totals(
    asked: Asked,
    by_store: ByStore = False,
    level: Annotated[
        str | None, typer.Option("--level", help="Show all of one level: total, category, store or sku.")
    ] = None,
) -> None:
    """Forecast products, categories, stores and the whole shop in numbers that agree."""
    show_forecast_totals.refuse_unknown_level(level, by_store=by_store)
    with asked.open("totals") as opened:
        made = opened.shop.totals(
            by_store=by_store, scenario=opened.scenario, seed=asked.seed, progress=opened.tell
        )
    show_forecast_totals.totals(made, level=level, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def drift(
    asked: Asked,
    weeks: Annotated[int, typer.Option("--weeks", help="How many of the newest weeks to judge by.", min=1)] = 8,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if it no longer holds.")] = False,
) -> None:
    """Check whether demand has moved away from what was learnt of it, and say what to do."""
    with asked.open("drift") as opened:
        report = opened.shop.drift(weeks=weeks, scenario=opened.scenario, seed=asked.seed, progress=opened.tell)
    show_forecast_drift.drift(report, language=opened.language, as_json=asked.as_json)
    if strict and not report.health.holds:
        raise typer.Exit(3)


@app.command()
@with_shared_options
def refresh(
    asked: Asked,
    refit: Annotated[bool, typer.Option("--refit", help="Learn everything anew, and keep that.")] = False,
) -> None:
    """Forecast from the newest sales with what was learnt and kept before: levels move, nothing is fitted."""
    with asked.open("refresh") as opened:
        made = opened.shop.refresh(refit=refit, scenario=opened.scenario, seed=asked.seed, progress=opened.tell)
    show_forecast_drift.refreshed(made, language=opened.language, as_json=asked.as_json)
