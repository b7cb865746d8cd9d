"""What is left to pay at one point of the evaluation: lines, their units and delivery fees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from dealwright.campaign.items import Items
from dealwright.engine.facts import Facts
from dealwright.engine.grants import Grant
from dealwright.engine.rounding import share_out
from dealwright.engine.runs import Run, even_runs, merged


class Goods:
    """Amounts per line and fee after the promotions applied so far; `after` makes the next ones and leaves these.

    Lines are numbered in one order whatever the cart's. `runs` of a line are kept only when its units do not cost
    the same; `bases` are the amounts percentages are taken from (what is left, unless the policy adds).
    """

    __slots__ = ("bases", "facts", "fees", "nets", "runs")

    def __init__(
        self,
        facts: Facts,
        nets: list[int],
        runs: list[tuple[Run, ...] | None],
        fees: list[int],
        bases: list[int] | None = None,
    ) -> None:
        self.facts = facts
        self.nets = nets
        self.runs = runs
        self.fees = fees
        self.bases = nets if bases is None else bases

    @property
    def is_additive(self) -> bool:
        """Whether percentages look at other amounts than what is left."""
        return self.bases is not self.nets

    def from_here(self) -> Goods:
        """The same goods, their amounts kept as what percentages are taken from."""
        return Goods(self.facts, self.nets, self.runs, self.fees, list(self.nets))

    def lines(self, items: Items, *, is_trigger: bool = False) -> list[int]:
        """The lines of `items` a promotion may land on; as triggers also those that no promotion lands on."""
        facts, nets = self.facts, self.nets
        mask = facts.mask(items)
        if not is_trigger:
            mask &= facts.discountable
        return [line for line in facts.numbers(mask) if nets[line]]

    def is_open(self, line: int) -> bool:
        """Whether a promotion may land on this line and something is left of it."""
        return bool(self.nets[line] and self.facts.discountable >> line & 1)

    def quantity(self, lines: Iterable[int]) -> int:
        """How many units these lines hold."""
        quantities = self.facts.quantities
        return sum([quantities[line] for line in lines])

    def worth(self, lines: Iterable[int]) -> int:
        """What is left to pay for these lines."""
        nets = self.nets
        return sum([nets[line] for line in lines])

    def threshold_amount(self, items: Items) -> int:
        """What thresholds of benefits look at: the policy's amounts of the lines a promotion may land on."""
        facts = self.facts
        amounts = self.nets if facts.policy.condition_base == "remaining" else facts.base
        return sum([amounts[line] for line in facts.numbers(facts.mask(items) & facts.discountable)])

    def line_room(self, line: int) -> int:
        """How much can still be taken off a line."""
        return max(0, self.nets[line] - self.facts.floors[line] * self.facts.quantities[line])

    def room(self, lines: Iterable[int]) -> int:
        """How much can still be taken off these lines."""
        if not self.facts.has_floors:
            return self.worth(lines)
        return sum([self.line_room(line) for line in lines])

    def rooms(self, lines: Sequence[int]) -> list[int]:
        """How much can still be taken off each of these lines."""
        if not self.facts.has_floors:
            nets = self.nets
            return [nets[line] for line in lines]
        return [self.line_room(line) for line in lines]

    def runs_of(self, line: int) -> tuple[Run, ...]:
        """The units of a line by price."""
        return self.runs[line] or even_runs(self.nets[line], self.facts.quantities[line])

    def fee_lines(self, methods: Sequence[str]) -> list[int]:
        """The fees that are still above zero, of these methods (all, if none is named)."""
        deliveries = self.facts.deliveries
        return [
            fee for fee, left in enumerate(self.fees) if left and (not methods or deliveries[fee].method in methods)
        ]

    def copy(self) -> Goods:
        """The same goods, to take grants off without touching these."""
        bases = self.bases if self.is_additive else None
        return Goods(self.facts, self.nets.copy(), self.runs.copy(), self.fees.copy(), bases)

    def after(self, grant: Grant) -> Goods:
        """The goods after a grant."""
        goods = self.copy()
        goods.take(grant)
        return goods

    def take(self, grant: Grant) -> None:
        """Take a grant off these goods themselves: for who made them and has not shown them to anybody."""
        for line, amount, new_runs in grant.cuts:
            self.take_off(line, amount, new_runs)
        for fee, amount in grant.fee_cuts:
            self.fees[fee] -= amount

    def take_off(self, line: int, amount_minor: int, new_runs: tuple[Run, ...] | None) -> None:
        """As `take`, of one line whose units afterwards are `new_runs`, or share the amount."""
        self.nets[line] -= amount_minor
        old_runs = self.runs[line]
        if new_runs is not None:
            self.runs[line] = new_runs if len(new_runs) > 1 or new_runs[0].is_used else None
        elif old_runs is not None:
            self.runs[line] = _shrunk(old_runs, amount_minor, self.facts.floors[line])


def _shrunk(runs: tuple[Run, ...], amount_minor: int, floor_minor: int) -> tuple[Run, ...]:
    """Units after an amount was taken off all of them together, by value, none below the floor."""
    weights = [run.price_minor * run.count for run in runs]
    rooms = [max(0, run.price_minor - floor_minor) * run.count for run in runs]
    left: list[Run] = []
    for run, off in zip(runs, share_out(amount_minor, weights, rooms), strict=True):
        left += [
            Run(part.price_minor, part.count, run.is_used)
            for part in even_runs(run.price_minor * run.count - off, run.count)
        ]
    return merged(left)
