"""Incentives: from score to money, exactly and to the last minor unit.

Factors are taken to twelve decimals and carried as integers, so that every quota is an exact fraction and only one
rounding, by largest remainder, is made per scheme. Page: docs/rules/rewards.md.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from guantong.engine import trees
from guantong.engine.scorecards import cards
from guantong.engine.snapshot import Snapshot, figure, take

_ONE = 10**12
_COEFFICIENT_CAP = 1.2


@dataclass(frozen=True, eq=False)
class Payout:
    """What one scheme pays.

    Attributes:
        scheme: Position in reward_schemes.
        members: (n,) positions in reward_members, in the order of persons.
        amounts: Minor units per member; None = no score or no base, so unpaid.
        pool: Pool after the company coefficient (share) or as stated (ceiling), minor units; None = none stated.
        unallocated: What of the pool is not paid; None without pool.
    """

    scheme: int
    members: np.ndarray
    amounts: list[int | None]
    pool: int | None
    unallocated: int | None


@figure
def member_cards(snapshot: Snapshot) -> np.ndarray:
    """Return the card on which each member's reward depends, that of the scheme's cycle.

    Returns:
        (n_members,) positions in `cards(snapshot)`; -1 = none.
    """
    members, schemes = snapshot.company.reward_members, snapshot.company.reward_schemes
    own = (members.scorecard < 0) & (members.scorecard_people < 0)
    person = np.where(own, members.person, members.scorecard_people)
    return _cards_of(snapshot, members.scorecard, person, schemes.cycle[members.scheme])


def _cards_of(snapshot: Snapshot, unit: np.ndarray, person: np.ndarray, cycle: np.ndarray) -> np.ndarray:
    """Return the card of each holder (a unit, else a person) in each cycle, -1 = none."""
    found = cards(snapshot)
    units, cycles = len(snapshot.company.units), len(snapshot.company.cycles)
    keys = np.where(found.unit >= 0, found.unit, units + found.person) * cycles + found.cycle
    wanted = np.where(unit >= 0, unit, units + person) * cycles + cycle
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.int64)
    order = np.argsort(keys)
    place = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    return np.where(keys[order][place] == wanted, order[place], -1)


@figure
def member_bases(snapshot: Snapshot) -> np.ndarray:
    """Return the base of each member: the member's own, else the person's, (n_members,) minor units, -1 = none."""
    members = snapshot.company.reward_members
    return np.where(members.base >= 0, members.base, take(snapshot.company.people.base_bonus, members.person))


@figure
def payouts(snapshot: Snapshot) -> list[Payout]:
    """Return what each scheme of the checked year and its parts pays (docs/rules/rewards.md)."""
    schemes = snapshot.company.reward_schemes
    return [_payout(snapshot, int(scheme)) for scheme in np.flatnonzero(snapshot.year_cycles[schemes.cycle])]


def _payout(snapshot: Snapshot, scheme: int) -> Payout:
    schemes, members = snapshot.company.reward_schemes, snapshot.company.reward_members
    rows = np.flatnonzero(members.scheme == scheme)
    score = take(cards(snapshot).score, member_cards(snapshot)[rows], np.nan)
    personal = coefficient(snapshot, scheme, "personal", score)
    base = member_bases(snapshot)[rows]
    paid = np.flatnonzero(~np.isnan(score) & (base >= 0))
    weights = _weights(snapshot, scheme, rows[paid], base[paid])
    company = _company_coefficient(snapshot, scheme)
    unit = snapshot.company.people.unit[members.person[rows[paid]]]
    levels = _unit_levels(snapshot, scheme)[unit]
    stated = int(schemes.pool[scheme])
    pool = stated if stated >= 0 else None
    shares = [weight * _scaled(own) for weight, own in zip(weights, personal[paid].tolist(), strict=True)]
    amounts: list[int] | None
    if schemes.choice("mode", scheme) == "ceiling":
        amounts = _ceiling(snapshot, scheme, pool, [s * u for s, u in zip(shares, levels, strict=True)], company)
    else:
        pool = None if pool is None else round(Fraction(pool * _scaled(company), _ONE))
        amounts = None if pool is None else _share(pool, unit.tolist(), weights, shares, levels)
    result: list[int | None] = [None] * len(rows)
    for place, member in enumerate(paid.tolist()):
        result[member] = None if amounts is None else amounts[place]
    total = sum(amount for amount in result if amount is not None)
    return Payout(scheme, rows, result, pool, None if pool is None else pool - total)


def _weights(snapshot: Snapshot, scheme: int, members: np.ndarray, base: np.ndarray) -> list[int]:
    """Return base x grade factor x member factor x days employed of each member, scaled by _ONE twice."""
    company = snapshot.company
    person = company.reward_members.person[members]
    grade = or_one(company.people.grade_factor[person])
    factor = or_one(company.reward_members.factor[members])
    days = days_employed(snapshot, scheme, person)
    columns = (base, grade, factor, days)
    return [
        int(money) * _scaled(one) * _scaled(two) * int(day)
        for money, one, two, day in zip(*(column.tolist() for column in columns), strict=True)
    ]


def days_employed(snapshot: Snapshot, scheme: int, person: np.ndarray) -> np.ndarray:
    """Return the days of the scheme's cycle on which each person is employed; the day of leaving does not count."""
    cycle = snapshot.company.reward_schemes.cycle[scheme]
    start, end = snapshot.company.cycles.start[cycle], snapshot.company.cycles.end[cycle]
    people = snapshot.company.people
    first = np.fmax(people.joined[person], start)
    last = np.fmin(people.left[person] - 1, end)
    return np.maximum(last - first + 1, 0.0)


def or_one(values: np.ndarray) -> np.ndarray:
    """Return factors that are at least 0, 1 where they are missing."""
    return np.where(np.isnan(values), 1.0, np.maximum(values, 0.0))


def _scaled(value: float) -> int:
    return round(value * _ONE)


def coefficient(snapshot: Snapshot, scheme: int, kind: str, score: np.ndarray) -> np.ndarray:
    """Return the coefficient of scores: straight lines between the scheme's points, flat beyond, never negative.

    Without table: score / 100, at most 1.2. Missing scores stay missing. (n,) both.
    """
    table = snapshot.company.coefficients
    rows = np.flatnonzero((table.scheme == scheme) & table.is_choice("kind", kind))
    if not len(rows):
        return np.minimum(score / 100, _COEFFICIENT_CAP)
    return np.maximum(np.interp(score, table.score[rows], table.coefficient[rows]), 0.0)


def _company_coefficient(snapshot: Snapshot, scheme: int) -> float:
    """Return the scheme's company coefficient; empty: the company card's score through the company table, else 1."""
    schemes, table = snapshot.company.reward_schemes, snapshot.company.coefficients
    stated = float(schemes.company_coefficient[scheme])
    if not np.isnan(stated):
        return stated
    if snapshot.root < 0 or not ((table.scheme == scheme) & table.is_choice("kind", "company")).any():
        return 1.0
    score = _unit_scores(snapshot, scheme)[snapshot.root : snapshot.root + 1]
    return 1.0 if np.isnan(score[0]) else float(coefficient(snapshot, scheme, "company", score)[0])


def _unit_scores(snapshot: Snapshot, scheme: int) -> np.ndarray:
    found = cards(snapshot)
    scores = np.full(len(snapshot.company.units), np.nan)
    rows = np.flatnonzero((found.unit >= 0) & (found.cycle == snapshot.company.reward_schemes.cycle[scheme]))
    scores[found.unit[rows]] = found.score[rows]
    return scores


@figure
def core_units(snapshot: Snapshot) -> np.ndarray:
    """Return which units are core themselves or lie below one that is, (n_units,) bool."""
    units = snapshot.company.units
    return trees.nearest_upward(units.parent, units.core == 1) >= 0


def core_factors(snapshot: Snapshot) -> np.ndarray:
    """Return the core factor of each scheme, 1 where none is stated, (n_schemes,)."""
    stated = snapshot.company.reward_schemes.core_factor
    return np.where(np.isnan(stated), 1.0, stated)


def unit_coefficients(snapshot: Snapshot, scheme: int) -> np.ndarray:
    """Return the coefficient of each unit, from the nearest unit upward with a score; 1 where none has, (n_units,)."""
    scores = _unit_scores(snapshot, scheme)
    nearest = trees.nearest_upward(snapshot.company.units.parent, ~np.isnan(scores))
    own = coefficient(snapshot, scheme, "unit", take(scores, nearest, np.nan))
    return np.where(np.isnan(own), 1.0, own)


def _unit_levels(snapshot: Snapshot, scheme: int) -> np.ndarray:
    """Return core factor x unit coefficient of each unit, scaled by _ONE twice; a last entry for "no unit"."""
    factor = float(core_factors(snapshot)[scheme])
    levels = [
        _scaled(factor if is_core else 1.0) * _scaled(own)
        for is_core, own in zip(
            core_units(snapshot).tolist(), unit_coefficients(snapshot, scheme).tolist(), strict=True
        )
    ]
    result = np.empty(len(levels) + 1, dtype=object)
    result[:] = [*levels, _ONE * _ONE]
    return result


def _share(pool: int, unit: list[int], weights: list[int], shares: list[int], levels: np.ndarray) -> list[int]:
    """Return amounts of members: the pool by unit weight, a unit's part by weight x personal coefficient."""
    whole: dict[int, int] = defaultdict(int)
    personal: dict[int, int] = defaultdict(int)
    for place, weight, share, level in zip(unit, weights, shares, levels.tolist(), strict=True):
        whole[place] += weight * level
        personal[place] += share
    total = sum(weight for place, weight in whole.items() if personal[place])
    if not total:
        return [0] * len(unit)
    numerators = [pool * whole[place] * share for place, share in zip(unit, shares, strict=True)]
    denominators = [total * personal[place] or 1 for place in unit]
    return largest_remainder(pool, numerators, denominators)


def _ceiling(snapshot: Snapshot, scheme: int, pool: int | None, shares: list[int], company: float) -> list[int]:
    """Return amounts of members: each its own product, all scaled down where they exceed the pool."""
    cycle = snapshot.company.reward_schemes.cycle[scheme]
    period = int(snapshot.company.cycles.end[cycle] - snapshot.company.cycles.start[cycle]) + 1
    numerators = [share * _scaled(company) for share in shares]
    denominator = period * _ONE**6
    wanted = sum(numerators)
    if pool is not None and wanted > pool * denominator:
        return largest_remainder(pool, [pool * one for one in numerators], [wanted] * len(numerators))
    return largest_remainder(round(Fraction(wanted, denominator)), numerators, [denominator] * len(numerators))


def largest_remainder(total: int, numerators: list[int], denominators: list[int]) -> list[int]:
    """Round quotas so that they add up to the total; equal remainders go by order.

    Args:
        total: Minor units; the quotas' sum, rounded.
        numerators, denominators: The exact quotas, none negative.
    """
    floors = [over // under for over, under in zip(numerators, denominators, strict=True)]
    missing = total - sum(floors)
    # Two different fractions differ by at least 1 / (product of denominators): this many bits tell them apart.
    bits = 2 * max((under.bit_length() for under in denominators), default=0) + 1
    remainders = [
        ((over - floor * under) << bits) // under
        for over, under, floor in zip(numerators, denominators, floors, strict=True)
    ]
    order = sorted(range(len(floors)), key=lambda place: -remainders[place])
    for place in order[:missing]:
        floors[place] += 1
    return floors
