"""How long 10,000 cases of 50 nodes take, today beside a scenario, against as many bare timeouts of SimPy."""

import statistics
import time
from collections.abc import Callable, Generator
from typing import Any

import pytest
import simpy

from guantong.solvers.journeys import Plan
from tests.make.flow import timed
from tests.make.simulated import MONTH, simulate

CASES = 10_000
NODES = 50
ROUNDS = 3
MOST = 15
"""Times of the reference; three simulations run, one of them to split the stated waiting."""

UNITS = ("SALES", "BUY", "PLANT")


def process() -> list[dict[str, Any]]:
    """Return a line of nodes that all queue at 83%, with rework, hand-offs and a way back every tenth node."""
    nodes = []
    for place in range(NODES):
        onward = (
            [(f"N{place + 1:02}", 0.98), (f"N{place - 3:02}", 0.02)] if place % 10 == 9 else [(f"N{place + 1:02}", 1.0)]
        )
        row = timed(
            f"N{place:02}", unit=UNITS[place % 3], minutes=(10.0, 20.0), volume=2_000.0, capacity_minutes=2.4 * MONTH
        )
        nodes.append({**row, "next": onward if place + 1 < NODES else [], "rework": 0.05})
    return nodes


def bare_timeouts(cases: int) -> None:
    """Let SimPy count: each case is a process of one timeout per node, a thousand cases at a time, and nothing else."""
    environment = simpy.Environment()

    def case() -> Generator[simpy.Event, Any, None]:
        for _ in range(NODES):
            yield environment.timeout(20.0)

    def arrivals() -> Generator[simpy.Event, Any, None]:
        for _ in range(cases):
            yield environment.timeout(1.0)
            environment.process(case())

    environment.process(arrivals())
    environment.run()


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        work()
        times.append(time.process_time() - begun)
    return statistics.median(times)


@pytest.mark.full
def test_ten_thousand_cases_of_fifty_nodes(capsys: pytest.CaptureFixture[str]) -> None:
    nodes = process()
    scenario = [
        {"code": "LINES", "name": "Lines", "process": "ORDER", "node": row["code"], "unit": "One"} for row in nodes
    ]
    found = simulate(*nodes, plan=Plan(CASES, 1, 0.5), scenario="LINES", scenarios=scenario)
    drawn = found.plan.drawn
    reference = seconds(lambda: bare_timeouts(drawn))
    ours = seconds(lambda: simulate(*nodes, plan=Plan(CASES, 1, 0.5), scenario="LINES", scenarios=scenario))
    assert [len(outcome.lead) for outcome in found.outcomes] == [9_000, 9_000]
    assert ours < MOST * reference
    with capsys.disabled():
        print(
            f"\nsimulating {CASES:,} cases ({drawn:,} drawn) of {NODES} nodes, before and after: {ours:.2f} s of the "
            f"processor, bare timeouts {reference:.2f} s, ratio {ours / reference:.2f}"
        )
