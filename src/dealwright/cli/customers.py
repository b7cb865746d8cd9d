"""The commands about customers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from dealwright.cli import show, show_customers, show_profiles
from dealwright.cli.options import Asked, with_shared_options

app = typer.Typer(name="customers", no_args_is_help=True, help="Who buys, what together, and what next.")

Out = Annotated[Path | None, typer.Option("--out", help="Also write the tables as CSV here.")]
Most = Annotated[int, typer.Option("--most", help="Rows to show.", min=1)]


@app.callback()
def customers() -> None:
    """Who buys, what together, and what next."""


@app.command()
@with_shared_options
def segments(asked: Asked) -> None:
    """Split customers into groups who buy alike, and name them by what sets them apart."""
    with asked.open("segments") as opened:
        profiles = opened.shop.profile(seed=asked.seed, progress=opened.tell)
        currency = opened.shop.currency
    show.segments(profiles, currency=currency, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def profiles(
    asked: Asked,
    anew: Annotated[bool, typer.Option("--anew", help="Count all order lines again, not only new ones.")] = False,
    out: Out = None,
) -> None:
    """Bring every customer's profile up to date: how, when, where and what they buy, and how much on offer."""
    from dealwright.app.customers.tell_profiles import tell_profiles
    from dealwright.workspace.files import save_tables

    with asked.open("profiles") as opened:
        found = opened.shop.profiles(anew=anew, progress=opened.tell)
        document, currency = tell_profiles(found), opened.shop.currency
        files = save_tables({"customer_profiles": found.profiles.execute()}, out) if out else []
    show_profiles.profiles(
        document, found.findings, files, currency=currency, language=opened.language, as_json=asked.as_json
    )


@app.command()
@with_shared_options
def quintiles(
    asked: Asked,
    by: Annotated[
        list[str] | None,
        typer.Option("--by", help="recency_score, frequency_score or spend_score; all three make a cell."),
    ] = None,
    most: Most = 20,
    out: Out = None,
) -> None:
    """Score customers from 1 to 5 by how lately, how often and how much they buy."""
    from dealwright.customer.quintiles import SCORES
    from dealwright.workspace.files import save_tables

    with asked.open("quintiles") as opened:
        found = opened.shop.quintiles(by=by or SCORES, progress=opened.tell)
        files = save_tables({"customer_scores": found.scores, "score_cells": found.cells}, out) if out else []
    show_profiles.quintiles(found, files, most=most, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def rules(
    asked: Asked,
    file: Annotated[Path, typer.Argument(help="A YAML file: a list of segments, each with name and all_of.")],
    out: Out = None,
) -> None:
    """Put customers into segments by rules of your own, and show how far these overlap."""
    from dealwright.workspace.files import save_tables

    with asked.open("rules") as opened:
        found = opened.shop.segments_by_rules(file, progress=opened.tell)
        files = save_tables({"segment_members": found.members, "segment_sizes": found.sizes}, out) if out else []
        currency = opened.shop.currency
    show_profiles.rules(found, files, currency=currency, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def drift(
    asked: Asked,
    since: Annotated[datetime, typer.Option("--since", help="The day to compare with.", formats=["%Y-%m-%d"])],
    most: Most = 10,
    out: Out = None,
) -> None:
    """Show how segments grew and shrank since a day, and who moved where."""
    from dealwright.workspace.files import save_tables

    with asked.open("drift") as opened:
        found = opened.shop.segment_drift(since.date(), seed=asked.seed, progress=opened.tell)
        tables = {"segment_shares": found.drift.shares, "segment_moves": found.drift.moves}
        files = save_tables(tables, out) if out else []
    show_profiles.drift(found, files, most=most, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def baskets(
    asked: Asked,
    of: Annotated[
        Literal["sku", "subcategory", "category"], typer.Option("--of", help="Between what rules are looked for.")
    ] = "subcategory",
    support: Annotated[float, typer.Option("--support", help="Share of orders a set must be in.")] = 0.003,
    confidence: Annotated[float, typer.Option("--confidence", help="Least confidence of a rule.")] = 0.1,
    most: Most = 20,
    out: Out = None,
) -> None:
    """Find what is bought together: rules that chance does not explain, the strongest first."""
    from dealwright.workspace.files import save_tables

    with asked.open("baskets") as opened:
        found = opened.shop.baskets(of=of, least_support=support, least_confidence=confidence, progress=opened.tell)
        files = save_tables({"basket_rules": found.telling}, out) if out else []
    show_customers.baskets(found, files, most=most, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def journey(
    asked: Asked,
    by: Annotated[
        Literal["visits", "orders"] | None,
        typer.Option("--by", help="Follow events of visits, or orders over periods; visits if events are known."),
    ] = None,
    goal: Annotated[list[str] | None, typer.Option("--goal", help="A kind of event that is a goal.")] = None,
    pause: Annotated[int, typer.Option("--pause", help="Minutes after which a visit is over.", min=1)] = 30,
    period: Annotated[int, typer.Option("--period", help="Days of a period of orders.", min=1)] = 28,
    gone_after: Annotated[int, typer.Option("--gone-after", help="Silent periods until gone.", min=1)] = 3,
    out: Out = None,
) -> None:
    """Show what becomes of customers from each state: who reaches the goal, who is lost, what it is worth."""
    from dealwright.app.customers.follow_customers import GOALS
    from dealwright.workspace.files import save_tables

    with asked.open("journey") as opened:
        found = opened.shop.journey(
            by=by,
            goals=goal or GOALS,
            pause_minutes=pause,
            period_days=period,
            gone_after=gone_after,
            seed=asked.seed,
        )
        opened.tell("done", 1.0)
        files = save_tables({"journey": found.states}, out) if out else []
        currency = opened.shop.currency
    show_customers.journey(found, files, currency=currency, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def intent(
    asked: Asked,
    days: Annotated[int, typer.Option("--days", help="How far ahead.", min=1)] = 14,
    most: Most = 10,
    out: Out = None,
) -> None:
    """Predict who buys within the coming days, say why, and show how right that was the last time."""
    from dealwright.workspace.files import save_tables

    with asked.open("intent") as opened:
        found = opened.shop.intent(horizon_days=days, seed=asked.seed, progress=opened.tell)
        files = save_tables({"purchase_intent": found.customers}, out) if out else []
    show_customers.intent(found, files, most=most, language=opened.language, as_json=asked.as_json)


Days = Annotated[int, typer.Option("--days", help="How far ahead.", min=1)]
LifetimeModel = Annotated[str, typer.Option("--model", help="bg_nbd, mbg_nbd, pareto_nbd; best tries all.")]


@app.command()
@with_shared_options
def value(asked: Asked, days: Days = 182, model: LifetimeModel = "best", most: Most = 10, out: Out = None) -> None:
    """Say what customers will be worth: purchases, spend and margin to come, with ranges."""
    _tell_values(asked, days=days, model=model, most=most, out=out, by="lifetime_value_minor")


@app.command()
@with_shared_options
def churn(asked: Asked, days: Days = 182, model: LifetimeModel = "best", most: Most = 10, out: Out = None) -> None:
    """Say who is leaving: the chance to be gone already, to leave this week, to stay away for four weeks."""
    _tell_values(asked, days=days, model=model, most=most, out=out, by="stays_away")


def _tell_values(
    asked: Asked,
    *,
    days: int,
    model: str,
    most: int,
    out: Path | None,
    by: Literal["lifetime_value_minor", "stays_away"],
) -> None:
    from dealwright.app.customers.value_customers import ValueTerms
    from dealwright.workspace.files import save_tables

    with asked.open("customers") as opened:
        cost_share = (opened.scenario or opened.shop.scenario()).assumptions.cost_share
        terms = ValueTerms(horizon_days=days, model=model, cost_share=cost_share)
        found = opened.shop.value(terms, seed=asked.seed, progress=opened.tell)
        files = save_tables({"customer_values": found.customers}, out) if out else []
        currency = opened.shop.currency
    show_customers.values(
        found, files, by=by, most=most, currency=currency, language=opened.language, as_json=asked.as_json
    )
