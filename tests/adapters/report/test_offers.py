"""What offers are called: cuts, vehicles, and mechanics whose sentences look like them."""

from __future__ import annotations

import pytest

from dealwright.adapters.report.offers import OfferName, mechanic_assumptions, mechanic_names
from dealwright.adapters.report.words import Words

EN, ZH = Words.of("en"), Words.of("zh")
FLASH = "50% off in a flash sale, at most 40 units"
SUMMARY = {
    "plan": {
        "mechanics": [
            {
                "name": FLASH,
                "name_zh": "限时抢购",
                "n_promotions": 2,
                "assumptions": ["it lasts"],
                "assumptions_zh": ["前提"],
            },
            {"name": "idle", "name_zh": "闲", "n_promotions": 0, "assumptions": [], "assumptions_zh": []},
        ]
    }
}


@pytest.mark.parametrize(
    ("text", "kind", "code"),
    [
        ("15% off", "cut", "cut"),
        ("15% off + display + mailer", "cut_shown", "cut_display_mailer"),
        ("display + mailer", "display_mailer", "display_mailer"),
        (FLASH, "mechanic", "mechanic"),
        (f"{FLASH} + mailer", "mechanic", "mechanic_mailer"),
        ("of every 2 + 1 bought, 1 cost 50% less + display", "mechanic", "mechanic_display"),
    ],
)
def test_an_offer_is_read_from_its_name(text: str, kind: str, code: str) -> None:
    offer = OfferName.read(text)
    assert (offer.kind, offer.code) == (kind, code)
    assert EN.say(f"why.how.{code}", percent=1, off="1", mechanic="m")
    assert ZH.say(f"kind.{kind}")


def test_a_mechanic_is_no_cut_although_its_sentence_says_how_much_is_off() -> None:
    assert OfferName.read(FLASH).percent == ""


def test_a_mechanic_is_called_by_its_name_in_the_language_or_else_as_the_plan_does() -> None:
    names = mechanic_names(SUMMARY, "zh")
    assert OfferName.read(f"{FLASH} + mailer", names).told(ZH) == "限时抢购 + 海报"
    assert OfferName.read("buy 2, get 1 free", names).told(ZH) == "buy 2, get 1 free"
    assert OfferName.read("buy 2, get 1 free").told(EN) == "Buy 2, get 1 free"
    assert OfferName.read(FLASH, mechanic_names(SUMMARY, "en")).told(EN) == FLASH


def test_assumptions_are_told_of_mechanics_that_run() -> None:
    assert mechanic_assumptions(SUMMARY, "zh") == {"限时抢购": ("前提",)}
    assert mechanic_assumptions({"plan": {}}, "en") == {}
