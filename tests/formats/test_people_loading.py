"""What becomes of a company that people are loaded into: each problem of a file has the one cure that is proposed."""

import csv
import dataclasses
import datetime
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from guantong.engine.calendar import day_number
from guantong.formats.people.loading import load_people
from guantong.formats.people.mapping import complete_mapping
from guantong.formats.people.problems import CURES
from guantong.formats.people.source import read_people_file
from tests.make.company import build
from tests.make.people_files import DAY, loaded, made, people, people_file, problems, units, unsound

DEPARTMENT = {"code": "D", "name": "Sales", "parent": "ACME", "kind": "department"}
ROOT = {"code": "ACME", "name": "Acme", "kind": "company"}
COMPANY = build(
    units=[ROOT, DEPARTMENT],
    positions=[{"code": "REP", "name": "Representative", "unit": "D"}],
    people=[
        {"code": "1", "name": "Ann", "unit": "D", "position": "REP", "email": "ann@x.cn", "base_bonus": 500_00},
        {"code": "2", "name": "Ben", "unit": "D", "manager": "1", "joined": "2020-01-01"},
        {"code": "9", "name": "Gone", "unit": "D", "left": "2025-01-31", "position": "REP", "manager": "1"},
    ],
)

Case = tuple[str, list[str], list[tuple[str, int | None, str, str]]]

CASES: list[Case] = [
    ("code,joined", ["1,2020-13-01"], [("unreadable_cell", 2, "2020-13-01", "")]),
    ("code,joined", ["1,20200131"], [("unreadable_cell", 2, "20200131", "2020-01-31")]),
    ("code,joined", ["1,2020.1.31"], [("unreadable_cell", 2, "2020.1.31", "2020-01-31")]),
    ("code,joined", ["1,43861"], [("unreadable_cell", 2, "43861", "2020-01-31")]),
    ("code,joined", ["1,31/01/2020"], [("unreadable_cell", 2, "31/01/2020", "2020-01-31")]),
    ("code,joined", ["1,03/01/2020"], [("unreadable_cell", 2, "03/01/2020", "")]),
    ("code,base_bonus", ["1,5.005"], [("unreadable_cell", 2, "5.005", "5.00")]),
    ("code,head", ["1,perhaps"], [("unreadable_cell", 2, "perhaps", "")]),
    ("code,name", [",Cyd", "1,Ann"], [("no_code", 2, "", "")]),
    ("code,name", ["1,Ann", "3,"], [("no_name", 3, "", "3"), ("no_unit", 3, "", "ACME")]),
    ("code,name", ["1,"], [("no_name", 2, "", "Ann")]),
    ("code,name", ["1,Ann", "1,Ann"], [("row_twice", 3, "1", "")]),
    ("code,name", ["1,Ann", "1,Anna"], [("code_twice", 2, "1", "")]),
    ("code,status", ["1,active", "1,left"], [("code_twice", 3, "1", "")]),
    ("code,unit", ["D,D"], [("no_name", 2, "", "D-2"), ("code_taken", 2, "D", "D-2")]),
    ("code,email", ["1,a@x.cn", "2,A@x.cn"], [("email_twice", 3, "A@x.cn", "")]),
    ("code,email", ["2,ann@x.cn"], [("email_twice", 2, "ann@x.cn", "")]),
    ("code,status", ["1,sabbatical"], [("unknown_status", 2, "sabbatical", "active")]),
    ("code,status", ["1,离职"], [("left_without_date", 2, "", "2026-06-30")]),
    ("code,status,joined", ["1,离职,2026-09-01"], [("left_without_date", 2, "", "2026-09-01")]),
    ("code,status", ["9,left"], []),
    ("code,status,left", ["1,active,2025-01-01"], [("active_with_left_date", 2, "2025-01-01", "")]),
    ("code,status,left", ["1,active,2027-01-01"], []),
    ("code,joined,left", ["1,2025-01-01,2024-01-01"], [("left_before_joined", 2, "2025-01-01", "")]),
    ("code,unit", ["1,"], [("no_unit", 2, "", "D")]),
    ("code,unit", ["9,"], []),
    ("code,unit,position", ["1,/,Boss"], [("no_unit", 2, "", "D")]),
    ("code,left,title", ["9,2025-01-01,Boss"], []),
    ("name,code,left,title", ["G,7,2025-01-01,Boss"], [("position_without_unit", 2, "Boss", "")]),
    ("code,unit,unit_name", ["1,D,Trade", "2,D,Sales"], [("other_unit_name", 2, "Trade", "Sales")]),
    ("code,manager", ["2,77"], [("unknown_manager", 2, "77", "")]),
    ("code,manager", ["2,9"], [("manager_left", 2, "9", "1")]),
    ("code,manager", ["1,9"], [("manager_left", 2, "9", "")]),
    ("code,manager", ["1,1"], [("own_manager", 2, "1", "")]),
    ("code,manager", ["1,Ann"], [("own_manager", 2, "Ann", "")]),
    ("code,manager", ["2,Ann"], []),
    ("code,manager", ["2,ann@x.cn"], []),
    ("code,manager", ["1,2", "2,1"], [("circle", 2, "2", "")]),
    ("code,manager", ["1,2"], [("circle", 2, "2", "")]),
    ("code,manager,head", ["1,2,no", "2,1,yes"], [("circle", 3, "1", "")]),
    ("code,head", ["9,yes"], [("head_left", 2, "9", "")]),
    ("code,head", ["1,是", "2,是"], [("several_heads", 3, "2", "1")]),
    ("code,head,manager", ["1,1,2", "2,1,"], [("several_heads", 2, "1", "2")]),
]


@pytest.mark.parametrize(("heading", "rows", "expected"), CASES)
def test_each_problem_has_its_cure(heading: str, rows: list[str], expected: list[Any]) -> None:
    table = [heading.split(","), *(row.split(",") for row in rows)]
    load = loaded(table, COMPANY)
    assert problems(load) == [each for kind in CURES for each in expected if each[0] == kind]
    assert unsound(load.company) == []
    assert not loaded(table, load.company, day=DAY + datetime.timedelta(days=1)).changes


def test_a_spreadsheet_error_is_an_empty_cell() -> None:
    file = dataclasses.replace(people_file([["code", "name", "joined"], ["1", "Ann", ""]]), marked={(0, 2)})
    load = load_people(file, complete_mapping({}, file.headings), COMPANY, day_number(DAY))
    assert problems(load) == [("unreadable_cell", 2, "#", "")]


def test_long_circles_are_shown_in_part() -> None:
    codes = [f"p{number:02}" for number in range(20)]
    rows = [[code, code, "D", boss] for code, boss in zip(codes, [*codes[1:], codes[0]], strict=True)]
    load = loaded([["code", "name", "unit", "manager"], *rows], COMPANY)
    (circle,) = load.problems
    assert circle.details["path"] == " → ".join([*codes[:11], "…", "p00"])
    assert people(load.company, "manager")["p00"] == (None,)


def test_a_name_in_several_columns_and_a_code_of_two_parts() -> None:
    table = [["plant", "no", "last_name", "first_name", "email", "private"], ["7", "01", "Lee", "Ann", "-", "a@x.cn"]]
    load = loaded(table, COMPANY, mapping="code=plant+no,email=email+private,name=first_name+last_name")
    assert people(load.company, "name", "email")["7-01"] == ("Ann Lee", "a@x.cn")


def test_several_people_of_a_name_cannot_be_told_apart_unless_one_is_near() -> None:
    table = [
        ["code", "name", "unit", "manager"],
        ["3", "Li", "D", ""],
        ["4", "Li", "East", ""],
        ["5", "Wu", "D", "Li"],
        ["6", "Xu", "ACME", "Li"],
    ]
    load = loaded(table, COMPANY)
    assert problems(load) == [("several_managers", 5, "Li", "")]
    assert people(load.company, "manager")["5"] == ("3",)


def test_a_name_of_several_units_means_the_highest() -> None:
    company = build(units=[ROOT, {**DEPARTMENT, "parent": "Z"}, {**DEPARTMENT, "code": "Z"}], people=[])
    load = loaded([["code", "name", "unit"], ["1", "Ann", "Sales"]], company)
    assert problems(load) == [("same_unit_name", 2, "Sales", "Z")]
    assert people(load.company, "unit")["1"] == ("Z",)


def test_employed_people_whom_the_file_lacks_leave_only_where_that_is_asked() -> None:
    table = [["code"], ["1"]]
    assert not loaded(table, COMPANY).changes
    load = loaded(table, COMPANY, marks_absent=True)
    assert problems(load) == [("not_in_file", None, "", "2026-06-30")]
    assert people(load.company, "left") == {"1": (None,), "2": ("2026-06-30",), "9": ("2025-01-31",)}
    assert load.changes == {"people": (0, 1)}


def test_units_are_made_of_names_and_paths() -> None:
    table = [
        ["code", "name", "unit"],
        ["1", "Ann", "Acme / R&D / Battery"],
        ["2", "Ben", "销售部"],
        ["3", "Cyd", "battery"],
        ["4", "Dan", "华东 一区"],
        ["5", "Eve", "acme"],
    ]
    load = loaded(table)
    assert units(load.company, "name", "parent") == {
        "ACME": ("Acme", ""),
        "R&D": ("R&D", "ACME"),
        "Battery": ("Battery", "R&D"),
        "销售部": ("销售部", "ACME"),
        "华东-一区": ("华东 一区", "ACME"),
    }
    assert [(each.kind, each.row, each.to) for each in made(load)] == [
        ("no_root", None, "ACME"),
        ("new_unit", 2, "Battery"),
        ("new_unit", 2, "R&D"),
        ("new_unit", 3, "销售部"),
        ("new_unit", 5, "华东-一区"),
    ]
    kinds = [load.company.units.choice("kind", row) for row in range(len(load.company.units))]
    assert dict(zip(load.company.units.code.tolist(), kinds, strict=True)) == {
        "ACME": "company", "R&D": "department", "Battery": "team", "销售部": "department", "华东-一区": "department",
    }  # fmt: skip
    assert load.per_unit == {"ACME": 1, "Battery": 2, "华东-一区": 1, "销售部": 1}


def test_a_first_step_that_all_paths_share_is_the_company() -> None:
    load = loaded([["工号", "姓名", "部门路径"], ["1", "张三", "集团/研发"], ["2", "李四", "集团"]])
    assert units(load.company, "name", "parent") == {"ACME": ("集团", ""), "研发": ("研发", "ACME")}
    assert load.per_unit == {"ACME": 1, "研发": 1}


def test_levels_in_columns_of_their_own_are_a_path() -> None:
    table = [["工号", "姓名", "一级", "二级"], ["1", "张三", "研发", "电池"], ["2", "李四", "销售", ""]]
    load = loaded(table, COMPANY, mapping="unit=一级+二级")
    assert people(load.company, "unit")["1"] == ("电池",)
    assert units(load.company, "parent")["电池"] == ("研发",)
    assert people(load.company, "unit")["2"] == ("销售",)


def test_units_with_codes_of_the_same_name_stay_apart() -> None:
    table = [
        ["code", "name", "dept_code", "dept_name"],
        ["1", "Ann", "d1", "Sales"],
        ["2", "Ben", "d2", "Sales"],
        ["3", "Cyd", "d3", "Sales"],
    ]
    load = loaded(table, COMPANY)
    assert {code: name for code, (name,) in units(load.company, "name").items()} == {
        "ACME": "Acme", "D": "Sales", "d2": "Sales", "d3": "Sales",
    }  # fmt: skip
    assert {code: unit for code, (unit,) in people(load.company, "unit").items()} == {
        "1": "D", "2": "d2", "3": "d3", "9": "D",
    }  # fmt: skip


def test_a_unit_takes_the_name_that_the_file_has_for_its_code() -> None:
    load = loaded([["code", "dept_code", "dept_name"], ["1", "D", "Trade"]], COMPANY)
    assert units(load.company, "name")["D"] == ("Trade",)
    assert (problems(load), load.changes) == ([], {"units": (0, 1)})


def test_titles_become_positions_of_their_units() -> None:
    table = [
        ["code", "name", "unit", "title"],
        ["1", "Ann", "D", "representative"],
        ["2", "Ben", "D", "Key account"],
        ["3", "Cyd", "ACME", "Representative"],
        ["4", "Dan", "ACME", "REP"],
        ["5", "Eve", "ACME", ""],
    ]
    load = loaded(table, COMPANY)
    found = {code: position for code, (position,) in people(load.company, "position").items()}
    assert found == {
        "1": "REP", "2": "D-Key-account", "3": "ACME-Representative", "4": "REP", "5": None, "9": "REP",
    }  # fmt: skip
    assert load.changes["positions"] == (2, 0)
    assert load.tables == {"units", "positions", "people"}


def test_what_the_file_does_not_say_stays_and_what_it_leaves_empty_goes() -> None:
    load = loaded([["code", "name", "manager", "email"], ["1", "Anna", "", ""], ["2", "Ben", "", "b@x.cn"]], COMPANY)
    assert people(load.company, "name", "unit", "position", "base_bonus", "email", "manager", "joined") == {
        "1": ("Anna", "D", "REP", 500_00, None, None, None),
        "2": ("Ben", "D", None, -1, "b@x.cn", None, "2020-01-01"),
        "9": ("Gone", "D", "REP", -1, None, "1", None),
    }
    assert load.tables == {"units", "people"}
    assert load.changes == {"people": (0, 2)}


def test_who_comes_back_is_employed_again() -> None:
    load = loaded([["code", "status"], ["9", "在职"]], COMPANY)
    assert people(load.company, "left", "unit")["9"] == (None, "D")
    assert problems(load) == []


def test_the_posts_of_leavers_stay_where_the_file_is_silent() -> None:
    table = [["code", "unit", "title", "manager", "status"], ["2", "", "", "", "left"]]
    load = loaded(table, COMPANY)
    assert people(load.company, "unit", "manager", "left")["2"] == ("D", "1", "2026-06-30")
    assert (load.active, load.left, load.per_unit) == (0, 1, {})


def test_heads_are_set_only_where_the_file_says_so() -> None:
    company = build(units=[ROOT, {**DEPARTMENT, "head": "2"}], people=[{"code": "2", "name": "Ben", "unit": "D"}])
    table = [["code", "name", "unit", "head"], ["1", "Ann", "D", "yes"], ["2", "Ben", "D", "yes"]]
    load = loaded(table, company)
    assert problems(load) == [("several_heads", 2, "1", "2")]
    assert units(load.company, "head") == {"ACME": ("",), "D": ("2",)}
    only = loaded([*table[:2], ["2", "Ben", "D", "no"]], company)
    assert units(only.company, "head")["D"] == ("1",)


def test_words_that_mean_left_can_be_named() -> None:
    table = [["code", "status"], ["1", "ausgeschieden"], ["2", "aktiv"]]
    load = loaded(table, COMPANY, mapping="left_words=ausgeschieden")
    assert problems(load) == [("unknown_status", 3, "aktiv", "active"), ("left_without_date", 2, "", "2026-06-30")]


def test_lines_pass_over_all_who_have_left() -> None:
    table = [
        ["code", "name", "unit", "manager", "status"],
        ["a", "A", "D", "b", "active"],
        ["b", "B", "D", "c", "left"],
        ["c", "C", "D", "d", "left"],
        ["d", "D", "D", "", "active"],
        ["e", "E", "D", "f", "active"],
        ["f", "F", "D", "g", "left"],
        ["g", "G", "D", "f", "left"],
    ]
    load = loaded(table, COMPANY)
    found = people(load.company, "manager")
    assert (found["a"], found["b"], found["e"]) == (("d",), ("c",), (None,))
    assert [each for each in problems(load) if each[0] in ("manager_left", "circle")] == [
        ("manager_left", 2, "b", "d"),
        ("manager_left", 6, "f", ""),
        ("circle", 7, "g", ""),
    ]


def test_every_kind_of_problem_is_met_by_these_tests() -> None:
    apart = {"no_root", "new_unit", "same_unit_name", "not_in_file", "several_managers"}
    assert apart | {each[0] for _, _, expected in CASES for each in expected} == set(CURES)


def test_ten_thousand_people_of_a_real_organisation(shared_data: Path) -> None:
    path = shared_data / "organisation" / "org_import_10k.csv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    file = read_people_file(path)
    mapping = complete_mapping({}, file.headings)
    load = load_people(file, mapping, build(), day_number(DAY))
    assert unsound(load.company) == []
    assert Counter(each.kind for each in load.problems) == {
        "left_without_date": 1936, "no_root": 1, "new_unit": 9, "manager_left": 2926, "circle": 1,
    }  # fmt: skip
    assert (load.rows, load.active, load.left) == (10_000, 8064, 1936)
    assert load.per_unit == Counter(row["department_code"] for row in rows if row["status"] == "active")
    homes = [load.company.units.code[unit] for unit in load.company.people.unit if unit >= 0]
    assert Counter(homes) == Counter(row["department_code"] for row in rows if row["department_code"])
    titles = {(row["department_code"], row["title"]) for row in rows if row["department_code"]}
    assert len(load.company.positions) == len(titles)
    again = load_people(file, mapping, load.company, day_number(DAY) + 31)
    assert again.company == load.company
    assert not again.changes
