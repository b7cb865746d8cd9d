"""A job in a process of its own, so that it can be stopped at any moment and takes nothing down with it.

The process reads one JSON object from its standard input and writes one per line to its standard output:
`{"doing": text, "share": number}` as often as it likes, then `{"result": object}` or `{"problems": [text, ...]}`.
It ends when its standard input is closed, as it is when the one who started it dies.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

STOP_SECONDS: Final = 3.0
_FAILED = 1


@dataclass(frozen=True, slots=True)
class Told:
    """What a job said: how far it is; or, at its end, its result (JSON) or what went wrong.

    `was_killed`: somebody else ended its process by a signal, so that what went wrong is not the job's.
    """

    doing: str = ""
    share: float = 0.0
    result: bytes | None = None
    problems: tuple[str, ...] = ()
    was_killed: bool = False

    @property
    def is_end(self) -> bool:
        """Whether it says nothing more."""
        return self.result is not None or bool(self.problems)


class Child:
    """A process that carries out what `request` says; `module` is run in it."""

    def __init__(self, module: str, request: Mapping[str, Any]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what libraries say may hold what customers are called
            start_new_session=True,  # a signal to the group of the service is the service's: it stops us itself
        )
        self._told: queue.SimpleQueue[Told] = queue.SimpleQueue()
        self._listener = threading.Thread(target=self._listen, name="job", daemon=True)
        self._listener.start()
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # it died at once; the listener tells
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    def next(self, *, seconds: float) -> Told | None:
        """What it says next; None if it says nothing for so long."""
        try:
            return self._told.get(timeout=seconds)
        except queue.Empty:
            return None

    def stop(self) -> None:
        """End it: asked first, then made to. Also frees what an ended one holds."""
        assert self._process.stdin is not None
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._listener.join(STOP_SECONDS)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._told.put(_read(line))
        status = self._process.wait()
        told = f"the process of the job ended without a result (exit status {status})"
        self._told.put(Told(problems=(told,), was_killed=status < 0))


def speak(work: Callable[[Mapping[str, Any], Callable[[str, float], None]], Mapping[str, Any]]) -> None:
    """The other side: read the request, carry it out with `work(request, progress)`, tell; never returns.

    A mistake of the caller is an exception with `problems`; others are told without what they hold.
    """
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # what libraries print must not stand between our lines
    request = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()

    def tell(told: Mapping[str, Any]) -> None:
        out.write(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n")

    try:
        tell({"result": work(request, lambda doing, share: tell({"doing": doing, "share": share}))})
    except BrokenPipeError:  # nobody listens any more
        os._exit(_FAILED)
    except Exception as error:
        tell({"problems": _problems(error)})
        os._exit(_FAILED)
    os._exit(0)


def _problems(error: Exception) -> list[str]:
    from dealwright.core.errors import DealwrightError, InputError

    if isinstance(error, InputError):
        return list(error.problems)
    if isinstance(error, DealwrightError | MemoryError):
        return [str(error) or "out of memory"]
    return [f"a mistake of ours ({type(error).__name__}); repeat it, and report it if it stays"]


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(_FAILED)


def _read(line: bytes) -> Told:
    said = json.loads(line)
    if "result" in said:
        return Told(result=json.dumps(said["result"], ensure_ascii=False, separators=(",", ":")).encode())
    if "problems" in said:
        return Told(problems=tuple(said["problems"]) or ("no reason was given",))
    return Told(str(said["doing"]), float(said["share"]))
