"""The connection index: for how many people the thread from strategy to pay holds, where it breaks, what to mend first.

Page: docs/rules/thread.md. A link is kept when one of the person's goals passes it and all links before it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from guantong.engine.budgets import funded
from guantong.engine.cascade import steps_hold
from guantong.engine.findings import reported
from guantong.engine.measurement import measures
from guantong.engine.responsibilities import answered_tasks, matrix_rows
from guantong.engine.reward_rules import rewarded_people
from guantong.engine.rewards import member_cards
from guantong.engine.scorecards import carded_items, cards, data_due, goals_on_cards, on_card
from guantong.engine.smart import LETTERS, letters
from guantong.engine.snapshot import Snapshot, figure, take

LINK_RULES = {
    "goal": ("GOAL-NOBODY",),
    "reaches_company": ("GOAL-ORPHAN", "GOAL-LEVEL"),
    "ties_to_priority": ("GOAL-PRIORITY",),
    "measurable": ("GOAL-SMART",),
    "has_data": ("BSC-NO-DATA", "TRACK-STALE"),
    "on_scorecard": ("BSC-OFF-CARD",),
    "rewarded": ("REWARD-UNLINKED",),
    "funded": ("OTB-UNFUNDED",),
    "responsible": ("RESP-MISSING", "RESP-SINGLE"),
}
"""Links in their order, with the rules behind a break of each."""

LINKS = tuple(LINK_RULES)
REPAIRS_SHOWN = 20


@dataclass(frozen=True, eq=False)
class Paths:
    """The way of each person's goal up to the company, (m,) each.

    Attributes:
        goals: Positions of the contract goals of the year that settled people own.
        person: Their owners.
        end: The first company goal on the way, -1 where the way breaks.
        broken_at: The goal at which the way breaks, -1 where it reaches the company.
        tied: bool, a goal on the way has a priority or is a horizon goal with an intent.
        priority, key_task: The nearest on the way, -1 = none.
    """

    goals: np.ndarray
    person: np.ndarray
    end: np.ndarray
    broken_at: np.ndarray
    tied: np.ndarray
    priority: np.ndarray
    key_task: np.ndarray


@figure
def paths(snapshot: Snapshot) -> Paths:
    """Return the way of each person's goals (docs/rules/thread.md)."""
    owner = snapshot.company.goals.owner
    mine = np.flatnonzero(snapshot.contract & snapshot.year_goals & (owner >= 0) & take(snapshot.settled, owner, False))
    size = len(mine)
    end, broken_at, priority, key_task = (np.full(size, -1, dtype=np.int64) for _ in range(4))
    tied = np.zeros(size, dtype=bool)
    ties = (snapshot.priority >= 0) | (snapshot.horizon_goals & (snapshot.company.goals.intent >= 0))
    sound = steps_hold(snapshot) | (not snapshot.parameters.is_on("GOAL-LEVEL"))
    walking, at = np.arange(size), mine.copy()
    while len(walking):
        tied[walking] |= ties[at]
        for found, values in ((priority, snapshot.priority), (key_task, snapshot.key_task)):
            found[walking] = np.where(found[walking] >= 0, found[walking], values[at])
        arrived = snapshot.company_goals[at]
        end[walking[arrived]] = at[arrived]
        broken = ~arrived & ((snapshot.goal_parent[at] < 0) | ~sound[at])
        broken_at[walking[broken]] = at[broken]
        onward = ~arrived & ~broken
        walking, at = walking[onward], snapshot.goal_parent[at[onward]]
    return Paths(mine, owner[mine], end, broken_at, tied, priority, key_task)


@figure
def links(snapshot: Snapshot) -> dict[str, np.ndarray]:
    """Return where each person's goal passes each link that counts, in order, (m,) bool each as `paths`."""
    way = paths(snapshot)
    core = take(snapshot.company.priorities.core == 1, way.priority, False)
    for_priority, for_task = funded(snapshot)
    money = np.where(way.key_task >= 0, take(for_task, way.key_task, False), take(for_priority, way.priority, False))
    answered = take(_tasks_in_order(snapshot), way.key_task, False)
    stated = letters(snapshot)[way.goals]
    reaches = (way.end >= 0) | (not snapshot.parameters.is_on("GOAL-ORPHAN"))
    passes = {
        "goal": np.ones(len(way.goals), dtype=bool),
        "reaches_company": reaches,
        "ties_to_priority": way.tied | (reaches & (way.end < 0)),
        "measurable": stated[:, LETTERS.index("M")] & stated[:, LETTERS.index("T")],
        "has_data": data_due(snapshot).present[way.goals] | _data_unasked(snapshot)[way.goals],
        "on_scorecard": on_card(snapshot)[way.goals],
        "rewarded": _rewarded(snapshot),
        "funded": ~core | money,
        "responsible": ~core | (way.key_task < 0) | answered,
    }
    return {link: passed for link, passed in passes.items() if _link_counts(snapshot, link)}


def _rewarded(snapshot: Snapshot) -> np.ndarray:
    """Return where the goal's card feeds a scheme; off the card where no rule asks for it: where the owner is paid."""
    way = paths(snapshot)
    fed = _feeding_goals(snapshot, _scored(snapshot))[way.goals]
    if snapshot.parameters.is_on("BSC-OFF-CARD"):
        return fed
    return fed | (~on_card(snapshot)[way.goals] & rewarded_people(snapshot)[way.person])


def _data_unasked(snapshot: Snapshot) -> np.ndarray:
    """Return which goals' data no rule asks for, BSC-NO-DATA on cards and TRACK-STALE elsewhere, (n_goals,) bool."""
    carded = goals_on_cards(snapshot)
    is_on = snapshot.parameters.is_on
    return (carded & (not is_on("BSC-NO-DATA"))) | (~carded & (not is_on("TRACK-STALE")))


def _tasks_in_order(snapshot: Snapshot) -> np.ndarray:
    """Return which plan entries have matrix rows with one responsible person each, as far as the rules ask for it."""
    matrix = snapshot.company.responsibilities
    listed = np.zeros(len(snapshot.company.plan), dtype=bool)
    listed[matrix.key_task[matrix_rows(snapshot) & (matrix.key_task >= 0)]] = True
    is_on = snapshot.parameters.is_on
    unasked = (listed & (not is_on("RESP-SINGLE"))) | (~listed & (not is_on("RESP-MISSING")))
    return answered_tasks(snapshot) | unasked


def _link_counts(snapshot: Snapshot, link: str) -> bool:
    """Return whether a link belongs to the stage and at least one rule behind it is not switched off."""
    return any(snapshot.parameters.is_on(rule) for rule in LINK_RULES[link])


def _current(snapshot: Snapshot) -> np.ndarray:
    """Return the members of schemes of the checked year and its parts, (n_members,) bool."""
    company = snapshot.company
    return snapshot.year_cycles[company.reward_schemes.cycle[company.reward_members.scheme]]


def _scored(snapshot: Snapshot) -> np.ndarray:
    """Return the members whose card has a score, (n_members,) bool."""
    return ~np.isnan(take(cards(snapshot).score, member_cards(snapshot), np.nan))


def _feeding_goals(snapshot: Snapshot, chosen: np.ndarray) -> np.ndarray:
    """Return which goals stand on a card on which their owner's reward depends, as one of the members chosen."""
    company, found = snapshot.company, cards(snapshot)
    card = member_cards(snapshot)
    feeds = chosen & _current(snapshot) & (card >= 0)
    items = carded_items(snapshot)
    goal = company.scorecards.goal[found.rows[items]]
    size = max(len(company.people), 1)
    wanted = card[feeds] * size + company.reward_members.person[feeds]
    mask = np.zeros(len(company.goals), dtype=bool)
    mask[goal[np.isin(found.card[items] * size + company.goals.owner[goal], wanted)]] = True
    return mask


@dataclass(frozen=True)
class Loss:
    """People whom a link loses behind one finding; `rule` None where no finding stands behind it."""

    link: str
    rule: str | None
    table: str
    subject: int
    people: int


@dataclass(frozen=True)
class Repair:
    """A finding and how many people's whole thread would hold if its break alone were mended."""

    rule: str
    table: str
    subject: int
    frees: int


@dataclass(frozen=True, eq=False)
class Index:
    """The connection index.

    Attributes:
        people: Active people past the grace days.
        whole: Those whose whole thread holds.
        funnel: (link, kept, lost) in the order of the links.
        holds: (n_people,) bool, whose whole thread holds.
        lost_at: (n_people,) positions in `funnel` of the link that loses each person, -1 = none.
        losses: Whom each link loses, behind which finding, in the order of links and people lost.
    """

    people: int
    whole: int
    funnel: list[tuple[str, int, int]]
    holds: np.ndarray
    lost_at: np.ndarray
    losses: list[Loss]


@figure
def index(snapshot: Snapshot) -> Index:
    """Return the connection index of the company (docs/rules/thread.md)."""
    way, size = paths(snapshot), len(snapshot.company.people)
    alive = np.ones(len(way.goals), dtype=bool)
    kept, lost_at = snapshot.settled, np.full(size, -1, dtype=np.int64)
    funnel: list[tuple[str, int, int]] = []
    losses: list[Loss] = []
    passes = links(snapshot)
    # Without the link `goal` nobody is asked for one: who owns none has no thread that could break.
    unasked = snapshot.settled & (np.bincount(way.person, minlength=size) == 0) & ("goal" not in passes)
    for link, passed in passes.items():
        before, candidates = kept, alive
        alive = alive & passed
        kept = (np.bincount(way.person[alive], minlength=size) > 0) | unasked
        lost = before & ~kept
        lost_at[lost] = len(funnel)
        funnel.append((link, int(kept.sum()), int(lost.sum())))
        losses += _losses(snapshot, link, lost, candidates)
    return Index(int(snapshot.settled.sum()), int(kept.sum()), funnel, kept, lost_at, losses)


@dataclass(frozen=True, eq=False)
class Blame:
    """Which finding stands behind a failed link of which goal; parallel arrays, (n,) each.

    Attributes:
        row: Positions in `paths`.
        link: Positions in the links' order.
        cause: Finding, as position in CAUSES x `stride` + position of the subject.
        stride: More than any table has rows.
        unexplained: (m, n_links) bool, failed links behind which no finding stands.
    """

    row: np.ndarray
    link: np.ndarray
    cause: np.ndarray
    stride: int
    unexplained: np.ndarray


CAUSES = (
    ("GOAL-NOBODY", "people"),
    ("GOAL-ORPHAN", "goals"),
    ("GOAL-LEVEL", "goals"),
    ("GOAL-PRIORITY", "goals"),
    ("GOAL-SMART", "goals"),
    ("BSC-NO-DATA", "goals"),
    ("TRACK-STALE", "goals"),
    ("BSC-OFF-CARD", "people"),
    ("REWARD-UNLINKED", "people"),
    ("OTB-UNFUNDED", "plan"),
    ("OTB-UNFUNDED", "priorities"),
    ("RESP-MISSING", "plan"),
    ("RESP-SINGLE", "responsibilities"),
)
"""Findings that can stand behind a lost link: rule and table of the subject."""


@figure
def blame(snapshot: Snapshot) -> Blame:
    """Return the findings behind each failed link of each person's goal; none where it follows from an earlier one."""
    way, passes = paths(snapshot), links(snapshot)
    stride = max(len(rows) for rows in snapshot.company) + 1
    unexplained = np.zeros((len(way.goals), len(LINKS)), dtype=bool)
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    for link, passed in passes.items():
        place = LINKS.index(link)
        broken = ~passed & ~_follows(snapshot, link)
        failed = np.flatnonzero(broken)
        explained = np.zeros(len(way.goals), dtype=bool)
        for cause, rows, subjects in _suspects(snapshot, link, failed):
            rule, table = CAUSES[cause]
            known = take(reported(snapshot, rule, table), subjects, False)
            explained[rows[known]] = True
            found.append((rows[known], np.full(int(known.sum()), place), cause * stride + subjects[known]))
        unexplained[:, place] = broken & ~explained
    nothing = (np.empty(0, dtype=np.int64),) * 3
    columns = [np.concatenate(part) for part in zip(nothing, *found, strict=True)]
    return Blame(columns[0], columns[1], columns[2], stride, unexplained)


def _follows(snapshot: Snapshot, link: str) -> np.ndarray:
    """Return where a link's failure is mended together with the break of an earlier link, (m,) bool."""
    way = paths(snapshot)
    if link == "ties_to_priority":
        return way.broken_at >= 0  # a broken way is mended as a whole
    return _pay_follows(snapshot) if link == "rewarded" else np.zeros(len(way.goals), dtype=bool)


def _pay_follows(snapshot: Snapshot) -> np.ndarray:
    """Return where pay comes by itself once the goal stands on the card, or gives its card the first score, (m,) bool.

    The owner's reward must depend on that card: the owner's, or that of the unit which the owner heads.
    """
    way, passes, figures = paths(snapshot), links(snapshot), measures(snapshot)
    company, goal = snapshot.company, way.goals
    passed = np.ones(len(goal), dtype=bool)
    members = company.reward_members
    holder = np.where(members.scorecard_people >= 0, members.scorecard_people, members.person)
    holder = np.where(members.scorecard >= 0, take(company.units.head, members.scorecard), holder)
    in_scheme = np.zeros(len(company.people), dtype=bool)
    in_scheme[members.person[_current(snapshot) & (holder == members.person)]] = True
    valued = ~np.isnan(figures.attainment[goal])
    off_card = ~passes.get("on_scorecard", passed) & valued & in_scheme[way.person]
    no_figure = ~passes.get("has_data", passed) | (~passes.get("measurable", passed) & ~np.isnan(figures.actual[goal]))
    fed = _feeding_goals(snapshot, np.ones(len(members), dtype=bool))[goal]
    return snapshot.counted[goal] & (off_card | (~valued & no_figure & fed))


def _suspects(snapshot: Snapshot, link: str, failed: np.ndarray) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Yield (cause, rows, subjects) of the findings that could stand behind a link's failure in these rows."""
    way = paths(snapshot)
    goal, person, task = way.goals[failed], way.person[failed], way.key_task[failed]
    where = {
        "reaches_company": {"goals": way.broken_at[failed]},
        "ties_to_priority": {"goals": way.end[failed]},
        "funded": {"plan": task, "priorities": np.where(task >= 0, -1, way.priority[failed])},
        "responsible": {"plan": task},
    }.get(link, {"goals": goal, "people": person})
    for cause, (rule, table) in enumerate(CAUSES):
        if rule in LINK_RULES[link] and table in where:
            yield cause, failed, where[table]
    if link == "responsible":
        matrix = snapshot.company.responsibilities
        rows = np.flatnonzero(matrix_rows(snapshot) & (matrix.key_task >= 0))
        order = rows[np.argsort(matrix.key_task[rows], kind="stable")]
        first = np.searchsorted(matrix.key_task[order], task, side="left")
        count = np.searchsorted(matrix.key_task[order], task, side="right") - first
        pick = np.repeat(first - np.cumsum(count) + count, count) + np.arange(int(count.sum()))
        yield CAUSES.index(("RESP-SINGLE", "responsibilities")), np.repeat(failed, count), order[pick]


def _losses(snapshot: Snapshot, link: str, lost: np.ndarray, candidates: np.ndarray) -> list[Loss]:
    """Return how many people a link loses behind each finding, most first; a person counts once for each finding."""
    way, behind = paths(snapshot), blame(snapshot)
    if link == "goal":
        subjects = np.flatnonzero(lost & reported(snapshot, "GOAL-NOBODY", "people"))
        people, explained = subjects, subjects
        cause = CAUSES.index(("GOAL-NOBODY", "people")) * behind.stride + subjects
    else:
        chosen = (behind.link == LINKS.index(link)) & (candidates & lost[way.person])[behind.row]
        people, cause = way.person[behind.row[chosen]], behind.cause[chosen]
        explained = np.unique(people)
    found = [Loss(link, *_named(snapshot, cause), people=count) for cause, count in _per_cause(cause, people)]
    silent = int(lost.sum()) - len(explained)
    return found[:REPAIRS_SHOWN] + ([Loss(link, None, "", -1, silent)] if silent else [])


def _per_cause(cause: np.ndarray, people: np.ndarray) -> list[tuple[int, int]]:
    """Return (cause, people) with the people of each cause counted once, most people first, then by cause."""
    pairs = np.unique(np.column_stack([cause, people]), axis=0)
    causes, count = np.unique(pairs[:, 0], return_counts=True)
    order = np.lexsort((causes, -count))
    return list(zip(causes[order].tolist(), count[order].tolist(), strict=True))


def _named(snapshot: Snapshot, cause: int) -> tuple[str, str, int]:
    place, subject = divmod(cause, blame(snapshot).stride)
    return (*CAUSES[place], subject)


@figure
def repairs(snapshot: Snapshot) -> list[Repair]:
    """Return which findings, mended alone, would make most people's threads whole (docs/rules/thread.md).

    A thread is freed by a finding when it is the only one behind all links that fail on it. Waived findings are
    left to the caller; order: people freed, then rule and subject.
    """
    way, behind, result = paths(snapshot), blame(snapshot), index(snapshot)
    pairs = np.unique(np.column_stack([behind.row, behind.cause]), axis=0)
    causes = np.bincount(pairs[:, 0], minlength=len(way.goals))
    open_rows = ~behind.unexplained.any(axis=1) & ~result.holds[way.person]
    alone = (causes[pairs[:, 0]] == 1) & open_rows[pairs[:, 0]]
    people, cause = way.person[pairs[alone, 0]], pairs[alone, 1]
    if not {"on_scorecard", "rewarded"} & links(snapshot).keys():
        nobody = np.flatnonzero(reported(snapshot, "GOAL-NOBODY", "people"))
        people = np.concatenate([people, nobody])
        cause = np.concatenate([cause, CAUSES.index(("GOAL-NOBODY", "people")) * behind.stride + nobody])
    found = [Repair(*_named(snapshot, cause), frees=count) for cause, count in _per_cause(cause, people)]
    codes = {table: getattr(snapshot.company, table).code for _, table in CAUSES}
    return sorted(found, key=lambda repair: (-repair.frees, repair.rule, codes[repair.table][repair.subject]))
