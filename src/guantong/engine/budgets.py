"""Budget follows goals: the ledger's balances, and what core work has money.

Money is int64 minor units; sums that could overflow are computed with Python integers. Page: docs/rules/budgets.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from guantong.engine import trees
from guantong.engine.findings import ERROR, Breaks, breaks, rule
from guantong.engine.snapshot import Snapshot, figure, first_known, take

_SAFE_TOTAL = 2.0**60
"""Sums of amounts up to here are added in int64, and so are a few such sums."""


@dataclass(frozen=True, eq=False)
class Ledger:
    """Balances of each budget request on the day, (n_requests,) minor units.

    Attributes:
        current: Opening + supplements + transfers in - transfers out - reclaims.
        committed: Open commitments.
        spent: Spending less refunds.
        priority, key_task: Positions of what each request serves, -1 = none.
        there: bool, requests of the checked year and its parts.
    """

    current: np.ndarray
    committed: np.ndarray
    spent: np.ndarray
    priority: np.ndarray
    key_task: np.ndarray
    there: np.ndarray


@figure
def ledger(snapshot: Snapshot) -> Ledger:
    """Return every request's balances from the entries up to the day (docs/rules/budgets.md)."""
    requests, entries = snapshot.company.budget_requests, snapshot.company.budget_entries
    size = len(requests)
    there = entries.date <= snapshot.as_of

    def total(*kinds: str) -> np.ndarray:
        rows = there & entries.is_choice("kind", *kinds)
        return add_money(entries.request[rows], entries.amount[rows], size)

    moved = there & entries.is_choice("kind", "transfer")
    arrived = add_money(entries.to[moved], entries.amount[moved], size)
    current = np.maximum(requests.allocated, 0) + total("supplement") + arrived - total("transfer", "reclaim")
    committed = np.maximum(total("commit") - total("release", "spend"), 0)
    spent = total("spend") - total("refund")
    path_priority, path_task = upward_ties(snapshot)
    key_task = first_known(requests.key_task, take(path_task, requests.goal))
    priority = first_known(
        requests.priority, take(snapshot.company.plan.priority, requests.key_task), take(path_priority, requests.goal)
    )
    return Ledger(current, committed, spent, priority, key_task, snapshot.year_cycles[requests.cycle])


def add_money(positions: np.ndarray, amounts: np.ndarray, size: int) -> np.ndarray:
    """Return the sum of amounts per position, exactly.

    Args:
        positions: (n,) int64 below `size`.
        amounts: (n,) minor units.

    Returns:
        (size,) int64, or Python integers where int64 could overflow.
    """
    exact = amounts.astype(object) if np.abs(amounts.astype(np.float64)).sum() > _SAFE_TOTAL else amounts
    total = np.zeros(size, dtype=exact.dtype)
    np.add.at(total, positions, exact)
    return total


@figure
def upward_ties(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return each goal's priority and key task: its own or the nearest above it, (n_goals,) positions each."""
    parent = snapshot.goal_parent
    with_priority = trees.nearest_upward(parent, snapshot.priority >= 0)
    with_task = trees.nearest_upward(parent, snapshot.key_task >= 0)
    return take(snapshot.priority, with_priority), take(snapshot.key_task, with_task)


@figure
def funded(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return which priorities and which key tasks have a current allocation, (n_priorities,), (n_plan,) bool."""
    money = ledger(snapshot)
    company = snapshot.company
    result = []
    for serves, size in ((money.priority, len(company.priorities)), (money.key_task, len(company.plan))):
        rows = money.there & (serves >= 0)
        result.append((add_money(serves[rows], money.current[rows], size) > 0).astype(bool))
    return result[0], result[1]


@rule("OTB-UNFUNDED", "budget_requests")
def core_work_without_money(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find core priorities, and key tasks under them, that have no allocation.

    Rule: OTB-UNFUNDED
    """
    priorities, plan = snapshot.company.priorities, snapshot.company.plan
    for_priority, for_task = funded(snapshot)
    core = (priorities.core == 1) & snapshot.year_cycles[priorities.cycle]
    yield breaks("priorities", core & ~for_priority, ERROR)
    yield breaks("plan", key_tasks(snapshot) & take(core, plan.priority, False) & ~for_task, ERROR)


@figure
def key_tasks(snapshot: Snapshot) -> np.ndarray:
    """Return which plan entries are key tasks of the checked cycles (or of none), (n_plan,) bool."""
    plan = snapshot.company.plan
    return plan.is_choice("element", "key_task") & take(snapshot.checked_cycles, plan.cycle, True)


@dataclass(frozen=True)
class BudgetTotals:
    """The year's budget in minor units; None = not stated. `core_share` is a ratio."""

    envelope: int | None
    allocated: int | None
    committed: int | None
    spent: int | None
    core_share: float | None


@figure
def budget_totals(snapshot: Snapshot) -> BudgetTotals:
    """Return the sums of the checked year's requests and the core share of strategic money."""
    requests = snapshot.company.budget_requests
    money = ledger(snapshot)
    if "budget_requests" not in snapshot.company.present:
        return BudgetTotals(_envelope(snapshot), None, None, None, None)

    def total(values: np.ndarray) -> int:
        return sum(values.tolist())

    strategic = money.there & ~requests.is_choice("nature", "running")
    core = take(snapshot.company.priorities.core == 1, money.priority, False)
    whole = total(money.current[strategic])
    share = total(money.current[strategic & core]) / whole if whole > 0 else None
    allocated, committed, spent = (
        total(values[money.there]) for values in (money.current, money.committed, money.spent)
    )
    return BudgetTotals(_envelope(snapshot), allocated, committed, spent, share)


def _envelope(snapshot: Snapshot) -> int | None:
    """Return the checked year's envelope; where it has none, the sum of its parts'."""
    envelopes = snapshot.company.budget_envelopes
    own = envelopes.amount[envelopes.cycle == snapshot.year].tolist()
    parts = own or envelopes.amount[snapshot.year_cycles[envelopes.cycle]].tolist()
    return sum(parts) if parts else None
