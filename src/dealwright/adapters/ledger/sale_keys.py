"""Whether a request was answered before: the same key and body get the kept answer, another body gets a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from dealwright.adapters.ledger import sale_answers
from dealwright.adapters.ledger.sale_answers import SaleAnswer
from dealwright.adapters.ledger.sale_transaction import MisfitError, Row
from dealwright.adapters.ledger.steps import BusyError, LostError
from dealwright.app.till.ledger_ports import Request
from dealwright.engine.outcomes import Refused

Outcome = TypeVar("Outcome")

BUSY = Refused("busy", "too many want this at once; try again with the same key", retry_after_seconds=1)
_MOST_TRIES = 3  # another request may write the same key meanwhile; at the next try it is known


def carried_out(work: Callable[[], Outcome]) -> Outcome | Refused:
    """What `work` gives, or BUSY when others were in its way each time; nothing was written then.

    Work that the database lost is done again on another connection: what was written is known by then, as it stands
    under its key or in its state. LostError if the database stays away.
    """
    for attempt in range(_MOST_TRIES):
        try:
            return work()
        except (MisfitError, BusyError):
            continue
        except LostError:
            if attempt + 1 == _MOST_TRIES:
                raise
    return BUSY


def answered_before(rows: Sequence[Row], request: Request | None) -> SaleAnswer | Refused | None:
    """The answer in `rows` (key, fingerprint, answer) to this request; None if there is none."""
    if request is None or not rows:
        return None
    _, body, raw = rows[0]
    answer = sale_answers.decode(bytes(raw)) if body == request.fingerprint else None
    return reused(request.key) if answer is None else answer


def reused(key: str) -> Refused:
    """The key stands for another request."""
    return Refused("key_reused", f"the key {key!r} was used for another request; use a new key")
