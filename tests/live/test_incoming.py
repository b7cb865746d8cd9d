"""Uploaded files stay within their room, however many come at once."""

from __future__ import annotations

import os
import time
from pathlib import Path

from dealwright.live.incoming import Incoming, NoRoom, Uploaded
from ledgers import at_once


def test_a_file_takes_the_place_of_the_one_of_its_name_and_only_the_difference_counts(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path, most_bytes=10)
    assert incoming.put("a.csv", b"x" * 8) == Uploaded("a.csv", 8)
    assert isinstance(incoming.put("b.csv", b"x" * 3), NoRoom)
    assert incoming.put("a.csv", b"y" * 10) == Uploaded("a.csv", 10)
    assert incoming.all() == (Uploaded("a.csv", 10),)
    assert incoming.drop("a.csv")
    assert not incoming.drop("a.csv")
    assert incoming.put("b.csv", b"x" * 3) == Uploaded("b.csv", 3)


def test_there_are_at_most_so_many_files(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path, most_files=2)
    for name in ("a.csv", "b.csv", "a.csv"):
        assert incoming.put(name, b"x")
    refused = incoming.put("c.csv", b"x")
    assert refused == NoRoom("at most 2 uploaded files are kept; delete some that were imported")


def test_uploads_at_once_never_hold_more_together_and_leave_nothing_half(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path, most_bytes=25)
    answers = at_once(8, lambda n: incoming.put(f"{n}.csv", b"x" * 10))
    n_kept = sum(isinstance(one, Uploaded) for one in answers)
    assert n_kept <= 2
    assert [path.stat().st_size for path in (tmp_path / "incoming").iterdir()] == [10] * n_kept


def test_a_part_that_a_dead_process_left_makes_room_after_an_hour(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path, most_bytes=10)
    (tmp_path / "incoming").mkdir()
    part = tmp_path / "incoming" / ".a.csv.0123.part"
    part.write_bytes(b"x" * 9)
    assert isinstance(incoming.put("b.csv", b"x" * 5), NoRoom)
    hours_ago = time.time() - 7200
    os.utime(part, (hours_ago, hours_ago))
    assert incoming.put("b.csv", b"x" * 5)
    assert not part.exists()
