"""Cells at the limits of what a file may hold come back from the database, and the trail writes them as a file does."""

import math
from pathlib import Path

import pytest

from guantong.cli.main import main
from guantong.demo.company import build_demo
from guantong.formats.workbook import read_company, write_company
from tests.make.cells import Cells, demo, size_of
from tests.make.loading import ON, last_changes, load, named, row_texts, state, stored

pytestmark = pytest.mark.django_db(transaction=True)

TEXTS = [
    "\\N", "\\", "a\\tb\\",
    "two\nlines\n\nmore", '"quoted", \'so\'', "=1+1", "{}", "NULL", "\\.", "'; DROP TABLE goals; --",
    "😀👩‍👩‍👧 é é", "中" * 32_767, "العربية עברית", "%s %(name)s", "true", "0",
]  # fmt: skip
CODES = ["代码 1", "Ünïcode-ß", "كود", "код", "😀", "0012", "a" * 200, "编" * 200, "_", "%", "\\N", "'", '"', "NULL"]


def at_the_limits() -> Cells:
    """Return the demo with metrics and plan entries whose cells are at every limit."""
    cells = demo()
    metrics, notes = cells["metrics"], cells["feedback"]
    for column in metrics.values():
        column += [column[0]] * len(CODES)
    metrics["code"][-len(CODES) :] = CODES
    metrics["best"][-5:] = [1e15, -1e15, 1e-100 * 2, 0.1 + 0.2, -0.0]
    metrics["decimals"][-3:] = [-1.0, 1e15, math.nan]
    metrics["note"][-len(CODES) :] = (TEXTS * 2)[: len(CODES)]
    cells["priorities"]["rank"] = [-1.0] * size_of(cells, "priorities")
    for column in notes.values():
        column += [column[0]] * len(TEXTS)
    notes["code"][-len(TEXTS) :] = [f"FBX{number}" for number in range(len(TEXTS))]
    notes["text"][-len(TEXTS) :] = TEXTS
    notes["received"][-2:] = [-25_202.0, 376_199.0]  # 1901-01-01 and 2999-12-31
    cells["positions"]["duties"][0] = ("a\\b", "一；二".replace("；", ","), '"', "x" * 1000)
    envelopes = cells["budget_envelopes"]
    envelopes["amount"][0] = 10**17
    return cells


def test_cells_at_the_limits_come_back() -> None:
    company = named(at_the_limits(), "LIMITS")
    load(company)
    assert stored("LIMITS") == company
    for table in ("metrics", "feedback", "positions", "budget_envelopes", "priorities"):
        told = [change.after for change in last_changes("LIMITS") if change.table == table]
        assert sorted(map(repr, map(sorted, map(dict.items, told)))) == sorted(
            repr(sorted(row.items())) for row in row_texts(company, table)
        )
    before = state("LIMITS")
    assert not load(company)
    assert state("LIMITS") == before


@pytest.mark.parametrize("currency", ["BHD", "JPY"])
def test_amounts_of_other_decimals_come_back(currency: str) -> None:
    cells = demo()
    cells["company"]["currency"] = [currency]
    cells["budget_envelopes"]["amount"][0] = 10**18 if currency == "BHD" else 10**15
    company = named(cells, "MONEY")
    load(company)
    assert stored("MONEY") == company


# --- Reports and exports -----------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_that_of_the_file(capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str) -> None:
    write_company(build_demo(ON, language), tmp_path / "NEV", language)
    day = ("--as-of", ON.isoformat(), "--fail-on", "never")
    assert main(["load", str(tmp_path / "NEV"), "--on", ON.isoformat()]) == 0
    capsys.readouterr()
    for form in ("json", "text"):
        for asked in ("zh", "en"):
            assert main(["check", str(tmp_path / "NEV"), *day, "--format", form, "--lang", asked]) == 0
            of_file = capsys.readouterr()
            assert main(["check", "--company", "NEV", *day, "--format", form, "--lang", asked]) == 0
            assert capsys.readouterr() == of_file


@pytest.mark.parametrize("form", ["NEV.xlsx", "NEV"])
def test_what_is_exported_is_what_was_loaded(capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str) -> None:
    company = build_demo(ON, "en")
    load(company)
    path = str(tmp_path / form)
    assert main(["export", path, "--company", "NEV", "--as-of", ON.isoformat()]) == 0
    assert read_company(path).company == company
    assert main(["export", path, "--company", "NEV"]) == 2
    assert "NEV" in capsys.readouterr().err
    assert not load(read_company(path).company)
