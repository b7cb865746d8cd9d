"""Issues a batch of coupon codes: they are known to the caller once, and afterwards only by their keyed numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from dealwright.app.till.coupon_ports import CouponStore, NewCodes
from dealwright.campaign.coupon import N_RANDOM, Batch, canonical, codes_from
from dealwright.core.errors import InputError

Randomness = Callable[[int], bytes]
"""So many bytes that nobody can foretell."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A batch with its codes in the order of `customer_ids` (none: they are anybody's); kept nowhere else."""

    batch: Batch
    codes: Sequence[str]
    customer_ids: Sequence[str]
    start: datetime | None
    end: datetime | None


def issue_coupons(
    batch: Batch,
    *,
    store: CouponStore,
    at: datetime,
    randomness: Randomness,
    customer_ids: Sequence[str] = (),
    keep: Callable[[Issued], None] = lambda _: None,
) -> Issued:
    """New codes for the batch, one for each of `customer_ids` if there are any.

    `keep` is given the codes before any of them holds, so that no code can hold that nobody has.
    """
    problems = []
    if customer_ids and len(customer_ids) != batch.n_codes:
        problems.append(
            f"the batch has {batch.n_codes} codes for {len(customer_ids)} customers; give each one code"
        )
    if any(not 1 <= len(one) <= 200 or not one.isprintable() for one in customer_ids):
        problems.append("a customer's id is 1 to 200 printable characters")
    if store.batch(batch.id) is not None:
        problems.append(f"batch {batch.id!r} was issued before; choose another id")
    if problems:
        raise InputError(*problems)
    codes = codes_from(randomness(N_RANDOM * batch.n_codes), prefix=batch.prefix)
    issued = Issued(batch, codes, customer_ids, batch.schedule.start, batch.ends(at))
    keep(issued)
    store.add(batch, NewCodes(numbers_of(codes, store.key()), customer_ids, issued.end), at=at)
    return issued


def give_coupon(
    batch_id: str, customer_id: str, *, store: CouponStore, at: datetime, randomness: Randomness
) -> Issued:
    """One more personal code of a batch, such as a coupon for the next order; validity in days counts from `at`."""
    batch = store.batch(batch_id)
    if batch is None:
        raise InputError(f"no batch is called {batch_id!r}; issue it first")
    codes = codes_from(randomness(N_RANDOM), prefix=batch.prefix)
    issued = Issued(replace(batch, n_codes=1), codes, (customer_id,), batch.schedule.start, batch.ends(at))
    store.give(batch_id, NewCodes(numbers_of(codes, store.key()), issued.customer_ids, issued.end))
    return issued


def numbers_of(codes: Sequence[str], key: bytes) -> list[int]:
    """The number each code is stored under: 64 bits of a keyed hash, so that who reads the store learns no code."""
    blake2b, from_bytes = hashlib.blake2b, int.from_bytes
    return [
        from_bytes(blake2b(canonical(code).encode(), digest_size=8, key=key).digest(), "big", signed=True)
        for code in codes
    ]
