"""Which groups of customers behave alike, and how sure we are that the groups are real."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score, silhouette_score
from threadpoolctl import threadpool_limits

from dealwright.core.errors import InputError
from dealwright.core.rng import stream
from dealwright.core.verdict import MET, Verdict
from dealwright.customer.describe import SegmentName, name_segments
from dealwright.customer.rfm import FEATURES, SPEND
from dealwright.data import columns as c

Floats = NDArray[np.float64]

SEGMENT_COUNTS = range(3, 9)
"""Fewer segments say nothing, more cannot be kept in mind."""
LEAST_CUSTOMERS = 30
"""Under thirty customers who differ, a segment is an anecdote."""
STABLE_RAND = 0.7
"""Mean adjusted Rand index from which a segmentation counts as stable: 0 is chance, 1 is always the same."""
SILHOUETTE_TIE = 0.02
"""Silhouettes this close are as good as equal; then more segments say more."""
CLEAR_SILHOUETTE = 0.25
"""Below it customers shade into one another (Kaufman and Rousseeuw, Finding Groups in Data, 1990)."""
RESAMPLES = 20
GROUPED_BY = tuple(name for name in FEATURES if name != SPEND)
"""Spend is orders times basket value, so that as a feature of its own it would count twice."""
SAMPLE_CUSTOMERS = 10_000
"""The number of segments is chosen on at most so many customers; more would not change the choice."""
SILHOUETTE_CUSTOMERS = 4_000
"""The silhouette compares all pairs, so it is taken on at most so many customers."""
CLIP_SPREADS = 3.0
"""Standardised values are cut off here, so that a handful of extreme customers do not become a segment."""


@dataclass(frozen=True, slots=True)
class CustomerSegment:
    """A group of customers who behave alike.

    `code` identifies it; `parts` are the features that set it apart, strongest first, like `orders_high`;
    `share` is its share of customers, `revenue_share` its share of spend; `medians` holds the median of every
    feature.
    """

    code: str
    parts: tuple[str, ...]
    name_en: str
    name_zh: str
    size: int
    share: float
    revenue_share: float
    medians: dict[str, float]


@dataclass(frozen=True, slots=True)
class SegmentSpace:
    """Where segments lie, so that any customer can be assigned to the nearest.

    `features` are the columns used; `centre` and `scale` (one value per feature) standardise log(1 + feature);
    `centroids` has a row per segment and a column per feature; `codes` names the rows.
    """

    features: tuple[str, ...]
    centre: Floats
    scale: Floats
    centroids: Floats
    codes: tuple[str, ...]

    def points(self, features: pd.DataFrame) -> Floats:
        """Standardised values, a row per customer, cut off at `CLIP_SPREADS`."""
        logs = np.log1p(features[list(self.features)].to_numpy(dtype=np.float64))
        cut: Floats = np.clip((logs - self.centre) / self.scale, -CLIP_SPREADS, CLIP_SPREADS)
        return cut

    def nearest(self, features: pd.DataFrame) -> NDArray[np.intp]:
        """The row of the nearest centroid, for each customer; the first of equally near ones."""
        points = self.points(features)
        # |x - m|^2 without |x|^2, which is the same for all centroids.
        distances = (self.centroids**2).sum(axis=1) - 2 * points @ self.centroids.T
        rows: NDArray[np.intp] = distances.argmin(axis=1)
        return rows


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Customers split into `k` segments, the one with the largest share of revenue first.

    `silhouettes` and `stabilities` are by number of segments tried: how well customers fit their segment
    rather than the next (-1 to 1), and how far bootstrap resamples agree (mean adjusted Rand index, 1 is
    always the same). `is_stable` is false if no number of segments was stable and the least unstable was
    taken. `features` were used, `left_out` are the same for (nearly) everybody. `members` has a row per
    customer: customer_id, segment (its code). `space` is what assigns other customers, see `assign`.
    """

    k: int
    is_stable: bool
    silhouettes: dict[int, float]
    stabilities: dict[int, float]
    features: tuple[str, ...]
    left_out: tuple[str, ...]
    segments: tuple[CustomerSegment, ...]
    members: pd.DataFrame
    space: SegmentSpace

    def assign(self, features: pd.DataFrame) -> pd.DataFrame:
        """The segment nearest to each customer: customer_id, segment (its code), in the order given.

        `features` is `customer_features` of whomever, of whatever day. The segments stay where they are.
        """
        codes = np.array(self.space.codes)[self.space.nearest(features)]
        return pd.DataFrame({c.CUSTOMER: features[c.CUSTOMER].to_numpy(), "segment": codes})

    @property
    def is_clear_cut(self) -> bool:
        """Whether the segments are apart; if not, they are useful names for parts of a continuum."""
        return self.silhouettes[self.k] >= CLEAR_SILHOUETTE

    def to_dict(self) -> dict[str, object]:
        """Plain values, for JSON: all but who is in which segment."""
        return {
            "k": self.k,
            "is_stable": self.is_stable,
            "is_clear_cut": self.is_clear_cut,
            "silhouettes": {str(k): value for k, value in self.silhouettes.items()},
            "stabilities": {str(k): value for k, value in self.stabilities.items()},
            "features": list(self.features),
            "left_out": list(self.left_out),
            "segments": [asdict(segment) for segment in self.segments],
        }


def enough_to_segment(features: pd.DataFrame) -> Verdict:
    """Whether there are enough customers, different enough, to be split into segments."""
    n_different = len(features[list(FEATURES)].drop_duplicates())
    if n_different >= LEAST_CUSTOMERS:
        return MET
    return Verdict(
        False,
        "too_few_customers",
        f"segments need at least {LEAST_CUSTOMERS} customers who differ; there are {n_different} "
        f"(of {len(features)})",
    )


def segment_customers(
    features: pd.DataFrame,
    *,
    seed: int,
    counts: Sequence[int] = SEGMENT_COUNTS,
    resamples: int = RESAMPLES,
    told: Callable[[float], None] = lambda _share: None,
) -> Segmentation:
    """Split customers by k-means on standardised log(1 + feature); `features` is `customer_features`.

    The number of segments is the largest whose silhouette is as good as the best, among those that are
    stable under bootstrap resampling. Features that are the same for everybody are left out. `told` hears
    the share of the work done. Raises InputError if there are too few customers (ask `enough_to_segment`
    first).
    """
    verdict = enough_to_segment(features)
    if not verdict:
        raise InputError(f"{verdict.reason}; import more sales that name their customer")
    # One thread: so little work is slower on several, and their sums depend on who comes first.
    with threadpool_limits(limits=1):
        return _segmented(features, seed=seed, counts=counts, resamples=resamples, told=told)


def _segmented(
    features: pd.DataFrame,
    *,
    seed: int,
    counts: Sequence[int],
    resamples: int,
    told: Callable[[float], None],
) -> Segmentation:
    spread = _standardised(features)
    used = tuple(name for name in GROUPED_BY if name in spread.columns)
    points = spread[list(used)].to_numpy()
    rng = stream(seed, "customer", "segment")
    sample = _at_most(points, SAMPLE_CUSTOMERS, rng)
    silhouettes, stabilities = {}, {}
    for done, k in enumerate(counts, start=1):
        model = _fit(sample, k, rng)
        silhouettes[k] = _silhouette(sample, model, rng)
        stabilities[k] = _stability(sample, model, rng, resamples=resamples)
        told(done / len(counts))
    k = _choose(silhouettes, stabilities)
    model = _fit(points, k, rng)
    labels = model.labels_
    segments = _describe(features, labels, spread)
    codes = np.array([segment.code for segment in segments])
    order = sorted(segments, key=lambda segment: -segment.revenue_share)
    return Segmentation(
        k=k,
        is_stable=stabilities[k] >= STABLE_RAND,
        silhouettes=silhouettes,
        stabilities=stabilities,
        features=used,
        left_out=tuple(name for name in GROUPED_BY if name not in used),
        segments=tuple(order),
        members=pd.DataFrame({c.CUSTOMER: features[c.CUSTOMER].to_numpy(), "segment": codes[labels]}),
        space=_space(features, used, centroids=model.cluster_centers_, codes=tuple(codes)),
    )


def _choose(silhouettes: dict[int, float], stabilities: dict[int, float]) -> int:
    """The largest stable number of segments that is as good as the best stable one; else the least
    unstable."""
    stable = [k for k, stability in stabilities.items() if stability >= STABLE_RAND]
    if not stable:
        return max(stabilities, key=stabilities.__getitem__)
    best = max(silhouettes[k] for k in stable)
    return max(k for k in stable if silhouettes[k] >= best - SILHOUETTE_TIE)


def _standardised(features: pd.DataFrame) -> pd.DataFrame:
    """Standardised logarithms of the features that vary, cut off at `CLIP_SPREADS`."""
    logs = _logs(features, FEATURES)
    spread = logs.std(ddof=0)
    varies = spread.index[spread > 1e-9]
    points: pd.DataFrame = ((logs[varies] - logs[varies].mean()) / spread[varies]).clip(-CLIP_SPREADS, CLIP_SPREADS)
    return points


def _space(
    features: pd.DataFrame, used: tuple[str, ...], *, centroids: Floats, codes: tuple[str, ...]
) -> SegmentSpace:
    logs = _logs(features, used)
    return SegmentSpace(used, logs.mean().to_numpy(), logs.std(ddof=0).to_numpy(), centroids, codes)


def _logs(features: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    return features[list(names)].astype(np.float64).apply(np.log1p)


def _at_most(points: Floats, n: int, rng: np.random.Generator) -> Floats:
    if len(points) <= n:
        return points
    return points[rng.choice(len(points), n, replace=False)]


def _fit(points: Floats, k: int, rng: np.random.Generator, *, starts: int = 10) -> KMeans:
    return KMeans(k, n_init=starts, random_state=int(rng.integers(2**31))).fit(points)


def _silhouette(points: Floats, model: KMeans, rng: np.random.Generator) -> float:
    sample = _at_most(points, SILHOUETTE_CUSTOMERS, rng)
    return float(silhouette_score(sample, model.predict(sample)))


def _stability(points: Floats, model: KMeans, rng: np.random.Generator, *, resamples: int) -> float:
    """Mean adjusted Rand index between `model` and models of bootstrap resamples, on all points."""
    agreement = []
    for _ in range(resamples):
        resample = points[rng.integers(len(points), size=len(points))]
        again = _fit(resample, model.n_clusters, rng, starts=3)
        agreement.append(adjusted_rand_score(model.labels_, again.predict(points)))
    return float(np.mean(agreement))


def _describe(features: pd.DataFrame, labels: NDArray[np.int32], spread: pd.DataFrame) -> list[CustomerSegment]:
    centroids = spread.groupby(labels).mean()
    spend = float(features[SPEND].sum())
    return [
        _segment(features[labels == label], name, n_all=len(features), spend_all=spend)
        for label, name in enumerate(name_segments(centroids.to_numpy(), list(centroids.columns)))
    ]


def _segment(members: pd.DataFrame, name: SegmentName, *, n_all: int, spend_all: float) -> CustomerSegment:
    return CustomerSegment(
        code=name.code,
        parts=name.parts,
        name_en=name.name_en,
        name_zh=name.name_zh,
        size=len(members),
        share=len(members) / n_all,
        revenue_share=float(members[SPEND].sum() / spend_all) if spend_all > 0 else 0.0,
        medians={feature: float(members[feature].median()) for feature in FEATURES},
    )
