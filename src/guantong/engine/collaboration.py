"""Horizontal coordination: units that share a task help each other by stated duties, and none wins at another's cost.

Page: docs/rules/collaboration.md.
"""

from collections.abc import Iterator

import numpy as np

from guantong.engine import trees
from guantong.engine.budgets import key_tasks
from guantong.engine.findings import ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.measurement import STATUSES, measures
from guantong.engine.scorecards import cards, per_cycle, worst_cards
from guantong.engine.snapshot import LIMIT, Snapshot, figure, first_known, take


@rule("COLLAB-WEIGHT", "scorecards")
def cards_without_collaboration(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find business units and departments on whose card collaboration weighs too little.

    Rule: COLLAB-WEIGHT
    """
    found = cards(snapshot)
    collaborative = snapshot.company.scorecards.collaboration[found.rows] == 1
    share = found.share_of(collaborative)
    minimum = snapshot.parameters.value("COLLAB-WEIGHT", "min")
    judged = take(snapshot.company.units.is_choice("kind", "business_unit", "department"), found.unit, False)
    faulty = judged & (minimum - share > LIMIT)
    low = worst_cards(found.unit, faulty, -share)
    cards_low = per_cycle(snapshot, found.unit, faulty, share.tolist(), low)
    yield breaks("units", found.unit[low], ERROR, share=share[low].tolist(), cards=cards_low)


@figure
def helping_units(snapshot: Snapshot) -> np.ndarray:
    """Return the helping unit of each collaboration: as stated, else that of the answering goal, -1 = unknown."""
    collaborations = snapshot.company.collaborations
    return first_known(collaborations.helping_unit, take(snapshot.company.goals.unit, collaborations.to_goal))


@rule("COLLAB-DUTY", "collaborations")
def collaborations_without_duty(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals that name a helping unit without saying what it has to do.

    Rule: COLLAB-DUTY
    """
    yield _by_goal(snapshot, snapshot.company.collaborations.duty == "", ERROR)


@rule("COLLAB-UNANSWERED", "collaborations")
def collaborations_unanswered(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals whose helping unit holds no goal that answers, itself or in a unit below it.

    Rule: COLLAB-UNANSWERED
    """
    collaborations = snapshot.company.collaborations
    answering = take(snapshot.goals_there, collaborations.to_goal, False)
    unit = take(snapshot.company.goals.unit, collaborations.to_goal)
    answered = answering & snapshot.within(unit, helping_units(snapshot))
    yield _by_goal(snapshot, ~answered, WARNING)


def _by_goal(snapshot: Snapshot, faulty: np.ndarray, severity: int) -> Breaks:
    """Return the leading goals of faulty collaborations, each once, with the codes of their helping units."""
    collaborations = snapshot.company.collaborations
    rows = np.flatnonzero(faulty & snapshot.goals_there[collaborations.from_goal])
    goals, starts = np.unique(collaborations.from_goal[rows], return_index=True)
    helpers = helping_units(snapshot)[rows]
    codes = [
        sorted({str(code) for code in snapshot.company.units.code[part[part >= 0]]})
        for part in np.split(helpers, starts[1:])
    ]
    return breaks("goals", goals, severity, helpers=codes[: len(goals)])


@rule("COLLAB-MISSING", "collaborations")
def shared_work_without_collaboration(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks and processes of several units between which no collaboration is agreed.

    Rule: COLLAB-MISSING
    """
    company = snapshot.company
    goals, nodes = company.goals, company.process_nodes
    rows = np.flatnonzero(snapshot.goals_there & take(key_tasks(snapshot), goals.key_task, False))
    yield _without_collaboration(snapshot, "plan", goals.key_task[rows], goals.unit[rows])
    rows = np.flatnonzero(nodes.unit >= 0)
    yield _without_collaboration(snapshot, "processes", nodes.process[rows], nodes.unit[rows])


def _without_collaboration(snapshot: Snapshot, table: str, work: np.ndarray, unit: np.ndarray) -> Breaks:
    collaborations = snapshot.company.collaborations
    ties = np.column_stack([snapshot.company.goals.unit[collaborations.from_goal], helping_units(snapshot)])
    ties = ties[snapshot.goals_there[collaborations.from_goal]]
    pairs = np.unique(np.column_stack([work, unit]), axis=0)
    found: list[int] = []
    units: list[list[str]] = []
    for part in np.split(pairs, np.flatnonzero(np.diff(pairs[:, 0])) + 1):
        sharing = _lowest(snapshot, part[:, 1])
        if len(sharing) < 2 or _tied(snapshot, ties, part[:, 1], sharing):
            continue
        found.append(int(part[0, 0]))
        units.append(sorted(str(code) for code in snapshot.company.units.code[sharing]))
    return breaks(table, np.array(found, dtype=np.int64), WARNING, units=units)


def _lowest(snapshot: Snapshot, units: np.ndarray) -> np.ndarray:
    """Return the units among those given that lie above none of the others."""
    above = snapshot.within(units[None, :], units[:, None])
    return units[above.sum(axis=1) == 1]


def _tied(snapshot: Snapshot, ties: np.ndarray, units: np.ndarray, lowest: np.ndarray) -> bool:
    """Return whether a collaboration ties two different ones of the units; the lowest stand for those below them."""
    ends = ties[:, :, None]
    belongs = (ends == units) | (snapshot.within(ends, units) & np.isin(units, lowest))
    unit = np.where(belongs.any(axis=2), belongs.argmax(axis=2), -1)
    return bool(((unit >= 0).all(axis=1) & (unit[:, 0] != unit[:, 1])).any())


@rule("COLLAB-LOCAL-OPTIMUM", "goals", "metrics")
def won_at_anothers_cost(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals on target while the goal of a metric in tension, nearest in the organisation, clearly misses.

    Rule: COLLAB-LOCAL-OPTIMUM
    """
    goals, figures = snapshot.company.goals, measures(snapshot)
    judged = snapshot.counted & (figures.status > STATUSES.index("partial"))
    gap = snapshot.parameters.value("COLLAB-LOCAL-OPTIMUM", "gap")
    worst: dict[int, int] = {}
    for one, other in _tensions(snapshot):
        over = np.flatnonzero(judged & (goals.metric == one) & (figures.gap_ratio <= LIMIT))
        counterpart = np.flatnonzero(judged & (goals.metric == other))
        for goal, missing in _nearest_worst(snapshot, over, counterpart):
            missed = figures.gap_ratio[missing]
            if missed > gap + LIMIT and missed > figures.gap_ratio[worst.get(goal, goal)]:
                worst[goal] = missing
    rows = np.array(sorted(worst), dtype=np.int64)
    others = np.array([worst[row] for row in rows.tolist()], dtype=np.int64)
    yield breaks(
        "goals",
        rows,
        WARNING,
        other=goals.code[others].tolist(),
        over=(0.0 - figures.gap_ratio[rows]).tolist(),
        missed=figures.gap_ratio[others].tolist(),
    )


def _tensions(snapshot: Snapshot) -> list[tuple[int, int]]:
    """Return the ordered pairs of metrics in tension; a tie declared on one side counts for both."""
    tension = snapshot.company.metrics.tension_with
    pairs = set(zip(tension.rows.tolist(), tension.values.tolist(), strict=True))
    pairs |= {(other, one) for one, other in pairs}
    return sorted(pair for pair in pairs if pair[0] != pair[1])


def _nearest_worst(snapshot: Snapshot, over: np.ndarray, counterpart: np.ndarray) -> Iterator[tuple[int, int]]:
    """Yield each goal with the worst counterpart of its cycle in the nearest enclosing unit that has any."""
    goals, units = snapshot.company.goals, snapshot.company.units
    ratio = measures(snapshot).gap_ratio
    for cycle in np.unique(goals.cycle[over]):
        mine = over[goals.cycle[over] == cycle]
        theirs = counterpart[goals.cycle[counterpart] == cycle]
        has = np.zeros(len(units), dtype=bool)
        has[goals.unit[theirs]] = True
        for level in reversed(trees.levels(units.parent)[1:]):
            np.logical_or.at(has, units.parent[level], has[level])
        scopes = trees.nearest_upward(units.parent, has)[goals.unit[mine]]
        for scope in np.unique(scopes[scopes >= 0]):
            inside = theirs[snapshot.within(goals.unit[theirs], scope)]
            missing = int(inside[np.argmax(ratio[inside])])
            for goal in mine[scopes == scope].tolist():
                yield goal, missing
