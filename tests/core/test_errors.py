"""A mistake is told with all its problems, and can be caught by what it is."""

from __future__ import annotations

import pytest

from dealwright.core.errors import (
    DealwrightError,
    InfeasibleError,
    InputError,
    MissingExtraError,
    WorkspaceError,
)


@pytest.mark.parametrize("kind", [InputError, InfeasibleError, WorkspaceError, MissingExtraError])
def test_everything_dealwright_refuses_can_be_caught_in_one_place(kind: type[Exception]) -> None:
    assert issubclass(kind, DealwrightError)


def test_one_problem_is_one_sentence() -> None:
    assert str(InputError("no column 'sku'")) == "no column 'sku'"


def test_all_problems_are_told_at_once() -> None:
    error = InputError("no column 'sku'", "3 rows have no date")
    assert str(error).splitlines() == ["2 problems:", "  - no column 'sku'", "  - 3 rows have no date"]
    assert error.problems == ("no column 'sku'", "3 rows have no date")


def test_a_name_near_an_allowed_one_gets_a_hint() -> None:
    text = str(InputError.unknown("table", "product", ["sales", "products"]))
    assert text == "no table is called 'product'; did you mean 'products'? Allowed: products, sales"


def test_a_name_near_nothing_gets_the_list_alone() -> None:
    text = str(InputError.unknown("table", "xyz", ["sales", "products"]))
    assert text == "no table is called 'xyz'; Allowed: products, sales"


def test_constraints_that_contradict_are_named() -> None:
    error = InfeasibleError(["spend at most 100.00 EUR", "promote SKU 7 in week 2"])
    assert error.conflict == ("spend at most 100.00 EUR", "promote SKU 7 in week 2")
    assert str(error).endswith("spend at most 100.00 EUR; promote SKU 7 in week 2")
    assert isinstance(error, InputError)


def test_a_missing_library_comes_with_the_line_that_installs_it() -> None:
    text = str(MissingExtraError("openpyxl", extra="excel", purpose="reading Excel files"))
    assert text.startswith("reading Excel files needs the library 'openpyxl'")
    assert "pip install 'dealwright[excel]'" in text


def test_of_very_many_names_the_nearest_and_the_first_are_told() -> None:
    error = str(InputError.unknown("sku", "A7710", [f"A{number}" for number in range(100, 800)]))
    assert error.startswith("no sku is called 'A7710'; did you mean 'A771'? Allowed: A100, A101, ")
    assert error.endswith(", A149, and 650 more")
