"""What the page about the whole service tells people to type is what the service takes."""

from __future__ import annotations

import shlex
from pathlib import Path

from starlette.testclient import TestClient

DOCUMENT = Path(__file__).parents[2] / "docs" / "howto" / "run-the-service.md"


def commands(chapter: str) -> list[list[str]]:
    """The commands of a chapter's console block, each in its words."""
    text = DOCUMENT.read_text().partition(f"## {chapter}\n")[2]
    block = text.partition("```console\n$ ")[2].partition("```")[0].replace("\\\n", "")
    return [shlex.split(one) for one in block.split("\n$ ")]


def test_the_campaign_and_the_event_of_the_page_are_taken_as_they_stand(in_memory: TestClient) -> None:
    answers = []
    for curl, place, *options in commands("Campaigns, events, alerts, audit"):
        assert curl == "curl"
        given = list(zip(options[::2], options[1::2], strict=True))
        headers = dict(value.split(": ", 1) for option, value in given if option == "-H")
        (body,) = [value for option, value in given if option == "-d"]
        answers.append(in_memory.post(place.removeprefix("localhost:8000"), content=body, headers=headers))
    assert [answer.status_code for answer in answers] == [201, 200, 200, 200], [each.text for each in answers]
    assert answers[2].json()["campaign"]["state"] == "approved"
    assert in_memory.get("/v1/events/dead-letters").json()["letters"] == []
    assert answers[3].json()["accepted"] == 1
