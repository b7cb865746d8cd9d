"""What every offer would bring and cost with every customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dealwright.core.errors import InputError

Floats = NDArray[np.float64]
Reals = NDArray[np.float64] | NDArray[np.float32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]

NO_OFFER = -1
"""What a choice holds for a customer who gets none."""

CHUNK = 16_384  # customers; their figures stay in the processor's cache


@dataclass(frozen=True, slots=True)
class PersonalOffers:
    """n customers and J offers; at most one offer each, and "no offer" is always allowed.

    `value` (n, J): expected extra profit of giving the offer, before its cost, against giving none; may be
    negative. `cost` (n, J): expected cost (chance of redemption x face value). `worst_cost` (n, J) or (J,): the
    cost if it is redeemed, usually the face value; needed only where a budget charges the worst case. All are
    minor units and inferred, thus floats (float32 is read as it is and summed in float64). `eligible` (n, J):
    who may get what; frequency caps are part of it (`plan.personal.eligibility`). `names` (J,) of the offers.

    Raises InputError if shapes differ or an eligible cell holds NaN or infinity; other cells are not read.

    >>> PersonalOffers(np.array([[3.0, 5.0]]), np.array([[1.0, 2.0]])).names
    ('offer 0', 'offer 1')
    """

    value: Reals
    cost: Reals
    worst_cost: Reals | None = None
    eligible: Flags | None = None
    names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.value.ndim != 2 or 0 in self.value.shape:
            raise InputError(
                f"value has the shape {self.value.shape}; it must be customers x offers, at least one of each"
            )
        n, n_offers = self.value.shape
        if not self.names:
            object.__setattr__(self, "names", tuple(f"offer {j}" for j in range(n_offers)))
        if self.worst_cost is not None and self.worst_cost.ndim == 1:
            wide = np.broadcast_to(self.worst_cost, (n, len(self.worst_cost)))
            object.__setattr__(self, "worst_cost", wide)
        problems = self._misfits() or self._unusable()
        if problems:
            raise InputError(*problems)

    @property
    def n_customers(self) -> int:
        """How many customers there are."""
        return int(self.value.shape[0])

    @property
    def n_offers(self) -> int:
        """How many offers there are, "no offer" not counted."""
        return int(self.value.shape[1])

    def of(self, customers: Ints | slice) -> PersonalOffers:
        """Only these customers."""
        return PersonalOffers(
            self.value[customers],
            self.cost[customers],
            None if self.worst_cost is None else self.worst_cost[customers],
            None if self.eligible is None else self.eligible[customers],
            self.names,
        )

    def chosen(self, choice: Ints, figures: Reals) -> Floats:
        """The figure (n,) of what each customer gets; 0 for those who get nothing."""
        picked = figures[np.arange(len(choice)), choice]  # NO_OFFER reads the last column, and is dropped
        return np.where(choice == NO_OFFER, 0.0, picked).astype(np.float64)

    def _misfits(self) -> list[str]:
        shape = self.value.shape
        given = {"cost": self.cost, "worst_cost": self.worst_cost, "eligible": self.eligible}
        problems = [
            f"{name} has the shape {array.shape}, value {shape}; they must be the same"
            for name, array in given.items()
            if array is not None and array.shape != shape
        ]
        if len(self.names) != shape[1]:
            problems.append(f"{len(self.names)} names for {shape[1]} offers; give one each")
        return problems

    def _unusable(self) -> list[str]:
        given = {"value": self.value, "cost": self.cost, "worst_cost": self.worst_cost}
        problems = []
        for name, array in given.items():
            bad = 0 if array is None else self._count_unusable(array)
            if bad:
                problems.append(
                    f"{name} holds {bad} cells that are NaN or infinite; mend them or mark them not eligible"
                )
        return problems

    def _count_unusable(self, array: Reals) -> int:
        if self.eligible is None and np.isfinite(array.sum(dtype=np.float64)):
            return 0  # a sum is finite only if every term is
        is_bad = ~np.isfinite(array)
        return int((is_bad if self.eligible is None else is_bad & self.eligible).sum())


def joined(batches: Sequence[PersonalOffers]) -> PersonalOffers:
    """The customers of all batches, in order; what one of them leaves out, all must leave out but eligibility."""
    first = batches[0]
    if len(batches) == 1:
        return first
    worst: list[Floats] = [np.asarray(b.worst_cost) for b in batches if b.worst_cost is not None]
    is_open = [np.ones(b.value.shape, dtype=np.bool_) if b.eligible is None else b.eligible for b in batches]
    is_all_open = all(batch.eligible is None for batch in batches)
    return PersonalOffers(
        np.concatenate([batch.value for batch in batches]),
        np.concatenate([batch.cost for batch in batches]),
        np.concatenate(worst) if len(worst) == len(batches) else None,
        None if is_all_open else np.concatenate(is_open),
        first.names,
    )
