"""The commands, in the order a newcomer meets them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dealwright import __version__
from dealwright.cli import (
    audit,
    campaign,
    cart,
    coupon,
    customers,
    events,
    key,
    offers,
    plan,
    price,
    promotion,
    reach,
    recommend,
    show,
    show_plan,
    supply,
)
from dealwright.cli.forecast import app as forecast_app
from dealwright.cli.options import HERE, SEED, AsJson, Language, Seed, Shop
from dealwright.cli.progress import bar
from dealwright.cli.prove import prove
from dealwright.cli.review import review
from dealwright.cli.serve import serve
from dealwright.cli.up import up
from dealwright.cli.watch import watch


class _InOrder(TyperGroup):
    """Groups of commands would stand last, whatever their place in the story."""

    def list_commands(self, ctx: Any) -> list[str]:
        return sorted(super().list_commands(ctx), key=ORDER.index)


ORDER = (
    "demo",
    "init",
    "import",
    "check",
    "profile",
    "customers",
    "recommend",
    "forecast",
    "plan",
    "supply",
    "price",
    "reach",
    "offers",
    "promotion",
    "cart",
    "coupon",
    "campaign",
    "events",
    "watch",
    "explain",
    "report",
    "review",
    "up",
    "serve",
    "key",
    "audit",
    "prove",
)
app = typer.Typer(
    cls=_InOrder,
    help="Plans, runs, watches and learns from promotions.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

app.add_typer(customers.app)
app.add_typer(recommend.app)
app.add_typer(forecast_app)
app.add_typer(plan.app)
app.add_typer(supply.app)
app.add_typer(price.app)
app.add_typer(reach.app)
app.add_typer(offers.app)
app.add_typer(promotion.app)
app.add_typer(cart.app)
app.add_typer(coupon.app)
app.add_typer(campaign.app)
app.add_typer(events.app)
app.add_typer(key.app)
app.add_typer(audit.app)
app.command()(plan.explain)
app.command()(review)
app.command()(watch)
app.command()(up)
app.command()(serve)
app.command()(prove)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dealwright {__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print it.")] = False,
) -> None:
    """Plans, runs, watches and learns from promotions."""
    del version


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Where everything is written.")] = Path("out/demo"),
    language: Language = None,
    seed: Seed = SEED,
    live: Annotated[
        bool, typer.Option("--live", help="Instead live its last weeks again: campaigns, orders, watch, review.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Run the main job on a real grocer's year: import, check, profile, forecast, plan, report."""
    from dealwright import workspace

    chosen = show.language_of(language, "en")
    if live:
        from dealwright.cli.demo_live import demo_live

        demo_live(out, language=chosen, seed=seed, as_json=as_json)
        return
    with bar("demo") as tell:
        with workspace.demo(out / "shop", progress=lambda what, share: tell(what, 0.45 * share)) as shop:
            made = shop.plan(seed=seed, progress=lambda what, share: tell(what, 0.45 + 0.45 * share))
            files = made.save(out)
        tell("writing the report", 0.92)
        files.append(made.report(out / "report.html", language=chosen))
        tell("done", 1.0)
    show_plan.plan(made.summary, files, language=chosen, as_json=as_json)


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder to make.")] = HERE,
    currency: Annotated[str, typer.Option(help="ISO 4217, like EUR.")] = "EUR",
    time_zone: Annotated[str, typer.Option(help="IANA, like Europe/Berlin.")] = "UTC",
    country: Annotated[str, typer.Option(help="ISO 3166, like DE: whose holidays count.")] = "DE",
    first_weekday: Annotated[str, typer.Option(help="On which weeks start.")] = "monday",
    language: Annotated[str, typer.Option("--lang", help="Of reports: en or zh.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Make an empty workspace for a shop."""
    from dealwright import bootstrap
    from dealwright.settings import shop_settings

    settings = shop_settings(
        currency=currency,
        time_zone=time_zone,
        country=country,
        first_weekday=first_weekday,
        language=language,
    )
    made = bootstrap.create(folder, settings)
    show.workspace(made, settings.model_dump(), as_json=as_json)


@app.command("import")
def import_(
    table: Annotated[str, typer.Argument(help="Which canonical table: sales, products, promotions, ...")],
    source: Annotated[str, typer.Argument(help="A CSV, Parquet or Excel file, or a database URL.")],
    shop: Shop = HERE,
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="A YAML file: which source column fills which column.")
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Sheet of a workbook.")] = None,
    query: Annotated[str | None, typer.Option(help="Table or SELECT of a database.")] = None,
    as_json: AsJson = False,
) -> None:
    """Bring a file or a database table into the shop."""
    from dealwright.adapters.files import load_mapping
    from dealwright.data.delivery import Source
    from dealwright.workspace import Workspace

    chosen = load_mapping(mapping) if mapping else None
    with Workspace(shop) as opened, bar("import") as tell:
        report = opened.import_file(table, Source(source, sheet, query), mapping=chosen, progress=tell)
    show.imported(report, as_json=as_json)


@app.command()
def check(
    shop: Shop = HERE,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 3 if anything serious is found.")] = False,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Report what is missing, doubled, odd or impossible in the data, and what to do about it."""
    from dealwright.data.finding import Severity
    from dealwright.workspace import Workspace

    with Workspace(shop) as opened, bar("check") as tell:
        chosen = show.language_of(language, opened.language)
        report = opened.check(progress=tell)
    show.findings(report, language=chosen, as_json=as_json)
    if strict and report.of(Severity.SERIOUS):
        raise typer.Exit(3)


@app.command()
def profile(shop: Shop = HERE, seed: Seed = SEED, language: Language = None, as_json: AsJson = False) -> None:
    """Describe the customers: segments by how they buy."""
    from dealwright.workspace import Workspace

    with Workspace(shop) as opened, bar("profile") as tell:
        chosen = show.language_of(language, opened.language)
        profiles = opened.profile(seed=seed, progress=tell)
    show.segments(profiles, currency=opened.currency, language=chosen, as_json=as_json)


@app.command()
def report(
    shop: Shop = HERE,
    out: Annotated[Path, typer.Option("--out", help="The HTML file to write.")] = Path("report.html"),
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of the latest plan as one HTML file."""
    from dealwright.workspace import Workspace

    with Workspace(shop) as opened:
        chosen = show.language_of(language, opened.language)
        path = opened.report(out, language=chosen)
    show.written([path], as_json=as_json)
