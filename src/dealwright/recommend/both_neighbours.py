"""What follows what was taken and what the same customers take, added: for many customers of few purchases each."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.covisit import CoVisit
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.item_item import ItemItem
from dealwright.recommend.neighbours import Neighbours


@dataclass(frozen=True, slots=True)
class BothNeighbours:
    """`following` looks at the order of purchases and forgets fast, `together` at all of a history alike.

    Where few purchases tell of a customer, each finds what the other misses, so that both weigh the same.
    """

    following: CoVisit = field(default_factory=CoVisit)
    together: ItemItem = field(default_factory=ItemItem)

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "neighbours"

    def fit(self, seen: Interactions, catalogue: Catalogue) -> Neighbours:
        """Learn both from the same rows."""
        return replace(self.following.fit(seen, catalogue), beside=self.together.fit(seen, catalogue))
