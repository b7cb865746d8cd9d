"""Whatever is done to the rows of an audit log behind its back, a look through it shows it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from dealwright.adapters.ledger.postgres import psycopg_url
from dealwright.app.service.keep_audit import Entry, Head, entry, first_hash, head_text, heads_from, link_hash
from dealwright.core.errors import InputError
from dealwright.live.audit import Audit
from dealwright.live.campaigns import open_campaigns
from dealwright.till import open_till
from ledgers import at_once, postgres_template, sqlite_template, stored_url, till_url  # noqa: F401
from postgres_server import postgres_server  # noqa: F401

AT = datetime(2024, 5, 1, 12, tzinfo=UTC)
N = 12

Tamper = Callable[[Connection], object]


def an_entry(n: int, actor: str = "Ann") -> Entry:
    return entry(actor, "pause", f"campaign/c{n}", {"n": n, "state": "live"}, {"n": n, "state": "paused"}, at=AT)


@contextmanager
def opened(url: str, *, tenant: str = "main") -> Iterator[Audit]:
    with open_till(url) as till:
        yield open_campaigns(till, tenant=tenant).audit


def behind_its_back(url: str, tamper: Tamper) -> None:
    engine = create_engine(psycopg_url(url) if url.startswith("postgres") else url)
    with engine.begin() as connection:
        tamper(connection)
    engine.dispose()


def sql(*statements: str) -> Tamper:
    def tamper(connection: Connection) -> None:
        for one in statements:
            assert connection.execute(text(one)).rowcount > 0, one

    return tamper


def made_anew(connection: Connection, *, without: int) -> None:
    """Somebody who knows how it is made leaves an entry out and computes all that follows anew."""
    table = connection.execute(text("SELECT * FROM live_audit ORDER BY number")).mappings().all()
    kept = [dict(row) for row in table if row["number"] != without]
    previous = first_hash("main")
    connection.execute(text("DELETE FROM live_audit"))
    for number, row in enumerate(kept, start=1):
        given = Entry(row["actor"], row["action"], row["subject"], bytes(row["before"]), bytes(row["after"]), AT)
        previous = link_hash(previous, number, given)
        row |= {"number": number, "hash": previous}
        connection.execute(
            text(
                "INSERT INTO live_audit VALUES "
                "(:tenant, :number, :at, :actor, :action, :subject, :before, :after, :hash)"
            ),
            row,
        )
    connection.execute(
        text("UPDATE live_audit_heads SET number = :number, hash = :hash"),
        {"number": len(kept), "hash": previous},
    )


TAMPERINGS: dict[str, Tamper] = {
    "delete the first": sql("DELETE FROM live_audit WHERE number = 1"),
    "delete one": sql("DELETE FROM live_audit WHERE number = 5"),
    "delete and close the gap": sql(
        "DELETE FROM live_audit WHERE number = 11", "UPDATE live_audit SET number = 11 WHERE number = 12"
    ),
    "delete the last": sql(f"DELETE FROM live_audit WHERE number = {N}"),
    "edit who": sql("UPDATE live_audit SET actor = 'Bob' WHERE number = 5"),
    "edit when": sql("UPDATE live_audit SET at = at + 1 WHERE number = 5"),
    "edit what": sql("UPDATE live_audit SET action = 'end' WHERE number = 5"),
    "edit of which": sql("UPDATE live_audit SET subject = 'campaign/x' WHERE number = 5"),
    "edit what was": sql("UPDATE live_audit SET before = after WHERE number = 5"),
    "edit what is": sql("UPDATE live_audit SET after = before WHERE number = 5"),
    "edit the last": sql(f"UPDATE live_audit SET actor = 'Bob' WHERE number = {N}"),
    "edit a hash": sql("UPDATE live_audit SET hash = before WHERE number = 5"),
    "swap two": sql(
        "UPDATE live_audit SET number = 100 WHERE number = 4",
        "UPDATE live_audit SET number = 4 WHERE number = 5",
        "UPDATE live_audit SET number = 5 WHERE number = 100",
    ),
    "number anew": sql("UPDATE live_audit SET number = number + 100"),
    "put one in front": sql(
        "INSERT INTO live_audit SELECT tenant, 0, at, actor, action, subject, before, after, hash "
        "FROM live_audit WHERE number = 1"
    ),
    "put one behind": sql(
        f"INSERT INTO live_audit SELECT tenant, {N + 1}, at, actor, action, subject, before, after, hash "
        f"FROM live_audit WHERE number = {N}"
    ),
    "truncate": sql("DELETE FROM live_audit WHERE number > 3"),
    "forget the head": sql("DELETE FROM live_audit_heads"),
    "move the head back": sql(
        "UPDATE live_audit_heads SET number = 3, hash = (SELECT hash FROM live_audit WHERE number = 3)"
    ),
}
WITH_HEAD: dict[str, Tamper] = {
    "truncate, the head too": sql(
        "DELETE FROM live_audit WHERE number > 3",
        "UPDATE live_audit_heads SET number = 3, hash = (SELECT hash FROM live_audit WHERE number = 3)",
    ),
    "drop everything": sql("DELETE FROM live_audit", "DELETE FROM live_audit_heads"),
    "leave one out and compute all anew": lambda connection: made_anew(connection, without=5),
    "leave the last out and compute all anew": lambda connection: made_anew(connection, without=N),
}


@pytest.mark.parametrize("how", TAMPERINGS)
def test_tampering_with_rows_shows_in_the_log_itself(stored_url: str, how: str) -> None:  # noqa: F811
    with opened(stored_url) as audit:
        audit.append([an_entry(n) for n in range(N)])
        assert audit.verify().is_whole
        behind_its_back(stored_url, TAMPERINGS[how])
        found = audit.verify()
        assert not found.is_whole
        assert all(one.sentence for one in found.problems)


@pytest.mark.parametrize("column", ["number", "at", "actor", "before", "after", "hash"])
def test_values_of_another_type_are_tampering_too_and_no_fault(tmp_path: Path, column: str) -> None:
    url = f"sqlite:///{tmp_path / 'till.db'}"
    with opened(url) as audit:
        audit.append([an_entry(n) for n in range(N)])
        behind_its_back(url, sql(f"UPDATE live_audit SET {column} = 'never' WHERE number = 5"))
        assert not audit.verify().is_whole


@pytest.mark.parametrize("how", WITH_HEAD)
def test_a_log_that_was_cut_or_made_anew_shows_against_a_head_kept_elsewhere(
    stored_url: str,  # noqa: F811
    how: str,
) -> None:
    with opened(stored_url) as audit:
        audit.append([an_entry(n) for n in range(N)])
        head = audit.head()
        assert head is not None
        kept = heads_from(head_text(head))
        behind_its_back(stored_url, WITH_HEAD[how])
        assert audit.verify().is_whole  # by itself a log cannot know what it was
        assert not audit.verify(exported=kept).is_whole


def test_an_entry_behind_an_exported_head_is_no_tampering(till_url: str) -> None:  # noqa: F811
    with opened(till_url) as audit:
        assert audit.head() is None
        assert audit.verify() == audit.verify(exported=())
        head = audit.append([an_entry(1)])
        audit.append([an_entry(2), an_entry(3)])
        found = audit.verify(exported=(head,))
        assert found.is_whole
        assert found.head == audit.head()
        assert found.head.number == 3
        assert [link.entry for link in audit.links(after=1)] == [an_entry(2), an_entry(3)]


def test_every_tenant_has_a_chain_of_its_own(till_url: str) -> None:  # noqa: F811
    with open_till(till_url) as till:
        books = open_campaigns(till)
        books.audit.append([an_entry(1)])
        other = open_campaigns(till, tenant="other").audit
        assert other.verify().head == Head("other", 0, first_hash("other"))
        assert first_hash("other") != first_hash("main")
        assert books.audit.verify().head.number == 1


def test_writers_at_once_make_one_chain(stored_url: str) -> None:  # noqa: F811
    with opened(stored_url) as audit:
        audit.append([an_entry(0)])
        at_once(4, lambda n: [audit.append([an_entry(n, actor=f"p{n}")]) for _ in range(5)])
        found = audit.verify()
        assert found.is_whole
        assert found.head.number == 21


def test_an_entry_keeps_what_changed_and_nothing_else() -> None:
    given = entry("Ann", "pause", "campaign/c", {"state": "live", "x": 1}, {"state": "paused", "x": 1}, at=AT)
    assert (given.before, given.after) == (b'{"state":"live"}', b'{"state":"paused"}')
    assert [one.told() for one in given.differences] == ["state: live → paused"]
    assert [one.told("zh") for one in given.differences] == ["状态:由 进行中 改为 已暂停"]
    with pytest.raises(InputError, match="needs a zone"):
        entry("Ann", "pause", "c", {}, {}, at=datetime(2024, 5, 1))


def test_the_hash_is_the_one_the_how_to_tells(tmp_path: Path) -> None:
    """Another program can verify a chain with SHA-256 and JSON alone."""
    import hashlib

    given = an_entry(1)
    fields = [1, "2024-05-01T12:00:00.000000+00:00", "Ann", "pause", "campaign/c1", 16, 18]
    expected = hashlib.sha256(
        hashlib.sha256(b"dealwright audit 1\nmain").digest()
        + json.dumps(fields).encode()
        + b'{"state":"live"}'
        + b'{"state":"paused"}'
    ).digest()
    assert link_hash(first_hash("main"), 1, given) == expected
    file = tmp_path / "heads"
    file.write_text(head_text(Head("main", 1, expected)) + "\n\n", "utf-8")
    assert heads_from(file.read_text("utf-8")) == (Head("main", 1, expected),)
    with pytest.raises(InputError, match="line 2 is no head"):
        heads_from(file.read_text("utf-8").replace("\n\n", "\nabc\n"))
