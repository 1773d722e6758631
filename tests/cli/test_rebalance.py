"""`guantong rebalance` from the outside: preview, JSON, copy, what is refused."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli import rebalance
from guantong.cli.main import main
from guantong.formats.workbook import TooManyRowsError, read_company, write_company
from tests.make.company import Row, build
from tests.make.measured import child, goal, metric

PEOPLE = [{"code": "P1", "name": "Ann", "unit": "HQ"}, {"code": "P2", "name": "李工", "unit": "HQ"}]
GOALS: list[Row] = [
    goal(name="Sales 100", target=100.0, retained=10.0, rollup="sum", owner="P1"),
    child("A", name="North", target=70.0, baseline=30.0, capacity=50.0, owner="P1"),
    child("B", name="南区", target=60.0, baseline=15.0, owner="P2"),
    child("C", name="West", target=5.0, capacity=60.0, status="closed"),
    goal("B1", parent="B", target=60.0),
    goal("D", target=5.0),
]


def write(path: Path, language: str = "en", **tables: Any) -> Path:
    given = {
        "company": [{"code": "X", "name": "Xavier", "language": language}],
        "units": [{"code": "HQ", "name": "Head", "kind": "company", "head": "P1"}],
        "people": PEOPLE,
        "metrics": [metric(aggregation="sum", decimals=0)],
        "goals": GOALS,
        **tables,
    }
    write_company(build(**given), path, language)
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write(tmp_path / "x.xlsx")


def run(
    capsys: pytest.CaptureFixture[str], book: Path, *arguments: str, day: str = "2026-01-01"
) -> tuple[int, str, str]:
    status = main(["rebalance", str(book), *arguments, "--as-of", day])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_preview_shows_carriers_sums_and_markup(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, err = run(capsys, book, "G")
    assert (status, err) == (0, "")
    lines = [line.split() for line in out.splitlines() if line.strip()]
    assert lines[0][-4:] == ["proportion", "to", "past", "actuals"]
    assert "Target in force 100, of which the goal retains 10" in out
    assert ["A", "North", "Ann", "70", "30", "50", "50", "-20"] in lines
    assert ["B", "南区", "李工", "60", "15", "—", "35", "-25"] in lines
    assert ["C*", "West", "—", "5", "—", "60", "5", "—"] in lines
    assert "Carriers together: 135 → 90" in out
    assert "Markup of this level: 45% → 0%" in out
    assert "* closed or past its due day" in out
    assert "hand their changed target on: B" in out
    assert "~" not in out


def test_json_holds_the_same(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, _ = run(capsys, book, "G", "--by", "equal", "--format", "json")
    document = json.loads(out)
    assert status == 0
    carriers = {entry["goal"]: entry for entry in document.pop("carriers")}
    assert document == {
        "schema": 1, "company": "X", "as_of": "2026-01-01", "goal": "G", "by": "equal", "target": 100, "retained": 10,
        "adds_up": True, "sum_before": 135, "sum_after": 90, "markup_before": 0.45, "markup_after": 0, "short": 0,
        "hand_on": ["B"],
    }  # fmt: skip
    assert carriers["A"] == {
        "goal": "A", "owner": "P1", "before": 70, "past": 30, "capacity": 50, "proposed": 43, "change": -27,
        "kept": False, "assumed": False,
    }  # fmt: skip
    assert carriers["B"]["proposed"] == 42
    assert (carriers["C"]["owner"], carriers["C"]["kept"]) == (None, True)


def test_too_small_capacities_end_with_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [GOALS[0], *({**row, "capacity": 20.0, "status": None} for row in GOALS[1:4])]
    status, out, _ = run(capsys, write(tmp_path / "small", goals=rows), "G")
    assert status == 1
    assert "Capacities are too small: 30 stay uncarried." in out
    assert "C~" in out
    assert "~ nothing to spread by is known" in out


def test_a_closed_carrier_without_target_is_shown_as_such(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [{**row, "target": None} if row["code"] == "C" else row for row in GOALS]
    out = run(capsys, write(tmp_path / "bare", goals=rows), "G")[1]
    assert ["C*", "West", "—", "—", "—", "60", "—", "—"] in [line.split() for line in out.splitlines()]
    assert "Carriers together: 130 → 90" in out


def test_levels_held_by_a_capacity_end_with_one(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = write(tmp_path / "level", metrics=[metric()])
    status, out, _ = run(capsys, path, "G")
    assert status == 1
    assert "keeps a carrier 50 away from the goal's target" in out
    assert "together" not in out
    document = json.loads(run(capsys, path, "G", "--format", "json")[1])
    assert (document["sum_before"], document["adds_up"]) == (None, False)


@pytest.mark.parametrize("name", ["copy.xlsx", "copy"])
def test_a_copy_has_the_new_targets_and_check_finds_no_break(
    capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path, name: str
) -> None:
    assert "CASCADE-MARKUP" in cascade(capsys, book, "2026-01-01")
    before = book.read_bytes()
    copy = tmp_path / name
    status, out, _ = run(capsys, book, "G", "--save", str(copy))
    assert status == 0
    assert f"wrote {copy}" in out
    assert "approval" not in out
    goals = read_company(copy).company.goals
    assert dict(zip(goals.code.tolist(), goals.target.tolist(), strict=True)) == {
        "A": 50, "B": 35, "B1": 60, "C": 5, "D": 5, "G": 100,
    }  # fmt: skip
    # B hands on what it had before: that level comes next.
    assert cascade(capsys, copy, "2026-01-01") == {"CASCADE-MARKUP": ["B"]}
    assert book.read_bytes() == before


def test_a_copy_of_a_goal_that_runs_waits_for_approval(
    capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.xlsx"
    assert "2 adjustments that wait for approval" in run(capsys, book, "G", "--save", str(copy), day="2026-03-31")[1]
    company = read_company(copy).company
    assert company.goals.code[company.adjustments.goal].tolist() == ["A", "B"]
    assert company.adjustments.evidence.tolist() == ["Calibration proposal for G, in proportion to past actuals"] * 2
    assert cascade(capsys, copy, "2026-03-31") == cascade(capsys, book, "2026-03-31")
    targets = [checked(capsys, path, "2026-03-31")["goals"] for path in (book, copy)]
    assert targets[0] == targets[1]


def checked(capsys: pytest.CaptureFixture[str], book: Path, day: str) -> dict[str, Any]:
    main(["check", str(book), "--as-of", day, "--format", "json"])
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def cascade(capsys: pytest.CaptureFixture[str], book: Path, day: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for finding in checked(capsys, book, day)["findings"]:
        if finding["rule"].startswith("CASCADE"):
            found.setdefault(finding["rule"], []).append(finding["subject"]["code"])
    return found


def test_nothing_is_overwritten(capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path) -> None:
    for path in (book, tmp_path):
        before = sorted(file.name for file in tmp_path.iterdir())
        status, out, err = run(capsys, book, "G", "--save", str(path), "--lang", "en")
        assert (status, out) == (2, "")
        assert "was not overwritten" in err
        assert sorted(file.name for file in tmp_path.iterdir()) == before


def test_what_cannot_be_written_leaves_nothing(
    capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, err = run(capsys, book, "G", "--save", str(tmp_path / "none" / "copy.xlsx"), "--lang", "en")
    assert (status, out) == (2, "")
    assert err.startswith("Cannot write")

    def refuse(*_: Any) -> None:
        raise TooManyRowsError("goals", 2_000_000)

    monkeypatch.setattr("guantong.cli.saving.write_company", refuse)
    status, out, err = run(capsys, book, "G", "--save", str(tmp_path / "copy.xlsx"))
    assert (status, out) == (2, "")
    assert "CSV folder" in err


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("GG", "There is no goal with code GG. Nearest: G"),
        ("D", "D has no carriers"),
        ("B", "retains"),
    ],
)
def test_a_goal_that_cannot_be_calibrated_is_told(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, code: str, words: str
) -> None:
    rows = [{**row, "retained": 60.0} if row["code"] == "B" else row for row in GOALS]
    for form in ("text", "json"):
        status, out, err = run(capsys, write(tmp_path / f"x-{form}", goals=rows), code, "--format", form)
        assert (status, out) == (2, "")
        assert words in err
        assert err.count("\n") == 1


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 99, 120])
def test_it_fits_the_terminal(book: Path, monkeypatch: pytest.MonkeyPatch, language: str, width: int) -> None:
    file = io.StringIO()
    monkeypatch.setattr(rebalance, "print_text", lambda write: write(Console(width=width, file=file)))
    main(["rebalance", str(book), "G", "--as-of", "2026-01-01", "--lang", language])
    lines = file.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= width
    assert "…" not in file.getvalue()
    assert ("North" in file.getvalue()) == (width >= 100)


@pytest.mark.parametrize("reason", ["not_there", "no_metric", "direction", "no_target", "no_carriers", "all_kept",
                                    "nothing_left", "no_basis"])  # fmt: skip
def test_every_refusal_has_its_words(reason: str) -> None:
    from guantong.messages.labels import label

    for language in ("zh", "en"):
        assert "G" in label(f"rebalance.refused.{reason}", language, goal="G", by="x")
