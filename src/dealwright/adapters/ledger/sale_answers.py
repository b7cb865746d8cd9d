"""Answers of flash sales, groups and presales as the bytes that are kept under a key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeAlias

import msgspec

from dealwright.engine.flash import Reserved
from dealwright.engine.group import Joined, MemberRefund, Paid
from dealwright.engine.presale import BalancePaid, DepositPaid, PresaleReturn

SaleAnswer: TypeAlias = Reserved | Joined | Paid | MemberRefund | DepositPaid | BalancePaid | PresaleReturn

KINDS: Mapping[str, type[SaleAnswer]] = MappingProxyType(
    {
        "reserved": Reserved,
        "joined": Joined,
        "paid": Paid,
        "member_refund": MemberRefund,
        "deposit_paid": DepositPaid,
        "balance_paid": BalancePaid,
        "presale_return": PresaleReturn,
    }
)
_VERSION = 1  # of the frame that all answers of the till are kept in
_NAMES = {answer: kind for kind, answer in KINDS.items()}
_encode = msgspec.json.Encoder().encode
_inner = {kind: msgspec.json.Decoder(answer).decode for kind, answer in KINDS.items()}


class _Frame(msgspec.Struct):
    """The frame in which every answer of the till is kept."""

    dealwright_answer: int
    kind: str
    answer: msgspec.Raw


_outer = msgspec.json.Decoder(_Frame).decode


def body(answer: SaleAnswer) -> str:
    """The answer by itself, as JSON; equal answers give equal text."""
    return _encode(answer).decode()


def frame(kind: str) -> tuple[str, str]:
    """What stands before and after an answer of a kind where answers are kept."""
    before, after = _encode(_Frame(_VERSION, kind, msgspec.Raw(b"null"))).decode().split("null")
    return before, after


def encode(answer: SaleAnswer) -> bytes:
    """The answer as it is kept; equal answers give equal bytes."""
    return _encode(_Frame(_VERSION, _NAMES[type(answer)], msgspec.Raw(_encode(answer))))


def decode(raw: bytes) -> SaleAnswer | None:
    """The answer that was kept; None if it is an answer to another kind of request."""
    frame = _outer(raw)
    return _inner[frame.kind](frame.answer) if frame.kind in _inner else None
