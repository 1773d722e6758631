"""Responsibility matrix: each key task stands in it, each row with one person, duties, target, deadline and authority.

Page: docs/rules/responsibilities.md.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from guantong.engine.budgets import key_tasks
from guantong.engine.findings import ADVICE, ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.snapshot import LIMIT, Snapshot, figure, take


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


@rule("RESP-SINGLE", "people", "responsibilities")
def rows_without_single_person(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find matrix rows with no responsible person, or with more than one.

    Rule: RESP-SINGLE
    """
    matrix = snapshot.company.responsibilities
    yield _row_breaks(snapshot, matrix.responsible.counts != 1, ERROR)


@rule("RESP-DUTY", "responsibilities")
def collaborators_without_duty(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find matrix rows with a collaborator whose duty is not stated; `collaborators` are those without.

    Rule: RESP-DUTY
    """
    collaborators = snapshot.company.responsibilities.collaborators
    idle = np.array([not duty for _, duty in collaborators.values.tolist()], dtype=bool)
    lacking = np.zeros(len(snapshot.company.responsibilities), dtype=bool)
    lacking[collaborators.rows[idle]] = True
    rows = np.flatnonzero(lacking & matrix_rows(snapshot))
    without = [[str(code) for code, duty in collaborators.of(row) if not duty] for row in rows.tolist()]
    yield _row_breaks(snapshot, lacking, ERROR, collaborators=without)


@rule("RESP-TARGET", "responsibilities")
def rows_without_target(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find matrix rows that state no target value.

    Rule: RESP-TARGET
    """
    yield _row_breaks(snapshot, snapshot.company.responsibilities.target == "", ERROR)


@rule("RESP-DEADLINE", "responsibilities")
def rows_without_deadline(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find matrix rows that state no deadline.

    Rule: RESP-DEADLINE
    """
    yield _row_breaks(snapshot, np.isnan(snapshot.company.responsibilities.due), ERROR)


@rule("RESP-AUTHORITY", "responsibilities")
def rows_without_authority(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find matrix rows that state no authority: responsibility without the power over means that it takes.

    Rule: RESP-AUTHORITY
    """
    yield _row_breaks(snapshot, snapshot.company.responsibilities.authority == "", WARNING)


@rule("RESP-MISMATCH", "responsibilities", "plan")
def rows_led_by_another(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find matrix rows whose one responsible person is not the owner of their key task.

    Silent on the rows of key tasks that BLM-TASK-OWNER reports: these have no owner to compare with.

    Rule: RESP-MISMATCH
    """
    matrix, people = snapshot.company.responsibilities, snapshot.company.people
    tasks = take(key_tasks(snapshot), matrix.key_task, False)
    owner = np.where(tasks, take(snapshot.company.plan.owner, matrix.key_task), -1)
    person = _only_responsible(snapshot)
    differs = (owner >= 0) & (person >= 0) & (owner != person)
    rows = np.flatnonzero(differs & matrix_rows(snapshot))
    yield _row_breaks(
        snapshot,
        differs,
        WARNING,
        owner=[str(code) for code in people.code[owner[rows]]],
        responsible=[str(code) for code in people.code[person[rows]]],
    )


def _row_breaks(snapshot: Snapshot, broken: np.ndarray, severity: int, **evidence: list[Any]) -> Breaks:
    """Return finding columns of the broken matrix rows of the checked cycles, with who takes part in each.

    Args:
        broken: (n_rows,) bool, rows of other cycles too.
    """
    matrix = snapshot.company.responsibilities
    rows = np.flatnonzero(matrix_rows(snapshot) & broken)
    taking_part = {
        "count": matrix.responsible.counts[rows].tolist(),
        "collaborators": [[str(code) for code, _ in matrix.collaborators.of(row)] for row in rows.tolist()],
    }
    return breaks("responsibilities", rows, severity, **{**taking_part, **evidence})


def _only_responsible(snapshot: Snapshot) -> np.ndarray:
    """Return the responsible person of each matrix row, -1 with none or several, (n_rows,) positions in people."""
    responsible = snapshot.company.responsibilities.responsible
    first = np.append(responsible.values, -1)[responsible.offsets[:-1]]
    return np.where(responsible.counts == 1, first, -1)


@rule("RESP-MISSING", "plan", "responsibilities")
def key_tasks_off_the_matrix(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks that no row of the matrix names.

    Rule: RESP-MISSING
    """
    matrix = snapshot.company.responsibilities
    named = np.zeros(len(snapshot.company.plan), dtype=bool)
    named[matrix.key_task[matrix_rows(snapshot) & (matrix.key_task >= 0)]] = True
    yield breaks("plan", key_tasks(snapshot) & ~named, ERROR)


@rule("RESP-LOAD", "responsibilities", "people")
def overloaded_people(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find people in work who are responsible for more open tasks than one person can lead.

    Rule: RESP-LOAD
    """
    matrix, size = snapshot.company.responsibilities, len(snapshot.company.people)
    undone = matrix_rows(snapshot) & ~(matrix.done <= snapshot.as_of)
    # A person named twice in one row has one task there.
    ties = np.unique(matrix.responsible.rows * size + matrix.responsible.values)
    rows, people = np.divmod(ties, max(size, 1))
    tasks = np.bincount(people[undone[rows]], minlength=size)
    over = np.flatnonzero(snapshot.active & (tasks > snapshot.parameters.value("RESP-LOAD", "max") + LIMIT))
    yield breaks("people", over, ADVICE, open=tasks[over].tolist())
