"""Which of the planned products a rule of the scenario is about."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dealwright.core.errors import InputError
from dealwright.data import columns as c
from dealwright.data.panel import Panel
from dealwright.plan.scenario.rules import OfSome


def which_products(rule: OfSome, panel: Panel) -> NDArray[np.bool_]:
    """All that any of its names means, (n,); all products if it names none. InputError lists unknown names."""
    mistakes: list[str] = []
    meant = np.full(len(panel.skus), not rule.names)
    for kind, column, names in (
        ("planned product", c.SKU, rule.skus),
        ("planned category", c.CATEGORY, rule.categories),
        ("brand of planned products", c.BRAND, rule.brands),
        ("supplier of planned products", c.SUPPLIER, rule.suppliers),
    ):
        try:
            values = _column(panel, column)
            known(kind, names, sorted({value for value in values if value}))
            meant |= np.isin(values, names)
        except InputError as error:
            mistakes += error.problems
    if mistakes:
        raise InputError(*mistakes)
    return meant


def known(kind: str, names: tuple[str, ...], allowed: Collection[str]) -> tuple[str, ...]:
    """The names, if all are allowed; InputError with the nearest for each that is not."""
    mistakes = [InputError.unknown(kind, name, allowed) for name in names if name not in allowed]
    if mistakes:
        raise InputError(*(problem for mistake in mistakes for problem in mistake.problems))
    return names


def _column(panel: Panel, name: str) -> NDArray[np.object_]:
    """A column of the catalogue as text, "" where it says nothing, (n,)."""
    if name == c.SKU:
        return np.array(panel.skus, dtype=object)
    if name == c.CATEGORY:
        return np.array(panel.categories, dtype=object)[panel.category_of]
    if name not in panel.products:
        return np.full(len(panel.skus), "", dtype=object)
    return np.array([str(value) if pd.notna(value) else "" for value in panel.products[name]], dtype=object)
