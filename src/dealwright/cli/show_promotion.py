"""How remarks, sentences and test results of promotions look in a terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from dealwright.cli import show
from dealwright.cli.cart_words import CART_WORDS
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.core.errors import InputError

if TYPE_CHECKING:
    from dealwright.campaign.lint import Remark

_HEAD_LINES = 3  # of a page or schema, by which one written before is known


def remarks(found: Sequence[Remark], *, n_promotions: int, language: str, as_json: bool) -> None:
    """The remarks of a lint."""
    if as_json:
        print_json({"promotions": n_promotions, "remarks": [asdict(remark) for remark in found]})
        return
    console, w = open_console(), CART_WORDS[language]
    if not found:
        console.print(w["no_remarks"].format(n=n_promotions))
        return
    table = new_table("", w["promotion"], w["remark"], w["remedy"])
    for column in table.columns:
        column.justify = "left"
    for one in found:
        row = (w[f"severity_{one.severity}"], one.promotion_id, f"{one.sentence} ({one.code})", one.remedy)
        table.add_row(*map(escape, row))
    console.print(table)


def sentences(said: Mapping[str, str], *, as_json: bool) -> None:
    """What each promotion says."""
    if as_json:
        print_json({"promotions": [{"id": name, "sentence": sentence} for name, sentence in said.items()]})
        return
    for name, sentence in said.items():
        open_console().print(f"[bold]{escape(name)}[/bold]  {escape(sentence)}", highlight=False, soft_wrap=True)


def tested(passed: int, failed: Sequence[Mapping[str, Any]], *, language: str, as_json: bool) -> None:
    """How many tests passed, and what differs in those that did not."""
    if as_json:
        print_json({"passed": passed, "failed": list(failed)})
        return
    console, w = open_console(), CART_WORDS[language]
    if failed:
        table = new_table(w["test"], w["expected"], w["got"])
        for one in failed:
            row = (str(one["id"]), *(json.dumps(one[side], ensure_ascii=False) for side in ("expected", "got")))
            table.add_row(*map(escape, row))
        console.print(table)
    console.print(w["passed"].format(passed=passed, failed=len(failed)))


def schema(document: Mapping[str, Any], out: Path | None, *, as_json: bool) -> None:
    """The schema itself, or where it was written."""
    if out is None:
        print_json(document)
        return
    _write(out, json.dumps(document, ensure_ascii=False, indent=2) + "\n")
    show.written([out], as_json=as_json)


def page(text: str, out: Path | None, *, as_json: bool) -> None:
    """A page of Markdown, or where it was written."""
    if out is not None:
        _write(out, text)
        show.written([out], as_json=as_json)
    elif as_json:
        print_json({"markdown": text})
    else:
        open_console().print(text, end="", highlight=False, markup=False, soft_wrap=True)


def _write(out: Path, text: str) -> None:
    """Write it; InputError if a file is there that does not begin as what is written here does."""
    head = "\n".join(text.splitlines()[:_HEAD_LINES]).encode()
    if out.exists() and not out.read_bytes().startswith(head):
        raise InputError(
            f"{out} holds something else; it is not overwritten. Give another file, or remove it first"
        )
    out.write_text(text, "utf-8")
