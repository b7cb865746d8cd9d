"""Results as plain values, which JSON can hold."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from dealwright.core.estimate import Estimate


def plain(value: Any) -> Any:
    """Lists, dicts, texts and finite numbers; a number that is none becomes null, a day its ISO text."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return str(value)


def plain_row(row: dict[Any, Any]) -> dict[str, Any]:
    """One row of a table."""
    return {str(name): plain(value) for name, value in row.items()}


def plain_estimate(estimate: Estimate) -> dict[str, float]:
    """Value and interval."""
    return {"value": estimate.value, "low": estimate.low, "high": estimate.high, "level": estimate.level}
