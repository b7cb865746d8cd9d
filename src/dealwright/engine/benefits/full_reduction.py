"""Full reduction: spend so much, get so much off; once with tiers, or for every so much."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from dealwright.campaign.items import ALL_ITEMS, Items
from dealwright.campaign.promotion import Language
from dealwright.engine import discount, words
from dealwright.engine.grants import UNBOUNDED, Extent, FeeCut, Grant, Nature, Rivalry, Scope, Single, Unmet

if TYPE_CHECKING:
    from dealwright.engine.goods import Goods


@dataclass(frozen=True, slots=True)
class SpendTier:
    """From `at_minor` on: `off_minor` or `percent` off, and what else comes with it."""

    at_minor: int
    off_minor: int = 0
    percent: Fraction = Fraction(0)
    points: int = 0
    frees_delivery: bool = False


@dataclass(frozen=True, slots=True)
class FullReduction:
    """The highest tier reached by the goods named by `items` applies, once.

    Tiers look at the amounts that the till's policy names for conditions; the reduction is shared by value. A
    percentage is rounded once ("order") or on each line (`per`).
    """

    kind: ClassVar[str] = "full_reduction"
    tiers: tuple[SpendTier, ...]
    items: Items = ALL_ITEMS
    per: Literal["order", "line"] = "order"

    @property
    def nature(self) -> Nature:
        """On the order as one, or line by line."""
        return "order" if self.per == "order" else "units"

    @property
    def scope(self) -> Scope:
        """The order, or items if the percentage is rounded on each line."""
        return "order" if self.per == "order" else "item"

    @property
    def frees_delivery(self) -> bool:
        """Whether a tier takes fees off too."""
        return any(tier.frees_delivery for tier in self.tiers)

    @property
    def ceiling(self) -> Callable[[Extent], int]:
        """The tier reached, if it is an amount."""
        if self.per == "line" or any(tier.percent or tier.frees_delivery for tier in self.tiers):
            return lambda extent: UNBOUNDED  # noqa: ARG005 - one signature for all benefits
        tiers = sorted(self.tiers, key=_at)
        ats, most = [tier.at_minor for tier in tiers], [0]
        for tier in tiers:
            most.append(max(most[-1], tier.off_minor))
        return lambda extent: most[bisect_right(ats, extent.base_minor)]

    def saving(self, single: Single) -> int | Unmet | None:
        """The amount of the tier reached."""
        reached = [tier for tier in self.tiers if tier.at_minor <= single.threshold_minor]
        if not reached:
            lowest = min([tier.at_minor for tier in self.tiers])
            return Unmet("below_minimum_spend", missing_minor=lowest - single.threshold_minor)
        tier = max(reached, key=_at)
        if tier.percent or tier.frees_delivery:
            return None
        return min(tier.off_minor, single.net_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """The reduction of the tier reached; the gap to the lowest if none is."""
        spent = goods.threshold_amount(self.items)
        reached = [tier for tier in self.tiers if tier.at_minor <= spent]
        if not reached:
            return Unmet("below_minimum_spend", missing_minor=min(tier.at_minor for tier in self.tiers) - spent)
        tier, lines = max(reached, key=_at), goods.lines(self.items)
        if tier.percent:
            grant = discount.percent_of_lines(goods, lines, tier.percent, per=self.per)
        else:
            grant = discount.spread(goods, lines, tier.off_minor)
        grant.points, grant.frees_delivery = tier.points, tier.frees_delivery
        if tier.frees_delivery:
            grant.fee_cuts = tuple([FeeCut(fee, goods.fees[fee]) for fee in goods.fee_lines(())])
        return grant

    def next_step(self, goods: Goods) -> Unmet | None:
        """The gap to the next tier, `None` on the highest."""
        spent = goods.threshold_amount(self.items)
        gaps = [tier.at_minor - spent for tier in self.tiers if tier.at_minor > spent]
        return Unmet("below_minimum_spend", missing_minor=min(gaps)) if gaps else None

    def sentence(self, currency: str, language: Language) -> str:
        """From 100.00 EUR 10.00 EUR off goods."""
        said = [_tier(tier, currency, language) for tier in sorted(self.tiers, key=lambda tier: tier.at_minor)]
        goods = words.goods(self.items, currency, language)
        return f"{goods}{'，'.join(said)}" if language == "zh" else f"on {goods}: {'; '.join(said)}"


def _at(tier: SpendTier) -> int:
    return tier.at_minor


def _tier(tier: SpendTier, currency: str, language: Language) -> str:
    at, off = words.money(tier.at_minor, currency), words.money(tier.off_minor, currency)
    zh = language == "zh"
    parts = []
    if tier.percent:
        parts.append(f"减 {words.percent(tier.percent)}" if zh else f"{words.percent(tier.percent)} off")
    elif tier.off_minor:
        parts.append(f"减 {off}" if zh else f"{off} off")
    if tier.points:
        parts.append(f"送 {tier.points} 积分" if zh else f"{tier.points} points")
    if tier.frees_delivery:
        parts.append("包邮" if zh else "free delivery")
    return f"满 {at} " + "、".join(parts) if zh else f"from {at} " + " and ".join(parts)


@dataclass(frozen=True, slots=True)
class EveryReduction:
    """`off_minor` for every whole `every_minor` spent on `items`, at most `cap_minor` or `most_uses` times."""

    kind: ClassVar[str] = "full_reduction_every"
    every_minor: int
    off_minor: int
    items: Items = ALL_ITEMS
    cap_minor: int | None = None
    most_uses: int | None = None

    @property
    def nature(self) -> Nature:
        """On the order as one."""
        return "order"

    @property
    def scope(self) -> Scope:
        """The order."""
        return "order"

    def _uses(self, spent: int) -> int:
        uses = spent // self.every_minor
        return uses if self.most_uses is None else min(uses, self.most_uses)

    @property
    def rivalry(self) -> Rivalry:
        """The same terms with another number."""
        return Rivalry((self.kind, self.every_minor, self.cap_minor, self.most_uses), self.off_minor)

    def ceiling(self, extent: Extent) -> int:
        """So many times the reduction."""
        off = self._uses(extent.base_minor) * self.off_minor
        return off if self.cap_minor is None else min(off, self.cap_minor)

    def give(self, goods: Goods) -> Grant | Unmet:
        """So many times the reduction, shared by value."""
        spent = goods.threshold_amount(self.items)
        uses = self._uses(spent)
        if not uses:
            return Unmet("below_minimum_spend", missing_minor=self.every_minor - spent)
        off = uses * self.off_minor if self.cap_minor is None else min(uses * self.off_minor, self.cap_minor)
        grant = discount.spread(goods, goods.lines(self.items), off)
        grant.uses = uses
        return grant

    def next_step(self, goods: Goods) -> Unmet | None:
        """The gap to the next whole amount, `None` when no more can be won."""
        spent = goods.threshold_amount(self.items)
        uses = spent // self.every_minor
        is_full = self.most_uses is not None and uses >= self.most_uses
        if is_full or (self.cap_minor is not None and uses * self.off_minor >= self.cap_minor):
            return None
        return Unmet("below_minimum_spend", missing_minor=(uses + 1) * self.every_minor - spent)

    def sentence(self, currency: str, language: Language) -> str:
        """10.00 EUR off for every 100.00 EUR of goods."""
        goods = words.goods(self.items, currency, language)
        every, off = words.money(self.every_minor, currency), words.money(self.off_minor, currency)
        if language == "zh":
            cap = f"，最多减 {words.money(self.cap_minor, currency)}" if self.cap_minor is not None else ""
            return f"{goods}每满 {every} 减 {off}{cap}" + (f"，最多 {self.most_uses} 次" if self.most_uses else "")
        cap = f", at most {words.money(self.cap_minor, currency)}" if self.cap_minor is not None else ""
        times = f", at most {self.most_uses} times" if self.most_uses else ""
        return f"{off} off for every {every} of {goods}{cap}{times}"
