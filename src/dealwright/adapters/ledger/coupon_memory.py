"""Coupon codes in memory: for tests, demonstrations and notebooks; nothing survives the process."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import repeat

from dealwright.app.till.coupon_ports import NO_CODE, FoundCode, NewCodes
from dealwright.campaign.coupon import Batch
from dealwright.core.errors import InputError


class MemoryCoupons:
    """`CouponStore` and `CodeBook`."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._batches: dict[str, Batch] = {}
        self._codes: dict[int, FoundCode] = {}
        self._lock = threading.Lock()

    def key(self) -> bytes:
        """See `CouponStore.key`."""
        return self._key

    def add(self, batch: Batch, codes: NewCodes, *, at: datetime) -> None:
        """See `CouponStore.add`."""
        del at
        with self._lock:
            if batch.id in self._batches:
                raise InputError(f"batch {batch.id!r} was issued before; choose another id")
            self._store(batch, codes)
            self._batches[batch.id] = batch

    def give(self, batch_id: str, codes: NewCodes) -> None:
        """See `CouponStore.give`."""
        with self._lock:
            self._store(self._batches[batch_id], codes)

    def batch(self, batch_id: str) -> Batch | None:
        """See `CouponStore.batch`."""
        return self._batches.get(batch_id)

    def find(self, numbers: Sequence[int]) -> Mapping[int, FoundCode]:
        """See `CodeBook.find`."""
        return {number: self._codes.get(number, NO_CODE) for number in numbers}

    def _store(self, batch: Batch, codes: NewCodes) -> None:
        if not self._codes.keys().isdisjoint(codes.numbers):
            raise InputError("a new code came out like one that exists; issue the batch again")
        for number, customer_id in zip(codes.numbers, codes.customer_ids or repeat(""), strict=False):
            self._codes[number] = FoundCode(
                batch.id, batch.promotion_id, customer_id, batch.uses_per_code, batch.schedule.start, codes.end
            )
