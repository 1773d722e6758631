"""The check of a company: figures, findings, index and repair order in one report.

Everything that a report holds is plain Python, in the order in which it is written; codes stand for positions and
money is in minor units. Pages: docs/rules/README.md, docs/rules/thread.md.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

import guantong.engine
from guantong.engine.amoeba import amoeba_balance_entries, amoeba_entries
from guantong.engine.budgets import BudgetTotals, budget_totals
from guantong.engine.company import Company
from guantong.engine.comparisons import comparison_entries
from guantong.engine.estimates import estimate_entries
from guantong.engine.findings import RULES, SEVERITIES, SUBJECT_TYPES, UNSTATED, breaks_of, subject_codes
from guantong.engine.measurement import STATUSES, measures
from guantong.engine.owners import SUBJECT_UNITS, column_of, owners
from guantong.engine.participation import participation_entries
from guantong.engine.processes import process_entries
from guantong.engine.retrospectives import retrospective_entries
from guantong.engine.rewards import payouts
from guantong.engine.scorecards import RATINGS, cards
from guantong.engine.snapshot import Snapshot, known
from guantong.engine.spending import budget_transfers, request_entries
from guantong.engine.thread import REPAIRS_SHOWN, index, repairs
from guantong.engine.unit_index import index_entries
from guantong.engine.valuechain import feedback_entries, value_chain_entries

# A chapter is added as one module: its rules register when it is imported.
for _module in pkgutil.iter_modules(guantong.engine.__path__):
    if _module.name != "check":
        importlib.import_module(f"guantong.engine.{_module.name}")


FIGURES: Mapping[str, Callable[[Snapshot], Any]] = {
    "units": index_entries,
    "requests": request_entries,
    "transfers": budget_transfers,
    "processes": process_entries,
    "value_chain": value_chain_entries,
    "feedback": feedback_entries,
    "amoeba": amoeba_entries,
    "amoeba_balance": amoeba_balance_entries,
    "estimates": estimate_entries,
    "retrospectives": retrospective_entries,
    "participation": participation_entries,
    "comparisons": comparison_entries,
}
"""Figures of the chapters beside those of goals, cards, budget and rewards, by their name in a report."""


@dataclass(frozen=True)
class Subject:
    """What a finding is about: type and code (docs/rules/ground-rules.md)."""

    type: str
    code: str


@dataclass(frozen=True)
class Finding:
    """A break in the thread, without words: those are made at the doors from rule and evidence."""

    rule: str
    severity: str
    subject: Subject
    owner: str | None
    evidence: dict[str, Any]
    unit: int
    """Position of the unit to which the subject belongs, -1 = the company as a whole."""


@dataclass(frozen=True)
class Report:
    """What a check says; money in minor units, None = missing, ratios 1 = 100%."""

    company: str
    as_of: int
    cycle: str
    people: int
    whole: int
    funnel: list[tuple[str, int, int]]
    losses: list[dict[str, Any]]
    findings: list[Finding]
    waived_findings: list[Finding]
    goals: list[dict[str, Any]]
    scorecards: list[dict[str, Any]]
    budget: BudgetTotals
    rewards: list[dict[str, Any]]
    reward_schemes: list[dict[str, Any]]
    figures: dict[str, Any]
    """Entries of each of FIGURES; those of `feedback` are one, None without the sheet."""
    repair: list[dict[str, Any]]

    @property
    def waived(self) -> int:
        """Return how many findings a waiver in force holds back."""
        return len(self.waived_findings)


def check(snapshot: Snapshot) -> Report:
    """Carry out every rule and figure on a company's snapshot.

    Args:
        snapshot: The company on a day with its parameters.

    Returns:
        The report; findings by severity, rule and subject code, figures by code.
    """
    company = snapshot.company
    every = [finding for rule_id in RULES for finding in _findings(snapshot, rule_id)]
    waivers = _waivers(snapshot)
    every.sort(key=lambda finding: (SEVERITIES.index(finding.severity), finding.rule, finding.subject.code))
    kept: list[Finding] = []
    waived: list[Finding] = []
    for finding in every:
        (waived if (finding.rule, finding.subject.code) in waivers else kept).append(finding)
    result = index(snapshot)
    rewards, schemes = _rewards(snapshot)
    return Report(
        company=company.code,
        as_of=snapshot.as_of,
        cycle=str(company.cycles.code[snapshot.year]),
        people=result.people,
        whole=result.whole,
        funnel=result.funnel,
        losses=_losses(snapshot),
        findings=kept,
        waived_findings=waived,
        goals=list(_goals(snapshot)),
        scorecards=list(_scorecards(snapshot)),
        budget=budget_totals(snapshot),
        rewards=rewards,
        reward_schemes=schemes,
        figures={name: entries(snapshot) for name, entries in FIGURES.items()},
        repair=_repair(snapshot, waivers),
    )


def subject_of(snapshot: Snapshot, table: str, position: int) -> Subject:
    """Return a finding's subject by its position in a table."""
    return Subject(SUBJECT_TYPES[table], str(_codes(snapshot, table)[position]))


def _codes(snapshot: Snapshot, table: str) -> np.ndarray:
    key = ("codes", table)
    if key not in snapshot.results:
        snapshot.results[key] = subject_codes(snapshot.company, table)
    return snapshot.results[key]


def _findings(snapshot: Snapshot, rule_id: str) -> Iterator[Finding]:
    people = snapshot.company.people.code
    for block in breaks_of(snapshot, rule_id):
        keys = tuple(block.evidence)
        responsible = owners(snapshot, rule_id, block.table, block.subjects)
        units = _units_of(snapshot, block.table, block.subjects)
        columns = (block.subjects.tolist(), block.severity.tolist(), responsible.tolist(), units.tolist())
        for place, (subject, severity, owner, unit) in enumerate(zip(*columns, strict=True)):
            yield Finding(
                rule_id,
                SEVERITIES[severity],
                subject_of(snapshot, block.table, subject),
                str(people[owner]) if owner >= 0 else None,
                {key: block.evidence[key][place] for key in keys if block.evidence[key][place] is not UNSTATED},
                unit,
            )


def _units_of(snapshot: Snapshot, table: str, subjects: np.ndarray) -> np.ndarray:
    """Return the unit to which each subject belongs, -1 for the company as a whole."""
    if table == "units":
        return subjects
    return column_of(snapshot.company, table, SUBJECT_UNITS, subjects)


def _waivers(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Return the (rule, subject code) pairs waived on the day; `until` is the last day."""
    waivers = snapshot.company.waivers
    in_force = ~(waivers.until < snapshot.as_of)
    return set(zip(waivers.rule[in_force].tolist(), waivers.subject[in_force].tolist(), strict=True))


def _goals(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    figures = measures(snapshot)
    rows = np.flatnonzero(snapshot.goals_there)
    names = ("actual", "target", "plan", "gap", "gap_ratio", "attainment", "known_weight")
    columns = [known(getattr(figures, name)[rows]) for name in names]
    codes = snapshot.company.goals.code[rows].tolist()
    status = [STATUSES[state] for state in figures.status[rows].tolist()]
    keys = ("code", *names, "status")
    for values in zip(codes, *columns, status, strict=True):
        yield dict(zip(keys, values, strict=True))


def _scorecards(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    found, company = cards(snapshot), snapshot.company
    units, people, cycles = (rows.code.tolist() for rows in (company.units, company.people, company.cycles))
    columns = [column.tolist() for column in (found.unit, found.person, found.rating, found.cycle)]
    figures = [known(column) for column in (found.score, found.coverage)]
    for unit, person, rating, cycle, score, coverage in zip(*columns, *figures, strict=True):
        entry = {"holder": units[unit] if unit >= 0 else people[person], "score": score, "coverage": coverage}
        entry["rating"] = RATINGS[rating] if rating >= 0 else None
        if cycle != snapshot.year:
            entry["cycle"] = cycles[cycle]
        yield entry


def _rewards(snapshot: Snapshot) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    company = snapshot.company
    members, schemes = [], []
    for payout in payouts(snapshot):
        code = str(company.reward_schemes.code[payout.scheme])
        people = company.people.code[company.reward_members.person[payout.members]].tolist()
        members += [
            {"scheme": code, "person": person, "amount": amount}
            for person, amount in zip(people, payout.amounts, strict=True)
        ]
        paid = sum(amount for amount in payout.amounts if amount is not None)
        schemes.append({"code": code, "pool": payout.pool, "paid": paid, "unallocated": payout.unallocated})
    return members, schemes


def _losses(snapshot: Snapshot) -> list[dict[str, Any]]:
    return [
        {
            "link": loss.link,
            "rule": loss.rule,
            "subject": subject_of(snapshot, loss.table, loss.subject) if loss.rule else None,
            "people": loss.people,
        }
        for loss in index(snapshot).losses
    ]


def _repair(snapshot: Snapshot, waivers: set[tuple[str, str]]) -> list[dict[str, Any]]:
    result = index(snapshot)
    entries = []
    for repair in repairs(snapshot):
        subject = subject_of(snapshot, repair.table, repair.subject)
        if (repair.rule, subject.code) not in waivers:
            after = (result.whole + repair.frees) / result.people
            entries.append({"rule": repair.rule, "subject": subject, "frees": repair.frees, "index_after": after})
    return entries[:REPAIRS_SHOWN]


def check_company(company: Company, as_of: int) -> Report:
    """Check a company on a day under its own settings.

    Args:
        as_of: Day number.

    Raises:
        NoYearError: No cycle of kind year began on or before the day.
    """
    return check(Snapshot(company, as_of))
