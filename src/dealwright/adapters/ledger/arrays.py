"""Lists as PostgreSQL writes them in text: one parameter that is made and read without a step per element."""

from __future__ import annotations

from collections.abc import Iterable


def text_array(texts: Iterable[str]) -> str:
    r"""The texts as a `text[]`; none of them may have a NUL, which PostgreSQL cannot keep either.

    >>> print(text_array(["tea", 'a "b"', "c\\d", "", "NULL"]))
    {"tea","a \"b\"","c\\d","","NULL"}
    >>> text_array([])
    '{}'
    """
    given = list(texts)
    if not given:
        return "{}"
    joined = "\0".join(given)
    assert joined.count("\0") == len(given) - 1, "a text with NUL"
    quoted = joined.replace("\\", "\\\\").replace('"', '\\"').replace("\0", '","')
    return f'{{"{quoted}"}}'


def number_array(numbers: Iterable[int]) -> str:
    """The numbers as an `int[]` or `bigint[]`.

    >>> number_array([1, -2])
    '{1,-2}'
    """
    return f"{{{','.join(map(str, numbers))}}}"
