"""The paper that results are printed on: tables, a console of a readable width, plain JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def new_table(*headers: str, title: str | None = None) -> Table:
    """First column left, the others right."""
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", pad_edge=False)
    for number, header in enumerate(headers):
        # Chinese has no spaces to break a line at; anything but folding would cut text off.
        table.add_column(header, justify="right" if number else "left", overflow="fold")
    return table


def open_console() -> Console:
    """Standard output; a pipe has no width, and a plan needs about this much to be read."""
    return Console(width=None if sys.stdout.isatty() else 150)


def print_json(document: Mapping[str, Any]) -> None:
    """One document on standard output."""
    json.dump(document, sys.stdout, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
