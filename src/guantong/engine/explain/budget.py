"""How balances, pace and verdict of a budget request came about, and the year's sums (docs/rules/budgets.md)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from guantong.engine.budgets import budget_totals, ledger
from guantong.engine.calendar import first_day
from guantong.engine.explain.goals import attainment_term
from guantong.engine.explain.one_goal import OneGoal
from guantong.engine.explain.plans import plan_term, target_term
from guantong.engine.explain.terms import Cell, Term, closed, filled_cells, known, parameter_term
from guantong.engine.explain.values import actual_term
from guantong.engine.measurement import MILESTONES
from guantong.engine.snapshot import Snapshot, take
from guantong.engine.spending import VERDICTS, pace, planned_spending


def request_term(snapshot: Snapshot, row: int) -> Term:
    """Return the verdict on a budget request with its balances and its pace.

    Args:
        row: Position in budget_requests.
    """
    return _Request(snapshot, row).verdict()


class _Request:
    """One budget request under explanation."""

    def __init__(self, snapshot: Snapshot, row: int) -> None:
        self.snapshot, self.row = snapshot, row
        self.money, self.pace = ledger(snapshot), pace(snapshot)
        self.about = (("request", str(snapshot.company.budget_requests.code[row])),)

    def _cells(self, *columns: str) -> tuple[Cell, ...]:
        return filled_cells(self.snapshot.company, "budget_requests", self.row, *columns)

    def _balance(self, name: str) -> int:
        return int(getattr(self.money, name)[self.row])

    def verdict(self) -> Term:
        """Return the verdict as the root; the balances stand below it whatever it says."""
        place = int(self.pace.verdict[self.row])
        verdict = VERDICTS[place] if place >= 0 else None
        formula = self._reason(verdict) if verdict else ""
        note = "" if verdict else self._why_unjudged()
        return Term("verdict", verdict, "verdict", self.about, formula=formula, note=note, opened=self._terms)

    def _why_unjudged(self) -> str:
        if self._balance("current") <= 0:
            return "no_allocation"
        return "no_progress" if self.snapshot.company.budget_requests.goal[self.row] >= 0 else "no_goal"

    def _reason(self, verdict: str) -> str:
        if verdict == "cut_or_reinforce":
            return "{planned_progress} − {progress} > {pace_points}"
        if verdict == "overspending":
            return "{spent_share} − {progress} > {pace_points} & {spent} > {planned_spending}"
        if verdict == "supplement":
            return "{progress} − {planned_progress} > {pace_points}"
        return "|{progress} − {planned_progress}| ≤ {pace_points}"

    def _terms(self) -> Iterator[Term]:
        current, spent, committed = self.current(), self._spent(), self._open()
        yield current
        yield spent
        yield committed
        free = current.value - spent.value - committed.value
        balances = [closed(current), closed(spent), closed(committed)]
        yield Term("free", free, "money", formula="{current} − {spent} − {open}", opened=lambda: balances)
        yield self._spent_share(closed(spent), closed(current))
        yield self._planned_spending()
        yield self._progress("progress")
        yield self._progress("planned_progress")
        points = parameter_term(self.snapshot, "pace_points", "OTB-PACE", "points")
        yield replace(points, value=points.value / 100)

    def current(self) -> Term:
        """Return the current allocation from the opening and the entries up to the day."""
        opening = max(int(self.snapshot.company.budget_requests.allocated[self.row]), 0)
        allocated = Term("opening", opening, "money", cells=self._cells("allocated"))
        moves = {
            "supplement": self._entries("supplement"),
            "transfer_in": self._entries("transfer", "to", "transfer_in"),
            "transfer_out": self._entries("transfer", name="transfer_out"),
            "reclaim": self._entries("reclaim"),
        }
        signs = {"supplement": "+", "transfer_in": "+", "transfer_out": "−", "reclaim": "−"}
        formula = "{opening}" + "".join(f" {signs[name]} Σ{{{name}}}" for name, entries in moves.items() if entries)
        terms = [allocated, *(entry for entries in moves.values() for entry in entries)]
        return Term("current", self._balance("current"), "money", self.about, formula=formula, opened=lambda: terms)

    def _entries(self, kind: str, column: str = "request", name: str = "") -> list[Term]:
        """Return the entries of a kind up to the day."""
        company = self.snapshot.company
        entries = company.budget_entries
        there = entries.is_choice("kind", kind) & (entries.date <= self.snapshot.as_of)
        rows = np.flatnonzero(there & (getattr(entries, column) == self.row)).tolist()
        return [
            Term(
                name or kind,
                int(entries.amount[row]),
                "money",
                (("day", float(entries.date[row])),),
                cells=filled_cells(company, "budget_entries", row, "amount"),
            )
            for row in rows
        ]

    def _spent(self) -> Term:
        spends, refunds = self._entries("spend"), self._entries("refund")
        formula = "Σ{spend} − Σ{refund}" if refunds else "Σ{spend}"
        terms = [*spends, *refunds]
        note = "" if terms else "no_entries"
        value = self._balance("spent")
        return Term("spent", value, "money", self.about, formula=formula, note=note, opened=lambda: terms)

    def _open(self) -> Term:
        value = self._balance("committed")
        commits, releases = self._entries("commit"), self._entries("release")
        if not commits:
            return Term("open", value, "money", self.about, note="no_commitment")
        spends = sum(entry.value for entry in self._entries("spend"))
        terms = [*commits, *releases]
        formula = "Σ{commit} − Σ{release}" if releases else "Σ{commit}"
        if spends:
            terms.append(Term("all_spend", spends, "money"))
            formula += " − {all_spend}"
        if sum(entry.value for entry in commits) - sum(entry.value for entry in terms[len(commits) :]) < 0:
            formula = f"max({formula}, 0)"
        return Term("open", value, "money", self.about, formula=formula, opened=lambda: terms)

    def _spent_share(self, spent: Term, current: Term) -> Term:
        value = known(self.pace.spent[self.row])
        formula = "" if value is None else "{spent} ÷ {current}"
        note = "no_allocation" if value is None else ""
        return Term("spent_share", value, "ratio", formula=formula, note=note, opened=lambda: [spent, current])

    def _planned_spending(self) -> Term:
        company = self.snapshot.company
        value = int(planned_spending(self.snapshot)[self.row])
        rows = np.flatnonzero(company.budget_plans.request == self.row).tolist()
        if not rows:
            cycle = int(company.budget_requests.cycle[self.row])
            start, end = float(company.cycles.start[cycle]), float(company.cycles.end[cycle])
            return self._by_days("planned_spending", value, closed(self.current()), (start, end), cycle)
        due = [row for row in rows if first_day(company.budget_plans.month[[row]])[0] <= self.snapshot.as_of]
        terms = [self._planned_month(row) for row in due]
        note = "" if terms else "nothing_planned_yet"
        return Term("planned_spending", value, "money", formula="Σ{planned_month}", note=note, opened=lambda: terms)

    def _planned_month(self, row: int) -> Term:
        company = self.snapshot.company
        month = float(company.budget_plans.month[row])
        start, after = (float(first_day(np.array([each]))[0]) for each in (month, month + 1))
        cells = filled_cells(company, "budget_plans", row, "planned")
        about = (("month", month),)
        planned = int(company.budget_plans.planned[row])
        if self.snapshot.as_of >= after - 1:
            return Term("planned_month", planned, "money", about, cells=cells)
        passed = int(self.snapshot.as_of - start + 1)
        value = planned * passed // int(after - start)
        term = self._by_days(
            "planned_month", value, Term("planned_amount", planned, "money", cells=cells), (start, after - 1)
        )
        return replace(term, about=about)

    def _by_days(self, name: str, value: int, whole: Term, span: tuple[float, float], cycle: int = -1) -> Term:
        """Return the part of an amount that the days passed make up of its span, parts of a minor unit left off."""
        days = int(span[1] - span[0]) + 1
        passed = min(max(int(self.snapshot.as_of - span[0]) + 1, 0), days)
        cells = filled_cells(self.snapshot.company, "cycles", cycle, "start", "end")
        terms = [whole, Term("days_passed", passed, "count"), Term("days_in_all", days, "count", cells=cells)]
        formula = f"floor({{{whole.name}}} × {{days_passed}} ÷ {{days_in_all}})"
        return Term(name, value, "money", formula=formula, opened=lambda: terms)

    def _progress(self, name: str) -> Term:
        """Return progress on the full target (`progress`), or what was planned of it to date."""
        value = known((self.pace.progress if name == "progress" else self.pace.planned)[self.row])
        row = int(self.snapshot.company.budget_requests.goal[self.row])
        term = Term(name, value, "ratio", (("goal", OneGoal(self.snapshot, row).code),) if row >= 0 else ())
        if value is None:
            return replace(term, note="no_progress" if row >= 0 else "no_goal")
        goal = OneGoal(self.snapshot, row)
        if goal.source == MILESTONES:
            if name == "progress":
                return replace(term, formula="{attainment}", opened=lambda: [attainment_term(goal)])
            return _milestones_due(goal, term)
        reached = actual_term(goal) if name == "progress" else plan_term(goal)
        return _on_the_way(goal, term, reached)


def _on_the_way(goal: OneGoal, term: Term, reached: Term) -> Term:
    """Return how far a value lies on the way to the target, from nothing (`sum`) or from the baseline."""
    target = target_term(goal)
    terms, base = [reached, target], 0.0
    formula = f"{{{reached.name}}} ÷ {{target}}"
    if goal.choice("metrics", "aggregation") != "sum":
        base = float(goal.snapshot.company.goals.baseline[goal.row])
        terms.append(goal.number("baseline", base, cells=goal.cells("baseline")))
        formula = f"({{{reached.name}}} − {{baseline}}) ÷ ({{target}} − {{baseline}})"
    if not 0 <= (reached.value - base) / (target.value - base) <= 1:
        formula = f"min(max({formula}, 0), 1)"
    return replace(term, formula=formula, opened=lambda: terms)


def _milestones_due(goal: OneGoal, term: Term) -> Term:
    """Return the share of the milestones due by the day, by weight."""
    company, as_of = goal.snapshot.company, goal.snapshot.as_of
    milestones = company.milestones
    rows = np.flatnonzero(milestones.of == goal.row).tolist()
    weights, due = [], []
    for row in rows:
        about = (("milestone", str(milestones.name[row])),)
        weight = 1.0 if np.isnan(milestones.weight[row]) else float(milestones.weight[row])
        weights.append(Term("weight", weight, about=about, cells=filled_cells(company, "milestones", row, "weight")))
        if milestones.due[row] <= as_of:
            due.append(
                Term("milestone_due", weight, about=about, cells=filled_cells(company, "milestones", row, "due"))
            )
    whole = Term("whole_weight", sum(each.value for each in weights), formula="Σ{weight}", opened=lambda: weights)
    return replace(term, formula="Σ{milestone_due} ÷ {whole_weight}", opened=lambda: [*due, whole])


def budget_term(snapshot: Snapshot, figure: str) -> Term:
    """Return how a figure of the year's budget came about.

    Args:
        figure: One of BUDGET_FIGURES.
    """
    return BUDGET_FIGURES[figure](snapshot, figure)


def _core_share(snapshot: Snapshot, figure: str) -> Term:
    value = budget_totals(snapshot).core_share
    company, money = snapshot.company, ledger(snapshot)
    strategic = money.there & ~company.budget_requests.is_choice("nature", "running")
    core = strategic & take(company.priorities.core == 1, money.priority, False)
    terms = [_sum_of(snapshot, "core_money", core), _sum_of(snapshot, "strategic_money", strategic)]
    formula = "" if value is None else "{core_money} ÷ {strategic_money}"
    note = "no_strategic_money" if value is None else ""
    return Term(figure, value, "ratio", formula=formula, note=note, opened=lambda: terms)


def _sum_of(snapshot: Snapshot, name: str, chosen: np.ndarray) -> Term:
    """Return the sum of the current allocations of the requests chosen, largest first."""
    current = ledger(snapshot).current
    rows = np.flatnonzero(chosen)
    rows = rows[np.argsort(-current[rows].astype(np.float64), kind="stable")].tolist()
    value = sum(int(current[row]) for row in rows)
    return Term(
        name, value, "money", formula="Σ{current}", opened=lambda: [_with_priority(snapshot, row) for row in rows]
    )


def _with_priority(snapshot: Snapshot, row: int) -> Term:
    term = _Request(snapshot, row).current()
    priority = int(ledger(snapshot).priority[row])
    if priority < 0:
        return term
    code = str(snapshot.company.priorities.code[priority])
    cells = filled_cells(snapshot.company, "priorities", priority, "core")
    return replace(term, about=(*term.about, ("priority", code)), cells=(*term.cells, *cells))


BUDGET_FIGURES: Mapping[str, Callable[[Snapshot, str], Term]] = {"core_share": _core_share}
"""Figures of the year's budget that can be asked for."""
