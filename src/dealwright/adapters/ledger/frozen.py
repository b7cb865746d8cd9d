"""What the ledger keeps as text: evaluations, demands and answers, as versioned JSON, each written once."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any, TypeAlias

import msgspec

from dealwright.core.errors import InputError
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.ledger import Demand
from dealwright.engine.outcomes import Answer, Held, Order, Refunded, Refused, Released

VERSION = 1
_KINDS: Mapping[str, type] = {
    "held": Held,
    "order": Order,
    "released": Released,
    "refunded": Refunded,
    "refused": Refused,
}
_NAMES = {type_: name for name, type_ in _KINDS.items()}
_Promising: TypeAlias = Held | Order


class _Frozen(msgspec.Struct):
    dealwright_evaluation: int
    evaluation: Evaluation


class _FrozenAnswer(msgspec.Struct):
    dealwright_answer: int
    kind: str
    answer: msgspec.Raw


def _plain(value: object) -> object:
    if isinstance(value, MappingProxyType | Mapping):  # the first is the usual one, and quicker to tell
        return dict(value)
    if isinstance(value, Fraction):
        return f"{value.numerator}/{value.denominator}"
    raise TypeError(f"{type(value).__name__} has no JSON form")


_ENCODER = msgspec.json.Encoder(enc_hook=_plain)
_SORTING = msgspec.json.Encoder(enc_hook=_plain, order="sorted")
_EVALUATIONS = msgspec.json.Decoder(_Frozen)
_DEMANDS = msgspec.json.Decoder(tuple[Demand, ...])
_COUNTS = msgspec.json.Decoder(dict[str, int])
_ANSWERS = msgspec.json.Decoder(_FrozenAnswer)
_REFUNDS = msgspec.json.Decoder(Refunded)
_BARE: Mapping[str, msgspec.json.Decoder[Any]] = {
    name: msgspec.json.Decoder(_KINDS[name]) for name in ("released", "refunded", "refused")
}


def evaluation_bytes(evaluation: Evaluation) -> bytes:
    """An evaluation as it is frozen on a hold."""
    return _ENCODER.encode(_Frozen(VERSION, evaluation))


def evaluation_from(raw: bytes) -> Evaluation:
    """A frozen evaluation; InputError if it was frozen by a later version."""
    frozen = _EVALUATIONS.decode(raw)
    if frozen.dealwright_evaluation > VERSION:
        raise InputError(
            f"this evaluation was frozen by a later version ({frozen.dealwright_evaluation} > {VERSION}); "
            "run a dealwright as new as the one that wrote it"
        )
    return frozen.evaluation


def demands_text(demands: tuple[Demand, ...]) -> str:
    """What a hold draws."""
    return _ENCODER.encode(demands).decode()


def quoted(account: str) -> str:
    """How an account stands in the text of the demands on it."""
    return _ENCODER.encode(account).decode()


def demands_from(raw: str) -> tuple[Demand, ...]:
    """What a hold draws."""
    return _DEMANDS.decode(raw)


def counts_bytes(counts: Mapping[str, int]) -> bytes:
    """Counts by name, always in one order."""
    return _SORTING.encode(counts)


def counts_from(raw: bytes) -> dict[str, int]:
    """Counts by name."""
    return _COUNTS.decode(raw)


def refund_bytes(refund: Refunded) -> bytes:
    """What a return gave back."""
    return _ENCODER.encode(refund)


def refund_from(raw: bytes) -> Refunded:
    """What a return gave back."""
    return _REFUNDS.decode(raw)


def text(value: Mapping[str, object]) -> str:
    """Plain data as JSON text."""
    return _SORTING.encode(value).decode()


def answer_bytes(answer: Answer) -> tuple[bytes, str | None]:
    """An answer as it is kept, and the hold whose evaluation belongs into it: an evaluation is kept once."""
    name = _NAMES[type(answer)]
    if not isinstance(answer, Held | Order):
        return _ENCODER.encode(_FrozenAnswer(VERSION, name, msgspec.Raw(_ENCODER.encode(answer)))), None
    fields = {field: getattr(answer, field) for field in answer.__dataclass_fields__ if field != "evaluation"}
    return _ENCODER.encode(_FrozenAnswer(VERSION, name, msgspec.Raw(_ENCODER.encode(fields)))), answer.hold_id


def answer_from(raw: bytes, evaluation: bytes | None) -> Answer | None:
    """A kept answer, with the evaluation put back; None if it is the answer to another kind of request."""
    kept = _ANSWERS.decode(raw)
    if kept.kind not in _KINDS:
        return None
    if kept.kind in _BARE:
        answer: Answer = _BARE[kept.kind].decode(kept.answer)
        return answer
    assert evaluation is not None, f"an answer of kind {kept.kind!r} without its evaluation"
    promised = evaluation_from(evaluation)
    fields = msgspec.json.decode(kept.answer)
    return msgspec.convert({**fields, "evaluation": promised}, _KINDS[kept.kind], strict=False)


def full_bytes(raw: bytes, evaluation: bytes | None) -> bytes:
    """The kept answer and its evaluation as one JSON text: the same bytes every time."""
    if evaluation is None:
        return raw
    return raw[:-1] + b',"evaluation":' + evaluation + b"}"


def fingerprint_of(*parts: object) -> str:
    """What a request asks, in 64 hexadecimal digits; the order of mappings does not matter."""
    return hashlib.sha256(_SORTING.encode(parts)).hexdigest()
