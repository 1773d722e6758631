"""Whose a finding is: the person who can mend it. Rule: docs/rules/ground-rules.md, owner."""

from collections.abc import Mapping

import numpy as np

from guantong.engine.company import Company
from guantong.engine.snapshot import Snapshot, first_known, take

SUBJECT_OWNERS = {"goals": "owner", "plan": "owner", "actions": "owner", "people": "manager"}
SUBJECT_UNITS = {
    "goals": "unit",
    "plan": "unit",
    "people": "unit",
    "responsibilities": "responsible_unit",
    "process_nodes": "unit",
    "positions": "unit",
    "budget_requests": "unit",
    "meetings": "unit",
    "feedback": "unit",
}
"""Column that holds a subject's own owner, and its unit, by table."""

_HEADED = frozenset({"goals", "units", "process_nodes", "positions", "budget_requests", "meetings", "feedback"})
_HOLDER_RULES = frozenset({"BSC-WEIGHT"})


def owners(snapshot: Snapshot, rule_id: str, table: str, subjects: np.ndarray) -> np.ndarray:
    """Return who mends each finding: the subject's own owner, else the root's head.

    Goals without owner and subjects that have none (units, nodes, positions, requests, meetings, feedback) go to their
    unit's head before. A card of a person is its holder's, any other finding on a person the manager's; people who left
    are passed over.

    Args:
        subjects: (n,) positions in the table.

    Returns:
        (n,) positions in people, -1 = nobody.
    """
    company = snapshot.company
    if table == "people" and rule_id in _HOLDER_RULES:
        own = subjects
    elif table == "responsibilities":
        own = _first_responsible(snapshot, subjects)
    else:
        own = column_of(company, table, SUBJECT_OWNERS, subjects)
    unit = column_of(company, table if table in _HEADED else "", SUBJECT_UNITS, subjects)
    root = take(company.units.head, np.full(len(subjects), snapshot.root))
    return first_known(*(_in_work(snapshot, person) for person in (own, take(company.units.head, unit), root)))


def column_of(company: Company, table: str, columns: Mapping[str, str], subjects: np.ndarray) -> np.ndarray:
    """Return the reference that stands in a table's column for each subject, -1 where the table has no such column."""
    if table == "units" and columns is SUBJECT_UNITS:
        return subjects
    if table not in columns:
        return np.full(len(subjects), -1, dtype=np.int64)
    return getattr(getattr(company, table), columns[table])[subjects]


def _first_responsible(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    """Return the first responsible person of matrix rows, -1 where none is named."""
    responsible = snapshot.company.responsibilities.responsible
    first = np.append(responsible.values, -1)[responsible.offsets[rows]]
    return np.where(responsible.counts[rows] > 0, first, -1)


def _in_work(snapshot: Snapshot, person: np.ndarray) -> np.ndarray:
    return np.where(take(snapshot.active, person, False), person, -1)
