"""A simulated process as the document that `guantong simulate --format json` writes; the text is made from it, too."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from guantong.cli.opening import Opened
from guantong.cli.report_figures import number, percent
from guantong.engine.calendar import date_of
from guantong.engine.processes import FlowFigures, flows
from guantong.engine.routing import MONTH_MINUTES
from guantong.engine.snapshot import LIMIT
from guantong.messages.labels import label
from guantong.solvers.outcomes import WARM_UP, Outcome, Simulated, lead_figures, mean_interval

_WORTH_A_NOTE = 0.1
"""Part by which passes by the ways may be off what volume and rework state, before that is said."""


def simulation_document(simulated: Simulated, opened: Opened, scenario: str | None) -> dict[str, Any]:
    """Return a simulation as plain values; `name` and `message` are in the reader's language.

    Args:
        simulated: The process, as it stands and maybe under a scenario.
        opened: The company it belongs to.
        scenario: Code of the scenario, None without one.
    """
    return _Document(simulated, opened, scenario).whole()


class _Document:
    def __init__(self, simulated: Simulated, opened: Opened, scenario: str | None) -> None:
        self._simulated, self._opened, self._scenario = simulated, opened, scenario
        company = opened.snapshot.company
        self._process = str(company.processes.code[simulated.process])
        self._rows = np.flatnonzero(company.process_nodes.process == simulated.process)
        # The way of a case: each node before those to which it leads, back edges aside.
        self._along = flows(opened.snapshot)[simulated.process].finished[::-1]
        self._codes = company.process_nodes.code[self._rows].tolist()

    def _say(self, key: str, **values: Any) -> str:
        return label(f"simulation.{key}", self._opened.language, **values)

    def whole(self) -> dict[str, Any]:
        plan, routing = self._simulated.plan, self._simulated.routing
        ways = [
            self._way(figures, outcome)
            for figures, outcome in zip(self._simulated.figures, self._simulated.outcomes, strict=True)
        ]
        after = ways[1] if len(ways) > 1 else None
        return {
            "company": str(self._opened.snapshot.company.company.code[0]),
            "as_of": date_of(self._opened.snapshot.as_of).isoformat(),
            "process": self._process,
            "name": self._opened.names.name("process", self._process),
            "cases": plan.cases,
            "warm_up": plan.cases // WARM_UP,
            "fill": plan.fill,
            "seed": plan.seed,
            "variation": plan.variation,
            "month_minutes": MONTH_MINUTES,
            "volume": _known(routing.volume),
            "today": ways[0],
            "scenario": after and {"code": self._scenario, "name": self._scenario_name(), **after},
            "change": after and self._change(ways[0], after),
            "notes": list(self._notes()),
        }

    def _scenario_name(self) -> str:
        scenarios = self._opened.snapshot.company.scenarios
        rows = (scenarios.process == self._simulated.process) & (scenarios.code == self._scenario)
        return str(scenarios.name[rows][0])

    def _way(self, figures: FlowFigures, outcome: Outcome) -> dict[str, Any]:
        total = sum(outcome.parts.values())
        return {
            "lead_minutes": lead_figures(outcome.lead),
            "path_minutes": figures.lead,
            "handoffs": figures.handoffs,
            "throughput": _known(outcome.throughput),
            "parts": {
                part: {"minutes": minutes, "share": minutes / total if total else None}
                for part, minutes in outcome.parts.items()
            },
            "nodes": self._nodes(outcome),
        }

    def _nodes(self, outcome: Outcome) -> list[dict[str, Any]]:
        columns = {
            "visits": outcome.visits,
            "pace": np.where(outcome.stations.servers > 0, outcome.stations.pace, np.nan),
            "expected_utilisation": outcome.stations.utilisation,
            "utilisation": outcome.busy,
            "queue": outcome.queue,
            "queue_minutes": outcome.wait,
            "waiting_minutes": outcome.waiting,
        }
        return [
            {
                "code": code,
                "servers": int(outcome.stations.servers[place]) or None,
                **{name: _known(float(column[place])) for name, column in columns.items()},
            }
            for place, code in ((place, self._codes[place]) for place in self._along)
        ]

    def _change(self, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
        today, scenario = (outcome.lead for outcome in self._simulated.outcomes)
        # The same cases travel in both, so that their differences vary less than either.
        low, high = mean_interval(scenario - today)
        leads = (before["lead_minutes"], after["lead_minutes"])
        return {
            "mean_minutes": {"value": float((scenario - today).mean()), "low": low, "high": high},
            "lead_minutes": {
                key: _ratio(leads[0][key], leads[1][key]) for key in leads[0] if not key.startswith("mean_")
            },
            **{key: _ratio(before[key], after[key]) for key in ("path_minutes", "handoffs", "throughput")},
            "parts": {
                part: _ratio(before["parts"][part]["minutes"], after["parts"][part]["minutes"])
                for part in before["parts"]
            },
        }

    # Notes

    def _notes(self) -> Iterator[dict[str, Any]]:
        routing = self._simulated.routing
        if routing.assumed:
            yield self._note("start_assumed", [0])
        if np.isnan(routing.volume):
            yield self._note("no_rate", np.flatnonzero(routing.start > 0))
        off = np.flatnonzero(~np.isnan(routing.stated))
        if len(off):
            yield self._note("normalised", off, [percent(value) for value in routing.stated[off].tolist()])
        unseen = np.flatnonzero(routing.visits <= LIMIT)
        if len(unseen):
            yield self._note("unreached", unseen)
        yield from self._overloads()
        yield from self._disagreements()

    def _overloads(self) -> Iterator[dict[str, Any]]:
        names = (self._say("today"), self._scenario_name() if self._scenario is not None else "")
        ways: dict[tuple[tuple[int, str], ...], list[str]] = {}
        for name, outcome in zip(names, self._simulated.outcomes, strict=False):
            load = np.nan_to_num(outcome.stations.utilisation)
            full = np.flatnonzero(load >= 1 - LIMIT)
            key = tuple((place, percent(float(load[place]))) for place in full.tolist())
            ways.setdefault(key, []).append(name)
        for full_nodes, which in ways.items():
            if full_nodes:
                places, said = zip(*full_nodes, strict=True)
                way = label("rules.separator", self._opened.language).join(which)
                cases = f"{self._simulated.plan.cases:,}"
                yield self._note("overloaded", places, list(said), way=way, cases=cases)

    def _disagreements(self) -> Iterator[dict[str, Any]]:
        nodes, routing = self._opened.snapshot.company.process_nodes, self._simulated.routing
        stated = nodes.volume[self._rows] * (1 + np.nan_to_num(nodes.rework[self._rows]))
        come = routing.volume * routing.visits * (1 + routing.repeats)
        off = np.flatnonzero(np.abs(come - stated) > _WORTH_A_NOTE * np.maximum(stated, LIMIT))
        if len(off):
            pairs = zip(come[off].tolist(), stated[off].tolist(), strict=True)
            yield self._note("disagreement", off, [f"{number(one)} / {number(other)}" for one, other in pairs])

    def _note(self, kind: str, places: Any, figures: list[str] | None = None, **values: Any) -> dict[str, Any]:
        codes = [self._codes[place] for place in places]
        titles = [self._opened.names.titled("node", f"{self._process}/{code}") for code in codes]
        if figures is not None:
            titles = [f"{title} {figure}" for title, figure in zip(titles, figures, strict=True)]
        nodes = label("rules.separator", self._opened.language).join(titles)
        return {"kind": kind, "nodes": codes, "message": self._say(f"notes.{kind}", nodes=nodes, **values)}


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _ratio(before: float | None, after: float | None) -> float | None:
    """Return by what part a figure changes, None where that cannot be said."""
    return after / before - 1 if before and after is not None else None
