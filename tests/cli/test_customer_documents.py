"""What the how-tos about customers tell the reader to type can be typed, with the files they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from command_line import run
from dealwright.app.recommend.allocate_offers import OFFERS
from dealwright.app.recommend.read_offer_terms import GIVEN, OPTED_OUT, TERMS
from dealwright.data.tables import TableContract

HOW_TOS = Path(__file__).parents[2] / "docs" / "howto"


def _blocks(document: str, language: str) -> list[str]:
    text = (HOW_TOS / document).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def _named_files(document: str) -> Iterator[str]:
    """What the commands read, each once, in the order in which the reader meets them."""
    yield from dict.fromkeys(re.findall(r"[\w-]+\.(?:csv|yaml)", "".join(_blocks(document, "console"))))


def _files(document: str) -> dict[str, str]:
    return dict(zip(_named_files(document), _blocks(document, "(?:csv|yaml)"), strict=True))


@pytest.mark.parametrize("document", ["personal-offers.md", "recommend.md", "know-customers.md"])
def test_every_file_that_a_command_reads_is_shown(document: str) -> None:
    assert _files(document)


@pytest.mark.parametrize(
    ("name", "contract"),
    [("estimates.csv", OFFERS), ("offers.csv", TERMS), ("no-mail.csv", OPTED_OUT), ("sent.csv", GIVEN)],
)
def test_the_files_shown_are_of_the_columns_that_are_read(name: str, contract: TableContract) -> None:
    columns = set(_files("personal-offers.md")[name].splitlines()[0].split(","))
    assert columns <= set(contract.names)
    assert {column.name for column in contract.columns if column.is_required} <= columns


def test_personal_offers_are_given_as_the_document_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "out/demo/shop", "--currency", "USD")
    Path("estimates.csv").write_text(_files("personal-offers.md")["estimates.csv"], "utf-8")
    command = _blocks("personal-offers.md", "console")[0].strip().removeprefix("$ dealwright ").split()
    shown = [line.strip() for line in _blocks("personal-offers.md", "text")[0].splitlines()]
    done = run(*command)
    assert done.code == 0, done.err
    assert [line.strip() for line in done.out.splitlines()][: len(shown)] == shown
    assert "718: 1 off (value 3.00, cost 1.00 USD;" in done.out
