"""What a simulated process comes to: lead times, where they go, how busy its nodes are; today beside a scenario."""

from dataclasses import dataclass, replace
from math import ceil

import numpy as np

from guantong.engine.processes import Flow, FlowFigures, Placement, crossings, flow_figures, flows, placed
from guantong.engine.routing import MONTH_MINUTES, FlowError, Routing, Stations, routing_of, stations_of
from guantong.engine.snapshot import Snapshot
from guantong.solvers.journeys import Journeys, Plan, drawn_journeys, expected_passes
from guantong.solvers.simulation import Load, simulated_times

BATCHES = 20
MOST_PASSES = 5_000_000
MOST_FILLED = 10_000
WARM_UP = 10
"""One case in so many, the first to arrive, is left out: the process was empty when they came."""

_STUDENT = 2.093024
"""97.5% point of Student's distribution with one degree of freedom less than there are batches."""

PARTS = ("working", "waiting", "queueing", "handoff")


@dataclass(frozen=True, eq=False)
class Outcome:
    """A process under one placement, over the cases behind the warm-up.

    Attributes:
        stations: The nodes as stations.
        lead: (n_counted,) float64, lead time of each case in order of arrival, minutes.
        parts: Mean minutes of a case, by PARTS.
        throughput: Cases that leave in a month while cases arrive, NaN without a stated volume.
        waiting: (n,) float64, fixed waiting at each node, minutes.
        busy: (n,) float64, simulated utilisation, NaN where nobody queues.
        queue: (n,) float64, mean number of cases that queue, NaN where nobody does.
        wait: (n,) float64, mean minutes in the queue per pass, NaN where nobody queues or comes.
        visits: (n,) float64, visits per case.
    """

    stations: Stations
    lead: np.ndarray
    parts: dict[str, float]
    throughput: float
    waiting: np.ndarray
    busy: np.ndarray
    queue: np.ndarray
    wait: np.ndarray
    visits: np.ndarray


@dataclass(frozen=True, eq=False)
class Simulated:
    """A simulated process.

    Attributes:
        process: Row of the process.
        routing: The ways of its cases.
        plan: What was drawn.
        figures: Its figures by the longest path, as it stands and, where there is one, under the scenario.
        outcomes: What the simulation came to, in the same order.
    """

    process: int
    routing: Routing
    plan: Plan
    figures: list[FlowFigures]
    outcomes: list[Outcome]


def simulated(snapshot: Snapshot, process: int, scenario: list[int] | None, plan: Plan) -> Simulated:
    """Simulate a process as it stands, and beside it under a scenario, on the same cases.

    Args:
        snapshot: The company.
        process: Row of the process.
        scenario: Rows of the scenario, None without one.
        plan: How many cases, from which seed, with which variation.

    Raises:
        FlowError: No case can travel through the process, or all of them would take too many passes.
    """
    flow = flows(snapshot)[process]
    routing = routing_of(snapshot, flow)
    placements = [flow.today] if scenario is None else [flow.today, placed(snapshot, flow, scenario)]
    figures = [flow_figures(snapshot, flow, placement) for placement in placements]
    if not any(figure.lead for figure in figures):
        raise FlowError("no_times", [])
    plan = filled(plan, routing, figures[0].lead)
    if expected_passes(routing, plan) > MOST_PASSES:
        raise FlowError("too_long", [])
    return Simulated(process, routing, plan, figures, _outcomes(snapshot, flow, routing, placements, plan))


def filled(plan: Plan, routing: Routing, lead: float | None) -> Plan:
    """Return the plan with as many cases before and behind its own as come while one takes the longest path.

    Args:
        plan: The plan.
        routing: The ways of the cases; without a stated volume nobody meets anybody, and nothing is filled.
        lead: Minutes of the longest path as the process stands. At most as many cases as the plan's own are added, or
            MOST_FILLED where these are more.
    """
    if np.isnan(routing.volume) or lead is None:
        return plan
    return replace(plan, fill=min(max(plan.cases, MOST_FILLED), ceil(routing.volume * lead / MONTH_MINUTES)))


def _outcomes(
    snapshot: Snapshot, flow: Flow, routing: Routing, placements: list[Placement], plan: Plan
) -> list[Outcome]:
    stations = [stations_of(snapshot, flow, routing, placement) for placement in placements]
    journeys = drawn_journeys(flow, routing, plan)
    # The waiting that people report holds the queue: what today's queue explains is taken off it, and only the rest
    # is a fixed wait, today and in a scenario alike.
    explained = np.zeros(len(flow.rows))
    reported = np.nan_to_num(flow.today.waiting)
    if (reported[stations[0].servers > 0] > 0).any():
        explained = _Trial(flow, journeys, flow.today, stations[0], reported, plan).queue_per_visit()
    found = []
    for placement, served in zip(placements, stations, strict=True):
        fixed = np.maximum(np.nan_to_num(placement.waiting) - explained, 0.0)
        trial = _Trial(flow, journeys, placement, served, fixed, plan)
        found.append(trial.outcome(known=not np.isnan(routing.volume)))
    return found


class _Trial:
    """One simulation: journeys under a placement with a fixed wait at each node."""

    def __init__(
        self, flow: Flow, journeys: Journeys, placement: Placement, stations: Stations, waiting: np.ndarray, plan: Plan
    ) -> None:
        self._journeys, self._stations, self._waiting = journeys, stations, waiting
        # The last place stands for edge -1: no hand-off.
        handoff = np.append(np.where(crossings(flow, placement), flow.handoff, 0.0), 0.0)
        node = journeys.node
        self._handoff = handoff[journeys.edge]
        self._fixed = np.where(journeys.first, waiting[node], 0.0)
        work = np.nan_to_num(placement.processing)[node] * journeys.effort
        self._load = Load(self._handoff + self._fixed, work, work / stations.pace[node])
        self._times = simulated_times(journeys, self._load, stations.servers)
        self._cases = slice(plan.fill + plan.cases // WARM_UP, plan.fill + plan.cases)
        self._passes = slice(int(journeys.offsets[self._cases.start]), int(journeys.offsets[self._cases.stop]))

    def _sums(self, minutes: np.ndarray) -> np.ndarray:
        """Return sums per node over the passes of the cases that count."""
        return np.bincount(self._journeys.node[self._passes], minutes[self._passes], len(self._waiting))

    def queue_per_visit(self) -> np.ndarray:
        """Return the mean minutes of queueing at each node per visit, (n,) float64."""
        visits = self._sums(self._journeys.first)
        return self._sums(self._times.begun - self._times.queued) / np.maximum(visits, 1)

    def outcome(self, known: bool) -> Outcome:
        """Return what the simulation came to; `known`: cases arrive at a stated rate."""
        arrivals, times = self._journeys.arrivals, self._times
        queueing = times.begun - times.queued
        passes = self._sums(np.ones(len(queueing)))
        counted = self._cases.stop - self._cases.start
        minutes = dict(zip(PARTS, (self._load.work, self._fixed, queueing, self._handoff), strict=True))
        begin, end = float(arrivals[self._cases.start]), float(arrivals[self._cases.stop - 1])
        served = self._stations.servers > 0
        held = self._within(times.begun, times.begun + self._load.hold, begin, end)
        queued = self._within(times.queued, times.begun, begin, end)
        left = np.count_nonzero((times.ended > begin) & (times.ended <= end))
        return Outcome(
            stations=self._stations,
            lead=(times.ended - arrivals)[self._cases],
            parts={part: float(each[self._passes].sum()) / counted for part, each in minutes.items()},
            throughput=left / (end - begin) * MONTH_MINUTES if known else np.nan,
            waiting=self._waiting,
            busy=np.where(served, held / np.maximum(self._stations.servers, 1) / (end - begin), np.nan),
            queue=np.where(served, queued / (end - begin), np.nan),
            wait=np.where(served & (passes > 0), self._sums(queueing) / np.maximum(passes, 1), np.nan),
            visits=self._sums(self._journeys.first) / counted,
        )

    def _within(self, start: np.ndarray, stop: np.ndarray, begin: float, end: float) -> np.ndarray:
        """Return per node the minutes of all passes from start to stop that lie between begin and end."""
        inside = np.maximum(np.minimum(stop, end) - np.maximum(start, begin), 0.0)
        return np.bincount(self._journeys.node, inside, len(self._waiting))


def lead_figures(lead: np.ndarray) -> dict[str, float]:
    """Return mean, its 95% interval by batch means, median, 80% and 95% points, least and most of lead times."""
    low, high = mean_interval(lead)
    median, p80, p95 = np.percentile(lead, (50, 80, 95)).tolist()
    return {
        "mean": float(lead.mean()),
        "mean_low": low,
        "mean_high": high,
        "median": median,
        "p80": p80,
        "p95": p95,
        "min": float(lead.min()),
        "max": float(lead.max()),
    }


def mean_interval(values: np.ndarray) -> tuple[float, float]:
    """Return the 95% interval of the mean of values in their order, from the means of 20 batches."""
    means = np.array([batch.mean() for batch in np.array_split(values, BATCHES)])
    margin = _STUDENT * float(means.std(ddof=1)) / BATCHES**0.5
    mean = float(values.mean())
    return mean - margin, mean + margin
