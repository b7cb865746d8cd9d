"""What changed between two states of a thing, in words."""

from __future__ import annotations

from typing import Any

from dealwright.campaign.changes import differences, only_changes


def told(before: dict[str, Any], after: dict[str, Any], language: str = "en") -> list[str]:
    return [one.told("zh" if language == "zh" else "en") for one in differences(before, after)]


def test_what_is_the_same_is_not_told() -> None:
    same = {"state": "live", "promotions": [{"id": "a", "percent": "10"}]}
    assert told(same, dict(same)) == []
    assert only_changes(same, dict(same)) == ({}, {})


def test_entries_of_a_list_are_known_by_their_id_wherever_they_stand() -> None:
    before = {"promotions": [{"id": "a", "percent": "10"}, {"id": "b", "percent": "20"}]}
    after = {"promotions": [{"id": "b", "percent": "25"}, {"id": "a", "percent": "10"}, {"id": "c"}]}
    assert told(before, after) == ["promotions b percent: 20 → 25", 'promotions c: {"id": "c"} (new)']
    assert told(before, {"promotions": []}) == [
        'promotions a: {"id": "a", "percent": "10"} (removed)',
        'promotions b: {"id": "b", "percent": "20"} (removed)',
    ]


def test_chinese_says_the_same() -> None:
    assert told({"state": "draft", "owner": "x"}, {"state": "live", "budget_minor": 5}, "zh") == [
        "状态:由 草稿 改为 进行中",
        "负责人:删除 x",
        "预算(最小货币单位):新增 5",
    ]


def test_long_values_are_cut_and_long_lists_counted() -> None:
    (line,) = told({"name": "x"}, {"name": "y" * 200})
    assert line == f"name: x → {'y' * 79}…"
    assert told({"expected": []}, {"expected": [{"day": 1}, {"day": 2}]}) == ["expected: [] → 2 entries"]
