"""Whatever stands in a file of people: the company that results is sound, and the file says nothing new later."""

import datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.make.cells import Cells, cells_of
from tests.make.company import build
from tests.make.people_files import DAY, loaded, people, unsound

HEADINGS = (
    "工号",
    "姓名",
    "邮箱",
    "部门",
    "部门名称",
    "岗位",
    "直接上级",
    "入职日期",
    "离职日期",
    "状态",
    "部门负责人",
)
CODES = ["1", "2", "3", "4", "5", "6", "U1", "ACME", "a/b", "", " 1 "]
NAMES = ["", "张伟", "李娜", "Ann Lee", "2"]
UNITS = ["", "U1", "研发部", "Sales", "Acme/研发部/一组", "Sales / East", "3", "Acme", "acme", "研发部"]
DAYS = ["", "2020-01-31", "20210301", "31.12.2025", "2026-12-31", "2030-01-01", "soon", "2026-06-30"]


@st.composite
def rows(draw: st.DrawFn) -> list[tuple[Any, ...]]:
    cells = [
        CODES,
        NAMES,
        ["", "a@x.cn", "A@X.cn", "b@x.cn"],
        UNITS,
        ["", "", "销售", "Sales"],
        ["", "经理", "Engineer", "U1-经理"],
        [*CODES, "a@x.cn", *NAMES, "P1", "P2", "9"],
        DAYS,
        DAYS,
        ["", "在职", "离职", "?"],
        ["", "是", "否", "maybe"],
    ]
    return draw(st.lists(st.tuples(*map(st.sampled_from, cells)), min_size=1, max_size=12))


OLD = build(
    units=[
        {"code": "ACME", "name": "Acme", "kind": "company"},
        {"code": "U1", "name": "研发部", "parent": "ACME", "kind": "department", "head": "P2"},
        {"code": "U2", "name": "Sales", "parent": "ACME", "kind": "department"},
        {"code": "U3", "name": "Sales", "parent": "U1", "kind": "team"},
    ],
    positions=[{"code": "B", "name": "经理", "unit": "U1"}],
    people=[
        {"code": "P1", "name": "Wu", "unit": "U1", "manager": "2", "position": "B"},
        {"code": "P2", "name": "李娜", "unit": "U2", "manager": "P1", "email": "b@x.cn"},
        {"code": "2", "name": "Zhao", "unit": "U2", "joined": "2026-08-01"},
        {"code": "3", "name": "Qian", "left": "2025-05-05", "manager": "P2"},
    ],
)


@given(rows(), st.booleans(), st.booleans(), st.integers(0, 4095))
def test_any_file_makes_a_sound_company(
    lines: list[tuple[Any, ...]], is_empty: bool, marks_absent: bool, kept: int
) -> None:
    names = [heading for number, heading in enumerate(HEADINGS) if number == 0 or kept >> number & 1]
    table = [names, *([line[HEADINGS.index(name)] for name in names] for line in lines)]
    before = build() if is_empty else OLD
    load = loaded(table, before, marks_absent=marks_absent)
    assert unsound(load.company) == []
    assert_reports_to_the_employed(load.company, names)
    again = loaded(table, load.company, day=DAY + datetime.timedelta(days=20), marks_absent=marks_absent)
    assert again.company == load.company
    assert again.tables == load.tables
    assert (load.active + load.left, load.rows) == (
        load.rows - sum(each.cure == "leave_out" for each in load.problems),
        len(lines),
    )
    assert sum(load.per_unit.values()) == load.active


def assert_reports_to_the_employed(company: Any, names: list[str]) -> None:
    found = people(company, "manager", "left")
    if "直接上级" not in names:
        return
    for code, (manager, left) in found.items():
        is_gone = left is not None and left <= DAY.isoformat()
        if not is_gone and manager is not None and code not in ("P1", "P2", "2", "3"):
            assert found[manager][1] is None or found[manager][1] > DAY.isoformat()


@given(rows())
def test_people_whom_the_file_lacks_stay_as_they_are(lines: list[tuple[Any, ...]]) -> None:
    load = loaded([HEADINGS, *lines], OLD)
    before, after = cells_of(OLD), cells_of(load.company)
    codes = set(after["people"]["code"])
    written = {line[0].strip() for line in lines}
    for at, code in enumerate(before["people"]["code"]):
        assert code in codes
        if code not in written:
            place = after["people"]["code"].index(code)
            for name, values in before["people"].items():
                assert_same(values[at], after["people"][name][place])
    assert_grown(before, after)


def assert_same(old: Any, new: Any) -> None:
    assert old == new or (old != old and new != new)


def assert_grown(before: Cells, after: Cells) -> None:
    for table in ("units", "positions"):
        assert set(before[table]["code"]) <= set(after[table]["code"])
    assert str(before["cycles"]) == str(after["cycles"])
