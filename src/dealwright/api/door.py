"""The door: lets a request in, reads it, has it carried out, and makes an answer of whatever comes back."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

import msgspec

from dealwright.api import problems
from dealwright.api.access import Admission, Guard
from dealwright.api.bodies import Reader, Receive, Scope, idempotency_key, receive_body
from dealwright.api.gate import Gate
from dealwright.api.meter import Meter
from dealwright.api.operations import Answer, Asked, Operation, Page
from dealwright.api.problems import Problem, ProblemError, invalid, problem
from dealwright.api.wire.words import LONGEST_NAME
from dealwright.app.service.access_ports import Caller
from dealwright.app.till.ledger_ports import LedgerUnavailableError
from dealwright.core.errors import InputError
from dealwright.engine.outcomes import Refused

if TYPE_CHECKING:
    from dealwright.api.pricing import Pricing
    from dealwright.api.service import Service
    from dealwright.till import Till

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Reply = tuple[int, list[tuple[bytes, bytes]], bytes]
Watch = Callable[[Operation, int, float, Caller], None]

_LOG = logging.getLogger("dealwright.api")
_ENCODE = msgspec.json.Encoder().encode
_NO_STORE = (b"cache-control", b"no-store")


@dataclass(frozen=True, slots=True)
class House:
    """What all operations share: the till, the threads that may wait for it, the gate, the guard, the meter.

    `watch` is told of every answer: its operation, status, seconds and caller.
    """

    till: Till
    pricing: Pricing
    threads: Executor
    gate: Gate
    guard: Guard
    meter: Meter
    service: Service
    watch: Watch | None = None


class Door:
    """The operations at one path, as an ASGI application."""

    def __init__(self, house: House, operations: list[Operation]) -> None:
        self._desks: dict[str, _Desk] = {operation.method: _Desk(house, operation) for operation in operations}
        self._allowed = ", ".join(sorted(self._desks)).encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        desk = self._desks.get(scope["method"])
        if desk is None:
            told = problem("method_not_allowed", f"{scope['method'][:20]} is not possible here")
            status, headers, body = problems.encoded(told)
            await reply(send, status, [*headers, (b"allow", self._allowed)], body)
            return
        await desk.serve(scope, receive, send)


class _Desk:
    def __init__(self, house: House, operation: Operation) -> None:
        self._house = house
        self._operation = operation
        self._count = house.meter.counter(operation.name)
        self._type = (b"content-type", operation.media_type.encode())
        takes = operation.takes
        self._read: Callable[[bytes], Any] | None = None
        if takes is not None:
            self._read = _unread
        if isinstance(takes, type) and issubclass(takes, msgspec.Struct):
            self._read = Reader(takes).read

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = time.perf_counter()
        admission = self._house.guard.admit(scope, self._operation)
        status, headers, body = await self._let_in(admission, scope, receive)
        headers += admission.headers
        seconds = time.perf_counter() - began
        self._count(status, seconds)
        if self._house.watch is not None:
            self._house.watch(self._operation, status, seconds, admission.caller)
        await reply(send, status, headers, body)

    async def _let_in(self, admission: Admission, scope: Scope, receive: Receive) -> Reply:
        if admission.problem is not None:
            return problems.encoded(admission.problem)
        gate, who = self._house.gate, admission.caller.key_id
        full = gate.enter(self._operation.rank, who)
        if full is not None:
            return problems.encoded(full.problem)
        try:
            return await self._answer(admission.caller, scope, receive)
        finally:
            gate.leave(who)

    async def _answer(self, caller: Caller, scope: Scope, receive: Receive) -> Reply:
        try:
            asked = await self._asked(caller, scope, receive)
            return self._encoded(await self._done(asked))
        except ProblemError as error:
            return problems.encoded(error.problem)
        except InputError as error:
            return problems.encoded(problems.invalid(error.problems).problem)
        except Exception as error:
            return problems.encoded(self._our_mistake(error))

    async def _asked(self, caller: Caller, scope: Scope, receive: Receive) -> Asked[Any]:
        operation = self._operation
        key = idempotency_key(scope) if operation.is_keyed else ""
        names: Mapping[str, str] = scope.get("path_params") or {}
        if names:
            _check_names(names)
        query = _query(scope, operation) if operation.queries or scope["query_string"] else {}
        body = None
        if self._read is not None:
            is_file = operation.takes is bytes
            body = self._read(
                await receive_body(scope, receive, most_bytes=operation.most_bytes, is_json=not is_file)
            )
        house = self._house
        return Asked(house.till, house.pricing, body, key, names, query, caller, house.service)

    async def _done(self, asked: Asked[Any]) -> Answer:
        lean, work = self._operation.lean, self._operation.work
        if lean is not None:
            answer = await lean(asked)
            if answer is not None:
                return answer
        assert work is not None, f"{self._operation.name} answered nothing"
        return await self._done_aside(work, asked)

    async def _done_aside(self, work: Callable[[Asked[Any]], Answer], asked: Asked[Any]) -> Answer:
        gate, who = self._house.gate, asked.caller.key_id
        full = gate.step_aside(self._operation.rank, who)
        if full is not None:
            raise full

        def begun() -> Answer:
            gate.begin()
            return work(asked)

        try:
            return await asyncio.get_running_loop().run_in_executor(self._house.threads, begun)
        finally:
            gate.step_back(who)

    def _encoded(self, answer: Answer) -> Reply:
        if isinstance(answer, Refused):
            return problems.encoded(from_refused(answer))
        more: tuple[tuple[bytes, bytes], ...] = ()
        if isinstance(answer, Page):
            body, more = answer.body, answer.headers
        else:
            body = _ENCODE(answer)
        return self._operation.status, [self._type, (b"content-length", b"%d" % len(body)), _NO_STORE, *more], body

    def _our_mistake(self, error: Exception) -> Problem:
        _LOG.error("%s failed", self._operation.name, exc_info=error)
        if not _is_of_database(error):
            return problem("internal", "the request could not be carried out")
        if self._operation.is_keyed:
            return problem("outcome_unknown", "the database did not answer", retry_after_seconds=1)
        return problem("not_ready", "the database did not answer", retry_after_seconds=1)


def from_refused(refused: Refused) -> Problem:
    """The till's no as a problem."""
    told = problem(refused.code, refused.reason, retry_after_seconds=refused.retry_after_seconds)
    return msgspec.structs.replace(
        told,
        promotion_id=refused.promotion_id,
        missing_minor=refused.missing_minor,
        missing_quantity=refused.missing_quantity,
    )


async def reply(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    """Send a whole answer."""
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _unread(body: bytes) -> bytes:
    return body  # it may be long: whoever carries the operation out reads it, in a thread


def _check_names(names: Mapping[str, str]) -> None:
    told = [_odd(name) for name, given in names.items() if not given or _is_odd(given)]
    if told:
        raise invalid(told)


def _query(scope: Scope, operation: Operation) -> dict[str, str]:
    pairs = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    allowed = {query.name for query in operation.queries}
    odd = [name[:60] for name, _ in pairs if name not in allowed]
    told = [str(InputError.unknown("query parameter", name, allowed)) for name in odd]
    told += [_odd(name) for name, given in pairs if name in allowed and _is_odd(given)]
    given = dict(pairs)
    if len(given) < len(pairs):
        told.append("a query parameter is there twice; give it once")
    if told:
        raise invalid(told)
    return given


def _is_odd(given: str) -> bool:
    return len(given) > LONGEST_NAME or "\0" in given


def _odd(name: str) -> str:
    return f"{name}: give 1 to {LONGEST_NAME} characters without NUL"


def _is_of_database(error: Exception) -> bool:
    # Named by module, so that a till in memory needs no database library.
    library = type(error).__module__.partition(".")[0]
    return isinstance(error, LedgerUnavailableError) or library in ("sqlalchemy", "psycopg", "sqlite3")
