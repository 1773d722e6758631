"""The ways of cases through a process, drawn before they set out: every placement is tried on the very same cases."""

from dataclasses import dataclass

import numpy as np

from guantong.engine.processes import Flow
from guantong.engine.routing import MONTH_MINUTES, Routing

_CONSTANT = 1e-6
"""A variation below this is none."""


@dataclass(frozen=True)
class Plan:
    """What is drawn.

    Attributes:
        cases: Cases that are looked at, those of the warm-up included.
        seed: Where the luck comes from, 0 or more.
        variation: Coefficient of variation of the work, 0 or more.
        fill: Cases that come before these, and behind them, so that the process is full all the time.
    """

    cases: int
    seed: int
    variation: float
    fill: int = 0

    @property
    def drawn(self) -> int:
        """Return the number of all cases."""
        return self.cases + 2 * self.fill


@dataclass(frozen=True, eq=False)
class Journeys:
    """Cases and their passes; a pass is one piece of work at one node.

    Attributes:
        arrivals: (n_cases,) float64 minutes, rising.
        offsets: (n_cases + 1,) int64; case i makes the passes from `offsets[i]` on, `offsets[i + 1]` not included.
        node: (n_passes,) int64, place of the node.
        edge: (n_passes,) int64, place of the edge that led to the node, -1 = the case begins or works once more.
        first: (n_passes,) bool, the first pass of a visit.
        effort: (n_passes,) float64, what the work takes, mean 1.
    """

    arrivals: np.ndarray
    offsets: np.ndarray
    node: np.ndarray
    edge: np.ndarray
    first: np.ndarray
    effort: np.ndarray


def expected_passes(routing: Routing, plan: Plan) -> float:
    """Return how many passes the cases of a plan make on average."""
    return float(plan.drawn * (routing.visits * (1 + routing.repeats)).sum())


def drawn_journeys(flow: Flow, routing: Routing, plan: Plan) -> Journeys:
    """Draw cases: Poisson arrivals, ways by shares, extra passes geometrically, work by a gamma distribution.

    Where no volume is stated one case a month arrives, which matters to nobody as nobody queues.
    """
    arrival_luck, way_luck, rework_luck, work_luck = (np.random.default_rng([plan.seed, place]) for place in range(4))
    rate = (1.0 if np.isnan(routing.volume) else routing.volume) / MONTH_MINUTES
    arrivals = np.cumsum(arrival_luck.exponential(1 / rate, plan.drawn))
    case, node, edge = _visits(flow, routing, plan.drawn, way_luck)
    passes = rework_luck.geometric(1 / (1 + routing.repeats[node]))
    first = np.zeros(int(passes.sum()), dtype=bool)
    first[np.cumsum(passes) - passes] = True
    return Journeys(
        arrivals=arrivals,
        offsets=np.append(0, np.cumsum(np.bincount(case, passes, plan.drawn).astype(np.int64))),
        node=np.repeat(node, passes),
        edge=np.where(first, np.repeat(edge, passes), -1),
        first=first,
        effort=_efforts(work_luck, plan.variation, len(first)),
    )


def _visits(
    flow: Flow, routing: Routing, cases: int, luck: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the visits of all cases, one case after the other: case, node, and edge that led there."""
    onward = np.bincount(flow.source, minlength=len(routing.start)) > 0
    upto = _upper_ends(routing.share, flow.source)
    begun = np.cumsum(routing.start)
    node = np.searchsorted(begun / begun[-1], luck.random(cases), side="right")
    case, edge = np.arange(cases), np.full(cases, -1)
    steps = []
    while len(case):
        steps.append((case, node, edge))
        case, node = case[onward[node]], node[onward[node]]
        # An edge owns the part [node + shares before it, node + shares up to it) of the line of numbers.
        point = np.minimum(node + luck.random(len(node)), np.nextafter(node + 1.0, 0))
        edge = np.searchsorted(upto, point, side="right")
        node = flow.target[edge]
    case, node, edge = (np.concatenate(column) for column in zip(*steps, strict=True))
    order = np.argsort(case, kind="stable")
    return case[order], node[order], edge[order]


def _upper_ends(share: np.ndarray, source: np.ndarray) -> np.ndarray:
    """Return for each edge its source's place plus the shares of the source's edges up to it, the last exactly 1."""
    total = np.cumsum(share)
    before = np.append(0.0, total)[np.searchsorted(source, source, side="left")]
    whole = total[np.searchsorted(source, source, side="right") - 1] - before
    return source + (total - before) / np.where(whole > 0, whole, 1)


def _efforts(luck: np.random.Generator, variation: float, count: int) -> np.ndarray:
    """Return efforts of mean 1: constant without variation, exponential with 1, gamma with others."""
    if variation < _CONSTANT:
        return np.ones(count)
    spread = variation**2
    return luck.gamma(1 / spread, spread, count)
