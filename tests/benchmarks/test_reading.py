"""How long reading takes against the workbook library alone, in the same run. Printed, not judged."""

import datetime
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from guantong.cli.bench_company import Shape
from guantong.cli.bench_stages import measure_alone
from guantong.cli.bench_store_stages import measure_file, write_folder
from guantong.formats.workbook import read_company

ROWS = 100_000
ROUNDS = 3
YEAR = (datetime.datetime(2026, 1, 1, tzinfo=None), datetime.datetime(2026, 12, 31, tzinfo=None))  # noqa: DTZ001
GOALS = "code name cycle unit owner parent metric target baseline weight start due".split()


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bench") / "big.xlsx"
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as file:
        dated = file.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in {
            "company": [["code", "name"], ["X", "x"]],
            "units": [["code", "name", "kind"], ["C", "c", "company"]],
            "metrics": [["code", "name", "direction"], ["M", "m", "higher"]],
            "people": [["code", "name", "unit"], *([f"P{at}", f"员工{at}", "C"] for at in range(1000))],
        }.items():
            sheet = file.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        cycles = file.add_worksheet("cycles")
        cycles.write_row(0, 0, ["code", "name", "start", "end"])
        cycles.write_row(1, 0, ["2026", "y"])
        goals = file.add_worksheet("goals")
        goals.write_row(0, 0, GOALS)
        for at in range(ROWS):
            above = f"G{at // 10}" if at else ""
            cells = [f"G{at}", f"目标 {at}", "2026", "C", f"P{at % 1000}", above, "M", at * 1.5, at * 1.1, 0.5]
            goals.write_row(at + 1, 0, cells)
            for place, day in enumerate(YEAR):
                goals.write_datetime(at + 1, len(cells) + place, day, dated)
        for place, day in enumerate(YEAR):
            cycles.write_datetime(1, 2 + place, day, dated)
    return path


def seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def library_alone(path: Path) -> None:
    with CalamineWorkbook.from_path(str(path)) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


@pytest.mark.full
def test_reading_a_hundred_thousand_goals(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reference = seconds(lambda: library_alone(book))
    ours = seconds(lambda: read_company(book))
    assert len(read_company(book).company.goals) == ROWS
    with capsys.disabled():
        print(
            f"\nreading {ROWS:,} goals: {ours:.2f} s, the library alone {reference:.2f} s, ratio {ours / reference:.2f}"
        )


@pytest.mark.full
def test_a_million_goals_are_read_and_checked_within_four_gibibytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = measure_alone(write_folder, tmp_path / "company", 10 * ROWS, Shape())
    (reading, checking), findings = measure_alone(measure_file, folder)
    words = [f"{stage.name} {stage.seconds:.1f} s, {stage.memory / 2**30:.2f} GiB" for stage in (reading, checking)]
    with capsys.disabled():
        print(f"\n{folder.counts['goals']:,} goals: {'; '.join(words)}")
    assert findings == 28_572
    assert reading.memory < 1.25 * 2**30
    assert checking.memory < 4 * 2**30
