"""The commands about shelf prices: the best ones, those that clear stock, those the rules allow."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_price
from dealwright.cli.options import Asked, with_shared_options

app = typer.Typer(
    name="price", no_args_is_help=True, help="Choose shelf prices, clear stock by a day, hold prices against rules."
)

Rules = Annotated[Path | None, typer.Option("--rules", help="A YAML file of price rules; else prices.yaml.")]
Skus = Annotated[list[str] | None, typer.Option("--sku", help="Only this product; once for each.")]
Out = Annotated[Path | None, typer.Option("--out", help="Also write all tables as CSV here.")]


@app.command("set")
@with_shared_options
def set_(
    asked: Asked,
    sku: Skus = None,
    category: Annotated[
        list[str] | None, typer.Option("--category", help="Only this category; once for each.")
    ] = None,
    rules: Rules = None,
    out: Out = None,
) -> None:
    """Find the shelf prices that earn most under demand and rules, and say which rule holds each back."""
    from dealwright.workspace.files import save_tables

    with asked.open("price") as opened:
        found = opened.shop.set_prices(
            rules,
            skus=sku or (),
            categories=category or (),
            scenario=opened.scenario,
            seed=asked.seed,
            progress=opened.tell,
        )
        files = save_tables({"prices": found.table}, out) if out else []
    show_price.prices(found, files, in_detail=bool(sku), language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def markdown(
    asked: Asked,
    by: Annotated[datetime, typer.Option("--by", formats=["%Y-%m-%d"], help="The day by which it must be gone.")],
    sku: Skus = None,
    stock: Annotated[
        Path | None, typer.Option("--stock", help="CSV with sku and units; else the table stock.")
    ] = None,
    labels: Annotated[int, typer.Option("--labels", help="At most so many prices.", min=1)] = 3,
    shared: Annotated[bool, typer.Option("--shared", help="The labels are shared by all products.")] = False,
    salvage: Annotated[
        float,
        typer.Option("--salvage", help="What a unit left still brings, as a share of its cost.", min=0, max=1),
    ] = 0.5,
    sell_through: Annotated[
        float | None, typer.Option("--sell-through", help="The share of the stock that must be sold.", min=0, max=1)
    ] = None,
    out: Out = None,
) -> None:
    """Find falling prices that clear stock by a day, and what that brings against holding the price."""
    from dealwright.app.prices.mark_down import Clearance
    from dealwright.workspace.files import save_tables

    with asked.open("markdown") as opened:
        scenario = opened.scenario or opened.shop.scenario()
        clearance = Clearance(
            by=by.date(),
            skus=tuple(sku or ()),
            depths=tuple(depth for depth in scenario.depths if depth > 0),
            ending=scenario.price_ending,
            n_labels=labels,
            is_shared=shared,
            salvage_share=salvage,
            sell_through=sell_through,
        )
        found = opened.shop.mark_down(
            clearance, stock=stock, scenario=scenario, seed=asked.seed, progress=opened.tell
        )
        files = save_tables({"markdown": found.table, "markdown_products": found.products}, out) if out else []
    show_price.markdown(found, files, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def ladder(asked: Asked, rules: Rules = None, out: Out = None) -> None:
    """Say which prices the rules allow, which of today break one, and what competitors' prices ask for."""
    from dealwright.workspace.files import save_tables

    with asked.open("ladder") as opened:
        found = opened.shop.check_prices(rules, scenario=opened.scenario, seed=asked.seed, progress=opened.tell)
        files = save_tables({"price_ladder": found.table}, out) if out else []
    show_price.ladder(found, files, language=opened.language, as_json=asked.as_json)
