"""The commands about personal offers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_offers
from dealwright.cli.options import HERE, SEED, AsJson, Language, Seed, Shop

app = typer.Typer(name="offers", no_args_is_help=True, help="Give each customer the right offer, or none.")


@app.callback()
def offers() -> None:
    """Give each customer the right offer, or none."""


@app.command()
def allocate(
    file: Annotated[
        str, typer.Argument(help="A file with customer_id, offer, value, cost (face_value, group, value_low, ...).")
    ],
    budget: Annotated[str, typer.Option("--budget", help="Money for all offers together, like 500.00.")],
    worst_case: Annotated[
        bool, typer.Option("--worst-case", help="The budget holds even if every offer is redeemed.")
    ] = False,
    least_return: Annotated[
        float | None, typer.Option("--least-return", help="Value per cost, of all offers together.", min=0)
    ] = None,
    most: Annotated[int | None, typer.Option("--most", help="At most so many offers.", min=0)] = None,
    least_share: Annotated[
        float, typer.Option("--least-share", help="Of every group, at least this share gets one.", min=0, max=1)
    ] = 0.0,
    most_share: Annotated[
        float, typer.Option("--most-share", help="Of every group, at most this share.", min=0, max=1)
    ] = 1.0,
    explain: Annotated[
        list[str] | None, typer.Option("--explain", help="Say why this customer got what; once for each.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Write who gets what as CSV here.")] = None,
    shop: Shop = HERE,
    seed: Seed = SEED,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Pick at most one offer per customer for the most value within the budget, and prove how good that is."""
    from dealwright.app.allocate_offers import OfferLimits
    from dealwright.cli.progress import bar
    from dealwright.cli.show import language_of
    from dealwright.core.money import Money
    from dealwright.workspace import Workspace
    from dealwright.workspace.files import save_tables

    with Workspace(shop) as opened, bar("offers") as tell:
        chosen = language_of(language, opened.language)
        limits = OfferLimits(
            Money.parse(budget, opened.currency).minor, worst_case, least_return, most, least_share, most_share
        )
        found = opened.allocate_offers(file, limits, seed=seed, progress=tell)
        files = save_tables({"personal_offers": found.table}, out) if out else []
        told = {customer: found.explain(customer) for customer in explain or ()}
    show_offers.allocation(found, told, files, language=chosen, as_json=as_json)
