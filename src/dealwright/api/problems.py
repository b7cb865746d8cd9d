"""Every answer that is a no or a mistake, in one shape: RFC 9457 with a code, a remedy and all problems at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

MEDIA_TYPE: Final = "application/problem+json"
_MOST_PROBLEMS = 50  # that are listed
_LONGEST_PROBLEM = 500


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """What a client is told instead of an answer.

    `code` is from a closed list and stable; `detail` says what happened, `remedy` what to do; `problems` lists
    every mistake found in the request. `retry_after_seconds` is also sent as the header Retry-After. A refusal by a
    promotion names it, with the gap in money or units where there is one.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    remedy: str
    problems: tuple[str, ...] = ()
    retry_after_seconds: int = 0
    promotion_id: str = ""
    missing_minor: int = 0
    missing_quantity: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """One entry of the closed list: its HTTP status, title and what to do."""

    status: int
    title: str
    remedy: str


KINDS: Final[dict[str, Kind]] = {
    # the request itself
    "malformed_json": Kind(400, "The body is not JSON", "Send one JSON object in UTF-8."),
    "key_missing": Kind(400, "The header Idempotency-Key is missing", "Send a new random key with every order."),
    "key_malformed": Kind(400, "The Idempotency-Key is not usable", "Send 1 to 200 visible ASCII characters."),
    "not_found": Kind(404, "There is nothing here", "Check the path against /openapi.json."),
    "method_not_allowed": Kind(405, "This cannot be done here", "Use a method of the header Allow."),
    "body_too_slow": Kind(408, "The body did not arrive in time", "Send the request again."),
    "body_too_large": Kind(413, "The body is too large", "Split the request."),
    "not_json": Kind(415, "The body is of another type", "Send Content-Type: application/json, not compressed."),
    "invalid_request": Kind(422, "The request has mistakes", "Correct what is listed and send it again."),
    "refused": Kind(409, "Refused", "Read the detail."),
    # who asks
    "access_missing": Kind(401, "No key was shown", "Send Authorization: Bearer followed by your key."),
    "access_denied": Kind(401, "The key opens nothing", "Ask for a new key: it is unknown, expired or revoked."),
    "role_too_low": Kind(403, "The key may not do this", "Use a key with the role that is named."),
    "not_from_here": Kind(
        403, "Only this machine may ask", "Ask http://127.0.0.1, or make a key and serve with keys."
    ),
    "too_many_requests": Kind(429, "The key asks too often; nothing was executed", "Repeat it after Retry-After."),
    # what is asked for
    "order_unknown": Kind(404, "No such order", "Check the order's id."),
    "promotion_unknown": Kind(404, "No such promotion", "List the promotions."),
    "hold_unknown": Kind(404, "No such hold", "Hold the cart again."),
    "reservation_unknown": Kind(404, "No such reservation", "Reserve again."),
    "sale_unknown": Kind(404, "No such flash sale", "Check the sale's id."),
    "group_unknown": Kind(404, "No such group", "Check the group's id."),
    "presale_unknown": Kind(404, "No such presale", "Check the presale's id."),
    "member_unknown": Kind(404, "No such member of the group", "Let the customer join first."),
    "job_unknown": Kind(404, "No such job", "List the jobs."),
    "file_unknown": Kind(404, "No such file", "List the files."),
    "no_room": Kind(409, "There is no room for the file", "Delete uploaded files that were imported."),
    "no_result": Kind(409, "The job has found nothing, or not yet", "Look at the job's state."),
    "no_workspace": Kind(404, "This server has no workspace", "Start it with: dealwright up."),
    "no_report": Kind(404, "There is no report yet", "Submit a job of the kind plan, or of the kind report."),
    "alert_unknown": Kind(404, "No such alert", "List the alerts."),
    "no_quote_key": Kind(404, "This server signs no quotes", "Start it with DEALWRIGHT_QUOTE_KEY."),
    "no_recommender": Kind(404, "No recommender was learnt", "Submit a job of the kind recommender."),
    "backlog": Kind(429, "Too many events wait; nothing was taken", "Send the batch again after Retry-After."),
    # campaigns
    "campaign_unknown": Kind(404, "No such campaign", "List the campaigns."),
    "no_holdout": Kind(409, "Nobody was held out", "Set holdout_share next time, or compare stores or weeks."),
    "campaign_exists": Kind(409, "The campaign exists already", "Revise it, or choose another id."),
    "role_missing": Kind(403, "The key may not do this", "Use a key with one of the roles that are named."),
    "own_approval": Kind(409, "It takes a second person", "Let somebody approve who had no hand in it."),
    "wrong_state": Kind(409, "Not in this state", "Look at where the campaign stands."),
    "nothing_waits": Kind(409, "Nothing waits for approval", "Revise or submit the campaign first."),
    "other_version": Kind(409, "Another version waits", "Look at the campaign again."),
    "no_contingency": Kind(409, "There is no contingency", "Pause the campaign, or roll it back."),
    "changed_meanwhile": Kind(409, "Somebody changed it meanwhile", "Look at the campaign again."),
    "promotion_taken": Kind(409, "A promotion belongs to another campaign", "Choose another id for it."),
    "problems_found": Kind(409, "The campaign has problems", "Mend what is listed."),
    "nothing_changes": Kind(409, "Nothing would change", "Change something, or leave it."),
    "queue_full": Kind(429, "Too many jobs wait", "Repeat it after Retry-After."),
    "deposit_missing": Kind(409, "The deposit is not paid", "Pay the deposit first."),
    "code_not_found": Kind(404, "No such code", "Check the code letter by letter."),
    # the keys of writes
    "key_reused": Kind(422, "The key was used for another request", "Send another request with another key."),
    "in_progress": Kind(409, "The same request is being carried out", "Repeat it unchanged a little later."),
    # normal business: limits
    "limit_reached": Kind(409, "A promotion is used up", "Price the cart again."),
    "customer_limit_reached": Kind(409, "The customer's share is used up", "Ask for less or for something else."),
    "customer_unknown": Kind(422, "A promotion counts per customer", "Send the customer's id with the cart."),
    "budget_exceeded": Kind(409, "A promotion's budget is used up", "Price the cart again."),
    "code_used_up": Kind(409, "The code is used up", "Price the cart without it."),
    "code_expired": Kind(409, "The code has expired", "Price the cart without it."),
    "sold_out": Kind(409, "Sold out", "Ask for less or for something else."),
    # normal business: holds and orders
    "stale_quote": Kind(409, "The price has changed", "Price the cart again and show the new price."),
    "quote_foreign": Kind(409, "No quote of this shop", "Quote the cart again."),
    "quote_tampered": Kind(
        409, "The quote was changed", "Send the quote as it was given, or quote the cart again."
    ),
    "quote_expired": Kind(410, "The quote has expired", "Quote the cart again and show the new price."),
    "quote_other_cart": Kind(409, "The quote is for another cart", "Send the cart exactly as it was quoted."),
    "hold_expired": Kind(410, "The hold has expired", "Hold the cart again."),
    "hold_released": Kind(410, "The hold was released", "Hold the cart again."),
    "order_exists": Kind(409, "The order exists already", "Look at the order, or use another id."),
    "already_committed": Kind(409, "It was committed before", "Look at the order."),
    "already_returned": Kind(409, "It was returned before", "Look at the order for what is left."),
    "already_cancelled": Kind(409, "It was cancelled before", "Nothing is left to be done."),
    "line_unknown": Kind(422, "The order has no such line", "Look at the order for its lines."),
    # normal business: flash sales, groups and presales
    "not_started": Kind(409, "It has not started", "Repeat it after it has started."),
    "ended": Kind(410, "It is over", "Offer something else."),
    "group_full": Kind(409, "The group is full", "Open or join another group."),
    "group_closed": Kind(410, "The group is closed", "Open or join another group."),
    "already_member": Kind(409, "The customer is in the group already", "Nothing is to be done."),
    "balance_not_due": Kind(409, "The balance is not due", "Repeat it within the window of the balance."),
    # the server
    "busy": Kind(503, "Too much at once; the request was not executed", "Repeat it after Retry-After."),
    "not_ready": Kind(503, "The till cannot answer now", "Repeat it after Retry-After."),
    "outcome_unknown": Kind(
        503,
        "Whether it was carried out is not known",
        "Repeat it with the same Idempotency-Key, or ask /v1/orders/by-key/{key}.",
    ),
    "internal": Kind(500, "A mistake of ours", "Repeat it with the same key; report it if it stays."),
}


class ProblemError(Exception):
    """Carries a problem to the door, where it becomes the answer."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.code)


def problem(code: str, detail: str = "", *, problems: Sequence[str] = (), retry_after_seconds: int = 0) -> Problem:
    """The problem with this code; a code that is not listed is a refusal of normal business (409).

    >>> problem("sold_out", "0 units are left").status
    409
    """
    kind = KINDS.get(code, KINDS["refused"])
    more = len(problems) - _MOST_PROBLEMS
    listed = tuple(_shortened(text) for text in problems[:_MOST_PROBLEMS])
    return Problem(
        type=f"urn:problem-type:dealwright:{code}",
        title=kind.title,
        status=kind.status,
        detail=_shortened(detail or kind.title),
        code=code,
        remedy=kind.remedy,
        problems=(*listed, f"and {more} more") if more > 0 else listed,
        retry_after_seconds=retry_after_seconds,
    )


def refuse(code: str, detail: str = "", *, problems: Sequence[str] = ()) -> ProblemError:
    """The same, ready to be raised."""
    return ProblemError(problem(code, detail, problems=problems))


def invalid(told: Sequence[str]) -> ProblemError:
    """A request with these mistakes."""
    n = len(told)
    return refuse("invalid_request", told[0] if n == 1 else f"{n} mistakes were found", problems=told)


_ENCODE = msgspec.json.Encoder().encode


def encoded(told: Problem) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of the answer."""
    body = _ENCODE(told)
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
    ]
    if told.retry_after_seconds:
        headers.append((b"retry-after", str(told.retry_after_seconds).encode()))
    return told.status, headers, body


def _shortened(text: str) -> str:
    # What a client sent is echoed, so it may hold half of a surrogate pair, which no encoder takes.
    clean = text.encode("utf-8", "replace").decode()
    return clean if len(clean) <= _LONGEST_PROBLEM else clean[: _LONGEST_PROBLEM - 1] + "…"
