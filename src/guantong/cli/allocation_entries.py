"""An allocation as plain entries, for the JSON document and for the tables of the terminal; money in minor units."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.allocation_amounts import core_room
from guantong.engine.allocation_problem import CORE, OTHER, RUNNING, AllocationProblem, Condition, cap_sums
from guantong.engine.budgets import ledger
from guantong.engine.snapshot import Snapshot
from guantong.engine.tables import currency_decimals
from guantong.solvers.allocation import Conflict, Plan

MONEY = frozenset({"envelope", "allocated", "left", "now", "asked", "proposed", "limit", "used", "amount", "minimum"})
"""Keys that are money."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What came of one allocation problem."""

    problem: AllocationProblem
    result: Plan | Conflict

    @property
    def plan(self) -> Plan | None:
        """Return the plan, None where conditions are in conflict."""
        return self.result if isinstance(self.result, Plan) else None


def answer_entry(snapshot: Snapshot, answer: Answer) -> dict[str, Any]:
    """Return the entry of an answer: the figures of its plan, its requests, what binds it, or what is in conflict."""
    envelope = next((cap.maximum for cap in answer.problem.caps if cap.kind == "envelope"), None)
    share = answer.problem.core_share
    entry: dict[str, Any] = {
        "status": "conflict",
        "envelope": envelope,
        "core_share_min": None if share is None else float(share),
        **dict.fromkeys(("allocated", "left", "core_share", "objective", "bound", "gap", "seconds")),
        "requests": [],
        "left_out": [],
        "binding": [],
        "conflict": [],
        "spent_above": [],
    }
    if isinstance(answer.result, Conflict):
        return {**entry, "conflict": _Conditions(snapshot, answer).conflict(answer.result)}
    plan = answer.result
    allocated = sum(plan.amounts.tolist())
    return {
        **entry,
        "status": "within_gap" if plan.proven else "time_up",
        "allocated": allocated,
        "left": None if envelope is None else envelope - allocated,
        "core_share": _core_share(answer.problem, plan.amounts),
        **{name: getattr(plan, name) for name in ("objective", "bound", "gap", "seconds")},
        "requests": _request_entries(snapshot, answer.problem, plan.amounts),
        "left_out": _Conditions(snapshot, answer).left_out(plan),
        "binding": _Conditions(snapshot, answer).binding(plan),
        "spent_above": _spent_above(snapshot, answer.problem, plan.amounts),
    }


def _core_share(problem: AllocationProblem, amounts: np.ndarray) -> float | None:
    core, strategic = (sum(amounts[mask].tolist()) for mask in (problem.side == CORE, problem.side != RUNNING))
    return core / strategic if strategic else None


def _request_entries(snapshot: Snapshot, problem: AllocationProblem, amounts: np.ndarray) -> list[dict[str, Any]]:
    requests = snapshot.company.budget_requests
    rate = problem.rate
    return [
        {
            "code": str(requests.code[row]),
            "now": int(requests.allocated[row]) if requests.allocated[row] >= 0 else None,
            "asked": int(problem.asked[place]),
            "proposed": int(amounts[place]),
            "mandatory": bool(problem.floor[place] > 0),
            "weight": float(problem.weight[place]),
            "value": float(rate[place] * problem.asked[place]),
            "value_kept": float(rate[place] * amounts[place]),
            "value_stated": not np.isnan(requests.value[row]),
        }
        for place, row in enumerate(problem.requests.tolist())
    ]


def _spent_above(snapshot: Snapshot, problem: AllocationProblem, amounts: np.ndarray) -> list[str]:
    """Return requests that have spent or bound more by the day than the proposal and its later changes leave them."""
    money = ledger(snapshot)
    rows = problem.requests
    changes = money.current - np.maximum(snapshot.company.budget_requests.allocated, 0)
    used = (money.spent + money.committed)[rows]
    short = (used > 0) & (used > amounts + changes[rows])
    return [str(code) for code in snapshot.company.budget_requests.code[rows[short.astype(bool)]]]


class _Conditions:
    """Writes conditions of a problem as entries."""

    def __init__(self, snapshot: Snapshot, answer: Answer) -> None:
        self._company = snapshot.company
        self._problem = answer.problem
        self._major = 10 ** currency_decimals(snapshot.company.setting("currency"))

    def conflict(self, conflict: Conflict) -> list[dict[str, Any]]:
        return [self._entry(condition) for condition in conflict.conditions]

    def binding(self, plan: Plan) -> list[dict[str, Any]]:
        """Return what is used up or has a price, the dearest first; prices per major unit, or per 1 of the share."""
        sums = cap_sums(self._problem, plan.amounts)
        full = {
            Condition(cap.kind, place): int(sums[place])
            for place, cap in enumerate(self._problem.caps)
            if sums[place] == cap.maximum or Condition(cap.kind, place) in plan.prices
        }
        others = [condition for condition in plan.prices if condition not in full]
        entries = [
            {
                **self._entry(condition),
                "used": full.get(condition),
                "price": plan.prices.get(condition, 0.0) * (1 if condition.kind == "core_share" else self._major),
            }
            for condition in (*full, *others)
        ]
        order = ("envelope", "core_share", "limit", "mandatory")
        return sorted(entries, key=lambda entry: (order.index(entry["kind"]), -entry["price"]))

    def left_out(self, plan: Plan) -> list[dict[str, Any]]:
        """Return the requests that get nothing, with the conditions that leave them less than they need at least."""
        problem, amounts = self._problem, plan.amounts
        left = [cap.maximum - used for cap, used in zip(problem.caps, cap_sums(problem, amounts), strict=True)]
        share = problem.core_share
        for_others = core_room(problem, amounts) // share.numerator if share else None
        entries = []
        for row in np.flatnonzero((amounts == 0) & (problem.most > 0)).tolist():
            least = problem.least[row]
            missing = [
                {**self._entry(Condition(problem.caps[place].kind, place)), "left": int(left[place])}
                for place in problem.cap_rows[problem.members == row].tolist()
                if left[place] < least
            ]
            if for_others is not None and problem.side[row] == OTHER and for_others < least:
                missing.append({**self._entry(Condition("core_share", 0)), "left": int(for_others)})
            missing += [
                self._entry(Condition("dependency", place))
                for place in np.flatnonzero(problem.needs[:, 0] == row).tolist()
                if problem.needs[place, 1] < 0 or not amounts[problem.needs[place, 1]]
            ]
            code = self._code("budget_requests", int(problem.requests[row]))
            entries.append({"request": code, "minimum": int(least), "missing": missing})
        return entries

    def _entry(self, condition: Condition) -> dict[str, Any]:
        if condition.kind == "core_share":
            return {"kind": "core_share", "share": float(self._problem.core_share or 0)}
        if condition.kind == "mandatory":
            return {
                "kind": "mandatory",
                "request": self._code("budget_requests", int(self._problem.requests[condition.place])),
                "amount": int(self._problem.floor[condition.place]),
            }
        if condition.kind == "dependency":
            return self._dependency(condition.place)
        cap = self._problem.caps[condition.place]
        place = {
            "unit": self._code("units", cap.unit),
            "category": cap.category or None,
            "cycle": self._code("cycles", cap.cycle),
        }
        return {"kind": cap.kind, **(place if cap.kind == "limit" else {}), "limit": cap.maximum}

    def _dependency(self, place: int) -> dict[str, Any]:
        waiting, needed = self._problem.needs[place].tolist()
        return {
            "kind": "dependency",
            "request": self._code("budget_requests", int(self._problem.requests[waiting])),
            "needs": self._code("budget_requests", int(self._problem.needed[place])),
            "minimum": int(self._problem.least[needed]) if needed >= 0 else None,
        }

    def _code(self, table: str, row: int) -> str | None:
        return str(getattr(self._company, table).code[row]) if row >= 0 else None
