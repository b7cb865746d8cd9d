"""Coupon codes at the till: issued by the batch, handed out once, looked up by whoever types one."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import chain, repeat
from pathlib import Path

from dealwright.app.till.guard_guesses import Guesses
from dealwright.app.till.issue_coupons import Issued, Randomness, give_coupon, issue_coupons
from dealwright.app.till.look_up_coupon import Coupons as CouponBooks
from dealwright.app.till.look_up_coupon import look_up_coupon
from dealwright.campaign.coupon import Batch
from dealwright.engine.usage import HeldCode

_HEADER = "code,customer_id,start,end"
_TICK_NS = 250_000


class Coupons:
    """Batches of unguessable codes; `now` is the time that decides.

    Codes are told when they are issued and never again: the database holds their keyed numbers only.
    """

    def __init__(
        self,
        books: CouponBooks,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        randomness: Randomness = secrets.token_bytes,
        guesses: Guesses | None = None,
    ) -> None:
        self._books = books
        self._now = now
        self._randomness = randomness
        self._guesses = Guesses() if guesses is None else guesses

    def issue(self, batch: Batch, *, customer_ids: Sequence[str] = (), to: Path | None = None) -> Issued:
        """New codes, one for each of `customer_ids` if there are any; with `to` also written as a CSV file.

        The file is complete before any code holds, and has its name only when all of them do. InputError if the
        batch was issued before or the file exists.
        """
        if to is None:
            return self._issue(batch, customer_ids, lambda _: None)
        unfinished = to.with_name(f"{to.name}.unfinished")
        to.touch(exist_ok=False)  # nobody else writes there meanwhile
        try:
            issued = self._issue(batch, customer_ids, lambda made: _write(made, unfinished))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            to.unlink(missing_ok=True)
            raise
        unfinished.replace(to)
        return issued

    def give(self, batch_id: str, customer_id: str) -> Issued:
        """One more code of a batch for one customer, such as a coupon for the next order."""
        return give_coupon(batch_id, customer_id, store=self._books, at=self._now(), randomness=self._randomness)

    def look_up(self, code: str, customer_id: str = "", *, who: str = "") -> HeldCode:
        """What the code is worth to the customer now; how often it was used, the ledger counts.

        Unknown, mistyped and other people's codes give the same "foreign" answer by the same work, and every answer
        leaves a whole number of quarter milliseconds after its question came. `who` (else the customer) is locked
        out after too many of them; then every code is answered like an unknown one.
        """
        came_ns = time.perf_counter_ns()
        at, guesser = self._now(), who or customer_id
        held = look_up_coupon(code, customer_id, coupons=self._books, at=at)
        is_locked = self._guesses.wait_seconds(guesser, at) > 0
        self._guesses.note(guesser, at, is_wrong=held.state == "foreign")
        _leave_on_a_tick(came_ns)
        return HeldCode(code, "", 0, "foreign") if is_locked else held

    def wait_seconds(self, who: str) -> int:
        """How long whoever tried too many wrong codes has to wait; 0 if they may try."""
        return self._guesses.wait_seconds(who, self._now())

    def _issue(self, batch: Batch, customer_ids: Sequence[str], keep: Callable[[Issued], None]) -> Issued:
        return issue_coupons(
            batch,
            store=self._books,
            at=self._now(),
            randomness=self._randomness,
            customer_ids=customer_ids,
            keep=keep,
        )


def _leave_on_a_tick(came_ns: int) -> None:
    """Wait until a whole number of ticks has passed.

    The same work still takes some nanoseconds more or less by what it finds (a compare that ends early, an object
    that is still in the cache), and whoever asks often enough could see them in the mean.
    """
    time.sleep((came_ns - time.perf_counter_ns()) % _TICK_NS / 1e9)


def lines(issued: Issued) -> Iterator[str]:
    """The codes as a CSV file has them: code, customer_id, start, end; a customer's id is quoted."""
    start, end = (moment.isoformat() if moment else "" for moment in (issued.start, issued.end))
    owners = (_quoted(one) for one in issued.customer_ids) if issued.customer_ids else repeat("")
    return chain(
        [_HEADER], (f"{code},{owner},{start},{end}" for code, owner in zip(issued.codes, owners, strict=False))
    )


def _quoted(name: str) -> str:
    # A cell that begins like a formula would be run by spreadsheets; a leading apostrophe makes it text there.
    safe = f"'{name}" if name[0] in "=+-@" else name
    return '"' + safe.replace('"', '""') + '"'


def _write(issued: Issued, path: Path) -> None:
    """Readable by the owner alone: a code is money."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.writelines(f"{line}\n" for line in lines(issued))
        file.flush()
        os.fsync(file.fileno())
