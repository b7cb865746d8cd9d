"""The command that makes coupon codes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dealwright.cli.cart import TILL, Database
from dealwright.cli.cart_words import CART_WORDS
from dealwright.cli.options import AsJson, Language
from dealwright.cli.screen import open_console, print_json
from dealwright.cli.show import language_of

app = typer.Typer(name="coupon", no_args_is_help=True, help="Make coupon codes that nobody can guess.")


@app.callback()
def coupon() -> None:
    """Make coupon codes that nobody can guess."""


@app.command()
def generate(
    batch: Annotated[str, typer.Option("--batch", help="A new name for the codes together.")],
    promotion: Annotated[str, typer.Option("--promotion", help="The id of the promotion they give a right to.")],
    out: Annotated[Path, typer.Option("--out", help="The CSV file to write; it must not exist.")],
    count: Annotated[int, typer.Option("--count", help="How many codes, unless --customers says.", min=1)] = 1,
    customers: Annotated[
        Path | None, typer.Option("--customers", help="A text file, one customer id a line: one code for each.")
    ] = None,
    uses: Annotated[int, typer.Option("--uses", help="How often each may be used; 0 is without limit.", min=0)] = 1,
    prefix: Annotated[str, typer.Option("--prefix", help="Capital letters and digits before each code.")] = "",
    start: Annotated[str, typer.Option("--start", help="A date or time of the zone's clock.")] = "",
    end: Annotated[str, typer.Option("--end", help="The same; a date means the end of that day.")] = "",
    zone: Annotated[str, typer.Option("--zone", help="IANA, like Europe/Berlin.")] = "UTC",
    valid_days: Annotated[
        int | None, typer.Option("--valid-days", help="Days after the day of issue until they end.")
    ] = None,
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Issue a batch of codes into a CSV file; they are kept nowhere else in readable form."""
    from dealwright.campaign.coupon import Batch
    from dealwright.campaign.schedule import by_the_clock
    from dealwright.till import open_till

    chosen = language_of(language, "en")
    named = _customers(customers) if customers else ()
    wanted = Batch(
        batch,
        promotion,
        len(named) if customers else count,
        prefix,
        uses or None,
        by_the_clock(start, end, zone=zone),
        valid_days,
    )
    till = open_till(database)
    try:
        issued = till.coupons.issue(wanted, customer_ids=named, to=out)
    finally:
        till.close()
    if as_json:
        print_json({"batch": batch, "codes": len(issued.codes), "files": [str(out)]})
    else:
        told = CART_WORDS[chosen]["issued"].format(n=f"{len(issued.codes):,}", batch=batch, file=out)
        open_console().print(told, highlight=False, markup=False, soft_wrap=True)


def _customers(file: Path) -> tuple[str, ...]:
    return tuple(line.strip() for line in file.read_text("utf-8-sig").splitlines() if line.strip())
