"""The commands about files of promotions: find mistakes, say them in words, hold them against expectations."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dealwright.cli import show_promotion
from dealwright.cli.options import AsJson, Language
from dealwright.cli.show import language_of

if TYPE_CHECKING:
    from dealwright.campaign.promotion import Promotion

app = typer.Typer(
    name="promotion", no_args_is_help=True, help="Check files of promotions: mistakes, words, expected amounts."
)

PromotionFile = Annotated[Path, typer.Argument(help="A file of promotions, as JSON.")]


@app.command()
def lint(file: PromotionFile, language: Language = None, as_json: AsJson = False) -> None:
    """Find mistakes without a cart; exit with 1 if one is an error."""
    from dealwright.campaign.lint import lint as remarks_on

    chosen, promotions = language_of(language, "en"), _read(file)
    remarks = remarks_on(promotions, language="zh" if chosen == "zh" else "en", at=datetime.now(UTC))
    show_promotion.remarks(remarks, n_promotions=len(promotions), language=chosen, as_json=as_json)
    if any(remark.severity == "error" for remark in remarks):
        raise typer.Exit(1)


@app.command()
def describe(file: PromotionFile, language: Language = None, as_json: AsJson = False) -> None:
    """Say each promotion in one plain sentence."""
    from dealwright.campaign.describe import describe as sentence

    chosen = language_of(language, "en")
    said = {one.id: sentence(one, "zh" if chosen == "zh" else "en") for one in _read(file)}
    show_promotion.sentences(said, as_json=as_json)


@app.command("test")
def try_(
    file: Annotated[Path, typer.Argument(help="A file of carts with expected amounts, as JSON.")],
    promotions: Annotated[
        Path | None, typer.Option("--promotions", help="The promotions; else the file that the tests name.")
    ] = None,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Price the carts of a file and compare with what they should come to; exit with 1 if one differs."""
    from dealwright.app.till.try_promotions import tests_from, try_promotions

    chosen = language_of(language, "en")
    found = tests_from(file.read_bytes())
    failures = try_promotions(found.tests, _read(promotions or file.parent / found.promotions))
    failed = [{"id": one.name, "expected": dict(one.expected), "got": dict(one.got)} for one in failures]
    show_promotion.tested(len(found.tests) - len(failed), failed, language=chosen, as_json=as_json)
    if failed:
        raise typer.Exit(1)


@app.command()
def conformance(
    file: Annotated[Path, typer.Argument(help="A file of conformance cases, as JSON.")],
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Price conformance cases, each under its own policy; exit with 1 if one differs."""
    from dealwright.app.till.check_promotions import check_promotions

    chosen = language_of(language, "en")
    report = check_promotions(file.read_bytes())
    show_promotion.tested(report["passed"], report["failed"], language=chosen, as_json=as_json)
    if report["failed"]:
        raise typer.Exit(1)


@app.command()
def schema(
    out: Annotated[Path | None, typer.Argument(help="The file to write; else it is printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print the JSON Schema of files of promotions, for editors and other programs."""
    from dealwright.campaign.codec import json_schema
    from dealwright.engine.catalogue import BENEFITS, CONDITIONS

    show_promotion.schema(json_schema(conditions=CONDITIONS, benefits=BENEFITS), out, as_json=as_json)


@app.command()
def reference(
    out: Annotated[Path | None, typer.Argument(help="The file to write; else it is printed.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print every field, condition and benefit of files of promotions, as Markdown."""
    from dealwright.app.till.tell_terms import reference as page

    show_promotion.page(page(), out, as_json=as_json)


def _read(file: Path) -> tuple[Promotion, ...]:
    from dealwright.app.till.read_promotions import promotions_from

    return promotions_from(file.read_bytes())
