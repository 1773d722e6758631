"""`guantong check` from the outside: exit status, streams, filters, schema."""

import json
from pathlib import Path

import jsonschema
import pytest

from guantong.cli.main import main
from guantong.formats.workbook import write_company
from tests.make.company import Row, build

UNITS: list[Row] = [
    {"code": "C", "name": "公司", "kind": "company", "head": "P1"},
    {"code": "U1", "name": "研发", "kind": "department", "parent": "C"},
    {"code": "U2", "name": "销售", "kind": "department", "parent": "C"},
]
PEOPLE: list[Row] = [
    {"code": "P1", "name": "李总", "unit": "C"},
    {"code": "P2", "name": "吴工", "unit": "U1"},
    {"code": "P3", "name": "周", "unit": "U2"},
]
GOALS: list[Row] = [
    {"code": "G1", "name": "a", "cycle": "2026", "unit": "U1", "owner": "P2"},
    {"code": "G2", "name": "b", "cycle": "2026", "unit": "U2", "owner": "P3"},
]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "acme.xlsx"
    write_company(build(units=UNITS, people=PEOPLE, goals=GOALS), path, "zh")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys: pytest.CaptureFixture[str], book: Path, *arguments: str) -> dict[str, object]:
    out = run(capsys, "check", str(book), "--as-of", "2026-06-30", "--format", "json", *arguments)[1]
    return json.loads(out)  # type: ignore[no-any-return]


@pytest.mark.parametrize(("fail_on", "status"), [("error", 1), ("warning", 1), ("advice", 1), ("never", 0)])
def test_exit_status(capsys: pytest.CaptureFixture[str], book: Path, fail_on: str, status: int) -> None:
    assert run(capsys, "check", str(book), "--as-of", "2026-06-30", "--fail-on", fail_on)[0] == status


def test_only_advice_fails_on_advice_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "calm"
    settings = ["GOAL-HORIZON.mode=off", "GOAL-FOCUS.max=0"]
    company = [{"code": "X", "name": "x", "settings": settings}]
    priorities = [{"code": "S1", "name": "s", "cycle": "2026"}]
    write_company(build(company=company, priorities=priorities), path, "en")
    arguments = ("check", str(path), "--as-of", "2026-06-30", "--fail-on")
    assert [run(capsys, *arguments, level)[0] for level in ("error", "warning", "advice")] == [0, 0, 1]


def test_the_report_follows_its_schema(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, _ = run(capsys, "check", "--schema")
    schema = json.loads(out)
    assert status == 0
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(document(capsys, book), schema, jsonschema.Draft202012Validator)


def test_the_language_is_the_companys_unless_asked(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "acme.xlsx"
    write_company(build(company=[{"code": "X", "name": "x", "language": "en"}]), path, "en")
    assert "Findings" in run(capsys, "check", str(path), "--as-of", "2026-06-30")[1]
    assert "断点" in run(capsys, "check", str(path), "--as-of", "2026-06-30", "--lang", "zh")[1]


def test_a_unit_narrows_lists_but_no_figure(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    whole, part = document(capsys, book), document(capsys, book, "--unit", "U1")
    assert part["index"] == whole["index"]
    assert part["budget"] == whole["budget"]
    assert [goal["code"] for goal in part["goals"]] == ["G1"]  # type: ignore[attr-defined, index]
    assert {finding["subject"]["code"] for finding in part["findings"]} <= {"G1", "P2", "U1"}  # type: ignore[attr-defined, index]
    assert part["findings"]


def test_a_rule_narrows_the_findings(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    found = document(capsys, book, "--rule", "goal-orphan", "--rule", "GOAL-SMART")["findings"]
    assert {finding["rule"] for finding in found} == {"GOAL-ORPHAN", "GOAL-SMART"}  # type: ignore[attr-defined, index]


@pytest.mark.parametrize(("option", "value", "near"), [("--unit", "U9", "U1"), ("--rule", "GOAL-ORFAN", "GOAL-ORPHAN")])
def test_unknown_filters_name_what_is_near(
    capsys: pytest.CaptureFixture[str], book: Path, option: str, value: str, near: str
) -> None:
    status, out, err = run(capsys, "check", str(book), "--as-of", "2026-06-30", option, value)
    assert (status, out) == (2, "")
    assert near in err


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_file_that_cannot_be_read(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 not a workbook")
    status, out, err = run(capsys, "check", str(path), "--format", form)
    assert (status, out) == (2, "")
    if form == "json":
        schema = json.loads(run(capsys, "check", "--schema")[1])
        jsonschema.validate(json.loads(err), schema["$defs"]["problems"], jsonschema.Draft202012Validator)
    else:
        assert "无法读取" in err


def test_a_day_before_every_year_is_an_input_error(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, err = run(capsys, "check", str(book), "--as-of", "2001-01-01", "--format", "json")
    assert (status, out) == (2, "")
    problem = json.loads(err)[0]
    assert (problem["sheet"], problem["value"]) == ("cycles", "2001-01-01")
    assert "2001-01-01" in problem["message"]


def test_no_file_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, "check")
    assert status == 2
    assert "guantong check" in err


def test_a_bad_day_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["check", "x.xlsx", "--as-of", "30.6.2026"])
    assert "2026-06-30" in capsys.readouterr().err


def test_unknown_columns_are_named_and_the_check_goes_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = tmp_path / "acme"
    write_company(build(units=UNITS, people=PEOPLE), folder, "en")
    (folder / "units.csv").write_text(
        "code,name,parent,kind,colour,hed\nC,Acme,,company,red,\nU1,R,C,team,red,\nU2,S,C,team,red,\n", encoding="utf-8"
    )
    status, out, err = run(capsys, "check", str(folder), "--as-of", "2026-06-30", "--lang", "en")
    assert status == 0
    assert "Findings" in out
    assert "colour" in err
    assert "head" in err


def test_templates_are_written_once(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert run(capsys, "templates", str(tmp_path / "t"))[0] == 0
    assert sorted(path.suffix for path in (tmp_path / "t").iterdir()) == [".xlsx", ".xlsx"]
    status, _, err = run(capsys, "templates", str(tmp_path / "t"))
    assert status == 2
    assert "已存在" in err


def test_templates_where_nothing_can_be_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    status, _, err = run(capsys, "templates", str(tmp_path / "file" / "t"), "--lang", "en")
    assert status == 2
    assert "Cannot write" in err
