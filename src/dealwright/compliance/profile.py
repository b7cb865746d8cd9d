"""Which rules on prices a country has, how strictly they are taken, and since when: data, read from a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, cast, get_args

from dealwright.core.errors import InputError

Answer = Literal["allow", "warn", "block"]
RuleName = Literal[
    "lowest_paid_price",
    "raised_then_cut",
    "prior_price",
    "claims",
    "equal_treatment",
    "personal_offers",
    "conditions_shown",
    "real_scarcity",
    "prize_terms",
    "price_floor",
]
RULES: tuple[RuleName, ...] = get_args(RuleName)
_FIELDS = frozenset(
    ("answer", "since", "basis", "days", "is_stepwise", "exempt", "most_prize_minor", "reasons", "forbidden")
)
_HEAD = frozenset(("profile", "name", "version", "effective_on", "currency", "countries", "extends", "rules"))


@dataclass(frozen=True, slots=True)
class Ruling:
    """One rule as a country has it. `answer` is what a breach of it comes to, "warn" or "block".

    - `since`: campaigns that start earlier are not held against it.
    - `basis`, `basis_zh`: the text of the law, in our own words.
    - `days`: how far back prices are looked at. `is_stepwise`: a reduction that grows step by step without a break
      counts against the price before its first step. `exempt`: kinds of goods it does not concern.
    - `most_prize_minor`: the dearest prize, minor units of the profile's currency.
    - `reasons`: why a price may be below its floor. `forbidden`: words that no group of customers may be made by.
    """

    answer: Answer
    since: date
    basis: str
    basis_zh: str
    days: int = 0
    is_stepwise: bool = False
    exempt: tuple[str, ...] = ()
    most_prize_minor: int | None = None
    reasons: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """The rules of one country or union: an engineering reading, not legal advice."""

    code: str
    name: str
    name_zh: str
    version: int
    effective_on: date
    currency: str
    countries: tuple[str, ...]
    rules: Mapping[RuleName, Ruling]

    def ruling(self, rule: RuleName, on: date) -> Ruling | None:
        """The rule as it holds for what starts on a day; None if there is none, or none yet."""
        found = self.rules.get(rule)
        return None if found is None or on < found.since else found


def profile_from(document: Mapping[str, Any], parent: Profile | None = None) -> Profile:
    """The profile a file holds; what it does not say of a rule is as in `parent`. InputError with all mistakes."""
    problems = list(_problems(document, parent))
    if problems:
        raise InputError(*(f"profile {str(document.get('profile'))[:30]!r}: {one}" for one in problems))
    inherited = dict(parent.rules) if parent else {}
    own = {
        cast(RuleName, name): _ruling(given, inherited.get(cast(RuleName, name)))
        for name, given in document["rules"].items()
    }
    return Profile(
        code=document["profile"],
        name=document["name"]["en"],
        name_zh=document["name"]["zh"],
        version=document["version"],
        effective_on=document["effective_on"],
        currency=document["currency"],
        countries=tuple(document["countries"]),
        rules=inherited | own,
    )


def _ruling(given: Mapping[str, Any], parent: Ruling | None) -> Ruling:
    basis = given.get("basis")
    inherited = {} if parent is None else {name: getattr(parent, name) for name in parent.__dataclass_fields__}
    own = {name: _plain(value) for name, value in given.items() if name != "basis"}
    texts = {} if basis is None else {"basis": basis["en"], "basis_zh": basis["zh"]}
    return Ruling(**(inherited | own | texts))


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _problems(document: Mapping[str, Any], parent: Profile | None) -> Iterator[str]:
    missing = sorted(_HEAD - {"extends"} - document.keys())
    if missing:
        yield f"{', '.join(missing)} missing"
    for name in sorted(document.keys() - _HEAD):
        yield str(InputError.unknown("field", name, _HEAD))
    if "effective_on" in document and not isinstance(document["effective_on"], date):
        yield f"effective_on is a date like 2026-04-10; given {document['effective_on']!r}"
    for name, given in document.get("rules", {}).items():
        if name not in RULES:
            yield str(InputError.unknown("rule", name, RULES))
            continue
        yield from _rule_problems(name, given, is_new=parent is None or name not in parent.rules)


def _rule_problems(name: str, given: Mapping[str, Any], *, is_new: bool) -> Iterator[str]:
    for field in sorted(given.keys() - _FIELDS):
        yield f"{name}: {InputError.unknown('field', field, _FIELDS)}"
    missing = [field for field in ("answer", "since", "basis") if field not in given] if is_new else []
    if missing:
        yield f"{name}: {', '.join(missing)} missing"
    if given.get("answer", "warn") not in ("warn", "block"):
        yield f"{name}: answer is warn or block; given {given['answer']!r}"
    if not isinstance(given.get("since", date.min), date):
        yield f"{name}: since is a date like 2026-04-10; given {given['since']!r}"
    days = given.get("days", 0)
    if not isinstance(days, int) or not 0 <= days <= 366:
        yield f"{name}: days is 0 to 366; given {days!r}"
    if {"en", "zh"} - given.get("basis", {"en": "", "zh": ""}).keys():
        yield f"{name}: basis is told in en and zh"
