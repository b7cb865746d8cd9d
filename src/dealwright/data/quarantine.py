"""The rows that were not accepted, as they stood in their source, with the reason."""

from __future__ import annotations

from collections.abc import Sequence

import ibis

from dealwright.data import columns as c
from dealwright.data.delivery import Delivery
from dealwright.data.problems import SAYS
from dealwright.data.rules import Rule, any_breaks, reason

_STARTS_A_FORMULA = r"^\s*[=+\-@\t\r]"
_IS_A_NUMBER = r"^[+-]?[0-9][0-9.,]*%?$"


def kept_out(rules: Sequence[Rule], delivery: Delivery) -> ibis.Table:
    """Rows that break a rule, as they stand, with `reason` and one column `breaks_<n>` for each of the rules."""
    flags = {f"breaks_{index}": rule.breaks for index, rule in enumerate(rules)}
    return delivery.rows.filter(any_breaks(rules)).mutate(reason=reason(rules), **flags)


def sent_back(repeats: ibis.Table, delivery: Delivery) -> ibis.Table:
    """Rows that say again, or contradict, what other rows say, as they stand, with `reason`.

    `repeats` has the columns `row` and `code`.
    """
    why = ibis.cases(*[(ibis._.code == code, SAYS[code][0]) for code in ("duplicated", "conflicting")])
    return delivery.rows.inner_join(repeats, c.ROW).mutate(reason=why)


def as_written(rows: Sequence[ibis.Table], delivery: Delivery) -> ibis.Table:
    """All rows in quarantine under their source's column names, in the source's order, safe for spreadsheets.

    A cell that a spreadsheet would run as a formula gets an apostrophe in front.
    """
    ours = {name: name for name in (c.ROW, c.REASON, c.BROKEN_LINE)}
    taken = {name.casefold() for name in delivery.columns}
    header = {held: f"_{name}" if name in taken else name for held, name in ours.items()}
    header |= {delivery.stored(name): name for name in delivery.columns}
    together = ibis.union(*[table.select(*header) for table in rows]) if len(rows) > 1 else rows[0].select(*header)
    safe = {
        header[held]: together[held] if held == c.ROW else _harmless(together[held].cast("string"))
        for held in header
    }
    return together.order_by(c.ROW).select(**safe)


def _harmless(text: ibis.expr.types.StringValue) -> ibis.expr.types.StringValue:
    is_formula = text.re_search(_STARTS_A_FORMULA) & ~text.re_search(_IS_A_NUMBER)
    return ibis.ifelse(is_formula.fill_null(False), ibis.literal("'") + text, text)
