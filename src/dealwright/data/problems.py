"""What was wrong with the rows of an import, in words."""

from __future__ import annotations

from dataclasses import dataclass

SAYS: dict[str, tuple[str, str]] = {
    "broken_line": (
        "the line does not have as many values as the header",
        "check the delimiter and the quotation marks of these lines",
    ),
    "lost_text": (
        "some bytes are in another encoding than the rest of the file",
        "save the file in one encoding (UTF-8 is best) and import it again",
    ),
    "missing": ("a required value is missing", "fill it in, or leave the row out"),
    "not_a_number": ("not a number", "write digits with at most one decimal mark, such as 1234.50"),
    "other_decimal_mark": (
        "written with the other decimal mark than most of the column",
        "write all numbers of a column alike, or split the file",
    ),
    "other_currency": (
        "an amount with the sign of another currency than the shop's",
        "convert the amounts to the shop's currency, or remove the sign if it is wrong",
    ),
    "not_finite": ("infinite", "write a number, or leave the value empty"),
    "not_whole": ("not a whole number", "count in whole units (grams instead of kilograms, for example)"),
    "too_large": ("too large to be exact", "numbers may have up to 15 digits; check for columns run together"),
    "rounded": (
        "more decimals than the currency has",
        "the amount was rounded to the nearest minor unit, halves to even; nothing needs doing if that is fine",
    ),
    "not_a_day": ("not a day", "write days like 2017-01-31, or 2017-01-31 18:30:00 with the time"),
    "unlikely_day": (
        "before 1990 or after 2100, where nothing was recorded",
        "write the day it happened; programs put days like 1900-01-01 or 9999-12-31 where they know none",
    ),
    "undecided_day": (
        "could be day-month or month-day, and the column has both",
        "write days like 2017-01-31, or state date_order in the mapping",
    ),
    "not_a_week": ("not a number of a week", "count weeks from 1, or map a column that holds days"),
    "not_a_flag": (
        "neither true nor false",
        "write true or false, or list the values in the mapping under true_when or false_when",
    ),
    "too_small": ("below the smallest value allowed", "check the sign; amounts and counts here are not negative"),
    "not_a_share": ("not a share between 0 and 1", "write a tenth as 0.1 or 10%"),
    "zero_quantity": ("quantity 0", "leave out lines on which nothing was sold"),
    "return_with_amount": (
        "a return (negative quantity) with a positive amount",
        "write returns with a negative quantity and a negative amount",
    ),
    "empty_period": (
        "the last day lies before the first",
        "ends_on is the last day; if your column holds the first day after, map it with plus_days: -1",
    ),
    "duplicated": ("the same row stands earlier in the source", "nothing, if the source repeats rows; one is kept"),
    "conflicting": (
        "rows with the same key say different things",
        "leave one row for each key; none of them was taken",
    ),
}
"""By code: what is said of the value, and the remedy."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with some rows.

    `column` is the canonical column, or the key's columns; `rows` are the first few places in the source,
    `examples` the values that stand there. Rows with a problem are in quarantine, unless `is_note`: then they
    were accepted.
    """

    code: str
    column: str
    count: int
    rows: tuple[int, ...] = ()
    examples: tuple[str, ...] = ()
    is_note: bool = False

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON."""
        return {
            "code": self.code,
            "column": self.column,
            "count": self.count,
            "rows": list(self.rows),
            "examples": list(self.examples),
            "is_note": self.is_note,
            "says": self.says,
            "remedy": self.remedy,
        }

    @property
    def says(self) -> str:
        """What is wrong."""
        return SAYS[self.code][0]

    @property
    def remedy(self) -> str:
        """What to do."""
        return SAYS[self.code][1]

    def __str__(self) -> str:
        where = (
            f"row {self.rows[0]}"
            if self.count == 1
            else f"{self.count:,} rows, first {', '.join(map(str, self.rows))}"
        )
        values = f" (such as {', '.join(map(repr, self.examples))})" if self.examples else ""
        return f"{self.column}: {self.says}{values}: {where}. To do: {self.remedy}"
