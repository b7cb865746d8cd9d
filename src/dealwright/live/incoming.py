"""Files that were uploaded to be imported: whole or not there at all, and never more than there is room for."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dealwright.live.job_kinds import INCOMING, is_file_name

MOST_BYTES: Final = 2 * 2**30
MOST_FILES: Final = 1_000
KEPT_FREE: Final = 512 * 2**20
"""Of the disk: the till may lie on it too."""
_PART: Final = ".part"
_LEFT_SECONDS: Final = 3600.0  # a part that is older was left by a process that died
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A file that can be imported."""

    name: str
    n_bytes: int


@dataclass(frozen=True, slots=True)
class NoRoom:
    """The file was not kept, and why."""

    reason: str

    def __bool__(self) -> bool:
        return False


class Incoming:
    """The uploaded files of a workspace; safe to use from many threads and processes."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES, most_files: int = MOST_FILES) -> None:
        self._folder = folder / INCOMING
        self._most_bytes = most_bytes
        self._most_files = most_files

    def put(self, name: str, content: bytes) -> Uploaded | NoRoom:
        """Keep a file, in place of the one of that name."""
        self._folder.mkdir(exist_ok=True)
        self._clear_up()
        refused = self._no_room(name, len(content))
        if refused is not None:
            return refused
        part = self._folder / f".{name}.{secrets.token_hex(8)}{_PART}"  # of this upload alone
        try:
            part.write_bytes(content)
            refused = self._no_room(name, 0)  # others may have come at the same time
            if refused is not None:
                return refused
            os.replace(part, self._folder / name)
        except OSError as error:
            if error.errno not in _FULL:
                raise
            return NoRoom("the disk is full; make room on it")
        finally:
            part.unlink(missing_ok=True)
        return Uploaded(name, len(content))

    def all(self) -> tuple[Uploaded, ...]:
        """The files that are there whole, by name."""
        found = [Uploaded(name, n_bytes) for name, n_bytes in self._sizes() if is_file_name(name)]
        return tuple(sorted(found, key=lambda one: one.name))

    def drop(self, name: str) -> bool:
        """Delete a file; False if it was not there."""
        try:
            (self._folder / name).unlink()
        except FileNotFoundError:
            return False
        return True

    def _no_room(self, name: str, n_bytes: int) -> NoRoom | None:
        """Why so many bytes more under this name are too many; parts of uploads under way count too."""
        others = [(other, size) for other, size in self._sizes() if other != name]
        total = sum(size for _, size in others) + n_bytes
        if total > self._most_bytes:
            return NoRoom(
                f"uploaded files may hold {_mib(self._most_bytes)} together, and with {name!r} they would hold "
                f"{_mib(total)}; delete some that were imported"
            )
        if sum(is_file_name(other) for other, _ in others) >= self._most_files:
            return NoRoom(f"at most {self._most_files:,} uploaded files are kept; delete some that were imported")
        free = shutil.disk_usage(self._folder).free
        if free - n_bytes < KEPT_FREE:
            return NoRoom(f"{_mib(free)} are free on the disk, and {_mib(KEPT_FREE)} stay so; make room on it")
        return None

    def _sizes(self) -> Iterator[tuple[str, int]]:
        for path in self._folder.glob("*"):
            try:
                yield path.name, path.stat().st_size
            except FileNotFoundError:  # somebody was done with it
                continue

    def _clear_up(self) -> None:
        """Parts that died with their process take up room for nothing."""
        for part in self._folder.glob(f".*{_PART}"):
            try:
                if time.time() - part.stat().st_mtime > _LEFT_SECONDS:
                    part.unlink(missing_ok=True)
            except FileNotFoundError:
                continue


def _mib(n_bytes: int) -> str:
    return f"{n_bytes / 2**20:,.0f} MiB"
