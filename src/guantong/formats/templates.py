"""Blank workbooks to fill in: headings, drop-downs, help on each column, an example row that is not read."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from guantong.engine.tables import TABLES, Column, Table
from guantong.formats.describing import choice_words, example_of, help_text, type_text
from guantong.formats.names import HELP_SHEETS, NOTE_HEADING

ROWS_PREPARED = 2_000
"""Rows for which drop-downs and formats are laid out."""

_START = (
    "company",
    "cycles",
    "units",
    "people",
    "plan",
    "priorities",
    "metrics",
    "goals",
    "scorecards",
    "actuals",
    "budget_requests",
    "responsibilities",
    "reward_schemes",
    "reward_members",
)
"""Sheets of a first thread from strategy to pay."""

_FORMATS = {
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "share": "0.##%",
    "code": "@",
    "ref": "@",
    "refs": "@",
}
_EXAMPLE_MARK = {"zh": "例", "en": "example"}
_LONGEST_LIST = 255
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
_HELP_HEADINGS = {
    "zh": ("工作表", "列", "必填", "填什么", "例"),
    "en": ("sheet", "column", "required", "what to enter", "example"),
}
_ADVICE = {
    "zh": (
        "每张表一行一条记录；带 * 的列必填；列的顺序可以调整，用不到的列可以删去。",
        "用不到的表请整张删去：没有的表，相关规则不作声；只有表头的表表示“没有”。",
        "每张表首列 # 可写备注；写“例”的行不会读取，可以保留。",
        "填好后运行：guantong check 文件.xlsx",
    ),
    "en": (
        "One row is one record; columns with * are required; columns may be moved, and unused ones deleted.",
        "Delete sheets that you do not use: an absent sheet keeps its rules silent, an empty one says “none”.",
        "The first column # is for notes; a row marked “example” is not read and may stay.",
        "Then run: guantong check FILE.xlsx",
    ),
}


def write_templates(folder: Path, language: str) -> list[Path]:
    """Write the blank workbooks of a language: one for a first thread, one with every sheet.

    Args:
        folder: Made where it is not there.
        language: "zh" or "en".

    Returns:
        The files written.

    Raises:
        FileExistsError: One of the files is there already; then none is written.
        OSError: The folder cannot be written.
    """
    chosen = {
        folder / f"guantong-start.{language}.xlsx": [TABLES[name] for name in _START],
        folder / f"guantong-all.{language}.xlsx": list(TABLES.values()),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for path in chosen:
        if path.exists():
            raise FileExistsError(17, "exists", str(path))
    for path, tables in chosen.items():
        _write(path, tables, language)
    return list(chosen)


def _write(path: Path, tables: Sequence[Table], language: str) -> None:
    with path.open("xb") as file, xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        _HelpSheet(book, language).write(tables)
        names = {table.name for table in tables}
        for table in tables:
            _BlankSheet(book, table, language).write(names)


class _HelpSheet:
    """The first sheet: how to fill in, and every column."""

    def __init__(self, book: Any, language: str) -> None:
        self.language = language
        self.bold = book.add_format({"bold": True, "bg_color": "#DDEBF7"})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self.sheet = book.add_worksheet(HELP_SHEETS[language])

    def write(self, tables: Sequence[Table]) -> None:
        """Write advice, then one row per column."""
        advice = _ADVICE[self.language]
        for row, line in enumerate(advice):
            self.sheet.write_string(row, 0, line)
        top = len(advice) + 1
        for place, heading in enumerate(_HELP_HEADINGS[self.language]):
            self.sheet.write_string(top, place, heading, self.bold)
        for place, width in enumerate((18, 20, 8, 70, 24)):
            self.sheet.set_column(place, place, width)
        self.sheet.freeze_panes(top + 1, 0)
        rows = [(table, column) for table in tables for column in table.columns]
        for row, (table, column) in enumerate(rows, start=top + 1):
            zh = self.language == "zh"
            required = ("是" if zh else "yes") if column.required else ""
            cells = (
                table.zh if zh else table.name,
                column.zh if zh else column.name,
                required,
                help_text(column, self.language),
                example_of(column, self.language),
            )
            for place, cell in enumerate(cells):
                self.sheet.write_string(row, place, cell, self.wrapped)


class _BlankSheet:
    """One sheet to fill in."""

    def __init__(self, book: Any, table: Table, language: str) -> None:
        self.table = table
        self.language = language
        self.required = book.add_format({"bold": True, "bg_color": "#BDD7EE"})
        self.optional = book.add_format({"bold": True, "bg_color": "#EDEDED"})
        self.example = book.add_format({"italic": True, "font_color": "#7F7F7F"})
        self.styles = {kind: book.add_format({"num_format": form}) for kind, form in _FORMATS.items()}
        self.sheet = book.add_worksheet(table.zh if language == "zh" else table.name)

    def write(self, present: set[str]) -> None:
        """Write headings, example row, formats and drop-downs; `present` are the sheets to which lists may point."""
        self.sheet.freeze_panes(1, 1)
        self.sheet.write_string(0, 0, NOTE_HEADING, self.optional)
        self.sheet.write_string(1, 0, _EXAMPLE_MARK[self.language], self.example)
        self.sheet.set_column(0, 0, 8)
        for place, column in enumerate(self.table.columns, start=1):
            name = column.zh if self.language == "zh" else column.name
            heading = f"{name}*" if column.required else name
            self.sheet.write_string(0, place, heading, self.required if column.required else self.optional)
            self.sheet.write_string(1, place, example_of(column, self.language), self.example)
            self.sheet.set_column(place, place, self._width(column, heading), self.styles.get(column.type))
            self.sheet.data_validation(1, place, ROWS_PREPARED, place, self._validation(column, heading, present))

    def _width(self, column: Column, heading: str) -> int:
        needed = sum(2 if ord(sign) > 0x2E80 else 1 for sign in heading) + 2
        return max(needed, 28 if column.type in ("text", "texts", "duties") else 12)

    def _validation(self, column: Column, heading: str, present: set[str]) -> dict[str, Any]:
        """Return the drop-down and help of a column; what is not in a list may be typed where lists cannot hold all."""
        options: dict[str, Any] = {
            "validate": "any",
            "input_title": heading[:_LONGEST_TITLE],
            "input_message": help_text(column, self.language)[:_LONGEST_MESSAGE],
        }
        words = choice_words(column, self.language)
        if column.type == "bool":
            words = ["是", "否"] if self.language == "zh" else ["yes", "no"]
        if words and len(",".join(words)) <= _LONGEST_LIST:
            options |= {
                "validate": "list",
                "source": words,
                "error_title": heading[:_LONGEST_TITLE],
                "error_message": type_text(column, self.language)[:_LONGEST_MESSAGE],
            }
        elif column.type == "ref" and len(column.targets) == 1 and column.targets[0] in present:
            target = TABLES[column.targets[0]]
            sheet = target.zh if self.language == "zh" else target.name
            options |= {"validate": "list", "source": f"='{sheet}'!$B$3:$B${ROWS_PREPARED}", "error_type": "warning"}
        return options
