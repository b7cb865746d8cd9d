"""What the till takes as a name, events take too: no order is sold that could not be told."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from dealwright.core.errors import InputError
from dealwright.data.events import CONTRACT, ReadEvent
from dealwright.till.names import check_names

names = (
    st.text(max_size=8) | st.text(string.printable + "\x7f\x85茶\ud800", max_size=4) | st.text("x", max_size=210)
)


@given(names)
def test_the_till_and_the_events_take_the_same_names(name: str) -> None:
    told = CONTRACT.read(
        {
            "source": "shop",
            "event_id": "1",
            "kind": "return",
            "at": "2024-05-01T12:00:00+02:00",
            "body": {"order_id": name, "lines": [{"sku": name, "quantity": 1, "refund_minor": 1}]},
        }
    )
    assert isinstance(told, ReadEvent) == _is_taken(name)


def _is_taken(name: str) -> bool:
    try:
        check_names(name=name)
    except InputError:
        return False
    return True
