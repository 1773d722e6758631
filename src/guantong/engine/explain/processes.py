"""How the figures of a process came about: edges, the longest path, loads (docs/rules/processes.md)."""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from guantong.engine.explain.terms import Cell, Term, filled_cells, known
from guantong.engine.processes import Flow, FlowFigures, crossings, flows, today_figures
from guantong.engine.snapshot import Snapshot


def process_term(snapshot: Snapshot, process: int, figure: str) -> Term:
    """Return how a figure of a process as it stands came about.

    Args:
        process: Position in processes.
        figure: One of PROCESS_FIGURES.
    """
    return PROCESS_FIGURES[figure](_Process(snapshot, process))


class _Process:
    """One process under explanation; places count its nodes."""

    def __init__(self, snapshot: Snapshot, process: int) -> None:
        self.snapshot, self.process = snapshot, process
        self.flow: Flow = flows(snapshot)[process]
        self.figures: FlowFigures = today_figures(snapshot)[process]
        self.across = crossings(self.flow, self.flow.today)
        self.code = str(snapshot.company.processes.code[process])
        self.about = (("process", self.code),)

    def _node(self, place: int) -> tuple[str, str]:
        return "node", f"{self.code}/{self.snapshot.company.process_nodes.code[self.flow.rows[place]]}"

    def _edge_about(self, edge: int) -> tuple[tuple[str, str], ...]:
        return self._node(int(self.flow.source[edge])), self._node(int(self.flow.target[edge]))

    def _edge(self, name: str, edge: int, *columns: str) -> Term:
        cells = self._cells(int(self.flow.source[edge]), "next", *columns)
        cells += self._cells(int(self.flow.target[edge]), *columns)
        return Term(name, 1, "count", self._edge_about(edge), cells=cells)

    def _cells(self, place: int, *columns: str) -> tuple[Cell, ...]:
        return filled_cells(self.snapshot.company, "process_nodes", int(self.flow.rows[place]), *columns)

    def handoffs(self) -> Term:
        """Return the edges from one unit to another."""
        crossing = np.flatnonzero(self.across).tolist()
        return Term(
            "handoffs",
            self.figures.handoffs,
            "count",
            self.about,
            formula="Σ{handoff}",
            note="" if crossing else "no_handoff",
            opened=lambda: [self._edge("handoff", edge, "unit") for edge in crossing],
        )

    def fit(self) -> Term:
        """Return the part of the edges that stay within a unit."""
        count = len(self.across)
        if not count:
            return Term("fit", self.figures.fit, "ratio", self.about, note="no_edge")
        edges = Term(
            "edges",
            count,
            "count",
            formula="Σ{edge}",
            opened=lambda: [self._edge("edge", edge) for edge in range(count)],
        )
        formula = "1 − {handoffs} ÷ {edges}"
        return Term(
            "fit", self.figures.fit, "ratio", self.about, formula=formula, opened=lambda: [self.handoffs(), edges]
        )

    def lead_minutes(self) -> Term:
        """Return the minutes of the longest path, node by node."""
        value = self.figures.lead
        if value is None:
            return Term("lead_minutes", None, about=self.about, note="no_time_stated")
        handoffs = any(term.name == "handoff_minutes" for term in self._path())
        formula = "Σ{node_minutes} + Σ{handoff_minutes}" if handoffs else "Σ{node_minutes}"
        return Term("lead_minutes", value, about=self.about, formula=formula, note="longest_path", opened=self._path)

    def _path(self) -> Iterator[Term]:
        path = self.figures.path
        for step, place in enumerate(path):
            yield self._minutes(place)
            if step + 1 < len(path) and self.flow.handoff:
                between = (self.flow.source == place) & (self.flow.target == path[step + 1])
                edge = int(np.flatnonzero(between)[0])
                if self.across[edge]:
                    cells = filled_cells(self.snapshot.company, "processes", self.process, "handoff_minutes")
                    yield Term("handoff_minutes", self.flow.handoff, about=self._edge_about(edge), cells=cells)

    def _minutes(self, place: int) -> Term:
        parts = [self._time(place, name) for name in ("processing", "waiting")]
        stated = [part for part in parts if part is not None]
        formula = " + ".join(f"{{{part.name}}}" for part in stated)
        value = sum(part.value for part in stated)
        note = "" if stated else "no_time_stated"
        return Term(
            "node_minutes", value, about=(self._node(place),), formula=formula, note=note, opened=lambda: stated
        )

    def _time(self, place: int, name: str) -> Term | None:
        value = known(getattr(self.flow.today, name)[place])
        if value is None:
            return None
        return Term(name, value, about=(self._node(place),), cells=self._cells(place, f"{name}_minutes"))

    def efficiency(self) -> Term:
        """Return the value-adding part of the lead time."""
        value = self.figures.efficiency
        lead = self.lead_minutes()
        if value is None:
            return Term("efficiency", None, "ratio", self.about, note="no_time_stated", opened=lambda: [lead])
        adds = self.snapshot.company.process_nodes.value_adding
        useful = [place for place in self.figures.path if adds[self.flow.rows[place]] == 1]
        parts = [part for place in useful if (part := self._adding(place)) is not None]
        whole = Term(
            "useful_minutes",
            sum(part.value for part in parts),
            formula="Σ{processing}",
            note="" if parts else "nothing_adds_value",
            opened=lambda: parts,
        )
        formula = "{useful_minutes} ÷ {lead_minutes}"
        return Term("efficiency", value, "ratio", self.about, formula=formula, opened=lambda: [whole, lead])

    def _adding(self, place: int) -> Term | None:
        time = self._time(place, "processing")
        if time is None:
            return None
        cells = (*time.cells, *self._cells(place, "value_adding"))
        return Term("processing", time.value, about=time.about, cells=cells)

    def bottleneck(self) -> Term:
        """Return the node of the highest utilisation, with the utilisation of each node that has one, highest first."""
        used = self.figures.utilisation
        place = self.figures.bottleneck
        if place < 0:
            return Term("bottleneck", None, "text", self.about, note="no_load_known")
        order = [each for each in np.argsort(-used, kind="stable").tolist() if not np.isnan(used[each])]
        order.sort(key=lambda each: each != place)
        code = str(self.snapshot.company.process_nodes.code[self.flow.rows[place]])
        about = (*self.about, self._node(place))
        return Term(
            "bottleneck",
            code,
            "text",
            about,
            note="highest_utilisation",
            opened=lambda: [self._utilisation(each) for each in order],
        )

    def _utilisation(self, place: int) -> Term:
        used = float(self.figures.utilisation[place])
        nodes, row = self.snapshot.company.process_nodes, int(self.flow.rows[place])
        about = (self._node(place),)
        columns = (("volume", "volume"), ("processing", "processing_minutes"), ("capacity", "capacity_minutes"))
        parts = [
            Term(name, float(getattr(nodes, column)[row]), about=about, cells=self._cells(place, column))
            for name, column in columns
        ]
        load = "{volume} × {processing}"
        if not np.isnan(nodes.rework[row]):
            load += " × (1 + {rework})"
            parts.insert(
                2, Term("rework", float(nodes.rework[row]), "ratio", about, cells=self._cells(place, "rework"))
            )
        if np.isinf(used):
            return Term("utilisation", None, "ratio", about, note="no_capacity", opened=lambda: parts)
        return Term("utilisation", used, "ratio", about, formula=f"{load} ÷ {{capacity}}", opened=lambda: parts)


PROCESS_FIGURES: Mapping[str, Callable[[_Process], Term]] = {
    "fit": _Process.fit,
    "lead_minutes": _Process.lead_minutes,
    "efficiency": _Process.efficiency,
    "handoffs": _Process.handoffs,
    "bottleneck": _Process.bottleneck,
}
"""Figures of a process that can be asked for."""
