"""Traces are sent if the usual variables ask for them: a span for each request and tick, and nothing private."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from api_bodies import a_cart
from dealwright.api.server import make_app
from dealwright.api.traces import Traces, check_traces, wanted_exporter
from dealwright.core.errors import InputError, MissingExtraError
from dealwright.till import open_till


@pytest.mark.parametrize(
    ("environment", "exporter"),
    [
        ({}, ""),
        ({"OTEL_SERVICE_NAME": "shop"}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318"}, "otlp"),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://localhost:4318/v1/traces"}, "otlp"),
        ({"OTEL_TRACES_EXPORTER": "console"}, "console"),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_TRACES_EXPORTER": "none"}, ""),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://localhost:4318", "OTEL_SDK_DISABLED": "true"}, ""),
    ],
)
def test_traces_are_sent_only_if_the_usual_variables_ask_for_them(
    environment: dict[str, str], exporter: str
) -> None:
    assert wanted_exporter(environment) == exporter


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({"OTEL_TRACES_EXPORTER": "consol"}, "did you mean 'console'"),
        (
            {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"},
            "only http/protobuf is spoken; given grpc",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused_with_what_can(environment: dict[str, str], told: str) -> None:
    with pytest.raises(InputError) as refused:
        check_traces(environment)
    assert told in str(refused.value)


def test_without_what_sends_traces_who_asks_for_them_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", None)  # as if it were not installed
    with pytest.raises(MissingExtraError) as refused:
        check_traces({"OTEL_TRACES_EXPORTER": "console"})
    assert "dealwright[otel]" in str(refused.value)


def test_a_service_without_traces_imports_nothing_of_them() -> None:
    check = "import sys, dealwright.api.run; print([name for name in sys.modules if 'opentelemetry.sdk' in name])"
    told = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"


@pytest.fixture
def spans() -> Any:
    sdk = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    return sdk.InMemorySpanExporter()


@pytest.fixture
def traces(spans: Any) -> Traces:
    sdk = pytest.importorskip("opentelemetry.sdk.trace")
    export = pytest.importorskip("opentelemetry.sdk.trace.export")
    provider = sdk.TracerProvider()
    provider.add_span_processor(export.SimpleSpanProcessor(spans))
    return Traces(provider)


@pytest.fixture
def client(traces: Traces) -> Iterator[TestClient]:
    app = make_app(open_till("memory:"), watch=traces.answered, traces=traces)
    with TestClient(app) as opened:
        yield opened


def test_every_request_is_one_span_that_names_the_operation_and_no_customer(client: TestClient, spans: Any) -> None:
    customer = "customer-4711-canary"
    assert client.post("/v1/carts/evaluate", json={"cart": a_cart(shopper={"customer_id": customer})}).is_success
    assert client.get(f"/v1/recommendations/{customer}").status_code >= 400
    priced, recommended = spans.get_finished_spans()
    assert priced.name == "evaluate_cart"
    assert dict(priced.attributes) == {
        "http.request.method": "POST",
        "http.route": "/v1/carts/evaluate",
        "http.response.status_code": 200,
        "dealwright.key_id": "",
        "dealwright.tenant": "main",
    }
    assert recommended.attributes["http.route"] == "/v1/recommendations/{customer_id}"
    assert customer not in priced.to_json() + recommended.to_json()


def test_a_span_stands_below_that_of_the_caller(client: TestClient, spans: Any) -> None:
    trace, parent = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    client.get("/healthz", headers={"traceparent": f"00-{trace}-{parent}-01"})
    (span,) = spans.get_finished_spans()
    assert f"{span.context.trace_id:032x}" == trace
    assert f"{span.parent.span_id:016x}" == parent


def test_a_tick_is_a_span(traces: Traces, spans: Any) -> None:
    with traces.tick():
        pass
    assert [span.name for span in spans.get_finished_spans()] == ["tick"]
