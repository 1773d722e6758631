"""Rules and what they find.

A rule is a function from a snapshot to blocks of finding columns. It registers under its id with the sheets that it
judges: where one of them is absent, it is silent. Texts are made at the doors, from the evidence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from guantong.engine.company import Company
from guantong.engine.snapshot import Snapshot
from guantong.engine.tables import CHOICES

SEVERITIES = ("error", "warning", "advice")
ERROR, WARNING, ADVICE = range(3)

SUBJECT_TYPES: Mapping[str, str] = {
    "company": "company",
    "goals": "goal",
    "people": "person",
    "units": "unit",
    "plan": "plan",
    "priorities": "priority",
    "metrics": "metric",
    "responsibilities": "responsibility",
    "processes": "process",
    "process_nodes": "node",
    "positions": "position",
    "budget_requests": "request",
    "meetings": "meeting",
    "actions": "action",
    "feedback": "feedback",
    "reward_schemes": "scheme",
    "links": "link",
}
"""Subject type of a finding by the table of its subject; `links` are the value chain's, by position in its choices."""


MONEY_EVIDENCE: Mapping[str, frozenset[str]] = {
    "OTB-ENVELOPE": frozenset({"allocated", "envelope"}),
    "OTB-PACE": frozenset({"current", "spent_amount", "planned_amount"}),
    "OTB-IDLE": frozenset({"idle", "amount"}),
    "CHAIN-INEFFICIENT": frozenset({"shift"}),
}
"""Keys of a rule's evidence, or of what stands in it, that are minor units of money."""

GOAL_EVIDENCE = frozenset({"other", "parent"})
"""Keys of evidence that name another goal than the finding's subject."""


UNSTATED = object()
"""Evidence that a finding leaves out where the column has it for others."""


@dataclass(frozen=True, eq=False)
class Breaks:
    """Finding columns of one rule on one table.

    Attributes:
        table: Table of the subjects.
        subjects: (n,) positions in the table, each once.
        severity: (n,) positions in SEVERITIES.
        evidence: Sequences of n values by evidence key.
    """

    table: str
    subjects: np.ndarray
    severity: np.ndarray
    evidence: Mapping[str, Sequence[Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Rule:
    """A rule: its id, the sheets without which it is silent, and its function."""

    id: str
    judges: frozenset[str]
    find: Callable[[Snapshot], Iterable[Breaks]]


RULES: dict[str, Rule] = {}
"""Rules by id; filled when `guantong.engine.check` imports the chapters."""

Finder = Callable[[Snapshot], Iterable[Breaks]]


def rule(rule_id: str, *judges: str) -> Callable[[Finder], Finder]:
    """Register a function as the rule `rule_id`, silent where one of the sheets `judges` is absent."""

    def register(find: Finder) -> Finder:
        RULES[rule_id] = Rule(rule_id, frozenset(judges), find)
        return find

    return register


def breaks(table: str, subjects: np.ndarray, severity: Any, **evidence: Sequence[Any]) -> Breaks:
    """Return finding columns; `subjects` as positions or as a mask, `severity` one for all or one each."""
    positions = np.flatnonzero(subjects) if subjects.dtype == bool else subjects
    return Breaks(table, positions, np.broadcast_to(severity, positions.shape), evidence)


def breaks_of(snapshot: Snapshot, rule_id: str) -> tuple[Breaks, ...]:
    """Return what a rule finds, once per snapshot; nothing where it is off or a sheet that it judges is absent."""
    key = ("breaks", rule_id)
    if key not in snapshot.results:
        known = RULES[rule_id]
        speaks = snapshot.parameters.is_on(rule_id) and known.judges <= snapshot.company.present
        snapshot.results[key] = tuple(known.find(snapshot)) if speaks else ()
    return snapshot.results[key]


def subject_codes(company: Company, table: str) -> np.ndarray:
    """Return the code of every possible subject of a table, (n_rows,) object: a node is `process/code`."""
    if table == "links":
        return np.array(list(CHOICES["chain_link"]), dtype=object)
    rows = getattr(company, table)
    if table == "process_nodes":
        pairs = zip(company.processes.code[rows.process], rows.code, strict=True)
        return np.array([f"{process}/{node}" for process, node in pairs], dtype=object)
    return rows.code


def reported(snapshot: Snapshot, rule_id: str, table: str) -> np.ndarray:
    """Return which rows of a table a rule reports, (n_rows,) bool; none where the rule is silent."""
    mask = np.zeros(len(getattr(snapshot.company, table)), dtype=bool)
    for block in breaks_of(snapshot, rule_id):
        if block.table == table:
            mask[block.subjects] = True
    return mask
