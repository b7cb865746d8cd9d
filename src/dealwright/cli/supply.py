"""The commands about stock: what to order, how to share it out, what to do with too much."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_supply
from dealwright.cli.options import Asked, refuse_options_before, with_shared_options

app = typer.Typer(name="supply", invoke_without_command=True)

Terms = Annotated[
    Path | None,
    typer.Option("--terms", help="YAML, or CSV by product: lead times, packs, order cost; else supply.yaml."),
]
Approved = Annotated[
    Path | None, typer.Option("--approved", help="The plan that runs: a folder or file; else the one made last.")
]
NoPlan = Annotated[bool, typer.Option("--no-plan", help="As if no promotion ran.")]
Out = Annotated[Path | None, typer.Option("--out", help="Also write all tables as CSV here.")]


@app.callback()
@with_shared_options
def supply(
    asked: Asked,
    context: typer.Context,
    terms: Terms = None,
    approved: Approved = None,
    no_plan: NoPlan = False,
    out: Out = None,
) -> None:
    """Say what to order, when and how much under the plan, and how likely promotions sell out."""
    if context.invoked_subcommand is not None:
        refuse_options_before(context)
        return
    from dealwright.workspace.files import save_tables

    with asked.open("supply") as opened:
        found = opened.shop.order_stock(
            terms,
            approved=approved,
            with_plan=not no_plan,
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
        files = save_tables(found.tables, out) if out else []
    show_supply.orders(found, files, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def allocate(
    asked: Asked,
    sku: Annotated[str, typer.Argument(help="The product.")],
    units: Annotated[int, typer.Option("--units", help="How many to share out.", min=0)],
    weeks: Annotated[int, typer.Option("--weeks", help="Of the coming weeks, how many they are for.", min=1)] = 1,
    minimum: Annotated[int, typer.Option("--minimum", help="At least so many on each shelf.", min=0)] = 0,
    pack: Annotated[
        int | None, typer.Option("--pack", help="Units of a pack; else as in the terms.", min=1)
    ] = None,
    terms: Terms = None,
    approved: Approved = None,
    no_plan: NoPlan = False,
    out: Out = None,
) -> None:
    """Share units of a product out over the stores: each pack goes where it sells most."""
    from dealwright.app.supply.allocate_stock import Pool
    from dealwright.workspace.files import save_tables

    with asked.open("allocate") as opened:
        found = opened.shop.allocate_stock(
            Pool(sku, units, weeks, minimum, pack),
            terms=terms,
            approved=approved,
            with_plan=not no_plan,
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
        files = save_tables({"allocation": found.table}, out) if out else []
        currency = opened.shop.currency
    show_supply.allocation(found, files, currency=currency, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def overstock(
    asked: Asked,
    by: Annotated[datetime, typer.Option("--by", formats=["%Y-%m-%d"], help="The day by which it must be gone.")],
    sku: Annotated[list[str] | None, typer.Option("--sku", help="Only this product; once for each.")] = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="Only this category; once for each.")
    ] = None,
    terms: Terms = None,
    approved: Approved = None,
    no_plan: NoPlan = False,
    out: Out = None,
) -> None:
    """Say which counted stock will not sell by a day, and whether to mark it down, show it or give it back."""
    from dealwright.workspace.files import save_tables

    with asked.open("overstock") as opened:
        found = opened.shop.clear_overstock(
            by.date(),
            skus=sku or (),
            categories=category or (),
            terms=terms,
            approved=approved,
            with_plan=not no_plan,
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
        files = save_tables({"overstock": found.table}, out) if out else []
        currency = opened.shop.currency
    show_supply.overstock(found, files, currency=currency, language=opened.language, as_json=asked.as_json)
