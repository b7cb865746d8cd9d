"""A clock that tests set, a till of each kind, and the campaigns in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dealwright.live.campaigns import Campaigns, open_campaigns
from dealwright.till import Till, open_till
from ledgers import SetClock, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def till(till_url: str, clock: SetClock) -> Iterator[Till]:  # noqa: F811
    with open_till(till_url, clock=clock) as opened:
        yield opened
        assert opened.audit() == ()


@pytest.fixture
def books(till: Till) -> Iterator[Campaigns]:
    opened = open_campaigns(till)
    yield opened
    assert opened.audit.verify().is_whole
