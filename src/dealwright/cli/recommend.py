"""The commands about recommendations."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli import show_recommend
from dealwright.cli.options import Asked, with_shared_options

app = typer.Typer(name="recommend", no_args_is_help=True, help="What to show to whom, and why.")

Model = Annotated[str, typer.Option("--model", help="popular, buy_again, ease, hybrid, ...")]
Out = Annotated[Path | None, typer.Option("--out", help="Also write the table as CSV here.")]
Learn = Annotated[bool, typer.Option("--learn", help="Learn anew, though a recommender is kept in the workspace.")]


@app.callback()
def recommend() -> None:
    """What to show to whom, and why."""


@app.command("for")
@with_shared_options
def for_(
    asked: Asked,
    customers: Annotated[list[str], typer.Argument(help="Customers' ids.")],
    n_items: Annotated[int, typer.Option("--items", help="Items for each.", min=1)] = 10,
    is_new_only: Annotated[bool, typer.Option("--new-only", help="Leave out what they bought before.")] = False,
    most_alike: Annotated[
        int | None, typer.Option("--most-alike", help="At most so many of one subcategory.", min=1)
    ] = None,
    model: Model = "hybrid",
    learn: Learn = False,
    out: Out = None,
) -> None:
    """Recommend products to customers; who is not known gets what sells best of late.

    What is learnt is kept in the workspace and used until it is learnt anew; new purchases count at once.
    """
    from dealwright.workspace.files import save_tables
    from dealwright.workspace.recommendations import ask_recommender

    with asked.open("recommend") as opened:
        found = ask_recommender(
            opened.shop, customers, model=model, seed=asked.seed, learn=learn, progress=opened.tell
        )
        from dealwright.recommend.rank import Taste

        taste = Taste(n_items, is_new_only=is_new_only, most_per_label=most_alike)
        lists = found.recommender.recommend(customers, taste)
        files = save_tables({"recommendations": lists}, out) if out else []
        names = opened.shop.names_of(lists["sku"])
    show_recommend.lists(lists, found.freshness, names, files, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def explain(
    asked: Asked,
    customer: Annotated[str, typer.Argument(help="A customer's id.")],
    sku: Annotated[str, typer.Argument(help="An item.")],
    model: Model = "hybrid",
    learn: Learn = False,
) -> None:
    """Say why an item has its score with a customer, in parts that sum."""
    from dealwright.workspace.recommendations import ask_recommender

    with asked.open("recommend") as opened:
        found = ask_recommender(
            opened.shop, [customer], model=model, seed=asked.seed, learn=learn, progress=opened.tell
        )
        reasons = found.recommender.explain(customer, sku)
        names = opened.shop.names_of([sku])
    show_recommend.reasons(
        reasons, found.freshness, customer, names[sku], language=opened.language, as_json=asked.as_json
    )


@app.command()
@with_shared_options
def interests(
    asked: Asked,
    customers: Annotated[list[str], typer.Argument(help="Customers' ids.")],
    texts: Annotated[
        str | None, typer.Option("--texts", help="A file of searches and reviews: customer_id, text, kind.")
    ] = None,
    chinese: Annotated[
        str, typer.Option("--chinese", help="How Chinese words are told apart: jieba or bigrams.")
    ] = "jieba",
    n_words: Annotated[int, typer.Option("--words", help="Words for each.", min=1)] = 10,
    out: Out = None,
) -> None:
    """Say in words what customers are interested in: from titles of what they bought, searches and reviews."""
    from dealwright.workspace.files import save_tables
    from dealwright.workspace.interests import customer_interests

    with asked.open("interests") as opened:
        found = customer_interests(opened.shop, customers, texts=texts, chinese=chinese, most=n_words)
        files = save_tables({"interests": found.table}, out) if out else []
    show_recommend.interests(found, files, language=opened.language, as_json=asked.as_json)


@app.command()
@with_shared_options
def evaluate(
    asked: Asked,
    weeks: Annotated[int, typer.Option("--weeks", help="Held back to judge by.", min=1)] = 4,
    n_items: Annotated[int, typer.Option("--items", help="Items for each customer.", min=1)] = 20,
    models: Annotated[
        str, typer.Option("--models", help="Names with commas between them; else the usual ones.")
    ] = "",
    out: Out = None,
) -> None:
    """Judge recommenders on the last weeks, which they have not seen."""
    from dealwright.app.recommend.evaluate_recommenders import MODELS
    from dealwright.workspace.files import save_tables

    names = [name.strip() for name in models.split(",") if name.strip()] or MODELS

    with asked.open("recommend") as opened:
        found = opened.shop.judge_recommenders(
            models=names, weeks=weeks, k=n_items, seed=asked.seed, progress=opened.tell
        )
        files = save_tables({"recommenders": found.table}, out) if out else []
    show_recommend.judged(found, files, language=opened.language, as_json=asked.as_json)
