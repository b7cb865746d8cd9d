"""Every kind of ledger, with a clock that is set by hand and ids that are counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dealwright.till import Till, open_till
from ledgers import CountedIds, SetClock, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[Till]:  # noqa: F811
    with open_till(till_url, clock=clock, ids=CountedIds()) as opened:
        yield opened
        assert opened.audit() == ()
