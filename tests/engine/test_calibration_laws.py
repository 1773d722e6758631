"""Laws of spreading: exact sums, capacities kept, no regard to order or scale, more room never gives less."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guantong.engine.calibration import BASES, proposal, spread
from tests.make.measured import child, goal, metric, view

Parts = list[tuple[float, float | None]]
WEIGHTS = st.one_of(st.just(0.0), st.integers(1, 50).map(float), st.floats(0.01, 1e6))
CAPACITIES = st.none() | st.floats(0, 400)
PARTS: st.SearchStrategy[Parts] = st.lists(st.tuples(WEIGHTS, CAPACITIES), min_size=1, max_size=9).filter(
    lambda parts: any(weight for weight, _ in parts)
)
STEPS = st.sampled_from([1, 10, 100, 10**6])


def shares(amount: float, parts: Parts, per_unit: int, at_least: bool = False) -> tuple[np.ndarray, float]:
    weight = np.array([part[0] for part in parts])
    capacity = np.array([np.nan if part[1] is None else part[1] for part in parts])
    return spread(amount, weight, capacity, per_unit, at_least=at_least)


def weights(parts: Parts) -> list[float]:
    """Return the weights; of equal ones it is the order that decides who gets a last step."""
    return [weight for weight, _ in parts]


def exact(values: np.ndarray) -> Decimal:
    return sum((Decimal(repr(float(value))) for value in values), Decimal(0))


@given(st.integers(1, 2000), PARTS, STEPS, st.booleans())
def test_parts_add_up_exactly_or_say_what_is_missing(amount: int, parts: Parts, per_unit: int, at_least: bool) -> None:
    found, short = shares(float(amount), parts, per_unit, at_least)
    assert (found >= 0).all()
    difference = exact(found) - amount
    assert abs(difference) == pytest.approx(Decimal(repr(short)), abs=Decimal("1e-9"))
    assert difference == 0 or (difference > 0) == at_least
    assert np.rint(found * per_unit) == pytest.approx(found * per_unit, abs=1e-6)


@given(st.integers(1, 2000), PARTS, STEPS)
def test_no_capacity_is_exceeded_and_none_has_room_while_something_is_short(
    amount: int, parts: Parts, per_unit: int
) -> None:
    found, short = shares(float(amount), parts, per_unit)
    for share, (_, capacity) in zip(found, parts, strict=True):
        assert capacity is None or share <= capacity + 1e-6
        assert not short or (capacity is not None and share + 1 / per_unit > capacity - 1e-6)


@given(st.integers(1, 2000), PARTS, STEPS)
def test_a_floor_is_kept(amount: int, parts: Parts, per_unit: int) -> None:
    found, over = shares(float(amount), parts, per_unit, at_least=True)
    for share, (_, capacity) in zip(found, parts, strict=True):
        assert capacity is None or share >= capacity - 1e-6
        assert not over or share <= (capacity or 0) + 1 / per_unit + 1e-6


@given(st.integers(1, 2000), PARTS, STEPS, st.randoms(use_true_random=False))
def test_order_does_not_matter(amount: int, parts: Parts, per_unit: int, random: object) -> None:
    shuffled = list(parts)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    first = sorted(zip(weights(parts), shares(float(amount), parts, per_unit)[0].tolist(), strict=True))
    second = sorted(zip(weights(shuffled), shares(float(amount), shuffled, per_unit)[0].tolist(), strict=True))
    assert first == second


@given(st.integers(1, 2000), PARTS, STEPS, st.sampled_from([0.125, 4.0, 1024.0]))
def test_weights_count_by_their_ratio_alone(amount: int, parts: Parts, per_unit: int, by: float) -> None:
    scaled = [(weight * by, capacity) for weight, capacity in parts]
    assert shares(float(amount), scaled, per_unit)[0].tolist() == shares(float(amount), parts, per_unit)[0].tolist()


@given(st.integers(1, 2000), PARTS, STEPS, st.floats(0, 200), st.data())
def test_more_capacity_never_lowers_the_share(
    amount: int, parts: Parts, per_unit: int, more: float, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(parts) - 1))
    weight, capacity = parts[place]
    assume(capacity is not None)
    larger = [*parts[:place], (weight, (capacity or 0) + more), *parts[place + 1 :]]
    before, after = (shares(float(amount), each, per_unit)[0][place] for each in (parts, larger))
    assert after >= before - 1e-9


@given(st.integers(1, 2000), st.lists(st.integers(1, 500), min_size=2, max_size=8), st.integers(0, 200))
def test_more_capacity_never_lowers_the_share_where_it_is_what_is_spread_by(
    amount: int, capacities: list[int], more: int
) -> None:
    larger = [capacities[0] + more, *capacities[1:]]
    before, after = (
        shares(float(amount), [(float(x), float(x)) for x in each], 1)[0][0] for each in (capacities, larger)
    )
    assert after >= before


@given(st.integers(10, 10_000), st.lists(st.integers(0, 90), min_size=1, max_size=6), st.sampled_from(BASES))
def test_a_proposal_meets_its_goal_whatever_the_order_of_rows(target: int, past: list[int], by: str) -> None:
    assume(any(past))
    rows = [
        child(f"A{place}", target=7.0, baseline=float(value), capacity=float(value + 10_000))
        for place, value in enumerate(past)
    ]
    metrics = [metric(aggregation="sum", decimals=0)]
    found = []
    for ordered in (rows, rows[::-1]):
        seen = view("2026-01-01", goals=[goal(target=float(target), retained=1.0), *ordered], metrics=metrics)
        found.append(proposal(seen, seen.company.goals.code.tolist().index("G"), by))
    assert found[0].proposed.tolist() == found[1].proposed.tolist()
    assert found[0].proposed.sum() + 1 == target
    assert found[0].markup_after == pytest.approx(0)
