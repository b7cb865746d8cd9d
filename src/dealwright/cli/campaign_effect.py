"""The command that says what a campaign changed, by its hold-out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dealwright.cli.cart import TILL, Database
from dealwright.cli.options import AsJson, Language
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show import language_of

if TYPE_CHECKING:
    from dealwright.app.campaigns.measure_campaign import MeasuredCampaign

EFFECT_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "arms": "{seen} customers saw it and {bought} bought; of those held out ({share}%), {held_seen} saw its "
        "products and {held_bought} bought. {discount} was given away.",
        "sizes": "The arms have other sizes than was meant (p = {p:.2g}): find out why before you believe it.",
        "what": "what it changed",
        "extra": "more than without it",
        "range": "range in 9 of 10 cases",
        "conversion": "buyers of 100 who saw it",
        "units": "units",
        "net_minor": "sales, after discounts and returns",
        "margin_minor": "margin",
        "unknown": "not known",
    },
    "zh": {
        "arms": "{seen} 位顾客看到活动，其中 {bought} 位购买；对照组（{share}%）{held_seen} 位看到相关商品，"
        "其中 {held_bought} 位购买。共让利 {discount}。",
        "sizes": "两组人数与设定比例不符（p = {p:.2g}）：先查明原因，再看其余数字。",
        "what": "活动带来的变化",
        "extra": "比没有活动时多",
        "range": "九成情况下的区间",
        "conversion": "每 100 位看到者中的购买人数",
        "units": "件数",
        "net_minor": "销售额（扣除优惠与退货）",
        "margin_minor": "毛利",
        "unknown": "未知",
    },
}
WHY_NOT_ZH: Mapping[str, str] = {
    "not_seen": "没有告知谁看到了活动；请发送两组的 view 事件",
    "bought_unseen": "购买人数多于看到人数；请发送所有人的 view 事件",
    "unnamed_products": "对照组的订单只能按商品识别，而活动没有列出商品",
    "costs_missing": "部分商品没有成本；请导入 costs 表",
    "too_few_held": "对照组购买太少，无法比较；至少需要 40 件",
    "too_short": "活动时间太短，无法判断偶然波动；至少需要 8 小时",
}


def effect(
    campaign_id: Annotated[str, typer.Argument(help="The campaign, by id.", metavar="ID")],
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Tell what a campaign changed, by the customers who were held out."""
    from dealwright.live.campaigns import open_campaigns
    from dealwright.live.effects import measured_campaign
    from dealwright.live.events import open_events
    from dealwright.till import open_till

    chosen = language_of(language, "en")
    with open_till(database) as till:
        found = measured_campaign(open_campaigns(till), open_events(till), campaign_id)
    if as_json:
        print_json(_document(found))
    else:
        _show(found, chosen)


def _show(found: MeasuredCampaign, language: str) -> None:
    from dealwright.core.money import Money

    console, w = open_console(), EFFECT_WORDS[language]
    (seen, held_seen), (bought, held_bought) = found.n_exposed, found.n_buyers
    told = w["arms"].format(
        seen=f"{seen:,}",
        bought=f"{bought:,}",
        share=f"{100 * found.holdout_share:.3g}",
        held_seen=f"{held_seen:,}",
        held_bought=f"{held_bought:,}",
        discount=Money(found.discount_minor, found.currency),
    )
    console.print(told, highlight=False)
    if found.sizes is not None and not found.sizes:
        console.print(w["sizes"].format(p=found.sizes.p_value), highlight=False)
    table = new_table(w["what"], w["extra"], w["range"])
    for row in _rows(found, language):
        table.add_row(*row)
    console.print(table, highlight=False)


def _rows(found: MeasuredCampaign, language: str) -> Iterator[tuple[str, str, str]]:
    from dealwright.app.campaigns.measure_campaign import GAINS, SENTENCES
    from dealwright.core.money import Money

    w = EFFECT_WORDS[language]
    if found.conversion is not None:
        one = found.conversion.difference
        yield w["conversion"], f"{100 * one.value:+.2f}", f"{100 * one.low:+.2f} … {100 * one.high:+.2f}"
    for gain in GAINS:
        if gain in found.gains:
            one = found.gains[gain]
            amounts = [
                f"{figure:+,.0f}" if gain == "units" else str(Money(round(figure), found.currency))
                for figure in (one.value, one.low, one.high)
            ]
            yield w[gain], amounts[0], f"{amounts[1]} … {amounts[2]}"
    for name, reason in found.why_not.items():
        yield w[name], w["unknown"], WHY_NOT_ZH[reason] if language == "zh" else SENTENCES[reason]


def _document(found: MeasuredCampaign) -> dict[str, Any]:
    from dealwright.app.campaigns.measure_campaign import SENTENCES
    from dealwright.app.plain import plain_estimate

    sizes, conversion = found.sizes, found.conversion
    return {
        "campaign_id": found.campaign_id,
        "currency": found.currency,
        "holdout_share": found.holdout_share,
        "n_exposed": {"treatment": found.n_exposed[0], "holdout": found.n_exposed[1]},
        "n_buyers": {"treatment": found.n_buyers[0], "holdout": found.n_buyers[1]},
        "discount_minor": found.discount_minor,
        "sizes": None if sizes is None else {"p_value": sizes.p_value, "is_sound": sizes.is_sound},
        "conversion": None if conversion is None else plain_estimate(conversion.difference),
        "gains": {gain: plain_estimate(one) for gain, one in found.gains.items()},
        "why_not": {name: {"code": code, "sentence": SENTENCES[code]} for name, code in found.why_not.items()},
    }
