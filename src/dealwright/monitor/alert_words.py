"""What an alert and its proposed action say, English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.guardrail import METRICS, Metric, metric_word
from dealwright.campaign.promotion import Language
from dealwright.core.money import Money
from dealwright.monitor.alert import ActionKind, Alert, Code, Plain, ProposedAction, Severity

_SENTENCES: dict[Language, dict[Code, str]] = {
    "en": {
        "breach": "{what} of the last {minutes} minutes is {value}, {side} the limit of {limit}, with {orders}",
        "harm": "{what} is {treated} with the campaign and {held} in the hold-out ({change_share}, between "
        "{change_low_share} and {change_high_share}); a healthy campaign would show this in at most {false_share} "
        "of cases, however often it is looked at",
        "sample_ratio": "{n_treated} customers got the campaign and {n_held} did not, where {holdout_share} were "
        "to be held out: chance alone gives this with probability {p_value} at most, so effects cannot be trusted",
        "budget_pace": "{given_minor} of the budget of {budget_minor} is given; at this pace the rest lasts "
        "{left_hours} hours ({left_low_hours} to {left_high_hours}), but {needed_hours} are to go",
        "margin_off": "margin is {value_share} of sales in the last {minutes} minutes; the plan expected at least "
        "{planned_low_share}",
        "below_forecast": "{what} since the start is {value}, below the plan's range of {low} to {high}",
        "above_forecast": "{what} since the start is {value}, above the plan's range of {low} to {high}",
        "stock_out": "{units_left} units of {sku} are left and {rate} sell per hour: sold out in {left_hours} "
        "hours ({left_low_hours} to {left_high_hours}), with {chance_share} probability before the next delivery "
        "or the end",
        "velocity": "{who} used the promotion {n_uses} times in {minutes} minutes; {most} are usual",
        "ring": "{n_customers} customers who share devices or addresses used the promotion {n_uses} times",
        "code_guessing": "{who} tried {n_tries} codes in {minutes} minutes, {n_misses} of which do not exist",
        "refund_after_threshold": "{who} reached the threshold with {n_orders} orders and then returned so much of "
        "{n_below} of them that it was not reached",
        "silence": "nothing was heard for {silent_minutes} minutes; the longest pause before was {usual_minutes}",
        "drift": "{what} moved away from what was expected: {value} in place of {expected} over {n_blocks} spans",
        "not_watched": "cannot be watched: {reason}",
        "not_compared": "the terms changed after customers had seen the campaign, so its arms are no longer alike: "
        "{guardrails} cannot be judged against the hold-out; start a new campaign to compare again",
    },
    "zh": {
        "breach": "最近 {minutes} 分钟({n_orders} 单)的{what}为 {value},{side}限值 {limit}",
        "harm": "活动组{what}为 {treated},对照组为 {held}(变化 {change_share},区间 {change_low_share} 至 "
        "{change_high_share});无论查看多少次,正常活动出现此情况的概率至多 {false_share}",
        "sample_ratio": "活动组 {n_treated} 人、对照组 {n_held} 人,而对照组应占 {holdout_share}:"
        "仅凭偶然出现的概率至多 {p_value},效果不可信",
        "budget_pace": "预算 {budget_minor} 已用 {given_minor};按此速度余额还能用 {left_hours} 小时"
        "({left_low_hours} 至 {left_high_hours}),而距结束还有 {needed_hours} 小时",
        "margin_off": "最近 {minutes} 分钟毛利率为 {value_share};计划至少 {planned_low_share}",
        "below_forecast": "开始以来{what}为 {value},低于计划区间 {low} 至 {high}",
        "above_forecast": "开始以来{what}为 {value},高于计划区间 {low} 至 {high}",
        "stock_out": "{sku} 剩余 {units_left} 件,每小时售出 {rate} 件:{left_hours} 小时后售罄"
        "({left_low_hours} 至 {left_high_hours}),在到货或结束前售罄的概率为 {chance_share}",
        "velocity": "{who} 在 {minutes} 分钟内使用 {n_uses} 次;通常至多 {most} 次",
        "ring": "{n_customers} 位共用设备或地址的顾客共使用 {n_uses} 次",
        "code_guessing": "{who} 在 {minutes} 分钟内尝试 {n_tries} 个券码,其中 {n_misses} 个不存在",
        "refund_after_threshold": "{who} 以 {n_orders} 单达到门槛,其中 {n_below} 单退货后低于门槛",
        "silence": "已 {silent_minutes} 分钟没有数据;此前最长间隔 {usual_minutes} 分钟",
        "drift": "{what}偏离预期:{n_blocks} 个时段共 {value},预期 {expected}",
        "not_watched": "无法监控:{reason}",
        "not_compared": "顾客看到活动后条款已变更,两组不再可比:无法与对照组比较 {guardrails};如需比较请新建活动",
    },
}
_SPENT: dict[Language, str] = {
    "en": "{given_minor} is given of a budget of {budget_minor}, {over_minor} more than was meant; {stop}",
    "zh": "预算 {budget_minor} 已用 {given_minor},超出 {over_minor};{stop}",
}
_STOPS: dict[Language, tuple[str, str, str]] = {
    "en": (
        "nothing at the till stops it",
        "the till stops it at {most_minor}",
        "the till gives nothing more, and shoppers pay full prices",
    ),
    "zh": ("收银不会自行停止", "收银将在 {most_minor} 时停止", "收银已停止优惠,顾客按原价付款"),
}
"""What the till does once a budget is spent: nothing, stop later, or it has stopped."""
_ACTIONS: dict[Language, dict[ActionKind, str]] = {
    "en": {
        "pause": "pause the campaign",
        "throttle": "give it to {throttle_share} of the customers only",
        "roll_back": "roll back to the version before",
        "contingency": "switch to the contingency offer",
        "none": "look at it",
    },
    "zh": {
        "pause": "暂停活动",
        "throttle": "仅对 {throttle_share} 的顾客开放",
        "roll_back": "回滚到上一版本",
        "contingency": "切换到应急方案",
        "none": "请查看",
    },
}
_SEVERITIES: dict[Language, dict[Severity, str]] = {
    "en": {"info": "info", "warning": "warning", "critical": "critical"},
    "zh": {"info": "提示", "warning": "警告", "critical": "严重"},
}
_SIDES: dict[Language, dict[str, str]] = {
    "en": {"below": "below", "above": "above"},
    "zh": {"below": "低于", "above": "高于"},
}


def alert_sentence(alert: Alert, language: Language = "en") -> str:
    """What was seen and what is proposed, in one sentence."""
    seen, proposal = finding_sentence(alert, language), action_sentence(alert.action, language)
    return f"{seen} Proposed: {proposal}." if language == "en" else f"{seen}建议:{proposal}。"


def finding_sentence(alert: Alert, language: Language = "en") -> str:
    """What was seen, in one sentence."""
    said = {name: _said(name, value, alert) for name, value in alert.evidence.items()}
    said["what"] = _what(alert.metric, language)
    if "side" in said:
        said["side"] = _SIDES[language][said["side"]]
    if alert.evidence.get("n_orders") is not None:
        said["orders"] = "one order" if alert.evidence["n_orders"] == 1 else f"{said['n_orders']} orders"
    template = _SENTENCES[language][alert.code]
    if "over_minor" in alert.evidence:
        template, said["stop"] = _SPENT[language], _stop(alert, language).format_map(said)
    seen = template.format_map(said)
    if not template.startswith("{who}"):  # names stay as they are written
        seen = f"{seen[:1].upper()}{seen[1:]}"
    return f"{seen}." if language == "en" else f"{seen}。"


def _stop(alert: Alert, language: Language) -> str:
    most, given = alert.evidence["most_minor"], alert.evidence["given_minor"]
    nowhere, later, now = _STOPS[language]
    if not isinstance(most, int) or not isinstance(given, int):
        return nowhere
    return later if given < most else now


def severity_word(severity: Severity, language: Language = "en") -> str:
    """How bad it is, in a word."""
    return _SEVERITIES[language][severity]


def action_sentence(action: ProposedAction, language: Language = "en") -> str:
    """The proposed action in words, without a full stop."""
    given = action.throttle_share
    share = "" if given is None else f"{decimal_text(Fraction(str(given)) * 100)}%"
    return _ACTIONS[language][action.kind].format(throttle_share=share)


def _what(metric: str, language: Language) -> str:
    known: Mapping[str, Metric] = {one: one for one in METRICS}
    return metric_word(known[metric], language) if metric in known else metric


def _said(name: str, value: Plain, alert: Alert) -> str:
    if value is None:
        return "?"
    if isinstance(value, str | bool):
        return str(value)
    unit = name
    if name in ("value", "limit", "treated", "held", "low", "high", "expected"):
        unit = alert.metric
    if unit.endswith("_minor") and alert.currency:
        return str(Money(round(value), alert.currency))
    if unit.endswith("_share") or unit == "conversion":
        return f"{_plain(value * 100)}%"
    if unit.endswith("_per_customer") and alert.currency:
        return str(Money(round(value), alert.currency))
    return f"{value:,}" if isinstance(value, int) else _plain(value)


def _plain(value: float) -> str:
    """Three digits, and never a power of ten for what is large."""
    return f"{value:,.3g}" if abs(value) < 999.5 else f"{value:,.0f}"
