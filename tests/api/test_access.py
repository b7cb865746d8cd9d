"""Who may do what: every operation of the document is closed to everybody whose key is not good for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from starlette.testclient import TestClient

from dealwright.api.access import MOST_STALE_SECONDS, FirstKeyGuard, KeyGuard, OwnMachine, Scope
from dealwright.api.gate import Gate, Rank
from dealwright.api.openapi import document
from dealwright.api.operations import Operation
from dealwright.api.server import make_app
from dealwright.api.table import OPERATIONS, schemas
from dealwright.app.service.access_ports import Role
from dealwright.app.service.keep_keys import secret_of
from dealwright.live.keys import Keys, open_keys
from dealwright.till import open_till
from service_keys import Locked, a_locked_till, shown

DOCUMENT = document(OPERATIONS, schemas())


@dataclass(frozen=True)
class Way:
    """One operation as the document tells it: how to ask for it, and the role it needs (None: none)."""

    name: str
    method: str
    path: str
    role: Role | None


WAYS = [
    Way(told["operationId"], method.upper(), path, Role.of(told["x-role"]) if "security" in told else None)
    for path, methods in DOCUMENT["paths"].items()
    for method, told in methods.items()
]
LOCKED = [way for way in WAYS if way.role is not None]


@pytest.fixture(scope="module")
def locked() -> Iterator[Locked]:
    with a_locked_till() as made:
        yield made


def ask(locked: Locked, way: Way, headers: Any) -> tuple[int, str]:
    path = way.path.replace("{", "").replace("}", "")
    answer = locked.client.request(way.method, path, headers=headers)
    is_problem = answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"] if is_problem else ""


def test_only_health_and_pages_without_figures_are_open_to_anybody() -> None:
    assert {way.name for way in WAYS if way.role is None} == {
        *("get_health", "get_readiness", "get_health_live", "get_health_ready"),
        *("get_page", "get_page_script", "get_page_style", "get_reference"),
    }


def test_an_operation_that_does_not_say_who_may_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="role"):
        Operation(method="GET", path="/x", name="x", summary="", tag="", gives=str)  # type: ignore[call-arg]


@pytest.mark.parametrize("way", LOCKED, ids=lambda way: way.name)
def test_nobody_comes_in_without_a_key_that_opens(locked: Locked, way: Way) -> None:
    expired, revoked = locked.made("admin", days=1), locked.keys.new("admin", "taken back")
    assert locked.keys.revoke(revoked.key.key_id)
    locked.clock.forward(86_400)
    locked.guard.refresh()
    good = locked.secrets[Role.ADMIN]
    unusable = [
        shown(secret_of(bytes(30))),
        shown(expired),
        shown(revoked.secret),
        shown(good[:-1]),
        shown(good + "0"),
        shown(""),
        {"Authorization": f"Basic {good}"},
        [("Authorization", f"Bearer {good}"), ("Authorization", f"Bearer {good}")],
    ]
    assert ask(locked, way, {}) == (401, "access_missing")
    assert [ask(locked, way, headers) for headers in unusable] == [(401, "access_denied")] * len(unusable)


@pytest.mark.parametrize("way", LOCKED, ids=lambda way: way.name)
def test_lower_roles_are_refused_and_the_role_itself_comes_in(locked: Locked, way: Way) -> None:
    assert way.role is not None
    for role, secret in locked.secrets.items():
        status, code = ask(locked, way, shown(secret))
        if role < way.role:
            assert (status, code) == (403, "role_too_low")
        else:
            assert status not in (401, 403)


@pytest.mark.parametrize("way", LOCKED, ids=lambda way: way.name)
def test_a_key_of_another_tenant_finds_nothing_of_this_one(locked: Locked, way: Way) -> None:
    stranger = Keys(locked.keys.store, clock=locked.clock, ids=locked.keys.ids, tenant="another")
    secret = stranger.new("admin", "from elsewhere", per_second=0).secret
    locked.guard.refresh()
    own = shown(locked.secrets[Role.ADMIN])
    body = {"kind": "check"}
    made = locked.client.post("/v1/jobs", json=body, headers={**own, "Idempotency-Key": "ours"}).json()
    path = way.path.replace("{job_id}", made["job_id"]).replace("{", "").replace("}", "")
    answer = locked.client.request(way.method, path, headers=shown(secret))
    if way.name == "list_jobs":
        assert answer.json() == {"jobs": [], "next": ""}
    elif way.name == "submit_job":
        assert answer.status_code == 400  # it may ask for jobs of its own
    else:
        assert answer.status_code == 404
        assert answer.json()["code"] in ("not_found", "job_unknown")


def test_a_refusal_says_which_role_is_needed_and_how_keys_are_shown() -> None:
    with a_locked_till() as locked:
        told = locked.client.put("/v1/promotions", headers=shown(locked.secrets[Role.VIEWER])).json()
        assert told["detail"] == "put_promotions needs the role operator; the key's is viewer"
        assert locked.client.get("/v1/promotions").headers["www-authenticate"] == "Bearer"


def test_a_key_that_is_taken_back_opens_nothing_any_more_within_a_second() -> None:
    with a_locked_till() as locked:
        made = locked.keys.new("viewer", "for a moment")
        locked.guard.refresh()
        assert locked.client.get("/v1/promotions", headers=shown(made.secret)).status_code == 200
        locked.keys.revoke(made.key.key_id)
        threading.Event().wait(1.0)  # the server looks by itself
        assert locked.client.get("/v1/promotions", headers=shown(made.secret)).status_code == 401


def test_a_list_of_keys_that_cannot_be_refreshed_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with a_locked_till() as locked:
        guard = KeyGuard(locked.keys)
        (listing,) = [each for each in OPERATIONS if each.name == "list_promotions"]
        given: Scope = {"headers": [(b"authorization", f"Bearer {locked.secrets[Role.VIEWER]}".encode())]}
        unknown = guard.admit(given, listing).problem
        assert unknown is not None
        assert unknown.code == "not_ready"
        guard.refresh()
        assert guard.admit(given, listing).problem is None
        import time

        late = time.monotonic() + MOST_STALE_SECONDS + 1
        monkeypatch.setattr("dealwright.api.access.time.monotonic", lambda: late)
        stale = guard.admit(given, listing).problem
        assert stale is not None
        assert stale.code == "not_ready"


@pytest.mark.parametrize(
    ("headers", "is_let_in"),
    [
        ([(b"host", b"127.0.0.1:8000")], True),
        ([(b"host", b"localhost")], True),
        ([(b"host", b"[::1]:8000"), (b"origin", b"http://[::1]:8000")], True),
        ([(b"host", b"localhost:8000"), (b"origin", b"http://LOCALHOST:8000")], True),
        ([(b"host", b"localhost:8000"), (b"origin", b"http://localhost:3000")], False),
        ([(b"host", b"localhost:8000"), (b"origin", b"https://localhost:8000")], False),
        ([(b"host", b"[::1]:8000"), (b"origin", b"http://localhost:8000")], False),
        ([(b"host", b"shop.example:8000")], False),
        ([(b"host", b"localhost.evil.example")], False),
        ([(b"host", b"127.0.0.1:8000"), (b"origin", b"https://evil.example")], False),
        ([(b"host", b"127.0.0.1:8000"), (b"origin", b"null")], False),
    ],
)
def test_without_keys_a_page_from_elsewhere_cannot_have_the_browser_ask(
    headers: list[tuple[bytes, bytes]], is_let_in: bool
) -> None:
    (change,) = [each for each in OPERATIONS if each.name == "end_campaign"]
    scope = {"scheme": "http", "headers": headers}
    assert (OwnMachine().admit(scope, change).problem is None) is is_let_in


def test_the_document_of_operations_is_not_shown_to_a_page_from_elsewhere() -> None:
    with TestClient(make_app(open_till("memory:"), guard=OwnMachine())) as client:
        assert client.get("/openapi.json", headers={"Host": "localhost"}).status_code == 200
        told = client.get("/openapi.json", headers={"Host": "elsewhere.example"})
        assert (told.status_code, told.json()["code"]) == (403, "not_from_here")


def test_a_house_that_was_open_to_this_machine_is_locked_by_its_first_key() -> None:
    till = open_till("memory:")
    keys = open_keys(till)
    guard = FirstKeyGuard(KeyGuard(keys))
    with TestClient(make_app(till, guard=guard), headers={"Host": "localhost"}) as client:
        assert client.get("/v1/promotions").status_code == 200
        made = keys.new("viewer", "the first")
        guard.refresh()
        assert client.get("/v1/promotions").json()["code"] == "access_missing"
        assert client.get("/v1/promotions", headers=shown(made.secret)).status_code == 200
        keys.revoke(made.key.key_id)
        guard.refresh()
        assert client.get("/v1/promotions").json()["code"] == "access_missing", "for ever"


def test_in_a_full_house_one_client_cannot_keep_the_others_out() -> None:
    gate = Gate(most_inside=100)
    assert gate.enter(Rank.SETTLE, "quiet") is None
    gate.leave("quiet")
    while gate.enter(Rank.SETTLE, "greedy") is None:
        pass
    assert gate.inside == 100, "alone it may have all places"
    for _ in range(30):
        gate.leave("greedy")
    assert gate.enter(Rank.SETTLE, "quiet") is None
    assert gate.enter(Rank.SETTLE, "greedy") is not None, "it has more than half of all places"
    assert gate.enter(Rank.SETTLE, "quiet") is None
