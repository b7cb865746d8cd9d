"""The commands about one cart: what it costs, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dealwright.cli import show_cart
from dealwright.cli.options import AsJson, Language
from dealwright.cli.show import language_of

if TYPE_CHECKING:
    from dealwright.campaign.promotion import Promotion
    from dealwright.core.cart import Cart
    from dealwright.engine.evaluation import Evaluation

app = typer.Typer(name="cart", no_args_is_help=True, help="Price a cart as the till does, and explain it.")

CartFile = Annotated[Path, typer.Argument(help="The cart, as JSON.")]
PromotionsFile = Annotated[
    Path | None, typer.Option("--promotions", help="A file of promotions; else those of the database.")
]
Database = Annotated[
    str,
    typer.Option(envvar="DEALWRIGHT_DATABASE_URL", help="sqlite:///FILE or postgresql://USER@HOST/NAME."),
]
At = Annotated[str | None, typer.Option("--at", help="A moment like 2026-11-11T20:00+08:00; else now.")]
TILL = "sqlite:///till.db"


@app.command()
def price(
    file: CartFile,
    promotions: PromotionsFile = None,
    database: Database = TILL,
    at: At = None,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Tell what the cart costs after promotions, line by line."""
    chosen = language_of(language, "en")
    evaluation, _ = _evaluated(file, promotions, database, at, explain_all=False)
    show_cart.prices(evaluation, language=chosen, as_json=as_json)


@app.command()
def explain(
    file: CartFile,
    promotions: PromotionsFile = None,
    database: Database = TILL,
    at: At = None,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Tell what each promotion gives the cart, and of those that give nothing why and what is missing."""
    chosen = language_of(language, "en")
    evaluation, known = _evaluated(file, promotions, database, at, explain_all=True)
    sentences = {one.id: one.benefit.sentence(one.currency, "zh" if chosen == "zh" else "en") for one in known}
    show_cart.explanation(evaluation, sentences, language=chosen, as_json=as_json)


def _evaluated(
    file: Path, promotions: Path | None, database: str, at: str | None, *, explain_all: bool
) -> tuple[Evaluation, tuple[Promotion, ...]]:
    from dealwright.app.till.read_promotions import cart_from, promotions_from
    from dealwright.engine.evaluate import evaluate
    from dealwright.engine.index import compile_promotions

    cart, moment = cart_from(file.read_bytes()), _moment(at)
    if promotions is None:
        return _at_the_till(cart, database, moment)
    given = promotions_from(promotions.read_bytes())
    return evaluate(cart, compile_promotions(given), at=moment, explain_all=explain_all), given


def _at_the_till(cart: Cart, database: str, moment: datetime) -> tuple[Evaluation, tuple[Promotion, ...]]:
    from dealwright.till import open_till

    _refuse_missing(database)
    till = open_till(database)
    try:
        return till.carts.price(cart, at=moment), till.promotions.all()
    finally:
        till.close()


def _refuse_missing(database: str) -> None:
    """InputError for a SQLite file that is not there: a till made by asking it would know no promotion."""
    from dealwright.core.errors import InputError

    path = database.removeprefix("sqlite:///").partition("?")[0] if database.startswith("sqlite:///") else ""
    if path not in ("", ":memory:") and not Path(path).exists():
        raise InputError(
            f"there is no till at {path}; give --promotions FILE, or the --database that the till is served from"
        )


def _moment(text: str | None) -> datetime:
    from dealwright.app.till.try_promotions import instant_of

    return datetime.now(UTC) if text is None else instant_of(text)
