"""A number that was inferred, with how sure we are of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Estimate:
    """`value`, and the interval [`low`, `high`] that holds the truth with probability `level`.

    `method` names how it was inferred, so that a reader can judge it.

    >>> str(Estimate(12.34, 10.0, 15.0, level=0.8, method="posterior draws"))
    '12.3 (10 to 15)'
    """

    value: float
    low: float
    high: float
    level: float
    method: str

    def __post_init__(self) -> None:
        assert self.low <= self.high, f"interval upside down: {self.low} > {self.high}"
        assert 0 < self.level < 1, f"level {self.level} is not a probability"

    @classmethod
    def from_draws(
        cls, draws: NDArray[np.float64], *, level: float = 0.8, method: str = "posterior draws"
    ) -> Estimate:
        """Mean and equal-tailed interval of a one-dimensional array of draws."""
        import numpy as np

        tail = (1 - level) / 2
        low, high = np.quantile(draws, [tail, 1 - tail])
        return cls(float(np.mean(draws)), float(low), float(high), level, method)

    def __str__(self) -> str:
        return f"{self.value:.3g} ({self.low:.3g} to {self.high:.3g})"
