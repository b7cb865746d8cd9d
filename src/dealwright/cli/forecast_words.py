"""Words of the screens about forecasts, English and Chinese: those of all screens, and those only they need."""

from __future__ import annotations

from dealwright.cli.words import WORDS

_OWN: dict[str, dict[str, str]] = {
    "en": {
        "most_similar": "most similar",
        "sells_a_week": "sells a week",
        "in_common": "in common",
        "attribute_category": "category",
        "attribute_subcategory": "subcategory",
        "attribute_brand": "brand",
        "attribute_is_own_label": "own label or not",
        "new_rests_on": (
            "Learnt from {n} products that are settled; 80 % ranges held {coverage} of them when each was left out."
        ),
        "new_assumed": (
            "Assumed: the product is settled and not promoted. How fast a launch is found, and how long novelty "
            "lasts, nobody knows from other products' sales; those that failed and left are not among them."
        ),
        "depths_seen": "depths seen (deepest)",
        "strongest": "strongest neighbour: its price on this",
        "more_products": "{n} more products; name some with --sku, or all with --json.",
        "mark_beyond": (
            "x2.00: twice usual sales. *: deeper than its category ever was, or a vehicle never used: a guess. "
            "^: held at the most that is believed, so that the range says nothing."
        ),
        "cross_is": (
            "Elasticity: per cent more units per per cent less own price. Neighbours: per cent more units per per "
            "cent more of the other's price. 80 % ranges."
        ),
        "mark_sign": "sign not sure",
        "mark_unidentified": "not identified",
        "wrong_sign": (
            "{n} products of which it is not sure that a lower price sells more; no plan promotes them by price: "
            "{names}"
        ),
        "not_identified": (
            "{n} products whose price never moved: their own elasticity is not identified, what is told is that of "
            "products like them: {names}"
        ),
        "and_more": "and {n} more",
        "seen": "Clearly different depths it was sold at: {n}. Deepest in its category: {deepest}.",
        "mechanics_seen": "How it was promoted, all answered by their depth alone: {listed}",
        "times_usual": "Times usual sales",
        "no_cut": "no price cut",
        "vehicle_00": "price alone",
        "vehicle_10": "on display",
        "vehicle_01": "in the mailer",
        "vehicle_11": "both",
        "cross": "Strongest neighbours",
        "neighbour": "neighbour",
        "its_price": "its price on this product",
        "own_price": "this price on the neighbour",
        "level": "level",
        "which": "which",
        "level_total": "total",
        "level_category": "categories ({n})",
        "level_store": "stores ({n})",
        "level_sku": "products ({n})",
        "level_series": "products in stores ({n})",
        "whole_shop": "all together",
        "agree_added": (
            "Products are forecast and added up; the parts sum to their wholes (largest gap {gap} units)."
        ),
        "agree_reconciled": (
            "Products were forecast over the chain and in each store, and moved as little as needed until both "
            "agree; the parts sum to their wholes (largest gap {gap} units). Products in stores that sell too "
            "rarely to be forecast are not counted."
        ),
        "no_promotion_assumed": "Without promotions. Ranges of 80 %, chance included.",
        "drift_of_kept": (
            "The {weeks} weeks from {origin}, held against the forecaster that is kept (learnt before {until})."
        ),
        "drift_of_learnt": (
            "The {weeks} weeks from {origin}, held against what was learnt before them (nothing older is kept)."
        ),
        "state": "state",
        "forecast_units": "forecast",
        "sold_over": "sold over forecast (98 % range)",
        "state_moved": "moved",
        "state_holds": "holds",
        "remedy_keep": "none",
        "remedy_refresh": "refresh",
        "remedy_refit": "learn anew",
        "more_categories": "{n} more categories; see --json.",
        "moved_products": "{n} products moved: {names}",
        "reason_ranges_too_narrow": "ranges are too narrow: share inside 80 % ranges",
        "reason_ranges_too_wide": "ranges are too wide: share inside 80 % ranges",
        "reason_level_moved": "the level moved: sold over forecast",
        "reason_promotions_answered_differently": (
            "promotions sold differently than forecast, beside what sold without"
        ),
        "drift_coverage": "80 % ranges held {coverage} of product-weeks.",
        "advice_keep": "It holds: nothing needs doing.",
        "advice_refresh": (
            "Levels moved, what was learnt of prices and promotions holds: dealwright forecast refresh"
        ),
        "advice_refit": "What was learnt no longer holds: learn it anew with dealwright forecast refresh --refit",
        "proves_little": "Fewer than four weeks prove little: only extreme changes show.",
        "refresh_learnt": (
            "Nothing was to be refreshed: learnt anew from {products} products before {until}, and kept. Models: "
            "{models}. After the next import this command moves levels only."
        ),
        "refresh_moved": (
            "Refreshed: the levels of {products} products, from {n} weeks newer than {until}. Kept as learnt then: "
            "coefficients, blend and ranges of {models}."
        ),
        "refresh_nothing": (
            "There are no sales newer than {until}, so nothing moved ({products} products; {models})."
        ),
        "before_refresh": "before",
        "after_refresh": "now",
        "change": "change",
        "weeks_from_to": "Units of {n} weeks, {first} to that of {last}.",
    },
    "zh": {
        "most_similar": "最相似的商品",
        "sells_a_week": "每周销量",
        "in_common": "相同之处",
        "attribute_category": "品类",
        "attribute_subcategory": "子类",
        "attribute_brand": "品牌",
        "attribute_is_own_label": "是否自有品牌",
        "new_rests_on": "由 {n} 个已稳定销售的商品学得;逐一留出检验时,80% 区间覆盖了其中的 {coverage}。",
        "new_assumed": (
            "假设:商品已稳定销售且不促销。新品多快被发现、新鲜感持续多久,无法从其他商品的销售得知;"
            "失败下架的商品不在其中。"
        ),
        "depths_seen": "出现过的深度(最深)",
        "strongest": "影响最大的同类商品(其价格对本品)",
        "more_products": "另有 {n} 个商品;用 --sku 指定,或用 --json 查看全部。",
        "mark_beyond": (
            "x2.00 为平常销量的两倍。* 表示比该品类历史最深还深,或从未用过的陈列方式,只是推测。"
            "^ 表示已达到可信的上限,区间没有意义。"
        ),
        "cross_is": "弹性:自身降价 1% 多卖百分之几。同类商品:对方涨价 1% 多卖百分之几。均为 80% 区间。",
        "mark_sign": "方向不确定",
        "mark_unidentified": "无法识别",
        "wrong_sign": "{n} 个商品不能确定降价会多卖,计划不会对其降价促销:{names}",
        "not_identified": "{n} 个商品的价格从未变动,自身弹性无法识别,所示为同类商品的弹性:{names}",
        "and_more": "其余 {n} 个",
        "seen": "曾以 {n} 种明显不同的深度销售;该品类最深为 {deepest}。",
        "mechanics_seen": "曾用的促销方式(只按深度计算效果):{listed}",
        "times_usual": "平常销量的倍数",
        "no_cut": "不降价",
        "vehicle_00": "仅降价",
        "vehicle_10": "堆头",
        "vehicle_01": "海报",
        "vehicle_11": "堆头与海报",
        "cross": "影响最大的同类商品",
        "neighbour": "同类商品",
        "its_price": "其价格对本品",
        "own_price": "本品价格对其",
        "level": "层级",
        "which": "名称",
        "level_total": "合计",
        "level_category": "品类({n})",
        "level_store": "门店({n})",
        "level_sku": "商品({n})",
        "level_series": "门店商品({n})",
        "whole_shop": "全部",
        "agree_added": "逐个商品预测后相加,各部分之和等于整体(最大差 {gap} 件)。",
        "agree_reconciled": (
            "商品按全店和按门店分别预测,再以尽量小的调整使两者一致,各部分之和等于整体(最大差 {gap} 件)。"
            "在门店中卖得太少而无法预测的商品不计入。"
        ),
        "no_promotion_assumed": "假设不促销。80% 区间,含偶然波动。",
        "drift_of_kept": "用保存的预测模型(学自 {until} 之前)检验自 {origin} 起的 {weeks} 周。",
        "drift_of_learnt": "用此前数据学得的模型检验自 {origin} 起的 {weeks} 周(没有保存更早的模型)。",
        "state": "状态",
        "forecast_units": "预测",
        "sold_over": "实际相对预测(98% 区间)",
        "state_moved": "已变化",
        "state_holds": "成立",
        "remedy_keep": "无需处理",
        "remedy_refresh": "刷新",
        "remedy_refit": "重新学习",
        "more_categories": "另有 {n} 个品类,见 --json。",
        "moved_products": "{n} 个商品已变化:{names}",
        "reason_ranges_too_narrow": "区间偏窄:80% 区间的覆盖率",
        "reason_ranges_too_wide": "区间偏宽:80% 区间的覆盖率",
        "reason_level_moved": "水平已变化:实际相对预测",
        "reason_promotions_answered_differently": "促销效果与预测不同(相对于未促销部分)",
        "drift_coverage": "80% 区间覆盖了 {coverage} 的商品周。",
        "advice_keep": "预测仍成立,无需处理。",
        "advice_refresh": "水平已变化,但所学的价格与促销反应仍成立:dealwright forecast refresh",
        "advice_refit": "所学已不成立,请重新学习:dealwright forecast refresh --refit",
        "proves_little": "不足四周,只能看出极端变化。",
        "refresh_learnt": (
            "没有可刷新的模型:已由 {products} 个商品在 {until} 之前的销售重新学得并保存。模型:{models}。"
            "下次导入新数据后,本命令只更新水平。"
        ),
        "refresh_moved": (
            "已刷新:{products} 个商品的水平,依据 {until} 以来的 {n} 周新销售。"
            "保持当时所学:{models} 的系数、权重与区间。"
        ),
        "refresh_nothing": "没有比 {until} 更新的销售,一切未变({products} 个商品;{models})。",
        "before_refresh": "刷新前",
        "after_refresh": "现在",
        "change": "变化",
        "weeks_from_to": "{first} 当周至 {last} 当周共 {n} 周的销量。",
    },
}
FORECAST_WORDS = {language: words | _OWN[language] for language, words in WORDS.items()}
