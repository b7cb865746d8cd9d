"""An evaluation as plain data: names as in `engine.evaluation`, with the totals that follow from its parts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from dealwright.engine.evaluation import Evaluation


def evaluation_document(evaluation: Evaluation) -> dict[str, Any]:
    """Everything the till says of a cart, for JSON."""
    document: dict[str, Any] = _plain(evaluation)
    return {
        "total_minor": evaluation.total_minor,
        "goods_minor": evaluation.goods_minor,
        "discount_minor": evaluation.discount_minor,
        "delivery_minor": evaluation.delivery_minor,
        **document,
    }


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    match value:
        case tuple():
            return [_plain(part) for part in value]
        case Mapping():
            return {name: _plain(part) for name, part in value.items()}
        case datetime():
            return value.isoformat()
        case _:
            return value
