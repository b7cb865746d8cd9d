"""What the values of a text column look like, and so how they are to be read.

The shape of a value is the value with every digit but a leading zero written as 9: `1,234.50` has the shape
`9,999.99`, `0.125` the shape `0.999`. A column of millions of values has a few dozen shapes; the database counts
them, and all decisions are taken on them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

import ibis

DIGITS = "0123456789"
_ALL_NINES = "9" * 10
MOST_SHAPES = 2000
"""Shapes of a column that are looked at; a column with more holds something else than numbers or days."""

WHITE = " \u00a0\u202f\u3000\t"
CURRENCY_SIGNS = "€$£¥￥元₽₹₩"
_SIGNS_OF = {
    "EUR": "€",
    **dict.fromkeys(("GBP", "EGP", "FKP", "GIP", "LBP", "SDG", "SHP", "SSP", "SYP"), "£"),
    "CNY": "¥￥元",
    "JPY": "¥￥",
    **dict.fromkeys(("HKD", "MOP", "TWD"), "$元"),
    "RUB": "₽",
    "INR": "₹",
    "KRW": "₩",
    "KPW": "₩",
}  # any other currency may be written with a dollar sign
_MISSING_WORDS = ("nan", "null", "none", "n/a", "#n/a", "na", "-", "--", "\\n", "nat")
_FULL_WIDTH = "０１２３４５６７８９，．－＋（）：／％　−"
_HALF_WIDTH = "0123456789,.-+():/% -"


def shape_of(text: str) -> str:
    """The shape of one value, as the database computes it.

    >>> shape_of("¥1,234.50"), shape_of("0.125")
    ('¥9,999.99', '0.999')
    """
    bare = text.strip()
    nines = bare.translate(str.maketrans(DIGITS, _ALL_NINES))
    return "0" + nines[1:] if bare.startswith("0") else nines


def shape(text: ibis.expr.types.StringValue) -> ibis.expr.types.StringValue:
    """The shape of each value of a column."""
    bare = text.strip()
    nines = bare.translate(DIGITS, _ALL_NINES)
    return ibis.ifelse(bare.startswith("0"), ibis.literal("0") + nines.substr(1), nines)


def count_shapes(text: ibis.expr.types.StringValue, rows: ibis.Table) -> ibis.Table:
    """How often each shape occurs: `shape`, `n`; the most frequent first, at most `MOST_SHAPES`."""
    shapes = rows.select(shape=shape(text))
    counted = shapes.filter(shapes.shape.notnull()).group_by("shape").agg(n=lambda t: t.count())
    return counted.order_by(ibis.desc("n"), "shape").limit(MOST_SHAPES)


def folded(text: ibis.expr.types.StringValue) -> ibis.expr.types.StringValue:
    """Full-width digits and signs written as ordinary ones."""
    return text.translate(_FULL_WIDTH, _HALF_WIDTH)


def _half_width(shape: str) -> str:
    return shape_of(unicodedata.normalize("NFKC", shape))


def is_missing(shape: str) -> bool:
    """Whether the value says that there is none.

    >>> [is_missing(shape) for shape in ("", "NaN", "n/a", "9")]
    [True, True, True, False]
    """
    return shape == "" or shape.casefold() in _MISSING_WORDS


def is_infinite(shape: str) -> bool:
    """Whether the value is spelled infinity."""
    return shape.casefold().lstrip("+-") in ("inf", "infinity", "∞")


ShapeCounts = AnyMapping[str, int]
"""How many values have each shape."""


@dataclass(frozen=True, slots=True)
class NumberShape:
    """What the shape of a number tells: `mark` is the decimal mark it proves, if any.

    `fits_point`, `fits_comma`: whether it can be read with that decimal mark.
    """

    mark: str | None
    fits_point: bool
    fits_comma: bool


# 12,34,567 is how India groups.
_BODY_POINT = re.compile(r"(9+|9{1,3}(,999)+|9{1,2}(,99)+,999)(\.9*)?(e[+-]?9+)?|\.9+", re.IGNORECASE)


def as_number(shape: str) -> NumberShape | None:
    """How the shape can be read as a number; `None` if it cannot.

    >>> as_number("9,999.99").mark, as_number("9.999,99").mark, as_number("99,9").mark
    ('.', ',', ',')
    >>> as_number("9,999")
    NumberShape(mark=None, fits_point=True, fits_comma=True)
    """
    body = _half_width(shape).replace("−", "-")
    body = body.translate(str.maketrans("", "", WHITE + CURRENCY_SIGNS + "'’%"))
    is_in_brackets = body[:1] == "(" and body[-1:] == ")"
    body = body[1:-1] if is_in_brackets else re.sub(r"^[+-]|-$", "", body, count=1)
    # Nobody groups thousands after a leading zero, so what follows one is the decimal mark.
    leading_zero = re.match(r"0([.,])", body)
    body = "9" + body[1:] if body.startswith("0") else body
    swapped = body.translate(str.maketrans(",.", ".,"))
    fits_point, fits_comma = (bool(_BODY_POINT.fullmatch(text)) for text in (body, swapped))
    if not (fits_point or fits_comma):
        return None
    if leading_zero:
        mark = leading_zero[1]
        return NumberShape(mark, fits_point and mark == ".", fits_comma and mark == ",")
    proven = None if fits_point and fits_comma else "." if fits_point else ","
    return NumberShape(proven, fits_point, fits_comma)


def is_percent(shape: str) -> bool:
    """Whether the value is written in percent."""
    return "%" in _half_width(shape)


def foreign_signs(currency: str) -> str:
    """The currency signs that an amount of this currency is not written with.

    >>> foreign_signs("EUR"), foreign_signs("CAD")
    ('$£¥￥元₽₹₩', '€£¥￥元₽₹₩')
    """
    own = _SIGNS_OF.get(currency, "$")
    return "".join(sign for sign in CURRENCY_SIGNS if sign not in own)


def is_undecided(shape: str) -> bool:
    """Whether the number reads differently with the other decimal mark, as 1,234 does."""
    number = as_number(shape)
    return number is not None and number.mark is None and bool(re.search("[.,]", _half_width(shape)))


@dataclass(frozen=True, slots=True)
class DateShape:
    """How a day is written: `order` is ymd, compact, serial or ab (two numbers before the year).

    `has_half_day`: it ends in AM or PM. `has_offset`: it ends in Z or an offset from UTC.
    """

    order: str
    has_half_day: bool = False
    has_offset: bool = False


_TIME = r"(?:[ T]+9{1,2}:99(?::99(?:[.,]9+)?)?(?P<half> ?[AaPp][Mm])?(?P<offset> ?(?:Z|UTC|[+-]99:?(?:99)?))?)?"
_DATES = {
    "ymd": re.compile(r"(?:9999([-/.])9{1,2}\1(?:9{1,2})|9999年9{1,2}月9{1,2}日)" + _TIME),
    "ab": re.compile(r"9{1,2}([-/.])9{1,2}\1(?:9999)" + _TIME),
    "compact": re.compile(r"9{8}" + _TIME),
    "serial": re.compile(r"9{5}(?:\.9+)?(?P<half>(?!))?(?P<offset>(?!))?"),
}


def as_date(shape: str) -> DateShape | None:
    """How the shape can be read as a day or a moment; `None` if it cannot.

    >>> as_date("9999-99-99T99:99:99Z")
    DateShape(order='ymd', has_half_day=False, has_offset=True)
    >>> as_date("9/9/9999").order, as_date("9999年9月9日").order, as_date("99999").order
    ('ab', 'ymd', 'serial')
    """
    text = _half_width(shape).replace("0", "9", 1)
    for order, pattern in _DATES.items():
        match = pattern.fullmatch(text)
        if match:
            return DateShape(order, bool(match["half"]), bool(match["offset"]))
    return None
