"""Balanced scorecards: items, scores, coverage, ratings, and whether the thread from goal to score holds.

A card is what one holder (unit or person) has in one cycle. Page: docs/rules/scorecards.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.actuals import frequencies
from guantong.engine.calendar import FREQUENCIES, iso_day, last_ended_period
from guantong.engine.findings import ADVICE, ERROR, UNSTATED, WARNING, Breaks, breaks, reported, rule
from guantong.engine.measurement import MILESTONES, OBJECTIVE, objective_children, sources, values_in_period
from guantong.engine.scoring import item_scores
from guantong.engine.snapshot import LIMIT, Snapshot, figure, take

RATINGS = "ABCD"
CARD_CAP = 120.0
VETO_CAP = 60.0


@dataclass(frozen=True, eq=False)
class Cards:
    """The cards of the checked cycles in the order of holder and cycle.

    Attributes:
        rows: (n_items,) positions in scorecards.
        card: (n_items,) the card of each item.
        weight: (n_items,) weight that counts; 0 for items in no weight (monitor, points, exempt, stretch).
        total: (n_cards,) sum of the weights as they stand, of items that count.
        unit, person: (n_cards,) the holder; one of the two is -1.
        cycle: (n_cards,) positions in cycles.
        score: (n_cards,) 0-120, NaN without data.
        coverage: (n_cards,) share of the weight that has data, NaN where nothing counts.
        rating: (n_cards,) positions in RATINGS, -1 = none.
    """

    rows: np.ndarray
    card: np.ndarray
    weight: np.ndarray
    total: np.ndarray
    unit: np.ndarray
    person: np.ndarray
    cycle: np.ndarray
    score: np.ndarray
    coverage: np.ndarray
    rating: np.ndarray

    def add_up(self, values: np.ndarray) -> np.ndarray:
        """Return the sum of an item column per card, (n_cards,) float64."""
        return np.bincount(self.card, weights=values, minlength=len(self.cycle))

    def share_of(self, chosen: np.ndarray) -> np.ndarray:
        """Return the chosen items' share of the total weight per card, NaN where nothing weighs."""
        whole = self.add_up(self.weight)
        part = self.add_up(np.where(chosen, self.weight, 0.0))
        return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)


@figure
def cards(snapshot: Snapshot) -> Cards:
    """Return every card of the checked cycles with its score (docs/rules/scorecards.md)."""
    table, goals = snapshot.company.scorecards, snapshot.company.goals
    draft = goals.is_choice("status", "draft")
    rows = np.flatnonzero(snapshot.checked_cycles[table.cycle] & ~draft[table.goal])
    holder = np.where(table.holder >= 0, table.holder, len(snapshot.company.units) + table.holder_people)[rows]
    # Rows are sorted by holder and cycle, so the items of a card stand together.
    begins = np.ones(len(rows), dtype=bool)
    begins[1:] = (np.diff(holder) != 0) | (np.diff(table.cycle[rows]) != 0)
    card, first = np.cumsum(begins) - 1, rows[begins]
    goal = table.goal[rows]
    in_play = (table.monitor[rows] != 1) & (goals.exempt[goal] != 1) & (goals.stretch[goal] != 1)
    weighs = in_play & np.isnan(table.points[rows])
    weight = np.where(weighs, np.maximum(table.weight[rows], 0.0), 0.0)
    scores = item_scores(snapshot, rows)
    count = len(first)

    def add_up(values: np.ndarray) -> np.ndarray:
        return np.bincount(card, weights=values, minlength=count)

    has = ~np.isnan(scores.score)
    whole, known = add_up(weight), add_up(np.where(has, weight, 0.0))
    mean = np.divide(
        add_up(np.where(has, weight * scores.score, 0.0)), known, out=np.full(count, np.nan), where=known > 0
    )
    points = np.where(in_play, np.nan_to_num(table.points[rows]), 0.0)
    earned = np.where(points > 0, scores.attained, has & ~scores.attained)
    score = np.minimum(mean + add_up(points * earned), CARD_CAP)
    cap = np.full(count, np.inf)
    vetoed = in_play & scores.vetoed
    np.minimum.at(cap, card[vetoed], np.where(np.isnan(table.veto_cap[rows]), VETO_CAP, table.veto_cap[rows])[vetoed])
    score = np.maximum(np.minimum(score, cap), 0.0)
    coverage = np.divide(known, whole, out=np.full(count, np.nan), where=whole > 0)
    return Cards(
        rows,
        card,
        weight,
        add_up(np.where(weighs, table.weight[rows], 0.0)),
        table.holder[first],
        table.holder_people[first],
        table.cycle[first],
        score,
        coverage,
        _ratings(snapshot, score, coverage),
    )


def _ratings(snapshot: Snapshot, score: np.ndarray, coverage: np.ndarray) -> np.ndarray:
    """Return the band of each score; none below the coverage that a rating needs."""
    bands = [snapshot.parameters.value("RATING", letter) for letter in RATINGS[:3]]
    rating = np.select([band - score <= LIMIT for band in bands], range(3), default=3)
    rated = ~np.isnan(score) & (snapshot.parameters.value("RATING", "coverage") - coverage <= LIMIT)
    return np.where(rated, rating, -1)


def worst_cards(holder: np.ndarray, faulty: np.ndarray, badness: np.ndarray) -> np.ndarray:
    """Return the worst faulty card of each holder, so that a holder is reported once; positions of cards."""
    rows = np.flatnonzero(faulty)
    rows = rows[np.argsort(-badness[rows], kind="stable")]
    return rows[np.unique(holder[rows], return_index=True)[1]]


def per_cycle(
    snapshot: Snapshot,
    holder: np.ndarray,
    faulty: np.ndarray,
    values: Sequence[Any] | Mapping[int, Any],
    worst: np.ndarray,
) -> list[Any]:
    """Return for each worst card the values of all faulty cards of its holder, by cycle; unstated where it is alone.

    Args:
        values: By card; those of the faulty ones at least.
    """
    codes, cycles = snapshot.company.cycles.code, cards(snapshot).cycle
    found: dict[int, dict[str, Any]] = {}
    for card in np.flatnonzero(faulty).tolist():
        found.setdefault(int(holder[card]), {})[str(codes[cycles[card]])] = values[card]
    theirs = [found[int(holder[card])] for card in worst]
    return [each if len(each) > 1 else UNSTATED for each in theirs]


@figure
def item_perspectives(snapshot: Snapshot) -> np.ndarray:
    """Return the perspective of each item: the card's, else its metric's, (n_items,) positions, -1 = none."""
    table = snapshot.company.scorecards
    rows = cards(snapshot).rows
    own = table.perspective[rows]
    return np.where(own >= 0, own, snapshot.metric_of("perspective", -1)[table.goal[rows]])


@rule("BSC-PERSPECTIVE", "scorecards")
def cards_lack_perspective(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find cards of the company, business units and departments that leave a perspective out.

    Rule: BSC-PERSPECTIVE
    """
    found, units = cards(snapshot), snapshot.company.units
    names = snapshot.company.metrics.table.by_name["perspective"].choice_values
    perspective = item_perspectives(snapshot)
    covered = np.zeros((len(found.cycle), len(names)), dtype=bool)
    known = perspective >= 0
    covered[found.card[known], perspective[known]] = True
    judged = take(~units.is_choice("kind", "team"), found.unit, False)
    faulty = judged & ~covered.all(axis=1)
    worst = worst_cards(found.unit, faulty, (~covered).sum(axis=1))
    top = units.is_choice("kind", "company")[found.unit[worst]]
    missing = {
        card: [name for name, has in zip(names, covered[card], strict=True) if not has]
        for card in np.flatnonzero(faulty).tolist()
    }
    yield breaks(
        "units",
        found.unit[worst],
        np.where(top, ERROR, WARNING),
        missing=[missing[card] for card in worst.tolist()],
        cards=per_cycle(snapshot, found.unit, faulty, missing, worst),
    )


@rule("BSC-WEIGHT", "scorecards")
def weights_off_the_whole(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find cards whose weights do not add up to 100%.

    Rule: BSC-WEIGHT
    """
    found = cards(snapshot)
    off = np.abs(found.total - 1)
    faulty = off > snapshot.parameters.value("BSC-WEIGHT", "tolerance") + LIMIT
    for table, holder in (("units", found.unit), ("people", found.person)):
        theirs = faulty & (holder >= 0)
        worst = worst_cards(holder, theirs, off)
        sums = found.total.tolist()
        cards_off = per_cycle(snapshot, holder, theirs, sums, worst)
        yield breaks(table, holder[worst], ERROR, sum=found.total[worst].tolist(), cards=cards_off)


@rule("BSC-FINANCE-ONLY", "scorecards")
def cards_of_money_alone(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find units on whose card the financial perspective weighs too much.

    Rule: BSC-FINANCE-ONLY
    """
    found = cards(snapshot)
    names = snapshot.company.metrics.table.by_name["perspective"].choice_values
    share = found.share_of(item_perspectives(snapshot) == names.index("financial"))
    faulty = (found.unit >= 0) & (share > snapshot.parameters.value("BSC-FINANCE-ONLY", "max") + LIMIT)
    worst = worst_cards(found.unit, faulty, share)
    heavy = per_cycle(snapshot, found.unit, faulty, share.tolist(), worst)
    yield breaks("units", found.unit[worst], WARNING, share=share[worst].tolist(), cards=heavy)


@figure
def carded_items(snapshot: Snapshot) -> np.ndarray:
    """Return the items that carry their goal for its owner: on the owner's card, or a head's unit's, with weight.

    Returns:
        (m,) positions in `cards(snapshot).rows`.
    """
    table, goals = snapshot.company.scorecards, snapshot.company.goals
    found = cards(snapshot)
    owner = goals.owner[table.goal[found.rows]]
    head = take(snapshot.company.units.head, found.unit, -2)[found.card]
    bears = (table.weight[found.rows] > 0) & (table.monitor[found.rows] != 1) & np.isnan(table.points[found.rows])
    return np.flatnonzero(bears & (owner >= 0) & ((owner == found.person[found.card]) | (owner == head)))


@figure
def on_card(snapshot: Snapshot) -> np.ndarray:
    """Return which goals stand with weight on their owner's card, or for heads on their unit's, (n_goals,) bool."""
    mask = np.zeros(len(snapshot.company.goals), dtype=bool)
    mask[snapshot.company.scorecards.goal[cards(snapshot).rows[carded_items(snapshot)]]] = True
    return mask


@rule("BSC-OFF-CARD", "scorecards")
def people_and_units_off_card(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find active people none of whose goals is on a card, and business units and departments without card.

    Rule: BSC-OFF-CARD
    """
    goals, units, size = snapshot.company.goals, snapshot.company.units, len(snapshot.company.people)
    mine = snapshot.contract & snapshot.year_goals & (goals.owner >= 0)
    owns = np.bincount(goals.owner[mine], minlength=size) > 0
    carded = np.bincount(goals.owner[mine & on_card(snapshot)], minlength=size) > 0
    idle = snapshot.settled & ~reported(snapshot, "GOAL-NOBODY", "people")
    if "goals" in snapshot.company.present:
        yield breaks("people", snapshot.active & ~carded & (owns | idle), WARNING)
    holds = np.zeros(len(units), dtype=bool)
    holder = cards(snapshot).unit
    holds[holder[holder >= 0]] = True
    yield breaks("units", units.is_choice("kind", "business_unit", "department") & ~holds, WARNING)


@dataclass(frozen=True, eq=False)
class DataDue:
    """Whether each goal has a value for the last period that ended within it, (n_goals,) each.

    Attributes:
        present: bool, True also where nothing is due.
        period_end: Last day of that period, NaN where nothing is due.
    """

    present: np.ndarray
    period_end: np.ndarray


@figure
def data_due(snapshot: Snapshot) -> DataDue:
    """Return which goals have the value that was due last (docs/rules/scorecards.md)."""
    until = np.minimum(snapshot.as_of, snapshot.goal_due)
    start, end = last_ended_period(until, frequencies(snapshot), snapshot.first_month)
    due = end >= snapshot.goal_start
    source = sources(snapshot)
    children = objective_children(snapshot)
    follows = (source == OBJECTIVE) & (np.bincount(children[children >= 0], minlength=len(source)) > 0)
    wanted = due & (source != MILESTONES) & (follows | (snapshot.company.goals.metric >= 0))
    period_start, period_end = np.where(wanted, start, np.nan), np.where(wanted, end, np.nan)
    present = ~wanted | values_in_period(snapshot, period_start, period_end)
    for level in reversed(snapshot.goal_levels):
        rows = level[follows[level] & wanted[level]]
        present[rows] = _any_child(children, present, len(source))[rows]
    return DataDue(present, period_end)


def _any_child(children: np.ndarray, present: np.ndarray, size: int) -> np.ndarray:
    return np.bincount(children[(children >= 0) & present], minlength=size) > 0


@figure
def goals_on_cards(snapshot: Snapshot) -> np.ndarray:
    """Return which goals are an item of any card, (n_goals,) bool."""
    mask = np.zeros(len(snapshot.company.goals), dtype=bool)
    mask[snapshot.company.scorecards.goal[cards(snapshot).rows]] = True
    return mask


@rule("BSC-NO-DATA", "scorecards", "actuals")
def items_without_data(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find card items without value for the last period of their metric's frequency that ended within the goal.

    Rule: BSC-NO-DATA
    """
    figures = data_due(snapshot)
    rows = np.flatnonzero(snapshot.published & goals_on_cards(snapshot) & ~figures.present)
    yield breaks("goals", rows, ERROR, period_end=[iso_day(day) for day in figures.period_end[rows]])


@rule("BSC-FREQUENCY", "scorecards", "metrics")
def metrics_measured_rarely(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find metrics on a card that are measured less often than monthly and do not note why.

    Rule: BSC-FREQUENCY
    """
    metrics = snapshot.company.metrics
    metric = snapshot.company.goals.metric[goals_on_cards(snapshot)]
    used = np.zeros(len(metrics), dtype=bool)
    used[metric[metric >= 0]] = True
    rows = np.flatnonzero(used & metrics.is_choice("frequency", "quarter", "year") & (metrics.note == ""))
    yield breaks("metrics", rows, ADVICE, frequency=[FREQUENCIES[place] for place in metrics.frequency[rows]])


@rule("BSC-MAP", "strategy_map")
def goals_without_arrow(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find company goals of a lower perspective that no arrow ties to a higher one.

    Rule: BSC-MAP
    """
    arrows = snapshot.company.strategy_map
    height = _heights(snapshot)
    rises = snapshot.goals_there[arrows.to_goal] & (height[arrows.to_goal] > height[arrows.from_goal])
    tied = np.zeros(len(height), dtype=bool)
    tied[arrows.from_goal[rises]] = True
    lower = (height >= 0) & (height < 3)
    yield breaks("goals", snapshot.company_goals & lower & ~tied, ADVICE)


def _heights(snapshot: Snapshot) -> np.ndarray:
    """Return how high each goal's perspective stands: 0 learning to 3 financial, -1 = none.

    The perspective is that of the goal's item on the company's card, else its metric's.
    """
    found = cards(snapshot)
    perspective = snapshot.metric_of("perspective", -1).copy()
    items = np.flatnonzero(found.unit[found.card] == snapshot.root)
    perspective[snapshot.company.scorecards.goal[found.rows[items]]] = item_perspectives(snapshot)[items]
    return np.where(perspective >= 0, 3 - perspective, -1)
