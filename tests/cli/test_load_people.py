"""`guantong load-people` from the outside: proposals, acceptance, the mapping that is kept, workbooks, bad input."""

import csv
import datetime
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from guantong.cli.main import main
from guantong.formats.people.problems import CURES
from guantong.formats.workbook import read_company
from guantong.messages.labels import label
from guantong.messages.people import kind_cure, kind_title
from tests.conftest import ROOT
from tests.make.files import SOUND, as_xlsx
from tests.make.people_files import people, units

pytestmark = pytest.mark.django_db(transaction=True)

ON = ("--on", "2026-06-30")
LIST = "工号,姓名,部门,上级\n1,李安,销售部,\n2,贝一,销售部,1\n3,齐达,研发部,9\n"


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    status = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, dict[str, Any]]:
    status, out, err = run(capsys, "load-people", *arguments, "--format", "json")
    assert err == ""
    return status, json.loads(out)


@pytest.fixture
def listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Give a list of people, beside a company without any."""
    assert run(capsys, "createcompany", "ACME", "示例公司")[0] == 0
    path = tmp_path / "员工.csv"
    path.write_text(LIST, "utf-8")
    return path


def exported(capsys: pytest.CaptureFixture[str], path: Path) -> Any:
    """Return the company of the database, with a year so that it can be read as a workbook."""
    assert run(capsys, "export", path, "--as-of", "2026-06-30")[0] == 0
    (path / "cycles.csv").write_text("code,name,start,end\n2026,2026,2026-01-01,2026-12-31\n", "utf-8")
    return read_company(path).company


def test_nothing_is_loaded_before_the_cures_are_accepted(
    listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, out, err = run(capsys, "load-people", listed, *ON)
    assert (status, err) == (1, "")
    assert out.endswith(label("load_people.waits", "zh", count="4") + "\n")
    assert not len(exported(capsys, tmp_path / "before").people)
    status, out, err = run(capsys, "load-people", listed, *ON, "--accept")
    assert (status, err) == (0, "")
    assert out.endswith(label("load_people.done", "zh", file="员工.csv", company="ACME") + "\n")
    company = exported(capsys, tmp_path / "after")
    assert people(company, "name", "unit", "manager") == {
        "1": ("李安", "销售部", None), "2": ("贝一", "销售部", "1"), "3": ("齐达", "研发部", None),
    }  # fmt: skip
    assert units(company, "name", "parent") == {
        "ACME": ("示例公司", ""), "研发部": ("研发部", "ACME"), "销售部": ("销售部", "ACME"),
    }  # fmt: skip


def test_a_second_load_changes_nothing_and_needs_no_acceptance(
    listed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from guantong.audit.models import Change, Entry

    run(capsys, "load-people", listed, *ON, "--accept")
    before = Entry.objects.count(), Change.objects.count()
    status, out, _ = run(capsys, "load-people", listed, "--on", "2026-07-15")
    assert (status, (Entry.objects.count(), Change.objects.count())) == (0, before)
    assert out.endswith(label("load_people.nothing", "zh") + "\n")


def test_the_mapping_is_kept_until_another_is_stated(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed.write_text("a,b,c\n1,李安,销售部\n", "utf-8")
    status, out, err = run(capsys, "load-people", listed)
    assert (status, out) == (2, "")
    assert err == label("load_people.mapping.no_code", "zh", known="a, b, c") + "\n"
    mapping = ("--map", "code=a", "--map", "name=b,unit=c")
    assert document(capsys, listed, *ON, *mapping, "--dry-run")[0] == 1
    assert run(capsys, "load-people", listed)[0] == 2
    assert document(capsys, listed, *ON, *mapping, "--accept")[1]["mapping"] == {
        "code": {"headings": ["a"], "source": "given"},
        "name": {"headings": ["b"], "source": "given"},
        "unit": {"headings": ["c"], "source": "given"},
    }
    status, again = document(capsys, listed, *ON)
    assert (status, again["outcome"]) == (0, "nothing")
    assert {entry["source"] for entry in again["mapping"].values()} == {"kept"}
    listed.write_text("a,b,d\n1,李安,销售部\n", "utf-8")
    words = label(
        "load_people.mapping.heading", "zh", value="c", near="—", target="unit", file="员工.csv", known="a, b, d"
    )
    assert run(capsys, "load-people", listed) == (2, "", words + "\n")
    assert document(capsys, listed, *ON, "--map", "code=a,unit=d")[1]["outcome"] == "nothing"


def test_a_preview_writes_nothing(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = document(capsys, listed, *ON, "--accept", "--dry-run")
    assert (status, found["outcome"]) == (0, "dry_run")
    assert found["changes"] == {"units": {"new": 3, "changed": 0}, "people": {"new": 3, "changed": 0}}
    assert document(capsys, listed, *ON)[1]["changes"] == found["changes"]


def test_json_lists_every_problem_with_its_cure(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, found = document(capsys, listed, *ON, "--lang", "en")
    assert (status, found["outcome"], found["company"]) == (1, "waits", "ACME")
    assert found["people"] == {"rows": 3, "active": 3, "left": 0}
    assert found["units"] == [
        {"code": "销售部", "name": "销售部", "people": 2},
        {"code": "研发部", "name": "研发部", "people": 1},
    ]
    assert found["problems"][-1] == {
        "kind": "unknown_manager",
        "row": 4,
        "subject": "3",
        "target": "manager",
        "value": "9",
        "cure": {"kind": "set", "to": None},
        "details": {},
        "message": "row 4  3  manager 9 → none",
    }
    chinese = document(capsys, listed, *ON)[1]
    for entry in (*found["problems"], *chinese["problems"]):
        assert entry.pop("message")
    assert chinese == found


def test_posts_hold_from_the_day_on(listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "load-people", listed, "--on", "2026-01-01", "--accept")
    listed.write_text(LIST.replace("2,贝一,销售部", "2,贝一,研发部"), "utf-8")
    assert run(capsys, "load-people", listed, "--on", "2026-07-01", "--accept")[0] == 0
    for day, unit in (("2026-06-30", "销售部"), ("2026-07-01", "研发部")):
        path = tmp_path / day
        assert run(capsys, "export", path, "--as-of", day, "--lang", "en")[0] == 0
        rows = csv.DictReader((path / "people.csv").read_text("utf-8-sig").splitlines())
        assert {row["code"]: row["unit"] for row in rows}["2"] == unit


def test_leavers_are_marked_where_that_is_asked(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "load-people", listed, *ON, "--accept")
    listed.write_text(LIST.replace("3,齐达,研发部,9\n", ""), "utf-8")
    assert document(capsys, listed, *ON)[1]["outcome"] == "nothing"
    status, found = document(capsys, listed, *ON, "--leavers")
    assert (status, [entry["kind"] for entry in found["problems"]]) == (1, ["not_in_file"])
    assert document(capsys, listed, *ON, "--leavers", "--accept")[1]["changes"] == {"people": {"new": 0, "changed": 1}}


@pytest.mark.parametrize("name", ["out.xlsx", "out"])
def test_a_company_with_the_people_is_written_as_a_workbook(
    listed: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    goals = [["code", "name", "cycle", "unit"], ["G", "Grow", "2026", "C"]]
    workbook = as_xlsx({**SOUND, "goals": goals}, tmp_path / "acme.xlsx")
    listed.write_text("工号,姓名,部门\nZ1,李安,销售新部\n", "utf-8")
    arguments = ("load-people", listed, *ON, "--workbook", workbook, "--save", tmp_path / name)
    assert run(capsys, *arguments)[0] == 1
    assert not (tmp_path / name).exists()
    assert run(capsys, *arguments, "--accept")[0] == 0
    before, after = read_company(workbook).company, read_company(tmp_path / name).company
    assert len(after.people) == len(before.people) + 1
    assert people(after, "unit")["Z1"] == ("销售新部",)
    assert after.goals.code.tolist() == ["G"]
    assert run(capsys, *arguments, "--accept")[:2] == (2, "")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("arguments", "key", "words"),
    [
        (["--workbook", "x.xlsx"], "errors.people_save", {}),
        (["--workbook", "x.xlsx", "--company", "ACME", "--save", "y"], "errors.source", {}),
        (["--company", "ACM"], "errors.company", {"value": "ACM", "near": "ACME"}),
        (["--map", 'code="工"号'], "load_people.mapping.form", {"value": '"工"号'}),
        (["--map", "code"], "load_people.mapping.form", {"value": "code"}),
        (["--map", "code=工号,code=姓名"], "load_people.mapping.twice", {"value": "code"}),
        (
            ["--map", "code=工号,name=名姓"],
            "load_people.mapping.heading",
            {"value": "名姓", "near": "—", "target": "name", "file": "员工.csv", "known": "工号, 姓名, 部门, 上级"},
        ),
    ],
)
def test_arguments_that_do_not_fit_are_told(
    listed: Path,
    arguments: list[str],
    key: str,
    words: dict[str, str],
    language: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = label(key, language, **words) if words else label(key, language)
    assert run(capsys, "load-people", listed, *arguments, "--lang", language) == (2, "", said + "\n")


def test_an_unknown_target_is_told_with_those_that_there_are(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "load-people", listed, "--map", "boss=上级", "--lang", "en")
    assert (status, out) == (2, "")
    assert "manager (manager)" in err
    assert "left_words" in err


def test_a_file_that_cannot_be_read_is_told(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed.write_bytes(b'a,b\n"1\n')
    status, out, err = run(capsys, "load-people", listed, "--format", "json")
    assert (status, out) == (2, "")
    assert [entry["row"] for entry in json.loads(err)] == [2]


def test_without_a_company_it_is_told_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "people.csv"
    path.write_text("code\n1\n", "utf-8")
    assert run(capsys, "load-people", path) == (2, "", label("errors.no_company", "zh") + "\n")


def test_a_unit_of_a_code_that_somebody_had_is_refused(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from guantong.organisation.models import Person

    run(capsys, "load-people", listed, *ON, "--accept")
    Person.objects.filter(code="3").update(removed_at="2026-07-01T00:00:00Z")
    listed.write_text(LIST.replace("3,齐达,研发部,9", "4,齐达,3,1"), "utf-8")
    status, out, err = run(capsys, "load-people", listed, *ON, "--accept")
    assert (status, out) == (2, "")
    assert err == label("errors.code_taken", "zh", table="组织单元", code="3", other="员工") + "\n"


def test_former_codes_lead_to_the_same_people_and_units(
    listed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from guantong.audit.actions import Deed
    from guantong.organisation.actions import rename_record
    from guantong.organisation.queries import list_companies

    run(capsys, "load-people", listed, *ON, "--accept")
    (company,) = list_companies()
    deed = Deed(company.pk, "ACME", "operator", datetime.datetime(2026, 7, 1, tzinfo=datetime.UTC))
    rename_record(company, deed, "people", "1", "E1")
    rename_record(company, deed, "units", "销售部", "SALES")
    assert document(capsys, listed, *ON)[1]["outcome"] == "nothing"
    listed.write_text(LIST.replace("贝一", "贝二"), "utf-8")
    assert document(capsys, listed, *ON, "--accept")[1]["changes"] == {"people": {"new": 0, "changed": 1}}
    found = people(exported(capsys, tmp_path / "out"), "name", "unit", "manager")
    assert found["2"] == ("贝二", "SALES", "E1")
    assert set(found) == {"E1", "2", "3"}


def test_long_lists_are_shown_in_part(listed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"{number},姓名{number},部门{number:02},9{number}" for number in range(1, 16)]
    listed.write_text("\n".join(["工号,姓名,部门,上级", *rows]), "utf-8")
    out = run(capsys, "load-people", listed, *ON, "--lang", "en")[1]
    assert "and 3 more units with 3 people" in out
    assert out.count("and 12 more\n") == 2
    assert len(document(capsys, listed, *ON)[1]["problems"]) == 31


@pytest.mark.full
def test_ten_thousand_people_load_in_one_go(
    shared_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = shared_data / "organisation" / "org_import_10k.csv"
    run(capsys, "createcompany", "EMP", "Employees", "--currency", "USD")
    status, found = document(capsys, path, *ON, "--accept")
    assert (status, found["outcome"]) == (0, "done")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if row["status"] == "active"]
    expected = Counter(row["department_code"] for row in rows)
    assert {entry["code"]: entry["people"] for entry in found["units"]} == expected
    company = exported(capsys, tmp_path / "out")
    employed = company.people.unit[company.people.left != company.people.left]
    assert Counter(company.units.code[employed].tolist()) == expected
    assert len(company.people) == 10_000
    assert document(capsys, path, "--on", "2026-07-31")[1]["outcome"] == "nothing"


@pytest.mark.parametrize(("language", "name", "code", "called"), [
    ("zh", "员工.csv", "SL", "示例公司"), ("en", "people.csv", "ACME", "Acme"),
])  # fmt: skip
def test_the_pages_of_the_manual_show_what_the_command_prints(
    language: str, name: str, code: str, called: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = (ROOT / "docs" / "manual" / f"load-people.{language}.md").read_text("utf-8")
    path = tmp_path / name
    path.write_text(page.split("```csv\n")[1].split("```")[0], "utf-8")
    run(capsys, "createcompany", code, called)
    out = run(capsys, "load-people", path, *ON, "--lang", language)[1]
    assert out in page
    for kind in CURES:
        assert f"| {kind_title(kind, language)} | {kind_cure(kind, language)} |" in page
    for line in out.splitlines():
        assert cell_len(line) <= 100 or "--map" in line
    option = re.search(r"--map '?([^'\n]*)", out)
    assert option is not None
    assert document(capsys, path, *ON, "--map", option[1])[1]["people"] == {"rows": 7, "active": 5, "left": 1}
