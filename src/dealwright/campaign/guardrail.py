"""What a campaign must not do while it is live, and what happens if it does: limits as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal, get_args

from dealwright.campaign.decimals import decimal_text
from dealwright.campaign.promotion import Language
from dealwright.core.money import Money

Metric = Literal[
    "margin_minor",
    "margin_share",
    "unit_net_minor",
    "budget_burn",
    "error_share",
    "return_share",
    "conversion",
    "net_per_customer",
    "margin_per_customer",
    "units",
    "net_minor",
]
Direction = Literal["below", "above"]
Kind = Literal["hard", "statistical"]
Action = Literal["pause", "throttle", "roll_back", "contingency", "notify"]

METRICS: tuple[Metric, ...] = get_args(Metric)
HARD_METRICS: dict[Metric, Direction] = {
    "margin_minor": "below",
    "margin_share": "below",
    "unit_net_minor": "below",
    "budget_burn": "above",
    "error_share": "above",
    "return_share": "above",
}
"""Facts that need no statistics, with the side on which harm lies."""
STATISTICAL_METRICS: tuple[Metric, ...] = (
    "conversion",
    "net_per_customer",
    "margin_per_customer",
    "units",
    "net_minor",
)
"""What chance moves too: only an always-valid test may say that it fell; harm lies below."""
ARM_METRICS: tuple[Metric, ...] = ("conversion", "net_per_customer", "margin_per_customer")
"""Compared with a hold-out; the other statistical metrics are compared with the plan's forecast."""

_FINEST_SHARE = 10**6
_ANY = {"least": -(10**12), "most": 10**12}


@dataclass(frozen=True, slots=True)
class Guardrail:
    """`metric` must not go `direction` of `limit`; else `action`.

    The action "throttle" leaves the campaign to `throttle_share` of the customers.

    - "hard": what the last `window_minutes` add up to is held against the limit at every look; no statistics.
      `margin_minor` (money earned), `margin_share` (of net), `unit_net_minor` (paid per unit, on average),
      `budget_burn` (discount given over discount planned), `error_share` (failed of all orders tried),
      `return_share` (money returned of net). With fewer than `least_orders` orders in the window nothing is judged:
      one basket is no trend, and what one basket can cost is bounded by the promotions' own limits.
    - "statistical": an always-valid test says when the metric is more than `limit` (a share, 0 for any fall) below
      what it is compared with: the hold-out (`conversion`, `net_per_customer`, `margin_per_customer`) or the low
      end of the plan's range (`units`, `net_minor`). It may be looked at as often as one likes; neither window nor
      least number of orders counts.
    """

    metric: Metric
    limit: Fraction = field(metadata=_ANY)
    direction: Direction = "below"
    kind: Kind = "hard"
    action: Action = "pause"
    window_minutes: int = field(default=60, metadata={"least": 1, "most": 10_080})
    least_orders: int = field(default=5, metadata={"least": 1, "most": 10**6})
    throttle_share: Fraction = field(default=Fraction(1, 10), metadata={"least": 0, "most": 1})

    @property
    def name(self) -> str:
        """One of a campaign's: metric, kind and window."""
        window = f"/{self.window_minutes}" if self.kind == "hard" else ""
        return f"{self.kind}/{self.metric}{window}"


DEFAULT_GUARDRAILS: tuple[Guardrail, ...] = (
    Guardrail("margin_minor", Fraction(0), action="roll_back"),
    Guardrail("budget_burn", Fraction(3), "above"),
    Guardrail("error_share", Fraction(1, 20), "above", window_minutes=5),
    Guardrail("conversion", Fraction(0), kind="statistical", action="roll_back"),
)
"""What holds for a campaign that says nothing: money lost in an hour, three times the planned burn, every twentieth
order failing, and any fall of conversion below the hold-out."""


def error_burn_guardrails(budget: Fraction) -> tuple[Guardrail, Guardrail]:
    """Two alarms on the share of orders that fail, when `budget` is the share that may fail in a month.

    14.4 times the budget over an hour is 2 % of the month's budget, 6 times over six hours is 5 % (Beyer et al.
    2018, The Site Reliability Workbook, chapter 5).
    """
    return (
        Guardrail("error_share", budget * Fraction(72, 5), "above", window_minutes=60),
        Guardrail("error_share", budget * 6, "above", window_minutes=360),
    )


def guardrail_problems(guardrail: Guardrail) -> list[str]:
    """What does not fit together in one; empty if nothing."""
    metric, problems = guardrail.metric, []
    if guardrail.kind == "hard" and metric not in HARD_METRICS:
        problems.append(
            f"{metric} moves by chance, so a hard limit on it would alarm without cause: make it statistical, "
            f"or choose one of {', '.join(HARD_METRICS)}"
        )
    if guardrail.kind == "statistical" and metric not in STATISTICAL_METRICS:
        problems.append(
            f"{metric} is a fact that no test is needed for: make it hard, or choose one of "
            f"{', '.join(STATISTICAL_METRICS)}"
        )
    harm = HARD_METRICS.get(metric, "below")
    if guardrail.direction != harm:
        problems.append(f"{metric} does harm {harm} its limit; direction cannot be {guardrail.direction!r}")
    if guardrail.kind == "statistical" and not 0 <= guardrail.limit < 1:
        problems.append(
            "the limit of a statistical guardrail is the share that may be lost, 0 to below 1; "
            f"given {_number(guardrail)}"
        )
    if guardrail.kind == "hard" and metric.endswith("_share") and not -10 <= guardrail.limit <= 1:
        problems.append(f"{metric} is a share like 0.05; given {_number(guardrail)}")
    if metric == "budget_burn" and guardrail.limit <= 0:
        problems.append(f"budget_burn is how many times the plan, above 0; given {_number(guardrail)}")
    if not 1 <= guardrail.window_minutes <= 10_080:
        problems.append(f"window_minutes is 1 to 10080 (a week); given {guardrail.window_minutes}")
    if not 1 <= guardrail.least_orders <= 10**6:
        problems.append(f"least_orders is 1 to 1000000; given {guardrail.least_orders}")
    return problems + share_problems(guardrail.throttle_share, "throttle_share")


def share_problems(share: Fraction, name: str = "share") -> list[str]:
    """Why a campaign cannot be given to this share of the customers; empty if it can."""
    if not 0 < share <= 1:
        return [f"{name} is above 0 and at most 1; given {share}; to stop a campaign, pause it"]
    if (share * _FINEST_SHARE).denominator > 1:
        return [f"{name} has at most six decimals; given {share}; round it"]
    return []


def guardrails_problems(guardrails: Sequence[Guardrail]) -> list[str]:
    """What is wrong with a campaign's guardrails, one by one and together."""
    problems = [
        f"guardrail {guardrail.name}: {problem}"
        for guardrail in guardrails
        for problem in guardrail_problems(guardrail)
    ]
    names = [guardrail.name for guardrail in guardrails]
    problems += [
        f"guardrail {name} is there {names.count(name)} times; keep one"
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    return problems


_WHAT: dict[Language, dict[Metric, str]] = {
    "en": {
        "margin_minor": "margin",
        "margin_share": "margin as a share of sales",
        "unit_net_minor": "price paid per unit",
        "budget_burn": "discount given over discount planned",
        "error_share": "share of orders that fail",
        "return_share": "money returned as a share of sales",
        "conversion": "conversion",
        "net_per_customer": "sales per customer",
        "margin_per_customer": "margin per customer",
        "units": "units sold",
        "net_minor": "sales",
    },
    "zh": {
        "margin_minor": "毛利",
        "margin_share": "毛利率",
        "unit_net_minor": "单件成交价",
        "budget_burn": "实际优惠与计划优惠之比",
        "error_share": "下单失败率",
        "return_share": "退款占销售额比例",
        "conversion": "转化率",
        "net_per_customer": "人均销售额",
        "margin_per_customer": "人均毛利",
        "units": "销量",
        "net_minor": "销售额",
    },
}
_THEN: dict[Language, dict[Action, str]] = {
    "en": {
        "pause": "pause the campaign",
        "throttle": "give the campaign to {share} of the customers only",
        "roll_back": "roll back to the version before",
        "contingency": "switch to the contingency offer",
        "notify": "tell the owner",
    },
    "zh": {
        "pause": "暂停活动",
        "throttle": "只对 {share} 的顾客开放活动",
        "roll_back": "回滚到上一版本",
        "contingency": "切换到应急方案",
        "notify": "通知负责人",
    },
}
_SENTENCES: dict[Language, dict[str, str]] = {
    "en": {
        "below": "If {what} of the last {minutes:,} minutes, with {orders}, falls below {limit}, {then}.",
        "above": "If {what} of the last {minutes:,} minutes, with {orders}, rises above {limit}, {then}.",
        "holdout": "If {what} is surely more than {limit} below that of the hold-out, {then}.",
        "forecast": "If {what} is surely more than {limit} below the low end of the forecast, {then}.",
    },
    "zh": {
        "below": "若最近 {minutes:,} 分钟({orders})的{what}低于 {limit},则{then}。",
        "above": "若最近 {minutes:,} 分钟({orders})的{what}高于 {limit},则{then}。",
        "holdout": "若{what}确定比对照组低 {limit} 以上,则{then}。",
        "forecast": "若{what}确定比预测下限低 {limit} 以上,则{then}。",
    },
}


def metric_word(metric: Metric, language: Language = "en") -> str:
    """What a metric is called in a sentence."""
    return _WHAT[language][metric]


def _then(guardrail: Guardrail, language: Language) -> str:
    share = f"{decimal_text(guardrail.throttle_share * 100)}%"
    return _THEN[language][guardrail.action].format(share=share)


def guardrail_sentence(guardrail: Guardrail, currency: str, language: Language = "en") -> str:
    """The guardrail in one sentence.

    >>> guardrail_sentence(Guardrail("margin_minor", Fraction(0)), "EUR")
    'If margin of the last 60 minutes, with 5 orders or more, falls below 0.00 EUR, pause the campaign.'
    """
    key: str = guardrail.direction
    if guardrail.kind == "statistical":
        key = "holdout" if guardrail.metric in ARM_METRICS else "forecast"
    return _SENTENCES[language][key].format(
        what=metric_word(guardrail.metric, language),
        minutes=guardrail.window_minutes,
        orders=_orders(guardrail.least_orders, language),
        limit=_limit(guardrail, currency),
        then=_then(guardrail, language),
    )


def _orders(least: int, language: Language) -> str:
    if language == "zh":
        return f"至少 {least:,} 单"
    return "one order or more" if least == 1 else f"{least:,} orders or more"


def _limit(guardrail: Guardrail, currency: str) -> str:
    if guardrail.kind == "hard" and guardrail.metric.endswith("_minor"):
        return str(Money(round(guardrail.limit), currency))
    if guardrail.metric == "budget_burn":
        return decimal_text(guardrail.limit)
    return f"{decimal_text(guardrail.limit * 100)}%"


def _number(guardrail: Guardrail) -> str:
    return decimal_text(guardrail.limit)
