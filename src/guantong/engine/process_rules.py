"""Organisation fits processes: one position per node, duties and standards, no bottleneck, few hand-offs.

Page: docs/rules/processes.md.
"""

from collections.abc import Iterator

import numpy as np

from guantong.engine.budgets import key_tasks
from guantong.engine.findings import ADVICE, ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.processes import node_positions, today_figures
from guantong.engine.snapshot import LIMIT, Snapshot


@rule("BEM-NODE-OWNER", "positions", "process_nodes")
def nodes_without_single_position(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find nodes for which no position answers, or more than one.

    Rule: BEM-NODE-OWNER
    """
    node, position = node_positions(snapshot)
    count = np.bincount(node, minlength=len(snapshot.company.process_nodes))
    rows = np.flatnonzero(count != 1)
    codes = snapshot.company.positions.code[position]
    yield breaks("process_nodes", rows, ERROR, positions=_codes_of(rows, node, codes))


def _codes_of(rows: np.ndarray, of: np.ndarray, codes: np.ndarray) -> list[list[str]]:
    """Return the codes that belong to each row; `of` is ascending and says to which each belongs."""
    starts, ends = np.searchsorted(of, rows).tolist(), np.searchsorted(of, rows, "right").tolist()
    return [codes[start:end].tolist() for start, end in zip(starts, ends, strict=True)]


@rule("BEM-POSITION-DUTY", "people", "positions")
def positions_without_duty(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find positions held by somebody in work whose job description lacks duties or assessment standards.

    Rule: BEM-POSITION-DUTY
    """
    positions, people = snapshot.company.positions, snapshot.company.people
    held = np.zeros(len(positions), dtype=bool)
    held[people.position[snapshot.active & (people.position >= 0)]] = True
    bare = {name: getattr(positions, name).counts == 0 for name in ("duties", "standards")}
    rows = np.flatnonzero(held & (bare["duties"] | bare["standards"]))
    missing = [[name for name in bare if bare[name][row]] for row in rows.tolist()]
    yield breaks("positions", rows, WARNING, missing=missing)


@rule("BEM-BOTTLENECK", "process_nodes")
def nodes_at_their_capacity(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find nodes whose load reaches the limits of their capacity; work without any capacity is over every limit.

    Rule: BEM-BOTTLENECK
    """
    parts = [figures.utilisation for figures in today_figures(snapshot)]
    utilisation = np.concatenate(parts) if parts else np.zeros(0)
    warning, error = (snapshot.parameters.value("BEM-BOTTLENECK", name) for name in ("warning", "error"))
    rows = np.flatnonzero(utilisation >= min(warning, error) - LIMIT)
    severity = np.where(utilisation[rows] >= error - LIMIT, ERROR, WARNING)
    told = [value if np.isfinite(value) else None for value in utilisation[rows].tolist()]
    yield breaks("process_nodes", rows, severity, utilisation=told)


@rule("BEM-HANDOFF", "process_nodes", "processes")
def processes_with_many_handoffs(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find processes that change units too often, or at too large a part of their edges.

    Rule: BEM-HANDOFF
    """
    found = today_figures(snapshot)
    handoffs = np.array([figures.handoffs for figures in found], dtype=np.int64)
    fit = np.array([figures.fit for figures in found])
    most, least = (snapshot.parameters.value("BEM-HANDOFF", name) for name in ("handoffs", "fit"))
    rows = np.flatnonzero((handoffs >= most - LIMIT) | (least - fit > LIMIT))
    yield breaks("processes", rows, WARNING, handoffs=handoffs[rows].tolist(), fit=fit[rows].tolist())


@rule("BEM-REDUNDANT", "process_nodes", "processes")
def processes_with_redundant_nodes(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find processes in which two units own nodes of one name, or a node adds no value and waits longer than it works.

    Rule: BEM-REDUNDANT
    """
    nodes = snapshot.company.process_nodes
    doubled = _doubled(snapshot)
    longer = np.nan_to_num(nodes.waiting_minutes) - np.nan_to_num(nodes.processing_minutes) > LIMIT
    idle = (nodes.value_adding == 0) & longer
    rows = np.unique(nodes.process[doubled | idle])

    def codes(mask: np.ndarray) -> list[list[str]]:
        return _codes_of(rows, nodes.process[mask], nodes.code[mask])

    yield breaks("processes", rows, ADVICE, nodes=codes(doubled | idle), doubled=codes(doubled), idle=codes(idle))


def _doubled(snapshot: Snapshot) -> np.ndarray:
    """Return which nodes share their name with a node of another unit in their process, (n_nodes,) bool."""
    nodes = snapshot.company.process_nodes
    names = np.array([name.casefold() for name in nodes.name], dtype=object)
    _, name = np.unique(names, return_inverse=True)
    _, work = np.unique(np.column_stack([nodes.process, name]), axis=0, return_inverse=True)
    owned = nodes.unit >= 0
    pairs = np.unique(np.column_stack([work, nodes.unit])[owned], axis=0)
    return owned & (np.bincount(pairs[:, 0], minlength=len(nodes) + 1)[work] > 1)


@rule("BEM-KEYTASK", "plan", "processes")
def key_tasks_outside_the_organisation(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find key tasks that no process carries and no unit.

    Rule: BEM-KEYTASK
    """
    plan, processes = snapshot.company.plan, snapshot.company.processes
    carried = np.zeros(len(plan), dtype=bool)
    carried[processes.key_tasks.values] = True
    yield breaks("plan", key_tasks(snapshot) & ~carried & (plan.unit < 0), ADVICE)
