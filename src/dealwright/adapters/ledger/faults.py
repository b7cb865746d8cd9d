"""Points where a test can make the till fail; nothing happens at them unless one is armed.

A point is armed by `arm`, or for a whole process by the environment variable `DEALWRIGHT_FAULT`, written
"name:action" or "name:action:n" to act at the n-th pass only. The action "raise" raises `FaultError`, "kill" ends
the process with SIGKILL.
"""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Literal

from dealwright.core.errors import InputError

VARIABLE = "DEALWRIGHT_FAULT"
POINTS = (
    "before_write",  # everything is decided, nothing is sent
    "before_commit",  # everything is written, nothing is durable
    "after_commit_before_reply",  # durable, but the caller does not know
    "after_reply",  # the caller knows; hit by the doors
    "between_batches",  # a sweep, a settlement or a group commit has done a part
)

Action = Literal["raise", "kill"]


class FaultError(RuntimeError):
    """An armed fault point was passed."""


@dataclass(slots=True)
class _Armed:
    point: str
    action: str
    passes_left: int


def _from_environment() -> _Armed | None:
    given = os.environ.get(VARIABLE, "")
    if not given:
        return None
    point, action, *passes = given.split(":")
    return _checked(point, action, int(passes[0]) if passes else 1)


def _checked(point: str, action: str, passes: int) -> _Armed:
    if point not in POINTS:
        raise InputError.unknown("fault point", point, POINTS)
    if action not in ("raise", "kill"):
        raise InputError.unknown("fault action", action, ("raise", "kill"))
    return _Armed(point, action, passes)


_armed: _Armed | None = _from_environment()


def arm(point: str, action: Action, *, at_pass: int = 1) -> None:
    """Let the `at_pass`-th pass of `point` fail, once."""
    global _armed
    _armed = _checked(point, action, at_pass)


def disarm() -> None:
    """No point fails."""
    global _armed
    _armed = None


def is_armed(point: str) -> bool:
    """Whether this point may fail."""
    return _armed is not None and _armed.point == point


def hit(point: str) -> None:
    """Pass a point; fail if it is armed and this is the pass."""
    if _armed is None or _armed.point != point:
        return
    _armed.passes_left -= 1
    if _armed.passes_left > 0:
        return
    action = _armed.action
    disarm()
    if action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    raise FaultError(point)
