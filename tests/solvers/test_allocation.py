"""The optimiser against every plan tried out one by one, and the laws of its answers."""

import os
import random
import signal
import threading
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from guantong.engine.allocation_amounts import keeps
from guantong.engine.allocation_problem import AllocationProblem, Condition, allocation_problem
from guantong.solvers.allocation import Conflict, NoPlanInTimeError, Plan, _chosen, allocate
from guantong.solvers.allocation_model import AllocationModel
from tests.make.allocation import STEP, Budget, request
from tests.make.budget import large_budget
from tests.make.company import Row, snapshot

HUGE = 10**15


@st.composite
def budgets(draw: st.DrawFn, core_shares: tuple[float, ...] = (0.0,), most: int = 4) -> Budget:
    """Draw a small budget with all that a request can state."""
    rows: list[Row] = []
    for at in range(draw(st.integers(1, most))):
        requested = draw(st.integers(0, 4))
        rows.append(
            request(
                f"B{at}",
                requested,
                unit=draw(st.sampled_from(("D1", "D2"))),
                category=draw(st.sampled_from(("a", "b"))),
                priority=draw(st.sampled_from(("P1", "P2", None))),
                minimum=draw(st.none() | st.integers(0, requested)),
                stretch=draw(st.none() | st.integers(requested, 5)),
                value=draw(st.none() | st.integers(0, 50)) if requested else None,
                nature=draw(st.sampled_from(("strategic", "strategic", "running"))),
                mandatory=draw(st.integers(0, 3)) == 0,
                depends_on=[f"B{draw(st.integers(0, at - 1))}"] if at and draw(st.booleans()) else [],
            )
        )
    return Budget(
        rows,
        envelope=draw(st.none() | st.integers(0, 10)),
        limits=[("D1", None, draw(st.integers(0, 8))), (None, "a", draw(st.integers(0, 8)))],
        core_share=draw(st.sampled_from(core_shares)),
    )


def solved(budget: Budget, gap: float = 0.0, changes: Any = None) -> tuple[AllocationProblem, Plan | Conflict]:
    problem = budget.problem(changes)
    return problem, allocate(problem, gap=gap)


def planned(budget: Budget, gap: float = 0.0, changes: Any = None) -> Plan:
    _, plan = solved(budget, gap, changes)
    assert isinstance(plan, Plan)
    return plan


def in_thousands(plan: Plan) -> list[float]:
    return [amount / STEP for amount in plan.amounts.tolist()]


@given(budgets())
def test_no_plan_is_better_and_none_is_missed(budget: Budget) -> None:
    best = budget.best()
    problem, result = solved(budget)
    if best is None:
        assert isinstance(result, Conflict)
        return
    assert isinstance(result, Plan)
    assert keeps(problem, result.amounts)
    # A needed request without minimum may be served with a minor unit, which no plan in thousands can do.
    assert result.objective >= best - 1e-6
    assert result.objective <= best + _crumbs(budget) + 1e-6
    assert result.bound >= best - 1e-6
    assert result.gap <= 1e-9


def _crumbs(budget: Budget) -> float:
    """Return more than the worth that plans in whole thousands lose to those that serve with a minor unit."""
    served = [row for row in budget.requests if row["depends_on"]]
    return sum(budget.worth([5 if row is other else 0 for other in budget.requests]) for row in served)


@given(budgets(core_shares=(0.5, 0.7, 1.0)))
def test_under_a_core_share_no_plan_in_thousands_is_better(budget: Budget) -> None:
    best = budget.best()
    problem, result = solved(budget)
    if isinstance(result, Plan):
        assert keeps(problem, result.amounts)
        assert best is None or result.bound >= best - 1e-6
        assert best is None or result.objective >= best - 0.01 * len(budget.requests) - 1e-6
    else:
        assert best is None


@given(budgets(core_shares=(0.0, 0.7)), st.sampled_from((0.05, 0.3)))
def test_the_gap_is_proven(budget: Budget, gap: float) -> None:
    best = budget.best()
    _, result = solved(budget, gap)
    assume(isinstance(result, Plan) and best is not None)
    assert isinstance(result, Plan)
    assert result.proven
    assert result.gap <= gap + 1e-9
    assert best is None or result.bound >= best - 1e-6


@given(budgets(core_shares=(0.0, 0.7)).map(lambda budget: replace(budget, envelope=min(budget.envelope or 2, 3))))
def test_a_conflict_is_one_and_nothing_can_be_left_out_of_it(budget: Budget) -> None:
    problem, result = solved(budget)
    assume(isinstance(result, Conflict))
    assert isinstance(result, Conflict)
    assert isinstance(allocate(problem.only(result.conditions)), Conflict)
    for condition in result.conditions:
        rest = [one for one in result.conditions if one != condition]
        relaxed = problem.only(rest)
        plan = allocate(relaxed)
        assert isinstance(plan, Plan), condition
        assert keeps(relaxed, plan.amounts)


@given(budgets(core_shares=(0.0, 0.7)), st.integers(0, 6))
def test_a_larger_envelope_is_never_worse(budget: Budget, more: int) -> None:
    _, small = solved(replace(budget, envelope=4))
    _, large = solved(replace(budget, envelope=4 + more))
    if isinstance(small, Plan):
        assert isinstance(large, Plan)
        assert large.objective >= small.objective - 1e-6 - 0.01 * len(budget.requests)


@given(budgets(most=5), st.integers(1, 10))
def test_prices_foretell_what_a_little_more_brings(budget: Budget, envelope: int) -> None:
    """Without minimums and dependencies nothing is a choice, so the price is that of the problem itself."""
    rows = [{**row, "minimum": None, "mandatory": False, "depends_on": []} for row in budget.requests]
    budget = replace(budget, requests=rows, envelope=envelope)
    problem, plan = solved(budget)
    assert isinstance(plan, Plan)
    for place, cap in enumerate(problem.caps):
        condition = Condition(cap.kind, place)
        key = ("envelope",) if cap.kind == "envelope" else ("limit", cap.unit, cap.category)
        more = planned(budget, changes={key: cap.maximum + 10})
        foretold = plan.prices.get(condition, 0.0) * 10
        assert more.objective - plan.objective == pytest.approx(foretold, abs=1e-6)


def test_the_price_of_what_is_mandatory_is_what_less_of_it_brings() -> None:
    rows = [request("A", 4, mandatory=True, value=4), request("B", 9, value=90, priority="P1")]
    plan = planned(Budget(rows, envelope=8))
    # A thousand goes from A, worth 1 x 0.5, to B, worth 10 x 2.
    assert in_thousands(plan) == [4, 4]
    assert plan.prices[Condition("mandatory", 0)] * STEP == pytest.approx(19.5)
    less = planned(Budget([{**rows[0], "minimum": 3}, rows[1]], envelope=8))
    assert less.objective - plan.objective == pytest.approx(19.5)


def test_the_price_of_the_core_share_is_per_unit_of_ratio() -> None:
    rows = [request("A", 7, priority="P1", value=7), request("B", 9, value=90)]
    plan = planned(Budget(rows, core_share=0.7))
    assert in_thousands(plan) == [7, 3]
    price = plan.prices[Condition("core_share", 0)]
    less = planned(Budget(rows, core_share=0.699))
    assert (less.objective - plan.objective) / 0.001 == pytest.approx(price, rel=0.05)


def test_a_price_is_that_of_the_choice_that_was_made() -> None:
    """B does not fit, so with the choice fixed the envelope's next thousand is worth what A makes of it."""
    rows = [request("A", 4, value=40), request("B", 10, minimum=10, value=900)]
    plan = planned(Budget(rows, envelope=3))
    assert in_thousands(plan) == [3, 0]
    assert plan.prices == {Condition("envelope", 0): pytest.approx(10 * 0.5 / STEP)}


@given(budgets(core_shares=(0.0, 0.7)), st.randoms())
def test_the_order_of_rows_is_irrelevant(budget: Budget, shuffled: random.Random) -> None:
    rows = list(budget.requests)
    shuffled.shuffle(rows)
    one, other = solved(budget)[1], solved(replace(budget, requests=rows))[1]
    if isinstance(one, Plan) and isinstance(other, Plan):
        assert one.amounts.tolist() == other.amounts.tolist()
    else:
        assert one == other


# Worked cases


def test_two_strategies_share_seventy_to_thirty() -> None:
    """Promotion is worth more per unit of money, and still gets no more than three tenths."""
    rows = [request("RESEARCH", 100, priority="P1", value=100), request("PROMOTION", 100, priority="P2", value=900)]
    assert in_thousands(planned(Budget(rows, envelope=100, core_share=0.7))) == [30, 70]


def test_logistics_speed_up() -> None:
    """20 billion: 70% for automated warehouses, 20% for vehicles, 10% for research."""
    rows = [
        request("WAREHOUSES", 16_000, priority="P1", minimum=8_000),
        request("VEHICLES", 8_000, priority="P2", value=160),
        request("RESEARCH", 4_000, priority="P2", value=60),
    ]
    limits = [(None, "vehicles", 4_000)]
    rows[1] = {**rows[1], "category": "vehicles", "value": 10**9}
    rows[2] = {**rows[2], "value": 10**8}
    assert in_thousands(planned(Budget(rows, 20_000, limits, 0.7))) == [2_000, 4_000, 14_000]


def test_without_envelope_everything_is_granted() -> None:
    rows = [request("A", 3), request("B", 5, minimum=2, stretch=7), request("C", 0)]
    plan = planned(Budget(rows))
    assert in_thousands(plan) == [3, 7, 0]
    assert plan.prices == {}


def test_no_requests_need_no_plan() -> None:
    plan = planned(Budget([], envelope=5))
    assert (plan.amounts.tolist(), plan.objective, plan.gap, plan.proven) == ([], 0.0, 0.0, True)


def test_an_envelope_of_nothing_gives_nothing() -> None:
    assert in_thousands(planned(Budget([request("A", 3), request("B", 5, minimum=2)], envelope=0))) == [0, 0]


def test_worthless_requests_get_nothing_that_they_need_not_get() -> None:
    rows = [request("A", 3, value=-5), request("B", 4, value=-5, mandatory=True, minimum=2)]
    plan = planned(Budget(rows))
    assert in_thousands(plan) == [0, 2]
    assert plan.objective == pytest.approx(-1.25)


def test_a_mandatory_request_carries_what_it_depends_on() -> None:
    rows = [request("A", 5, minimum=3, value=0), request("B", 4, mandatory=True, depends_on=["A"])]
    assert in_thousands(planned(Budget(rows, envelope=8)))[0] >= 3
    _, result = solved(Budget(rows, envelope=6))
    assert isinstance(result, Conflict)
    assert {condition.kind for condition in result.conditions} == {"envelope", "mandatory", "dependency"}


def test_what_a_mandatory_request_needs_gets_a_minor_unit_at_least() -> None:
    """The worthless B is served because C needs it, and A because B does."""
    rows = [
        request("A", 3, priority="P1", value=5),
        request("B", 1, value=0, depends_on=["A"]),
        request("C", 1, value=0, mandatory=True, depends_on=["B"]),
    ]
    limits = [("D1", None, 2)]
    assert planned(Budget(rows, limits=limits)).amounts.tolist() == [999, 1, 1000]
    # Seven tenths under a core priority do not fit beside C.
    _, result = solved(Budget(rows, limits=limits, core_share=0.7))
    assert isinstance(result, Conflict)
    assert {condition.kind for condition in result.conditions} == {"mandatory", "limit", "core_share"}


def test_a_request_that_nobody_funds_in_another_year_blocks_the_one_that_needs_it() -> None:
    before = {**request("A", 9), "cycle": "2025"}
    waiting = request("B", 4, depends_on=["A"])
    assert in_thousands(planned(Budget([before, waiting]))) == [0]
    assert in_thousands(planned(Budget([{**before, "allocated": 1}, waiting]))) == [4]
    _, result = solved(Budget([before, {**waiting, "mandatory": True}]))
    assert result == Conflict((Condition("mandatory", 0), Condition("dependency", 0)))


def test_the_largest_mandatory_requests_are_named() -> None:
    rows = [request(f"B{at}", 1, mandatory=True) for at in range(20)] + [request("X", 30, mandatory=True)]
    _, result = solved(Budget(rows, envelope=20, limits=[("D1", None, 25)]))
    assert result == Conflict((Condition("envelope", 0), Condition("mandatory", 20)))


# To the last minor unit


def exact(maximum: int, *rows: Row, core_share: str = "0") -> tuple[AllocationProblem, Plan | Conflict]:
    """Solve a budget in minor units."""
    tables = {"budget_requests": rows, "budget_envelopes": [{"cycle": "2026", "amount": maximum}]}
    problem = Budget([], core_share=float(core_share), tables=tables).problem()
    return problem, allocate(problem, gap=0.0)


@pytest.mark.parametrize("size", [1, 10**9 + 7, HUGE + 1])
def test_what_is_one_unit_too_much_is_in_conflict(size: int) -> None:
    rows = [request("A", size, mandatory=True), request("B", size, mandatory=True)]
    _, plan = exact(2 * size, *rows)
    assert isinstance(plan, Plan)
    assert plan.amounts.tolist() == [size, size]
    _, result = exact(2 * size - 1, *rows)
    assert result == Conflict((Condition("envelope", 0), Condition("mandatory", 0), Condition("mandatory", 1)))


def test_a_choice_that_is_one_unit_too_dear_is_not_made() -> None:
    rows = [request(code, HUGE, minimum=HUGE, value=value) for code, value in (("A", 10), ("B", 9), ("C", 8))]
    problem, plan = exact(2 * HUGE - 1, *rows)
    assert isinstance(plan, Plan)
    assert keeps(problem, plan.amounts)
    assert plan.amounts.tolist() == [HUGE, 0, 0]


def test_mandatory_and_chosen_together_one_unit_too_dear() -> None:
    rows = [request("A", HUGE, mandatory=True), request("B", HUGE, minimum=HUGE), request("C", 7, minimum=7)]
    _, plan = exact(2 * HUGE - 1, *rows)
    assert isinstance(plan, Plan)
    assert plan.amounts.tolist() == [HUGE, 0, 7]


def test_the_core_share_is_kept_to_the_last_unit() -> None:
    rows = [request("A", HUGE + 1, priority="P1"), request("B", HUGE)]
    problem, plan = exact(3 * HUGE, *rows, core_share="0.7")
    assert isinstance(plan, Plan)
    assert plan.amounts.tolist() == [HUGE + 1, (HUGE + 1) * 3 // 7]
    assert problem.core_share == Fraction(7, 10)


def test_everything_is_given_out() -> None:
    rows = [request("A", 333, priority="P1"), request("B", 10**7, priority="P2"), request("C", 10**9)]
    _, plan = exact(10**8 + 1, *rows)
    assert isinstance(plan, Plan)
    assert sum(plan.amounts.tolist()) == 10**8 + 1


def test_a_yes_that_carries_no_money_and_serves_nobody_is_a_no() -> None:
    rows = [request("A", 3), request("B", 3, depends_on=["A"]), request("C", 3, minimum=2, depends_on=["B"])]
    model = AllocationModel(Budget(rows).problem())
    assert _chosen(model, np.array([0, 0, 0, 1, 1, 1], dtype=np.float64)).tolist() == [True, True, True]
    assert _chosen(model, np.array([0, 0, 0, 1, 1, 0], dtype=np.float64)).tolist() == [False, False, False]
    assert _chosen(model, np.array([5, 0, 0, 1, 1, 0], dtype=np.float64)).tolist() == [True, False, False]


# Time and interruption


def large(requests: int = 3000) -> AllocationProblem:
    return allocation_problem(snapshot(**large_budget(requests, 200, requests // 6)))


def test_a_problem_that_had_no_time_has_no_plan() -> None:
    with pytest.raises(NoPlanInTimeError):
        allocate(Budget([request("A", 3, minimum=2)]).problem(), seconds=1e-9)
    with pytest.raises(NoPlanInTimeError):
        allocate(large(600), seconds=0.001)


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let SIGINT interrupt, also where a shell in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.full
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_stops_the_solver() -> None:
    problem = large()
    alarm = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    with pytest.raises(KeyboardInterrupt):
        allocate(problem, gap=0.0)
    alarm.join()
    assert isinstance(allocate(Budget([request("A", 3)]).problem()), Plan)


def test_standard_output_stays_the_reports(capfd: pytest.CaptureFixture[str]) -> None:
    allocate(large(300))
    assert capfd.readouterr() == ("", "")
