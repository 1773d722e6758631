"""A copy of a company with proposed targets: nothing is overwritten once a goal runs.

Page: docs/rules/cascade.md.
"""

from typing import Any

import numpy as np

from guantong.engine.calibration import Proposal
from guantong.engine.cascade import mirrors
from guantong.engine.company import Company
from guantong.engine.snapshot import Snapshot
from guantong.engine.tables import TABLES


def retargeted(snapshot: Snapshot, proposal: Proposal, evidence: str) -> Company:
    """Return the company with a proposal's targets; mirrors of a carrier move with it.

    Before a goal starts its first version changes. Once it runs, or has been adjusted, an adjustment is added that
    waits for approval, effective on the day or the first day after it on which none of that goal's takes effect. A
    goal without any target has nothing to adjust and gets a first version.

    Args:
        evidence: What the adjustments state as evidence.
    """
    goals = snapshot.company.goals
    new = np.full(len(goals), np.nan)
    new[proposal.carriers[proposal.changed]] = proposal.proposed[proposal.changed]
    followers = mirrors(snapshot)
    followers = followers[snapshot.published[followers]]
    above = new[snapshot.goal_parent[followers]]
    new[followers] = np.where(np.isnan(above), new[followers], above)
    changed = ~np.isnan(new)
    runs = (snapshot.goal_start < snapshot.as_of) | snapshot.adjusted
    adjust = changed & runs & ~np.isnan(snapshot.target)
    first = changed & ~adjust
    company = (
        snapshot.company.with_table("goals", {"target": np.where(first, new, goals.target)})
        if first.any()
        else snapshot.company
    )
    return _with_adjustments(company, snapshot, np.flatnonzero(adjust), new, evidence) if adjust.any() else company


def _with_adjustments(
    company: Company, snapshot: Snapshot, rows: np.ndarray, new: np.ndarray, evidence: str
) -> Company:
    known = company.adjustments
    strategy = TABLES["adjustments"].by_name["cause"].choice_values.index("strategy")
    nobody = np.full(len(rows), -1)
    added: dict[str, Any] = {
        "goal": rows,
        "effective": _free_days(snapshot, rows),
        "old": snapshot.target[rows],
        "new": new[rows],
        "cause": np.full(len(rows), strategy, dtype=np.int8),
        "evidence": np.full(len(rows), evidence, dtype=object),
        "proposer": nobody,
        "approver": nobody,
    }
    columns = {name: np.concatenate([column, added[name]]) for name, column in known.columns().items()}
    order = np.lexsort((columns["effective"], columns["goal"]))
    return company.with_table("adjustments", {name: column[order] for name, column in columns.items()})


def _free_days(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    """Return the first day from as-of on of which no adjustment of each goal takes effect, (m,) days."""
    adjustments = snapshot.company.adjustments
    days = np.full(len(rows), float(snapshot.as_of))
    # Rows stand in the order of their days, so one pass sees every day that is taken.
    for goal, day in zip(adjustments.goal.tolist(), adjustments.effective.tolist(), strict=True):
        days[(rows == goal) & (days == day)] += 1
    return days
