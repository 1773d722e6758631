"""The value chain: what each link costs and contributes, whom it supports, and what becomes of feedback.

Page: docs/rules/valuechain.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from guantong.engine import trees
from guantong.engine.budgets import add_money
from guantong.engine.findings import ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.snapshot import LIMIT, Snapshot, figure, known
from guantong.engine.tables import CHOICES

LINKS = tuple(CHOICES["chain_link"])
PRIMARY = tuple(map(LINKS.index, ("research", "production", "marketing", "service")))
"""Positions of the primary links among the links; the others support them."""

_QUALITIES = ("cycle_days", "quality", "satisfaction")


@dataclass(frozen=True)
class Shift:
    """Cost to move from a weak link: the link to which, and minor units."""

    to: int
    amount: int


@dataclass(frozen=True, eq=False)
class Chain:
    """The links of the checked year, by position in LINKS.

    Attributes:
        stated: (n_links,) bool, links with figures.
        cost, value: Minor units, exact.
        index: (n_links,) float64, share of value / share of cost; NaN for support links and where a sum is 0.
        qualities: Means of cycle days, quality and satisfaction, (n_links,) float64 each, NaN = not stated.
    """

    stated: np.ndarray
    cost: list[int]
    value: list[int]
    index: np.ndarray
    qualities: dict[str, np.ndarray]


@figure
def chain(snapshot: Snapshot) -> Chain:
    """Return the value chain of the checked year (docs/rules/valuechain.md, figures)."""
    sheet = snapshot.company.value_chain
    rows = _counting_rows(snapshot)
    link = sheet.link[rows].astype(np.int64)
    cost, value = (
        add_money(link, np.maximum(money[rows], 0), len(LINKS)).tolist() for money in (sheet.cost, sheet.value)
    )
    return Chain(
        stated=np.bincount(link, minlength=len(LINKS)) > 0,
        cost=cost,
        value=value,
        index=_index(cost, value),
        qualities={name: _means(link, getattr(sheet, name)[rows]) for name in _QUALITIES},
    )


def _counting_rows(snapshot: Snapshot) -> np.ndarray:
    """Return the rows that make up the checked year: a link's row of a cycle stands for those of its parts."""
    sheet, cycles = snapshot.company.value_chain, snapshot.company.cycles
    there = snapshot.year_cycles & (cycles.start <= snapshot.as_of)
    rows = np.flatnonzero(there[sheet.cycle])
    own = np.zeros((len(cycles), len(LINKS)), dtype=bool)
    own[sheet.cycle[rows], sheet.link[rows]] = True
    above = np.zeros_like(own)
    parent = snapshot.cycle_parent
    for level in trees.levels(parent)[1:]:
        above[level] = above[parent[level]] | own[parent[level]]
    return rows[~above[sheet.cycle[rows], sheet.link[rows]]]


def _index(cost: list[int], value: list[int]) -> np.ndarray:
    total_cost, total_value = (sum(money[link] for link in PRIMARY) for money in (cost, value))
    index = np.full(len(LINKS), np.nan)
    for link in PRIMARY:
        if cost[link] and total_value:
            index[link] = Fraction(value[link] * total_cost, total_value * cost[link])
    return index


def _means(link: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Return the mean of what the rows of each link state, (n_links,) float64, NaN = nothing."""
    known = ~np.isnan(values)
    count = np.bincount(link[known], minlength=len(LINKS))
    return np.bincount(link[known], values[known], len(LINKS)) / np.where(count, count, np.nan)


@figure
def shifts(snapshot: Snapshot) -> list[Shift | None]:
    """Return for each link the cost that it should give up to reach index 1 at its present value, None = nothing."""
    found = chain(snapshot)
    minimum = snapshot.parameters.value("CHAIN-INEFFICIENT", "min")
    total_cost, total_value = (sum(money[link] for link in PRIMARY) for money in (found.cost, found.value))
    result: list[Shift | None] = [None] * len(LINKS)
    for link in np.flatnonzero(minimum - found.index > LIMIT).tolist():
        strongest = int(np.nanargmax(found.index))
        amount = round(found.cost[link] - Fraction(found.value[link] * total_cost, total_value))
        if amount > 0 and strongest != link:
            result[link] = Shift(strongest, amount)
    return result


def value_chain_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the figures of each link that states any in the checked year, by code; money in minor units."""
    found, proposed = chain(snapshot), shifts(snapshot)
    whole = sum(found.cost)
    index, qualities = known(found.index), {name: known(found.qualities[name]) for name in _QUALITIES}
    return [
        {
            "link": LINKS[link],
            "cost": found.cost[link],
            "value": found.value[link],
            "index": index[link],
            "cost_ratio": found.cost[link] / whole if whole else None,
            **_shift(proposed[link]),
            **{name: qualities[name][link] for name in _QUALITIES},
        }
        for link in sorted(np.flatnonzero(found.stated).tolist(), key=LINKS.__getitem__)
    ]


def _shift(shift: Shift | None) -> dict[str, Any]:
    """Return the cost to move, in minor units, and the link to which it goes."""
    return {"shift": None, "shift_to": None} if shift is None else {"shift": shift.amount, "shift_to": LINKS[shift.to]}


@rule("CHAIN-LINK-GOAL", "goals", "units")
def links_without_goal(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find links that some unit carries and no goal states.

    Rule: CHAIN-LINK-GOAL
    """
    carried = _marked(snapshot.company.units.chain_link)
    aimed = _marked(snapshot.company.goals.chain_link[snapshot.goals_there])
    yield breaks("links", carried & ~aimed, ERROR)


def _marked(links: np.ndarray) -> np.ndarray:
    """Return which links occur, (n_links,) bool."""
    return np.bincount(links[links >= 0], minlength=len(LINKS)) > 0


@rule("CHAIN-HANDOVER", "goals")
def goals_that_support_no_link(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find unit goals of the year that state their link and name no other link that they support.

    Rule: CHAIN-HANDOVER
    """
    goals = snapshot.company.goals
    judged = snapshot.year_goals & snapshot.contract & (goals.personal != 1)
    nowhere = (goals.supports_link < 0) | (goals.supports_link == goals.chain_link)
    rows = np.flatnonzero(judged & (goals.chain_link >= 0) & nowhere)
    yield breaks("goals", rows, WARNING, link=[LINKS[link] for link in goals.chain_link[rows].tolist()])


@rule("CHAIN-INEFFICIENT", "value_chain")
def inefficient_links(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find primary links that contribute too little for their cost, and no more than in the year before.

    Rule: CHAIN-INEFFICIENT
    """
    index = chain(snapshot).index
    earlier = snapshot.year_before
    before = chain(earlier).index if earlier else np.full(len(LINKS), np.nan)
    minimum = snapshot.parameters.value("CHAIN-INEFFICIENT", "min")
    rows = np.flatnonzero((minimum - index > LIMIT) & ~(before - index <= LIMIT))
    proposed = [_shift(shifts(snapshot)[link]) for link in rows.tolist()]
    yield breaks(
        "links",
        rows,
        WARNING,
        index=index[rows].tolist(),
        shift=[shift["shift"] for shift in proposed],
        shift_to=[shift["shift_to"] for shift in proposed],
        before=known(before[rows]),
    )


@figure
def _undecided(snapshot: Snapshot) -> np.ndarray:
    """Return which feedback that has arrived waits for a decision, (n_feedback,) bool."""
    feedback = snapshot.company.feedback
    return (feedback.received <= snapshot.as_of) & ~feedback.is_choice("decision", "accepted", "declined")


@rule("CHAIN-FEEDBACK-OPEN", "feedback")
def feedback_left_undecided(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find feedback on which nobody has decided for too long.

    Rule: CHAIN-FEEDBACK-OPEN
    """
    days = snapshot.as_of - snapshot.company.feedback.received
    most = snapshot.parameters.value("CHAIN-FEEDBACK-OPEN", "days")
    rows = np.flatnonzero(_undecided(snapshot) & (days - most > LIMIT))
    yield breaks("feedback", rows, WARNING, days=days[rows].astype(np.int64).tolist())


@rule("CHAIN-FEEDBACK-UNUSED", "feedback")
def feedback_without_goal(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find feedback that was accepted and led to no goal.

    Rule: CHAIN-FEEDBACK-UNUSED
    """
    feedback = snapshot.company.feedback
    accepted = (feedback.received <= snapshot.as_of) & feedback.is_choice("decision", "accepted")
    yield breaks("feedback", accepted & (feedback.goal < 0), WARNING)


def feedback_entries(snapshot: Snapshot) -> dict[str, Any] | None:
    """Return how the loop of feedback closes: `open`, `closed_rate`, `days`; None where the sheet is absent."""
    if "feedback" not in snapshot.company.present:
        return None
    feedback, cycles = snapshot.company.feedback, snapshot.company.cycles
    last = min(snapshot.as_of, cycles.end[snapshot.year])
    of_year = (feedback.received >= cycles.start[snapshot.year]) & (feedback.received <= last)
    answered = of_year & (feedback.answered <= snapshot.as_of)
    days = (feedback.answered - feedback.received)[answered]
    return {
        "open": int((_undecided(snapshot) & (feedback.received <= last)).sum()),
        "closed_rate": float(answered.sum() / of_year.sum()) if of_year.any() else None,
        "days": float(days.mean()) if len(days) else None,
    }
