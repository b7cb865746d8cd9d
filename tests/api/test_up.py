"""The whole service as one command: jobs over HTTP that survive a kill, a page, health, metrics, logs, keys."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

import psutil
import pytest

from api_bodies import a_cart
from command_line import run
from dealwright.api.run import listen
from dealwright.app.service.keep_keys import is_secret
from known_shop import make_frames, make_panel
from running_service import UP, Service, a_service


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    shop = tmp_path_factory.mktemp("up") / "shop"
    run("init", shop)
    return shop


@pytest.fixture(scope="module")
def service(folder: Path) -> Iterator[Service]:
    with a_service(folder) as running:
        yield running


def sales() -> bytes:
    frame = make_frames(make_panel(n=3, n_weeks=10, n_categories=1, base=5.0))["sales"]
    amounts = {str(name): (frame[name] / 100).map("{:.2f}".format) for name in frame if "amount" in str(name)}
    return frame.assign(**amounts).to_csv(index=False).encode()


def test_a_file_is_uploaded_and_imported_by_a_job_with_a_report(service: Service) -> None:
    sent = sales()
    assert service.json("PUT", "/v1/files/sales.csv", sent) == {"file": "sales.csv", "n_bytes": len(sent)}
    job = service.submit("import-1", kind="import", table="sales", file="sales.csv")
    assert service.submit("import-1", kind="import", table="sales", file="sales.csv") == job
    done = service.until(job, lambda told: told["state"] in ("done", "failed"))
    assert (done["state"], done["problems"], done["attempt"]) == ("done", [], 1)
    report = service.json("GET", done["result"])
    assert report["table"] == "sales"
    assert report["rows_accepted"] == report["rows_read"] == sent.count(b"\n") - 1


def test_a_job_on_a_file_that_is_not_there_fails_and_says_why(service: Service) -> None:
    job = service.submit("import-2", kind="import", table="sales", file="nothing.csv")
    told = service.until(job, lambda told: told["state"] in ("done", "failed"))
    assert told["state"] == "failed"
    assert "nothing.csv" in told["problems"][0]
    assert service.json("GET", f"/v1/jobs/{job}/result")["code"] == "no_result"


@pytest.mark.parametrize("name", ["..%2Ftill.db", ".hidden", "a..csv", "%2Fetc%2Fpasswd", "x" * 101])
def test_a_file_can_only_be_called_so_that_it_stays_in_its_folder(
    service: Service, folder: Path, name: str
) -> None:
    before = sorted(path.name for path in folder.parent.rglob("*"))
    assert service.ask("PUT", f"/v1/files/{name}", b"x")[0] in (404, 422)
    assert sorted(path.name for path in folder.parent.rglob("*")) == before


def test_the_pages_ask_nobody_else_for_anything(service: Service) -> None:
    for path in ("/", "/reference", "/page.js", "/page.css"):
        status, headers, body = service.ask("GET", path)
        assert status == 200
        assert "default-src 'none'" in headers["content-security-policy"]
        assert b"http://" not in body
        assert b"https://" not in body
    assert b"evaluate_cart" in service.ask("GET", "/reference")[2]


def test_health_and_metrics_tell_what_runs(service: Service) -> None:
    assert service.json("GET", "/health/live") == {"status": "ok"}
    assert service.json("GET", "/health/ready") == {"status": "ok"}
    _, headers, body = service.ask("GET", "/metrics")
    assert headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'operation="get_health_live",status="200"}' in body.decode()


def test_there_is_no_report_before_there_is_a_plan(service: Service) -> None:
    assert service.json("GET", "/report")["code"] == "no_report"
    job = service.submit("report-1", kind="report")
    told = service.until(job, lambda told: told["state"] in ("done", "failed"))
    assert (told["state"], told["problems"]) == ("failed", ["there is no plan yet; submit a job of the kind plan"])


def test_a_page_from_elsewhere_cannot_ask_through_the_browser(service: Service) -> None:
    assert service.json("GET", "/v1/jobs", Origin="https://elsewhere.example")["code"] == "not_from_here"


def test_a_job_survives_a_kill_of_the_whole_service(tmp_path: Path) -> None:
    run("init", tmp_path / "shop")
    (tmp_path / "shop" / "incoming").mkdir()
    (tmp_path / "shop" / "incoming" / "sales.csv").write_bytes(sales())
    with a_service(tmp_path / "shop") as first:
        job = first.submit("k", kind="import", table="sales", file="sales.csv")
        waits = first.submit("l", kind="check")
        first.until(job, lambda told: told["state"] == "running")
        first.process.send_signal(signal.SIGKILL)
        first.process.wait()
    with a_service(tmp_path / "shop") as second:
        told = second.until(job, lambda told: told["state"] in ("done", "failed"))
        assert (told["state"], told["attempt"]) == ("done", 2)
        assert second.json("GET", told["result"])["rows_quarantined"] == 0
        assert second.until(waits, lambda told: told["state"] in ("done", "failed"))["state"] == "done"


def test_whoever_listens_to_all_asks_for_keys_and_tells_the_first_one_once(tmp_path: Path) -> None:
    run("init", tmp_path / "shop")
    with a_service(tmp_path / "shop", "--host", "0.0.0.0") as first:
        (secret,) = [word for word in first.said.split() if is_secret(word)]
        assert first.json("GET", "/v1/jobs")["code"] == "access_missing"
        first.ask("GET", "/v1/jobs?dwk=1", Authorization=f"Bearer {secret}x")
        own = {"Authorization": f"Bearer {secret}"}
        assert first.json("GET", "/v1/jobs", **own) == {"jobs": [], "next": ""}
        customer = "customer-4711-canary"
        cart = {"currency": "EUR", "shopper": {"customer_id": customer}, "lines": []}
        first.ask("POST", "/v1/carts/evaluate", {"cart": cart}, **own)
        first.ask("GET", f"/v1/recommendations/{customer}", **own)
        first.ask("POST", "/v1/promotions/lint", {"customer": customer}, **own)
    with a_service(tmp_path / "shop", "--host", "0.0.0.0") as second:
        assert "dwk_" not in second.said
        assert second.json("GET", "/v1/jobs", **own) == {"jobs": [], "next": ""}
    written = second.log.read_text()
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert {line["operation"]: line["status"] for line in lines if "operation" in line}["lint_promotions"] == 422
    assert written.count(secret) == 1, "it was told once, at the start"
    assert customer not in written


def test_a_folder_that_is_no_workspace_is_refused_with_what_to_do(tmp_path: Path) -> None:
    told = subprocess.run([*UP, "--workspace", tmp_path], capture_output=True, text=True, timeout=60, check=False)
    assert told.returncode == 1
    assert f"make one with: dealwright init {tmp_path}" in told.stderr
    assert "Traceback" not in told.stderr


@contextmanager
def connected(service: Service) -> Iterator[http.client.HTTPConnection]:
    with closing(http.client.HTTPConnection("127.0.0.1", service.port, timeout=60)) as connection:
        yield connection


def begin_a_hold(connection: http.client.HTTPConnection) -> bytes:
    """Send the first half of a request; the other half."""
    body = json.dumps({"cart": a_cart(), "order_id": "o-1"}).encode()
    half = len(body) // 2
    connection.putrequest("POST", "/v1/holds")
    for name, value in (
        ("Content-Type", "application/json"),
        ("Idempotency-Key", "k"),
        ("Content-Length", str(len(body))),
    ):
        connection.putheader(name, value)
    connection.endheaders(body[:half])
    return body[half:]


def n_inside(service: Service) -> int:
    """Requests that the process that answers is working on, this question among them."""
    told = service.ask("GET", "/metrics")[2].decode()
    (line,) = [line for line in told.splitlines() if line.startswith("dealwright_requests_inside{")]
    return int(line.rpartition(" ")[2])


def until(met: Callable[[], object], what: str) -> None:
    end = time.monotonic() + 60
    while not met():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def is_gone(process: psutil.Process) -> bool:
    return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    ("workers", "number", "whom"),
    [
        ("1", signal.SIGTERM, "process"),
        ("1", signal.SIGINT, "group"),
        ("2", signal.SIGINT, "process"),
        ("2", signal.SIGTERM, "group"),
        ("2", signal.SIGINT, "group"),
    ],
)
def test_a_service_that_is_told_to_end_answers_what_is_under_way_and_leaves_nothing_behind(
    tmp_path: Path, workers: str, number: signal.Signals, whom: str
) -> None:
    run("init", tmp_path / "shop")
    with (
        a_service(tmp_path / "shop", "--workers", workers, is_own_group=True) as service,
        ExitStack() as stack,
    ):
        idle = [stack.enter_context(connected(service)) for _ in range(8)]
        for connection in idle:
            connection.request("GET", "/health/live")
            assert connection.getresponse().read() == b'{"status":"ok"}'
        asking = stack.enter_context(connected(service))
        rest = begin_a_hold(asking)
        until(lambda: n_inside(service) == 2, "the request is under way")
        family = psutil.Process(service.process.pid).children(recursive=True)
        (os.killpg if whom == "group" else os.kill)(service.process.pid, number)
        assert {connection.sock.recv(1) for connection in idle} == {b""}, "the service hangs up on who asks nothing"
        asking.send(rest)
        answer = asking.getresponse()
        assert (answer.status, json.loads(answer.read())["order_id"]) == (201, "o-1")
        assert service.process.wait(60) == 0
        until(lambda: all(is_gone(process) for process in family), "every process ends")
        listen("127.0.0.1", service.port).close()
    written = service.log.read_text()
    assert "Traceback" not in written
    assert len(written.splitlines()) == 1, "nothing went wrong that would be worth a line"


def test_workers_whose_first_process_was_killed_end_by_themselves(tmp_path: Path) -> None:
    run("init", tmp_path / "shop")
    with a_service(tmp_path / "shop", "--workers", "2") as service:
        assert service.json("GET", "/health/ready") == {"status": "ok"}
        family = psutil.Process(service.process.pid).children(recursive=True)
        service.process.kill()
        until(lambda: all(is_gone(process) for process in family), "every process ends")
        listen("127.0.0.1", service.port).close()
