"""SMART and challenge: is a goal stated so that it can be measured, and is it neither too easy nor beyond reach.

Page: docs/rules/smart.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from guantong.engine.findings import ADVICE, ERROR, WARNING, Breaks, breaks, reported, rule
from guantong.engine.reading import wishful
from guantong.engine.snapshot import LIMIT, Snapshot, figure

LETTERS = "SMART"
_FAMILIES = ("unit", "person", "bounded")
"""Families of goals with their own band of challenge."""


@figure
def has_milestones(snapshot: Snapshot) -> np.ndarray:
    """Return which goals have dated milestones, (n_goals,) bool."""
    of = snapshot.company.milestones.of
    return np.bincount(of[of >= 0], minlength=len(snapshot.company.goals)) > 0


@figure
def letters(snapshot: Snapshot) -> np.ndarray:
    """Return the five verdicts of each goal, (n_goals, 5) bool in the order S M A R T.

    Rule: GOAL-SMART
    """
    goals = snapshot.company.goals
    measurable = _measurable(snapshot)
    named = measurable | (goals.metric >= 0)
    specific = named.copy()
    specific[~named] = ~wishes(goals.name[~named])
    reach = challenge(snapshot)
    beyond = np.zeros(len(goals), dtype=bool)
    beyond[reach.rows] = reach.ratio > reach.high + LIMIT
    ties = (snapshot.goal_parent >= 0) | (snapshot.priority >= 0)
    ties |= snapshot.horizon_goals & (goals.intent >= 0)
    dated = ~np.isnan(goals.start) & ~np.isnan(goals.due)
    return np.column_stack([specific, measurable, ~beyond | justified(snapshot), ties, dated])


def wishes(texts: np.ndarray) -> np.ndarray:
    """Return which texts only wish, (n,) bool; each distinct text is read once."""
    given = texts.tolist()
    read = {text: wishful(text) for text in set(given)}
    return np.fromiter(map(read.__getitem__, given), dtype=bool, count=len(given))


def justified(snapshot: Snapshot) -> np.ndarray:
    """Return which goals state a justification, (n_goals,) bool."""
    return snapshot.company.goals.justification != ""


def _measurable(snapshot: Snapshot) -> np.ndarray:
    """Return SMART's M: metric, unit and target; or milestones; or an objective whose every child is measurable."""
    goals, metrics = snapshot.company.goals, snapshot.company.metrics
    size = len(goals)
    with_unit = np.append(metrics.unit_of_measure != "", False)[goals.metric].astype(bool)
    stated = with_unit & ~np.isnan(snapshot.target) & ~snapshot.metric_is("direction", "milestone")
    stated &= ~(snapshot.metric_is("direction", "range") & np.isnan(goals.target_high))
    measurable = stated | has_milestones(snapshot)
    children = np.zeros(size, dtype=np.int64)
    failing = np.zeros(size, dtype=np.int64)
    for level in reversed(snapshot.goal_levels):
        objective = level[(goals.metric[level] < 0) & ~measurable[level] & (children[level] > 0)]
        measurable[objective] = failing[objective] == 0
        carried = level[snapshot.contract[level] & (snapshot.goal_parent[level] >= 0)]
        np.add.at(children, snapshot.goal_parent[carried], 1)
        np.add.at(failing, snapshot.goal_parent[carried], ~measurable[carried])
    return measurable


@rule("GOAL-SMART", "goals")
def goals_not_smart(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals that fail a letter which no other rule reports on the same goal: error for M or T, else warning.

    Rule: GOAL-SMART
    """
    holds = letters(snapshot)
    silent = np.zeros(holds.shape, dtype=bool)
    for letter, rules in (("A", ["GOAL-CHALLENGE"]), ("R", ["GOAL-ORPHAN", "GOAL-PRIORITY"]), ("T", ["GOAL-PERIOD"])):
        for rule_id in rules:
            silent[:, LETTERS.index(letter)] |= reported(snapshot, rule_id, "goals")
    if "priorities" not in snapshot.company.present:
        silent[:, LETTERS.index("R")] |= snapshot.company_goals  # nothing to tie to, and GOAL-PRIORITY is silent
    failed = ~holds & ~silent
    rows = np.flatnonzero(snapshot.published & failed.any(axis=1))
    grave = failed[:, LETTERS.index("M")] | failed[:, LETTERS.index("T")]
    yield breaks(
        "goals",
        rows,
        np.where(grave[rows], ERROR, WARNING),
        letters=[dict(zip(LETTERS, row, strict=True)) for row in holds[rows].tolist()],
        score=holds[rows].sum(axis=1).tolist(),
    )


@dataclass(frozen=True, eq=False)
class Challenge:
    """How far targets reach beyond their baselines, for the goals that are judged.

    Attributes:
        rows: (m,) positions of the goals judged.
        ratio: (m,) target / baseline (lower is better: inverted), or the part of the distance to the best value.
        low, high: (m,) the band within which the ratio is right.
    """

    rows: np.ndarray
    ratio: np.ndarray
    low: np.ndarray
    high: np.ndarray


@figure
def challenge(snapshot: Snapshot) -> Challenge:
    """Return the challenge of each goal that is judged (docs/rules/smart.md).

    Rule: GOAL-CHALLENGE
    """
    goals, target = snapshot.company.goals, snapshot.target
    best = snapshot.metric_of("best", np.nan)
    kind = snapshot.metric_of("kind", -1)
    bounded = snapshot.metric_is("kind", "bounded") | ((kind < 0) & ~np.isnan(best))
    lower = snapshot.metric_is("direction", "lower")
    judged = snapshot.published & snapshot.contract & ~snapshot.adjusted & (goals.metric >= 0)
    judged &= (goals.baseline > 0) & ~np.isnan(target) & (target != 0) & ~snapshot.metric_is("kind", "other")
    judged &= ~snapshot.metric_is("direction", "range", "milestone") & ~(lower & (target < 0) & ~bounded)
    judged &= ~bounded | ((target != best) & (best != goals.baseline) & ~np.isnan(best))
    rows = np.flatnonzero(judged)
    base, aim = goals.baseline[rows], target[rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        closed = (aim - base) / (best[rows] - base)
    ratio = np.where(bounded[rows], closed, np.where(lower[rows], base / aim, aim / base))
    personal = (goals.personal[rows] == 1) & ~lower[rows]
    family = np.where(bounded[rows], _FAMILIES.index("bounded"), personal.astype(np.int64))
    return Challenge(rows, ratio, _edge(snapshot, rows, family, "low"), _edge(snapshot, rows, family, "high"))


def _edge(snapshot: Snapshot, rows: np.ndarray, family: np.ndarray, side: str) -> np.ndarray:
    own = snapshot.metric_of(f"challenge_{side}", np.nan)[rows]
    edges = [snapshot.parameters.value("GOAL-CHALLENGE", f"{name}_{side}") for name in _FAMILIES]
    return np.where(np.isnan(own), np.array(edges)[family], own)


@rule("GOAL-CHALLENGE", "goals", "metrics")
def goals_off_the_band(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find goals too easy (advice) or beyond reach (warning; advice with a justification).

    Rule: GOAL-CHALLENGE
    """
    figures = challenge(snapshot)
    beyond = figures.ratio > figures.high + LIMIT
    found = np.flatnonzero(beyond | (figures.low - figures.ratio > LIMIT))
    rows, beyond = figures.rows[found], beyond[found]
    yield breaks(
        "goals",
        rows,
        np.where(beyond & ~justified(snapshot)[rows], WARNING, ADVICE),
        ratio=figures.ratio[found].tolist(),
        low=figures.low[found].tolist(),
        high=figures.high[found].tolist(),
        verdict=np.where(beyond, "beyond", "easy").tolist(),
    )
