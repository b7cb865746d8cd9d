"""The only place where the name of a column is spelled."""

from __future__ import annotations

# Who, what, where
ORDER = "order_id"
LINE = "line_id"
SKU = "sku"
CUSTOMER = "customer_id"
STORE = "store_id"
CHANNEL = "channel"
PROMOTION = "promotion_id"
CAMPAIGN = "campaign_id"
COUPON = "coupon_id"

# How much (money is an integer in minor units; quantities are whole units)
QUANTITY = "quantity"
NET_AMOUNT = "net_amount"
DISCOUNT_AMOUNT = "discount_amount"
REGULAR_PRICE = "regular_price"
UNIT_COST = "unit_cost"
SPEND_AMOUNT = "spend_amount"
UNITS = "units"

# When
SOLD_AT = "sold_at"
HAPPENED_AT = "happened_at"
STARTS_ON = "starts_on"
ENDS_ON = "ends_on"
COUNTED_ON = "counted_on"
REDEEMED_ON = "redeemed_on"
SPENT_ON = "spent_on"
JOINED_ON = "joined_on"

# Which kind
NAME = "name"
DEPARTMENT = "department"
CATEGORY = "category"
SUBCATEGORY = "subcategory"
BRAND = "brand"
SUPPLIER = "supplier"
IS_OWN_LABEL = "is_own_label"
PACK_SIZE = "pack_size"
REGION = "region"
COMPETITOR = "competitor"
MECHANIC = "mechanic"
DEPTH = "depth"
DISPLAY = "is_on_display"
MAILER = "is_in_mailer"
KIND = "kind"
AGE_BAND = "age_band"
INCOME_BAND = "income_band"
HOUSEHOLD_SIZE = "household_size"

# The weekly panel: one row per product and week
WEEK = "week"
REVENUE = "revenue"
LIST_VALUE = "list_value"
DISPLAY_SHARE = "display_share"
MAILER_SHARE = "mailer_share"
N_CUSTOMERS = "n_customers"

# The panel of any grain: one row per series (a product, or a product in a store) and period
PERIOD = "period"  # its first day
SHARE = "share"  # of the period, of the shop
LOG_PRICE = "log_price"  # of a price in minor units

# A row on its way in: where it stood in its source, and why it was not accepted
ROW = "row"
BROKEN_LINE = "broken_line"
REASON = "reason"
