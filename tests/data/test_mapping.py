"""What a mapping may say."""

from typing import Any

import pytest
import yaml

from dealwright.core.errors import InputError
from dealwright.data.guess import guess_mapping
from dealwright.data.mapping import check_mapping, read_mapping
from dealwright.data.tables import TABLES

EVERYTHING: dict[str, Any] = {
    "table": "sales",
    "columns": {
        "order_id": "basket",
        "sold_at": {"column": "at", "time_zone": "UTC", "date_order": "dmy"},
        "sku": ["maker", "item"],
        "quantity": "qty",
        "net_amount": {"column": "price", "times": "qty", "decimal": ","},
        "channel": {"value": "store"},
    },
    "decimal": ".",
}


def test_a_mapping_survives_being_written_and_read() -> None:
    mapping = read_mapping(EVERYTHING)
    assert mapping.as_dict() == EVERYTHING
    assert read_mapping(mapping.as_dict()) == mapping
    assert mapping.sources == ("basket", "at", "maker", "item", "qty", "price")


def test_weeks_flags_and_shifted_days_survive_being_written_and_read() -> None:
    columns = {
        "sku": "sku",
        "starts_on": {"column": "week", "unit": "week", "week_one": "2016-12-26"},
        "ends_on": {"column": "end", "plus_days": 1},
        "is_on_display": {"column": "display", "false_when": ["0"]},
        "is_in_mailer": {"column": "mailer", "true_when": ["A", "D"]},
    }
    mapping = read_mapping({"table": "promotions", "columns": columns})
    assert read_mapping(mapping.as_dict()) == mapping
    assert mapping.entries["ends_on"].plus_days == 1


def test_all_mistakes_in_a_mapping_are_told_at_once() -> None:
    with pytest.raises(InputError) as refusal:
        read_mapping(
            {
                "table": "sales",
                "columns": {
                    "order": "a",
                    "sold_at": {"column": "b", "timezone": "UTC"},
                    "sku": 3,
                    "quantity": {"column": "c", "decimal": ";"},
                    "net_amount": {"column": "d", "plus_days": 1},
                    "channel": {"column": "e", "times": "c"},
                },
                "date_order": "ydm",
            }
        )
    assert [problem.split(" Allowed")[0] for problem in refusal.value.problems] == [
        "sales.order: no column of table 'sales' is called 'order'; did you mean 'order_id'?",
        "sales.sold_at: no option is called 'timezone'; did you mean 'time_zone'?",
        "sales.sku: give a column's name, a list of names or an object; not 3",
        "sales.quantity: decimal ';' is not a decimal mark; give '.' or ','",
        "sales.net_amount: 'unit' and 'plus_days' are for days; this column holds money",
        "sales.channel: 'times' is for money and units; this column holds name",
        "date_order 'ydm' is not known; give one of dmy, mdy, ymd",
    ]


@pytest.mark.parametrize("given", [None, [], {"columns": {}}, {"table": "sales"}])
def test_something_else_than_a_mapping_is_refused_with_an_example(given: object) -> None:
    with pytest.raises(InputError, match=r"a mapping needs 'table' and 'columns'; given .* Write, for example: "):
        read_mapping(given)


def test_a_mapping_for_another_table_is_refused() -> None:
    mapping = read_mapping({"table": "coupons", "columns": {"coupon_id": "c", "sku": "s"}})
    (mistake,) = check_mapping(mapping, TABLES["redemptions"], ["c", "s"])
    assert mistake == "the mapping is for table 'coupons', the import for 'redemptions'; use one of them"


def test_a_column_whose_values_do_not_fit_is_not_guessed() -> None:
    sample = {"sku": ["A"], "date": ["2017-01-02"], "units": ["many"], "stock": ["5"]}
    guess = guess_mapping(TABLES["stock"], sample | {"qty": ["3"]})
    assert guess.entries["units"].columns == ("units",)  # our own name is taken at its word
    del sample["units"]
    assert guess_mapping(TABLES["stock"], sample | {"on_hand": ["many"]}).entries["units"].columns == ("stock",)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ([], "the list of columns is empty; name at least one, or leave the entry out"),
        ({"column": "price", "times": 3}, "'times' must be the name of one column; given 3"),
    ],
)
def test_an_amount_needs_columns_that_have_names(entry: object, said: str) -> None:
    with pytest.raises(InputError, match=f"sales.net_amount: {said}"):
        read_mapping({"table": "sales", "columns": {"net_amount": entry}})


def test_days_are_not_moved_by_more_than_a_century() -> None:
    entry = {"column": "end", "plus_days": 99_999_999_999}
    with pytest.raises(InputError, match="plus_days must be a whole number up to 36,500; given 99999999999"):
        read_mapping({"table": "campaigns", "columns": {"ends_on": entry}})


def test_a_suggested_mapping_can_be_used_once_its_dots_are_filled() -> None:
    mapping = read_mapping(
        {
            "table": "sales",
            "columns": {"sku": "s", "net_amount": {"column": "p", "times": "q"}, "order_id": ["a", "b"]},
        }
    )
    (mistake,) = check_mapping(mapping, TABLES["sales"], ["s", "p", "q", "a", "b"])
    suggested = yaml.safe_load(mistake[mistake.index("{") :].replace("...", "q"))
    assert check_mapping(read_mapping(suggested), TABLES["sales"], ["s", "p", "q", "a", "b"]) == []
