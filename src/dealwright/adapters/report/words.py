"""The report's words in one language, from `words_<language>.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from dealwright.core.errors import InputError
from dealwright.plan.words import LANGUAGES


class Words:
    """Texts by dotted name.

    >>> Words.of("en").say("cases", n=8)
    'in 8 of 10 cases'
    """

    def __init__(self, language: str, tree: Mapping[str, Any]) -> None:
        self.language = language
        self.tree = tree

    @classmethod
    def of(cls, language: str) -> Words:
        """The words of one of `LANGUAGES`; InputError for any other."""
        if language not in LANGUAGES:
            raise InputError.unknown("language", language, LANGUAGES)
        return _read(language)

    def say(self, name: str, **params: object) -> str:
        """The text called `name`, with its parameters filled in."""
        text = self._at(name)
        assert isinstance(text, str), f"no words are called {name!r} in {self.language}"
        return text.format(**params)

    def find(self, name: str, **params: object) -> str | None:
        """Like `say`, but None where there is no such text: for names that come with the data."""
        text = self._at(name)
        return text.format(**params) if isinstance(text, str) else None

    def branch(self, name: str) -> Mapping[str, str]:
        """All texts below `name`, in the order of the file."""
        texts = self._at(name)
        assert isinstance(texts, Mapping), f"no branch of words is called {name!r} in {self.language}"
        return texts

    def _at(self, name: str) -> Any:
        node: Any = self.tree
        for part in name.split("."):
            node = node.get(part) if isinstance(node, Mapping) else None
        return node


@cache
def _read(language: str) -> Words:
    text = files(__package__).joinpath(f"words_{language}.yaml").read_text("utf-8")
    return Words(language, yaml.safe_load(text))
