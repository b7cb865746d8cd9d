"""What each finding says and advises, in English and Chinese.

`{n}` is the count, `{share}` the share as a percentage, `{table}` the table, `{subject}` the column, day or
span.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """Texts by language code."""

    found: dict[str, str]
    remedy: dict[str, str]


def _say(found: str, remedy: str, found_zh: str, remedy_zh: str) -> Words:
    return Words({"en": found, "zh": found_zh}, {"en": remedy, "zh": remedy_zh})


WORDS: dict[str, Words] = {
    # Columns and keys
    "missing_values": _say(
        "Rows of {table} without {subject}: {n:,} ({share}).",
        "Fill {subject} at the source if it is known; rows without it are left out where it is needed.",
        "{table} 表有 {n:,} 行（{share}）缺少 {subject}。",
        "若源系统有该值，请补全 {subject}；需要它的分析会跳过这些行。",
    ),
    "columns_not_given": _say(
        "Optional columns of {table} that are empty: {subject}.",
        "Nothing has to be done; map these columns at import if the source has them.",
        "{table} 表的以下可选列为空：{subject}。",
        "无需处理；若源数据中有这些列，可在导入时映射。",
    ),
    "duplicated_keys": _say(
        "Rows of {table} that repeat the {subject} of another row: {n:,} ({share}).",
        "Keep one row per {subject}; until then the first one read counts.",
        "{table} 表有 {n:,} 行（{share}）的 {subject} 重复。",
        "每个 {subject} 只保留一行；在此之前以先读到的为准。",
    ),
    "duplicated_lines": _say(
        "Order lines that are alike in every column to another line: {n:,} ({share}).",
        "If the source has a line number, import it as line_id; otherwise remove the copies.",
        "{n:,} 条订单行（{share}）与另一行完全相同。",
        "若源数据有行号，请导入为 line_id；否则请删除重复行。",
    ),
    # Quantities and amounts
    "returns": _say(
        "Order lines with a negative quantity, taken as returns: {n:,} ({share}).",
        "Nothing has to be done; returns are not counted as demand.",
        "{n:,} 条订单行（{share}）数量为负：退货。",
        "无需处理；退货不计入需求。",
    ),
    "zero_quantity": _say(
        "Order lines with quantity zero: {n:,} ({share}).",
        "Check whether these are coupons, deposits or cancelled lines; they are not counted as demand.",
        "{n:,} 条订单行（{share}）数量为零。",
        "请确认是否为优惠券、押金或取消行；它们不计入需求。",
    ),
    "outlying_quantity": _say(
        "Order lines with a quantity far above what the product usually sells in a line: {n:,} ({share}).",
        "Look for wholesale orders and wrong units; these lines are not counted as demand.",
        "{n:,} 条订单行（{share}）的数量远高于该商品平常的单行数量。",
        "请检查是否为批发订单或单位错误；这些行不计入需求。",
    ),
    "outlying_price": _say(
        "Order lines with a price before discount over ten times above or below the product's usual one: "
        "{n:,} ({share}).",
        "Look for a slipped decimal, another currency or a changed pack size.",
        "{n:,} 条订单行（{share}）的折前单价与该商品平常价格相差十倍以上。",
        "请检查小数点、货币或包装规格是否有误。",
    ),
    "measured_products": _say(
        "Products that sell more than {subject} units in an ordinary line, so measured (litres, grams) and "
        "not counted: {n:,} ({share}).",
        "Leave their departments out of plans (fuel, loose goods) or import pieces.",
        "{n:,} 个商品（{share}）单行数量通常超过 {subject}：按容量或重量计量，而非按件。",
        "请在计划中排除这些部门（如燃油、散装），或按件导入。",
    ),
    "discount_above_value": _say(
        "Order lines with a discount above the regular value, so that less than nothing was paid: {n:,} ({share}).",
        "Check whether net_amount is already after discount: it must be what the customer paid.",
        "{n:,} 条订单行（{share}）的折扣高于原价，实付为负。",
        "请确认 net_amount 为顾客实付（折后）金额。",
    ),
    "negative_amount": _say(
        "Order lines with a positive quantity and a negative amount, without a discount: {n:,} ({share}).",
        "Check the sign of net_amount; returns have a negative quantity and a negative amount.",
        "{n:,} 条订单行（{share}）数量为正而金额为负，且无折扣。",
        "请检查 net_amount 的符号；退货的数量与金额均应为负。",
    ),
    "paid_return": _say(
        "Order lines with a negative quantity and a positive amount: {n:,} ({share}).",
        "Check the sign of quantity; returns have a negative quantity and a negative amount.",
        "{n:,} 条订单行（{share}）数量为负而金额为正。",
        "请检查 quantity 的符号；退货的数量与金额均应为负。",
    ),
    "negative_discount": _say(
        "Order lines with a negative discount: {n:,} ({share}).",
        "Give discounts as positive amounts.",
        "{n:,} 条订单行（{share}）的折扣为负。",
        "折扣应以正数表示。",
    ),
    "below_cost": _say(
        "Planned products whose usual price is below their unit cost: {n:,} ({share}), such as {subject}.",
        "Check the price and the cost, and whether both are for the same piece; a plan promotes such a product "
        "only if it brings more elsewhere than it loses.",
        "{n:,} 个计划商品（{share}）的平常价格低于单位成本，例如 {subject}。",
        "请核对价格与成本，以及两者是否同一计量单位；只有在别处带来的收益大于其亏损时，计划才会促销这类商品。",
    ),
    "free_goods": _say(
        "Order lines that were free, with a positive quantity and nothing paid: {n:,} ({share}).",
        "Nothing has to be done if these are gifts and rewards; they count as demand.",
        "{n:,} 条订单行（{share}）免费：数量为正、实付为零。",
        "若为赠品或奖励则无需处理；它们计入需求。",
    ),
    # Dates and history
    "future_dates": _say(
        "Order lines dated after today: {n:,} ({share}).",
        "Check the order of day and month, and the time zone, in the import mapping.",
        "{n:,} 条订单行（{share}）的日期晚于今天。",
        "请在导入映射中检查日月顺序与时区。",
    ),
    "missing_days": _say(
        "Days of the history without any sale: {n:,} ({share}), namely {subject}.",
        "If the shop was open, import the missing days; a week with a missing day looks like low demand.",
        "历史中有 {n:,} 天（{share}）完全没有销售，即 {subject}。",
        "若当天营业，请补导；缺天的周看起来像需求偏低。",
    ),
    "long_gap": _say(
        "Longest stretch without any sale: {n:,} days ({share} of the history), {subject}.",
        "Import the missing days, or import only the history after the gap.",
        "连续 {n:,} 天（占历史 {share}）没有销售：{subject}。",
        "请补导缺失的日期，或只导入缺口之后的历史。",
    ),
    "single_row": _say(
        "The sales table has one row only.",
        "Import at least eight weeks of sales; one line says nothing about demand.",
        "销售表只有一行。",
        "请至少导入八周的销售；一条记录无法说明需求。",
    ),
    "short_history": _say(
        "The history is {n:,} days long; under eight weeks no response to a promotion can be told from chance.",
        "Import at least eight weeks of sales, better a year.",
        "历史仅 {n:,} 天；不足八周无法区分促销效果与偶然。",
        "请至少导入八周的销售，最好一年。",
    ),
    "under_a_year": _say(
        "The history is {n:,} days long; under a year the season cannot be told from promotions.",
        "Import a year or two of sales if they exist.",
        "历史为 {n:,} 天；不足一年无法区分季节与促销。",
        "如有可能，请导入一到两年的销售。",
    ),
    # Catalogue and customers
    "not_in_catalogue": _say(
        "Products sold that are not in the products table: {n:,} ({share}).",
        "Add them to the catalogue; until then they count as products without category.",
        "{n:,} 个已售商品（{share}）不在商品表中。",
        "请补入商品表；在此之前视为无类别商品。",
    ),
    "no_category": _say(
        "Products sold that have no category in the products table: {n:,} ({share}).",
        "Give them a category; without one they borrow no strength from similar products.",
        "{n:,} 个已售商品（{share}）在商品表中没有类别。",
        "请补充类别；没有类别就无法借用同类商品的信息。",
    ),
    "customers_not_given": _say(
        "No order line names its customer.",
        "Import customer_id to unlock customer profiles and segments; plans work without it.",
        "订单行均无顾客标识。",
        "导入 customer_id 可启用顾客画像与分群；促销计划不受影响。",
    ),
    "customers_missing": _say(
        "Order lines that do not name their customer: {n:,} ({share}).",
        "Nothing has to be done; segments describe the customers who are known.",
        "{n:,} 条订单行（{share}）没有顾客标识。",
        "无需处理；分群仅描述已知顾客。",
    ),
    # Prices and promotions, by product and week
    "no_price_variation": _say(
        "No product's price ever changed ({n:,} judged: those with sales in at least eight weeks).",
        "Import a time when prices or promotions varied; the effect of a price that never moved is unknown.",
        "没有任何商品变过价：{n:,} 个至少有八周销售的商品价格始终不变。",
        "请导入价格或促销有变化的时期；从未变动的价格无法估计其效果。",
    ),
    "fixed_prices": _say(
        "Products that never changed their price: {n:,} ({share} of those with sales in at least eight weeks).",
        "Nothing has to be done; their response is borrowed from their category, with wide ranges.",
        "{n:,} 个商品（占至少有八周销售商品的 {share}）从未变价。",
        "无需处理；其价格反应借自同类商品，区间较宽。",
    ),
    "all_always_promoted": _say(
        "Every product is discounted in nearly every week ({n:,} judged: those with sales in at least "
        "eight weeks), so there is no ordinary week to compare with.",
        "Check whether net_amount + discount_amount is the price on the shelf and not a list price "
        "nobody pays; otherwise import an earlier time.",
        "所有商品（{n:,} 个）几乎每周都在打折：没有可比的平常周。",
        "请确认 net_amount + discount_amount 为货架价而非无人支付的标价；否则请导入更早的时期。",
    ),
    "always_promoted": _say(
        "Products discounted in nearly every week: {n:,} ({share} of those with sales in at least eight weeks).",
        "Treat their usual discount as their price; what more a promotion brings is uncertain.",
        "{n:,} 个商品（占至少有八周销售商品的 {share}）几乎每周都在打折。",
        "请将其惯常折扣视为价格；额外促销的效果不确定。",
    ),
    "promotion_without_price_cut": _say(
        "Promoted product-weeks in which the price paid did not fall below its usual level: {n:,} ({share} "
        "of promoted ones).",
        "Check their dates and stores; if right, these are displays or mailers without a price cut "
        "and are learnt from as such.",
        "{n:,} 个促销商品周（{share}）的实付价格并未低于平常水平。",
        "请核对日期与门店；若无误，则为无降价的陈列或邮报，并按此学习。",
    ),
    "price_cut_without_promotion": _say(
        "Product-weeks with a price cut for which the promotions table names no promotion: {n:,} ({share} "
        "of price cuts).",
        "Import the missing promotions if there are any; otherwise the price cut alone explains those weeks.",
        "{n:,} 个降价商品周（{share}）在促销表中没有记录。",
        "如有遗漏请补导；否则仅以降价解释这些周。",
    ),
    "probable_stock_outs": _say(
        "Product-weeks that sold nearly nothing between weeks of good sales, so probably out of stock: "
        "{n:,} ({share}).",
        "Import stock counts to be sure; these weeks are best treated as censored, not as low demand.",
        "{n:,} 个商品周（{share}）前后销量良好而当周几乎为零：可能缺货。",
        "导入库存以确认；这些周应视为被截断，而非低需求。",
    ),
}
