"""What is wrong with a file, in words: place, fault and cure."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from guantong.engine.tables import TABLES, Column
from guantong.formats.problems import Problem


@cache
def _catalogue(language: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"input.{language}.toml").read_text(encoding="utf-8"))


def problem_entry(problem: Problem, language: str) -> dict[str, Any]:
    """Return a problem as it stands in the JSON on standard error: names in English, the message in the language."""
    return {
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "expected": problem.expected or None,
        "suggestion": problem.suggestion or None,
        "message": problem_line(problem, language),
    }


def problem_line(problem: Problem, language: str) -> str:
    """Return a problem as one line: where it is, what is wrong, what mends it."""
    words = _catalogue(language)
    form = words["form"]
    place = _place(problem, language)
    text = str(words["kinds"][problem.kind]).format_map(_Values(problem, language))
    for detail, more in words["details"].items():
        if detail in problem.details:
            text += more.format_map(_Values(problem, language))
    if problem.suggestion:
        text += form["near"].format(suggestion=_suggestion(problem, language))
    return f"{place}{form['colon']}{text}" if place else text


def _place(problem: Problem, language: str) -> str:
    form = _catalogue(language)["form"]
    parts = []
    if problem.sheet is not None:
        parts.append(form["sheet"].format(sheet=_sheet(problem.sheet, language)))
    if problem.row is not None:
        parts.append(form["row"].format(row=problem.row))
    if problem.sheet is not None and problem.column is not None:
        column = TABLES[problem.sheet].by_name[problem.column]
        parts.append(form["column"].format(column=column.zh if language == "zh" else column.name))
    return str(form["separator"]).join(parts)


def _sheet(name: str, language: str) -> str:
    return TABLES[name].zh if language == "zh" and name in TABLES else name


def _suggestion(problem: Problem, language: str) -> str:
    """Return the suggestion as the language calls it: sheets, columns and choices have Chinese names."""
    word = problem.suggestion
    if problem.kind == "unknown_sheet":
        return _sheet(word, language)
    columns = TABLES[problem.sheet].by_name if problem.sheet is not None else {}
    if language != "zh":
        return word
    if problem.kind == "unknown_column" and word in columns:
        return columns[word].zh
    column = columns.get(problem.column or "")
    return column.choices.get(word, word) if column else word


def _targets(sheet: str, column: Column) -> tuple[str, ...]:
    """Return the sheets in which a code of this column is at home."""
    if column.type == "duties":
        return "units", "people"
    if (sheet, column.name) in (("process_nodes", "next"), ("scenarios", "node")):
        return ("process_nodes",)
    return column.targets or (sheet,)


class _Values(dict[str, str]):
    """What a message may name; sheets and choices in the reader's language."""

    def __init__(self, problem: Problem, language: str) -> None:
        super().__init__(problem.details)
        self["value"] = problem.value or ""
        self["expected"] = _catalogue(language)["forms"].get(problem.expected, problem.expected)
        self["limit"] = problem.expected[:1].upper() + problem.expected[1:] + ("。" if language == "zh" else ".")
        for name in ("other", "absent", "file"):
            if name in self:
                self[name] = ", ".join(_sheet(word, language) for word in self[name].split(", "))
        if problem.sheet is not None and problem.column is not None:
            column = TABLES[problem.sheet].by_name[problem.column]
            words = column.choices.values() if language == "zh" else column.choices
            self["choices"] = ("、" if language == "zh" else ", ").join(words)
            self["targets"] = " / ".join(_sheet(target, language) for target in _targets(problem.sheet, column))
