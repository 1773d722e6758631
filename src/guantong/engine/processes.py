"""Processes across the organisation: hand-offs, fit, lead time and load, as they stand and under each scenario.

Page: docs/rules/processes.md.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from guantong.engine.snapshot import LIMIT, Snapshot, figure


@dataclass(frozen=True, eq=False)
class Placement:
    """Where the nodes of one process stand and what they take, today or under a scenario.

    Attributes:
        unit: (n,) object, code or name of each node's unit, "" = none.
        processing, waiting, capacity: (n,) float64 minutes, NaN = missing.
    """

    unit: np.ndarray
    processing: np.ndarray
    waiting: np.ndarray
    capacity: np.ndarray


@dataclass(frozen=True, eq=False)
class Flow:
    """One process: its nodes in code order, and the edges between them, which no scenario changes.

    Attributes:
        rows: Positions of the nodes in process_nodes.
        source, target: (n_edges,) places among the nodes; each pair once, in order.
        forward: (n_edges,) bool, edges that are no back edges.
        finished: Places of the nodes, each behind all those to which its forward edges lead.
        handoff: Minutes of a hand-off, 0 where not stated.
        today: The nodes as they stand.
    """

    rows: np.ndarray
    source: np.ndarray
    target: np.ndarray
    forward: np.ndarray
    finished: list[int]
    handoff: float
    today: Placement


@dataclass(frozen=True, eq=False)
class FlowFigures:
    """What a process comes to under a placement.

    Attributes:
        handoffs: Edges from one unit to another.
        fit: 1 - hand-offs / edges; 1 without edges.
        lead: Minutes of the longest path; None = no node states a time.
        efficiency: Value-adding part of the lead time; None without lead time.
        utilisation: (n,) float64, inf = work without any capacity, NaN = not known.
        bottleneck: Place of the node of the highest utilisation, -1 = none is known.
        path: Places of the nodes of the longest path, in order.
    """

    handoffs: int
    fit: float
    lead: float | None
    efficiency: float | None
    utilisation: np.ndarray
    bottleneck: int
    path: list[int]


@figure
def flows(snapshot: Snapshot) -> list[Flow]:
    """Return every process as nodes and edges, in the order of processes."""
    company = snapshot.company
    nodes = company.process_nodes
    source, target = _edges(snapshot)
    unit = np.append(company.units.code, [""])[nodes.unit] if len(nodes) else nodes.code
    bounds = np.searchsorted(nodes.process, np.arange(len(company.processes) + 1))
    edge_bounds = np.searchsorted(source, bounds)
    handoff = np.nan_to_num(company.processes.handoff_minutes)
    found = []
    for process, minutes in enumerate(handoff.tolist()):
        rows = np.arange(bounds[process], bounds[process + 1])
        of_process = slice(edge_bounds[process], edge_bounds[process + 1])
        start, end = source[of_process] - bounds[process], target[of_process] - bounds[process]
        finished, forward = _depth_first(len(rows), start, end)
        today = Placement(
            unit[rows], nodes.processing_minutes[rows], nodes.waiting_minutes[rows], nodes.capacity_minutes[rows]
        )
        found.append(Flow(rows, start, end, forward, finished, minutes, today))
    return found


def _edges(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return the edges of all processes as positions in process_nodes, each pair once, in order."""
    nodes = snapshot.company.process_nodes
    places = {pair: row for row, pair in enumerate(zip(nodes.process.tolist(), nodes.code, strict=True))}
    source = nodes.next.rows
    following = zip(nodes.process[source].tolist(), nodes.next.values, strict=True)
    target = np.array([places.get((process, code), -1) for process, (code, _) in following], dtype=np.int64)
    pairs = np.unique(np.column_stack([source, target])[target >= 0], axis=0)
    return pairs[:, 0], pairs[:, 1]


def led_to(count: int, source: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Return the nodes to which an edge leads from another node, (count,) bool."""
    return np.bincount(target[source != target], minlength=count) > 0


def _depth_first(count: int, source: np.ndarray, target: np.ndarray) -> tuple[list[int], np.ndarray]:
    """Walk a process depth-first: from the nodes to which nothing leads, then from the rest, always in code order.

    Returns:
        finished: Nodes in the order in which the walk leaves them.
        forward: (n_edges,) bool; an edge to a node that the walk has not left yet is a back edge.
    """
    unseen, entered, left = range(3)
    state = [unseen] * count
    first = np.searchsorted(source, np.arange(count + 1)).tolist()
    cursor = first[:-1]
    forward = np.ones(len(source), dtype=bool)
    ends = target.tolist()
    finished: list[int] = []
    for start in np.argsort(led_to(count, source, target), kind="stable").tolist():
        stack = [start] if state[start] == unseen else []
        while stack:
            node = stack[-1]
            state[node] = entered
            edge = cursor[node]
            if edge == first[node + 1]:
                state[node] = left
                finished.append(stack.pop())
                continue
            cursor[node] += 1
            forward[edge] = state[ends[edge]] != entered
            if state[ends[edge]] == unseen:
                stack.append(ends[edge])
    return finished, forward


@figure
def scenario_rows(snapshot: Snapshot) -> list[dict[str, list[int]]]:
    """Return the rows of scenarios that belong to each process, by scenario code."""
    scenarios = snapshot.company.scenarios
    found: list[dict[str, list[int]]] = [{} for _ in range(len(snapshot.company.processes))]
    for row, (process, code) in enumerate(zip(scenarios.process.tolist(), scenarios.code, strict=True)):
        found[process].setdefault(str(code), []).append(row)
    return found


def placed(snapshot: Snapshot, flow: Flow, rows: list[int]) -> Placement:
    """Return a process's nodes as rows of scenarios place them; an empty cell leaves what stands."""
    scenarios = snapshot.company.scenarios
    places = {code: place for place, code in enumerate(snapshot.company.process_nodes.code[flow.rows])}
    known = [row for row in rows if scenarios.node[row] in places]
    at = np.array([places[scenarios.node[row]] for row in known], dtype=np.int64)
    unit = flow.today.unit.copy()
    stated = scenarios.unit[known] != ""
    unit[at[stated]] = scenarios.unit[known][stated]
    minutes = {}
    for name in ("processing", "waiting", "capacity"):
        minutes[name] = getattr(flow.today, name).copy()
        cells = getattr(scenarios, f"{name}_minutes")[known]
        stated = ~np.isnan(cells)
        minutes[name][at[stated]] = cells[stated]
    return replace(flow.today, unit=unit, **minutes)


def crossings(flow: Flow, placement: Placement) -> np.ndarray:
    """Return the edges whose two nodes have units, and different ones, (n_edges,) bool."""
    one, other = placement.unit[flow.source], placement.unit[flow.target]
    return (one != "") & (other != "") & (one != other)


def flow_figures(snapshot: Snapshot, flow: Flow, placement: Placement) -> FlowFigures:
    """Return what a process comes to under a placement (docs/rules/processes.md, figures)."""
    nodes = snapshot.company.process_nodes
    across = crossings(flow, placement)
    handoffs = int(across.sum())
    path, lead = _longest_path(flow, placement, np.where(across, flow.handoff, 0.0).tolist())
    useful = np.nan_to_num(placement.processing)[path] * (nodes.value_adding[flow.rows][path] == 1)
    load = load_of(snapshot, flow.rows, placement.processing)
    utilisation = _utilisation(load, placement.capacity)
    timed = not (np.isnan(placement.processing) & np.isnan(placement.waiting)).all()
    return FlowFigures(
        handoffs=handoffs,
        fit=(len(across) - handoffs) / len(across) if len(across) else 1.0,
        lead=lead if timed else None,
        efficiency=float(useful.sum()) / lead if lead > 0 and timed else None,
        utilisation=utilisation,
        bottleneck=_highest(utilisation),
        path=path,
    )


def _longest_path(flow: Flow, placement: Placement, extra: list[float]) -> tuple[list[int], float]:
    """Return the longest path along forward edges and its minutes; of equal ones that of the first codes.

    Args:
        flow: The process.
        placement: The times of its nodes.
        extra: Minutes that each edge takes.
    """
    own = (np.nan_to_num(placement.processing) + np.nan_to_num(placement.waiting)).tolist()
    first = np.searchsorted(flow.source, np.arange(len(own) + 1)).tolist()
    ends, forward = flow.target.tolist(), flow.forward.tolist()
    length = [0.0] * len(own)
    following = [-1] * len(own)
    for node in flow.finished:
        best = 0.0
        # Edges stand in code order and codes are unique, so the first of equal ones starts the first path.
        for edge in range(first[node], first[node + 1]):
            reach = length[ends[edge]] + extra[edge]
            if forward[edge] and reach > best + LIMIT:
                best, following[node] = reach, ends[edge]
        length[node] = own[node] + best
    node = _highest(np.array(length))
    minutes = length[node] if node >= 0 else 0.0
    path = []
    while node >= 0:
        path.append(node)
        node = following[node]
    return path, minutes


def _highest(values: np.ndarray) -> int:
    """Return the place of the first highest value, -1 where none is known."""
    if np.isnan(values).all():
        return -1
    return int(np.argmax(values >= np.nanmax(values) - LIMIT))


def load_of(snapshot: Snapshot, rows: np.ndarray, processing: np.ndarray) -> np.ndarray:
    """Return the minutes of work a month of nodes: volume x processing x (1 + rework), (n,) float64, NaN = unknown."""
    nodes = snapshot.company.process_nodes
    return nodes.volume[rows] * processing * (1 + np.nan_to_num(nodes.rework[rows]))


def _utilisation(load: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """Return load / capacity, inf where there is work without any capacity, NaN where neither is."""
    ratio = load / np.where(capacity == 0, np.nan, capacity)
    return np.where((capacity == 0) & (load > 0), np.inf, ratio)


@figure
def today_figures(snapshot: Snapshot) -> list[FlowFigures]:
    """Return what each process comes to as it stands, in the order of processes."""
    return [flow_figures(snapshot, flow, flow.today) for flow in flows(snapshot)]


@figure
def node_positions(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return each accountable position of each node once: rows of process_nodes and of positions, in order."""
    positions = snapshot.company.process_nodes.positions
    pairs = np.unique(np.column_stack([positions.rows, positions.values]), axis=0)
    return pairs[:, 0], pairs[:, 1]


@figure
def position_utilisation(snapshot: Snapshot) -> np.ndarray:
    """Return the load of each position over its capacity, over its nodes in all processes that state both.

    Returns:
        (n_positions,) float64, inf = work without any capacity, NaN = not known.
    """
    nodes = snapshot.company.process_nodes
    node, position = node_positions(snapshot)
    load = load_of(snapshot, np.arange(len(nodes)), nodes.processing_minutes)[node]
    capacity = nodes.capacity_minutes[node]
    both = ~np.isnan(load) & ~np.isnan(capacity)
    size = len(snapshot.company.positions)
    sums = (np.bincount(position[both], minutes[both], size) for minutes in (load, capacity))
    return _utilisation(*sums)


def process_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the figures of each process, today's and those of its scenarios, by code."""
    company = snapshot.company
    columns = (company.processes.code.tolist(), flows(snapshot), today_figures(snapshot), scenario_rows(snapshot))
    entries = []
    for process, (code, flow, today, plans) in enumerate(zip(*columns, strict=True)):
        entry = {"code": code, **_entry(snapshot, flow, today), "positions": _positions(snapshot, process)}
        entry["scenarios"] = [
            {
                "code": plan,
                "name": str(company.scenarios.name[plans[plan][0]]),
                **_entry(snapshot, flow, flow_figures(snapshot, flow, placed(snapshot, flow, plans[plan]))),
            }
            for plan in sorted(plans)
        ]
        entries.append(entry)
    return entries


def _entry(snapshot: Snapshot, flow: Flow, figures: FlowFigures) -> dict[str, Any]:
    codes = snapshot.company.process_nodes.code[flow.rows].tolist()
    return {
        "handoffs": figures.handoffs,
        "fit": figures.fit,
        "lead_minutes": figures.lead,
        "efficiency": figures.efficiency,
        "bottleneck": codes[figures.bottleneck] if figures.bottleneck >= 0 else None,
        "nodes": _utilisations(codes, figures.utilisation),
    }


def _positions(snapshot: Snapshot, process: int) -> list[dict[str, Any]]:
    node, position = node_positions(snapshot)
    # Nodes stand in the order of their processes.
    start, end = np.searchsorted(snapshot.company.process_nodes.process[node], (process, process + 1))
    here = np.unique(position[start:end])
    return _utilisations(snapshot.company.positions.code[here].tolist(), position_utilisation(snapshot)[here])


def _utilisations(codes: list[str], values: np.ndarray) -> list[dict[str, Any]]:
    numbers = [value if np.isfinite(value) else None for value in values.tolist()]
    return [{"code": code, "utilisation": number} for code, number in zip(codes, numbers, strict=True)]
