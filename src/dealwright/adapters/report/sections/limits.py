"""Which limits the plan keeps, and what relaxing those that bind would bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dealwright.adapters.report.blocks import Block, Bullets, Cell, Column, Heading, Section, Table, Text
from dealwright.adapters.report.source import Source
from dealwright.plan.words import sentence

_MONEY = ("budget", "budget_per_week", "supplier_funding")
"""Whose parameter `limit` is an amount."""


def section(source: Source) -> Section:
    """Binding limits with their price, then all of them."""
    binding = source.plan["binding"]
    blocks: list[Block] = [_binding(source, binding)] if binding else []
    blocks.insert(0, Text(source.say("limits.intro" if binding else "limits.none_bind")))
    limits = source.plan["limits"]
    if limits:
        blocks.append(Heading(source.say("limits.all")))
        blocks.append(Bullets(tuple(_sentence(source, limit) for limit in limits)))
    unpromoted = Counter(item["code"] for item in source.summary.get("products", ()) if item["code"] != "promoted")
    soft = source.plan.get("soft", ())
    if soft:
        blocks += [Heading(source.say("limits.soft")), Text(source.say("limits.soft_intro")), _soft(source, soft)]
    if unpromoted:
        blocks += [Heading(source.say("limits.unpromoted")), _unpromoted(source, unpromoted)]
    return Section("limits", source.say("limits.title"), tuple(blocks))


def _binding(source: Source, binding: list[dict[str, Any]]) -> Table:
    f = source.formats
    rows = []
    for item in binding:
        is_money = item["per"] == "money"
        price = f.money(item["price"]) if is_money else f.round_money(item["price"])
        per = source.say(f"limits.per.{item['per']}", unit=f.money(1, 0))
        rows.append(
            [
                Cell(_sentence(source, item)),
                Cell(f.number(item["n_rows"])),
                Cell(source.place(item["dearest"])),
                Cell(price, per),
            ]
        )
    return Table.of(
        (
            Column(source.say("limits.limit"), is_wide=True),
            Column(source.say("limits.times"), is_number=True),
            Column(source.say("limits.where")),
            Column(source.say("limits.price"), is_number=True, is_assumed=source.is_profit_assumed),
        ),
        rows,
    )


def _soft(source: Source, soft: Sequence[Mapping[str, Any]]) -> Table:
    """Limits that may be broken: kept, or given up by how much, where most, at what cost."""
    f = source.formats
    rows = []
    for item in soft:
        fared, cost = Cell(source.say("limits.kept")), Cell(f.money(0, 0))
        if not item["is_kept"]:
            by = f.money(item["broken_by"]) if item["per"] == "money" else f.units(item["broken_by"])
            most = source.say("limits.most_at", where=source.place(item["where"]))
            fared = Cell(source.say("limits.given_up", by=by), most)
            cost = Cell(f.money(item["cost"]))
        rows.append([Cell(_sentence(source, item)), fared, cost])
    return Table.of(
        (
            Column(source.say("limits.limit"), is_wide=True),
            Column(source.say("limits.fared")),
            Column(source.say("limits.penalty"), is_number=True),
        ),
        rows,
    )


def _unpromoted(source: Source, counts: Counter[str]) -> Table:
    f = source.formats
    rows = [[source.say(f"unpromoted.{code}"), f.number(n)] for code, n in counts.most_common()]
    return Table.of(
        (
            Column(source.say("limits.why_unpromoted"), is_wide=True),
            Column(source.say("response.products"), is_number=True),
        ),
        rows,
    )


def _sentence(source: Source, limit: Mapping[str, Any]) -> str:
    """The limit's own sentence, begun like one, its money written as on the rest of the page."""
    params = dict(limit["params"])
    if limit["code"] in _MONEY:
        params["limit"] = _money(source, str(params["limit"]))
    if limit["code"] == "must_run":
        params["sku"] = source.product(str(params["sku"]))
    text = sentence(limit["code"], params, source.words.language)
    return text[0].upper() + text[1:]


def _money(source: Source, text: str) -> str:
    """From "1,200.00 USD"; anything else as it is."""
    amount = text.removesuffix(source.formats.currency).strip().replace(",", "")
    try:
        return source.formats.money(float(amount))
    except ValueError:
        return text
