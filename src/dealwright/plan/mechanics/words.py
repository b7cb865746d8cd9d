"""Mechanics and what they rest on, in plain sentences, English and Chinese."""

from __future__ import annotations

from dataclasses import Field, fields
from typing import Any

from dealwright.core.errors import InputError
from dealwright.core.money import Money
from dealwright.plan.mechanics.buy_x_get_y import BuyXGetY
from dealwright.plan.mechanics.effective import Assumption
from dealwright.plan.mechanics.fields import holds, key
from dealwright.plan.mechanics.gifts import BuyXGetOther, Gift
from dealwright.plan.mechanics.mechanic import Mechanic

SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "percent_off": "every unit costs {depth} less",
        "amount_off": "every unit costs {off} less",
        "fixed_price": "every unit costs {price}",
        "full_reduction": "the highest reached is taken off a basket: {steps}",
        "full_reduction_every": "every {spend} spent in a basket takes {off} off",
        "gift": "a gift worth {value} with each purchase of {buy} or more",
        "gift_repeats": "a gift worth {value} with every {buy} bought",
        "buy_x_get_y": "of every {buy} + {get} bought, {get} cost {off} less",
        "buy_x_get_y_free": "buy {buy}, get {get} free",
        "buy_x_get_other": "with every {buy} bought, {get} of another item (usually {other_price}) cost {off} less",
        "buy_x_get_other_free": "with every {buy} bought, {get} of another item (usually {other_price}) free",
        "bundle": "{items} together cost {price}",
        "quantity_tiers": "the more in a purchase, the less each costs: {steps}",
        "coupon": "{depth} off with a coupon",
        "flash_sale": "{depth} off in a flash sale",
        "group_buy": "{depth} off for groups of {seats} that fill",
        "presale": "a deposit of {deposit} counts as {counts}",
        "member_price": "members pay {depth} less",
        "free_delivery": "orders of {spend} or more are delivered free",
    },
    "zh": {
        "percent_off": "每件降价 {depth}",
        "amount_off": "每件立减 {off}",
        "fixed_price": "每件一口价 {price}",
        "full_reduction": "满减,按达到的最高一档计:{steps}",
        "full_reduction_every": "每满 {spend} 减 {off}",
        "gift": "一次买满 {buy} 件,送价值 {value} 的赠品",
        "gift_repeats": "每买 {buy} 件,送价值 {value} 的赠品",
        "buy_x_get_y": "买 {buy} 件再得 {get} 件,所得的每件便宜 {off}",
        "buy_x_get_y_free": "买 {buy} 送 {get}",
        "buy_x_get_other": "每买 {buy} 件,另一商品(平时 {other_price})可得 {get} 件,每件便宜 {off}",
        "buy_x_get_other_free": "每买 {buy} 件,送另一商品(平时 {other_price}) {get} 件",
        "bundle": "{items} 组合价 {price}",
        "quantity_tiers": "一次买得越多,每件越便宜:{steps}",
        "coupon": "凭优惠券便宜 {depth}",
        "flash_sale": "限时抢购,便宜 {depth}",
        "group_buy": "{seats} 人成团,便宜 {depth}",
        "presale": "预售定金 {deposit} 抵 {counts}",
        "member_price": "会员便宜 {depth}",
        "free_delivery": "订单满 {spend} 免运费",
    },
}

_PARTS: dict[str, dict[str, str]] = {
    "en": {
        "SpendStep": "{spend} spent: {off} off",
        "UnitStep": "from {units} on {depth} less",
        "BundleItem": "{units} x {sku}",
        "between": ", ",
    },
    "zh": {
        "SpendStep": "满 {spend} 减 {off}",
        "UnitStep": "{units} 件起便宜 {depth}",
        "BundleItem": "{sku} {units} 件",
        "between": "、",
    },
}

_MORE: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "most_off": {"full_reduction_every": ", at most {most_off}"},
        "most_times": {"buy_x_get_y": ", at most {most_times} times a purchase"},
        "gifts": {"gift": ", {gifts} gifts a week"},
        "stock": {
            "buy_x_get_other": ", {stock} of them a week",
            "flash_sale": ", at most {stock} units",
        },
        "clipped_by": {"coupon": ", clipped by {clipped_by}"},
        "coupons": {"coupon": ", at most {coupons} redeemed a week"},
        "hours": {"flash_sale": ", {hours} hours a week"},
        "groups": {"group_buy": ", at most {groups} groups a week"},
    },
    "zh": {
        "most_off": {"full_reduction_every": ",最多减 {most_off}"},
        "most_times": {"buy_x_get_y": ",每次购买最多 {most_times} 次"},
        "gifts": {"gift": ",每周 {gifts} 份"},
        "stock": {"buy_x_get_other": ",每周 {stock} 件", "flash_sale": ",最多 {stock} 件"},
        "clipped_by": {"coupon": ",领券人:{clipped_by}"},
        "coupons": {"coupon": ",每周最多核销 {coupons} 张"},
        "hours": {"flash_sale": ",每周 {hours} 小时"},
        "groups": {"group_buy": ",每周最多 {groups} 团"},
    },
}
"""What follows a sentence if the field says something."""

_VALUES: dict[str, dict[tuple[str, object], str]] = {
    "en": {},
    "zh": {("clipped_by", "anyone"): "任何人"},
}

ASSUMPTIONS: dict[str, dict[str, str]] = {
    "en": {
        "mean_cut": "demand answers to the mean cut over all units sold, {share}, as to the same cut on the shelf",
        "most_felt": "no cut deeper than {share} is felt",
        "units_at_once": "customers take {number} units at once on average",
        "quantities_as_before": "nobody buys more at once to reach a tier",
        "completing": "{share} of customers fetch what they are still given",
        "mean_basket": "a basket is worth {money} on average",
        "exponential_baskets": "baskets are worth {money} on average, larger ones ever rarer (exponential)",
        "baskets_as_before": "nobody fills a basket to reach the threshold",
        "bundled": "{share} of units are sold in the bundle",
        "taken": "{share} of those who can take it do",
        "valued": "customers feel {share} of what it is worth",
        "anyway": "{share} of those who take the other item would have bought it at its price",
        "redeemed": "the coupon is redeemed on {share} of units sold",
        "clipped": "{share} of buyers hold the coupon; what is not redeemed costs nothing and is not felt",
        "busy": "{share} of the week's units are sold in the hours of the sale",
        "fills": "a group fills with a chance of {share}; members of others pay the regular price",
        "joins": "{share} of units are bought this way",
        "forfeits": "{share} of deposits are forfeited and stay with the shop",
        "members": "members buy {share} of all units",
        "passing": "{share} of orders are large enough",
        "most_uses": "it is given {number} times a week at most; who comes later pays the regular price",
        "app_draws_nobody": "the app itself draws nobody; only displays and mailers have measured effects",
    },
    "zh": {
        "mean_cut": "需求按全部销量的平均降幅 {share} 反应,与货架上同样的降价相同",
        "most_felt": "超过 {share} 的降幅不再被感知",
        "units_at_once": "顾客平均一次购买 {number} 件",
        "quantities_as_before": "没有人为达到更高一档而多买",
        "completing": "{share} 的顾客会取走尚可获得的商品",
        "mean_basket": "购物篮平均金额为 {money}",
        "exponential_baskets": "购物篮平均金额为 {money},金额越大越少(指数分布)",
        "baskets_as_before": "没有人为达到门槛而凑单",
        "bundled": "{share} 的销量以组合售出",
        "taken": "可以享受的顾客中有 {share} 会享受",
        "valued": "顾客感知到其价值的 {share}",
        "anyway": "取走另一商品的顾客中有 {share} 本会按原价购买",
        "redeemed": "{share} 的销量使用优惠券",
        "clipped": "{share} 的买家持有优惠券;未核销的不产生成本,也不被感知",
        "busy": "一周销量的 {share} 在抢购时段内售出",
        "fills": "成团概率为 {share};未成团者按原价付款",
        "joins": "{share} 的销量以此方式购买",
        "forfeits": "{share} 的定金被放弃,归商家所有",
        "members": "会员购买全部销量的 {share}",
        "passing": "{share} 的订单达到金额",
        "most_uses": "每周最多 {number} 次,之后按原价销售",
        "app_draws_nobody": "应用本身不带来额外顾客;只有堆头和海报的效果经过测量",
    },
}

_SOURCES = {
    "en": {"data": " (from data)", "given": " (as stated)", "assumed": " (assumed)"},
    "zh": {"data": "(来自数据)", "given": "(按设定)", "assumed": "(假设)"},
}


def describe(mechanic: Mechanic, language: str = "en", *, currency: str = "") -> str:
    """What a customer is offered, in one sentence; without `currency` amounts are in minor units.

    >>> from dealwright.plan.mechanics.full_reduction import FullReductionEvery
    >>> describe(FullReductionEvery(20000, 3000), currency="CNY")
    'every 200.00 CNY spent in a basket takes 30.00 CNY off'
    >>> describe(FullReductionEvery(20000, 3000), "zh", currency="CNY")
    '每满 200.00 CNY 减 30.00 CNY'
    """
    _check(language)
    shown = _shown(mechanic, language, currency=currency)
    code = mechanic.kind + _variant(mechanic)
    more = [
        texts[mechanic.kind] for name, texts in _MORE[language].items() if mechanic.kind in texts and name in shown
    ]
    return (SENTENCES[language][code] + "".join(more)).format(**shown)


def assumption(assumed: Assumption, language: str = "en", *, currency: str = "") -> str:
    """What is taken for true, with its number and where this comes from; amounts as in `describe`.

    >>> assumption(Assumption("redeemed", 0.08, "given"))
    'the coupon is redeemed on 8% of units sold (as stated)'
    """
    _check(language)
    sentence = ASSUMPTIONS[language][assumed.code].format(
        share=_share(assumed.number),
        number=f"{assumed.number:.3g}" if assumed.number < 100 else f"{assumed.number:,.0f}",
        money=_money(round(assumed.number), currency),
    )
    return sentence + _SOURCES[language][assumed.source]


def _variant(mechanic: Mechanic) -> str:
    match mechanic:
        case BuyXGetY(off=1.0) | BuyXGetOther(off=1.0):
            return "_free"
        case Gift(repeats=True):
            return "_repeats"
        case _:
            return ""


def _check(language: str) -> None:
    if language not in SENTENCES:
        raise InputError.unknown("language", language, SENTENCES)


def _shown(thing: Any, language: str, *, currency: str) -> dict[str, str]:
    """The fields that say something, as text by key."""
    return {
        key(field): _text(field, value, language, currency=currency)
        for field in fields(thing)
        if (value := getattr(thing, field.name)) is not None
    }


def _text(field: Field[Any], value: Any, language: str, *, currency: str) -> str:
    match holds(field).nature:
        case "share":
            return _share(value)
        case "money":
            return _money(value, currency)
        case "blocks":
            parts = _PARTS[language]
            return parts["between"].join(
                parts[type(block).__name__].format(**_shown(block, language, currency=currency)) for block in value
            )
        case _:
            return _VALUES[language].get((key(field), value), str(value))


def _share(value: float) -> str:
    return f"{100 * value:.3g}%"


def _money(minor: int, currency: str) -> str:
    return str(Money(minor, currency)) if currency else str(minor)
