"""The application: every operation at its path, the OpenAPI document, and one shape for every no."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import msgspec
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dealwright import __version__
from dealwright.api.access import Guard, OpenHouse
from dealwright.api.background import Companion, at_work
from dealwright.api.bodies import Receive, Scope
from dealwright.api.door import Door, House, Send, Watch
from dealwright.api.doorstep import Doorstep
from dealwright.api.gate import Gate
from dealwright.api.meter import Meter
from dealwright.api.openapi import document
from dealwright.api.operations import Operation
from dealwright.api.pricing import Pricing
from dealwright.api.problems import encoded, problem
from dealwright.api.reference_page import reference_page
from dealwright.api.service import Live, Service, open_live
from dealwright.api.table import OPERATIONS, schemas
from dealwright.api.traces import Traces

if TYPE_CHECKING:
    from dealwright.till import Till

THREADS: Final = 16


def make_app(
    till: Till,
    *,
    guard: Guard | None = None,
    live: Live | None = None,
    watch: Watch | None = None,
    traces: Traces | None = None,
    beside: Sequence[Companion] = (),
) -> FastAPI:
    """The application over this till; it sweeps the till while it runs, and closes it at the end.

    `guard` sees every request first and may turn it away; without one everybody may come in. `live` is
    what stands above the till. `watch` is told of every answer; every request is a span of `traces`. Each of
    `beside` runs in a thread of its own until the event it is given is set.
    """
    described = document(OPERATIONS, schemas())
    page = reference_page(described).encode()
    house = _house(till, guard or OpenHouse(), live or open_live(till), watch=watch, page=page)
    app = _App(
        title="dealwright till",
        version=__version__,
        lifespan=lambda _: at_work(house, beside),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.traces = traces
    app.open_doors({path: Door(house, operations) for path, operations in _by_path(OPERATIONS).items()})
    app.doorstep = Doorstep(house.gate, house.meter, OPERATIONS)
    app.openapi = lambda: described  # type: ignore[method-assign]
    app.router.routes.append(Route("/openapi.json", _shown(msgspec.json.encode(described), house.guard)))
    app.add_exception_handler(HTTPException, _nothing_here)
    return app


def _house(till: Till, guard: Guard, live: Live, *, watch: Watch | None, page: bytes) -> House:
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="till")
    gate, meter = Gate(), Meter()
    service = Service(live, meter, gate, lambda: page)
    return House(till, Pricing(till), threads, gate, guard, meter, service, watch)


class _App(FastAPI):
    """Requests of the hot operations go straight to their doors: the frames between cost as much as the answer."""

    short_cuts: Mapping[str, Door] = {}
    short_routes: Sequence[Route] = ()
    doorstep: Doorstep | None = None
    traces: Traces | None = None

    def open_doors(self, doors: Mapping[str, Door]) -> None:
        """Let requests for these paths in; those without a name in them, and the lean ones, by the short way."""
        routes = [Route(_pattern(path), door) for path, door in doors.items()]
        self.router.routes.extend(routes)
        self.short_cuts = {path: door for path, door in doors.items() if "{" not in path}
        self.short_routes = [route for route in routes if route.path in _lean_paths()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.traces is None or scope["type"] != "http":
            await self._answer(scope, receive, send)
        else:
            await self.traces.request(scope, lambda: self._answer(scope, receive, send))

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"]
            door = self.short_cuts.get(path)
            if door is not None:
                await door(scope, receive, send)
                return
            for route in self.short_routes:
                found = route.path_regex.match(path)
                if found is not None:
                    scope["path_params"] = found.groupdict()
                    await route.app(scope, receive, send)
                    return
        await super().__call__(scope, receive, send)


def _shown(document: bytes, guard: Guard) -> Callable[[Request], Response]:
    """Gives the document to whoever may see the page that is made of it."""
    (page,) = [operation for operation in OPERATIONS if operation.name == "get_reference"]

    def answer(request: Request) -> Response:
        told = guard.admit(request.scope, page).problem
        if told is None:
            return Response(document, media_type="application/json")
        status, headers, body = encoded(told)
        refused = Response(body, status)
        refused.raw_headers = headers
        return refused

    return answer


def _lean_paths() -> set[str]:
    return {operation.path for operation in OPERATIONS if operation.lean is not None and "{" in operation.path}


def _by_path(operations: tuple[Operation, ...]) -> dict[str, list[Operation]]:
    grouped: dict[str, list[Operation]] = {}
    for operation in operations:
        grouped.setdefault(operation.path, []).append(operation)
    return grouped


def _pattern(path: str) -> str:
    # A key may hold a slash, and stands at the end of its path.
    return path.replace("{key}", "{key:path}")


async def _nothing_here(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "method_not_allowed" if error.status_code == 405 else "not_found"
    status, headers, body = encoded(problem(code, f"nothing is at {request.url.path[:200]}"))
    response = Response(body, status)
    response.raw_headers = [*headers, *_allowed(error)]
    return response


def _allowed(error: HTTPException) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode()) for name, value in (error.headers or {}).items()]
