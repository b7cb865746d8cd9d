"""Keys live in the database of the till, in each kind of database alike."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from dealwright.adapters.ledger.steps import BusyError
from dealwright.live.campaigns import open_campaigns
from dealwright.live.keys import open_keys
from dealwright.till import open_till
from ledgers import NOON, SetClock, postgres_template, sqlite_template, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401


def test_a_key_is_kept_as_it_was_made_and_taken_back_once(till_url: str) -> None:  # noqa: F811
    clock = SetClock()
    with open_till(till_url, clock=clock) as till:
        keys = open_keys(till)
        assert keys.store.stamp() == 0
        made = keys.new("planner", "till 1", days=2, per_second=5, burst=7).key
        assert keys.all() == [made]
        assert (made.made_at, made.expires_at, made.tenant) == (NOON, NOON + timedelta(days=2), "main")
        stamp = keys.store.stamp()
        assert stamp > 0
        clock.forward(60)
        assert keys.revoke(made.key_id)
        assert not keys.revoke(made.key_id)
        assert not keys.revoke("nobody's")
        assert keys.store.stamp() == stamp + 1
        (revoked,) = keys.all()
        assert revoked.revoked_at == NOON + timedelta(seconds=60)
        assert not revoked.is_usable(clock.now())


def test_a_tenant_sees_and_takes_back_its_own_keys_only(till_url: str) -> None:  # noqa: F811
    with open_till(till_url, clock=SetClock()) as till:
        ours = open_keys(till)
        theirs = type(ours)(ours.store, clock=ours.clock, ids=ours.ids, tenant="theirs")
        made = theirs.new("admin", "theirs").key
        assert ours.all() == []
        assert not ours.revoke(made.key_id)
        assert theirs.revoke(made.key_id)


def test_who_made_and_revoked_a_key_is_in_the_audit_log(tmp_path: Path) -> None:
    with open_till(f"sqlite:///{tmp_path}/till.db", clock=SetClock()) as till:
        keys = open_keys(till)
        made = keys.new("planner", "till 1", by="Ann")
        keys.revoke(made.key.key_id, by="Bob")
        keys.revoke(made.key.key_id, by="Eve")
        audit = open_campaigns(till).audit
        told = [(link.entry.actor, link.entry.action, link.entry.subject) for link in audit.links()]
        subject = f"key/{made.key.key_id}"
        assert told == [("Ann", "make_key", subject), ("Bob", "revoke_key", subject)]
        assert audit.verify().is_whole
        assert all(made.secret.encode() not in link.entry.after for link in audit.links())


def test_a_key_is_never_there_without_its_entry_in_the_audit_log(tmp_path: Path) -> None:
    with open_till(f"sqlite:///{tmp_path}/till.db", clock=SetClock()) as till:
        keys = open_keys(till)
        made = keys.new("viewer", "till 1").key
        with sqlite3.connect(tmp_path / "till.db") as database:
            database.execute(
                "CREATE TRIGGER no_entry BEFORE INSERT ON live_audit BEGIN SELECT RAISE(ABORT, 'killed'); END"
            )
        for change in (partial(keys.new, "admin", "ghost"), partial(keys.revoke, made.key_id)):
            with pytest.raises(BusyError):
                change()
        assert keys.all() == [made]
        assert [link.entry.subject for link in open_campaigns(till).audit.links()] == [f"key/{made.key_id}"]


def test_the_file_of_the_database_does_not_hold_the_secret(tmp_path: Path) -> None:
    with open_till(f"sqlite:///{tmp_path}/till.db") as till:
        secret = open_keys(till).new("admin", "canary").secret
    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert b"canary" in held
    assert secret.encode() not in held
    assert secret[4:44].encode() not in held
