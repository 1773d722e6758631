"""Whose a finding is: the person who can mend it. Rule: docs/rules/ground-rules.md, owner."""

import numpy as np

from guantong.engine.snapshot import Snapshot, first_known, take

_SUBJECT_OWNERS = {"goals": "owner", "plan": "owner", "people": "manager"}
_SUBJECT_UNITS = {"goals": "unit", "plan": "unit", "responsibilities": "responsible_unit"}
_HOLDER_RULES = frozenset({"BSC-WEIGHT"})


def owners(snapshot: Snapshot, rule_id: str, table: str, subjects: np.ndarray) -> np.ndarray:
    """Return who mends each finding: the subject's own owner, else its unit's head, else the root's head.

    A card of a person is its holder's; people who left are passed over.

    Args:
        subjects: (n,) positions in the table.

    Returns:
        (n,) positions in people, -1 = nobody.
    """
    company = snapshot.company
    nobody = np.full(len(subjects), -1, dtype=np.int64)
    own = nobody
    if table == "people" and rule_id in _HOLDER_RULES:
        own = subjects
    elif table in _SUBJECT_OWNERS:
        own = getattr(getattr(company, table), _SUBJECT_OWNERS[table])[subjects]
    elif table == "responsibilities":
        own = _only_responsible(snapshot, subjects)
    unit = nobody
    if table == "units":
        unit = subjects
    elif table in _SUBJECT_UNITS:
        unit = getattr(getattr(company, table), _SUBJECT_UNITS[table])[subjects]
    root = take(company.units.head, np.full(len(subjects), snapshot.root))
    return first_known(*(_in_work(snapshot, person) for person in (own, take(company.units.head, unit), root)))


def _only_responsible(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    """Return the first responsible person of matrix rows, -1 where none is named."""
    responsible = snapshot.company.responsibilities.responsible
    first = np.append(responsible.values, -1)[responsible.offsets[rows]]
    return np.where(responsible.counts[rows] > 0, first, -1)


def _in_work(snapshot: Snapshot, person: np.ndarray) -> np.ndarray:
    return np.where(take(snapshot.active, person, False), person, -1)
