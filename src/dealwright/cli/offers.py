"""The commands about personal offers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_offers
from dealwright.cli.options import HERE, SEED, AsJson, Language, Seed, Shop, with_options_of

MostOffers = Annotated[int | None, typer.Option("--most", help="At most so many offers.", min=0)]
Explain = Annotated[
    list[str] | None, typer.Option("--explain", help="Say why this customer got what; once for each.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Write who gets what as CSV here.")]

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
    most: MostOffers = None,
    least_share: Annotated[
        float, typer.Option("--least-share", help="Of every group, at least this share gets one.", min=0, max=1)
    ] = 0.0,
    most_share: Annotated[
        float, typer.Option("--most-share", help="Of every group, at most this share.", min=0, max=1)
    ] = 1.0,
    explain: Explain = None,
    out: Out = None,
    shop: Shop = HERE,
    seed: Seed = SEED,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Pick at most one offer per customer for the most value within the budget, and prove how good that is."""
    from dealwright.app.recommend.allocate_offers import OfferLimits
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


@dataclass(frozen=True, slots=True)
class _Terms:
    """Who may get how many offers, and what is assumed where nothing was measured."""

    opted_out: Annotated[
        str | None, typer.Option("--opted-out", help="A file of customers who want none: customer_id.")
    ] = None
    given: Annotated[
        str | None, typer.Option("--given", help="A file of offers given before: customer_id, given_on.")
    ] = None
    most_each: Annotated[
        int | None, typer.Option("--most-each", help="At most so many for one customer.", min=1)
    ] = None
    within_days: Annotated[int, typer.Option("--within-days", help="In so many days.", min=1)] = 14
    elasticity: Annotated[
        tuple[float, float, float],
        typer.Option("--elasticity", help="Assumed where nothing was measured: value, lowest, highest."),
    ] = (2.0, 1.0, 3.0)
    cost_share: Annotated[
        float, typer.Option("--cost-share", help="Of a price, where the cost is not known.", min=0, max=1)
    ] = 0.7


@app.command("next")
@with_options_of(_Terms)
def next_(
    terms: _Terms,
    file: Annotated[
        str, typer.Argument(help="Offers: offer, sku, depth; times, times_low, times_high where it was measured.")
    ],
    budget: Annotated[str, typer.Option("--budget", help="Money for all discounts together, like 500.00.")],
    worst_case: Annotated[
        bool, typer.Option("--worst-case", help="The budget holds even if all in every offer is bought.")
    ] = False,
    most: MostOffers = None,
    explain: Explain = None,
    learn: Annotated[bool, typer.Option("--learn", help="Learn anew who buys what.")] = False,
    out: Out = None,
    shop: Shop = HERE,
    seed: Seed = SEED,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Find the next best offer for each customer: what adds most margin to what they would buy anyway.

    Chances come from the kept recommender (see: dealwright recommend for). Nobody gets an offer that adds nothing.
    """
    from dealwright.app.recommend.allocate_offers import OfferLimits
    from dealwright.cli.progress import bar
    from dealwright.cli.show import language_of
    from dealwright.core.money import Money
    from dealwright.workspace import Workspace
    from dealwright.workspace.files import save_tables
    from dealwright.workspace.next_offers import OfferFiles, elasticity_of, next_offers

    assumed = elasticity_of(*terms.elasticity)
    with Workspace(shop) as opened, bar("offers") as tell:
        chosen = language_of(language, opened.language)
        found = next_offers(
            opened,
            OfferFiles(file, terms.opted_out, terms.given),
            OfferLimits(Money.parse(budget, opened.currency).minor, worst_case, most_offers=most),
            most_each=terms.most_each,
            within_days=terms.within_days,
            elasticity=assumed,
            cost_share=terms.cost_share,
            seed=seed,
            learn=learn,
            progress=tell,
        )
        files = save_tables({"next_offers": found.allocated.table}, out) if out else []
        told = {customer: (found.why(customer), found.explain(customer)) for customer in explain or ()}
    show_offers.next_offers(found, assumed, told, files, language=chosen, as_json=as_json)
