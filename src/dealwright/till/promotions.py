"""The promotions that are in force, compiled, on every process within a second of a change."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from dealwright.app.till.ledger_ports import Ledger
from dealwright.app.till.price_cart import Offers, offers_of
from dealwright.campaign.lint import refuse_errors
from dealwright.campaign.promotion import Promotion
from dealwright.core.errors import InputError
from dealwright.engine.index import Compiled, compile_promotions
from dealwright.engine.policy import DEFAULT_POLICY, Policy
from dealwright.till.names import check_names

MOST_VERSIONS = 2**31 - 1
_LOOK_AGAIN_SECONDS = 0.5


class Promotions:
    """Promotions by id; a version is never edited, only superseded by a higher one."""

    def __init__(self, ledger: Ledger, *, policy: Policy = DEFAULT_POLICY) -> None:
        self._ledger = ledger
        self._policy = policy
        self._lock = threading.Lock()
        self._stamp = -1
        self._looked_at = -_LOOK_AGAIN_SECONDS
        self._offers: Offers | None = None

    def put(self, promotions: Iterable[Promotion]) -> None:
        """Make these the versions in force.

        InputError if a version exists with other terms, if a higher one is in force, or if the lint finds an error
        in them together with those in force (all goods given away without a limit, codes that clash …): what costs
        money by a slip is refused.
        """
        given = tuple(promotions)
        check_put(given, self.all())
        self._ledger.promotions.put(given, at=self._ledger.clock.now())
        self.look_again()

    def all(self) -> tuple[Promotion, ...]:
        """The versions in force, by id."""
        return self._ledger.promotions.all()

    def live(self, at: datetime) -> Compiled:
        """The promotions in force, compiled; evaluations refuse those that do not hold at `at`, with reasons."""
        del at
        return self.offers().compiled

    def retire(self, promotion_id: str) -> bool:
        """Take a promotion out of force at once; False if it was not in force."""
        was_in_force = self._ledger.promotions.retire(promotion_id, at=self._ledger.clock.now())
        self.look_again()
        return was_in_force

    def offers(self) -> Offers:
        """What carts are priced with; looks for changes twice a second."""
        offers = self._offers
        if offers is not None and time.monotonic() - self._looked_at < _LOOK_AGAIN_SECONDS:
            return offers
        with self._lock:
            looked_at = time.monotonic()
            # The stamp is read first: a change in between is seen at the next look.
            stamp = self._ledger.promotions.stamp()
            if self._offers is None or stamp != self._stamp:
                self._offers = self._compiled()
                self._stamp = stamp
            self._looked_at = looked_at
            return self._offers

    def _compiled(self) -> Offers:
        return offers_of(compile_promotions(self._ledger.promotions.all(), policy=self._policy))

    def look_again(self) -> None:
        """They were changed by another way: the next price knows."""
        self._looked_at = -_LOOK_AGAIN_SECONDS


def check_put(given: tuple[Promotion, ...], in_force: tuple[Promotion, ...]) -> None:
    """InputError if these cannot be put in force beside those that are; see `Promotions.put`."""
    _check(given)
    names = {promotion.id for promotion in given}
    _check_newer(given, in_force)
    refuse_errors((*(one for one in in_force if one.id not in names), *given))


def _check(promotions: tuple[Promotion, ...]) -> None:
    for promotion in promotions:
        check_names(id=promotion.id)
    problems = [
        f"promotion {one.id!r}: version is 1 to {MOST_VERSIONS}; given {one.version}"
        for one in promotions
        if not 1 <= one.version <= MOST_VERSIONS
    ]
    counts = Counter(promotion.id for promotion in promotions)
    problems += [f"promotion {name!r} is there twice; keep one version" for name in counts if counts[name] > 1]
    if problems:
        raise InputError(*problems)


def _check_newer(promotions: tuple[Promotion, ...], in_force: tuple[Promotion, ...]) -> None:
    versions = {one.id: one.version for one in in_force}
    problems = [
        f"promotion {one.id!r}: version {versions[one.id]} is in force; version {one.version} does not supersede "
        f"it: give the terms version {versions[one.id] + 1} or higher"
        for one in promotions
        if one.version < versions.get(one.id, 0)
    ]
    if problems:
        raise InputError(*problems)
