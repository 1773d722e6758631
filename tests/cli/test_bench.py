"""`guantong bench`: the synthetic company is what it says, what is measured stands in the table; no time is judged."""

import io
import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.bench import BEGIN, END
from guantong.cli.bench_company import (
    AS_OF,
    BROKEN_RULES,
    BROKEN_SHARE,
    FAN_OUT,
    GOALS_PER_PERSON,
    GOALS_PER_TEXT,
    VALUES,
    SyntheticCompany,
    synthetic_company,
)
from guantong.cli.bench_document import measured_or_refused
from guantong.cli.bench_stages import FAMILY, chapters, measure_check, measure_reading, stage
from guantong.cli.bench_table import markdown_table, write_table
from guantong.cli.main import main
from guantong.cli.opening import UsageError
from guantong.engine.catalogue import CHAPTERS
from guantong.engine.check import Report, check
from guantong.engine.snapshot import Snapshot
from guantong.formats.workbook import read_company, write_company
from guantong.messages.labels import label

SIZE = 2_000


@pytest.fixture(scope="module")
def made() -> SyntheticCompany:
    return synthetic_company(SIZE)


@pytest.fixture(scope="module")
def report(made: SyntheticCompany) -> Report:
    return check(Snapshot(made.company, AS_OF))


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["bench", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


# The company


@pytest.mark.parametrize("size", [SIZE, 2_003, 12_345])
def test_the_company_has_the_shape_that_it_says(size: int) -> None:
    made = synthetic_company(size)
    company, goals = made.company, made.company.goals
    assert len(goals) == size
    assert len(company.people) == size // GOALS_PER_PERSON
    assert len(set(goals.name.tolist())) == -(-size // GOALS_PER_TEXT)
    parent = goals.parent.copy()
    orphans = made.broken["GOAL-ORPHAN"]
    assert set(np.flatnonzero(parent < 0)) == {0, *orphans}
    parent[orphans] = (orphans - 1) // FAN_OUT
    children = np.bincount(parent[1:])
    assert set(children[:-1]) == {FAN_OUT}
    assert 1 <= children[-1] <= FAN_OUT
    values = np.bincount(company.actuals.goal, minlength=size)
    assert set(values) == {0, VALUES}
    assert np.count_nonzero(values) / size == pytest.approx(0.1, abs=0.005)


@pytest.mark.parametrize("size", [SIZE, 12_345])
def test_two_goals_in_a_hundred_are_broken_each_once_and_the_check_finds_each(size: int) -> None:
    made = synthetic_company(size)
    broken = np.concatenate(list(made.broken.values()))
    assert len(broken) == len(set(broken)) == round(BROKEN_SHARE * size)
    assert tuple(made.broken) == BROKEN_RULES
    codes = made.company.goals.code
    found = {(one.rule, one.subject.code) for one in check(Snapshot(made.company, AS_OF)).findings}
    for rule, goals in made.broken.items():
        assert len(goals) >= round(BROKEN_SHARE * size) // len(BROKEN_RULES)
        assert {code for name, code in found if name == rule} == set(codes[goals])


def test_nothing_else_is_found_but_what_follows_from_the_breaks(made: SyntheticCompany, report: Report) -> None:
    found = Counter(one.rule for one in report.findings if one.rule not in BROKEN_RULES)
    lost = len(made.broken["GOAL-ORPHAN"]) + len(made.broken["GOAL-SMART"])
    assert found == {"CASCADE-SHORTFALL": lost, "TRACK-PLAN-LATE": len(made.broken["TRACK-GAP"])}


def test_figures_come_by_sums_and_by_weighted_means(made: SyntheticCompany, report: Report) -> None:
    entries = {entry["code"]: entry for entry in report.goals}
    top = entries[made.company.goals.code[0]]
    assert top["actual"] is None
    assert top["attainment"] == pytest.approx(1, abs=0.1)
    assert {entry["status"] for entry in report.goals} >= {"no_data", "exceeded", "behind", "alert"}


def test_the_same_company_comes_every_time_and_reads_back_as_it_is(made: SyntheticCompany, tmp_path: Path) -> None:
    assert synthetic_company(SIZE).company == made.company
    write_company(made.company, tmp_path / "company", "zh")
    reading = read_company(tmp_path / "company")
    assert not reading.warnings
    assert reading.company == made.company


# The stages


def test_every_stage_is_measured_against_a_copy_of_its_columns(made: SyntheticCompany, report: Report) -> None:
    checked, read = measure_check(SIZE), measure_reading(SIZE)
    speaking = chapters(made.company, silent=False)
    expected = ["rollup", *(FAMILY + chapter for chapter in speaking), "texts", "check"]
    assert [one.name for one in checked.stages] == expected
    assert [one.name for one in read.stages] == ["reading"]
    for one in (*checked.stages, *read.stages):
        assert min(one.seconds, one.copying, one.column_bytes) > 0
        assert one.passes == one.seconds / one.copying
    assert min(checked.memory, read.memory) > 2**20
    assert checked.counts["findings"] == len(report.findings)
    assert read.counts == {"goals": SIZE, "people": 400, "values": len(made.company.actuals)}


def test_a_pass_copies_the_columns_read_and_no_others(made: SyntheticCompany) -> None:
    company = made.company
    read = stage(
        "one", company, lambda seen: (seen.goals.is_choice("rollup", "sum"), seen.plan.leads_to, len(seen.people))
    )
    leads_to = company.plan.leads_to
    assert read.column_bytes == company.goals.rollup.nbytes + leads_to.offsets.nbytes + leads_to.values.nbytes


def test_chapters_speak_or_are_silent(made: SyntheticCompany) -> None:
    speaking, silent = (chapters(made.company, silent=each) for each in (False, True))
    assert sorted(speaking + silent) == sorted(CHAPTERS)
    assert "cascade" in speaking
    assert "meetings" in silent


# The command


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """Return the document of two sizes, and the Markdown written meanwhile."""
    path = tmp_path_factory.mktemp("bench") / "performance.md"
    path.write_text(f"# Mine\n\nbefore\n\n{BEGIN}\nwhat stood here\n{END}\n\nafter\n", encoding="utf-8")
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        arguments = ["--goals", "2500, 2000,2000", "--format", "json", "--lang", "en", "--write", str(path)]
        assert main(["bench", *arguments]) == 0
    assert list(path.parent.iterdir()) == [path]
    return json.loads(out.getvalue()), path.read_text(encoding="utf-8")


def test_the_document_says_what_was_measured_where_and_when(measured: tuple[dict[str, Any], str]) -> None:
    document = measured[0]
    assert [size["goals"] for size in document["sizes"]] == [2_000, 2_500]
    assert document["machine"]["numpy"] == np.__version__
    for size in document["sizes"]:
        assert [one["stage"] for one in size["stages"]][:2] == ["reading", "rollup"]
        assert all(one["passes"] > 0 for one in size["stages"])
    (growth,) = document["growth"]
    small, large = (
        next(one["seconds"] for one in size["stages"] if one["stage"] == "check") / size["goals"]
        for size in document["sizes"]
    )
    assert (growth["smaller"], growth["larger"]) == (2_000, 2_500)
    assert growth["check"] == pytest.approx(large / small)


def test_the_table_stands_between_the_markers_and_the_rest_is_kept(measured: tuple[dict[str, Any], str]) -> None:
    document, text = measured
    before, rest = text.split(BEGIN)
    table, after = rest.split(END)
    assert (before, after) == ("# Mine\n\nbefore\n\n", "\n\nafter\n")
    assert table == f"\n{markdown_table(document, 'en')}"
    assert "| Whole check | " in table
    assert document["date"] in table
    assert "what stood here" not in table


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_terminal(measured: tuple[dict[str, Any], str], language: str, width: int) -> None:
    file = io.StringIO()
    write_table(Console(width=width, file=file), measured[0], language)
    lines = file.getvalue().splitlines()
    assert all(cell_len(line.rstrip()) <= width for line in lines)
    assert label("bench.check", language) in file.getvalue()
    assert label("chapters.meetings", language) in file.getvalue().replace("\n", " ")


def test_what_was_not_read_is_a_dash(measured: tuple[dict[str, Any], str]) -> None:
    document = json.loads(json.dumps(measured[0]))
    document["sizes"][1]["stages"].pop(0)
    document["sizes"][1]["reading_memory_bytes"] = None
    lines = [line for line in markdown_table(document, "en").splitlines() if "eading" in line and line.startswith("|")]
    assert [line.count("—") for line in lines] == [1, 1]
    document["sizes"][0]["reading_memory_bytes"] = None
    assert label("bench.reading_memory", "en") not in markdown_table(document, "en")


def test_text_names_the_document_written(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.md"
    path.write_text(f"{BEGIN}{END}", encoding="utf-8")
    status, out, err = run(capsys, "--goals", "2000", "--lang", "en", "--write", str(path))
    assert (status, err) == (0, "")
    assert "Roll-up" in out
    assert str(path) in out
    assert path.read_text(encoding="utf-8").startswith(f"{BEGIN}\n\n")


@pytest.mark.parametrize("goals", ["", "1999", "1000001", "many", "-5", "2000,", "2e3", "２０００"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_other_numbers_of_goals_are_refused(capsys: pytest.CaptureFixture[str], goals: str, language: str) -> None:
    status, out, err = run(capsys, f"--goals={goals}", "--lang", language)
    assert (status, out) == (2, "")
    assert "2000" in err
    assert "10000,100000" in err


@pytest.mark.parametrize("text", ["", BEGIN, f"{END}\n{BEGIN}", f"{BEGIN}{END}{BEGIN}{END}", f"{BEGIN}{END}{END}"])
def test_a_document_without_place_for_the_table_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, text: str
) -> None:
    path = tmp_path / "mine.md"
    path.write_text(text, encoding="utf-8")
    status, out, err = run(capsys, "--lang", "en", "--write", str(path))
    assert (status, out) == (2, "")
    assert BEGIN in err
    assert path.read_text(encoding="utf-8") == text


def test_a_document_that_cannot_be_read_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    binary = tmp_path / "binary.md"
    binary.write_bytes(b"\xff\xfe\xfa")
    for path in (tmp_path / "none.md", tmp_path, binary):
        status, out, err = run(capsys, "--lang", "zh", "--write", str(path))
        assert (status, out) == (2, "")
        assert str(path) in err


def test_a_measurement_that_ends_before_its_time_says_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"3,000 goals .* --goals"):
        measured_or_refused(3_000, "en", os._exit, 3)
