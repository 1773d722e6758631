"""Every kind of problem has its words in both languages, with the same placeholders; a line names place and cure."""

import string
import tomllib
from importlib.resources import files

import pytest

from guantong.formats.problems import KINDS, Problem
from guantong.messages.input import problem_entry, problem_line

BOOKS = {
    language: tomllib.loads(files("guantong.messages").joinpath(f"input.{language}.toml").read_text(encoding="utf-8"))
    for language in ("zh", "en")
}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_every_kind_is_worded_in_both_languages() -> None:
    assert set(BOOKS["zh"]["kinds"]) == set(BOOKS["en"]["kinds"]) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_both_languages_name_the_same(kind: str) -> None:
    assert placeholders(BOOKS["zh"]["kinds"][kind]) == placeholders(BOOKS["en"]["kinds"][kind])


def test_a_line_names_sheet_row_column_value_and_suggestion() -> None:
    problem = Problem("unknown_reference", "goals", 5, "owner", "P9", "a code of sheet people", "P1")
    assert problem_line(problem, "en") == (
        "sheet goals, row 5, column owner: “P9” is not there. Enter it in sheet people first, or correct the code. "
        "Did you mean P1?"
    )
    assert problem_line(problem, "zh") == (
        "“目标”表第 5 行“责任人”列：引用的“P9”不存在。请先在“员工”表中登记，或改正编码。是否想写“P1”？"
    )


def test_details_are_named() -> None:
    absent = Problem("unknown_reference", "goals", 5, "owner", "P9", details={"absent": "people"})
    assert "没有“员工”表" in problem_line(absent, "zh")
    named = Problem("unknown_reference", "goals", 5, "owner", "李", details={"name": "yes"})
    assert "looks like a name" in problem_line(named, "en")


def test_choices_are_listed_in_the_readers_language() -> None:
    problem = Problem("unknown_choice", "units", 2, "kind", "组", "one of: …", "team")
    assert "公司、业务单元、部门、团队" in problem_line(problem, "zh")
    assert "company, business_unit" in problem_line(problem, "en")


def test_an_entry_has_the_public_keys_in_order() -> None:
    entry = problem_entry(Problem("missing_file", value="x.xlsx", expected="an .xlsx file"), "en")
    assert list(entry) == ["sheet", "row", "column", "value", "expected", "suggestion", "message"]
    assert entry["sheet"] is None
    assert entry["message"].startswith("x.xlsx is not there")
