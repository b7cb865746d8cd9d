"""The commands about forecasts: make one, try models on the past, explain one product's week."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from dealwright.cli import show, show_forecast
from dealwright.cli.options import HERE, SEED, AsJson, Language, ScenarioFile, Seed, Shop
from dealwright.cli.progress import bar

app = typer.Typer(name="forecast", invoke_without_command=True)


@app.callback()
def forecast(
    context: typer.Context,
    shop: Shop = HERE,
    scenario: ScenarioFile = None,
    seed: Seed = SEED,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Forecast the coming weeks and the response to promotions, and say how good that is."""
    if context.invoked_subcommand is not None:
        _refuse_options_before(context)
        return
    from dealwright.workspace import Workspace, read_scenario

    chosen = read_scenario(scenario) if scenario else None
    with Workspace(shop) as opened, bar("forecast") as tell:
        in_words = show.language_of(language, opened.language)
        demand = opened.forecast(chosen, seed=seed, progress=tell)
    show_forecast.forecast(demand, language=in_words, as_json=as_json)


def _refuse_options_before(context: typer.Context) -> None:
    """An option before the subcommand would be read and then forgotten, and another shop be tried."""
    sources = [context.get_parameter_source(name) for name in context.params]
    if any(source is not None and source.name == "COMMANDLINE" for source in sources):
        raise typer.BadParameter(f"options of {context.invoked_subcommand!r} stand after it")


@app.command()
def backtest(
    models: Annotated[
        str, typer.Option("--models", help="Names with commas between them; else the cheap ones.")
    ] = "",
    horizon: Annotated[int, typer.Option("--horizon", help="Periods ahead.", min=1)] = 8,
    origins: Annotated[int, typer.Option("--origins", help="Earlier dates to forecast from.", min=1)] = 3,
    by_store: Annotated[bool, typer.Option("--by-store", help="Each product in each store.")] = False,
    period: Annotated[str, typer.Option("--period", help="week or day.")] = "week",
    shop: Shop = HERE,
    scenario: ScenarioFile = None,
    seed: Seed = SEED,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Try models and their blend on the shop's own past: errors, ranges and cost in one table."""
    from dealwright.workspace import Workspace, read_scenario

    chosen = read_scenario(scenario) if scenario else None
    with Workspace(shop) as opened, bar("backtest") as tell:
        in_words = show.language_of(language, opened.language)
        tested = opened.backtest(
            models.split(","),
            horizon=horizon,
            n_origins=origins,
            by_store=by_store,
            period=period,
            scenario=chosen,
            seed=seed,
            progress=tell,
        )
    show_forecast.backtest(tested, language=in_words, as_json=as_json)


@app.command()
def explain(
    sku: Annotated[str, typer.Argument(help="The product.")],
    week: Annotated[
        datetime | None, typer.Option("--week", formats=["%Y-%m-%d"], help="A day of it; else the next to come.")
    ] = None,
    shop: Shop = HERE,
    scenario: ScenarioFile = None,
    seed: Seed = SEED,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Trace the units of a product's coming week, or of a past one, to level, season, price and promotions."""
    from dealwright.workspace import Workspace, read_scenario

    chosen = read_scenario(scenario) if scenario else None
    with Workspace(shop) as opened, bar("explain") as tell:
        in_words = show.language_of(language, opened.language)
        told = opened.explain_forecast(
            sku, week=week.date() if week else None, scenario=chosen, seed=seed, progress=tell
        )
    show_forecast.explanation(told, language=in_words, as_json=as_json)
