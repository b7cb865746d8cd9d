"""What number stands in a text, and what whole units or money it makes."""

from __future__ import annotations

import ibis

from dealwright.core import money
from dealwright.data import shapes
from dealwright.data.parsed import LARGEST, LARGEST_AMOUNT, Parsed, sure
from dealwright.data.readings import NumberReading, Text

_NOISE_MINOR = 1e-4  # what binary fractions leave behind, in minor units
_TIE = 1e-7  # closer to a half than this is a half


def read_number(text: Text, reading: NumberReading) -> Parsed:
    """The numbers of a text column, as floats."""
    bare = text.strip()
    if not all(shape.isascii() for shape in reading.good):
        bare = shapes.folded(bare).strip()
    grouping = "," if reading.decimal == "." else "."
    dropped = shapes.WHITE + shapes.CURRENCY_SIGNS + "'’%+" + grouping
    if any(char in shape for shape in reading.good for char in [*dropped, "(", "−"]) or reading.decimal == ",":
        # translate() drops what it has no counterpart for: "(" is a minus, the decimal mark a point.
        bare = bare.translate("(−" + reading.decimal + ")" + dropped, "--.")
    if any("-" in shape[1:] for shape in reading.good):
        bare = ibis.ifelse(bare.endswith("-"), ibis.literal("-") + bare.replace("-", ""), bare)
    number = bare.try_cast("float64")
    if reading.is_all_good:
        return Parsed(_nothing_if_missing(number, text, reading.missing))
    shape = shapes.shape(text)
    value = ibis.ifelse(shape.isin(reading.good), number, ibis.null("float64"))
    known = (*reading.good, *reading.missing, *reading.other_mark, *reading.foreign, *reading.infinite)
    faults = {"not_a_number": sure(shape.notin(known))}
    if reading.other_mark:
        faults["other_decimal_mark"] = sure(shape.isin(reading.other_mark))
    if reading.foreign:
        faults["other_currency"] = sure(shape.isin(reading.foreign))
    if reading.infinite:
        faults["not_finite"] = sure(shape.isin(reading.infinite))
    return Parsed(value, faults)


def _nothing_if_missing(value: ibis.Value, text: Text, missing: tuple[str, ...]) -> ibis.Value:
    """`nan` and `inf` would be cast to numbers; every other missing word is null after the cast anyway."""
    if any(word.casefold() == "nan" for word in missing):
        return ibis.ifelse(shapes.shape(text).isin(missing), ibis.null(value.type()), value)
    return value


def whole(parsed: Parsed) -> Parsed:
    """Floats as whole numbers; those with a fraction become null, with a fault."""
    is_large = sure(parsed.value.abs() >= LARGEST)
    number = ibis.ifelse(is_large, ibis.null("float64"), parsed.value)  # what is larger cannot be cast
    has_fraction = sure(number != number.floor())
    value = ibis.ifelse(has_fraction, ibis.null("float64"), number).cast("int64")
    return Parsed(value, {**parsed.faults, "not_whole": has_fraction, "too_large": is_large})


def minor_units(parsed: Parsed, currency: str, *, keeps_fractions: bool, noise: float) -> Parsed:
    """Major units rounded half to even to minor units, as `core.money` does."""
    scaled = parsed.value * 10 ** money.exponent(currency)
    is_large = sure(scaled.abs() >= LARGEST_AMOUNT)
    exact = ibis.ifelse(is_large, ibis.null("float64"), scaled)
    below = exact.floor()
    is_half = (exact - below - 0.5).abs() < _TIE  # 1.005 * 100 is 100.49999999999999
    value = ibis.ifelse(is_half, 2 * (below / 2 + 0.5).floor(), (exact + 0.5).floor()).cast("int64")
    faults = {**parsed.faults, "too_large": is_large}
    if not keeps_fractions:
        faults["rounded"] = sure((exact - value).abs() > _NOISE_MINOR + noise * exact.abs())
    return Parsed(value, faults)
