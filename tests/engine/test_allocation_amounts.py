"""From a solver's real numbers to amounts that keep every condition to the last minor unit."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.allocation_amounts import (
    choice_of,
    core_room,
    crowded,
    exceeded,
    keeps,
    smallest_amounts,
    whole_amounts,
)
from guantong.engine.allocation_problem import AllocationProblem
from tests.engine.test_allocation_problem import problem, request
from tests.make.acme import settings


def budget(*requests: Any, envelope: int | None = None, share: float = 0.0, **tables: Any) -> AllocationProblem:
    given = {**settings(f"OTB-CORE-SHARE.min={share}"), **tables}
    if envelope is not None:
        given["budget_envelopes"] = [{"cycle": "2026", "amount": envelope}]
    return problem(*requests, **given)


def whole(found: AllocationProblem, *real: float, chosen: Any = None) -> list[int] | None:
    yes = np.ones(len(found), dtype=bool) if chosen is None else np.array(chosen)
    amounts = whole_amounts(found, choice_of(found, yes), np.array(real))
    assert amounts is None or keeps(found, amounts)
    return None if amounts is None else amounts.tolist()


def test_what_is_left_over_goes_where_it_is_worth_most() -> None:
    found = budget(request("A", value=100), request("B", value=300), request("C", value=200), envelope=100)
    assert whole(found, 10.5, 20.5, 30.5) == [10, 60, 30]


def test_of_equal_worth_who_lost_most_is_served_first() -> None:
    found = budget(request("A"), request("B"), request("C"), envelope=101)
    assert whole(found, 30.2, 30.7, 39.1) == [30, 32, 39]


def test_the_worthless_get_no_left_over() -> None:
    assert whole(budget(request("A", value=0), request("B", value=-1)), 5.5, 6.5) == [5, 6]


def test_what_exceeds_a_cap_is_taken_where_it_is_worth_least() -> None:
    found = budget(request("A", value=100), request("B", value=300), request("C", value=50, minimum=40), envelope=100)
    assert whole(found, 40.0, 40.0, 41.0) == [20, 40, 40]
    assert whole(found, 1.0, 99.0, 43.0) == [0, 60, 40]


def test_a_choice_that_a_cap_cannot_hold_has_no_amounts() -> None:
    found = budget(request("A", minimum=60), request("B", minimum=50), request("C"), envelope=100)
    assert whole(found, 50.0, 50.0, 0.0) is None
    assert whole(found, 60.0, 0.0, 0.0, chosen=[True, False, False]) == [100, 0, 0]


def test_what_is_not_core_makes_room_for_the_share() -> None:
    found = budget(request("A", priority="P1"), request("B", value=0.5), request("C"), share=0.7)
    assert whole(found, 100.0, 30.0, 30.0) == [100, 12, 30]


def test_the_core_is_filled_before_others_are_cut() -> None:
    found = budget(request("A", priority="P1"), request("B", minimum=30, mandatory=True), share=0.7)
    assert whole(found, 69.999, 30.0) == [100, 42]
    tight = budget(request("A", 70, priority="P1"), request("B", minimum=30, mandatory=True), share=0.7)
    assert whole(tight, 69.999, 30.0) == [70, 30]
    short = budget(request("A", 69, priority="P1"), request("B", minimum=30, mandatory=True), share=0.7)
    assert whole(short, 69.0, 30.0) is None


def test_a_core_request_that_is_filled_makes_room_for_others() -> None:
    found = budget(request("A", priority="P1", value=1), request("B", value=900), share=0.5)
    assert whole(found, 10.0, 10.0) == [100, 100]


def test_running_costs_are_on_neither_side() -> None:
    found = budget(request("A", priority="P1"), request("B", nature="running"), request("C"), share=1.0)
    assert whole(found, 50.0, 50.0, 0.0) == [100, 100, 0]


def test_without_core_share_there_is_room() -> None:
    found = budget(request("A"), share=0.7)
    assert core_room(found, np.array([10], dtype=object)) == -70
    assert core_room(found.only([]), np.array([10], dtype=object)) == 0


@pytest.mark.parametrize(
    ("amounts", "kept"),
    [
        ((40, 0, 10), True),
        ((0, 0, 0), True),
        ((39, 0, 0), False),  # below the minimum
        ((101, 0, 0), False),  # above the most
        ((40, 50, 10), True),
        ((0, 50, 0), False),  # B without A
        ((60, 31, 10), False),  # above the envelope
    ],
)
def test_keeps(amounts: tuple[int, ...], kept: bool) -> None:
    found = budget(request("A", minimum=40), request("B", depends_on=["A"]), request("C"), envelope=100)
    assert keeps(found, np.array(amounts, dtype=object)) == kept


def test_keeps_what_is_mandatory() -> None:
    found = budget(request("A", mandatory=True))
    assert not keeps(found, np.array([99], dtype=object))
    assert keeps(found, np.array([100], dtype=object))


def test_the_crowd_is_as_small_as_it_can_be() -> None:
    rows = [request("A", 50, minimum=50), request("B", 60, mandatory=True), request("C", 9, minimum=9)]
    found = budget(*rows, request("D"), envelope=100)
    yes = np.ones(4, dtype=bool)
    assert crowded(found, choice_of(found, yes)) == [0, 1]
    assert crowded(found, choice_of(found, np.array([False, False, True, True]))) == []
    mandatory = budget(*(request(code, 60, mandatory=True) for code in "AB"), rows[2] | {"code": "C"}, envelope=100)
    assert crowded(mandatory, choice_of(mandatory, np.ones(3, dtype=bool))) == [0, 1]


def test_a_cap_that_holds_nobody_crowds_nobody() -> None:
    limits = [{"cycle": "2026", "unit": "D2", "maximum": 0}, {"cycle": "2026", "unit": "D1", "maximum": 5}]
    found = budget(request("A", minimum=6), budget_limits=limits)
    assert crowded(found, choice_of(found, np.array([True]))) == [0]


def test_the_smallest_amounts_are_those_of_the_mandatory_and_of_what_they_need() -> None:
    rows = [
        request("A", minimum=7),
        request("B", minimum=8, depends_on=["A"]),
        request("C", minimum=50, mandatory=True, depends_on=["B"]),
        request("D", minimum=9),
    ]
    found = budget(*rows, envelope=65)
    small = smallest_amounts(found)
    assert small is not None
    assert small.tolist() == [7, 8, 50, 0]
    assert not exceeded(found, small)
    assert exceeded(found, small + 1)


def test_what_needs_a_request_that_gets_nothing_has_no_smallest_amounts() -> None:
    waiting = request("B", mandatory=True, depends_on=["A"])
    assert smallest_amounts(budget(request("A", 0), waiting)) is None
    assert smallest_amounts(budget(request("A", cycle="2025"), waiting)) is None
