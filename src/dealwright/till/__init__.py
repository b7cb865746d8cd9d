"""The till as one object: prices carts, holds and commits what they use, takes returns, over one database.

>>> from dealwright.till import open_till
>>> till = open_till("memory:")
>>> till.sweep().holds
0
>>> till.close()
"""

from __future__ import annotations

from dealwright.app.till.quote_cart import Quoted
from dealwright.engine.outcomes import (
    Answer,
    Held,
    Order,
    Outcome,
    Quote,
    Refunded,
    RefundedLine,
    Refused,
    RefusedCode,
    Released,
    Swept,
)
from dealwright.engine.quote import SignedQuote
from dealwright.till.carts import Carts
from dealwright.till.open import Till, open_till
from dealwright.till.promotions import Promotions
from dealwright.till.stock import Stock

__all__ = [
    "Answer",
    "Carts",
    "Held",
    "Order",
    "Outcome",
    "Promotions",
    "Quote",
    "Quoted",
    "Refunded",
    "RefundedLine",
    "Refused",
    "RefusedCode",
    "Released",
    "SignedQuote",
    "Stock",
    "Swept",
    "Till",
    "open_till",
]
