"""The application: every operation at its path, the OpenAPI document, the sweeper, and one shape for every no."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import msgspec
from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from dealwright import __version__
from dealwright.api.access import REFRESH_SECONDS, Guard, OpenHouse
from dealwright.api.bodies import Receive, Scope
from dealwright.api.door import Door, House, Send, Watch
from dealwright.api.fresh import keep_fresh
from dealwright.api.gate import Gate
from dealwright.api.meter import Meter
from dealwright.api.openapi import document
from dealwright.api.operations import Operation
from dealwright.api.pricing import Pricing
from dealwright.api.problems import encoded, problem
from dealwright.api.reference_page import reference_page
from dealwright.api.service import Live, Service, open_live
from dealwright.api.sweeper import sweep_for_ever
from dealwright.api.table import OPERATIONS, schemas

if TYPE_CHECKING:
    from dealwright.till import Till

THREADS: Final = 16
_RECOMMENDER_SECONDS: Final = 2.0


def make_app(
    till: Till,
    *,
    guard: Guard | None = None,
    live: Live | None = None,
    watch: Watch | None = None,
    beside: Sequence[Callable[[threading.Event], None]] = (),
) -> FastAPI:
    """The application over this till; it sweeps the till while it runs, and closes it at the end.

    `guard` sees every request first and may turn it away; without one everybody may come in. `live` is
    what stands above the till. `watch` is told of every answer. Each of `beside` runs in a thread of its own until
    the event it is given is set.
    """
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="till")
    guard, gate, pricing, meter = guard or OpenHouse(), Gate(), Pricing(till), Meter()
    described = document(OPERATIONS, schemas())
    page = reference_page(described).encode()
    service = Service(live or open_live(till), meter, gate, lambda: page)

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        helpers = ThreadPoolExecutor(4, thread_name_prefix="helper")
        guard.refresh()  # before the first request asks
        work = (
            sweep_for_ever(till, helpers),
            pricing.stay_fresh(helpers),
            keep_fresh(guard.refresh, helpers, every_seconds=REFRESH_SECONDS),
            keep_fresh(service.live.recommender.refresh, helpers, every_seconds=_RECOMMENDER_SECONDS),
            gate.watch(),
        )
        background = [asyncio.create_task(each) for each in work]
        stop = threading.Event()
        companions = [threading.Thread(target=each, args=(stop,), name="companion") for each in beside]
        for companion in companions:
            companion.start()
        yield
        stop.set()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        for companion in companions:
            await asyncio.to_thread(companion.join)
        for pool in (threads, helpers):
            pool.shutdown()
        till.close()

    house = House(till, pricing, threads, gate, guard, meter, service, watch)
    doors = {path: Door(house, operations) for path, operations in _by_path(OPERATIONS).items()}
    app = _App(
        title="dealwright till",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    routes = [Route(_pattern(path), door) for path, door in doors.items()]
    app.router.routes.extend(routes)
    app.short_cuts = {path: door for path, door in doors.items() if "{" not in path}
    app.short_routes = [route for route in routes if route.path in _lean_paths()]
    app.openapi = lambda: described  # type: ignore[method-assign]
    raw = msgspec.json.encode(described)
    app.router.routes.append(Route("/openapi.json", _shown(raw, guard)))
    app.add_exception_handler(HTTPException, _nothing_here)
    return app


class _App(FastAPI):
    """Requests of the hot operations go straight to their doors: the frames between cost as much as the answer."""

    short_cuts: Mapping[str, Door] = {}
    short_routes: Sequence[Route] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
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
