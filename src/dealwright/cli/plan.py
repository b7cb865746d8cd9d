"""The commands about plans: make one, ask what if, hold several side by side, trade, revise the approved one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dealwright.cli import show_comparison, show_plan
from dealwright.cli.options import (
    HERE,
    AsJson,
    Asked,
    Language,
    Opened,
    Shop,
    refuse_options_before,
    with_shared_options,
)

if TYPE_CHECKING:
    from dealwright.plan.scenario import Scenario

app = typer.Typer(name="plan", invoke_without_command=True)

Out = Annotated[Path | None, typer.Option("--out", help="Also write the plan's files here.")]


@app.callback()
@with_shared_options
def plan(
    asked: Asked,
    context: typer.Context,
    no_customers: Annotated[
        bool, typer.Option("--no-customers", help="Leave out the report's pages about customers: sooner done.")
    ] = False,
    out: Out = None,
) -> None:
    """Choose the promotions of the coming weeks, with a proven bound, and keep the plan in the workspace."""
    if context.invoked_subcommand is not None:
        refuse_options_before(context)
        return
    from dealwright.workspace import PLAN_FOLDER

    with asked.open("plan") as opened:
        made = opened.shop.plan(
            opened.scenario, is_about_customers=not no_customers, seed=asked.seed, progress=opened.tell
        )
        files = made.save(out) if out else [asked.shop / PLAN_FOLDER]
    show_plan.plan(made.summary, files, language=opened.language, as_json=asked.as_json)


@app.command("what-if")
@with_shared_options
def what_if(
    asked: Asked,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", help="What changes, like limits.budget=500 or depths=[0.1,0.2]; once for each."),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option("--base", help="The scenario to compare with; else the workspace's own."),
    ] = None,
) -> None:
    """Plan again with a few settings, or another --scenario, on the same forecast: what it brings, what differs."""
    from dealwright.workspace import read_scenario

    start = read_scenario(base) if base else None
    with asked.open("what-if") as opened:
        found = opened.shop.what_if(
            settings or (), other=opened.scenario, scenario=start, seed=asked.seed, progress=opened.tell
        )
    show_comparison.comparison(found, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def compare(
    asked: Asked,
    files: Annotated[list[Path], typer.Argument(help="Scenario files; the first is compared with the others.")],
) -> None:
    """Hold the plans of several scenarios side by side, on the same forecast."""
    from dealwright.workspace import read_scenario

    named = [(file.stem, read_scenario(file)) for file in files]
    with asked.open("compare") as opened:
        scenarios = _with_base(named, opened)
        found = opened.shop.compare(scenarios, seed=asked.seed, progress=opened.tell)
    show_comparison.comparison(found, language=opened.language, as_json=asked.as_json)


def _with_base(named: list[tuple[str, Scenario]], opened: Opened) -> list[tuple[str, Scenario]]:
    """The one named by --scenario comes first; a single file is held against the workspace's own."""
    if opened.scenario is not None:
        return [(opened.scenario.name, opened.scenario), *named]
    if len(named) == 1:
        own = opened.shop.scenario()
        return [(own.name, own), *named]
    return named


@app.command()
def explain(
    what: Annotated[str, typer.Argument(help="A promotion like P-001, or a product's SKU.")],
    shop: Shop = HERE,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Trace every number of a promotion of the latest plan, or say why a product has none."""
    from dealwright.cli.show import language_of
    from dealwright.workspace import Workspace

    with Workspace(shop) as opened:
        chosen = language_of(language, opened.language)
        summary = opened.latest()
    show_plan.explanation(summary, what, language=chosen, as_json=as_json)


@app.command()
@with_shared_options
def frontier(
    asked: Asked,
    of: Annotated[
        str, typer.Option("--of", help="An objective: profit, revenue, units, customers or clearance.")
    ] = "profit",
    against: Annotated[str, typer.Option("--against", help="Another one.")] = "units",
    points: Annotated[int, typer.Option("--points", help="How many plans at most.", min=2)] = 7,
    out: Annotated[Path | None, typer.Option("--out", help="Write a page, a picture and a table here.")] = None,
) -> None:
    """Show what a little less of one objective buys of another."""
    with asked.open("frontier") as opened:
        found = opened.shop.frontier(
            of, against, points=points, scenario=opened.scenario, seed=asked.seed, progress=opened.tell
        )
        files = found.save(out, language=opened.language) if out else []
    show_comparison.frontier(found.frontier, files, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def replan(
    asked: Asked,
    approved: Annotated[
        Path, typer.Option("--approved", help="The plan's folder, or its plan.csv, plan.parquet or summary.json.")
    ],
    locked_weeks: Annotated[
        int, typer.Option("--locked-weeks", help="So many of the coming weeks stay as approved.", min=0)
    ],
    most_changed: Annotated[
        int | None, typer.Option("--most-changed", help="At most so many products and weeks differ.", min=0)
    ] = None,
    out: Out = None,
) -> None:
    """Plan again from the newest data while the approved plan runs, and say what changes."""
    from dealwright.workspace import PLAN_FOLDER

    with asked.open("replan") as opened:
        made = opened.shop.replan(
            approved,
            locked_weeks=locked_weeks,
            most_changed=most_changed,
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
        files = made.save(out) if out else [asked.shop / PLAN_FOLDER]
    show_comparison.replan(made.summary, files, language=opened.language, as_json=asked.as_json)
