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

SCALE = 10**12
"""Factors are integers of this many parts of one."""

COEFFICIENT_CAP = 1.2


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


@dataclass(frozen=True, eq=False)
class Parts:
    """What the amounts of one scheme are made of; places count the members in the order of persons.

    Attributes:
        scheme: Position in reward_schemes.
        members: (n,) positions in reward_members.
        personal: (n,) personal coefficients, NaN = no score.
        paid: (k,) places of the members who have a score and a base.
        unit: (k,) positions of their units, -1 = none.
        weights: k weights: base x grade factor x member factor x days employed, in minor units x SCALE twice.
        shares: k weights x personal coefficient, in minor units x SCALE three times.
        company: Company coefficient.
        pool: Minor units, after the company coefficient where the mode shares the pool; None = none stated.
    """

    scheme: int
    members: np.ndarray
    personal: np.ndarray
    paid: np.ndarray
    unit: np.ndarray
    weights: list[int]
    shares: list[int]
    company: float
    pool: int | None


@dataclass(frozen=True)
class Quotas:
    """What each paid member would get before rounding, numerator / denominator, and the minor units they share."""

    total: int
    numerators: list[int]
    denominators: list[int]

    def rounded(self) -> list[int]:
        """Return the amounts, minor units."""
        return largest_remainder(self.total, self.numerators, self.denominators)


def _payout(snapshot: Snapshot, scheme: int) -> Payout:
    parts = scheme_parts(snapshot, scheme)
    quotas = scheme_quotas(snapshot, parts)
    amounts: list[int | None] = [None] * len(parts.members)
    if quotas is not None:
        for member, amount in zip(parts.paid.tolist(), quotas.rounded(), strict=True):
            amounts[member] = amount
    total = sum(amount for amount in amounts if amount is not None)
    return Payout(scheme, parts.members, amounts, parts.pool, None if parts.pool is None else parts.pool - total)


def scheme_parts(snapshot: Snapshot, scheme: int) -> Parts:
    """Return what the amounts of a scheme are made of (docs/rules/rewards.md)."""
    schemes, members = snapshot.company.reward_schemes, snapshot.company.reward_members
    rows = np.flatnonzero(members.scheme == scheme)
    score = take(cards(snapshot).score, member_cards(snapshot)[rows], np.nan)
    personal = coefficient(snapshot, scheme, "personal", score)
    base = member_bases(snapshot)[rows]
    paid = np.flatnonzero(~np.isnan(score) & (base >= 0))
    weights = _weights(snapshot, scheme, rows[paid], base[paid])
    shares = [weight * scaled(own) for weight, own in zip(weights, personal[paid].tolist(), strict=True)]
    company = company_coefficient(snapshot, scheme)
    pool = int(schemes.pool[scheme]) if schemes.pool[scheme] >= 0 else None
    if pool is not None and schemes.choice("mode", scheme) != "ceiling":
        pool = round(Fraction(pool * scaled(company), SCALE))
    unit = snapshot.company.people.unit[members.person[rows[paid]]]
    return Parts(scheme, rows, personal, paid, unit, weights, shares, company, pool)


def scheme_quotas(snapshot: Snapshot, parts: Parts) -> Quotas | None:
    """Return the exact quotas of a scheme's paid members; None where the pool to share is not stated."""
    levels = _unit_levels(snapshot, parts.scheme)[parts.unit]
    if snapshot.company.reward_schemes.choice("mode", parts.scheme) == "ceiling":
        return _ceiling(snapshot, parts, levels)
    return None if parts.pool is None else _share(parts, parts.pool, levels)


def _weights(snapshot: Snapshot, scheme: int, members: np.ndarray, base: np.ndarray) -> list[int]:
    """Return base x grade factor x member factor x days employed of each member, times SCALE twice."""
    company = snapshot.company
    person = company.reward_members.person[members]
    grade = or_one(company.people.grade_factor[person])
    factor = or_one(company.reward_members.factor[members])
    days = days_employed(snapshot, scheme, person)
    columns = (base, grade, factor, days)
    return [
        int(money) * scaled(one) * scaled(two) * int(day)
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


def scaled(value: float) -> int:
    """Return a factor as an integer of parts of one."""
    return round(value * SCALE)


def coefficient(snapshot: Snapshot, scheme: int, kind: str, score: np.ndarray) -> np.ndarray:
    """Return the coefficient of scores: straight lines between the scheme's points, flat beyond, never negative.

    Without table: score / 100, at most 1.2. Missing scores stay missing. (n,) both.
    """
    table = snapshot.company.coefficients
    rows = np.flatnonzero((table.scheme == scheme) & table.is_choice("kind", kind))
    if not len(rows):
        return np.minimum(score / 100, COEFFICIENT_CAP)
    return np.maximum(np.interp(score, table.score[rows], table.coefficient[rows]), 0.0)


def company_coefficient(snapshot: Snapshot, scheme: int) -> float:
    """Return the scheme's company coefficient; empty: the company card's score through the company table, else 1."""
    schemes, table = snapshot.company.reward_schemes, snapshot.company.coefficients
    stated = float(schemes.company_coefficient[scheme])
    if not np.isnan(stated):
        return stated
    if snapshot.root < 0 or not ((table.scheme == scheme) & table.is_choice("kind", "company")).any():
        return 1.0
    score = unit_scores(snapshot, scheme)[snapshot.root : snapshot.root + 1]
    return 1.0 if np.isnan(score[0]) else float(coefficient(snapshot, scheme, "company", score)[0])


def unit_scores(snapshot: Snapshot, scheme: int) -> np.ndarray:
    """Return the score of each unit's card of the scheme's cycle, NaN = none, (n_units,)."""
    found = cards(snapshot)
    scores = np.full(len(snapshot.company.units), np.nan)
    rows = np.flatnonzero((found.unit >= 0) & (found.cycle == snapshot.company.reward_schemes.cycle[scheme]))
    scores[found.unit[rows]] = found.score[rows]
    return scores


def card_of_unit(snapshot: Snapshot, scheme: int, unit: int) -> int:
    """Return the position in `cards` of a unit's card of the scheme's cycle; it must have one."""
    found = cards(snapshot)
    cycle = snapshot.company.reward_schemes.cycle[scheme]
    return int(np.flatnonzero((found.unit == unit) & (found.cycle == cycle))[0])


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
    scores = unit_scores(snapshot, scheme)
    nearest = trees.nearest_upward(snapshot.company.units.parent, ~np.isnan(scores))
    own = coefficient(snapshot, scheme, "unit", take(scores, nearest, np.nan))
    return np.where(np.isnan(own), 1.0, own)


def _unit_levels(snapshot: Snapshot, scheme: int) -> np.ndarray:
    """Return core factor x unit coefficient of each unit, times SCALE twice; a last entry for "no unit"."""
    factor = float(core_factors(snapshot)[scheme])
    levels = [
        scaled(factor if is_core else 1.0) * scaled(own)
        for is_core, own in zip(
            core_units(snapshot).tolist(), unit_coefficients(snapshot, scheme).tolist(), strict=True
        )
    ]
    result = np.empty(len(levels) + 1, dtype=object)
    result[:] = [*levels, SCALE * SCALE]
    return result


def _share(parts: Parts, pool: int, levels: np.ndarray) -> Quotas:
    """Return the quotas of members: the pool by unit weight, a unit's part by weight x personal coefficient."""
    whole: dict[int, int] = defaultdict(int)
    personal: dict[int, int] = defaultdict(int)
    unit = parts.unit.tolist()
    for place, weight, share, level in zip(unit, parts.weights, parts.shares, levels.tolist(), strict=True):
        whole[place] += weight * level
        personal[place] += share
    total = sum(weight for place, weight in whole.items() if personal[place])
    if not total:
        return Quotas(0, [0] * len(unit), [1] * len(unit))
    numerators = [pool * whole[place] * share for place, share in zip(unit, parts.shares, strict=True)]
    return Quotas(pool, numerators, [total * personal[place] or 1 for place in unit])


def _ceiling(snapshot: Snapshot, parts: Parts, levels: np.ndarray) -> Quotas:
    """Return the quotas of members: each its own product, all scaled down where they exceed the pool."""
    pool = parts.pool
    numerators = [
        share * level * scaled(parts.company) for share, level in zip(parts.shares, levels.tolist(), strict=True)
    ]
    denominator = period_days(snapshot, parts.scheme) * SCALE**6
    wanted = sum(numerators)
    if pool is not None and wanted > pool * denominator:
        return Quotas(pool, [pool * one for one in numerators], [wanted] * len(numerators))
    return Quotas(round(Fraction(wanted, denominator)), numerators, [denominator] * len(numerators))


def period_days(snapshot: Snapshot, scheme: int) -> int:
    """Return the days of a scheme's cycle."""
    cycle = snapshot.company.reward_schemes.cycle[scheme]
    return int(snapshot.company.cycles.end[cycle] - snapshot.company.cycles.start[cycle]) + 1


def largest_remainder(total: int, numerators: list[int], denominators: list[int]) -> list[int]:
    """Round quotas so that they add up to the total; equal remainders go by order.

    Args:
        total: Minor units; the quotas' sum, rounded.
        numerators, denominators: The exact quotas, none negative.
    """
    floors = [over // under for over, under in zip(numerators, denominators, strict=True)]
    for place in by_remainder(numerators, denominators)[: total - sum(floors)]:
        floors[place] += 1
    return floors


def by_remainder(numerators: list[int], denominators: list[int]) -> list[int]:
    """Return the places of quotas in the order in which they are rounded up: largest remainder first."""
    # Two different fractions differ by at least 1 / (product of denominators): this many bits tell them apart.
    bits = 2 * max((under.bit_length() for under in denominators), default=0) + 1
    remainders = [(over % under << bits) // under for over, under in zip(numerators, denominators, strict=True)]
    return sorted(range(len(remainders)), key=lambda place: -remainders[place])
