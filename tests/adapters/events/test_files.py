"""Files dropped into a folder are taken whole, once, and moved away."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dealwright.adapters.events.files import FileFeed, lines_of
from dealwright.adapters.events.memory import MemoryEvents
from dealwright.app.events.event_ports import Counts
from dealwright.core.errors import InputError
from shop_events import drawn_events, events_over


def drop(folder: Path, name: str, events: list[dict[str, object]]) -> None:
    (folder / name).write_text("".join(json.dumps(one) + "\n" for one in events), "utf-8")


def test_files_are_taken_in_the_order_of_their_names_and_moved_when_done(tmp_path: Path) -> None:
    batch = drawn_events(seed=1, n=25)
    drop(tmp_path, "b.jsonl", batch[10:])
    drop(tmp_path, "a.jsonl", batch[:10])
    drop(tmp_path, "c.jsonl.part", batch)
    events, feed = events_over(MemoryEvents()), FileFeed(tmp_path)
    assert [one.sent for one in events.follow(feed, wait_seconds=0, most=10)] == [10, 0, 10, 5]
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c.jsonl.part", "done"]
    assert sorted(one.name for one in (tmp_path / "done").iterdir()) == ["a.jsonl", "b.jsonl"]


def test_a_file_that_was_not_said_to_be_done_is_taken_again_and_nothing_counts_twice(tmp_path: Path) -> None:
    drop(tmp_path, "a.jsonl", drawn_events(seed=1, n=25))
    events = events_over(MemoryEvents())
    crashed = FileFeed(tmp_path)
    parcel = crashed.pull(20, wait_seconds=0)
    assert parcel is not None
    events.take(parcel.texts)
    crashed.close()
    again = sum(events.follow(FileFeed(tmp_path), wait_seconds=0), Counts())
    assert again == Counts(25, accepted=5, duplicates=20)
    assert not (tmp_path / "a.jsonl").exists()


def test_a_second_file_of_the_same_name_does_not_replace_the_first(tmp_path: Path) -> None:
    events = events_over(MemoryEvents())
    for seed in (1, 2):
        drop(tmp_path, "a.jsonl", drawn_events(seed, n=3))
        list(events.follow(FileFeed(tmp_path), wait_seconds=0))
    assert sorted(one.name for one in (tmp_path / "done").iterdir()) == ["a-2.jsonl", "a.jsonl"]


def test_odd_lines_are_each_a_dead_letter_of_their_own(tmp_path: Path) -> None:
    good = json.dumps(drawn_events(seed=1, n=1)[0]).encode()
    huge = b'{"x": "' + b"x" * 300_000 + b'"}'
    odd = [b"\xef\xbb\xbf" + good, b"", b"not json", huge, b"[1]", good.replace(b"e-0", b"e-1")]
    (tmp_path / "a.jsonl").write_bytes(b"\r\n".join(odd))
    events = events_over(MemoryEvents())
    assert events.take_all(lines_of(tmp_path / "a.jsonl")) == Counts(5, accepted=2, quarantined=3)
    assert [one.is_whole for one in events.dead_letters()] == [True, False, True]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is no folder"):
        FileFeed(tmp_path / "nowhere")
