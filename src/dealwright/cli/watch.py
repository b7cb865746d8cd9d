"""The command that shows what the watch over live campaigns found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal, cast

import typer

from dealwright.cli.cart import TILL, Database
from dealwright.cli.options import AsJson, Language
from dealwright.cli.screen import new_table, open_console, print_json
from dealwright.cli.show import language_of

if TYPE_CHECKING:
    from dealwright.monitor.alert import Alert

WATCH_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "none": "No alert is open.",
        "seen": "last seen",
        "campaign": "campaign",
        "alert": "alert",
        "what": "what was seen and what is proposed",
        "owner": "owner",
    },
    "zh": {
        "none": "没有未处理的告警。",
        "seen": "最近出现",
        "campaign": "活动",
        "alert": "告警",
        "what": "发现与建议",
        "owner": "负责人",
    },
}


def watch(
    campaign: Annotated[str, typer.Option("--campaign", help="Only alerts of this campaign.")] = "",
    look: Annotated[bool, typer.Option("--look", help="Look first; propose, without acting.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Closed alerts too.")] = False,
    database: Database = TILL,
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Show the alerts of live campaigns."""
    from dealwright.live.campaigns import open_campaigns
    from dealwright.live.events import open_events
    from dealwright.live.watch import OPEN, open_watch
    from dealwright.till import open_till

    chosen = language_of(language, "en")
    with open_till(database) as till:
        over = open_watch(till, campaigns=open_campaigns(till), minutes=open_events(till), is_acting=False)
        if look:
            over.look()
        found = over.alerts(campaign_id=campaign or None, states=() if everything else OPEN)
    if as_json:
        print_json({"alerts": [alert_document(alert, language=chosen) for alert in found]})
    else:
        _show(found, language=chosen)


def alert_document(alert: Alert, *, language: str = "en") -> dict[str, Any]:
    """An alert as plain data, with its sentence."""
    from dealwright.monitor.alert_words import alert_sentence

    return {
        "id": alert.id,
        "code": alert.code,
        "severity": alert.severity,
        "campaign_id": alert.campaign_id,
        "metric": alert.metric,
        "subject": alert.subject,
        "state": alert.state,
        "owner": alert.owner,
        "first_at": alert.first_at.isoformat(),
        "last_at": alert.last_at.isoformat(),
        "n_seen": alert.n_seen,
        "evidence": dict(alert.evidence),
        "action": {"kind": alert.action.kind, "throttle_share": alert.action.throttle_share},
        "sentence": alert_sentence(alert, cast(Literal["en", "zh"], language)),
    }


def _show(alerts: Sequence[Alert], *, language: str) -> None:
    from dealwright.monitor.alert_words import severity_word

    words, console = WATCH_WORDS[language], open_console()
    if not alerts:
        console.print(words["none"], highlight=False, markup=False)
        return
    table = new_table(words["seen"], words["campaign"], words["alert"], words["what"], words["owner"])
    for column in table.columns:  # sentences, not numbers
        column.justify = "left"
    for alert in alerts:
        document = alert_document(alert, language=language)
        severity = severity_word(alert.severity, cast(Literal["en", "zh"], language))
        what = f"{severity}: {document['sentence']}"
        table.add_row(f"{alert.last_at:%Y-%m-%d %H:%M}", alert.campaign_id, alert.id, what, alert.owner)
    console.print(table, markup=False)
