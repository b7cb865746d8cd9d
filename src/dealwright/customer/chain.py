"""An absorbing Markov chain: where behaviour that is in a state now ends, how soon, and what it is worth by then.

Kemeny and Snell, Finite Markov Chains (1960), chapter 3. The chain is first order: where somebody goes next depends
on where they are, not on how they came there.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Chain:
    """`moves` (..., S, S) are chances to go from one transient state to another, `ends` (..., S, E) to end there.

    Rows of both together sum to one. From every state some end must be within reach, or behaviour never ends.
    """

    moves: Floats
    ends: Floats

    @property
    def visits(self) -> Floats:
        """Expected visits (..., S, S) of each state, the first included, by who is in the row's state."""
        return np.asarray(np.linalg.inv(np.eye(self.moves.shape[-1]) - self.moves), dtype=np.float64)

    @property
    def steps(self) -> Floats:
        """Expected number of states visited until the end, (..., S)."""
        return np.asarray(self.visits.sum(axis=-1))

    @property
    def chances(self) -> Floats:
        """The chance of each end, (..., S, E)."""
        return np.asarray(np.clip(self.visits @ self.ends, 0.0, 1.0))

    def worth(self, per_visit: Floats, per_end: Floats) -> Floats:
        """What is expected to be earned from each state on, (..., S): by visits (S,), and at ends (E,)."""
        return np.asarray(self.visits @ (per_visit + self.ends @ per_end))

    def without(self, state: int, *, lost_to: int) -> Chain:
        """The chain in which everybody who comes to `state` ends at end `lost_to` instead."""
        moves, ends = self.moves.copy(), self.ends.copy()
        moves[..., state, :], ends[..., state, :] = 0.0, 0.0
        ends[..., state, lost_to] = 1.0
        return Chain(moves, ends)


def drawn(counts: NDArray[np.int64], n_draws: int, rng: np.random.Generator) -> Chain:
    """Chains (n_draws) as they may be, given how often each way (S, S + E) was taken.

    Dirichlet with Jeffreys' prior: ways that nobody took yet keep a little chance, and a state that was never left
    may lead anywhere.
    """
    n_states = counts.shape[0]
    shares = rng.standard_gamma(counts + 0.5, (n_draws, *counts.shape))
    shares /= shares.sum(axis=-1, keepdims=True)
    return Chain(shares[..., :n_states], shares[..., n_states:])
