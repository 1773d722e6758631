"""A process simulated with SimPy: cases travel on its clock, queue for servers, and leave the times behind.

A station is nothing but the times at which its servers become free. Whoever comes takes the server that is free first,
so a case knows at once when its turn begins: one event per pass is enough, and the queue needs none of its own.
"""

from collections.abc import Generator
from dataclasses import dataclass
from heapq import heapreplace
from typing import TYPE_CHECKING, Any

import numpy as np

from guantong.solvers.journeys import Journeys

if TYPE_CHECKING:
    import simpy


@dataclass(frozen=True, eq=False)
class Load:
    """What the passes of some journeys take under one placement, each (n_passes,) float64 minutes.

    Attributes:
        before: Hand-off and waiting between the pass before (or the arrival of the case) and the queue.
        work: Work on the case.
        hold: Time for which a server is not free for the next case, at least the work.
    """

    before: np.ndarray
    work: np.ndarray
    hold: np.ndarray


@dataclass(frozen=True, eq=False)
class Times:
    """When things happened.

    Attributes:
        queued: (n_passes,) float64, when a case joined the queue of a pass.
        begun: (n_passes,) float64, when its turn came.
        ended: (n_cases,) float64, when a case left the process.
    """

    queued: np.ndarray
    begun: np.ndarray
    ended: np.ndarray


def simulated_times(journeys: Journeys, load: Load, servers: np.ndarray) -> Times:
    """Let the cases travel.

    Args:
        journeys: Cases and passes.
        load: What the passes take.
        servers: (n_nodes,) servers of each node, first come, first served; 0 = nobody waits.
    """
    import simpy

    environment = simpy.Environment()
    road = _Road(environment, journeys, load, servers)
    environment.process(road.arrivals())
    environment.run()
    begun = np.array(road.begun)
    last = journeys.offsets[1:] - 1
    return Times(queued=np.array(road.queued), begun=begun, ended=begun[last] + load.work[last])


class _Road:
    def __init__(self, environment: "simpy.Environment", journeys: Journeys, load: Load, servers: np.ndarray) -> None:
        self._environment = environment
        self._gaps = np.diff(journeys.arrivals, prepend=0.0).tolist()
        self._offsets = journeys.offsets.tolist()
        self._node = journeys.node.tolist()
        self._before = load.before.tolist()
        # After its last pass a case has nothing before it.
        self._after = [*(load.work[:-1] + load.before[1:]).tolist(), float(load.work[-1])]
        self._hold = load.hold.tolist()
        self._free = _free_times(journeys.node, servers)
        self.queued = [0.0] * len(self._node)
        self.begun = [0.0] * len(self._node)

    def arrivals(self) -> Generator["simpy.Event", Any, None]:
        start, wait = self._environment.process, self._environment.timeout
        for case, gap in enumerate(self._gaps):
            yield wait(gap)
            start(self._case(self._offsets[case], self._offsets[case + 1]))

    def _case(self, first: int, end: int) -> Generator["simpy.Event", Any, None]:
        environment = self._environment
        wait, free, hold, after = environment.timeout, self._free, self._hold, self._after
        if self._before[first]:
            yield wait(self._before[first])
        for place in range(first, end):
            now = turn = environment.now
            servers = free[self._node[place]]
            if servers is not None:
                turn = max(now, servers[0])
                heapreplace(servers, turn + hold[place])
            self.queued[place], self.begun[place] = now, turn
            if place + 1 < end:
                yield wait(turn - now + after[place])


def _free_times(node: np.ndarray, servers: np.ndarray) -> list[list[float] | None]:
    """Return when each server of each node becomes free, a heap per node; None where nobody ever has to wait."""
    passes = np.bincount(node, minlength=len(servers))
    queues = (servers > 0) & (servers < passes)
    return [[0.0] * count if some else None for count, some in zip(servers.tolist(), queues.tolist(), strict=True)]
