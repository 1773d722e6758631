"""A simulated process as text: lead times, where the time goes and how busy the nodes are, today beside a scenario."""

from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guantong.cli.naming import Names
from guantong.cli.report_figures import number, percent
from guantong.cli.wrapping import wrap
from guantong.messages.labels import label

_MARGIN_CELLS = 4
_NAME_CELLS = 24
_STEP_CELLS = 11
_WHOLE_FROM = 100


class SimulationText:
    """Writes the document of one simulation to a console."""

    def __init__(self, console: Console, document: dict[str, Any], names: Names) -> None:
        self._console = console
        self._document = document
        self._names = names
        self._ways = [document["today"]] + ([document["scenario"]] if document["scenario"] else [])

    def write(self) -> None:
        """Write the whole simulation."""
        self._title()
        self._leads()
        self._parts()
        self._nodes()
        self._notes()

    def _say(self, key: str, **values: Any) -> str:
        return label(f"simulation.{key}", self._names.language, **values)

    def _heading(self, key: str) -> None:
        self._console.print()
        self._console.print(Text(self._say(key), style="bold"))

    def _title(self) -> None:
        document = self._document
        process = self._names.titled("process", document["process"])
        drawn = self._say(
            "drawn",
            cases=f"{document['cases']:,}",
            warm_up=f"{document['warm_up']:,}",
            seed=document["seed"],
            variation=number(document["variation"]),
        )
        self._console.print(Text(self._say("title"), style="bold").append(f"  {process}", style="not bold"))
        self._console.print(Padding(wrap(drawn, self._console.width - _MARGIN_CELLS), (0, 0, 0, 2), expand=False))

    def _leads(self) -> None:
        self._heading("leads")
        table = self._side_by_side()
        for key in ("mean", "interval", "median", "p80", "p95", "min", "max"):
            self._row(table, key, _interval if key == "interval" else _lead(key))
        self._row(table, "path_minutes", lambda entry: _minutes(entry["path_minutes"]))
        self._row(table, "handoffs", lambda entry: number(entry["handoffs"]))
        self._row(table, "throughput", lambda entry: _minutes(entry["throughput"]))
        self._print(table)

    def _parts(self) -> None:
        self._heading("parts")
        table = self._side_by_side()
        for part in self._document["today"]["parts"]:
            self._row(table, part, _part(part))
        self._print(table)

    def _side_by_side(self) -> Table:
        table = _table()
        table.add_column("")
        table.add_column(self._say("today"), justify="right", no_wrap=True)
        if self._document["scenario"]:
            table.add_column(self._document["scenario"]["name"], justify="right", overflow="fold")
            table.add_column(self._say("change"), justify="right", no_wrap=True)
        return table

    def _row(self, table: Table, key: str, cell: Callable[[dict[str, Any]], str]) -> None:
        cells = [self._say(f"rows.{key}"), *(cell(way) for way in self._ways)]
        change = self._document["change"]
        if change:
            ratio = {**change, **change["lead_minutes"], **change["parts"]}.get(key)
            cells.append(self._gap(change["mean_minutes"]) if key == "interval" else _signed(ratio))
        table.add_row(*cells)

    def _gap(self, gap: dict[str, float]) -> str:
        return self._say("gap", low=_minutes(gap["low"]), high=_minutes(gap["high"]))

    def _nodes(self) -> None:
        self._heading("nodes")
        table = _table()
        table.add_column(self._say("columns.code"), no_wrap=True)
        table.add_column(self._say("columns.name"), max_width=_NAME_CELLS, overflow="fold")
        for column in ("utilisation", "queue", "queue_minutes", "waiting_minutes"):
            table.add_column(self._say(f"columns.{column}"), justify="right", min_width=_STEP_CELLS, overflow="fold")
        for entries in zip(*(way["nodes"] for way in self._ways), strict=True):
            code = entries[0]["code"]
            name = self._names.name("node", f"{self._document['process']}/{code}")
            table.add_row(
                code,
                name,
                _steps(_whole_percent(entry["utilisation"]) for entry in entries),
                _steps(_count(entry["queue"]) for entry in entries),
                _steps(_minutes(entry["queue_minutes"]) for entry in entries),
                _steps(_minutes(entry["waiting_minutes"]) for entry in entries),
            )
        self._print(table)

    def _notes(self) -> None:
        self._heading("reading")
        lines = [note["message"] for note in self._document["notes"]]
        lines += [self._say("readings.month", minutes=f"{self._document['month_minutes']:,.0f}")]
        keys = ("queues", "waiting", "interval", *(("same_cases",) if self._document["scenario"] else ()))
        lines += [self._say(f"readings.{key}") for key in keys]
        for line in lines:
            mark = Text("· ").append(wrap(line, self._console.width - _MARGIN_CELLS).replace("\n", "\n  "))
            self._console.print(Padding(mark, (0, 0, 0, 2), expand=False))

    def _print(self, table: Table) -> None:
        self._console.print(Padding(table, (0, 0, 0, 2), expand=False))


def _table() -> Table:
    return Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))


def _lead(key: str) -> Callable[[dict[str, Any]], str]:
    return lambda way: _minutes(way["lead_minutes"][key])


def _part(part: str) -> Callable[[dict[str, Any]], str]:
    return lambda way: f"{_minutes(way['parts'][part]['minutes'])} · {percent(way['parts'][part]['share'])}"


def _interval(way: dict[str, Any]) -> str:
    return f"{_minutes(way['lead_minutes']['mean_low'])} – {_minutes(way['lead_minutes']['mean_high'])}"


def _minutes(value: float | None) -> str:
    """Return minutes or cases: whole from a hundred on, else with a decimal."""
    if value is None:
        return "—"
    text = f"{value:,.0f}" if abs(value) >= _WHOLE_FROM else f"{value:,.1f}".removesuffix(".0")
    return text.removeprefix("-") if text in {"-0", "0"} else text.replace("-", "−")


def _count(value: float | None) -> str:
    return "—" if value is None else f"{value:,.1f}".removesuffix(".0") if value < _WHOLE_FROM else f"{value:,.0f}"


def _whole_percent(ratio: float | None) -> str:
    return "—" if ratio is None else f"{ratio:,.0%}"


def _signed(ratio: float | None) -> str:
    text = percent(ratio)
    return f"+{text}" if ratio and ratio > 0 and text != "0%" else text.replace("-", "−")


def _steps(texts: Any) -> str:
    """Return the texts with an arrow between them, one text where they are the same."""
    listed = list(texts)
    return listed[0] if len(set(listed)) == 1 else " → ".join(listed)
