"""Words of the screens about next best offers, English and Chinese."""

from __future__ import annotations

from dealwright.cli.reach_words import REACH_WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "response": "how its effect is known",
        "measured in an experiment": "measured in an experiment",
        "assumed response, not measured": "assumed, not measured",
        "next_left_out": (
            "Without an offer: {n_opted_out:,} want none, {n_resting:,} had enough for now, for "
            "{n_without_value:,} no offer is expected to add anything, and for {n_outbid:,} it adds less than for "
            "others within the limits."
        ),
        "next_read": (
            "Value is margin added within four weeks, less the discount, also on what would be bought anyway. "
            "Chances to buy are those of the hybrid."
        ),
        "next_assumed": (
            "Effects that were not measured follow from an assumed elasticity of {value:g} ({low:g} to {high:g}); "
            "keep a group without offers to measure them."
        ),
        "next_costs": "{n:,} products have no known cost: {share:.0%} of their price is assumed.",
        "next_nothing": "{customer}: no offer may be given or is expected to add anything.",
        "next_why": "What each offer would do with {customer} ({currency})",
        "chance_without": "buys anyway",
        "chance_with": "buys with it",
        "extra_margin": "margin of more",
        "discount_on_extra": "discount on more",
        "discount_on_usual": "discount on usual",
        "net_value": "adds",
    },
    "zh": {
        "response": "效果的依据",
        "measured in an experiment": "实验测得",
        "assumed response, not measured": "假设，未经测量",
        "next_left_out": (
            "没有优惠：{n_opted_out:,} 位不愿接收，{n_resting:,} 位近期已收到足够多，"
            "{n_without_value:,} 位没有预计能增加毛利的优惠，{n_outbid:,} 位在约束内所增少于其他顾客。"
        ),
        "next_read": "价值为四周内增加的毛利减去折扣（包括本来就会购买部分的折扣）。购买概率取自混合模型。",
        "next_assumed": (
            "未经测量的效果按假设弹性 {value:g}（{low:g} 至 {high:g}）推算；请保留一组不发优惠的顾客来测量。"
        ),
        "next_costs": "{n:,} 种商品成本未知：按价格的 {share:.0%} 假设。",
        "next_nothing": "{customer}：没有可以发放或预计能增加毛利的优惠。",
        "next_why": "每种优惠对 {customer} 的作用（{currency}）",
        "chance_without": "本来会买",
        "chance_with": "有优惠会买",
        "extra_margin": "多买的毛利",
        "discount_on_extra": "多买部分的折扣",
        "discount_on_usual": "原有购买的折扣",
        "net_value": "净增",
    },
}

OFFERS_WORDS: dict[str, dict[str, str]] = {language: REACH_WORDS[language] | own for language, own in _OWN.items()}
