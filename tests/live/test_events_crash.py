"""A process that takes events may be killed at any moment: what it left is finished by the next one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dealwright.adapters.events.memory import MemoryEvents
from dealwright.app.events.event_ports import Counts
from dealwright.live.events import open_events
from dealwright.till import open_till
from ledgers import (  # noqa: F401
    postgres_template,
    sqlite_template,
    stored_url,
)
from postgres_server import postgres_server  # noqa: F401
from shop_events import Told, drawn_events, events_over, told

TAKE = """
import sys
from pathlib import Path
from dealwright.adapters.events.files import FileFeed
from dealwright.live.events import open_events
from dealwright.till import open_till
from shop_events import Told, odd_is_held

with open_till(sys.argv[1]) as till:
    events = open_events(till, campaigns=Told())
    events._arm_of = odd_is_held
    for _ in events.follow(FileFeed(Path(sys.argv[2])), wait_seconds=0, most=50):
        pass
"""


def take(url: str, folder: Path, *, fault: str = "") -> int:
    path = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "DEALWRIGHT_FAULT": fault, "PYTHONPATH": path}
    command = [sys.executable, "-c", TAKE, url, str(folder)]
    return subprocess.run(command, env=environment, timeout=120, check=False).returncode


@pytest.mark.parametrize("point", ["before_commit", "after_commit_before_reply"])
def test_killed_in_the_middle_of_a_file_the_next_process_counts_every_event_once(
    stored_url: str,  # noqa: F811
    tmp_path: Path,
    point: str,
) -> None:
    batch = drawn_events(seed=5, n=180)
    drop = tmp_path / "drop"
    drop.mkdir()
    (drop / "a.jsonl").write_text("".join(json.dumps(one) + "\n" for one in batch), "utf-8")
    assert take(stored_url, drop, fault=f"{point}:kill:3") == -signal.SIGKILL
    assert (drop / "a.jsonl").exists()
    assert take(stored_url, drop) == 0
    orderly = events_over(MemoryEvents())
    orderly.take_all(batch)
    with open_till(stored_url) as till:
        events = open_events(till, campaigns=Told())
        assert told(events) == told(orderly)
        (shop,) = events.sources()
    n_before = 100 if point == "before_commit" else 150
    assert shop.counts == Counts(180 + n_before, accepted=180, duplicates=n_before)
    assert not (drop / "a.jsonl").exists()
