"""What shops send is read, or told in full why not; old and new senders and readers understand each other."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields, make_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dealwright.data.event_bodies import BODIES, Order, View
from dealwright.data.event_contract import broken_promises, described, shape_of
from dealwright.data.events import CONTRACT, VERSION, Contract, ReadEvent, Unread
from shop_events import drawn_events, event, order_line

PUBLISHED = Path(__file__).with_name("events_contract_1.json")
GOOD = event("7", "order", {"order_id": "o-1", "lines": [order_line()], "customer": "c-1"})


def problems(sent: Any) -> tuple[str, ...]:
    read = CONTRACT.read(sent)
    assert isinstance(read, Unread), read
    return read.problems


def good(sent: Any, contract: Contract = CONTRACT) -> ReadEvent:
    read = contract.read(sent)
    assert isinstance(read, ReadEvent), read
    return read


def changed(**body: Any) -> dict[str, Any]:
    return {**GOOD, "body": {**GOOD["body"], **body}}


def test_an_order_is_read_as_what_it_says_at_its_instant_in_utc() -> None:
    sent = {**GOOD, "at": "2024-05-01T14:30:00.250+02:00"}
    read = good(json.dumps(sent)).event
    assert read.at == datetime(2024, 5, 1, 12, 30, 0, 250_000, tzinfo=UTC)
    assert isinstance(read.body, Order)
    assert (read.source, read.event_id, read.kind, read.version) == ("shop", "7", "order", 1)
    assert (read.body.lines[0].net_minor, read.body.lines[0].cost_minor) == (900, None)


def test_all_mistakes_are_told_at_once_each_with_its_place() -> None:
    sent = {"at": "2024-05-01T14:30", "kind": "order", "body": {"lines": [{"sku": 42, "quantity": 0}]}}
    assert problems(sent) == (
        "source is missing; send it",
        "event_id is missing; send it",
        "at says no zone; write it like '2024-05-01T12:00:00+02:00'",
        "body.order_id is missing; send it",
        "body.lines[0].sku is text of 1 to 200 characters without control characters; given 42",
        "body.lines[0].quantity is a whole number from 1 to 1000000000; given 0",
        "body.lines[0].net_minor is missing; send it",
    )


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ("{", "this is not JSON"),
        (b"\xff\xfe{", "byte 0 is not UTF-8"),
        ('{"kind": "view", "kind": "order"}', "a field is there twice"),
        ('{"x": NaN}', "NaN is no number"),
        ('{"x": ' + "9" * 5000 + "}", "this is not JSON"),
        ("[" * 100_000, "nested too deeply"),
        ('"' + "x" * 300_000 + '"', "at most 262144 bytes"),
        ("[]", "an event is a JSON object"),
        (None, "an event is a JSON object"),
        ({**GOOD, "kind": "ordr"}, "did you mean 'order'?"),
        ({**GOOD, "kind": ["order"]}, "no kind of event is called"),
        ({**GOOD, "version": 3}, "version is a whole number from 1 to 2; given 3"),
        ({**GOOD, "version": True}, "version is a whole number"),
        ({**GOOD, "at": "1999-12-31T00:00:00Z"}, "of 2000 to 2100"),
        ({**GOOD, "at": 1714567800}, "at is an instant"),
        ({**GOOD, "at": "9999-12-31T23:59:59-10:00"}, "at is an instant"),
        ({**GOOD, "event_id": "x" * 201}, "event_id is text of 1 to 200 characters"),
        ({**GOOD, "event_id": "a\0b"}, "without control characters"),
        ({**GOOD, "source": "\ud800"}, "without control characters"),
        ({**GOOD, "body": []}, "body is an object with order_id"),
        (changed(lines=[]), "body.lines is a list of 1 to 500; given a list of 0"),
        (changed(lines=[order_line()] * 501), "given a list of 501"),
        (
            changed(lines=[order_line(net_minor=9.5)]),
            "net_minor is a whole number from 0 to 1000000000000; given 9.5",
        ),
        (changed(lines=[order_line(net_minor=True)]), "given true"),
        (changed(lines=[order_line(net_minor=10**400)]), "given a huge number"),
        (changed(lines=[order_line(quantity=-1)]), "quantity is a whole number from 1"),
        (changed(currency="euro"), "body.currency is an ISO 4217 code"),
        (changed(order_id=None), "body.order_id is text"),
        (changed(customer=7), "body.customer is text"),
    ],
)
def test_what_no_event_can_be_is_refused_with_the_reason(sent: Any, told: str) -> None:
    assert any(told in one for one in problems(sent)), problems(sent)


def test_leading_zeros_and_foreign_letters_survive() -> None:
    read = good(json.dumps(changed(lines=[order_line("000４２-ä茶")]))).event
    assert isinstance(read.body, Order)
    assert read.body.lines[0].sku == "000４２-ä茶"


def test_personal_data_are_refused_wherever_they_stand_and_not_kept() -> None:
    sent = changed(
        email="ann@example.com",
        lines=[order_line(shipping_address="1 High St")],
        meta={"deep": [{"contact": "bob@example.com"}]},
    )
    sent["phone"] = "+49 170 1234567"
    read = CONTRACT.read(sent)
    assert isinstance(read, Unread)
    assert [one.split(" ")[0] for one in read.problems] == [
        "phone",
        "body.email",
        "body.meta.deep[0].contact",
        "body.lines[0].shipping_address",
    ]
    assert not any(secret in read.text for secret in ("ann@", "bob@", "High St", "1234567"))
    assert not read.is_whole


def test_text_that_cannot_be_read_is_kept_without_addresses_in_it() -> None:
    read = CONTRACT.read('{"who": "ann@example.com", ')
    assert isinstance(read, Unread)
    assert read.text == '{"who": "***", '


@pytest.mark.parametrize("customer", ["ann@example.com", "+49 170 1234567", "13812345678"])
def test_a_customer_that_is_an_address_or_a_number_becomes_a_pseudonym_or_is_refused(customer: str) -> None:
    sent = changed(customer=customer)
    assert "send a pseudonym" in problems(sent)[0]
    keyed = Contract.of(BODIES, pseudonym_key=b"key")
    read = good(sent, keyed)
    assert customer not in read.text
    assert isinstance(read.event.body, Order)
    assert read.event.body.customer.startswith("p-")
    assert good(sent, keyed).digest == read.digest
    assert good(sent, Contract.of(BODIES, pseudonym_key=b"other")).digest != read.digest


def test_fields_nobody_knows_are_kept_and_ignored() -> None:
    read = good({**changed(loyalty_tier="gold"), "trace": {"id": "t-1"}, "version": 2})
    assert read.event.body == good(GOOD).event.body
    assert '"loyalty_tier":"gold"' in read.text
    assert '"trace":{"id":"t-1"}' in read.text


def test_the_order_of_fields_and_spaces_make_no_other_event() -> None:
    turned = dict(reversed(GOOD.items()))
    assert good(json.dumps(turned, indent=2)).digest == good(json.dumps(GOOD)).digest
    assert good(changed(customer="c-2")).digest != good(GOOD).digest


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=20,
    ),
    st.sampled_from([*(str(one.kind) for one in BODIES), "x"]),
)
def test_whatever_is_sent_is_read_or_told_never_more(body: Any, kind: str) -> None:
    for sent in (body, {**GOOD, "kind": kind, "body": body}, {**GOOD, "more": body}):
        read = CONTRACT.read(sent)
        assert isinstance(read, ReadEvent) or read.problems
        assert "\0" not in read.text
        assert read.text.encode().decode() == read.text
    text = json.dumps(body)
    assert isinstance(CONTRACT.read(text), Unread)


def test_nothing_of_the_published_contract_was_taken_back() -> None:
    published = json.loads(PUBLISHED.read_text("utf-8"))
    assert broken_promises(published, described(BODIES)) == []
    assert VERSION == 1, "a new version is published beside the old: add events_contract_2.json and hold both"


def test_the_gate_sees_every_way_to_break_the_contract() -> None:
    old = {"view": {"sku": "text", "customer": "text"}, "cart": {}}
    new = {"view": {"sku": "whole number", "shelf": "text, needed", "page": "text"}}
    assert broken_promises(old, new) == [
        "view.sku was 'text' and is 'whole number'; fields stay as they are",
        "view.customer is gone; keep it",
        "view.shelf is new and needed; give it a default",
        "the kind cart is gone; keep it",
    ]


@dataclass(frozen=True)
class _Older:
    """A reader of the version before: it does not know promotions yet."""

    kind: ClassVar[str] = "view"
    customer: str = ""
    sku: str = ""


def test_readers_of_the_version_before_now_and_after_read_ninety_days_alike() -> None:
    newer_view = make_dataclass(
        "NewerView",
        [*((one.name, str, "") for one in fields(View) if one.name != "promotion_ids"), ("page", str, "")],
        namespace={"kind": "view"},
        frozen=True,
    )
    rest = tuple(one for one in BODIES if one is not View)
    readers = [
        Contract.of((*rest, _Older), version=VERSION),
        CONTRACT,
        Contract.of((*rest, newer_view), version=VERSION + 1),
    ]
    recorded = drawn_events(seed=90, n=90 * 20)
    ahead = [
        {**one, "version": VERSION + 1, "body": {**one["body"], "page": "home"}}
        for one in recorded
        if one["kind"] == "view"
    ]
    for reader in readers:
        assert all(isinstance(reader.read(one), ReadEvent) for one in recorded)
        assert all(isinstance(reader.read(one), ReadEvent) for one in ahead)
    assert good(ahead[0], readers[2]).event.body.page == "home"  # type: ignore[union-attr]
    assert good(ahead[0]).event.body == good({**ahead[0], "version": 1}).event.body


def test_a_shape_whose_fields_have_no_rule_is_a_mistake_of_ours() -> None:
    strange = make_dataclass("Strange", [("weight", int, 0)])
    with pytest.raises(AssertionError, match="no bounds are known of weight"):
        shape_of(strange)
