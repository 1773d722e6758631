"""Files that hold a part of a company, and posts of people that hold from a day on."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from guantong.cli.main import main
from guantong.demo.company import build_demo
from guantong.engine.company import Company
from guantong.formats.workbook import write_company
from guantong.kit.records import DATED
from tests.make.cells import cells_of, demo, size_of
from tests.make.files import SOUND, as_csv
from tests.make.loading import ON, last_changes, load, named, state, stored

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def checks_wait(settings: Any) -> None:
    """Leave checking to the background, which is not there: these tests are about rows."""
    settings.GUANTONG_SMALL_COMPANY = 0


def folder(company: Company, path: Path, *sheets: str) -> str:
    """Write some sheets of a company."""
    write_company(company, path, "en")
    for file in path.iterdir():
        if file.stem not in sheets:
            file.unlink()
    return str(path)


def outcome(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


# --- Parts of a company ------------------------------------------------------------------------------


@pytest.mark.parametrize("sheets", [("goals",), ("company", "cycles"), ("actuals", "checkins", "people")])
def test_a_part_changes_its_sheets_alone(capsys: pytest.CaptureFixture[str], tmp_path: Path, sheets: Any) -> None:
    broken, healthy = (cells_of(build_demo(ON, "en", healthy=is_healthy)) for is_healthy in (False, True))
    kept = {name: columns for name, columns in broken.items() if name != "waivers"}
    load(Company.build(kept))
    for name in sheets:
        kept[name] = {**kept[name], **_renamed(kept[name])}
    path = folder(Company.build(kept), tmp_path / "part", *sheets)
    more = () if "company" in sheets else ("--company", "NEV")
    assert outcome(capsys, "load", path, "--on", ON.isoformat(), *more)[::2] == (0, "")
    assert stored("NEV") == Company.build(kept)
    assert {change.table for change in last_changes("NEV")} <= set(sheets)
    assert healthy != broken


def _renamed(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    return {name: [f"{cell}!" for cell in columns[name]] for name in ("name", "note", "risk") if name in columns}


def test_the_only_company_needs_no_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    company = named(demo(), "NEV")
    load(company)
    status, out, _ = outcome(capsys, "load", folder(company, tmp_path / "part", "goals"), "--lang", "en")
    assert (status, "already" in out) == (0, True)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh", ("目标", "责任人", "数据库里还引用", "请在文件中保留")),
        ("en", ("goals", "owner", "database still refers to", "Keep")),
    ],
)
def test_a_row_that_others_still_need_cannot_go(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    """The people's sheet lacks somebody who owns goals, and the goals are not in the file."""
    company = named(demo(), "NEV")
    load(company)
    before = state("NEV")
    goals = demo()["goals"]
    goal, owner = next(pair for pair in zip(goals["code"], goals["owner"], strict=True) if pair[1])
    path = Path(folder(company, tmp_path / "part", "people"))
    kept = [line for line in (path / "people.csv").read_text("utf-8-sig").splitlines() if not line.startswith(owner)]
    (path / "people.csv").write_text("\n".join(kept), encoding="utf-8")
    status, out, err = outcome(capsys, "load", str(path), "--company", "NEV", "--accept", "--lang", language)
    assert (status, out) == (2, "")
    (line,) = (line for line in err.splitlines() if words[0] in line and words[1] in line and owner in line)
    assert goal in line
    assert all(word in line for word in (*words, owner))
    assert state("NEV") == before


def test_a_code_that_the_database_has_in_another_sheet_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert outcome(capsys, "load", str(as_csv(SOUND, tmp_path / "a")))[0] == 0
    units = [*SOUND["units"], ["P2", "Labs", "C", "department"]]
    status, _, err = outcome(capsys, "load", str(as_csv({"units": units}, tmp_path / "b")), "--lang", "en")
    assert status == 2
    assert "people" in err
    assert "P2" in err


def test_an_empty_sheet_is_there_from_then_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert outcome(capsys, "load", str(as_csv(SOUND, tmp_path / "a")))[0] == 0
    path = str(as_csv({**SOUND, "goals": [["code", "name", "cycle", "unit"]]}, tmp_path / "b"))
    status, out, _ = outcome(capsys, "load", path, "--lang", "en", "--dry-run")
    assert (status, "goals" in out) == (0, True)
    assert "goals" not in stored("ACME").present
    status, out, _ = outcome(capsys, "load", path, "--format", "json")
    assert json.loads(out) == {"company": "ACME", "loaded": True, "sheets": ["goals"], "tables": {}, "rows": []}
    assert "goals" in stored("ACME").present
    assert "已有" in outcome(capsys, "load", path)[1] or "没有改动" in outcome(capsys, "load", path)[1]


def test_a_row_that_comes_back_is_restored(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    one = {**SOUND, "people": SOUND["people"][:2]}
    both = str(as_csv(SOUND, tmp_path / "both"))
    path = str(as_csv(one, tmp_path / "one"))
    assert outcome(capsys, "load", both)[0] == 0
    assert outcome(capsys, "load", path)[0] == 1
    assert len(stored("ACME").people) == 2
    assert outcome(capsys, "load", path, "--accept")[0] == 0
    assert [change.kind for change in last_changes("ACME")] == ["remove"]
    assert len(stored("ACME").people) == 1
    assert outcome(capsys, "load", both)[0] == 0
    assert [(change.kind, change.record) for change in last_changes("ACME")] == [("restore", "P2")]
    assert len(stored("ACME").people) == 2


# --- Posts that hold from a day on -------------------------------------------------------------------

JUNE, JULY, AUGUST = (datetime.date(2026, month, 1) for month in (6, 7, 8))


def with_posts(**posts: tuple[str, int]) -> Company:
    """Return a small company whose people have unit and pay base."""
    cells = cells_of(named(demo(), "NEV"))
    keep = ("company", "cycles", "units")
    people: dict[str, list[Any]] = {"code": list(posts), "name": list(posts)}
    people["unit"], people["base_bonus"] = map(list, zip(*posts.values(), strict=True))
    small = {**{name: cells[name] for name in keep}, "people": people}
    small["units"]["head"] = [""] * size_of(cells, "units")
    return Company.build(small)


def posts(on: datetime.date | None) -> dict[str, tuple[str, int]]:
    """Return who is where for what pay base on a day."""
    company = stored("NEV", on)
    people = company.people
    units = company.units.code[people.unit].tolist()
    return dict(zip(people.code.tolist(), zip(units, people.base_bonus.tolist(), strict=True), strict=True))


def test_a_post_holds_from_its_day_on() -> None:
    load(with_posts(P1=("RD", 100), P2=("MKT", 200)), on=JUNE)
    load(with_posts(P1=("MKT", 100), P2=("MKT", 200)), on=AUGUST)
    assert posts(AUGUST) == posts(None) == {"P1": ("MKT", 100), "P2": ("MKT", 200)}
    assert posts(AUGUST - datetime.timedelta(1)) == {"P1": ("RD", 100), "P2": ("MKT", 200)}
    assert posts(JUNE - datetime.timedelta(400)) == posts(JUNE)
    assert DATED["people"]._base_manager.count() == 3


def test_the_same_day_twice_keeps_the_last() -> None:
    load(with_posts(P1=("RD", 100)), on=JUNE)
    load(with_posts(P1=("MKT", 100)), on=JUNE)
    assert posts(None) == posts(JUNE - datetime.timedelta(1)) == {"P1": ("MKT", 100)}
    assert DATED["people"]._base_manager.count() == 1
    assert not load(with_posts(P1=("MKT", 100)), on=JUNE)


def test_a_change_between_two_days_ends_where_the_later_post_begins() -> None:
    load(with_posts(P1=("RD", 100)), on=JUNE)
    load(with_posts(P1=("MKT", 100)), on=AUGUST)
    load(with_posts(P1=("RD", 300)), on=JULY)
    assert [posts(day)["P1"] for day in (JUNE, JULY, AUGUST)] == [("RD", 100), ("RD", 300), ("MKT", 100)]


def test_somebody_new_and_somebody_who_has_gone() -> None:
    load(with_posts(P1=("RD", 100)), on=JUNE)
    load(with_posts(P2=("MKT", 50)), on=JULY)
    assert posts(None) == {"P2": ("MKT", 50)}
    assert posts(JUNE) == {"P2": ("MKT", 50)}
    load(with_posts(P1=("RD", 100), P2=("MKT", 50)), on=AUGUST)
    assert posts(None) == {"P1": ("RD", 100), "P2": ("MKT", 50)}
