"""What the budget review decides: who asks for how much, what that is worth, and which conditions hold it back.

The problem is columns over the requests of the checked year. Money is Python integers of minor units, so that sums are
exact however large. Page: docs/rules/allocation.md.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from guantong.engine import trees
from guantong.engine.budgets import add_money, budget_totals, ledger
from guantong.engine.snapshot import Snapshot, take
from guantong.engine.tables import currency_decimals

CORE, OTHER, RUNNING = 1, 0, -1
"""Which side of the core share a request is on; running costs are on neither."""

Changes = Mapping[tuple[Any, ...], Any]
"""What a what-if states instead of the workbook, None = no such limit. Keys: `("envelope",)`, `("core_share",)`
(Fraction), `("limit", unit position or -1, category or "")`, `("request", position, column)`; money in minor units."""


@dataclass(frozen=True, order=True)
class Condition:
    """Something that a plan must keep: `envelope`, `core_share`, `limit`, `mandatory` or `dependency`.

    `place` is the position in `AllocationProblem.caps`, among its requests, or in its `needs`; 0 for the core share.
    """

    kind: str
    place: int


@dataclass(frozen=True)
class Cap:
    """The most that its members may get together, in minor units: the envelope, or a unit's or category's limit.

    `unit` is a position, -1 = any; `category` is "" for any; `cycle` is a position.
    """

    kind: str
    maximum: int
    cycle: int
    unit: int = -1
    category: str = ""


@dataclass(frozen=True, eq=False)
class AllocationProblem:
    """Requests of the checked year in the order of their codes, and what holds them.

    Attributes:
        requests: (n,) positions in budget_requests.
        asked: (n,) requested amounts.
        least: (n,) smallest amount other than 0.
        most: (n,) largest amount: stretch, else requested.
        floor: (n,) what a mandatory request must get, 0 = not mandatory.
        rate: (n,) float64, value per minor unit.
        weight: (n,) float64, w(rank), doubled under a core priority.
        side: (n,) CORE, OTHER or RUNNING.
        caps: Envelope and limits.
        cap_rows, members: (k,) pairs: this cap holds this request.
        needs: (m, 2) pairs: the first gets money only if the second does; -1 = a request of another year without money.
        needed: (m,) position in budget_requests of the second of each pair.
        core_share: Least part of strategic money under core priorities; None = no such condition.
    """

    requests: np.ndarray
    asked: np.ndarray
    least: np.ndarray
    most: np.ndarray
    floor: np.ndarray
    rate: np.ndarray
    weight: np.ndarray
    side: np.ndarray
    caps: tuple[Cap, ...]
    cap_rows: np.ndarray
    members: np.ndarray
    needs: np.ndarray
    needed: np.ndarray
    core_share: Fraction | None

    def __len__(self) -> int:
        return len(self.requests)

    @property
    def worth(self) -> np.ndarray:
        """Return what a minor unit adds to the objective, (n,) float64."""
        return self.rate * self.weight

    @property
    def switched(self) -> np.ndarray:
        """Return which requests are a choice of nothing or at least something, (n,) bool; mandatory ones are chosen."""
        tied = np.zeros(len(self), dtype=bool)
        tied[self.needs[self.needs >= 0]] = True
        return ((self.least > 1).astype(bool) | tied) & (self.floor == 0).astype(bool)

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition, the broadest first and mandatory requests by what they must get."""
        mandatory = np.flatnonzero(self.floor > 0)
        by_floor = sorted(mandatory.tolist(), key=lambda place: (-self.floor[place], place))
        caps = [Condition(cap.kind, place) for place, cap in enumerate(self.caps)]
        return (
            *(cap for cap in caps if cap.kind == "envelope"),
            *(Condition("mandatory", place) for place in by_floor),
            *(cap for cap in caps if cap.kind == "limit"),
            *(Condition("dependency", place) for place in range(len(self.needs))),
            *([Condition("core_share", 0)] if self.core_share is not None else []),
        )

    def only(self, kept: Collection[Condition]) -> "AllocationProblem":
        """Return the same requests under some of the conditions; places of the result count those that are left."""
        mandatory, caps, needs = (
            np.array(sorted(one.place for one in kept if one.kind in kinds), dtype=np.int64)
            for kinds in (("mandatory",), ("envelope", "limit"), ("dependency",))
        )
        kept_pairs = np.isin(self.cap_rows, caps)
        floor = np.zeros_like(self.floor)
        floor[mandatory] = self.floor[mandatory]
        return replace(
            self,
            floor=floor,
            caps=tuple(self.caps[place] for place in caps.tolist()),
            cap_rows=np.searchsorted(caps, self.cap_rows[kept_pairs]),
            members=self.members[kept_pairs],
            needs=self.needs[needs],
            needed=self.needed[needs],
            core_share=self.core_share if Condition("core_share", 0) in kept else None,
        )


def allocation_problem(snapshot: Snapshot, changes: Changes | None = None) -> AllocationProblem:
    """Return the allocation problem of the checked year (docs/rules/allocation.md).

    Args:
        snapshot: The company on a day.
        changes: What to assume instead of the workbook.
    """
    changes = changes or {}
    money = ledger(snapshot)
    rows = np.flatnonzero(money.there)
    minimum, requested, stretch, value, mandatory = (
        _column(snapshot, name, changes)[rows] for name in ("minimum", "requested", "stretch", "value", "mandatory")
    )
    most = np.maximum(requested, stretch)
    least = np.where(most > 0, np.maximum(minimum, 1), 0)
    floor = np.where(mandatory == 1, np.where(minimum >= 0, minimum, requested), 0)
    caps = tuple(_caps(snapshot, changes))
    held = [np.flatnonzero(_held(snapshot, cap, rows)) for cap in caps]
    needs, needed = _needs(snapshot, rows)
    return AllocationProblem(
        requests=rows,
        asked=requested,
        least=least,
        most=most,
        floor=floor,
        rate=_rate(snapshot, requested, value),
        weight=take(_weights(snapshot), money.priority, _least_weight(snapshot))[rows],
        side=_sides(snapshot)[rows],
        caps=caps,
        cap_rows=np.repeat(np.arange(len(caps)), [len(members) for members in held]),
        members=np.concatenate([np.array([], dtype=np.int64), *held]),
        needs=needs,
        needed=needed,
        core_share=_core_share(snapshot, changes),
    )


def impossible_minimums(problem: AllocationProblem) -> np.ndarray:
    """Return the requests whose minimum exceeds the most that they may get, positions in budget_requests."""
    above = (np.maximum(problem.least, problem.floor) > problem.most).astype(bool)
    return problem.requests[above]


def _column(snapshot: Snapshot, name: str, changes: Changes) -> np.ndarray:
    """Return a column of the requests with the changes in it, money as Python integers."""
    requests = snapshot.company.budget_requests
    values = getattr(requests, name)
    values = values.astype(object) if requests.table.by_name[name].type == "money" else values.copy()
    for key, value in changes.items():
        if key[0] == "request" and key[2] == name:
            values[key[1]] = value
    return values


def _rate(snapshot: Snapshot, requested: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return each request's value per minor unit; without a value, or with nothing requested, 1 per major unit."""
    plain = 10.0 ** -currency_decimals(snapshot.company.setting("currency"))
    stated = ~np.isnan(value) & (requested > 0).astype(bool)
    return np.divide(value, requested.astype(np.float64), out=np.full(len(value), plain), where=stated)


def _least_weight(snapshot: Snapshot) -> float:
    """Return the weight of the last of the year's priorities, 1 where there are none."""
    return 1 / max(1, int(snapshot.year_cycles[snapshot.company.priorities.cycle].sum()))


def _weights(snapshot: Snapshot) -> np.ndarray:
    """Return w(rank) = (n - rank + 1) / n of each priority, doubled if core, (n_priorities,).

    Without rank, beyond the last rank or of another year it weighs as the last.
    """
    priorities = snapshot.company.priorities
    least = _least_weight(snapshot)
    ranked = snapshot.year_cycles[priorities.cycle] & ~np.isnan(priorities.rank)
    by_rank = np.clip(1 - (np.where(ranked, priorities.rank, np.inf) - 1) * least, least, 1.0)
    return by_rank * np.where(priorities.core == 1, 2.0, 1.0)


def _sides(snapshot: Snapshot) -> np.ndarray:
    requests = snapshot.company.budget_requests
    core = take(snapshot.company.priorities.core == 1, ledger(snapshot).priority, False)
    return np.where(requests.is_choice("nature", "running"), RUNNING, np.where(core, CORE, OTHER))


def _core_share(snapshot: Snapshot, changes: Changes) -> Fraction | None:
    """Return the least core share; None where its rule is off or silent."""
    if ("core_share",) in changes:
        return changes["core_share",]
    if not snapshot.parameters.is_on("OTB-CORE-SHARE") or "priorities" not in snapshot.company.present:
        return None
    # Through its decimal text, so that 0.7 is seven tenths and exactly the limit is kept.
    return Fraction(repr(snapshot.parameters.value("OTB-CORE-SHARE", "min")))


def _caps(snapshot: Snapshot, changes: Changes) -> Iterator[Cap]:
    """Yield the envelope and the limits of the checked year and its parts, as changed."""
    envelope = changes.get(("envelope",), budget_totals(snapshot).envelope)
    if envelope is not None:
        yield Cap("envelope", envelope, snapshot.year)
    limits = snapshot.company.budget_limits
    stated = {key[1:]: value for key, value in changes.items() if key[0] == "limit"}
    for row in np.flatnonzero(snapshot.year_cycles[limits.cycle]).tolist():
        cycle, unit, category = int(limits.cycle[row]), int(limits.unit[row]), limits.category[row]
        # A what-if speaks of the year; limits of its parts stay as they are.
        if cycle != snapshot.year or (unit, category) not in stated:
            yield Cap("limit", int(limits.maximum[row]), cycle, unit, category)
    for (unit, category), maximum in stated.items():
        if maximum is not None:
            yield Cap("limit", maximum, snapshot.year, unit, category)


def _held(snapshot: Snapshot, cap: Cap, rows: np.ndarray) -> np.ndarray:
    """Return which requests a cap holds: of its cycle or a part of it, its unit or one below, its category."""
    requests = snapshot.company.budget_requests
    first, last = trees.intervals(snapshot.cycle_parent)
    cycle = requests.cycle[rows]
    held = (first[cap.cycle] <= first[cycle]) & (first[cycle] <= last[cap.cycle])
    if cap.unit >= 0:
        held &= snapshot.within(requests.unit[rows], np.array(cap.unit))
    if cap.category:
        held &= (requests.category[rows] == cap.category).astype(bool)
    return held


def _needs(snapshot: Snapshot, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return who needs whom within the year, and the needed requests; money that another year has is there already."""
    depends = snapshot.company.budget_requests.depends_on
    place = np.full(len(snapshot.company.budget_requests), -1, dtype=np.int64)
    place[rows] = np.arange(len(rows))
    waiting, needed = place[depends.rows], depends.values
    elsewhere = place[needed] < 0
    settled = elsewhere & (ledger(snapshot).current[needed] > 0).astype(bool)
    open_pairs = (waiting >= 0) & ~settled
    return np.column_stack([waiting, place[needed]])[open_pairs], needed[open_pairs]


def cap_sums(problem: AllocationProblem, amounts: np.ndarray) -> np.ndarray:
    """Return what the members of each cap get together, (n_caps,) Python integers."""
    return add_money(problem.cap_rows, amounts[problem.members].astype(object), len(problem.caps)).astype(object)


def objective(problem: AllocationProblem, amounts: np.ndarray) -> float:
    """Return the sum of value x weight of a plan."""
    return float(problem.worth @ amounts.astype(np.float64))
