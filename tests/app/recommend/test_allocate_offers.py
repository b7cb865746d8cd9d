"""Personal offers from a file: read, refused with all mistakes, and given where they are worth most."""

from __future__ import annotations

from pathlib import Path

import pytest

from dealwright.adapters.warehouse import open_warehouse
from dealwright.app.recommend.allocate_offers import (
    AllocatedOffers,
    ListedOffers,
    OfferLimits,
    allocate_offers,
    read_offers,
)
from dealwright.core.errors import InfeasibleError, InputError
from dealwright.data.delivery import Source

HEADER = "customer_id,offer,value,cost,face_value,value_low,value_high,group\n"
# Three customers, two offers. One euro of budget buys 3 from ann, 2 from bob, 1.5 from cat by the small offer.
ROWS = """\
ann,small,3.00,1.00,2.00,2.00,4.00,north
ann,large,4.50,2.00,5.00,3.00,6.00,north
bob,small,2.00,1.00,2.00,1.00,3.00,south
bob,large,2.50,2.00,5.00,2.00,3.00,south
cat,small,1.50,1.00,2.00,1.00,2.00,south
"""


def listed(tmp_path: Path, text: str = HEADER + ROWS) -> ListedOffers:
    path = tmp_path / "offers.csv"
    path.write_text(text)
    warehouse = open_warehouse(tmp_path)
    try:
        return read_offers(Source(str(path)), landing=warehouse, currency="EUR", time_zone="UTC")
    finally:
        warehouse.close()


def given(found: AllocatedOffers) -> dict[str, str]:
    return dict(zip(found.table["customer_id"], found.table["offer"], strict=True))


def allocated(offers: ListedOffers, limits: OfferLimits) -> AllocatedOffers:
    return allocate_offers(offers, limits, currency="EUR", seed=1)


def test_the_budget_goes_where_it_brings_most(tmp_path: Path) -> None:
    found = allocated(listed(tmp_path), OfferLimits(200))
    assert given(found) == {"ann": "small", "bob": "small"}
    assert (found.allocation.value, found.allocation.cost) == (500.0, 200.0)
    assert found.allocation.bound >= 500.0
    assert found.to_dict()["value"] == 5.0


def test_a_customer_without_a_row_for_an_offer_never_gets_it(tmp_path: Path) -> None:
    assert given(allocated(listed(tmp_path), OfferLimits(100_000)))["cat"] == "small"


def test_the_worst_case_counts_face_values(tmp_path: Path) -> None:
    found = allocated(listed(tmp_path), OfferLimits(200, is_worst_case=True))
    assert given(found) == {"ann": "small"}


def test_the_value_has_the_range_of_estimates_that_err_together_and_the_bill_its_own(tmp_path: Path) -> None:
    found = allocated(listed(tmp_path), OfferLimits(200))
    assert found.value is not None
    assert (found.value.value, found.value.low, found.value.high) == (5.0, 3.0, 7.0)
    assert found.bill is not None
    assert found.bill.value == 2.0
    assert found.bill.low < 2.0 < found.bill.high


def test_groups_get_their_share(tmp_path: Path) -> None:
    fair = allocated(listed(tmp_path), OfferLimits(300, most_share=0.5))
    assert set(given(fair)) == {"bob"}


def test_limits_that_contradict_one_another_are_named(tmp_path: Path) -> None:
    with pytest.raises(InfeasibleError, match="budget"):
        allocated(listed(tmp_path), OfferLimits(100, least_share=1.0))


def test_shares_of_groups_need_groups(tmp_path: Path) -> None:
    plain = "customer_id,offer,value,cost\nann,small,3,1\n"
    with pytest.raises(InputError, match="need the column 'group'"):
        allocated(listed(tmp_path, plain), OfferLimits(100, least_share=0.5))


def test_a_file_of_four_columns_is_enough_and_tells_no_ranges(tmp_path: Path) -> None:
    found = allocated(listed(tmp_path, "Customer ID,Offer,Value,Cost\n007,small,0.375,0.125\n"), OfferLimits(100))
    assert given(found) == {"007": "small"}
    assert found.allocation.value == 37.5
    assert (found.value, found.bill) == (None, None)


def test_why_a_customer_got_an_offer_is_told(tmp_path: Path) -> None:
    found = allocated(listed(tmp_path), OfferLimits(200))
    assert found.explain("bob").chosen.offer == "small"
    with pytest.raises(InputError, match="no listed customer is called 'bab'; did you mean 'bob'"):
        found.explain("bab")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("customer_id,offer,value\nann,small,3\n", "has no column 'cost'"),
        (HEADER + "ann,small,many,1,,,,\n", "value of small for ann is 'many'; give a number like 0.75"),
        (HEADER + "ann,small,3,-1,,,,\n", "cost of small for ann is '-1'; give a number like 0.75 from 0 up"),
        (HEADER + "ann,small,3,1,,,,north\nann,large,3,1,,,,south\n", "some customers stand in two groups"),
    ],
)
def test_files_that_cannot_be_used_are_refused(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=said):
        listed(tmp_path, text)


def test_two_rows_that_disagree_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        listed(tmp_path, HEADER + "ann,small,3,1,,,,\nann,small,4,1,,,,\n")
