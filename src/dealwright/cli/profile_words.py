"""Words of the screens about profiles, fifths, rules and drift of segments, English and Chinese."""

from __future__ import annotations

from dealwright.cli.words import WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "profiles_title": "{n_customers:,} customers as of {at}",
        "counted_new": (
            "{n_lines_counted:,} order lines were new since the last time; {n_customers_renewed:,} customers were "
            "renewed."
        ),
        "counted_all": "All {n_lines_counted:,} order lines that name a customer were counted: {why}.",
        "why.nothing_kept": "nothing was kept before",
        "why.import_replaced": "an import that was counted has been replaced",
        "why.catalogue_changed": "products are in other categories than they were",
        "why.dates_left_out": "which sales can be believed may have changed",
        "why.asked": "as asked",
        "measure": "measure",
        "n_known": "known of",
        "low_quarter": "a quarter is below",
        "median": "half is below",
        "high_quarter": "three quarters are below",
        "profiles_read": (
            "Amounts ({currency}) are in major units, shares run from 0 to 1. Sensitivity 0.2: paid 20 % more for "
            "discounted lines than others who buy in the same categories; its range holds in 9 of 10 cases."
        ),
        "measure.days_since_purchase": "days since the last purchase",
        "measure.orders": "orders",
        "measure.spend_minor": "spend",
        "measure.breadth": "categories bought",
        "measure.deal_share": "share of spend on discounted lines",
        "measure.basket_value_minor": "spend per order",
        "measure.active_span_days": "days from first to last purchase",
        "measure.tenure_days": "days since joining",
        "measure.night_share": "orders from 0 to 6 o'clock",
        "measure.morning_share": "orders from 6 to 12",
        "measure.afternoon_share": "orders from 12 to 18",
        "measure.evening_share": "orders from 18 to 24",
        "measure.weekend_share": "orders at weekends",
        "measure.n_channels": "channels",
        "measure.main_channel_share": "orders by the main channel",
        "measure.n_stores": "stores",
        "measure.top_category_share": "spend in the top category",
        "measure.coupons_used": "coupons used",
        "measure.coupons_per_order": "coupons per order",
        "measure.price_sensitivity": "price sensitivity",
        "measure.price_sensitivity_low": "price sensitivity, lower end",
        "measure.price_sensitivity_high": "price sensitivity, upper end",
        "cells_title": "{n:,} customers in fifths as of {at}: {cells} cells, the largest first",
        "recency_score": "how lately",
        "frequency_score": "how often",
        "spend_score": "how much",
        "n_customers": "customers",
        "share_of_customers": "of all customers",
        "share_of_spend": "of all spend",
        "cells_read": (
            "5 is the best fifth. Who buys alike is in the same fifth, so fifths need not be of equal size."
        ),
        "rules_title": "Segments by rule, of {n:,} customers as of {at}",
        "rule_segment": "segment",
        "spend_of": "spend ({currency})",
        "overlap_title": "Customers in both",
        "drift_title": "Segments on {then} and on {now}",
        "segment_then": "share then",
        "segment_now": "share now",
        "change": "change, points",
        "moves_title": "Where customers of then are now",
        "moved_from": "then",
        "moved_to": "now",
        "moved_share": "of those there then",
        "absent": "not a customer",
        "drift_read": (
            "Both days' customers are put into the segments of now, so that what changes is the customers and not "
            "the segments; by what they bought in the {days} days up to either. Ranges hold in 9 of 10 cases."
        ),
        "left_out": "Left out: {found} {remedy}",
    },
    "zh": {
        "profiles_title": "{n_customers:,} 位顾客，截至 {at}",
        "counted_new": "自上次以来新增 {n_lines_counted:,} 条订单行；更新了 {n_customers_renewed:,} 位顾客。",
        "counted_all": "已统计全部 {n_lines_counted:,} 条有顾客的订单行：{why}。",
        "why.nothing_kept": "此前没有保存过",
        "why.import_replaced": "已统计过的一次导入被替换",
        "why.catalogue_changed": "有商品换了品类",
        "why.dates_left_out": "可信的销售日期可能有变",
        "why.asked": "按要求重新统计",
        "measure": "指标",
        "n_known": "已知人数",
        "low_quarter": "四分之一低于",
        "median": "一半低于",
        "high_quarter": "四分之三低于",
        "profiles_read": (
            "金额（{currency}）以主单位计，比例为 0 到 1。"
            "敏感度 0.2：在相同品类中，比其他顾客多花 20% 购买打折商品；其区间为 90%。"
        ),
        "measure.days_since_purchase": "距上次购买天数",
        "measure.orders": "订单数",
        "measure.spend_minor": "消费额",
        "measure.breadth": "购买品类数",
        "measure.deal_share": "打折商品占消费额比例",
        "measure.basket_value_minor": "每单消费额",
        "measure.active_span_days": "首购到末购天数",
        "measure.tenure_days": "入会天数",
        "measure.night_share": "0–6 点订单占比",
        "measure.morning_share": "6–12 点订单占比",
        "measure.afternoon_share": "12–18 点订单占比",
        "measure.evening_share": "18–24 点订单占比",
        "measure.weekend_share": "周末订单占比",
        "measure.n_channels": "渠道数",
        "measure.main_channel_share": "主要渠道订单占比",
        "measure.n_stores": "门店数",
        "measure.top_category_share": "最大品类占消费额比例",
        "measure.coupons_used": "使用优惠券数",
        "measure.coupons_per_order": "每单优惠券数",
        "measure.price_sensitivity": "价格敏感度",
        "measure.price_sensitivity_low": "价格敏感度下限",
        "measure.price_sensitivity_high": "价格敏感度上限",
        "cells_title": "{n:,} 位顾客的五分位，截至 {at}：{cells} 格，按人数排列",
        "recency_score": "最近",
        "frequency_score": "频率",
        "spend_score": "金额",
        "n_customers": "顾客数",
        "share_of_customers": "占全部顾客",
        "share_of_spend": "占全部消费额",
        "cells_read": "5 为最好的五分之一。行为相同的顾客得分相同，因此各档人数不必相等。",
        "rules_title": "按规则划分的客群，共 {n:,} 位顾客，截至 {at}",
        "rule_segment": "客群",
        "spend_of": "消费额（{currency}）",
        "overlap_title": "同时属于两个客群的顾客",
        "drift_title": "{then} 与 {now} 的客群",
        "segment_then": "当时占比",
        "segment_now": "现在占比",
        "change": "变化（百分点）",
        "moves_title": "当时的顾客现在何处",
        "moved_from": "当时",
        "moved_to": "现在",
        "moved_share": "占当时该客群",
        "absent": "非顾客",
        "drift_read": (
            "两天的顾客都按现在的客群划分，因此变化来自顾客而非客群定义；"
            "均按截至当日 {days} 天内的购买划分。区间为 90%。"
        ),
        "left_out": "已排除：{found}{remedy}",
    },
}

PROFILE_WORDS: dict[str, dict[str, str]] = {language: WORDS[language] | own for language, own in _OWN.items()}
