"""A promotion in one plain sentence, English or Chinese, made of what its terms say of themselves."""

from __future__ import annotations

from dealwright.campaign.promotion import Language, Limits, Promotion
from dealwright.campaign.schedule import Schedule
from dealwright.core.money import Money

_DAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
}
_LIMITS: dict[Language, dict[str, str]] = {
    "en": {
        "total": "at most {n:,} uses",
        "per_customer": "at most {n:,} per customer",
        "per_customer_days": "at most {n:,} per customer in {days:,} days",
        "per_code": "at most {n:,} per code",
        "units": "at most {n:,} units",
        "units_per_customer": "at most {n:,} units per customer",
        "budget": "at most {money} given in all",
    },
    "zh": {
        "total": "限 {n:,} 次",
        "per_customer": "每人限 {n:,} 次",
        "per_customer_days": "每人 {days:,} 天内限 {n:,} 次",
        "per_code": "每个口令限 {n:,} 次",
        "units": "限 {n:,} 件",
        "units_per_customer": "每人限 {n:,} 件",
        "budget": "优惠总额不超过 {money}",
    },
}
_OTHERS: dict[Language, dict[str, str]] = {
    "en": {
        "if": "if {conditions}",
        "and": " and ",
        "code": "with the code {code}",
        "batch": "with a code of the batch {batch}",
        "from": "from {start}",
        "until": "until {end}",
        "to": "to the end of {end}",
        "zone": "({zone})",
        "on": "on {days}",
        "between": "at {hours}",
        "exclusive": "not together with any other promotion",
        "group": "not together with others of the group {group}",
        "funded": "the platform pays {percent}% of it",
    },
    "zh": {
        "if": "条件:{conditions}",
        "and": "且",
        "code": "凭口令 {code}",
        "batch": "凭批次 {batch} 的券码",
        "from": "自 {start} 起",
        "until": "至 {end} 前",
        "to": "至 {end} 当天结束",
        "zone": "({zone})",
        "on": "每{days}",
        "between": "{hours}",
        "exclusive": "不与其他活动同享",
        "group": "组 {group} 内只享一项",
        "funded": "平台承担 {percent}%",
    },
}


def describe(promotion: Promotion, language: Language = "en") -> str:
    """What the promotion gives, to whom, when and how often."""
    words, comma = _OTHERS[language], ", " if language == "en" else ","
    parts = [promotion.benefit.sentence(promotion.currency, language)]
    if promotion.conditions:
        said = (one.sentence(promotion.currency, language) for one in promotion.conditions)
        parts.append(words["if"].format(conditions=words["and"].join(said)))
    if promotion.code:
        parts.append(words["code"].format(code=promotion.code))
    if promotion.batch:
        parts.append(words["batch"].format(batch=promotion.batch))
    parts += _when(promotion.schedule, language)
    parts += _how_often(promotion.limits, promotion.currency, language)
    if promotion.is_exclusive:
        parts.append(words["exclusive"])
    elif promotion.exclusive_group:
        parts.append(words["group"].format(group=promotion.exclusive_group))
    if promotion.funded_percent:
        parts.append(words["funded"].format(percent=promotion.funded_percent))
    sentence = comma.join(parts)
    return f"{sentence[:1].upper()}{sentence[1:]}." if language == "en" else f"{sentence}。"


def _when(schedule: Schedule, language: Language) -> list[str]:
    words, between = _OTHERS[language], ", " if language == "en" else "、"
    days = between.join(_DAYS[language][day] for day in sorted(schedule.weekdays))
    parts = [words["on"].format(days=days)] if days else []
    parts += [words["between"].format(hours=between.join(schedule.hours))] if schedule.hours else []
    start = schedule.start_said or (schedule.start.isoformat() if schedule.start else "")
    end = schedule.end_said or (schedule.end.isoformat() if schedule.end else "")
    parts += [words["from"].format(start=_spaced(start))] if start else []
    if end:
        parts.append(words["until" if "T" in end else "to"].format(end=_spaced(end)))
    if parts:
        parts[-1] += f"{' ' if language == 'en' else ''}{words['zone'].format(zone=schedule.zone)}"
    return parts


def _how_often(limits: Limits, currency: str, language: Language) -> list[str]:
    words = _LIMITS[language]
    counts = {
        "total": limits.total,
        "per_customer_days" if limits.per_customer_days else "per_customer": limits.per_customer,
        "per_code": limits.per_code,
        "units": limits.units,
        "units_per_customer": limits.units_per_customer,
    }
    parts = [
        words[name].format(n=count, days=limits.per_customer_days)
        for name, count in counts.items()
        if count is not None
    ]
    if limits.budget_minor is not None:
        parts.append(words["budget"].format(money=Money(limits.budget_minor, currency)))
    return parts


def _spaced(moment: str) -> str:
    return moment.replace("T", " ")
