"""How campaigns and the audit log look in a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from dealwright.campaign.decimals import decimal_text
from dealwright.cli.campaign_words import ACTIONS_ZH, CAMPAIGN_WORDS, TAMPERING_ZH, VERDICTS_ZH
from dealwright.cli.screen import new_table, open_console, print_json

if TYPE_CHECKING:
    from datetime import datetime

    from dealwright.app.campaigns.campaign_ports import Version
    from dealwright.app.campaigns.move_campaign import Answer
    from dealwright.app.campaigns.tend_campaigns import Tended
    from dealwright.app.service.keep_audit import Audited, Head, Link
    from dealwright.campaign.campaign import Campaign
    from dealwright.campaign.life import Standing
    from dealwright.campaign.promotion import Language


def answers(given: Mapping[str, Answer], *, language: str, as_json: bool) -> None:
    """What became of what was asked, campaign by campaign, with what the checks remarked."""
    if as_json:
        print_json({"campaigns": [_answer_document(name, answer) for name, answer in given.items()]})
        return
    console, w = open_console(), CAMPAIGN_WORDS[language]
    for name, answer in given.items():
        told = w["now"].format(campaign=name, **_state(answer.standing, language)) if answer else ""
        told = told or w["refused"].format(campaign=name, reason=_reason(answer, language))
        console.print(told, highlight=False, markup=False, soft_wrap=True)
        if answer and answer.standing is not None and answer.standing.proposed:
            console.print(w["version_waits"].format(version=answer.standing.proposed), highlight=False)
        for one in answer.remarks:
            about = f" {one.promotion_id}:" if one.promotion_id else ""
            severity = w[f"severity_{one.severity}"]
            line = f"  {severity}:{about} {one.sentence}; {one.remedy} ({one.code})"
            console.print(line, highlight=False, markup=False, soft_wrap=True)


def campaigns(
    standings: Sequence[Standing], terms: Mapping[str, Campaign], *, language: str, as_json: bool
) -> None:
    """A row per campaign."""
    if as_json:
        print_json({"campaigns": [standing_document(one) for one in standings]})
        return
    console, w = open_console(), CAMPAIGN_WORDS[language]
    if not standings:
        console.print(w["none"], highlight=False)
        return
    table = new_table(w["campaign"], w["state"], w["version"], w["start"], w["end"], w["budget"], w["waits"])
    for one in standings:
        campaign = terms[one.campaign_id]
        table.add_row(
            escape(one.campaign_id),
            _state_word(one, language),
            str(one.version),
            campaign.schedule.start_said or _moment(campaign.schedule.start),
            campaign.schedule.end_said or _moment(campaign.schedule.end),
            _money(campaign.budget_minor, campaign.currency),
            str(one.proposed or one.version) if one.waits_for_approval else "",
        )
    console.print(table)


def campaign(
    standing: Standing, versions: Sequence[Version], links: Sequence[Link], *, language: str, as_json: bool
) -> None:
    """One campaign: what it promises, where it stands and what was done."""
    from dealwright.campaign.campaign_codec import encode_campaign
    from dealwright.campaign.campaign_describe import describe_campaign
    from dealwright.campaign.describe import describe
    from dealwright.campaign.guardrail import guardrail_sentence

    by_number = {one.terms.version: one for one in versions}
    terms, tongue = by_number[standing.version].terms, _tongue(language)
    if as_json:
        written = [_version_document(one) for one in versions]
        history = [link_document(link) for link in links]
        print_json(
            {
                "standing": standing_document(standing),
                "terms": encode_campaign(terms),
                "versions": written,
                "history": history,
            }
        )
        return
    console, w = open_console(), CAMPAIGN_WORDS[language]

    def line(text: str) -> None:
        console.print(text, highlight=False, markup=False, soft_wrap=True)

    line(describe_campaign(terms, tongue))
    line(w["now"].format(campaign=standing.campaign_id, **_state(standing, language)))
    if standing.waits_for_approval:
        line(w["version_waits"].format(version=standing.proposed or standing.version))
    _expected(terms, line, w)
    line(w["promotions"])
    for promotion in terms.promotions:
        line(f"  {promotion.id}  {describe(promotion, tongue)}")
    if terms.guardrails:
        line(w["guardrails"])
    for guardrail in terms.guardrails:
        line(f"  {guardrail_sentence(guardrail, terms.currency, tongue)}")
    line(w["history"])
    for link in links:
        line(f"  {_told(link, language)}")


def tended(done: Tended, *, language: str, as_json: bool) -> None:
    """What was due."""
    if as_json:
        print_json(asdict(done))
        return
    console, w = open_console(), CAMPAIGN_WORDS[language]
    lines = [w["launched"].format(campaign=name) for name in done.launched]
    lines += [w["ended"].format(campaign=name) for name in done.ended]
    lines += [w["held_back"].format(campaign=name, reason=why) for name, why in done.held_back.items()]
    console.print("\n".join(lines) or w["idle"], highlight=False, markup=False, soft_wrap=True)


def drafted(
    given: Mapping[str, Answer],
    n_promotions: int,
    left_out: Mapping[str, str],
    *,
    language: str,
    as_json: bool,
) -> None:
    """The drafts that were made of a plan, and what of it was left out."""
    if as_json:
        made = [_answer_document(name, answer) for name, answer in given.items()]
        print_json({"campaigns": made, "promotions": n_promotions, "left_out": dict(left_out)})
        return
    console, w = open_console(), CAMPAIGN_WORDS[language]
    console.print(w["drafted"].format(n=len(given), promotions=n_promotions), highlight=False)
    answers(given, language=language, as_json=False)
    for reason, n in Counter(left_out.values()).items():
        told = w["left_out"].format(n=n, reason=reason)
        console.print(told, highlight=False, markup=False, soft_wrap=True)


def audited(found: Audited, *, language: str, as_json: bool) -> None:
    """Whether the log is whole."""
    if as_json:
        head = head_document(found.head)
        print_json({"whole": found.is_whole, "head": head, "problems": [asdict(one) for one in found.problems]})
        return
    console, w = open_console(), CAMPAIGN_WORDS[language]
    n = f"{found.head.number:,}"
    if found.is_whole:
        console.print(w["whole"].format(n=n, head=found.head.hash.hex()), highlight=False, soft_wrap=True)
        return
    console.print(w["broken"].format(n=n), highlight=False)
    for one in found.problems:
        told = TAMPERING_ZH[one.code].format(number=one.number) if language == "zh" else one.sentence
        console.print(f"  {told}", highlight=False, markup=False, soft_wrap=True)


def links(given: Iterable[Link], *, language: str, as_json: bool) -> None:
    """Entries of the audit log, one per line."""
    if as_json:
        print_json({"entries": [link_document(link) for link in given]})
        return
    console = open_console()
    is_empty = True
    for link in given:
        is_empty = False
        told = f"{link.number}  {_told(link, language, with_subject=True)}"
        console.print(told, highlight=False, markup=False, soft_wrap=True)
    if is_empty:
        console.print(CAMPAIGN_WORDS[language]["empty"])


def head_kept(head: Head | None, file: Path, *, language: str, as_json: bool) -> None:
    """Where the head was written."""
    if as_json:
        print_json({"head": head_document(head) if head else None, "files": [str(file)] if head else []})
        return
    w = CAMPAIGN_WORDS[language]
    told = w["empty"] if head is None else w["head_kept"].format(number=head.number, file=file)
    open_console().print(told, highlight=False, markup=False, soft_wrap=True)


def standing_document(standing: Standing) -> dict[str, Any]:
    """Plain values of where a campaign stands."""
    edition_at = standing.edition_at.isoformat() if standing.edition_at else None
    share = decimal_text(standing.share)
    return asdict(standing) | {"hands": list(standing.hands), "edition_at": edition_at, "share": share}


def link_document(link: Link) -> dict[str, Any]:
    """Plain values of an entry, with its changes in words."""
    entry = link.entry
    return {
        "number": link.number,
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "changes": [one.told() for one in entry.differences],
        "hash": link.hash.hex(),
    }


def head_document(head: Head) -> dict[str, Any]:
    """Plain values of a head."""
    return {"tenant": head.tenant, "number": head.number, "hash": head.hash.hex()}


def _answer_document(name: str, answer: Answer) -> dict[str, Any]:
    return {
        "id": name,
        "done": bool(answer),
        "code": answer.verdict.code,
        "reason": answer.verdict.reason,
        "standing": standing_document(answer.standing) if answer.standing else None,
        "remarks": [asdict(one) for one in answer.remarks],
    }


def _version_document(version: Version) -> dict[str, Any]:
    return {
        "version": version.terms.version,
        "author": version.author,
        "restores": version.restores,
        "at": version.at.isoformat(),
    }


def _told(link: Link, language: str, *, with_subject: bool = False) -> str:
    entry = link.entry
    changes = "; ".join(one.told(_tongue(language)) for one in entry.differences)
    subject = f" {entry.subject}" if with_subject else ""
    action = ACTIONS_ZH.get(entry.action, entry.action) if language == "zh" else entry.action
    return f"{_moment(entry.at)}  {entry.actor}: {action}{subject}  {changes}"


def _state(standing: Standing | None, language: str) -> dict[str, Any]:
    assert standing is not None
    return {"state": _state_word(standing, language), "version": standing.version}


def _state_word(standing: Standing, language: str) -> str:
    """The state, with the share of the customers that get it if that is not all."""
    w, share = CAMPAIGN_WORDS[language], standing.share
    word = w[f"state_{standing.state}"]
    return word if share == 1 else w["throttled"].format(state=word, share=f"{decimal_text(share * 100)}%")


def _reason(answer: Answer, language: str) -> str:
    if language == "zh":
        return VERDICTS_ZH[answer.verdict.code]
    return "the checks found what must be mended first" if answer.remarks else answer.verdict.reason


def _expected(terms: Campaign, line: Any, w: Mapping[str, str]) -> None:
    if not terms.expected:
        return
    units, low, high = (
        float(sum(getattr(one, name) for one in terms.expected)) for name in ("units", "units_low", "units_high")
    )
    net = _money(sum(one.net_minor for one in terms.expected), terms.currency)
    line(w["expected"].format(units=f"{units:,.0f}", low=f"{low:,.0f}", high=f"{high:,.0f}", net=net))


def _money(minor: int | None, currency: str) -> str:
    from dealwright.core.money import Money

    return "" if minor is None else str(Money(minor, currency))


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else moment.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")


def _tongue(language: str) -> Language:
    return "zh" if language == "zh" else "en"
