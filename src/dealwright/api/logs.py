"""One JSON object a line: what was answered and what failed, without secrets and without what customers are called.

Paths are not logged, for they may hold an order's or a customer's id: the operation is. Of an error its kind and
the places it passed are logged, not its text, which may hold values of the request.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from dealwright.api.gate import Rank
from dealwright.app.service.access_ports import Caller

if TYPE_CHECKING:
    from dealwright.api.operations import Operation

_SECRET: Final = re.compile(r"dwk_[0-9A-Za-z]+|(?<=://)[^/@\s]+:[^/@\s]+(?=@)")
_AT_THE_TILL: Final = frozenset({"carts", "holds", "orders", "coupons", "flash sales", "groups", "presales"})
_MOST_FRAMES = 20
_LOG = logging.getLogger("dealwright.requests")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON; fields come from `extra={"fields": {...}}`.

    >>> record = logging.makeLogRecord({"msg": "key dwk_abc was shown", "levelname": "INFO", "name": "x"})
    >>> json.loads(JsonLines().format(record))["message"]
    'key … was shown'
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _SECRET.sub("…", record.getMessage()),
            **getattr(record, "fields", {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])[-_MOST_FRAMES:]
            told["frames"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames
            ]
        return json.dumps(told, ensure_ascii=False)


def log_as_json() -> None:
    """From now on this process logs so, to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("dealwright").setLevel(logging.INFO)


def log_answer(operation: Operation, status: int, seconds: float, caller: Caller) -> None:
    """Log an answer: every one that failed, and those that change something but for the rush at the till.

    The rush (carts, holds, payments) is counted by the meter; a line for each would cost more than its answer.
    """
    is_rush = operation.tag in _AT_THE_TILL and operation.rank is not Rank.BROWSE
    if status >= 500 or (not is_rush and (operation.method != "GET" or status in (401, 403, 429))):
        fields = {
            "operation": operation.name,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "key": caller.key_id,
            "tenant": caller.tenant,
        }
        level = logging.WARNING if status >= 500 else logging.INFO
        _LOG.log(level, "%s %d", operation.name, status, extra={"fields": fields})
