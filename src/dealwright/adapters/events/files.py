"""Events dropped into a folder: files of JSON lines, taken in the order of their names, moved away when done.

A file counts once it is called `*.jsonl`: write it under another name and rename it, which is atomic. What is being
taken stays where it is until all of it is durable; after a crash it is taken again from its start, and the inbox
knows what it has.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from dealwright.app.events.event_ports import Parcel
from dealwright.core.errors import InputError
from dealwright.data.events import MOST_BYTES

DONE = "done"
_POLL_SECONDS = 0.2


def lines_of(file: Path) -> Iterator[bytes]:
    """The lines of a file that are not blank, one after another; one that is too long is cut behind the limit."""
    with file.open("rb") as opened:
        yield from _lines(opened)


def _lines(opened: BinaryIO) -> Iterator[bytes]:
    while line := opened.readline(MOST_BYTES + 2):
        if len(line) > MOST_BYTES + 1 and not line.endswith(b"\n"):
            _skip_line(opened)
        if line.strip():
            yield line.rstrip(b"\r\n")


def _skip_line(opened: BinaryIO) -> None:
    while (rest := opened.readline(MOST_BYTES)) and not rest.endswith(b"\n"):
        pass


@dataclass
class FileFeed:
    """See `Feed`, over a folder; a file goes to `done/` inside it when its last event was taken."""

    folder: Path
    _file: Path | None = None
    _open: BinaryIO | None = None
    _ends: dict[str, Path] = field(default_factory=dict)
    _n_parcels: int = 0

    def __post_init__(self) -> None:
        if not self.folder.is_dir():
            raise InputError(f"{str(self.folder)!r} is no folder; make it, or name one that exists")

    def pull(self, most: int, *, wait_seconds: float) -> Parcel | None:
        """See `Feed.pull`."""
        until = time.monotonic() + wait_seconds
        while (parcel := self._next(most)) is None:
            left = until - time.monotonic()
            if left <= 0:
                return None
            time.sleep(min(_POLL_SECONDS, left))
        return parcel

    def done(self, parcel: Parcel) -> None:
        """See `Feed.done`."""
        file = self._ends.pop(parcel.name, None)
        if file is not None:
            self._move_away(file)

    def close(self) -> None:
        """See `Feed.close`."""
        if self._open is not None:
            self._open.close()
        self._file = self._open = None

    def _next(self, most: int) -> Parcel | None:
        if self._open is None and not self._open_next():
            return None
        assert self._open is not None
        assert self._file is not None
        texts = tuple(islice(_lines(self._open), most))
        self._n_parcels += 1
        name = f"{self._file.name}:{self._n_parcels}"
        if len(texts) < most:
            self._ends[name] = self._file
            self.close()
        return Parcel(name, texts)

    def _open_next(self) -> bool:
        waiting = set(self._ends.values())
        for file in sorted(self.folder.glob("*.jsonl")):
            if file not in waiting:
                self._file, self._open = file, file.open("rb")
                return True
        return False

    def _move_away(self, file: Path) -> None:
        done = self.folder / DONE
        done.mkdir(exist_ok=True)
        target, n = done / file.name, 1
        while target.exists():  # another file of that name was taken before
            n += 1
            target = done / f"{file.stem}-{n}{file.suffix}"
        os.replace(file, target)
