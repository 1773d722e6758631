"""From the real numbers of a solver to amounts that keep every condition to the last minor unit.

A solver works with tolerances; money does not. Amounts are cut down to whole minor units, what then still exceeds a
condition is taken where it is worth least, and what is left over goes where it is worth most.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import floor

import numpy as np

from guantong.engine.allocation_problem import CORE, OTHER, AllocationProblem, cap_sums


@dataclass(frozen=True, eq=False)
class Choice:
    """Which requests get money and so between what bounds, (n,) each: bool, minor units, minor units."""

    chosen: np.ndarray
    low: np.ndarray
    high: np.ndarray


def choice_of(problem: AllocationProblem, chosen: np.ndarray) -> Choice:
    """Return the bounds of amounts once it is chosen who gets money, (n,) bool of which only `switched` ones count."""
    switched = problem.switched
    low = np.maximum(np.where(chosen & switched, problem.least, 0), problem.floor)
    high = np.where(chosen | ~switched, problem.most, 0)
    return Choice(chosen, low, high)


def whole_amounts(problem: AllocationProblem, choice: Choice, real: np.ndarray) -> np.ndarray | None:
    """Return exact amounts near real ones, (n,) Python integers; None where none near them keep the conditions.

    Args:
        problem: What must be kept.
        choice: Who gets money.
        real: (n,) float64 minor units, kept up to the tolerance of the solver.
    """
    cut = np.array([floor(amount) for amount in real.tolist()], dtype=object)
    amounts = np.minimum(np.maximum(cut, choice.low), choice.high)
    rising = np.lexsort((np.arange(len(amounts)), problem.worth)).tolist()
    # Equal worth: who lost most in cutting is served first.
    lost = -(real - cut.astype(np.float64))
    falling = np.lexsort((np.arange(len(amounts)), lost, -problem.worth)).tolist()
    _cut_to_caps(problem, choice, amounts, rising)
    if problem.core_share and core_room(problem, amounts) < 0:
        _fill(problem, choice, amounts, [row for row in falling if problem.side[row] == CORE])
        _cut_to_core_share(problem, choice, amounts, rising, problem.core_share)
    if not keeps(problem, amounts):
        return None
    paying = [row for row in falling if problem.worth[row] > 0]
    while _fill(problem, choice, amounts, paying):
        pass  # A core request that gained has made room for others.
    return amounts


def smallest_amounts(problem: AllocationProblem) -> np.ndarray | None:
    """Return what must be given at least: to mandatory requests and to those that they need, (n,) minor units.

    None where somebody needs a request that cannot get money. No plan keeps a cap that these amounts exceed.
    """
    paid = (problem.floor > 0).astype(bool)
    while True:
        needed = problem.needs[paid[problem.needs[:, 0]], 1]
        if (needed < 0).any() or (problem.most[needed] == 0).any():
            return None
        if paid[needed].all():
            return np.maximum(problem.floor, np.where(paid, problem.least, 0))
        paid[needed] = True


def exceeded(problem: AllocationProblem, amounts: np.ndarray) -> bool:
    """Return whether amounts exceed a cap."""
    sums = cap_sums(problem, amounts).tolist()
    return any(used > cap.maximum for used, cap in zip(sums, problem.caps, strict=True))


def keeps(problem: AllocationProblem, amounts: np.ndarray) -> bool:
    """Return whether a plan keeps every condition of a problem and each request's own bounds, exactly."""
    paid = (amounts > 0).astype(bool)
    own = (amounts <= problem.most) & ((amounts == 0) | (amounts >= problem.least)) & (amounts >= problem.floor)
    waiting, needed = problem.needs[:, 0], problem.needs[:, 1]
    served = ~paid[waiting] | ((needed >= 0) & paid[needed]) if len(problem.needs) else np.array([], dtype=bool)
    within = not exceeded(problem, amounts)
    return bool(own.all() and served.all() and within and core_room(problem, amounts) >= 0)


def core_room(problem: AllocationProblem, amounts: np.ndarray) -> int:
    """Return by how much the core share is kept, in minor units x the denominator of the share; below 0: missed."""
    if problem.core_share is None:
        return 0
    core, other = (sum(amounts[problem.side == side].tolist()) for side in (CORE, OTHER))
    whole, part = problem.core_share.denominator, problem.core_share.numerator
    return int(core * whole - (core + other) * part)


def crowded(problem: AllocationProblem, choice: Choice) -> list[int]:
    """Return chosen requests whose smallest amounts together exceed a cap though none could be left out of them.

    Empty where every cap holds the smallest amounts.
    """
    excess = cap_sums(problem, choice.low) - np.array([cap.maximum for cap in problem.caps], dtype=object)
    for place in np.flatnonzero(excess > 0).tolist():
        rows = problem.members[problem.cap_rows == place].tolist()
        rows = [row for row in rows if choice.low[row] > 0]
        over = int(excess[place])
        # First those that a choice could leave out, the smallest first; then mandatory ones.
        for row in sorted(rows, key=lambda row: (problem.floor[row] > 0, choice.low[row], row)):
            if choice.low[row] < over:
                over -= int(choice.low[row])
                rows.remove(row)
        return rows
    return []


def _cut_to_caps(problem: AllocationProblem, choice: Choice, amounts: np.ndarray, order: Iterable[int]) -> None:
    """Take from the least worth in each exceeded cap until it holds, as far as the choice lets it."""
    place_of = {row: place for place, row in enumerate(order)}
    for place, cap in enumerate(problem.caps):
        rows = problem.members[problem.cap_rows == place]
        over = sum(amounts[rows].tolist()) - cap.maximum
        for row in sorted(rows.tolist(), key=place_of.__getitem__) if over > 0 else ():
            taken = min(over, amounts[row] - choice.low[row])
            amounts[row] -= taken
            over -= taken


def _cut_to_core_share(
    problem: AllocationProblem, choice: Choice, amounts: np.ndarray, order: Iterable[int], share: Fraction
) -> None:
    """Take from what is not core, the least worth first, until the core share holds, as far as the choice lets it."""
    over = -(core_room(problem, amounts) // share.numerator)
    for row in order:
        if over > 0 and problem.side[row] == OTHER:
            taken = min(over, amounts[row] - choice.low[row])
            amounts[row] -= taken
            over -= taken


def _fill(problem: AllocationProblem, choice: Choice, amounts: np.ndarray, order: Iterable[int]) -> int:
    """Give what is left over, the most worth first, within every cap and the core share; returns how much."""
    left = [cap.maximum - used for cap, used in zip(problem.caps, cap_sums(problem, amounts), strict=True)]
    caps_of = _caps_by_request(problem)
    room = core_room(problem, amounts)
    share, given = problem.core_share, 0
    for row in order:
        more = min([choice.high[row] - amounts[row], *(left[place] for place in caps_of[row])])
        if share is not None and problem.side[row] == OTHER and share:
            more = min(more, room // share.numerator)
        if more <= 0:
            continue
        amounts[row] += more
        given += more
        for place in caps_of[row]:
            left[place] -= more
        if share is not None and problem.side[row] >= OTHER:
            gain = share.denominator if problem.side[row] == CORE else 0
            room += more * (gain - share.numerator)
    return given


def _caps_by_request(problem: AllocationProblem) -> list[list[int]]:
    caps: list[list[int]] = [[] for _ in range(len(problem))]
    for place, row in zip(problem.cap_rows.tolist(), problem.members.tolist(), strict=True):
        caps[row].append(place)
    return caps
