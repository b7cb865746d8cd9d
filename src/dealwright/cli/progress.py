"""Progress bars on standard error, so that standard output holds the result alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from dealwright.app.ports import Progress as Told
from dealwright.cli.progress_words import PROGRESS_ZH


@contextmanager
def bar(title: str, language: str = "en") -> Iterator[Told]:
    """A bar that shows what is being done; where no terminal watches, one line per step.

    What nobody has translated, such as steps that name a table or a model, is said in English.
    """
    words = PROGRESS_ZH if language == "zh" else {}
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _lines(console, title, words)
        return
    columns = (TextColumn("[bold]{task.fields[title]}"), BarColumn(), TextColumn("{task.description}"))
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(words.get("starting", "starting"), total=1.0, title=title)
        yield lambda what, share: progress.update(task, description=words.get(what, what), completed=share)


def _lines(console: Console, title: str, words: Mapping[str, str]) -> Told:
    said: list[str] = []

    def tell(what: str, share: float) -> None:
        if said[-1:] != [what]:
            said.append(what)
            console.print(f"{title}: {words.get(what, what)} ({share:.0%})", highlight=False, soft_wrap=True)

    return tell
