import numpy as np
import pytest

from dealwright.core.errors import InputError
from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.filters import (
    Filter,
    InStock,
    Labelled,
    NotThese,
    OldEnough,
    PriceWithin,
    Shelf,
    allowed,
    check,
)

SHELF = Shelf(
    ("tea", "gin", "pie"),
    Catalogue({"category": np.array([0, 0, 1])}, {"category": ("drinks", "food")}),
    stock=np.array([5, 1, 0]),
    price_minor=np.array([300, 2000, 450]),
    least_age=np.array([0, 18, 0]),
)


@pytest.mark.parametrize(
    ("rule", "passing"),
    [
        (InStock(), [True, True, False]),
        (InStock(2), [True, False, False]),
        (PriceWithin(400, 1000), [False, False, True]),
        (OldEnough(17), [True, False, True]),
        (OldEnough(18), [True, True, True]),
        (OldEnough(None), [True, False, True]),
        (Labelled("category", ("food",)), [False, False, True]),
        (Labelled("category", ("food",), is_excluded=True), [True, True, False]),
        (NotThese(("tea", "unheard of")), [False, True, True]),
    ],
)
def test_a_rule_lets_exactly_these_items_pass(rule: Filter, passing: list[bool]) -> None:
    assert rule.passes(SHELF).tolist() == passing


def test_an_item_must_pass_every_rule_and_the_first_that_refuses_is_named() -> None:
    rules: list[Filter] = [PriceWithin(None, 1000), InStock()]
    assert allowed(SHELF, rules).tolist() == [True, False, False]
    assert check(SHELF, rules, 1).code == "price_out_of_range"
    assert check(SHELF, rules, 2).code == "out_of_stock"
    assert check(SHELF, rules, 0)


def test_a_rule_that_needs_what_the_shop_does_not_know_says_so() -> None:
    with pytest.raises(InputError, match="does not know stock"):
        InStock().passes(Shelf(("tea",)))
    with pytest.raises(InputError, match="did you mean 'food'"):
        Labelled("category", ("foot",)).passes(SHELF)
    with pytest.raises(InputError, match="2 values of stock for 1 items"):
        Shelf(("tea",), stock=np.array([1, 2]))
