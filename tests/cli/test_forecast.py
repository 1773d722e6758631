"""`guantong forecast` from the outside: table, JSON, order, what is refused."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli import forecast
from guantong.cli.main import main
from guantong.engine.forecast import BASES, REASONS
from guantong.formats.workbook import write_company
from guantong.messages.labels import label
from tests.engine.test_forecast import months
from tests.make.company import Row, build
from tests.make.measured import goal, metric, objective

GOALS: list[Row] = [
    goal("SURE", name="On its way", target=1000.0),
    goal("LATE", name="预计完不成的销售目标", target=2_000_000.0),
    goal("FEW", name="Just begun", target=1.0),
    goal("WORD", name="Be nice", metric=None),
    goal("DONE", name="Over", target=600.0, due="2026-06-30"),
    goal("OPEN", name="Without target"),
    goal("OLD", name="Closed", target=600.0, status="closed"),
    goal("DRAFT", name="Draft", status="draft"),
]
ACTUALS = [row for code in ("SURE", "LATE", "DONE", "OPEN", "OLD", "DRAFT") for row in months(code, [100, 90, 110] * 2)]


def write(path: Path, goals: list[Row] = GOALS) -> Path:
    company = build(
        company=[{"code": "X", "name": "Xavier", "language": "en"}],
        units=[{"code": "HQ", "name": "Head", "kind": "company"}],
        metrics=[metric(aggregation="sum", decimals=0)],
        goals=goals,
        actuals=[row for row in ACTUALS + months("FEW", [1, 1]) if row["goal"] in {row["code"] for row in goals}],
    )
    write_company(company, path, "en")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write(tmp_path / "x.xlsx")


def run(capsys: pytest.CaptureFixture[str], book: Path, *arguments: str) -> tuple[int, str, str]:
    status = main(["forecast", str(book), *arguments, "--as-of", "2026-06-30"])
    out, err = capsys.readouterr()
    return status, out, err


def entries(capsys: pytest.CaptureFixture[str], book: Path, *arguments: str) -> list[dict[str, Any]]:
    return json.loads(run(capsys, book, *arguments, "--format", "json")[1])["goals"]  # type: ignore[no-any-return]


def test_the_likeliest_miss_comes_first_and_what_has_none_last(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, err = run(capsys, book)
    assert (status, err) == (0, "")
    lines = [line.split() for line in out.splitlines() if line.strip()]
    first = [line[0] for line in lines]
    assert [code for code in first if code in {row["code"] for row in GOALS}] == [
        "LATE", "SURE", "DONE", "OPEN", "FEW", "WORD",
    ]  # fmt: skip
    assert "too few values: 2 of 3" in out
    assert "an objective" in out
    done = next(line for line in lines if line[0] == "DONE")
    assert done[-5:] == ["600", "600", "—", "0%", "6"]
    assert next(line for line in lines if line[0] == "OPEN")[-2:] == ["—", "6"]


def test_json_holds_figures_and_reasons(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    document = json.loads(run(capsys, book, "--format", "json")[1])
    goals = {entry["goal"]: entry for entry in document.pop("goals")}
    assert document == {"schema": 1, "company": "X", "as_of": "2026-06-30", "interval": 0.8, "missed_by": 0.1}
    assert goals["FEW"] == {
        "goal": "FEW", "due": "2026-12-31", "actual": 2, "target": 1, "landing": None, "low": None, "high": None,
        "risk": None, "basis": None, "points": 2, "decimals": 0, "reason": "too_few",
    }  # fmt: skip
    sure = goals["SURE"]
    assert sure["landing"] == pytest.approx(600 / 181 * 365, rel=1e-11)
    assert sure["low"] < sure["landing"] < sure["high"]
    assert (sure["basis"], sure["reason"], goals["OPEN"]["risk"]) == ("run_rate", None, None)
    assert goals["LATE"]["risk"] > 0.99
    assert goals["WORD"]["decimals"] is None


def test_only_the_goals_that_are_named_closed_ones_too(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    assert [entry["goal"] for entry in entries(capsys, book, "OLD", "SURE", "OLD")] == ["SURE", "OLD"]
    assert "OLD" not in {entry["goal"] for entry in entries(capsys, book)}


@pytest.mark.parametrize(
    ("code", "words"),
    [("SUER", "There is no goal with code SUER. Nearest: SURE"), ("DRAFT", "Draft (DRAFT) is a draft")],
)
def test_a_goal_that_is_none_is_told(capsys: pytest.CaptureFixture[str], book: Path, code: str, words: str) -> None:
    status, out, err = run(capsys, book, code)
    assert (status, out) == (2, "")
    assert words in err
    assert err.count("\n") == 1


def test_without_goals_there_is_nothing_to_show(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "No published goals" in run(capsys, write(tmp_path / "none", []))[1]
    assert entries(capsys, tmp_path / "none") == []
    only = run(capsys, write(tmp_path / "word", [objective("WORD")]))[1]
    assert "No forecast" in only
    assert "landing" not in only.splitlines()[3]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 90, 120])
def test_it_fits_the_terminal(book: Path, monkeypatch: pytest.MonkeyPatch, language: str, width: int) -> None:
    file = io.StringIO()
    monkeypatch.setattr(forecast, "print_text", lambda write: write(Console(width=width, file=file)))
    main(["forecast", str(book), "--as-of", "2026-06-30", "--lang", language])
    text = file.getvalue()
    assert max(map(cell_len, text.splitlines())) <= width
    assert "…" not in text
    assert ("On its way" in text) == (width >= 90)
    assert (label("columns.actual", language) in text) == (width >= 120)


def test_every_basis_and_reason_has_its_words() -> None:
    for language in ("zh", "en"):
        assert all(label(f"forecast.bases.{basis}", language) for basis in BASES)
        assert all(label(f"forecast.reasons.{reason}", language, points=1, fewest=3) for reason in REASONS[1:])
