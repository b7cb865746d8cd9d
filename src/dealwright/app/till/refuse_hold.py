"""Says why a priced cart cannot be held: out of stock, a code or limit that is used up, a price above the quote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dealwright.app.till.ledger_ports import Ledger
from dealwright.app.till.price_cart import Offers, Priced, left
from dealwright.core.cart import Cart
from dealwright.engine.evaluation import Refusal
from dealwright.engine.ledger import Demand, limit_accounts
from dealwright.engine.outcomes import Quote, Refused, RefusedCode

# What the ledger refuses, in the engine's words and in the till's.
_USED_UP: Mapping[str, RefusedCode] = {
    "limit_reached": "limit_reached",
    "customer_limit_reached": "customer_limit_reached",
    "budget_exceeded": "budget_exceeded",
    "code_used_up": "code_used_up",
    "code_not_found": "code_not_found",
    "customer_unknown": "customer_unknown",
}
_SHORT: Mapping[str, RefusedCode] = {
    "uses": "limit_reached",
    "units": "limit_reached",
    "code": "code_used_up",
    "budget": "budget_exceeded",
    "stock": "sold_out",
}


def refusal_of(
    cart: Cart, priced: Priced, *, quote: Quote | None, ledger: Ledger, offers: Offers
) -> Refused | None:
    """Why the cart cannot be held as it is priced by these offers; None if it can.

    Without a quote, a code that the ledger refuses refuses the cart: nobody orders at the full price by surprise.
    With one, only the price counts: it may be lower than quoted, never higher.
    """
    if quote is None:
        refused = _refused_code(cart, priced, ledger, offers)
    else:
        refused = _above_quote(cart, priced, quote, ledger, offers)
    if refused is None and priced.short:
        refused = _short(priced.short[0], priced, ledger)
    return refused


def is_contested(priced: Priced) -> bool:
    """Whether something was short while holds drew on what it was judged by: it may come back when they end."""
    is_short = bool(priced.short) or any(refusal.code in _USED_UP for refusal in priced.evaluation.refused)
    return is_short and any(balance.held > 0 for balance in priced.balances.values())


def _refused_code(cart: Cart, priced: Priced, ledger: Ledger, offers: Offers) -> Refused | None:
    if priced.evaluation.unknown_codes:
        code = priced.evaluation.unknown_codes[0]
        return Refused("code_not_found", f"code {code!r} is not valid; take it out of the cart or correct it")
    for refusal in priced.evaluation.refused:
        if not offers.promotions[refusal.promotion_id].needs_code:
            continue
        if refusal.code in _USED_UP:
            return _used_up(cart, refusal, priced, ledger, offers)
        if refusal.code == "ended":
            reason = f"the code of promotion {refusal.promotion_id!r} holds no more; take it out of the cart"
            return Refused("code_expired", reason, promotion_id=refusal.promotion_id)
    return None


def _above_quote(cart: Cart, priced: Priced, quote: Quote, ledger: Ledger, offers: Offers) -> Refused | None:
    evaluation = priced.evaluation
    missing = evaluation.total_minor - quote.total_minor
    if missing <= 0:
        return None
    refusals = {refusal.promotion_id: refusal for refusal in evaluation.refused}
    versions = {applied.promotion_id: applied.version for applied in evaluation.applied}
    for name, version in quote.promotions.items():
        refusal = refusals.get(name)
        if name in versions and versions[name] != version:
            reason = f"promotion {name!r} changed from version {version} to {versions[name]} since the quote"
        elif refusal is not None and refusal.code in _USED_UP:
            return _used_up(cart, refusal, priced, ledger, offers)
        elif refusal is not None:
            reason = f"promotion {name!r} of the quote does not apply any more ({refusal.code}): {refusal.reason}"
        elif name not in versions:
            reason = f"promotion {name!r} of the quote is not in force any more"
        else:
            continue
        return Refused("stale_quote", f"{reason}; price the cart again", missing_minor=missing, promotion_id=name)
    return Refused(
        "stale_quote",
        f"the cart costs {evaluation.total_minor} now, not {quote.total_minor}; price the cart again",
        missing_minor=missing,
    )


def _used_up(cart: Cart, refusal: Refusal, priced: Priced, ledger: Ledger, offers: Offers) -> Refused:
    promotion = offers.promotions[refusal.promotion_id]
    accounts = limit_accounts(promotion, customer_id=cart.shopper.customer_id, at=priced.evaluation.at)
    ends = _first_foreign_end(accounts, priced, ledger)
    return _with_end(
        _USED_UP[refusal.code],
        f"promotion {refusal.promotion_id!r}: {refusal.reason or 'it is used up'}",
        ends,
        ledger.clock.now(),
        promotion_id=refusal.promotion_id,
        missing_minor=refusal.missing_minor,
        missing_quantity=refusal.missing_quantity,
    )


def _short(demand: Demand, priced: Priced, ledger: Ledger) -> Refused:
    kind, *rest = demand.account.split("/")
    code = "customer_limit_reached" if rest[1:2] == ["customer"] else _SHORT[kind]
    is_left = left(demand, priced.balances)
    ends = _first_foreign_end((demand.account,), priced, ledger)
    gap = demand.amount - is_left
    return _with_end(
        code,
        f"{demand.amount} of {demand.account} are wanted, {is_left} are left",
        ends,
        ledger.clock.now(),
        promotion_id=demand.promotion_id,
        missing_minor=gap if kind == "budget" else 0,
        missing_quantity=0 if kind == "budget" else gap,
    )


def _first_foreign_end(accounts: tuple[str, ...], priced: Priced, ledger: Ledger) -> datetime | None:
    """When the first hold ends that draws on one of the accounts; what should have ended says nothing."""
    contested = [name for name in accounts if name in priced.balances and priced.balances[name].held > 0]
    ends = [hold.expires_at for name in contested for hold in ledger.accounts.holders(name, limit=1)]
    now = ledger.clock.now()  # the cart may be priced at the moment of its quote
    return min((end for end in ends if end > now), default=None)


def _with_end(
    code: RefusedCode,
    reason: str,
    ends: datetime | None,
    now: datetime,
    *,
    promotion_id: str,
    missing_minor: int,
    missing_quantity: int,
) -> Refused:
    seconds = 0
    if ends is not None:
        seconds = max(1, int((ends - now).total_seconds()) + 1)
        reason = f"{reason}; another cart holds it until {ends.isoformat(timespec='seconds')}"
    return Refused(code, reason, seconds, missing_minor, missing_quantity, promotion_id)
