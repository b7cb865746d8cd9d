"""A cart's way through the till: quote, hold, commit, return, cancel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dealwright.adapters.ledger.frozen import fingerprint_of
from dealwright.app.till.answer_once import find_outcome
from dealwright.app.till.cancel_order import cancel_order
from dealwright.app.till.commit_order import commit_order, release_hold
from dealwright.app.till.hold_as_quoted import hold_as_quoted
from dealwright.app.till.ledger_ports import Ledger, Request
from dealwright.app.till.price_cart import price_cart
from dealwright.app.till.quote_cart import NO_SIGNING, Quoted, Signing, quote_cart, read_quote
from dealwright.app.till.return_order import return_order
from dealwright.core.cart import MOST_UNITS, Cart
from dealwright.core.errors import InputError
from dealwright.engine.evaluation import Evaluation
from dealwright.engine.ledger import MOST_AMOUNT
from dealwright.engine.outcomes import Held, Order, Outcome, Quote, Refunded, Refused, Released
from dealwright.engine.quote import LONGEST_SECONDS, SignedQuote
from dealwright.till.names import check_cart, check_names
from dealwright.till.promotions import Promotions

LONGEST_HOLD_SECONDS = 30 * 86_400


class Carts:
    """Every method that writes takes an idempotency `key`: the same key and request give the same stored answer.

    Mistakes of the caller (an empty key, a line that is there twice) are InputError; all else is answered.
    """

    def __init__(self, ledger: Ledger, promotions: Promotions, *, signing: Signing = NO_SIGNING) -> None:
        self._ledger = ledger
        self._promotions = promotions
        self._signing = signing

    def price(self, cart: Cart, *, at: datetime | None = None) -> Evaluation:
        """What the cart gets now (or at `at`); writes nothing."""
        check_names(customer_id=cart.shopper.customer_id or "-")
        now = self._ledger.clock.now() if at is None else at
        offers = self._promotions.offers()
        return price_cart(cart, at=now, offers=offers, ledger=self._ledger).evaluation

    @property
    def signs_quotes(self) -> bool:
        """Whether the till was opened with a key to sign quotes with."""
        return bool(self._signing.keys)

    def quote(self, cart: Cart, *, seconds: int = 900) -> Quoted:
        """The price of now, signed: for `seconds` a hold of this cart keeps it. Writes nothing.

        InputError if the till has no key to sign with.
        """
        check_cart(cart)
        if not 1 <= seconds <= LONGEST_SECONDS:
            raise InputError(f"a quote lasts 1 to {LONGEST_SECONDS} seconds; given {seconds}")
        offers = self._promotions.offers()
        return quote_cart(cart, seconds=seconds, signing=self._signing, ledger=self._ledger, offers=offers)

    def read_quote(self, text: str, *, cart: Cart | None = None) -> SignedQuote | Refused:
        """What a signed quote says if it holds now (for `cart`, if one is given); else why it does not."""
        return read_quote(text, cart=cart, signing=self._signing, ledger=self._ledger)

    def hold(
        self, cart: Cart, *, key: str, order_id: str, seconds: int = 900, quote: Quote | str | None = None
    ) -> Held | Refused:
        """Set aside everything the cart needs at the price of now, for `seconds`.

        With a signed `quote` (its text), its price is kept although promotions ended or changed since, unless the
        cart is cheaper now. With a `Quote`, a price above the quoted one is refused as "stale_quote". Either way,
        what was used up since refuses the hold with the limit that was reached. A hold of the same order is
        replaced and never counts against this one.
        """
        check_cart(cart, key=key, order_id=order_id)
        if not 1 <= seconds <= LONGEST_HOLD_SECONDS:
            raise InputError(f"a hold lasts 1 to {LONGEST_HOLD_SECONDS} seconds; given {seconds}")
        _check_amount(cart)
        answer = hold_as_quoted(
            cart,
            request=Request(key, _fingerprint("hold", cart, order_id, seconds, quote)),
            order_id=order_id,
            seconds=seconds,
            quote=quote,
            signing=self._signing,
            ledger=self._ledger,
            offers=self._promotions.offers(),
        )
        assert isinstance(answer, Held | Refused), answer
        return answer

    def commit(self, hold_id: str, *, key: str) -> Order | Refused:
        """The hold becomes an order at the price it promised."""
        answer = commit_order(hold_id, request=_request("commit", hold_id, key), ledger=self._ledger)
        assert isinstance(answer, Order | Refused), answer
        return answer

    def release(self, hold_id: str, *, key: str) -> Released | Refused:
        """Give back what the hold set aside."""
        answer = release_hold(hold_id, request=_request("release", hold_id, key), ledger=self._ledger)
        assert isinstance(answer, Released | Refused), answer
        return answer

    def return_lines(self, order_id: str, lines: Mapping[str, int], *, key: str) -> Refunded | Refused:
        """Units of lines come back; what is refunded follows from the evaluation the order was bought at."""
        check_names(key=key, order_id=order_id)
        _check_units(lines)
        request = Request(key, _fingerprint("return", order_id, lines))
        answer = return_order(order_id, lines, request=request, ledger=self._ledger)
        assert isinstance(answer, Refunded | Refused), answer
        return answer

    def cancel(self, order_id: str, *, key: str) -> Refunded | Refused:
        """The whole order, or what is left of it, comes back; uses too if their promotions say so."""
        answer = cancel_order(order_id, request=_request("cancel", order_id, key), ledger=self._ledger)
        assert isinstance(answer, Refunded | Refused), answer
        return answer

    def order(self, order_id: str) -> Order | None:
        """The order as it stands."""
        record = self._ledger.orders.order(order_id)
        return None if record is None else record.order

    def by_key(self, key: str) -> Outcome:
        """What became of the request with this key, for callers who never got the reply."""
        check_names(key=key)
        return find_outcome(key, ledger=self._ledger)


def _request(operation: str, name: str, key: str) -> Request:
    check_names(key=key, name=name)
    return Request(key, _fingerprint(operation, name))


def _check_amount(cart: Cart) -> None:
    regular = cart.subtotal_minor + sum(delivery.fee_minor for delivery in cart.deliveries)
    if regular > MOST_AMOUNT:
        raise InputError(f"a cart that is held costs at most {MOST_AMOUNT} minor units; this one {regular}")


def _fingerprint(*parts: object) -> str:
    try:
        return fingerprint_of(*parts)
    except UnicodeEncodeError:
        raise InputError(
            "the request holds halves of characters (lone surrogates), which no database can keep"
        ) from None


def _check_units(lines: Mapping[str, int]) -> None:
    problems = [
        f"line {line!r}: 1 to {MOST_UNITS} units can be returned; given {units}"
        for line, units in lines.items()
        if not 1 <= units <= MOST_UNITS
    ]
    if not lines:
        problems.append("name at least one line to return, with its units")
    if problems:
        raise InputError(*problems)
