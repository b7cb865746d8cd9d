"""OpenTelemetry traces: one span for each request and each tick, if the usual OTEL_ variables ask for them.

Nothing of OpenTelemetry is imported unless they do. Spans name operations and the patterns of paths, never what
stands in a path or a body, for that may name a customer. A caller's `traceparent` is taken up.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

from dealwright.app.service.access_ports import Caller
from dealwright.core.errors import InputError, MissingExtraError
from dealwright.core.version import __version__

if TYPE_CHECKING:
    import threading

    from dealwright.api.bodies import Scope
    from dealwright.api.operations import Operation

_ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_PROTOCOLS: Final = ("OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL")
_EXPORTERS: Final[Mapping[str, tuple[str, str]]] = {
    "otlp": ("opentelemetry.exporter.otlp.proto.http.trace_exporter", "OTLPSpanExporter"),
    "console": ("opentelemetry.sdk.trace.export", "ConsoleSpanExporter"),
}
_SERVICE: Final = "dealwright"


class Traces:
    """Spans of a provider of OpenTelemetry's SDK."""

    def __init__(self, provider: Any) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(_SERVICE, __version__)
        self._trace = _part("opentelemetry.trace")
        self._extract = (
            _part("opentelemetry.trace.propagation.tracecontext").TraceContextTextMapPropagator().extract
        )

    async def request(self, scope: Scope, answer: Callable[[], Awaitable[None]]) -> None:
        """Have a request answered inside a span, below that of the caller if one is told."""
        told = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        with self._tracer.start_as_current_span(
            scope["method"], context=self._extract(told), kind=self._trace.SpanKind.SERVER
        ):
            await answer()

    def answered(self, operation: Operation, status: int, seconds: float, caller: Caller) -> None:
        """Say of the request under way what it was and how it was answered; see `api.door.Watch`."""
        del seconds
        span = self._trace.get_current_span()
        span.update_name(operation.name)
        span.set_attributes(
            {
                "http.request.method": operation.method,
                "http.route": operation.path,
                "http.response.status_code": status,
                "dealwright.key_id": caller.key_id,
                "dealwright.tenant": caller.tenant,
            }
        )
        if status >= 500:
            span.set_status(self._trace.StatusCode.ERROR)

    def tick(self) -> AbstractContextManager[Any]:
        """A span around what happens by itself."""
        span: AbstractContextManager[Any] = self._tracer.start_as_current_span("tick")
        return span

    def work(self, stop: threading.Event) -> None:
        """Until `stop` is set spans are sent from time to time; then the last of them."""
        stop.wait()
        self._provider.shutdown()


def wanted_exporter(environment: Mapping[str, str]) -> str:
    """Where spans go: "otlp", "console", or "" if nobody asked for any. InputError for what there is not."""
    if environment.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return ""
    default = "otlp" if any(environment.get(name) for name in _ENDPOINTS) else "none"
    chosen = environment.get("OTEL_TRACES_EXPORTER", "").strip() or default
    if chosen == "none":
        return ""
    if chosen not in _EXPORTERS:
        raise InputError.unknown("OTEL_TRACES_EXPORTER", chosen, (*_EXPORTERS, "none"))
    protocols = {environment.get(name, "").strip() for name in _PROTOCOLS} - {""}
    if chosen == "otlp" and protocols - {"http/protobuf"}:
        raise InputError(f"OTEL_EXPORTER_OTLP_PROTOCOL: only http/protobuf is spoken; given {', '.join(protocols)}")
    return chosen


def check_traces(environment: Mapping[str, str]) -> None:
    """InputError or MissingExtraError if traces are asked for that cannot be sent: told before anything starts."""
    chosen = wanted_exporter(environment)
    if chosen:
        for name in ("opentelemetry.sdk.trace", _EXPORTERS[chosen][0]):
            _part(name)


def open_traces(environment: Mapping[str, str]) -> Traces | None:
    """Traces as the variables ask for them, None if they do not; MissingExtraError without what they need."""
    chosen = wanted_exporter(environment)
    if not chosen:
        return None
    sdk, resources, export = (_part(f"opentelemetry.sdk.{name}") for name in ("trace", "resources", "trace.export"))
    module, name = _EXPORTERS[chosen]
    own = {} if environment.get("OTEL_SERVICE_NAME") else {"service.name": _SERVICE}
    provider = sdk.TracerProvider(resource=resources.Resource.create(own))
    provider.add_span_processor(export.BatchSpanProcessor(getattr(_part(module), name)()))
    return Traces(provider)


def _part(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise MissingExtraError(
            str(error.name), extra="otel", purpose="sending traces, as OTEL_ asks for"
        ) from None
