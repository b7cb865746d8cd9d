"""What can be said of promotions without putting them in force: their mistakes, and each in a sentence."""

from __future__ import annotations

from typing import get_args

from dealwright.api.operations import Answer, Asked, Operation, Query
from dealwright.api.problems import invalid
from dealwright.api.routes.promotions import DOCUMENT, MOST_BYTES, read_promotions
from dealwright.api.wire import promotions as wire
from dealwright.api.wire.shape import shaped
from dealwright.app.service.access_ports import Role
from dealwright.campaign.describe import describe
from dealwright.campaign.lint import lint
from dealwright.campaign.promotion import Language


def _lint(asked: Asked[bytes]) -> Answer:
    language = _language(asked.query.get("language", "en"))
    remarks = lint(read_promotions(asked.body), language=language)
    return wire.LintedOut(tuple(shaped(remark, wire.RemarkOut) for remark in remarks))


def _describe(asked: Asked[bytes]) -> Answer:
    language = _language(asked.query.get("language", "en"))
    return wire.DescribedOut(
        tuple(wire.SentenceOut(each.id, describe(each, language)) for each in read_promotions(asked.body))
    )


def _language(given: str) -> Language:
    for language in get_args(Language):
        if given == language:
            return language  # type: ignore[no-any-return]
    raise invalid([f"language: give {' or '.join(get_args(Language))}; given {given[:20]!r}"])


_LANGUAGE = Query(
    name="language",
    about="Of the sentences: English or Chinese.",
    schema={"enum": list(get_args(Language)), "default": "en"},
)

OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/promotions/lint",
        name="lint_promotions",
        summary="Mistakes in promotions, found without any cart; nothing is put in force",
        tag="promotions",
        takes=DOCUMENT,
        gives=wire.LintedOut,
        role=Role.VIEWER,
        work=_lint,
        most_bytes=MOST_BYTES,
        queries=(_LANGUAGE,),
    ),
    Operation(
        method="POST",
        path="/v1/promotions/describe",
        name="describe_promotions",
        summary="What promotions promise, one plain sentence each; nothing is put in force",
        tag="promotions",
        takes=DOCUMENT,
        gives=wire.DescribedOut,
        role=Role.VIEWER,
        work=_describe,
        most_bytes=MOST_BYTES,
        queries=(_LANGUAGE,),
    ),
)
