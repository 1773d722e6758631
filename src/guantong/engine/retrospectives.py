"""Looking back: every ended cycle is reviewed, a miss has its causes, and a lesson lands in a later goal.

Page: docs/rules/retrospectives.md.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np

from guantong.engine.findings import ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.measurement import measures
from guantong.engine.snapshot import LIMIT, Snapshot, figure, take
from guantong.engine.tables import CHOICES

RESULTS = tuple(CHOICES["result"])
"""Results of a goal, from the best to the worst."""

_EXCEEDED, _MET, MISSED = range(3)


@figure
def reviewed_cycles(snapshot: Snapshot) -> np.ndarray:
    """Return the cycles of the checked year and of the year before, (n_cycles,) bool."""
    before = snapshot.year_before
    return snapshot.year_cycles if before is None else snapshot.year_cycles | before.year_cycles


@figure
def reviewed_goals(snapshot: Snapshot) -> np.ndarray:
    """Return the goals of the checked year and of the year before that are no drafts, (n_goals,) bool."""
    goals = snapshot.company.goals
    return reviewed_cycles(snapshot)[goals.cycle] & ~goals.is_choice("status", "draft")


@figure
def rows_there(snapshot: Snapshot) -> np.ndarray:
    """Return the rows of retrospectives that are not dated after the day, (n_rows,) bool."""
    return ~(snapshot.company.retrospectives.date > snapshot.as_of)


@figure
def stated_results(snapshot: Snapshot) -> np.ndarray:
    """Return the worst result that a goal's retrospectives state, (n_goals,) positions in RESULTS, -1 = none."""
    retrospectives = snapshot.company.retrospectives
    rows = rows_there(snapshot)
    stated = np.full(len(snapshot.company.goals), -1, dtype=np.int64)
    np.maximum.at(stated, retrospectives.goal[rows], retrospectives.result[rows].astype(np.int64))
    return stated


@figure
def results(snapshot: Snapshot) -> np.ndarray:
    """Return the result of each reviewed goal, (n_goals,) positions in RESULTS, -1 = unknown.

    Rule: as stated, else by attainment once the goal is due, each year as its own last day sees it
    (docs/rules/retrospectives.md).
    """
    attainment = _attainment(snapshot)
    computed = np.select([attainment > 1 + LIMIT, attainment < 1 - LIMIT], [_EXCEEDED, MISSED], default=_MET)
    ended = snapshot.goal_due <= snapshot.as_of
    computed = np.where(ended & ~np.isnan(attainment), computed, -1)
    stated = stated_results(snapshot)
    return np.where(reviewed_goals(snapshot), np.where(stated >= 0, stated, computed), -1)


def _attainment(snapshot: Snapshot) -> np.ndarray:
    attainment, before = measures(snapshot).attainment, snapshot.year_before
    if before is None:
        return attainment
    return np.where(before.year_cycles[snapshot.company.goals.cycle], measures(before).attainment, attainment)


@figure
def goals_with_rows(snapshot: Snapshot) -> np.ndarray:
    """Return the reviewed goals that have a retrospective, (n_goals,) bool."""
    return reviewed_goals(snapshot) & _goals_of(snapshot, rows_there(snapshot))


def _goals_of(snapshot: Snapshot, rows: np.ndarray) -> np.ndarray:
    found = np.zeros(len(snapshot.company.goals), dtype=bool)
    found[snapshot.company.retrospectives.goal[rows]] = True
    return found


@rule("RETRO-DUE", "goals", "retrospectives")
def cycles_without_retrospective(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find units with goals of a quarter or year that ended a while ago and no retrospective on any of them.

    Rule: RETRO-DUE
    """
    goals, cycles = snapshot.company.goals, snapshot.company.cycles
    past = snapshot.as_of - cycles.end
    overdue = past - snapshot.parameters.value("RETRO-DUE", "days") > LIMIT
    judged = _quarters_and_years(snapshot) & reviewed_cycles(snapshot) & overdue
    rows = reviewed_goals(snapshot) & judged[goals.cycle]
    place = goals.unit * len(cycles) + goals.cycle
    open_places = np.setdiff1d(place[rows], place[rows & goals_with_rows(snapshot)])
    unit, cycle = np.divmod(open_places, len(cycles))
    order = np.lexsort([cycle, -past[cycle], unit])
    unit, cycle = unit[order], cycle[order]
    subjects, first = np.unique(unit, return_index=True)
    yield breaks(
        "units",
        subjects,
        WARNING,
        cycle=cycles.code[cycle[first]].tolist(),
        days=past[cycle[first]].astype(np.int64).tolist(),
        cycles=[part.tolist() for part in np.split(cycles.code[cycle], first[1:])],
    )


def _quarters_and_years(snapshot: Snapshot) -> np.ndarray:
    kinds = tuple(CHOICES["cycle_kind"])
    return np.isin(snapshot.cycle_kind, [kinds.index("quarter"), kinds.index("year")])


@rule("RETRO-CAUSE", "goals", "retrospectives")
def misses_without_cause(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals missed in an ended cycle whose retrospective names no cause.

    Rule: RETRO-CAUSE
    """
    explained = _goals_of(snapshot, rows_there(snapshot) & (snapshot.company.retrospectives.cause != ""))
    closed = snapshot.company.cycles.end[snapshot.company.goals.cycle] <= snapshot.as_of
    missed = (results(snapshot) == MISSED) & closed
    yield breaks("goals", goals_with_rows(snapshot) & missed & ~explained, ERROR)


@rule("RETRO-CARRY", "goals", "retrospectives")
def lessons_not_carried_on(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals with a lesson or measure that lands in no goal of a later cycle.

    Rule: RETRO-CARRY
    """
    goals, cycles = snapshot.company.goals, snapshot.company.cycles
    retrospectives = snapshot.company.retrospectives
    learned = rows_there(snapshot) & ((retrospectives.lesson != "") | (retrospectives.measure != ""))
    begins = take(cycles.start[goals.cycle], retrospectives.next_goal, np.nan)
    later = begins >= cycles.end[goals.cycle[retrospectives.goal]]
    lands = later & ~take(goals.is_choice("status", "draft"), retrospectives.next_goal, False)
    yield breaks("goals", reviewed_goals(snapshot) & _goals_of(snapshot, learned & ~lands), WARNING)


def retrospective_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the result of each reviewed goal that has a retrospective: `goal`, `result`."""
    rows = np.flatnonzero(goals_with_rows(snapshot))
    codes = snapshot.company.goals.code[rows].tolist()
    found = results(snapshot)[rows].tolist()
    return [
        {"goal": code, "result": RESULTS[result] if result >= 0 else None}
        for code, result in zip(codes, found, strict=True)
    ]
