"""Responsibility matrix: each key task stands in it, each of its rows with exactly one person.

Page: docs/rules/responsibilities.md.
"""

from collections.abc import Iterator

import numpy as np

from guantong.engine.budgets import key_tasks
from guantong.engine.findings import ERROR, Breaks, breaks, rule
from guantong.engine.snapshot import Snapshot, figure, take


@figure
def matrix_rows(snapshot: Snapshot) -> np.ndarray:
    """Return which rows of the matrix belong to the checked cycles (or to none), (n_rows,) bool."""
    return take(snapshot.checked_cycles, snapshot.company.responsibilities.cycle, True)


@figure
def answered_tasks(snapshot: Snapshot) -> np.ndarray:
    """Return which plan entries have matrix rows, each with exactly one responsible person, (n_plan,) bool."""
    matrix = snapshot.company.responsibilities
    rows = matrix_rows(snapshot) & (matrix.key_task >= 0)
    size = len(snapshot.company.plan)
    single = matrix.responsible.counts == 1
    some = np.bincount(matrix.key_task[rows], minlength=size) > 0
    return some & (np.bincount(matrix.key_task[rows & ~single], minlength=size) == 0)


@rule("RESP-SINGLE", "responsibilities")
def rows_without_single_person(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find matrix rows with no responsible person, or with more than one.

    Rule: RESP-SINGLE
    """
    matrix = snapshot.company.responsibilities
    rows = np.flatnonzero(matrix_rows(snapshot) & (matrix.responsible.counts != 1))
    yield breaks(
        "responsibilities",
        rows,
        ERROR,
        count=matrix.responsible.counts[rows].tolist(),
        collaborators=[[str(code) for code, _ in matrix.collaborators.of(row)] for row in rows.tolist()],
    )


@rule("RESP-MISSING", "plan", "responsibilities")
def key_tasks_off_the_matrix(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks that no row of the matrix names.

    Rule: RESP-MISSING
    """
    matrix = snapshot.company.responsibilities
    named = np.zeros(len(snapshot.company.plan), dtype=bool)
    named[matrix.key_task[matrix_rows(snapshot) & (matrix.key_task >= 0)]] = True
    yield breaks("plan", key_tasks(snapshot) & ~named, ERROR)
