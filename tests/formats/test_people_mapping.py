"""What headings mean: as stated, as kept, as usual; what fits nothing is refused with what would."""

import pytest

from guantong.formats.people.headings import TARGETS
from guantong.formats.people.mapping import MappingError, complete_mapping, mapping_text, parse_mapping

SHARED = (
    "emp_no,first_name,last_name,gender,hire_date,department_code,title,salary,is_dept_manager,manager_emp_no,status"
)


def complete(text: str, headings: str, *, guesses: bool = True) -> dict[str, tuple[str, ...]]:
    given = parse_mapping([text]) if text else {}
    return dict(complete_mapping(given, headings.split(","), guesses=guesses))


def test_usual_headings_in_english() -> None:
    assert complete("", SHARED) == {
        "code": ("emp_no",),
        "name": ("first_name", "last_name"),
        "unit": ("department_code",),
        "position": ("title",),
        "manager": ("manager_emp_no",),
        "joined": ("hire_date",),
        "status": ("status",),
        "head": ("is_dept_manager",),
    }


def test_usual_headings_in_chinese() -> None:
    assert complete("", "序号,工 号,姓,名,部门编码,部门名称,岗位名称,直接上级工号,入职时间,离职日期,员工状态,邮箱") == {
        "code": ("工 号",),
        "name": ("姓", "名"),
        "email": ("邮箱",),
        "unit": ("部门编码",),
        "unit_name": ("部门名称",),
        "position": ("岗位名称",),
        "manager": ("直接上级工号",),
        "joined": ("入职时间",),
        "left": ("离职日期",),
        "status": ("员工状态",),
    }
    assert list(complete("", "工号,部门名称")) == ["code", "unit_name"]
    assert complete("", "编号,部门")["unit"] == ("部门",)


def test_what_is_stated_comes_first_and_an_empty_target_is_not_guessed() -> None:
    found = complete("unit=title,head=,姓名=last_name", SHARED)
    assert (found["unit"], found["head"], found["name"]) == (("title",), (), ("last_name",))
    assert "position" not in found
    assert "head" not in complete("code=emp_no", SHARED, guesses=False)


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("code=a,name=b+c", {"code": ("a",), "name": ("b", "c")}),
        (' code = a , name = " b,+=" + c ', {"code": ("a",), "name": ("b,+=", "c")}),
        ("left_words=gone+away,code=a", {"left_words": ("gone", "away"), "code": ("a",)}),
        ("工号=a,直接上级=b", {"code": ("a",), "manager": ("b",)}),
        ("head=", {"head": ()}),
    ],
)
def test_a_mapping_is_read_and_written(text: str, mapping: dict[str, tuple[str, ...]]) -> None:
    assert parse_mapping([text]) == mapping
    assert parse_mapping([mapping_text(mapping)]) == mapping
    assert parse_mapping([f"{target}={'+'.join(f'"{name}"' for name in names)}" for target, names in mapping.items()])


@pytest.mark.parametrize(
    ("text", "kind", "value", "near"),
    [
        ("code", "form", "code", ""),
        ("code=a,name", "form", "name", ""),
        ('code="a', "form", 'code="a', ""),
        ("cod=emp_no", "target", "cod", "code"),
        ("code=emp_no,code=title", "twice", "code", ""),
        ("code=empno_", "heading", "empno_", "emp_no"),
        ("code=zzz", "heading", "zzz", ""),
        ("code=", "no_code", ", ".join(SHARED.split(",")), ""),
    ],
)
def test_what_fits_nothing_is_refused_with_what_would(text: str, kind: str, value: str, near: str) -> None:
    with pytest.raises(MappingError) as refused:
        complete(text, SHARED)
    error = refused.value
    assert (error.kind, error.value, error.near) == (kind, value, near)


def test_a_heading_that_is_there_twice_is_refused_where_it_is_used() -> None:
    assert complete("", "code,note,note") == {"code": ("code",)}
    with pytest.raises(MappingError) as refused:
        complete("name=note", "code,note,note")
    assert (refused.value.kind, refused.value.value) == ("ambiguous", "note")


def test_headings_are_met_without_regard_to_case_and_blanks() -> None:
    assert complete("code=Emp No", "EMP_NO,name")["code"] == ("EMP_NO",)


def test_every_target_has_both_names() -> None:
    assert all(zh and en for zh, en in TARGETS.values())
