"""How a priced cart looks in a terminal: a receipt, and the reasons behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from dealwright.cli.cart_words import CART_WORDS, REASONS_ZH
from dealwright.cli.screen import new_table, open_console, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from dealwright.engine.evaluation import Applied, Evaluation, Refusal


def prices(evaluation: Evaluation, *, language: str, as_json: bool) -> None:
    """The receipt: every line, every fee, the sum."""
    if as_json:
        _print(evaluation)
        return
    console, w = open_console(), CART_WORDS[language]
    console.print(_receipt(evaluation, w))
    for code in evaluation.unknown_codes:
        console.print(w["unknown_code"].format(code=code), highlight=False, markup=False)


def explanation(evaluation: Evaluation, sentences: Mapping[str, str], *, language: str, as_json: bool) -> None:
    """The receipt; who gives what and where it lands; who gives nothing and why.

    `sentences` says for each promotion what it gives, in the language.
    """
    prices(evaluation, language=language, as_json=as_json)
    if as_json:
        return
    console, w = open_console(), CART_WORDS[language]
    if evaluation.applied:
        console.print(_applied(evaluation, sentences, w))
    else:
        console.print(w["nothing_applies"])
    for title, refusals in ((w["next"], evaluation.next_steps), (w["refused"], evaluation.refused)):
        if refusals:
            table = _left_table(w["promotion"], w["why"], title=title)
            for one in refusals:
                table.add_row(_safe(one.promotion_id), _safe(_reason(one, evaluation.currency, language)))
            console.print(table)


def _print(evaluation: Evaluation) -> None:
    from dealwright.app.till.tell_evaluation import evaluation_document

    print_json(evaluation_document(evaluation))


def _receipt(evaluation: Evaluation, w: dict[str, str]) -> Table:
    currency = evaluation.currency
    table = new_table(
        w["line"], w["sku"], w["quantity"], w["regular"].format(currency=currency), w["off"], w["net"]
    )
    for line in evaluation.lines:
        amounts = _amounts(line.regular_minor, line.net_minor, currency)
        table.add_row(_safe(line.line), _safe(line.sku), f"{line.quantity:,}", *amounts)
    for fee in evaluation.deliveries:
        amounts = _amounts(fee.regular_minor, fee.net_minor, currency)
        table.add_row(_safe(w["delivery"].format(method=fee.method)), "", "", *amounts)
    regular = evaluation.goods_minor + sum(fee.regular_minor for fee in evaluation.deliveries)
    table.add_section()
    table.add_row(w["sum"], "", "", *_amounts(regular, evaluation.total_minor, currency))
    return table


def _applied(evaluation: Evaluation, sentences: Mapping[str, str], w: dict[str, str]) -> Table:
    table = _left_table(w["promotion"], w["gives"], w["on"], w["what"], title=w["applied"])
    parts = [(line.line, line.shares) for line in evaluation.lines]
    parts += [(fee.method, fee.shares) for fee in evaluation.deliveries]
    for one in evaluation.applied:
        shares = [
            f"{name} {_money(share.amount_minor, evaluation.currency)}"
            for name, found in parts
            for share in found
            if share.promotion_id == one.promotion_id
        ]
        sentence = sentences.get(one.promotion_id, one.sentence)
        row = (one.promotion_id, _given(one, evaluation.currency, w), ", ".join(shares), sentence)
        table.add_row(*map(_safe, row))
    return table


def _given(one: Applied, currency: str, w: dict[str, str]) -> str:
    gifts = [w["gift"].format(quantity=gift.quantity, sku=gift.sku) for gift in one.gifts]
    points = [w["points"].format(points=one.points)] if one.points else []
    coupon = [one.next_coupon] if one.next_coupon else []
    money = [_money(one.discount_minor, currency)] if one.discount_minor or not (gifts or points or coupon) else []
    return ", ".join([*money, *gifts, *points, *coupon])


def _reason(one: Refusal, currency: str, language: str) -> str:
    if language == "en" or one.code not in REASONS_ZH:
        return one.reason
    return REASONS_ZH[one.code].format(
        money=f"{_money(one.missing_minor, currency)} {currency}",
        quantity=one.missing_quantity,
        lost_to="、".join(one.lost_to),
    )


def _left_table(*headers: str, title: str) -> Table:
    table = new_table(*headers, title=title)
    for column in table.columns:
        column.justify = "left"
    return table


def _amounts(regular: int, net: int, currency: str) -> tuple[str, str, str]:
    off = _money(net - regular, currency) if net != regular else ""
    return _money(regular, currency), off, _money(net, currency)


def _money(minor: int, currency: str) -> str:
    from dealwright.core.money import exponent

    digits = exponent(currency)
    whole, part = divmod(abs(minor), 10**digits)
    return f"{'-' if minor < 0 else ''}{whole:,}{f'.{part:0{digits}}' if digits else ''}"


def _safe(text: str) -> str:
    """Text of the shop's own: brackets in it are no markup."""
    from rich.markup import escape

    return escape(text)
