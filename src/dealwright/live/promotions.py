"""The promotions of a shop as people change them: with an audit log, and hands off those of campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dealwright.app.campaigns.change_promotions import (
    Change,
    NotChanged,
    Owner,
    PromotionBooks,
    put_promotions,
    retire_promotion,
)
from dealwright.app.service.keep_audit import MAIN_TENANT
from dealwright.campaign.promotion import Promotion
from dealwright.live.campaigns import Campaigns, transactions_of
from dealwright.till import Till
from dealwright.till.promotions import check_put


class ShopPromotions:
    """What somebody changes is in force at once here, elsewhere within a second; or nothing is changed."""

    def __init__(self, till: Till, books: PromotionBooks) -> None:
        self._till = till
        self._books = books

    def put(self, promotions: Sequence[Promotion], *, by: str) -> Change | NotChanged:
        """Make these the versions in force. InputError for what `Promotions.put` of a till refuses."""
        done = put_promotions(promotions, by=by, books=self._books, check=check_put)
        self._till.promotions.look_again()
        return done

    def retire(self, promotion_id: str, *, by: str) -> Change | NotChanged:
        """Take a promotion out of force."""
        done = retire_promotion(promotion_id, by=by, books=self._books)
        self._till.promotions.look_again()
        return done


def open_promotions(till: Till, campaigns: Campaigns, *, tenant: str = MAIN_TENANT) -> ShopPromotions:
    """The promotions of a till that belong to no campaign; `campaigns` are those of the same till."""
    if till.connected is None:
        from dealwright.adapters.campaigns.promotions_memory import MemoryPromotionBooks

        memory = MemoryPromotionBooks(
            till.ledger.promotions,
            owners=lambda: _owners(campaigns),
            append=campaigns.audit.append,
            now=till.ledger.clock.now,
        )
        return ShopPromotions(till, memory)
    from dealwright.adapters.campaigns.promotions_sql import SqlPromotionBooks
    from dealwright.adapters.ledger.sql_shelf import SqlPromotions

    shelf = till.ledger.promotions
    assert isinstance(shelf, SqlPromotions)
    return ShopPromotions(till, SqlPromotionBooks(transactions_of(till), shelf, tenant=tenant))


def _owners(campaigns: Campaigns) -> Mapping[str, Owner]:
    states = {one.campaign_id: one.state for one in campaigns.all()}
    return {name: Owner(owner, states[owner]) for name, owner in campaigns.owners().items()}
