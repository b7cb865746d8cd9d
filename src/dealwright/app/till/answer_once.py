"""Gives every request one answer, however often it is sent."""

from __future__ import annotations

from dealwright.app.till.ledger_ports import Books, Change, Conflict, KeptAnswer, Ledger, Request
from dealwright.engine.outcomes import Answer, Outcome, Refused

_KEY_REUSED = Refused(
    "key_reused", "this idempotency key was used for another request; take a new key for a new request"
)
_IN_PROGRESS = Refused(
    "in_progress",
    "a request with this idempotency key is being written; ask again with the same key",
    retry_after_seconds=1,
)
BUSY = Refused(
    "busy", "too many write the same at this moment; nothing was written; try again", retry_after_seconds=1
)


def write_once(books: Books, change: Change) -> Answer | Conflict:
    """Write the change and give its answer, or the answer given before; else what stands in the way."""
    assert change.answer is not None
    assert change.request is not None
    conflict = books.write(change)
    match conflict:
        case None:
            return change.answer
        case Conflict("key", kept=KeptAnswer() as kept):
            is_same = kept.fingerprint == change.request.fingerprint
            return kept.answer if is_same and kept.answer is not None else _KEY_REUSED
        case Conflict("in_progress"):
            return _IN_PROGRESS
        case Conflict("busy"):
            return BUSY
        case _:
            return conflict


def refuse_once(ledger: Ledger, request: Request, refused: Refused) -> Answer:
    """Keep a refusal under its key, unless the key has an answer; refusals that may pass are not kept."""
    if not refused.is_final:
        return refused
    change = Change(ledger.clock.now(), request, answer=refused)
    answer = write_once(ledger.books, change)
    assert not isinstance(answer, Conflict), f"a refusal touches nothing but its key: {answer}"
    return answer


def find_outcome(key: str, *, ledger: Ledger) -> Outcome:
    """What became of the request with this key."""
    kept = ledger.books.kept(key)
    if kept is None:
        return Outcome("unknown")
    if kept == "in_progress":
        return Outcome("in_progress")
    return Outcome("refused" if isinstance(kept.answer, Refused) else "committed", kept.answer, kept.raw)
