"""The clock and the queues against queueing theory, and cases whose times can be told by hand."""

from typing import Any

import numpy as np
import pytest

from guantong.solvers.journeys import Journeys, Plan
from guantong.solvers.outcomes import BATCHES
from guantong.solvers.simulation import Load, simulated_times
from tests.make.flow import node
from tests.make.simulated import MONTH, simulate, waiting_time

CASES = 60_000
STANDARD_ERRORS = 4


def alone(arrivals: Any, passes: int = 1) -> Journeys:
    """Return cases that make so many passes at one node."""
    cases = len(arrivals)
    return Journeys(
        arrivals=np.array(arrivals, dtype=float),
        offsets=np.arange(cases + 1) * passes,
        node=np.zeros(cases * passes, dtype=int),
        edge=np.full(cases * passes, -1),
        first=np.tile(np.arange(passes) == 0, cases),
        effort=np.ones(cases * passes),
    )


def load(journeys: Journeys, work: Any, hold: Any = None, before: Any = 0.0) -> Load:
    shape = np.zeros(len(journeys.node))
    return Load(shape + before, shape + work, shape + (work if hold is None else hold))


def standard_error(waits: np.ndarray) -> float:
    means = [batch.mean() for batch in np.array_split(waits, BATCHES)]
    return float(np.std(means, ddof=1)) / BATCHES**0.5


@pytest.mark.parametrize(("servers", "utilisation"), [(1, 0.5), (1, 0.8), (3, 0.5), (3, 0.8)])
def test_waits_agree_with_the_formula_of_m_m_c(servers: int, utilisation: float) -> None:
    luck = np.random.default_rng(11)
    service = 10.0
    arrivals = np.cumsum(luck.exponential(service / (servers * utilisation), CASES))
    journeys = alone(arrivals)
    times = simulated_times(journeys, load(journeys, luck.exponential(service, CASES)), np.array([servers]))
    waits = (times.begun - times.queued)[CASES // 10 :]
    error = standard_error(waits)
    wanted = waiting_time(servers, utilisation, service)
    assert abs(waits.mean() - wanted) < STANDARD_ERRORS * error
    assert error < 0.1 * wanted


@pytest.mark.parametrize(("capacity", "servers"), [(MONTH, 1), (MONTH / 2, 1), (3 * MONTH, 3), (2.4 * MONTH, 3)])
def test_a_node_of_a_process_waits_as_m_m_c(capacity: float, servers: int) -> None:
    processing, utilisation = 10.0, 0.7
    only = node(
        "A", processing_minutes=processing, capacity_minutes=capacity, volume=utilisation * capacity / processing
    )
    outcome = simulate(only, plan=Plan(CASES, 3, 1.0)).outcomes[0]
    service = processing * servers * MONTH / capacity
    error = standard_error(outcome.lead)
    wanted = waiting_time(servers, utilisation, service)
    assert abs(outcome.wait[0] - wanted) < STANDARD_ERRORS * error
    # A server of half the time holds a case back twice as long as it works on it; the case leaves after its work.
    assert abs(outcome.lead.mean() - wanted - processing) < STANDARD_ERRORS * error
    assert outcome.busy[0] == pytest.approx(utilisation, rel=0.03)
    # Little: cases in the queue = cases that come in a minute x minutes that each waits.
    assert outcome.queue[0] == pytest.approx(outcome.wait[0] * only["volume"] / MONTH, rel=0.05)


def test_even_arrivals_and_even_work_never_wait() -> None:
    journeys = alone(np.arange(1, 1001) * 10.0)
    times = simulated_times(journeys, load(journeys, 9.0), np.array([1]))
    assert (times.begun == times.queued).all()
    assert times.ended.tolist() == (journeys.arrivals + 9).tolist()


def test_who_comes_while_the_server_is_busy_waits_in_turn() -> None:
    journeys = alone([0.0, 1.0, 2.0])
    times = simulated_times(journeys, load(journeys, 10.0, hold=15.0), np.array([1]))
    assert times.begun.tolist() == [0, 15, 30]
    assert times.ended.tolist() == [10, 25, 40]
    times = simulated_times(journeys, load(journeys, 10.0), np.array([2]))
    assert times.begun.tolist() == [0, 1, 10]


def test_delays_come_before_the_queue_and_passes_one_after_the_other() -> None:
    journeys = alone([0.0], passes=2)
    times = simulated_times(journeys, load(journeys, 10.0, before=np.array([5.0, 7.0])), np.array([0]))
    assert times.queued.tolist() == [5, 22]
    assert times.ended.tolist() == [32]
    # With a server that rests after each case the second pass waits for it.
    times = simulated_times(journeys, load(journeys, 10.0, hold=30.0), np.array([1]))
    assert times.begun.tolist() == [0, 30]


def test_more_servers_than_passes_are_as_good_as_nobody_waiting() -> None:
    journeys = alone([0.0, 0.0, 0.0])
    for servers in (0, 3, 10**12):
        times = simulated_times(journeys, load(journeys, 10.0), np.array([servers]))
        assert times.begun.tolist() == [0, 0, 0]
