"""A process simulated with SimPy: cases travel on its clock, queue for servers, and leave the times behind.

A station is nothing but the times at which its servers become free. Whoever comes takes the server that is free first,
so a case knows at once when its turn begins: one event per pass is enough, and the queue needs none of its own.
"""

from array import array
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
        self._node = journeys.node
        self._load = load
        # After its last pass a case has nothing before it; what stands there is never read.
        self._after = load.work + np.append(load.before[1:], 0.0)
        self._free = _free_times(journeys.node, servers)
        self.queued = array("d", bytes(8 * len(journeys.node)))
        self.begun = array("d", bytes(8 * len(journeys.node)))

    def arrivals(self) -> Generator["simpy.Event", Any, None]:
        start, wait = self._environment.process, self._environment.timeout
        for case, gap in enumerate(self._gaps):
            yield wait(gap)
            start(self._case(self._offsets[case], self._offsets[case + 1]))

    def _case(self, first: int, end: int) -> Generator["simpy.Event", Any, None]:
        environment, free, queued, begun = self._environment, self._free, self.queued, self.begun
        wait = environment.timeout
        if self._load.before[first]:
            yield wait(float(self._load.before[first]))
        passes = (self._node[first:end], self._load.hold[first:end], self._after[first:end])
        for place, node, hold, after in zip(range(first, end), *(column.tolist() for column in passes), strict=True):
            now = turn = environment.now
            servers = free[node]
            if servers is not None:
                if servers[0] > now:
                    turn = servers[0]
                heapreplace(servers, turn + hold)
            queued[place], begun[place] = now, turn
            if place + 1 < end:
                yield wait(turn - now + after)


def _free_times(node: np.ndarray, servers: np.ndarray) -> list[list[float] | None]:
    """Return when each server of each node becomes free, a heap per node; None where nobody ever has to wait."""
    passes = np.bincount(node, minlength=len(servers))
    queues = (servers > 0) & (servers < passes)
    return [[0.0] * count if some else None for count, some in zip(servers.tolist(), queues.tolist(), strict=True)]
