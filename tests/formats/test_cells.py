"""What a cell may hold: every way people write a value, and what is refused with which hint."""

import datetime
from pathlib import Path
from typing import Any

import pytest

from guantong.engine.tables import TABLES, Column
from guantong.formats.cells import PARSERS, RefusedError, Setting
from guantong.formats.lists import LIST_PARSERS
from guantong.formats.workbook import read_company
from tests.make.files import SOUND, Sheets, as_csv, as_xlsx, problems_of

SHANGHAI = Setting()
YEN = Setting(decimals=0)
D, DT = datetime.date, datetime.datetime


def column(type_word: str, name: str = "x") -> Column:
    return Column(name, type_word, "列")


def parsed(type_word: str, raw: Any, setting: Setting = SHANGHAI, name: str = "x") -> Any:
    parse = PARSERS.get(type_word) or LIST_PARSERS[type_word]
    return parse(raw, column(type_word, name), setting)


UNDERSTOOD = [
    ("code", "编" * 200, "编" * 200),
    ("number", 12.5, 12.5),
    ("number", "12.5", 12.5),
    ("number", " １，２００．５ ", 1200.5),
    ("number", "1,200,000", 1_200_000.0),
    ("number", "-3", -3.0),
    ("number", "98%", 0.98),
    ("number", "1.5e3", 1500.0),
    ("number", "1000000000000000", 1e15),
    ("integer", "7", 7.0),
    ("share", 0.2, 0.2),
    ("share", "20%", 0.2),
    ("share", "２０％", 0.2),
    ("share", 1.0, 1.0),
    ("share", "150%", 1.5),
    ("money", "1234.56", 123456),
    ("money", 1234.5600000000001, 123456),
    ("money", "1,000", 100000),
    ("money", "1000000000000000", 10**17),
    ("date", "2026-03-05", 20517.0),
    ("date", "2026/3/5", 20517.0),
    ("date", "2026年3月5日", 20517.0),
    ("date", "２０２６－０３－０５", 20517.0),
    ("date", "2026-03-05 00:00:00", 20517.0),
    ("date", D(2026, 3, 5), 20517.0),
    ("date", DT(2026, 3, 5, 14, 30), 20517.0),
    ("month", "2026-03", 674.0),
    ("month", "2026/3", 674.0),
    ("month", "2026年3月", 674.0),
    ("month", D(2026, 3, 31), 674.0),
    ("datetime", "2026-03-05 09:30", 1772674200.0),
    ("datetime", "2026-03-05T01:30:00Z", 1772674200.0),
    ("datetime", DT(2026, 3, 5, 9, 30), 1772674200.0),
    ("bool", "是", 1),
    ("bool", "No", 0),
    ("bool", "TRUE", 1),
    ("bool", True, 1),
    ("bool", 0.0, 0),
    ("code", 1001.0, "1001"),
    ("code", " Ａ１ ", "A1"),
    ("code", "007", "007"),
    ("text", " 两\r\n行 ", "两\n行"),
    ("text", 5.0, "5"),
    ("texts", "甲; 乙；;丙", ("甲", "乙", "丙")),
    ("refs", "A;B", ("A", "B")),
    ("links", "N2:80%;N3", (("N2", 0.8), ("N3", pytest.approx(float("nan"), nan_ok=True)))),
    ("duties", "U1：供货; U2:", (("U1", "供货"), ("U2", ""))),
    ("steps", "0.8:60; 100%:100", ((0.8, 60.0), (1.0, 100.0))),
]


@pytest.mark.parametrize(("type_word", "raw", "value"), UNDERSTOOD, ids=range(len(UNDERSTOOD)))
def test_what_is_understood(type_word: str, raw: Any, value: Any) -> None:
    found = parsed(type_word, raw)
    if type_word == "links":
        assert [left for left, _ in found] == [left for left, _ in value]
        assert found[0][1] == 0.8
        assert found[1][1] != found[1][1]
    else:
        assert found == value


REFUSED = [
    ("number", "12万", "not_a_number"),
    ("number", "1,20", "not_a_number"),
    ("number", "1_000", "not_a_number"),
    ("number", "nan", "not_a_number"),
    ("number", "inf", "not_a_number"),
    ("number", True, "not_a_number"),
    ("number", "1000000000000001", "number_too_large"),
    ("number", -1.1e15, "number_too_large"),
    ("integer", "7.5", "not_whole"),
    ("share", 20.0, "share_above_one"),
    ("share", 1.2, "share_above_one"),
    ("money", "-1", "negative_money"),
    ("money", "1.234", "money_decimals"),
    ("money", "a", "not_a_number"),
    ("date", 46000.0, "date_as_number"),
    ("date", "5.3.2026", "not_a_date"),
    ("date", "2026-02-30", "not_a_date"),
    ("date", "03/05/2026", "not_a_date"),
    ("date", "1850-01-01", "date_out_of_range"),
    ("month", "2026-13", "not_a_month"),
    ("datetime", "2026-03-05 25:00", "not_a_datetime"),
    ("bool", "maybe", "not_a_bool"),
    ("bool", 2.0, "not_a_bool"),
    ("code", "a;b", "code_sign"),
    ("code", "a：b", "code_sign"),
    ("code", "a/b", "code_sign"),
    ("code", True, "not_a_code"),
    ("code", D(2026, 3, 5), "not_a_code"),
    ("code", 1.5, "not_a_code"),
    ("text", "a\x07", "control_character"),
    ("text", "a" * 32_768, "too_long"),
    ("code", "a" * 201, "too_long"),
    ("ref", "㍿" * 51, "too_long"),
    ("steps", "60", "bad_item"),
]


@pytest.mark.parametrize(("type_word", "raw", "kind"), REFUSED, ids=range(len(REFUSED)))
def test_what_is_refused(type_word: str, raw: Any, kind: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parsed(type_word, raw)
    assert refused.value.faults[0].kind == kind


def test_a_currency_without_decimals() -> None:
    assert parsed("money", "12", YEN) == 12
    with pytest.raises(RefusedError):
        parsed("money", "12.5", YEN)


def test_rework_may_exceed_one() -> None:
    assert parsed("share", 1.5, name="rework") == 1.5


@pytest.mark.parametrize(
    ("word", "position"), [("higher", 0), ("Lower", 1), ("越高越好", 0), (" 区间 ", 2), ("里程碑", 3)]
)
def test_choices_in_both_languages(word: str, position: int) -> None:
    assert PARSERS["choice"](word, TABLES["metrics"].by_name["direction"], SHANGHAI) == position


def test_a_choice_that_is_none_names_the_nearest() -> None:
    with pytest.raises(RefusedError) as refused:
        PARSERS["choice"]("highr", TABLES["metrics"].by_name["direction"], SHANGHAI)
    assert refused.value.faults[0].suggestion == "higher"


@pytest.mark.parametrize("write", [as_xlsx, as_csv])
def test_empty_rows_blanks_and_example_rows_are_passed_over(tmp_path: Path, write: Any) -> None:
    sheets: Sheets = {
        **SOUND,
        "people": [
            ["#", " 工号 *", "姓名", "组织单元"],
            ["例", "EX", "示例", "没有"],
            ["", "", "", ""],
            ["备注", " P1 ", " 李 ", "C"],
            ["", "　", "", ""],
        ],
    }
    reading = read_company(write(sheets, tmp_path / ("b.xlsx" if write is as_xlsx else "b")))
    assert reading.company.people.code.tolist() == ["P1"]
    assert reading.company.people.name.tolist() == ["李"]
    assert reading.warnings == ()


def test_rows_are_numbered_as_excel_numbers_them(tmp_path: Path) -> None:
    sheets = {**SOUND, "people": [["code", "name", "unit"], ["", "", ""], ["P1", "Li", "C"], ["P2", "", "X"]]}
    for path in (as_xlsx(sheets, tmp_path / "b.xlsx"), as_csv(sheets, tmp_path / "b")):
        assert [(problem.row, problem.column) for problem in problems_of(path)] == [(4, "name"), (4, "unit")]


def test_a_long_code_in_a_column_of_plain_words_is_refused_too(tmp_path: Path) -> None:
    people = [*SOUND["people"], ["P" * 201, "Zhao", "C"]]
    (problem,) = problems_of(as_csv({**SOUND, "people": people}, tmp_path / "long"))
    assert (problem.kind, problem.row, problem.column) == ("too_long", 4, "code")
    assert dict(problem.details) == {"length": "201", "most": "200"}
