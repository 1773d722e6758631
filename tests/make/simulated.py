"""A process simulated from rows of nodes, and what queueing theory says of one station."""

from math import factorial
from typing import Any

from guantong.engine.processes import Flow, flows, scenario_rows
from guantong.engine.routing import Routing, routing_of
from guantong.solvers.journeys import Plan
from guantong.solvers.outcomes import Simulated, simulated
from tests.make.company import Row, snapshot
from tests.make.flow import tables

MONTH = 10_440.0


def routed(*nodes: Row, **more: Any) -> tuple[Flow, Routing]:
    """Return the process ORDER of some nodes, and the ways of its cases."""
    seen = snapshot(**tables(*nodes, **more))
    return flows(seen)[0], routing_of(seen, flows(seen)[0])


def simulate(*nodes: Row, plan: Plan, scenario: str | None = None, **more: Any) -> Simulated:
    """Return the simulated process ORDER of some nodes."""
    seen = snapshot(**tables(*nodes, **more))
    rows = None if scenario is None else scenario_rows(seen)[0][scenario]
    return simulated(seen, 0, rows, plan)


def waiting_time(servers: int, utilisation: float, service: float) -> float:
    """Return the mean time in the queue of M/M/c, by the Erlang C formula.

    Args:
        servers: c.
        utilisation: Arrivals x service / c, below 1.
        service: Mean minutes for which a case holds a server.
    """
    load = servers * utilisation
    all_busy = load**servers / factorial(servers) / (1 - utilisation)
    some_free = sum(load**busy / factorial(busy) for busy in range(servers))
    return all_busy / (some_free + all_busy) * service / (servers * (1 - utilisation))
