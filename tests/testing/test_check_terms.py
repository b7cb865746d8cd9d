"""The public checks: our own conditions and benefits pass them, broken ones are named."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import ClassVar

import pytest

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Cut, Grant, Nature, Scope, Unmet
from dealwright.engine.runs import Run
from dealwright.testing.check_benefit import check_benefit
from dealwright.testing.check_condition import check_condition
from till_random import any_benefit, known_benefit, some_conditions


@pytest.mark.parametrize("seed", range(60))
def test_our_own_benefits_keep_their_promises(seed: int) -> None:
    check_benefit(known_benefit(Random(seed)))
    check_benefit(any_benefit(Random(seed)))


@pytest.mark.parametrize("seed", range(20))
def test_our_own_conditions_keep_their_promises(seed: int) -> None:
    for condition in some_conditions(Random(seed)):
        check_condition(condition)


@dataclass(frozen=True)
class FullMoon:
    """A condition as a plug-in would write it; `fault` breaks one promise."""

    kind: ClassVar[str] = "full_moon"
    fault: str = ""

    @property
    def needs(self) -> Items | None:
        return Items(skus=("lantern",)) if self.fault == "needs" else None

    def check(self, facts: Facts) -> Unmet | None:
        if self.fault == "code":
            return Unmet("no_moon")  # type: ignore[arg-type]
        if self.fault == "gap":
            return Unmet("outside_hours", missing_quantity=-1)
        if self.fault == "answer":
            return False  # type: ignore[return-value]
        return None if facts.at.day == 1 else Unmet("outside_hours")

    def sentence(self, currency: str, language: str) -> str:  # noqa: ARG002
        if self.fault == "sentence":
            return "The moon is full."
        return "the moon is full" if language == "en" else "满月"


@dataclass
class Thawed:
    """A condition that can be changed after it was made."""

    kind: ClassVar[str] = "thawed"
    warmth: int = 1

    def check(self, facts: Facts) -> Unmet | None:  # noqa: ARG002
        return None

    def sentence(self, currency: str, language: str) -> str:  # noqa: ARG002
        return "it is warm" if language == "en" else "暖和"

    def __hash__(self) -> int:
        return self.warmth


def test_a_condition_that_can_be_changed_is_refused() -> None:
    with pytest.raises(AssertionError, match="warmth can be set"):
        check_condition(Thawed())


def test_a_sound_plug_in_condition_passes() -> None:
    check_condition(FullMoon())


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("code", "no refusal has the code 'no_moon'"),
        ("gap", "the gap is negative"),
        ("answer", "check gives None or an Unmet"),
        ("sentence", "ends with a full stop"),
        ("needs", "met without the goods it says it needs"),
    ],
)
def test_a_broken_condition_is_told_what_it_breaks(fault: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_condition(FullMoon(fault))


@dataclass(frozen=True)
class Lucky:
    """A benefit as a plug-in would write it: one cent off each line; `fault` breaks one promise."""

    kind: ClassVar[str] = "lucky"
    fault: str = ""
    items: Items = ALL_ITEMS

    @property
    def scope(self) -> Scope:
        return "everywhere" if self.fault == "scope" else "item"  # type: ignore[return-value]

    @property
    def nature(self) -> Nature:
        return "lines"

    def ceiling(self, extent: object) -> int:  # noqa: ARG002
        return 0 if self.fault == "ceiling" else 10**18

    def give(self, goods: Goods) -> Grant | Unmet:
        lines = goods.lines(self.items)
        if self.fault == "room":
            return Grant(tuple(Cut(line, goods.nets[line] + 1) for line in lines))
        if self.fault == "dearer":
            return Grant(tuple(Cut(line, goods.line_room(line)) for line in lines if goods.nets[line] % 2))
        if self.fault == "card":
            return Grant(tuple(Cut(line, 1) for line in range(len(goods.nets)) if goods.line_room(line)))
        if self.fault == "units":
            return Grant(tuple(Cut(line, 0, (Run(1, 1), Run(2, 1))) for line in lines))
        if self.fault == "changes":
            goods.nets[:] = [0] * len(goods.nets)
        return Grant(tuple(Cut(line, 1) for line in lines if goods.line_room(line)))

    def sentence(self, currency: str, language: str) -> str:  # noqa: ARG002
        return "one cent off each line" if language == "en" else "每行减一分"


def test_a_sound_plug_in_benefit_passes() -> None:
    check_benefit(Lucky())


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("scope", "no scope is called 'everywhere'"),
        ("room", "than it has room for"),
        ("dearer", "cheaper goods end dearer"),
        ("card", "takes no discount"),
        ("units", "units"),
        ("changes", "giving changes the goods"),
        ("ceiling", "more than its ceiling"),
    ],
)
def test_a_broken_benefit_is_told_what_it_breaks(fault: str, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        check_benefit(Lucky(fault))
