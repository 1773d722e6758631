"""Whether rewards follow the strategy, fairly, openly and in time. Page: docs/rules/rewards.md."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.calendar import iso_day, months_later
from guantong.engine.findings import ADVICE, ERROR, UNSTATED, WARNING, Breaks, breaks, rule
from guantong.engine.measurement import measures
from guantong.engine.rewards import (
    Payout,
    core_factors,
    core_units,
    days_employed,
    member_bases,
    member_cards,
    or_one,
    payouts,
    unit_coefficients,
)
from guantong.engine.scorecards import cards
from guantong.engine.snapshot import LIMIT, Snapshot, figure, take

_DIGITS = 9
"""Scores and coefficients that agree to so many decimals are equal."""


@figure
def year_schemes(snapshot: Snapshot) -> np.ndarray:
    """Return which schemes belong to the checked year and its parts, (n_schemes,) bool."""
    return snapshot.year_cycles[snapshot.company.reward_schemes.cycle]


@rule("REWARD-STRATEGY-WEIGHT", "reward_schemes", "reward_members", "scorecards", "metrics")
def schemes_beside_the_strategy(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find schemes whose members' cards give strategic metrics too little weight.

    Rule: REWARD-STRATEGY-WEIGHT
    """
    share = strategic_shares(snapshot)
    low = snapshot.parameters.value("REWARD-STRATEGY-WEIGHT", "min") - share > LIMIT
    rows = np.flatnonzero(year_schemes(snapshot) & low)
    yield breaks("reward_schemes", rows, ERROR, share=share[rows].tolist())


@figure
def strategic_shares(snapshot: Snapshot) -> np.ndarray:
    """Return the mean share of strategic metrics on the cards of each scheme's members, weighted by base.

    Returns:
        (n_schemes,) NaN where no member has a card that weighs and a base above 0.
    """
    found, scheme = cards(snapshot), snapshot.company.reward_members.scheme
    goal = snapshot.company.scorecards.goal[found.rows]
    share = take(found.share_of(snapshot.metric_of("strategic", -1)[goal] == 1), member_cards(snapshot), np.nan)
    base = member_bases(snapshot)
    known = ~np.isnan(share) & (base > 0)
    size = len(snapshot.company.reward_schemes)
    money = base[known].astype(np.float64)
    whole = np.bincount(scheme[known], weights=money, minlength=size)
    part = np.bincount(scheme[known], weights=money * share[known], minlength=size)
    return np.divide(part, whole, out=np.full(size, np.nan), where=whole > 0)


@rule("REWARD-CORE-FACTOR", "reward_schemes", "reward_members", "people", "units")
def core_factors_out_of_range(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find schemes for core and ordinary units together whose core factor is unusually low or high.

    Rule: REWARD-CORE-FACTOR
    """
    low, high = (snapshot.parameters.value("REWARD-CORE-FACTOR", name) for name in ("low", "high"))
    members, size = snapshot.company.reward_members, len(snapshot.company.reward_schemes)
    unit = snapshot.company.people.unit[members.person]
    core = take(core_units(snapshot), unit, False)
    mixed = year_schemes(snapshot)
    for part in (core, (unit >= 0) & ~core):
        mixed = mixed & (np.bincount(members.scheme[part], minlength=size) > 0)
    factor = core_factors(snapshot)
    rows = np.flatnonzero(mixed & ((low - factor > LIMIT) | (factor - high > LIMIT)))
    bounds = {"low": [low] * len(rows), "high": [high] * len(rows)}
    yield breaks("reward_schemes", rows, ADVICE, factor=factor[rows].tolist(), **bounds)


@rule("REWARD-TIMELY", "reward_schemes")
def schemes_paid_late(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find schemes paid, or still unpaid, later than promised after their approval; the year before counts, too.

    Rule: REWARD-TIMELY
    """
    schemes, before = snapshot.company.reward_schemes, snapshot.year_before
    judged = year_schemes(snapshot)
    if before is not None:
        judged = judged | year_schemes(before)
    usual = snapshot.parameters.value("REWARD-TIMELY", "days")
    promised = np.where(np.isnan(schemes.promised_days), usual, schemes.promised_days)
    paid = np.where(schemes.paid <= snapshot.as_of, schemes.paid, np.nan)
    days = np.where(np.isnan(paid), snapshot.as_of, paid) - schemes.approved
    rows = np.flatnonzero(judged & (schemes.approved <= snapshot.as_of) & (days - promised > LIMIT))
    yield breaks(
        "reward_schemes",
        rows,
        ERROR,
        days=[int(day) for day in days[rows]],
        promised=promised[rows].tolist(),
        approved=[iso_day(day) for day in schemes.approved[rows]],
        paid=[iso_day(day) for day in paid[rows]],
    )


@rule("REWARD-OPEN", "reward_schemes")
def schemes_published_late(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find schemes that nobody could read by the end of their cycle's first quarter.

    Rule: REWARD-OPEN
    """
    schemes, cycles = snapshot.company.reward_schemes, snapshot.company.cycles
    start = cycles.start[schemes.cycle].astype(np.float64)
    end = np.minimum(months_later(start, 3) - 1, cycles.end[schemes.cycle])
    late = (end <= snapshot.as_of) & ~(schemes.published <= end)
    rows = np.flatnonzero(year_schemes(snapshot) & late)
    published = np.where(schemes.published <= snapshot.as_of, schemes.published, np.nan)
    yield breaks(
        "reward_schemes",
        rows,
        ADVICE,
        period_end=[iso_day(day) for day in end[rows]],
        published=[iso_day(day) for day in published[rows]],
    )


@rule("REWARD-TOLERANCE", "goals", "scorecards")
def failed_innovation_undecided(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find missed innovation goals that lower a score while nobody has decided on tolerance.

    Rule: REWARD-TOLERANCE
    """
    goals = snapshot.company.goals
    ended = (snapshot.goal_due < snapshot.as_of) | goals.is_choice("status", "closed")
    waiting = ended & (goals.innovation == 1) & (goals.exempt < 0)
    attainment = np.full(len(goals), np.nan)
    for view in (snapshot, snapshot.year_before):
        if view is None:
            continue
        rows = np.flatnonzero(waiting & view.contract & view.year_cycles[goals.cycle])
        if len(rows):
            rows = rows[_scored_goals(view)[rows]]
            attainment[rows] = measures(view).attainment[rows]
    missed = np.flatnonzero(attainment < 1 - LIMIT)
    yield breaks("goals", missed, ADVICE, attainment=attainment[missed].tolist())


def _scored_goals(snapshot: Snapshot) -> np.ndarray:
    """Return which goals are an item of any card that is not only monitored, (n_goals,) bool."""
    table, mask = snapshot.company.scorecards, np.zeros(len(snapshot.company.goals), dtype=bool)
    rows = cards(snapshot).rows
    mask[table.goal[rows[table.monitor[rows] != 1]]] = True
    return mask


@figure
def rewarded_people(snapshot: Snapshot) -> np.ndarray:
    """Return who is in a scheme of the checked year with a card that has a score, (n_people,) bool."""
    members = snapshot.company.reward_members
    there = year_schemes(snapshot)[members.scheme]
    scored = ~np.isnan(take(cards(snapshot).score, member_cards(snapshot), np.nan))
    mask = np.zeros(len(snapshot.company.people), dtype=bool)
    mask[members.person[there & scored]] = True
    return mask


@rule("REWARD-UNLINKED", "people", "reward_schemes", "reward_members")
def people_without_reward(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find active people in no scheme, or only in schemes without a scored card of theirs.

    Rule: REWARD-UNLINKED
    """
    yield breaks("people", snapshot.active & ~rewarded_people(snapshot), WARNING)


@dataclass(frozen=True, eq=False)
class Deviations:
    """How far each paid member's rate lies from the middle of the members like them, (n,) each.

    Attributes:
        scheme, person: Positions.
        ratio: Rate / middle rate - 1; 0 where whole minor units explain it, NaN where the middle is 0.
    """

    scheme: np.ndarray
    person: np.ndarray
    ratio: np.ndarray


@figure
def rate_deviations(snapshot: Snapshot) -> Deviations:
    """Compare each paid member's rate within scheme, unit coefficient and score (docs/rules/rewards.md).

    The middle is the median rate; of an even number the lower of the two in the middle, so that it is somebody's.
    """
    parts = [_rates(snapshot, payout) for payout in payouts(snapshot)]
    found = np.concatenate(parts, axis=1) if parts else np.empty((6, 0))
    scheme, person, unit, score, weight, amount = found[:, found[4] > 0]
    rate = amount / weight
    order = np.lexsort((rate, score, unit, scheme))
    alike = np.stack((scheme, unit, score))[:, order]
    begins = np.ones(len(order), dtype=bool)
    begins[1:] = (np.diff(alike) != 0).any(axis=0)
    first, group = np.flatnonzero(begins), np.cumsum(begins) - 1
    size = np.bincount(group, minlength=len(first))
    middle = np.empty(len(order), dtype=np.int64)
    middle[order] = order[first + (size - 1) // 2][group]
    aim = rate[middle] * weight
    ratio = np.divide(amount, aim, out=np.full(len(order), np.nan), where=aim > 0) - 1
    # An amount is off its exact quota by less than a minor unit, here and in the middle.
    ratio[np.abs(amount - aim) <= 1 + weight / weight[middle]] = 0.0
    return Deviations(scheme.astype(np.int64), person.astype(np.int64), ratio)


def _rates(snapshot: Snapshot, payout: Payout) -> np.ndarray:
    """Return of a scheme's paid members: scheme, person, unit coefficient, score, weight without member factor, amount.

    Returns:
        (6, n) float64.
    """
    company = snapshot.company
    amount = np.array(payout.amounts, dtype=np.float64)
    paid = ~np.isnan(amount)
    rows = payout.members[paid]
    person = company.reward_members.person[rows]
    unit = company.people.unit[person]
    coefficient = take(unit_coefficients(snapshot, payout.scheme), unit, 1.0)
    core = np.where(take(core_units(snapshot), unit, False), core_factors(snapshot)[payout.scheme], 1.0)
    grade = or_one(company.people.grade_factor[person])
    weight = member_bases(snapshot)[rows] * grade * days_employed(snapshot, payout.scheme, person) * core
    score = take(cards(snapshot).score, member_cards(snapshot)[rows], np.nan)
    equal = (np.round(coefficient, _DIGITS), np.round(score, _DIGITS))
    return np.stack((np.full(len(rows), payout.scheme), person, *equal, weight, amount[paid]))


@rule("REWARD-FAIRNESS", "reward_schemes", "reward_members", "people", "scorecards")
def unequal_pay_for_equal_score(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find people paid at another rate than those of the same scheme, unit coefficient and score.

    Rule: REWARD-FAIRNESS
    """
    found = rate_deviations(snapshot)
    spread = np.abs(found.ratio)
    rows = np.flatnonzero(spread > snapshot.parameters.value("REWARD-FAIRNESS", "spread") + LIMIT)
    rows = rows[np.lexsort((found.scheme[rows], -spread[rows], found.person[rows]))]
    codes = snapshot.company.reward_schemes.code
    theirs: dict[int, dict[str, float]] = {}
    for row in rows.tolist():
        theirs.setdefault(int(found.person[row]), {})[str(codes[found.scheme[row]])] = float(spread[row])
    people, places = np.unique(found.person[rows], return_index=True)
    worst = rows[places]
    schemes: list[Any] = [theirs[person] if len(theirs[person]) > 1 else UNSTATED for person in people.tolist()]
    yield breaks(
        "people",
        people,
        ADVICE,
        spread=spread[worst].tolist(),
        above=(found.ratio[worst] > 0).tolist(),
        scheme=codes[found.scheme[worst]].tolist(),
        schemes=schemes,
    )
