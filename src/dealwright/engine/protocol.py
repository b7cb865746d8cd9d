"""What a condition and a benefit must be able to answer."""

from __future__ import annotations

from typing import Protocol

from dealwright.campaign.items import Items
from dealwright.campaign.promotion import Term
from dealwright.engine.facts import Facts
from dealwright.engine.goods import Goods
from dealwright.engine.grants import Grant, Nature, Scope, Unmet


class Condition(Term, Protocol):
    """When: a frozen dataclass that looks at the facts of a cart and changes nothing.

    It may tell the index what it cannot be met without: `needs`, goods (`Items`), or `keys` (`Keys`). Promotions
    whose rarest such thing is not in the cart are not looked at.
    """

    def check(self, facts: Facts) -> Unmet | None:
        """`None` when met; else the reason with the gap."""
        ...


class Benefit(Term, Protocol):
    """Then: a frozen dataclass that says what the goods, as earlier promotions left them, are given.

    `items` are the lines it can land on, `scope` whether it lands on items, on the whole order or on delivery.
    `nature` decides who comes first among equal priorities (in the order below) and how much must be searched:

    - "units": picks units, or depends on more than what is left of its lines; always right, searched in full;
    - "lines": each line for itself, and a cheaper line never ends dearer;
    - "order": one amount over its lines that depends on their sum only, a smaller sum never ending dearer;
    - "money": pays instead of discounting;
    - "extra": takes nothing off.

    It may tell what else it looks at: `reads`, a tuple of `Items` besides `items`; a bound on what it can save,
    `ceiling(Extent)`, so that it need not be tried where it cannot win; its `rivalry`, so that of many promotions
    that differ in one number only the best is looked at; and `saving(Single)`: exactly what `give` would save on
    one line of equal units, the same `Unmet`, or `None` where that is no shorter. `plain(Policy)` may give the
    short way (`grants.Plainly`) to what `give` takes off whole lines, if it gives nothing else.
    """

    @property
    def items(self) -> Items:
        """The lines it can land on."""
        ...

    @property
    def scope(self) -> Scope:
        """Where it lands."""
        ...

    @property
    def nature(self) -> Nature:
        """How it works on lines."""
        ...

    def give(self, goods: Goods) -> Grant | Unmet:
        """What it gives; never more than the room of a line or a fee. Changes nothing."""
        ...
