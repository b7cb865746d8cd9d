"""What shops call the columns of the canonical tables, in English and Chinese."""

from __future__ import annotations

from dealwright.data import columns as c

# Best first. Compared without capitals, spaces and punctuation.
_WORDS = {
    c.ORDER: (
        "order_id order_no order_number basket_id basket transaction_id invoice_no invoice receipt_no receipt "
        "bill_no ticket_id order trans_id 订单号 订单编号 单号 订单id 小票号 交易号 流水号"
    ),
    c.LINE: "line_id line_no order_line line_number item_no 行号 明细号 子订单号",
    c.SKU: (
        "sku sku_id product_id product_code item_id item_code stock_code article article_no ean upc barcode gtin "
        "product item 商品编码 商品编号 商品id 货号 条码 商品代码 sku编码 款号"
    ),
    c.CUSTOMER: (
        "customer_id customer household_id client_id member_id user_id shopper_id buyer_id customer_no "
        "客户编号 客户id 会员号 会员编号 会员id 用户id 顾客编号 买家id"
    ),
    c.STORE: (
        "store_id store store_no shop_id branch outlet location_id 门店编号 门店号 门店id 店铺编号 店铺id 门店 店号"
    ),
    c.CHANNEL: "channel sales_channel order_channel platform 渠道 销售渠道 平台",
    c.PROMOTION: "promotion_id promo_id promotion promo deal_id 促销编号 促销id 活动编号",
    c.CAMPAIGN: "campaign_id campaign campaign_no 营销活动编号 活动id 活动编号 活动",
    c.COUPON: "coupon_id coupon_upc coupon_code coupon voucher_id voucher 优惠券编号 优惠券id 券号 优惠券",
    c.QUANTITY: "quantity qty units units_sold pieces item_count 数量 销量 销售数量 件数 购买数量",
    c.NET_AMOUNT: (
        "net_amount sales_value net_sales sales_amount line_total amount revenue total total_price turnover paid "
        "实付金额 实收金额 销售金额 成交金额 销售额 金额 应付金额"
    ),
    c.DISCOUNT_AMOUNT: (
        "discount_amount discount retail_disc discount_value total_discount 优惠金额 折扣金额 优惠 折扣额 让利金额"
    ),
    c.SOLD_AT: (
        "sold_at transaction_timestamp order_time ordered_at sale_time invoice_date order_date transaction_date "
        "sale_date purchase_date timestamp datetime date day created_at "
        "下单时间 销售时间 交易时间 成交时间 付款时间 支付时间 销售日期 订单日期 交易日期 日期 时间"
    ),
    c.HAPPENED_AT: "happened_at event_time timestamp occurred_at time datetime 事件时间 发生时间 时间",
    c.STARTS_ON: (
        "starts_on start_date valid_from from_date start begin_date effective_date date_from from "
        "开始日期 开始时间 生效日期 起始日期"
    ),
    c.ENDS_ON: (
        "ends_on end_date valid_to to_date end date_to until valid_until 结束日期 结束时间 失效日期 截止日期"
    ),
    c.COUNTED_ON: (
        "counted_on count_date stock_date snapshot_date inventory_date date as_of 盘点日期 库存日期 日期"
    ),
    c.REDEEMED_ON: (
        "redeemed_on redemption_date redeem_date used_on used_at date 核销日期 使用日期 核销时间 使用时间"
    ),
    c.SPENT_ON: "spent_on spend_date date day 投放日期 日期",
    c.JOINED_ON: (
        "joined_on join_date signup_date registered_at member_since created_at 注册日期 入会日期 注册时间"
    ),
    c.UNITS: (
        "units on_hand stock_on_hand stock quantity_on_hand stock_level inventory qty_on_hand quantity qty "
        "库存数量 库存 在库数量 现有库存 数量"
    ),
    c.REGULAR_PRICE: (
        "regular_price list_price base_price shelf_price price unit_price 原价 标价 零售价 价格 单价"
    ),
    c.UNIT_COST: "unit_cost cost cost_price purchase_price 成本价 成本 进价 单位成本 采购价",
    c.SPEND_AMOUNT: "spend_amount spend ad_spend cost amount budget_spent 花费 消耗 广告费 投放金额",
    c.NAME: "name product_name item_name description title store_name 商品名称 品名 名称 门店名称",
    c.DEPARTMENT: "department dept division 部门 大类 一级类目",
    c.CATEGORY: "category product_category category_name commodity 类目 品类 分类 中类 二级类目 商品分类",
    c.SUBCATEGORY: "subcategory sub_category product_type sub_commodity 子类 小类 三级类目 子类目",
    c.BRAND: "brand brand_name 品牌 品牌名称",
    c.SUPPLIER: "supplier supplier_id vendor manufacturer manufacturer_id 供应商 厂商 供应商编号",
    c.IS_OWN_LABEL: "is_own_label own_label private_label is_private_label 自有品牌 是否自有品牌",
    c.PACK_SIZE: "pack_size package_size size net_content 规格 包装规格",
    c.REGION: "region area state city province 区域 地区 省份 城市",
    c.COMPETITOR: "competitor competitor_name rival 竞争对手 竞品 竞对",
    c.MECHANIC: "mechanic promotion_type promo_type deal_type 促销类型 促销方式 活动类型",
    c.DEPTH: "depth discount_rate discount_share discount_pct discount_percent 折扣率 折扣力度 优惠幅度",
    c.DISPLAY: "is_on_display on_display display has_display 是否陈列 陈列 堆头",
    c.MAILER: "is_in_mailer in_mailer mailer flyer leaflet in_flyer feature 海报 是否海报 宣传单",
    c.KIND: "kind type event_type event campaign_type 类型 事件类型 活动类型 事件",
    c.AGE_BAND: "age_band age age_group 年龄段 年龄",
    c.INCOME_BAND: "income_band income income_group 收入段 收入",
    c.HOUSEHOLD_SIZE: "household_size family_size 家庭人数 家庭规模",
}
_UNIT_PRICE = "unit_price price item_price selling_price sale_price 单价 售价 成交价 价格"

SYNONYMS: dict[str, tuple[str, ...]] = {name: tuple(words.split()) for name, words in _WORDS.items()}
UNIT_PRICE: tuple[str, ...] = tuple(_UNIT_PRICE.split())
