"""What differs between two states of a thing, as plain values and in words, English or Chinese."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dealwright.campaign.promotion import Language

Plain = Mapping[str, Any]

_MOST_SHOWN = 80  # characters of a value
_NAMES: dict[str, str] = {
    "state": "状态",
    "version": "版本",
    "proposed": "待批版本",
    "previous": "上一版本",
    "approved by": "批准人",
    "edition": "收银版次",
    "share": "顾客比例",
    "reason": "原因",
    "terms": "条款",
    "name": "名称",
    "objective": "目标",
    "budget minor": "预算(最小货币单位)",
    "ceiling minor": "上限(最小货币单位)",
    "holdout share": "对照比例",
    "promotions": "活动内容",
    "contingency": "应急方案",
    "guardrails": "护栏",
    "expected": "预期",
    "schedule": "时间",
    "start": "开始",
    "end": "结束",
    "owner": "负责人",
    "benefit": "优惠",
    "percent": "百分比",
    "conditions": "条件",
    "limits": "限制",
}
_WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "changed": "{path}: {before} → {after}",
        "added": "{path}: {after} (new)",
        "removed": "{path}: {before} (removed)",
        "many": "{n} entries",
    },
    "zh": {
        "changed": "{path}:由 {before} 改为 {after}",
        "added": "{path}:新增 {after}",
        "removed": "{path}:删除 {before}",
        "many": "{n} 项",
    },
}
_STATES_ZH: dict[str, str] = {
    "draft": "草稿",
    "submitted": "待批准",
    "approved": "已批准",
    "scheduled": "已排期",
    "live": "进行中",
    "paused": "已暂停",
    "ended": "已结束",
    "rolled_back": "已回滚",
}
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that changed: where it stands, what it was and what it is; `None` on a side it is not on."""

    path: tuple[str, ...]
    before: Any
    after: Any
    code: str = "changed"

    def told(self, language: Language = "en") -> str:
        """The difference in words."""
        words = _WORDS[language]
        words_of = _STATES_ZH if language == "zh" and self.path == ("state",) else {}
        sides = {side: words_of.get(text, text) for side, text in self._sides(language)}
        return words[self.code].format(path=" ".join(_named(self.path, language)), **sides)

    def _sides(self, language: Language) -> Iterator[tuple[str, str]]:
        for side in ("before", "after"):
            yield side, _shown(getattr(self, side), language)


def differences(before: Plain, after: Plain) -> tuple[Difference, ...]:
    """Every value that differs, in the order of the fields; what stands in lists is known by its `id` or place.

    >>> [one.told() for one in differences({"state": "draft"}, {"state": "live", "version": 1})]
    ['state: draft → live', 'version: 1 (new)']
    """
    return tuple(_between(dict(before), dict(after), ()))


def only_changes(before: Plain, after: Plain) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both without what is the same in both, field by field; lists stay whole.

    >>> only_changes({"a": 1, "b": {"c": 2, "d": 3}}, {"a": 1, "b": {"c": 5, "d": 3}})
    ({'b': {'c': 2}}, {'b': {'c': 5}})
    """
    left, right = dict[str, Any](), dict[str, Any]()
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name, _ABSENT), after.get(name, _ABSENT)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            old, new = only_changes(old, new)
        if old is not _ABSENT:
            left[name] = old
        if new is not _ABSENT:
            right[name] = new
    return left, right


def _between(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            yield from _side_by_side(before, after, name, path)
    elif isinstance(before, list) and isinstance(after, list) and _are_named((*before, *after)):
        olds, news = ({one["id"]: one for one in side} for side in (before, after))
        for name in dict.fromkeys((*olds, *news)):
            yield from _side_by_side(olds, news, name, path)
    else:
        yield Difference(path, before, after)


def _side_by_side(before: Plain, after: Plain, name: str, path: tuple[str, ...]) -> Iterator[Difference]:
    where = (*path, name)
    if name not in before:
        yield Difference(where, None, after[name], "added")
    elif name not in after:
        yield Difference(where, before[name], None, "removed")
    else:
        yield from _between(before[name], after[name], where)


def _are_named(parts: tuple[Any, ...]) -> bool:
    return all(isinstance(part, Mapping) and isinstance(part.get("id"), str) for part in parts)


def _named(path: tuple[str, ...], language: Language) -> list[str]:
    plain = [part.replace("_", " ") for part in path]
    return [_NAMES.get(part, part) for part in plain] if language == "zh" else plain


def _shown(value: Any, language: Language) -> str:
    if isinstance(value, list) and len(value) > 1 and any(isinstance(part, dict | list) for part in value):
        return _WORDS[language]["many"].format(n=len(value))
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = text or '""'
    return text if len(text) <= _MOST_SHOWN else text[: _MOST_SHOWN - 1] + "…"
