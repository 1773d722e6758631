"""Goal decomposition: every goal supports one above it, every person owns one, no level marks up without evidence.

Page: docs/rules/cascade.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from guantong.engine.calendar import iso_day, months_later
from guantong.engine.findings import ADVICE, ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.snapshot import LIMIT, Snapshot, figure, known, take

_YEAR_DAYS = 365.25
_SPAN_SLACK_DAYS = 31


@rule("GOAL-HORIZON", "goals")
def horizon_goals_span_years(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find a company without mid/long-term goal, and such goals of a span outside 3-5 years (31 days' slack).

    Rule: GOAL-HORIZON
    """
    rows = np.flatnonzero(snapshot.horizon_goals)
    if not len(rows):
        yield breaks("company", np.array([0]), ERROR)
        return
    start, end = snapshot.goal_start[rows], snapshot.goal_due[rows] + 1
    shortest = months_later(start, 12 * snapshot.parameters.value("GOAL-HORIZON", "min_years")) - _SPAN_SLACK_DAYS
    longest = months_later(start, 12 * snapshot.parameters.value("GOAL-HORIZON", "max_years")) + _SPAN_SLACK_DAYS
    outside = ((end < shortest) | (end > longest)) & snapshot.published[rows]
    yield breaks("goals", rows[outside], WARNING, years=((end - start)[outside] / _YEAR_DAYS).tolist())


@rule("GOAL-FOCUS", "priorities")
def priorities_are_few(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find a year without priority, or with more than the company can focus on.

    Rule: GOAL-FOCUS
    """
    priorities = snapshot.company.priorities
    count = int(snapshot.year_cycles[priorities.cycle].sum())
    if count == 0 or count > snapshot.parameters.value("GOAL-FOCUS", "max"):
        yield breaks("company", np.array([0]), ADVICE if count else ERROR, priorities=[count])


@rule("GOAL-ORPHAN", "goals")
def goals_without_parent(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find contract goals below company level that support no goal.

    Rule: GOAL-ORPHAN
    """
    below = snapshot.published & snapshot.contract & ~snapshot.company_goals
    yield breaks("goals", below & (snapshot.goal_parent < 0), ERROR)


@rule("GOAL-PRIORITY", "goals")
def company_goals_without_priority(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find company goals of the year that tie to no priority, and horizon goals that measure no intent.

    Rule: GOAL-PRIORITY
    """
    present = snapshot.company.present
    open_goals = snapshot.published
    year = open_goals & snapshot.company_goals & snapshot.year_goals & (snapshot.priority < 0)
    horizon = open_goals & snapshot.horizon_goals & (snapshot.company.goals.intent < 0)
    rows = np.flatnonzero((year & ("priorities" in present)) | (horizon & ("plan" in present)))
    yield breaks("goals", rows, ERROR, horizon=horizon[rows].tolist())


@figure
def has_contract_child(snapshot: Snapshot) -> np.ndarray:
    """Return which goals some contract goal, published or closed, supports, (n_goals,) bool."""
    supported = np.zeros(len(snapshot.company.goals), dtype=bool)
    supported[snapshot.goal_parent[snapshot.contract & (snapshot.goal_parent >= 0)]] = True
    return supported


@rule("GOAL-CHILDLESS", "goals")
def goals_without_child(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find company and unit goals that nothing below supports; teams and one-person units need none.

    Rule: GOAL-CHILDLESS
    """
    goals, units = snapshot.company.goals, snapshot.company.units
    small = (snapshot.people_below(snapshot.active) == 1) | units.is_choice("kind", "team")
    lacking = snapshot.published & (goals.personal != 1) & ~has_contract_child(snapshot)
    rows = np.flatnonzero(lacking & (snapshot.company_goals | ~small[goals.unit]))
    yield breaks("goals", rows, np.where(snapshot.company_goals[rows], ERROR, WARNING))


@figure
def steps_hold(snapshot: Snapshot) -> np.ndarray:
    """Return where a goal's parent belongs to the own unit or one above it, (n_goals,) bool; True without parent."""
    unit, parent = snapshot.company.goals.unit, snapshot.goal_parent
    return (parent < 0) | snapshot.within(unit, take(unit, parent))


@rule("GOAL-LEVEL", "goals")
def parents_off_the_line(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals whose parent belongs neither to their unit nor to one above it.

    Rule: GOAL-LEVEL
    """
    rows = np.flatnonzero(snapshot.published & ~steps_hold(snapshot))
    yield breaks("goals", rows, ERROR, parent=snapshot.company.goals.code[snapshot.goal_parent[rows]].tolist())


@rule("GOAL-PERIOD", "goals")
def goals_out_of_period(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals dated outside their cycle, or due after the goal that they support.

    Rule: GOAL-PERIOD
    """
    goals, cycles = snapshot.company.goals, snapshot.company.cycles
    first, last = cycles.start[goals.cycle], cycles.end[goals.cycle]
    limit = np.fmin(last, take(goals.due, snapshot.goal_parent, np.nan))
    early = (goals.start < first) | (goals.due < first)
    late = (goals.start > last) | (goals.due > limit)
    rows = np.flatnonzero(snapshot.published & (early | late))
    yield breaks(
        "goals",
        rows,
        WARNING,
        start=[iso_day(day) for day in goals.start[rows]],
        due=[iso_day(day) for day in goals.due[rows]],
        limit_start=[iso_day(day) for day in first[rows]],
        limit_due=[iso_day(day) for day in limit[rows]],
    )


@rule("GOAL-NOBODY", "people", "goals")
def people_without_goal(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find active people past the grace days who own no goal of the year, stretch goals included.

    Rule: GOAL-NOBODY
    """
    goals = snapshot.company.goals
    owners = goals.owner[snapshot.goals_there & snapshot.year_cycles[goals.cycle] & (goals.owner >= 0)]
    owns = np.zeros(len(snapshot.company.people), dtype=bool)
    owns[owners] = True
    yield breaks("people", snapshot.settled & ~owns, ERROR)


@rule("GOAL-OWNER", "people", "goals")
def goals_without_owner(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals that nobody owns.

    Rule: GOAL-OWNER
    """
    yield breaks("goals", snapshot.published & (snapshot.company.goals.owner < 0), ERROR)


@dataclass(frozen=True, eq=False)
class Carriers:
    """Which goals carry their parent's metric on.

    Attributes:
        parent: (n_goals,) int64, the goal that each carrier carries, -1 where a goal is no carrier.
        count: (n_goals,) int64 carriers of each goal.
    """

    parent: np.ndarray
    count: np.ndarray


@figure
def carriers(snapshot: Snapshot) -> Carriers:
    """Return the carriers of each goal (docs/rules/cascade.md): children that carry its metric on.

    Children with the goal's metric in its cycle (where none is, in the cycles directly below), contract, published
    or closed, not exempt, except a mirror: the owner's own personal goal that repeats the target.
    """
    goals = snapshot.company.goals
    size = len(goals)
    parent = snapshot.goal_parent
    candidate = snapshot.counted & (parent >= 0) & (goals.metric >= 0)
    # A goal without parent is no candidate, whatever stands in the last place that its -1 reads.
    candidate &= goals.metric[parent] == goals.metric
    candidate[mirrors(snapshot)] = False
    cycle_above = goals.cycle[parent]
    same = candidate & (cycle_above == goals.cycle)
    carried = np.where(same, parent, -1)
    rows = np.flatnonzero(candidate & ~same & (cycle_above == snapshot.cycle_parent[goals.cycle]))
    if len(rows):
        rows = rows[np.bincount(parent[same], minlength=size)[parent[rows]] == 0]
        carried[rows] = parent[rows]
    return Carriers(carried, np.bincount(carried[carried >= 0], minlength=size))


def mirrors(snapshot: Snapshot) -> np.ndarray:
    """Return the personal goals that repeat the target of their owner's goal above, (m,) positions."""
    goals, parent = snapshot.company.goals, snapshot.goal_parent
    rows = np.flatnonzero(
        (goals.personal == 1) & (parent >= 0) & (goals.owner >= 0) & (goals.owner[parent] == goals.owner)
    )
    above = snapshot.target[parent[rows]]
    return rows[np.abs(above - snapshot.target[rows]) <= LIMIT * np.maximum(1, np.abs(above))]


@figure
def retained_part(snapshot: Snapshot) -> np.ndarray:
    """Return the part of each target that the goal keeps for itself, 0 where none is stated, (n_goals,) float64."""
    return np.fmax(snapshot.company.goals.retained, 0.0)


@dataclass(frozen=True, eq=False)
class Markup:
    """Layer-by-layer markup of each goal.

    Attributes:
        factor: (n_goals,) f = what the carriers and the retained part add up to / target; NaN where there is none.
        approved: (n_goals,) bool, the level is approved by a calibration.
        cumulative: (n_goals,) product of the factors along the path down to this level - 1; NaN where no factor.
    """

    factor: np.ndarray
    approved: np.ndarray
    cumulative: np.ndarray


@figure
def markup(snapshot: Snapshot) -> Markup:
    """Return the markup of each level and along its path (docs/rules/cascade.md)."""
    carried = carriers(snapshot).parent
    factor = factors(snapshot, snapshot.target)
    approved = _approved(snapshot, carried)
    level = np.where(approved, 1.0, factor)
    product = level.copy()
    for rows in snapshot.goal_levels[1:]:
        above = take(product, carried[rows], np.nan)
        product[rows] = level[rows] * np.where(np.isnan(above), 1.0, above)
    return Markup(factor, approved, product - 1)


def factors(snapshot: Snapshot, target: np.ndarray) -> np.ndarray:
    """Return what carriers and retained part add up to / target (docs/rules/cascade.md), under any targets.

    Args:
        target: (n_goals,) metric units; `snapshot.target` for those in force.

    Returns:
        (n_goals,) ratio, above 1 = asks for more; NaN where there is none.
    """
    goals, carried = snapshot.company.goals, carriers(snapshot).parent
    size = len(goals)
    judged = snapshot.goals_there & (target > 0) & ~snapshot.metric_is("direction", "range", "milestone")
    rows = np.flatnonzero((target > 0) & (take(target, carried, np.nan) > 0))
    above = carried[rows]
    lower, adds_up = snapshot.metric_is("direction", "lower"), snapshot.metric_is("aggregation", "sum")
    retained = retained_part(snapshot)
    counted = np.bincount(above, minlength=size) > 0
    summed = np.bincount(above, weights=target[rows], minlength=size) + retained
    strictest = np.full(size, -np.inf)
    single = ~adds_up[above]
    rows, above = rows[single], above[single]
    ratio = np.where(lower[above], target[above] / target[rows], target[rows] / target[above])
    with np.errstate(divide="ignore", invalid="ignore"):
        total = summed / target
        total[lower] = target[lower] / summed[lower]
    np.maximum.at(strictest, above, ratio)
    alone = goals.is_choice("rollup", "sum") & ~counted
    factor = np.where(adds_up, total, strictest)
    factor[alone] = retained[alone] / np.where(judged, target, np.nan)[alone]
    return np.where(judged & (counted | (alone & adds_up)), factor, np.nan)


def _approved(snapshot: Snapshot, carried: np.ndarray) -> np.ndarray:
    goals, calibrations = snapshot.company.goals, snapshot.company.calibrations
    size = len(goals)
    if not len(calibrations):
        return np.zeros(size, dtype=bool)
    there = ~(calibrations.date > snapshot.as_of)
    approved = np.zeros(size, dtype=bool)
    approved[calibrations.goal[there & calibrations.is_choice("scope", "children")]] = True
    own = np.zeros(size, dtype=bool)
    own[calibrations.goal[there & calibrations.is_choice("scope", "own")]] = True
    open_links = np.bincount(carried[(carried >= 0) & ~own], minlength=size)
    all_own = (np.bincount(carried[carried >= 0], minlength=size) > 0) & (open_links == 0)
    return approved | all_own


@rule("CASCADE-MARKUP", "goals", "metrics")
def levels_marked_up(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals whose carriers add up to more than the target without an approved calibration.

    Rule: CASCADE-MARKUP
    """
    figures = markup(snapshot)
    own = figures.factor - 1
    warning = snapshot.parameters.value("CASCADE-MARKUP", "warning")
    error = snapshot.parameters.value("CASCADE-MARKUP", "error")
    rows = np.flatnonzero((own > warning + LIMIT) & ~figures.approved)
    grave = np.maximum(own, figures.cumulative)[rows] > error + LIMIT
    total = company_markup(snapshot)
    yield breaks(
        "goals",
        rows,
        np.where(grave, ERROR, WARNING),
        markup=own[rows].tolist(),
        cumulative=figures.cumulative[rows].tolist(),
        total=known(total[rows]),
    )


@figure
def company_markup(snapshot: Snapshot) -> np.ndarray:
    """Return the whole markup below each company goal that adds up: lowest carriers' targets / its target - 1.

    Returns:
        (n_goals,) ratio; NaN for other goals and where nothing carries them.
    """
    links = carriers(snapshot)
    goals = snapshot.company.goals
    lowest = np.where((links.count == 0) & (links.parent >= 0), np.nan_to_num(snapshot.target), 0.0)
    below = lowest + np.where(links.count > 0, retained_part(snapshot), 0.0)
    for rows in reversed(snapshot.goal_levels):
        moving = rows[links.parent[rows] >= 0]
        np.add.at(below, links.parent[moving], below[moving])
    shown = snapshot.company_goals & (links.count > 0) & (snapshot.target > 0)
    shown &= snapshot.metric_is("aggregation", "sum")
    result = np.full(len(goals), np.nan)
    result[shown] = below[shown] / snapshot.target[shown] - 1
    return result


@rule("CASCADE-SHORTFALL", "goals", "metrics")
def goals_not_carried_whole(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals that roll up by sum whose remainder nobody carries.

    Rule: CASCADE-SHORTFALL
    """
    factor = markup(snapshot).factor
    tolerance = snapshot.parameters.value("CASCADE-SHORTFALL", "tolerance")
    sums = snapshot.metric_is("aggregation", "sum") & snapshot.company.goals.is_choice("rollup", "sum")
    rows = np.flatnonzero(sums & (1 - factor > tolerance + LIMIT) & ~_contributions(snapshot))
    yield breaks("goals", rows, ERROR, shortfall=(1 - factor[rows]).tolist())


def _contributions(snapshot: Snapshot) -> np.ndarray:
    """Return goals with a single carrier that carries a part, while the goal says that it retains some of the rest."""
    return (carriers(snapshot).count == 1) & (snapshot.company.goals.retained > 0)
