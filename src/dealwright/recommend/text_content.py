"""What is like what a customer takes by the words of its title, rare words counting most (TF-IDF)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from dealwright.recommend.catalogue import Catalogue
from dealwright.recommend.content import Content, FittedContent
from dealwright.recommend.interactions import Interactions
from dealwright.recommend.words import Segment, plain_words

MANY_TEXTS = 50
TOO_COMMON = 0.2
"""A word that stands in more than this share of many titles (of pack sizes, say) tells nothing of taste."""


@dataclass(frozen=True, slots=True, eq=False)
class WeighedWords:
    """`weights` (texts, words) in CSR, each text of length 1, or 0 without words; `words` in alphabetical order."""

    words: tuple[str, ...]
    weights: Any
    vectorizer: Any

    def weigh(self, texts: Sequence[str]) -> Any:
        """Other texts by the same words, (texts, words) in CSR; words that are not among them do not count."""
        if self.vectorizer is None:
            return sparse.csr_matrix((len(texts), 0))
        return self.vectorizer.transform(texts)


def weigh_words(texts: Sequence[str], segment: Segment) -> WeighedWords:
    """TF-IDF of words (scikit-learn's, smoothed, with the logarithm of counts) over these texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not any(segment(text) for text in texts):
        return WeighedWords((), sparse.csr_matrix((len(texts), 0)), None)
    most = TOO_COMMON if len(texts) >= MANY_TEXTS else 1.0
    vectorizer = TfidfVectorizer(analyzer=segment, sublinear_tf=True, max_df=most)
    try:
        weights = vectorizer.fit_transform(texts)
    except ValueError:  # every word is too common
        return WeighedWords((), sparse.csr_matrix((len(texts), 0)), None)
    return WeighedWords(tuple(map(str, vectorizer.get_feature_names_out())), weights, vectorizer)


@dataclass(frozen=True, slots=True)
class TextContent:
    """Purchases decay with `half_life_weeks`; `segment` tells the words of titles."""

    half_life_weeks: float | None = 26.0
    segment: Segment = plain_words

    @property
    def name(self) -> str:
        """The name it is registered by."""
        return "text"

    def fit(self, seen: Interactions, catalogue: Catalogue) -> FittedContent:
        """Weigh the titles; purchases teach nothing here. Items without a title are not recommended."""
        titles = catalogue.titles or ("",) * seen.n_items
        found = weigh_words(titles, self.segment)
        names = tuple(f"word {word}" for word in found.words)
        return FittedContent(Content(self.half_life_weeks), found.weights.astype(np.float64), names)
