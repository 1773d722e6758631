"""An allocation as text for a terminal: how good the plan is, who gets what, what binds, what is in conflict."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guantong.cli.opening import Opened
from guantong.cli.report_figures import number, percent
from guantong.cli.report_json import grouped
from guantong.cli.wrapping import wrap
from guantong.engine.calendar import date_of
from guantong.formats.money import money_text
from guantong.messages.labels import label

ROWS_SHOWN = 40
BINDING_SHOWN = 20
_WIDE_CELLS = 100
_MARGIN_CELLS = 4


class AllocationText:
    """Writes the answer to a workbook, and beside it that to a what-if."""

    def __init__(self, opened: Opened, entries: Sequence[dict[str, Any]], what_if: list[str], gap: float) -> None:
        self._opened = opened
        self._entries = entries
        self._what_if = what_if
        self._gap = gap
        # Decimals are shown where some amount has them.
        decimals = money_text(1, opened.names.currency)
        self._zeros = "." + "0" * len((decimals or "").partition(".")[2])
        self._whole = self._zeros == "." or not any(
            self._has_decimals(row[key])
            for entry in entries
            for row in entry["requests"]
            for key in ("asked", "proposed")
        )

    def write(self, console: Console, saved: Path | None) -> None:
        """Write the whole answer; `saved` is where a copy has been written."""
        self._console = console
        self._title()
        if len(self._entries) == 1:
            self._single(self._entries[0])
        else:
            self._side_by_side(*self._entries)
        if saved is not None:
            console.print()
            self._lines([self._say("saved", path=saved)])

    def _say(self, key: str, **values: Any) -> str:
        return label(f"allocate.{key}", self._opened.language, **values)

    def _heading(self, text: str, style: str = "bold") -> None:
        self._console.print()
        self._console.print(Text(wrap(text, self._console.width - 1), style=style))

    def _lines(self, lines: Sequence[str], style: str = "") -> None:
        for line in lines:
            text = Text(wrap(line, self._console.width - _MARGIN_CELLS), style=style)
            self._console.print(Padding(text, (0, 0, 0, 2), expand=False))

    def _title(self) -> None:
        language, snapshot = self._opened.language, self._opened.snapshot
        company = self._opened.names.titled("company", snapshot.company.code)
        cycle = snapshot.company.cycles.code[snapshot.year]
        day = date_of(snapshot.as_of).isoformat()
        line = f"{company} · {label('cycle', language)} {cycle} · {label('as_of', language)} {day}"
        self._console.print(Text(self._say("title"), style="bold").append(f"  {line}", style="not bold"))

    # One answer

    def _single(self, entry: dict[str, Any]) -> None:
        if entry["status"] == "conflict":
            self._conflict(entry)
            return
        if not entry["requests"]:
            self._heading(self._say("nothing"), style="")
            return
        self._heading(self._say("plan"))
        self._lines([*self._figures(entry), self._quality(entry)])
        self._requests(entry)
        self._left_out(entry)
        self._binding(entry)
        self._notes(entry)

    def _figures(self, entry: dict[str, Any]) -> list[str]:
        money = {key: self._money(entry[key]) for key in ("allocated", "envelope", "left")}
        total = "total" if entry["envelope"] is not None else "total_unlimited"
        share = "share" if entry["core_share_min"] is not None else "share_free"
        values = {"share": percent(entry["core_share"]), "least": percent(entry["core_share_min"])}
        lines = [self._say(total, **money), self._say("objective", value=number(entry["objective"]))]
        return [*lines, *([self._say(share, **values)] if entry["core_share"] is not None else [])]

    def _quality(self, entry: dict[str, Any]) -> str:
        seconds = number(round(entry["seconds"], 2))
        gap = _small_percent(entry["gap"])
        if entry["status"] == "time_up":
            return self._say("time_up", seconds=seconds, gap=gap, asked=_small_percent(self._gap))
        return self._say("proven" if entry["gap"] else "best", seconds=seconds, gap=gap)

    def _requests(self, entry: dict[str, Any]) -> None:
        wide = self._console.width >= _WIDE_CELLS
        columns = ["code", "name", *(["weight"] if wide else []), "now", "asked", "proposed", "kept"]
        rows = [
            [
                request["code"],
                self._opened.names.name("request", request["code"]),
                *([number(request["weight"])] if wide else []),
                *(self._money(request[key]) for key in ("now", "asked", "proposed")),
                percent(request["value_kept"] / request["value"] if request["value"] else None),
            ]
            for request in entry["requests"]
        ]
        self._heading(self._say("requests"))
        self._table(columns, rows)

    def _left_out(self, entry: dict[str, Any]) -> None:
        if not entry["left_out"]:
            return
        self._heading(self._say("left_out"))
        lines = []
        for one in entry["left_out"][:ROWS_SHOWN]:
            request = self._opened.names.titled("request", one["request"])
            missing = [self._missing(condition) for condition in one["missing"]] or [self._say("left_out_open")]
            words = self._say("left_out_line", request=request, minimum=self._money(one["minimum"]))
            lines.append(f"· {words}{self._say('comma').join(missing)}")
        self._lines(lines)
        self._more(len(entry["left_out"]) - ROWS_SHOWN)

    def _missing(self, condition: dict[str, Any]) -> str:
        if condition["kind"] == "dependency":
            return self._say("waits", needs=self._opened.names.titled("request", condition["needs"]))
        left = self._money(condition["left"])
        if condition["kind"] == "core_share":
            return self._say("share_leaves", share=percent(condition["share"]), left=left)
        return self._say("leaves", condition=self._condition(condition), left=left)

    def _more(self, count: int) -> None:
        if count > 0:
            self._lines([label("figures.more", self._opened.language, count=count)], style="dim")

    def _binding(self, entry: dict[str, Any]) -> None:
        if not entry["binding"]:
            return
        self._heading(self._say("binding"))
        lines = [f"{self._condition(one)}{self._say('colon')}{self._price(one)}" for one in entry["binding"]]
        self._lines([f"· {line}" for line in lines[:BINDING_SHOWN]])
        self._more(len(lines) - BINDING_SHOWN)
        self._lines([self._say("prices")], style="dim")

    def _price(self, entry: dict[str, Any]) -> str:
        if entry["price"] <= 0:
            return self._say("price_none")
        if entry["kind"] == "core_share":
            return self._say("price_share", price=number(entry["price"] / 100))
        step = 10**6
        while step > 1 and step * 10 > max(self._major(self._largest()), 1):
            step //= 1000
        price = number(entry["price"] * step)
        key = "price_mandatory" if entry["kind"] == "mandatory" else "price"
        return self._say(key, price=price, step=self._say(f"steps.{step}"))

    def _notes(self, entry: dict[str, Any]) -> None:
        unstated = [request["code"] for request in entry["requests"] if not request["value_stated"]]
        notes = [self._say("without_value", codes=self._codes(unstated), count=len(unstated))] if unstated else []
        if entry["spent_above"]:
            notes.append(self._say("spent_above", codes=self._codes(entry["spent_above"])))
        if notes:
            self._heading(self._say("notes"))
            self._lines(notes)

    def _codes(self, codes: Sequence[str]) -> str:
        shown = self._say("comma").join(codes[:10])
        return shown if len(codes) <= 10 else self._say("and_more", codes=shown, count=len(codes) - 10)

    # Conflict

    def _conflict(self, entry: dict[str, Any]) -> None:
        self._heading(self._say("conflict"), style="bold red")
        mandatory = [one["amount"] for one in entry["conflict"] if one["kind"] == "mandatory"]
        self._lines([f"· {self._condition(one)}" for one in entry["conflict"][:ROWS_SHOWN]])
        self._more(len(entry["conflict"]) - ROWS_SHOWN)
        if len(mandatory) > 1:
            self._lines([self._say("mandatory_sum", count=len(mandatory), amount=self._money(sum(mandatory)))])
        self._lines([self._say("conflict_cure")])

    def _condition(self, entry: dict[str, Any]) -> str:
        """Return a condition in words, such as `envelope 2,680,000,000`."""
        names, kind = self._opened.names, entry["kind"]
        money = {key: self._money(entry[key]) for key in ("limit", "amount", "minimum") if key in entry}
        requests = {key: names.titled("request", entry[key]) for key in ("request", "needs") if key in entry}
        if kind == "limit":
            unit = names.titled("unit", entry["unit"]) if entry["unit"] else ""
            key = f"conditions.limit_{'unit' if unit else ''}{'category' if entry['category'] else ''}"
            words = self._say(key.removesuffix("_"), unit=unit, category=entry["category"] or "", **money)
            year = self._opened.snapshot.company.cycles.code[self._opened.snapshot.year]
            return words if entry["cycle"] == year else f"{words} ({entry['cycle']})"
        if kind == "core_share":
            return self._say("conditions.core_share", share=percent(entry["share"]))
        if kind == "dependency" and entry["minimum"] is None:
            kind = "dependency_elsewhere"
        return self._say(f"conditions.{kind}", **money, **requests)

    # Side by side

    def _side_by_side(self, stated: dict[str, Any], assumed: dict[str, Any]) -> None:
        self._heading(self._say("side_by_side", changes=self._say("comma").join(self._what_if)))
        self._table(["figure", "stated", "assumed", "difference"], self._figure_rows(stated, assumed))
        if stated["requests"] and assumed["requests"]:
            pairs = list(zip(stated["requests"], assumed["requests"], strict=True))
            changed = [
                [
                    one["code"],
                    self._opened.names.name("request", one["code"]),
                    *(self._money(each["proposed"]) for each in (one, other)),
                    self._difference(one["proposed"], other["proposed"]),
                ]
                for one, other in pairs
                if one["proposed"] != other["proposed"]
            ]
            self._heading(self._say("changed", count=len(changed), all=len(pairs)))
            self._table(["code", "name", "stated", "assumed", "difference"], changed)
        for entry, key in ((stated, "stated_answer"), (assumed, "assumed_answer")):
            self._heading(self._say(key), style="bold underline")
            if entry["status"] == "conflict":
                self._conflict(entry)
            else:
                self._lines([self._quality(entry)])
                self._binding(entry)
        self._notes(assumed)

    def _figure_rows(self, stated: dict[str, Any], assumed: dict[str, Any]) -> list[list[str]]:
        rows = [
            [self._say(f"figures.{key}"), self._money(stated[key]), self._money(assumed[key]),
             self._difference(stated[key], assumed[key])]
            for key in ("envelope", "allocated", "left")
        ]  # fmt: skip
        for key, write in (("core_share", percent), ("objective", number)):
            one, other = stated[key], assumed[key]
            change = "—"
            if one is not None and other is not None and write(one) != write(other):
                change = _signed(write(other - one))
                if key == "core_share":
                    change = self._say("points", points=change.removesuffix("%"))
            rows.append([self._say(f"figures.{key}"), write(one), write(other), change])
        return rows

    def _difference(self, one: int | None, other: int | None) -> str:
        if one is None or other is None or one == other:
            return "—"
        return _signed(self._money(other - one))

    # Cells

    def _table(self, columns: Sequence[str], rows: list[list[str]]) -> None:
        table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0))
        for column in columns:
            wordy = column in ("code", "name", "figure")
            table.add_column(
                self._say(f"columns.{column}"),
                justify="left" if wordy else "right",
                no_wrap=column != "name",
                overflow="fold",
            )
        for row in rows[:ROWS_SHOWN]:
            table.add_row(*row)
        self._console.print(Padding(table, (0, 0, 0, 2), expand=False))
        self._more(len(rows) - ROWS_SHOWN)

    def _money(self, amount: int | None) -> str:
        if amount is None:
            return "—"
        shown = grouped(money_text(amount, self._opened.names.currency) or "")
        return shown.removesuffix(self._zeros) if self._whole and "." in shown else shown

    def _has_decimals(self, amount: int) -> bool:
        return not (money_text(amount, self._opened.names.currency) or "").endswith(self._zeros)

    def _largest(self) -> int:
        return max((row["asked"] for entry in self._entries for row in entry["requests"]), default=0)

    def _major(self, amount: int) -> int:
        return int((money_text(amount, self._opened.names.currency) or "0").partition(".")[0])


def _small_percent(ratio: float) -> str:
    """Return a small ratio as a percentage that does not hide it, such as 0.013%."""
    return f"{ratio * 100:.2g}%" if ratio < 0.01 else percent(ratio)


def _signed(text: str) -> str:
    return f"−{text.removeprefix('-')}" if text.startswith("-") else f"+{text}"
