"""Jobs over HTTP: asked for with a key of the request, seen page by page, stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from starlette.testclient import TestClient

from api_bodies import keyed
from dealwright.api.server import make_app
from dealwright.api.service import open_live
from dealwright.app.service.access_ports import Role
from dealwright.live.incoming import MOST_BYTES
from dealwright.live.job_kinds import KINDS
from dealwright.till import open_till
from ledgers import at_once
from service_keys import a_locked_till, shown


@pytest.fixture(params=["memory", "sqlite"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[TestClient]:
    """A till with a workspace, at which nobody works."""
    till = open_till("memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/till.db")
    with TestClient(make_app(till, live=open_live(till, tmp_path))) as opened:
        yield opened


def submit(client: TestClient, key: str, **body: Any) -> Any:
    return client.post("/v1/jobs", json=body, headers=keyed(key))


def test_a_job_is_accepted_once_and_waits(client: TestClient) -> None:
    told = submit(client, "a", kind="plan", seed=3)
    assert told.status_code == 202
    job = told.json()
    assert (job["kind"], job["state"], job["share_permille"], job["result"]) == ("plan", "submitted", 0, "")
    assert submit(client, "a", kind="plan", seed=3).json() == job
    assert client.get(f"/v1/jobs/{job['job_id']}").json() == job
    other = submit(client, "a", kind="plan", seed=4)
    assert (other.status_code, other.json()["code"]) == (422, "key_reused")


def test_a_job_that_waits_is_cancelled_at_once_and_repeating_it_changes_nothing(client: TestClient) -> None:
    name = submit(client, "a", kind="check").json()["job_id"]
    first = client.post(f"/v1/jobs/{name}/cancel").json()
    assert first["state"] == "cancelled"
    assert client.post(f"/v1/jobs/{name}/cancel").json() == first
    told = client.get(f"/v1/jobs/{name}/result")
    assert (told.status_code, told.json()["code"]) == (409, "no_result")


def test_pages_follow_one_another_without_a_gap(client: TestClient) -> None:
    made = {submit(client, f"k{n}", kind="check").json()["job_id"] for n in range(5)}
    seen, cursor = [], ""
    while True:
        page = client.get("/v1/jobs", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [job["job_id"] for job in page["jobs"]]
        cursor = page["next"]
        if not cursor:
            break
    assert seen == sorted(made, reverse=True)


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"kind": "import", "table": "sales"}, "import: give file (the name it was uploaded under)"),
        ({"kind": "check", "seed": 2}, "check: no option is called 'seed'"),
        ({"kind": "import", "table": "sales", "file": "a/b.csv"}, "file: give the name of an uploaded file"),
        ({"kind": "import", "table": "sales", "file": "sqlite:///x"}, "file: give the name of an uploaded file"),
        ({"kind": "what_if"}, 'what_if: give settings (such as "limits.budget=500")'),
    ],
)
def test_options_that_do_not_fit_the_kind_are_told(client: TestClient, body: dict[str, Any], problem: str) -> None:
    told = submit(client, "a", **body)
    assert told.status_code == 422
    assert told.json()["problems"][0].startswith(problem)
    assert client.get("/v1/jobs").json()["jobs"] == []


def test_an_unknown_job_is_not_found(client: TestClient) -> None:
    for method, path in (("GET", ""), ("GET", "/result"), ("POST", "/cancel")):
        told = client.request(method, f"/v1/jobs/nobody{path}")
        assert (told.status_code, told.json()["code"]) == (404, "job_unknown")


def test_a_file_and_a_job_need_a_workspace(in_memory: TestClient) -> None:
    for told in (in_memory.put("/v1/files/sales.csv", content=b"x"), submit(in_memory, "a", kind="plan")):
        assert (told.status_code, told.json()["code"]) == (404, "no_workspace")
    assert in_memory.get("/v1/jobs").json()["jobs"] == []


def test_of_uploads_of_one_name_at_once_each_is_taken_and_one_is_kept_whole(
    client: TestClient, tmp_path: Path
) -> None:
    sent = [letter * 5_000_000 for letter in (b"A", b"B", b"C", b"D")]
    for _ in range(3):
        answers = at_once(4, lambda n: client.put("/v1/files/sales.csv", content=sent[n]).status_code)
        assert answers == [200] * 4
        assert (tmp_path / "incoming" / "sales.csv").read_bytes() in sent
    assert [path.name for path in (tmp_path / "incoming").iterdir()] == ["sales.csv"]


def test_uploaded_files_are_listed_and_deleted(client: TestClient) -> None:
    client.put("/v1/files/sales.csv", content=b"12345")
    client.put("/v1/files/costs.csv", content=b"123")
    listed = client.get("/v1/files").json()
    assert listed["files"] == [{"file": "costs.csv", "n_bytes": 3}, {"file": "sales.csv", "n_bytes": 5}]
    assert (listed["n_bytes"], listed["most_bytes"]) == (8, MOST_BYTES)
    assert client.delete("/v1/files/sales.csv").json() == {"file": "sales.csv"}
    for name in ("sales.csv", "..", ".costs.csv.0.part"):
        assert client.delete(f"/v1/files/{quote(name, safe='')}").status_code == 404
    assert [one["file"] for one in client.get("/v1/files").json()["files"]] == ["costs.csv"]


def test_a_file_there_is_no_room_for_is_refused_with_what_to_do(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    with (tmp_path / "incoming" / "old.csv").open("wb") as old:
        old.truncate(MOST_BYTES - 10)  # takes no room on the disk
    told = client.put("/v1/files/new.csv", content=b"x" * 2**20)
    assert (told.status_code, told.json()["code"]) == (409, "no_room")
    assert told.json()["detail"] == (
        "uploaded files may hold 2,048 MiB together, and with 'new.csv' they would hold 2,049 MiB; "
        "delete some that were imported"
    )
    assert client.put("/v1/files/old.csv", content=b"x").status_code == 200
    assert client.put("/v1/files/new.csv", content=b"x" * 2**20).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_job_asks_for_its_own_role(kind: str) -> None:
    body: dict[str, Any] = {"kind": kind, **dict.fromkeys(KINDS[kind].needs, "x")}
    if kind == "what_if":
        body["settings"] = ["limits.budget=5"]
    with a_locked_till() as locked:
        for role, secret in locked.secrets.items():
            told = locked.client.post("/v1/jobs", json=body, headers={**shown(secret), **keyed(role.word)})
            is_enough = role >= max(KINDS[kind].role, Role.ANALYST)
            assert told.status_code == (202 if is_enough else 403)
        assert len(locked.client.get("/v1/jobs", headers=shown(locked.secrets[Role.VIEWER])).json()["jobs"]) == (
            sum(role >= KINDS[kind].role for role in Role)
        )
