"""The commands about events: take them from files, see what could not be read, try that again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dealwright.cli.cart import TILL, Database
from dealwright.cli.events_words import EVENT_WORDS, told_problem
from dealwright.cli.options import HERE, AsJson, Language, Shop
from dealwright.cli.progress import bar
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show import language_of
from dealwright.core.errors import InputError

if TYPE_CHECKING:
    from dealwright.app.events.event_ports import Counts, DeadLetter, Feed
    from dealwright.app.events.take_sales import SalesTaken
    from dealwright.live.events import Events

app = typer.Typer(name="events", no_args_is_help=True, help="Take in orders, views and what else happens.")

PseudonymKey = Annotated[
    str,
    typer.Option(
        envvar="DEALWRIGHT_PSEUDONYM_KEY",
        help="Customers are kept under pseudonyms made with this secret.",
        show_default=False,
    ),
]
_PLACES = "A file of JSON lines, a folder of *.jsonl files, or a broker: nats://, kafka:// or redis://HOST."
Numbers = Annotated[list[int] | None, typer.Argument(help="Numbers of dead letters; else all that wait.")]


@app.command()
def take(
    place: Annotated[str, typer.Argument(help=_PLACES)],
    database: Database = TILL,
    wait: Annotated[float, typer.Option("--wait", help="Seconds to wait for more in a folder or a broker.")] = 0,
    stream: Annotated[
        str, typer.Option("--stream", help="The stream of NATS or Redis, or the topic of Kafka.")
    ] = "DEALWRIGHT_EVENTS",
    pseudonym_key: PseudonymKey = "",
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Take events in; repeating it does no harm. Files of a folder are moved to its `done` folder."""
    from dealwright.app.events.event_ports import Counts as Sums
    from dealwright.live.events import opened_events

    chosen = language_of(language, "en")
    counts = Sums()
    with opened_events(database, pseudonym_key=pseudonym_key.encode() or None) as events:
        for part in _taken(place, events, wait=wait, stream=stream):
            counts += part
    _show_counts(counts, language=chosen, as_json=as_json)


@app.command()
def dead(
    database: Database = TILL,
    limit: Annotated[int, typer.Option("--limit", help="How many to show.", min=1, max=1000)] = 20,
    after: Annotated[int, typer.Option("--after", help="Those behind this number.", min=0)] = 0,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Show what could not be taken, and why."""
    from dealwright.live.events import opened_events

    chosen = language_of(language, "en")
    with opened_events(database) as events:
        letters = events.dead_letters(after=after, limit=limit)
    _show_letters(letters, language=chosen, as_json=as_json)


@app.command()
def replay(
    numbers: Numbers = None,
    corrected: Annotated[
        Path | None, typer.Option("--corrected", help="A file with what the one named should say.")
    ] = None,
    database: Database = TILL,
    pseudonym_key: PseudonymKey = "",
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Try dead letters again, as they stand or corrected."""
    from dealwright.live.events import opened_events

    chosen = language_of(language, "en")
    text = corrected.read_text("utf-8-sig") if corrected else None
    with opened_events(database, pseudonym_key=pseudonym_key.encode() or None) as events:
        done = events.replay(*(numbers or ()), corrected=text)
    if as_json:
        print_json({"taken": done.taken, "refused": [_letter(one) for one in done.refused]})
        return
    told = EVENT_WORDS[chosen]["replayed"].format(n=done.taken, m=len(done.refused))
    open_console().print(told, highlight=False, markup=False)
    if done.refused:
        _show_letters(done.refused, language=chosen, as_json=False)


@app.command()
def drop(
    numbers: Annotated[list[int], typer.Argument(help="Numbers of dead letters.")],
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Never try these dead letters again."""
    from dealwright.live.events import opened_events

    chosen = language_of(language, "en")
    with opened_events(database) as events:
        strange = [number for number in numbers if events.store.letter(number) is None]
        if strange:
            raise InputError(
                *(f"there is no dead letter {number}; `dealwright events dead` shows them" for number in strange)
            )
        n = events.drop(*numbers)
    if as_json:
        print_json({"dropped": n})
    else:
        open_console().print(EVENT_WORDS[chosen]["dropped"].format(n=n), highlight=False, markup=False)


@app.command("to-sales")
def to_sales(
    shop: Shop = HERE,
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Bring the orders that came as events into the shop's sales; goes on where it was, and each comes in once."""
    from dealwright.live.events import opened_events
    from dealwright.workspace import Workspace

    with Workspace(shop) as opened, opened_events(database) as events:
        chosen = language_of(language, opened.language)
        with bar("to-sales", chosen) as tell:
            taken = opened.import_orders(events.store, progress=tell)
    _show_sales(taken, language=chosen, as_json=as_json)


def _taken(place: str, events: Events, *, wait: float, stream: str) -> Iterable[Counts]:
    from dealwright.adapters.events.brokers import opened_feed
    from dealwright.adapters.events.files import FileFeed, lines_of

    if "://" not in place and Path(place).is_file():
        yield events.take_all(lines_of(Path(place)))
        return
    feed: Feed = opened_feed(place, stream=stream) if "://" in place else FileFeed(Path(place))
    try:
        yield from events.follow(feed, wait_seconds=wait)
    finally:
        feed.close()


def _show_counts(counts: Counts, *, language: str, as_json: bool) -> None:
    if as_json:
        print_json(asdict(counts))
        return
    words = EVENT_WORDS[language]
    table = new_table("", "")
    for name, value in asdict(counts).items():
        table.add_row(words[name], f"{value:,}")
    console = open_console()
    console.print(table)
    if counts.quarantined:
        console.print(words["look"], highlight=False, markup=False)


def _show_sales(taken: SalesTaken, *, language: str, as_json: bool) -> None:
    if as_json:
        print_json(taken.to_dict())
        return
    words = EVENT_WORDS[language]
    table = new_table("", "")
    for name in ("read", "orders", "returns", "cancellations", "known", "waiting", "other"):
        table.add_row(words[f"sales_{name}"], f"{getattr(taken, name):,}")
    for name in ("lines_accepted", "lines_quarantined", "lines_withdrawn"):
        table.add_row(words[name], f"{getattr(taken, name):,}", style="bold")
    console = open_console()
    console.print(table)
    for line in (*map(str, taken.problems), *taken.quarantine):
        console.print(line, highlight=False, markup=False, soft_wrap=True)


def _show_letters(letters: Iterable[DeadLetter], *, language: str, as_json: bool) -> None:
    if as_json:
        print_json({"dead_letters": [_letter(one) for one in letters]})
        return
    words = EVENT_WORDS[language]
    table = new_table(words["number"], words["event"], words["why"])
    for column in table.columns[1:]:  # sentences, not numbers
        column.justify = "left"
    for one in letters:
        name = f"{one.source} {one.event_id}".strip() or ascii(one.text[:40])
        table.add_row(
            str(one.number), name, "\n".join(told_problem(problem, language=language) for problem in one.problems)
        )
    console = open_console()
    if table.row_count:
        console.print(table, markup=False)
    else:
        console.print(words["no_dead"], highlight=False, markup=False)


def _letter(one: DeadLetter) -> dict[str, object]:
    return {
        "number": one.number,
        "source": one.source,
        "event_id": one.event_id,
        "received_at": one.received_at.isoformat() if one.received_at else None,
        "problems": list(one.problems),
        "text": one.text,
        "is_whole": one.is_whole,
    }
