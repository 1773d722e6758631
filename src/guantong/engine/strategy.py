"""The strategy plan: all its parts are there, its intents are measured, its key tasks carried, and it learns.

Page: docs/rules/strategy.md.
"""

from collections.abc import Iterator

import numpy as np

from guantong.engine.budgets import key_tasks
from guantong.engine.findings import ADVICE, ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.measurement import measures
from guantong.engine.retrospectives import MISSED, stated_results
from guantong.engine.snapshot import LIMIT, Snapshot, figure, take
from guantong.engine.tables import CHOICES

ELEMENTS = ("intent", "insight", "innovation", "design", "key_task", "organisation", "talent", "culture")
"""The eight elements of the BLM; vision, gap and critical success factor stand beside them."""

_SUPPORTS = ("organisation", "talent", "culture")


@figure
def plan_entries(snapshot: Snapshot) -> np.ndarray:
    """Return which plan entries belong to the checked cycles (or to none), (n_plan,) bool."""
    return take(snapshot.checked_cycles, snapshot.company.plan.cycle, True)


@rule("BLM-ELEMENT", "plan")
def elements_without_entry(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find a plan in which one of the eight elements has no entry.

    Rule: BLM-ELEMENT
    """
    known = tuple(CHOICES["element"])
    written = set(snapshot.company.plan.element[plan_entries(snapshot)].tolist())
    missing = [element for element in ELEMENTS if known.index(element) not in written]
    if missing:
        yield breaks("company", np.array([0]), ERROR, missing=[missing])


@rule("BLM-INTENT-MEASURE", "plan", "goals")
def intents_without_measure(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find intents that no goal measures: no horizon goal, and no goal under a priority of theirs.

    Rule: BLM-INTENT-MEASURE
    """
    plan, priorities = snapshot.company.plan, snapshot.company.priorities
    # The last place takes the goals and priorities that name no intent.
    measured = np.zeros(len(plan) + 1, dtype=bool)
    measured[snapshot.company.goals.intent[snapshot.horizon_goals]] = True
    tied = snapshot.priority[snapshot.goals_there & (snapshot.priority >= 0)]
    tied = tied[snapshot.year_cycles[priorities.cycle[tied]]]
    measured[priorities.intent[tied]] = True
    intents = plan_entries(snapshot) & plan.is_choice("element", "intent")
    yield breaks("plan", intents & ~measured[:-1], ERROR)


@rule("BLM-TASK-GOAL", "plan", "goals")
def key_tasks_without_goal(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks that no goal carries.

    Rule: BLM-TASK-GOAL
    """
    carried = np.zeros(len(snapshot.company.plan) + 1, dtype=bool)
    carried[snapshot.company.goals.key_task[snapshot.goals_there]] = True
    yield breaks("plan", key_tasks(snapshot) & ~carried[:-1], ERROR)


@rule("BLM-TASK-OWNER", "people", "plan")
def key_tasks_without_owner(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks that nobody owns.

    Rule: BLM-TASK-OWNER
    """
    yield breaks("plan", key_tasks(snapshot) & (snapshot.company.plan.owner < 0), ERROR)


@rule("BLM-TASK-SUPPORT", "plan")
def key_tasks_without_support(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks that lead to no organisation, talent or culture entry.

    Rule: BLM-TASK-SUPPORT
    """
    plan = snapshot.company.plan
    supporting = plan_entries(snapshot) & plan.is_choice("element", *_SUPPORTS)
    supported = np.zeros(len(plan), dtype=bool)
    supported[plan.leads_to.rows[supporting[plan.leads_to.values]]] = True
    yield breaks("plan", key_tasks(snapshot) & ~supported, WARNING)


@rule("BLM-TASK-LATE", "plan", "milestones")
def key_tasks_late(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks with milestones past their due and not done.

    Rule: BLM-TASK-LATE
    """
    milestones = snapshot.company.milestones
    late = (milestones.due < snapshot.as_of) & ~(milestones.done <= snapshot.as_of)
    rows = np.flatnonzero(late & take(key_tasks(snapshot), milestones.of_plan, False))
    # Rows are in key order, so the milestones of a task stand together.
    tasks, first = np.unique(milestones.of_plan[rows], return_index=True)
    names = [part.tolist() for part in np.split(milestones.name[rows], first[1:])]
    yield breaks("plan", tasks, WARNING, milestones=names)


@rule("BLM-UNUSED", "plan")
def insights_unused(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find insights and innovation focuses that lead to nothing.

    Rule: BLM-UNUSED
    """
    plan = snapshot.company.plan
    ideas = plan_entries(snapshot) & plan.is_choice("element", "insight", "innovation")
    yield breaks("plan", ideas & (plan.leads_to.counts == 0), ADVICE)


@rule("LOOP-FEEDBACK", "plan", "goals")
def plan_without_feedback(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find a plan that takes up nothing after a year that closed with missed goals.

    Rule: LOOP-FEEDBACK
    """
    plan = snapshot.company.plan
    missed = _goals_missed_before(snapshot)
    learned = (plan.origin >= 0) | (plan.origin_feedback >= 0)
    if missed and not (plan_entries(snapshot) & learned).any():
        yield breaks("company", np.array([0]), WARNING, missed=[missed])


def _goals_missed_before(snapshot: Snapshot) -> int:
    """Return how many contract goals of the year before were missed: as a retrospective states, else by figures."""
    before = snapshot.year_before
    if before is None:
        return 0
    judged = before.contract & before.year_cycles[snapshot.company.goals.cycle]
    stated = stated_results(snapshot)
    missed = np.where(stated >= 0, stated == MISSED, measures(before).attainment < 1 - LIMIT)
    return int((judged & missed).sum())
