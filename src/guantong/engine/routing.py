"""How cases travel through a process: where they begin, which way they take, how often they come by, who serves them.

Page: docs/rules/processes.md (simulation).
"""

from dataclasses import dataclass

import numpy as np

from guantong.engine.processes import Flow, Placement, led_to
from guantong.engine.snapshot import LIMIT, Snapshot

MONTH_MINUTES = 21.75 * 8 * 60
"""Working minutes of a month: 21.75 days of 8 hours."""

MOST_NODES = 2_000


class FlowError(Exception):
    """A process through which no case can travel.

    Attributes:
        kind: `no_nodes`, `too_large`, `negative`, `no_exit`, `start_volume`, `no_arrivals` or `no_capacity`; a
            simulation adds `no_times` and `too_long`.
        nodes: Codes of the nodes at fault, in order; empty where it is the whole process.
    """

    def __init__(self, kind: str, nodes: list[str]) -> None:
        super().__init__(kind, nodes)
        self.kind = kind
        self.nodes = nodes


@dataclass(frozen=True, eq=False)
class Routing:
    """The ways of the cases of one process; no scenario changes them.

    Attributes:
        volume: Cases a month, NaN = not stated.
        start: (n,) float64, share of the cases that begin at each node.
        share: (n_edges,) float64, share of the cases at the edge's source that take it.
        visits: (n,) float64, expected visits per case, extra passes left out.
        repeats: (n,) float64, expected extra passes at each visit, beyond those that the edges bring.
        assumed: Every node is led to, so that the first in code order begins.
        stated: (n,) float64, what the shares of a node add up to where this is not 1, else NaN.
    """

    volume: float
    start: np.ndarray
    share: np.ndarray
    visits: np.ndarray
    repeats: np.ndarray
    assumed: bool
    stated: np.ndarray


@dataclass(frozen=True, eq=False)
class Stations:
    """The nodes of a process as stations at which cases are served.

    Attributes:
        servers: (n,) int64, servers of a node at which cases queue, 0 = nobody ever waits for one.
        pace: (n,) float64, part of the time that each server has for the node, 1 where nobody queues.
        utilisation: (n,) float64, expected work / capacity, NaN where nobody queues.
    """

    servers: np.ndarray
    pace: np.ndarray
    utilisation: np.ndarray


def routing_of(snapshot: Snapshot, flow: Flow) -> Routing:
    """Return the ways of a process's cases.

    Raises:
        FlowError: There are no nodes or too many, a share is below 0, cases never come or never leave.
    """
    codes = snapshot.company.process_nodes.code[flow.rows]
    if not len(codes):
        raise FlowError("no_nodes", [])
    if len(codes) > MOST_NODES:
        raise FlowError("too_large", [])
    _check_not_negative(snapshot, flow, codes)
    begins = ~led_to(len(codes), flow.source, flow.target)
    assumed = not begins.any()
    begins[0] |= assumed
    start, volume = _arrivals(snapshot, flow, begins)
    share, sums = _shares(snapshot, flow)
    ends = np.bincount(flow.source, minlength=len(codes)) == 0
    taken = share > 0
    reached = _closure(start > 0, flow.source[taken], flow.target[taken])
    caught = reached & ~_closure(ends, flow.target[taken], flow.source[taken])
    if caught.any():
        raise FlowError("no_exit", codes[caught].tolist())
    visits, repeats = _expected(snapshot, flow, np.where(reached, start, 0.0), np.where(reached[flow.source], share, 0))
    return Routing(volume, start, share, visits, repeats, assumed, np.where(reached, sums, np.nan))


def _check_not_negative(snapshot: Snapshot, flow: Flow, codes: np.ndarray) -> None:
    wrong = snapshot.company.process_nodes.rework[flow.rows] < 0
    wrong[flow.source[_stated_shares(snapshot, flow) < 0]] = True
    if wrong.any():
        raise FlowError("negative", codes[wrong].tolist())


def _arrivals(snapshot: Snapshot, flow: Flow, begins: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the share of cases that begin at each node, and cases a month."""
    nodes = snapshot.company.process_nodes
    volume = np.where(begins, nodes.volume[flow.rows], 0.0)
    missing = np.isnan(volume)
    if missing[begins].all():
        return begins / begins.sum(), np.nan
    if missing.any():
        raise FlowError("start_volume", nodes.code[flow.rows][missing].tolist())
    total = float(volume.sum())
    if total <= LIMIT:
        raise FlowError("no_arrivals", nodes.code[flow.rows][begins].tolist())
    return volume / total, total


def _shares(snapshot: Snapshot, flow: Flow) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of each edge, and per node what the shares come to where this is not 1, else NaN."""
    count = len(flow.rows)
    stated = _stated_shares(snapshot, flow)
    missing = np.isnan(stated)
    rest = 1 - np.bincount(flow.source, np.nan_to_num(stated), count)
    open_edges = np.bincount(flow.source, missing, count)
    each = np.maximum(rest, 0) / np.maximum(open_edges, 1)
    share = np.where(missing, each[flow.source], stated)
    sums = np.bincount(flow.source, share, count)
    off = (np.abs(sums - 1) > LIMIT) & (np.bincount(flow.source, minlength=count) > 0)
    share = share / np.where(sums > 0, sums, 1)[flow.source]
    # What is as good as never taken is never taken: a way out of one in a thousand million is none.
    return np.where(share > LIMIT, share, 0.0), np.where(off, sums, np.nan)


def _stated_shares(snapshot: Snapshot, flow: Flow) -> np.ndarray:
    """Return the share stated beside each edge, (n_edges,) float64; those of an edge named twice add up."""
    nodes = snapshot.company.process_nodes
    places = {code: place for place, code in enumerate(nodes.code[flow.rows])}
    edges = {pair: edge for edge, pair in enumerate(zip(flow.source.tolist(), flow.target.tolist(), strict=True))}
    stated = np.full(len(edges), np.nan)
    for place, row in enumerate(flow.rows.tolist()):
        for code, share in nodes.next.of(row):
            if code in places:
                edge = edges[place, places[code]]
                stated[edge] = np.nansum([stated[edge], share]) if share == share else stated[edge]
    return stated


def _closure(inside: np.ndarray, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the nodes that are inside or can be reached from there along edges, (n,) bool."""
    while True:
        more = inside | (np.bincount(target, inside[source], len(inside)) > 0)
        if more.sum() == inside.sum():
            return more
        inside = more


def _expected(snapshot: Snapshot, flow: Flow, start: np.ndarray, share: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return expected visits per case, and the extra passes that the edges leave to each visit."""
    moves = np.zeros((len(start), len(start)))
    moves[flow.source, flow.target] = share
    came_by = np.linalg.inv(np.eye(len(start)) - moves)
    rework = np.nan_to_num(snapshot.company.process_nodes.rework[flow.rows])
    # Going round a loop is an extra pass, too: only what loops do not bring is added.
    repeats = np.maximum((1 + rework) / np.diag(came_by) - 1, 0.0)
    return np.maximum(start @ came_by, 0.0), np.where(repeats > LIMIT, repeats, 0.0)


def stations_of(snapshot: Snapshot, flow: Flow, routing: Routing, placement: Placement) -> Stations:
    """Return a process's nodes as stations: capacity / working minutes of a month, rounded up, is the servers.

    Raises:
        FlowError: Cases come to a node that has work and no capacity.
    """
    work = routing.visits * (1 + routing.repeats) * np.nan_to_num(placement.processing)
    capacity = placement.capacity
    queues = ~np.isnan(capacity) & (work > 0) & ~np.isnan(routing.volume)
    idle = queues & (np.nan_to_num(capacity) <= LIMIT)
    if idle.any():
        raise FlowError("no_capacity", snapshot.company.process_nodes.code[flow.rows][idle].tolist())
    stated = np.where(queues, capacity, MONTH_MINUTES)
    servers = np.ceil(stated / MONTH_MINUTES - LIMIT).astype(np.int64)
    servers = np.maximum(servers, 1)
    return Stations(
        servers=np.where(queues, servers, 0),
        pace=stated / (servers * MONTH_MINUTES),
        utilisation=np.where(queues, routing.volume * work / stated, np.nan),
    )
