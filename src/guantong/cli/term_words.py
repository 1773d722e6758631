"""A term in words: its label, its value, its formula with names and with values, its cells."""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from itertools import groupby
from typing import Any

import numpy as np

from guantong.cli.naming import Names
from guantong.cli.report_figures import number, percent
from guantong.cli.report_json import grouped
from guantong.engine.calendar import iso_day
from guantong.engine.company import Company
from guantong.engine.explain.terms import Cell, Term
from guantong.engine.tables import TABLES, currency_decimals
from guantong.formats.money import money_text
from guantong.formats.writing import cell_of
from guantong.messages.labels import label
from guantong.messages.rules import rule_title
from guantong.messages.terms import term_text

VALUES_SHOWN = 6
"""So many values of one name stand in a formula; of more the rest is counted."""

_REFERENCE = re.compile(r"(Σ|max|min|last)?\{(\w+)\}")
_FUNCTIONS = re.compile(r"\b(round|floor)\(")
_FINER = 4
"""Decimals beyond a minor unit with which money that is not rounded yet is shown."""


class TermWords:
    """Puts terms into a language.

    Args:
        company: The company explained.
        row_numbers: The numbers of its rows as Excel counts, by table.
        names: What its codes are called, in the language.
    """

    def __init__(self, company: Company, row_numbers: Mapping[str, np.ndarray], names: Names) -> None:
        self._company = company
        self._row_numbers = row_numbers
        self._names = names
        self.language = names.language

    def say(self, key: str, **values: Any) -> str:
        """Return a text of the catalogue."""
        return term_text(key, self.language, **values)

    def word(self, name: str) -> str:
        """Return the word for the name of a term."""
        return self.say(f"terms.{name}")

    def label(self, term: Term, told: tuple[tuple[str, Any], ...] = ()) -> str:
        """Return word and subjects of a term, without the subjects that were told already."""
        about = [one for one in term.about if one not in told and one != self._named(term)]
        subjects = [self._subject(*one) for one in about]
        if len(about) == 2 and about[0][0] == about[1][0]:
            subjects = [" → ".join(subjects)]
        return " · ".join([self.word(term.name), *subjects])

    def _named(self, term: Term) -> tuple[str, Any] | None:
        """Return the subject of a term whose value is its code, None where there is none."""
        if term.kind != "text":
            return None
        return next((one for one in term.about if one[1] == term.value or one[1].endswith(f"/{term.value}")), None)

    def _subject(self, kind: str, value: Any) -> str:
        if kind == "link":
            return label(f"links.{value}", self.language)
        if kind == "rule":
            return f"{value} {rule_title(value, self.language)}"
        if kind in ("day", "month", "score", "attainment"):
            written = {"day": _day, "month": _month, "score": number, "attainment": percent}[kind](value)
            return self.say(f"about.{kind}", value=written)
        if kind in ("setting", "milestone", "cycle"):
            return str(value)
        return self._names.titled(kind, value)

    def value(self, term: Term) -> str:
        """Return a value as people read it, with its unit; a dash where it is missing."""
        text = self._bare(term)
        if not term.unit or term.value is None:
            return text
        return f"{text}%" if term.unit == "%" else f"{text} {term.unit}"

    def _bare(self, term: Term) -> str:
        value: Any = term.value
        if value is None:
            return "—"
        writers: Mapping[str, Any] = {
            "ratio": percent,
            "money": self._money,
            "count": lambda count: f"{int(count):,}",
            "date": _day,
            "text": lambda text: self._text(term, text),
            "rating": str,
            "status": lambda status: label(f"status.{status}", self.language),
            "verdict": lambda verdict: label(f"verdicts.{verdict}", self.language),
        }
        return str(writers.get(term.kind, lambda plain: number(float(plain)))(value))

    def _text(self, term: Term, text: str) -> str:
        named = self._named(term)
        return self._names.titled(*named) if named else text

    def _money(self, amount: int | Fraction) -> str:
        return grouped(money_number(amount, self._names.currency))

    def formula(self, term: Term) -> str:
        """Return a formula with names and with values; "" where there is none."""
        if not term.formula:
            return ""
        names, values = (self._written(term, fill) for fill in (self._name_of, self._values_of))
        if term.is_reason:
            return self.say("page.because", names=names, values=values)
        result = [self.value(term)] if values != self._bare(term) else []
        return " = ".join([names, values, *result])

    def _written(self, term: Term, fill: Any) -> str:
        formula = _REFERENCE.sub(lambda match: fill(term, match), term.formula)
        formula = _FUNCTIONS.sub(lambda match: self.say(f"functions.{match[1]}") + "(", formula)
        return formula.replace(" & ", self.say("functions.and"))

    def _name_of(self, _: Term, match: re.Match[str]) -> str:
        function, name = match.groups()
        word = self.word(name)
        if function == "Σ":
            return f"Σ {word}"
        if function == "last":
            return f"{self.say('functions.last')}({word})"
        return f"{function}({word})" if function else word

    def _values_of(self, term: Term, match: re.Match[str]) -> str:
        function, name = match.groups()
        values = [self._signed(part) for part in term.terms if part.name == name]
        if function is None or function == "last":
            return values[-1]
        if function == "Σ":
            return self._sum(values, alone=match[0] == term.formula)
        listed = ", ".join(values)
        if len(values) > VALUES_SHOWN:
            listed = self.say("page.listed", shown=", ".join(values[:VALUES_SHOWN]), count=len(values))
        return f"{function}({listed})"

    def _sum(self, values: list[str], *, alone: bool) -> str:
        if not values:
            return "0"
        text = " + ".join(values)
        if len(values) > VALUES_SHOWN:
            text = self.say("page.items", shown=" + ".join(values[:VALUES_SHOWN]), count=len(values))
        return text if alone or len(values) == 1 else f"({text})"

    def _signed(self, term: Term) -> str:
        text = self._bare(term)
        return f"({text})" if text.startswith("-") else text

    def cells(self, term: Term) -> list[str]:
        """Return where a value stands in the workbook, one line per row, with the values of several cells."""
        beside = len(term.cells) > 1
        lines = []
        for (table, row), cells in groupby(term.cells, key=lambda cell: (cell.table, cell.row)):
            columns = self.say("page.comma").join(self._column(cell, beside) for cell in cells)
            number_of_row = int(self._row_numbers[table][row])
            lines.append(self.say("page.row", sheet=self._sheet(table), row=number_of_row, column=columns))
        return lines

    def _sheet(self, table: str) -> str:
        return TABLES[table].zh if self.language == "zh" else table

    def _column(self, cell: Cell, beside: bool) -> str:
        column = TABLES[cell.table].by_name[cell.column]
        name = column.zh if self.language == "zh" else column.name
        if not beside:
            return name
        value = cell_of(self._company, cell.table, cell.row, cell.column, self.language)
        return self.say("page.cell", column=name, value=_cell_text(value))

    def cell_entry(self, cell: Cell) -> dict[str, Any]:
        """Return a cell as it stands in the JSON: sheet, column and choices in English, the row as Excel counts."""
        value = cell_of(self._company, cell.table, cell.row, cell.column, "en")
        plain = value if isinstance(value, float | int | str) else str(value)
        row = int(self._row_numbers[cell.table][cell.row])
        return {"sheet": cell.table, "row": row, "column": cell.column, "value": plain}

    def plain_value(self, term: Term) -> Any:
        """Return a value as it stands in the JSON."""
        if term.value is None:
            return None
        if term.kind == "money":
            return money_number(term.value, self._names.currency)
        if term.kind == "date":
            return iso_day(term.value)
        if term.kind == "count":
            return int(term.value)
        return float(term.value) if isinstance(term.value, Fraction | int) else term.value


def money_number(amount: int | Fraction, currency: str) -> str:
    """Return minor units as a decimal string; with more decimals where they are no whole number."""
    if isinstance(amount, int) or amount.denominator == 1:
        return str(money_text(int(amount), currency))
    decimals = currency_decimals(currency)
    finer = Decimal(round(amount * 10**_FINER)).scaleb(-_FINER - decimals)
    whole, _, part = f"{finer:f}".partition(".")
    return f"{whole}.{part.rstrip('0').ljust(decimals, '0')}".rstrip(".")


def _day(value: float) -> str:
    return iso_day(value) or "—"


def _month(value: float) -> str:
    return f"{1970 + int(value) // 12}-{int(value) % 12 + 1:02}"


def _cell_text(value: Any) -> str:
    if isinstance(value, datetime.date | str):
        return str(value)
    return number(float(value))
