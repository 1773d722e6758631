"""`guantong simulate` from the outside: text and JSON in both languages, notes, options, input that is refused."""

import io
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.main import main
from guantong.cli.naming import Names
from guantong.cli.simulation_text import SimulationText
from guantong.formats.workbook import write_company
from tests.conftest import ROOT
from tests.make.company import Row, build
from tests.make.flow import ORDER, PRODUCT_LINES, node, tables

MONTH = 10_440.0
CALM = ("--cases", "200", "--variation", "0")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return written(tmp_path, ORDER, scenarios=PRODUCT_LINES)


def written(folder: Path, nodes: Sequence[Row], **more: Any) -> Path:
    """Write the process ORDER of some nodes as a workbook."""
    path = folder / "acme.xlsx"
    path.unlink(missing_ok=True)
    write_company(build(**tables(*nodes, **more)), path, "en")
    return path


def run(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str, language: str = "en") -> tuple[int, str, str]:
    status = main(["simulate", str(path), *arguments, "--as-of", "2026-06-30", "--lang", language])
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys: pytest.CaptureFixture[str], path: Path, *arguments: str, language: str = "en") -> dict[str, Any]:
    status, out, err = run(capsys, path, "ORDER", *arguments, "--format", "json", language=language)
    assert (status, err) == (0, "")
    found: dict[str, Any] = json.loads(out)
    return found


def cells(out: str, heading: str) -> list[str]:
    """Return the figures of one line of the text."""
    line = next(line for line in out.splitlines() if line.strip().startswith(f"{heading}  "))
    return line.strip().removeprefix(heading).split()


def notes(found: dict[str, Any]) -> dict[str, tuple[list[str], str]]:
    return {note["kind"]: (note["nodes"], note["message"]) for note in found["notes"]}


def test_the_manufacturer_side_by_side(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, err = run(capsys, book, "ORDER", "--scenario", "LINES", *CALM)
    assert (status, err) == (0, "")
    assert out.startswith("Simulation  Order to delivery (ORDER)\n  200 cases, the first 20 of them not counted")
    assert cells(out, "mean") == ["2,000", "1,400", "−30%"]
    assert cells(out, "95% interval of the mean") == "2,000 – 2,000 1,400 – 1,400 −600 to −600".split()
    assert cells(out, "longest path (as in check)") == ["2,000", "1,400", "−30%"]
    assert cells(out, "working") == "720 · 36% 720 · 51.4% 0%".split()
    assert cells(out, "waiting") == "800 · 40% 680 · 48.6% −15%".split()
    assert cells(out, "queueing") == "0 · 0% 0 · 0% —".split()
    assert "Product lines" in out
    assert "The same cases travel in both columns" in out


def test_without_a_scenario_there_is_one_column(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    out = run(capsys, book, "ORDER", *CALM)[1]
    assert cells(out, "mean") == ["2,000"]
    assert "change" not in out
    assert "The same cases" not in out


def test_json_holds_the_figures_of_both_ways_and_their_change(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    found = document(capsys, book, "--scenario", "LINES", *CALM, "--seed", "9")
    settings = {
        key: found[key] for key in ("process", "name", "as_of", "cases", "warm_up", "fill", "seed", "variation")
    }
    assert settings == {
        "process": "ORDER", "name": "Order to delivery", "as_of": "2026-06-30", "cases": 200, "warm_up": 20, "fill": 0,
        "seed": 9, "variation": 0,
    }  # fmt: skip
    assert (found["company"], found["month_minutes"], found["volume"]) == ("ACME", MONTH, None)
    today, scenario, change = found["today"], found["scenario"], found["change"]
    assert set(today["lead_minutes"].values()) == {2_000}
    assert (scenario["code"], scenario["name"], scenario["path_minutes"]) == ("LINES", "Product lines", 1_400)
    assert (today["handoffs"], scenario["handoffs"], change["handoffs"]) == (4, 0, -1)
    assert change["mean_minutes"] == {"value": -600, "low": -600, "high": -600}
    assert set(change["lead_minutes"].values()) == {-0.3}
    assert change["parts"] == {"working": 0, "waiting": pytest.approx(-0.15), "queueing": None, "handoff": -1}
    assert today["parts"]["handoff"] == {"minutes": 480, "share": pytest.approx(0.24)}
    assert today["nodes"][1] == {
        "code": "N2", "servers": None, "visits": 1, "pace": None, "expected_utilisation": None, "utilisation": None,
        "queue": None, "queue_minutes": None, "waiting_minutes": 390,
    }  # fmt: skip


def test_only_names_and_messages_of_the_json_depend_on_the_language(
    capsys: pytest.CaptureFixture[str], book: Path
) -> None:
    one, other = (document(capsys, book, *CALM, language=language) for language in ("zh", "en"))
    messages = [[note.pop("message") for note in found["notes"]] for found in (one, other)]
    assert one == other
    assert messages[0] != messages[1]
    assert "没有填写月处理量" in messages[0][0]


def test_a_seed_repeats_the_output_and_the_order_of_rows_does_not_matter(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    nodes = [{**row, "volume": 90.0, "capacity_minutes": 4 * MONTH} for row in ORDER]
    arguments = ("ORDER", "--cases", "300", "--scenario", "LINES", "--format", "json")
    path = written(tmp_path, nodes, scenarios=PRODUCT_LINES)
    one, again = run(capsys, path, *arguments)[1], run(capsys, path, *arguments)[1]
    turned = run(capsys, written(tmp_path, nodes[::-1], scenarios=PRODUCT_LINES[::-1]), *arguments)[1]
    other_seed = run(capsys, path, *arguments, "--seed", "2")[1]
    assert one == again == turned != other_seed


def test_nodes_that_queue_show_how_busy_they_are(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    nodes = [{**row, "volume": 90.0, "capacity_minutes": 4.5 * MONTH} for row in ORDER]
    plan = [
        {"code": "S", "name": "More", "process": "ORDER", "node": "N3", "unit": "PLANT", "capacity_minutes": 9 * MONTH}
    ]
    path = written(tmp_path, nodes, scenarios=plan)
    found = document(capsys, path, "--scenario", "S", "--cases", "4000")
    before, after = found["today"]["nodes"][2], found["scenario"]["nodes"][2]
    assert (before["servers"], before["pace"]) == (5, 0.9)
    assert before["expected_utilisation"] == pytest.approx(90 * 480 / (4.5 * MONTH))
    assert before["utilisation"] == pytest.approx(before["expected_utilisation"], rel=0.1)
    assert after["utilisation"] == pytest.approx(before["utilisation"] / 2, rel=0.05)
    assert before["queue_minutes"] > after["queue_minutes"] >= 0
    text = run(capsys, path, "ORDER", "--scenario", "S", "--cases", "4000")[1]
    line = next(line for line in text.splitlines() if line.startswith("  N3 "))
    assert f"{before['utilisation']:.0%} → {after['utilisation']:.0%}" in line


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manual_shows_what_the_demo_says(capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str) -> None:
    path = tmp_path / "demo.xlsx"
    main(["demo", "--save", str(path), "--lang", language, "--as-of", "2026-06-30"])
    capsys.readouterr()
    status, out, _ = run(capsys, path, "OTD", "--scenario", "LINES", language=language)
    assert status == 0
    page = (ROOT / "docs" / "manual" / f"simulate.{language}.md").read_text(encoding="utf-8")
    sample = page.split("```text\n")[1].split("```")[0].splitlines()
    assert sample[0] == "$ guantong simulate demo.xlsx OTD --scenario LINES"
    assert sample[-1].strip() == "…"
    assert out.splitlines()[: len(sample) - 2] == sample[1:-1]


# Notes: what was taken for granted, and what the figures hold for


def test_notes_say_what_was_taken_for_granted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    nodes = [
        node("A", volume=100.0, processing_minutes=5.0) | {"next": [("B", 0.3), ("C", 0.3)]},
        node("B", "A", "C", volume=400.0, processing_minutes=5.0),
        node("C", processing_minutes=1.0),
        node("Z", "Y"), node("Y", "Z"),
    ]  # fmt: skip
    said = notes(document(capsys, written(tmp_path, nodes), *CALM))
    assert set(said) == {"start_assumed", "normalised", "unreached", "disagreement"}
    assert said["start_assumed"][0] == ["A"]
    assert said["normalised"] == (["A"], "Shares that do not add up to 100% were scaled: Step A (ORDER/A) 60%.")
    assert said["unreached"][0] == ["Y", "Z"]
    assert said["disagreement"][0] == ["A", "B"]
    assert "Step A (ORDER/A) 133.33 / 100, Step B (ORDER/B) 66.67 / 400" in said["disagreement"][1]


def test_a_note_says_where_there_is_more_work_than_capacity(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    nodes = [{**row, "volume": 100.0, "capacity_minutes": 4 * MONTH} for row in ORDER]
    plan = [
        {"code": "S", "name": "More", "process": "ORDER", "node": "N3", "unit": "PLANT", "capacity_minutes": 9 * MONTH}
    ]
    path = written(tmp_path, nodes, scenarios=plan)
    codes, message = notes(document(capsys, path, *CALM, "--scenario", "S"))["overloaded"]
    assert codes == ["N3"]
    assert message.startswith("today: as much work as capacity, or more, at Step N3 (ORDER/N3) 114.9%. The queue")
    assert "these 200 only" in message
    plan[0]["capacity_minutes"] = None
    plan[0]["waiting_minutes"] = 1.0
    path = written(tmp_path, nodes, scenarios=plan)
    found = document(capsys, path, *CALM, "--scenario", "S")
    assert [note["message"][:11] for note in found["notes"]] == ["today, More"]


# Words in a terminal


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_every_line_fits_the_terminal(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str, width: int
) -> None:
    nodes = [{**row, "volume": 100.0, "capacity_minutes": 4 * MONTH} for row in ORDER]
    path = written(tmp_path, nodes, scenarios=PRODUCT_LINES)
    found = document(capsys, path, *CALM, "--scenario", "LINES", language=language)
    console = Console(width=width, file=io.StringIO(), highlight=False)
    SimulationText(console, found, Names(build(**tables(*nodes)), language)).write()
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= width
    assert "{" not in text
    assert "…" not in text


# Input that cannot be used


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ORDR",), "There is no process with code ORDR. Nearest: ORDER"),
        (("ORDER", "--scenario", "LINE"), "no scenario LINE for the process Order to delivery (ORDER). There are: L"),
        (("ORDER", "--cases", "99"), "99 cases are too few: take at least 100."),
        (("ORDER", "--seed", "-1"), "-1 is no seed"),
        (("ORDER", "--variation", "-0.1"), "-0.1 is no variation"),
        (("ORDER", "--variation", "nan"), "nan is no variation"),
        (("ORDER", "--variation", "6"), "6.0 is no variation"),
        (("ORDER", "--cases", "9000000"), "takes too many steps for 9000000 cases"),
    ],
)  # fmt: skip
def test_options_that_make_no_sense_are_refused(
    capsys: pytest.CaptureFixture[str], book: Path, arguments: tuple[str, ...], message: str
) -> None:
    status, out, err = run(capsys, book, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("nodes", "message"),
    [
        ([], "The process Order to delivery (ORDER) has no nodes"),
        ([node("A", "B"), node("B", "A")], "never leave it from Step A (ORDER/A), Step B (ORDER/B)"),
        ([node("A", volume=1.0), node("B")], "Cases begin at several nodes, and Step B (ORDER/B) states no volume"),
        ([node("A", volume=0.0)], "enter a volume above 0 at Step A (ORDER/A)"),
        ([node("A", rework=-0.5)], "below 0 at Step A (ORDER/A)"),
        ([node("A")], "No node of the process Order to delivery (ORDER) states how long anything takes"),
        (
            [node("A", volume=5.0, processing_minutes=1.0, capacity_minutes=0.0)],
            "Cases come to Step A (ORDER/A), whose capacity is 0",
        ),
    ],
)
def test_processes_that_nobody_can_travel_are_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, nodes: list[Row], message: str
) -> None:
    path = written(tmp_path, nodes)
    for language in ("zh", "en"):
        status, out, err = run(capsys, path, "ORDER", language=language)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
        assert "{" not in err
    assert message in err


def test_capacity_taken_away_by_the_scenario_is_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    nodes = [{**row, "volume": 9.0} for row in ORDER]
    plan = [{"code": "S", "name": "None", "process": "ORDER", "node": "N4", "unit": "TEST", "capacity_minutes": 0.0}]
    status, out, err = run(capsys, written(tmp_path, nodes, scenarios=plan), "ORDER", "--scenario", "S")
    assert (status, out) == (2, "")
    assert "Step N4 (ORDER/N4), whose capacity is 0" in err


def test_a_company_without_processes_names_none(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "bare.xlsx"
    write_company(build(), path, "en")
    assert run(capsys, path, "OTD") == (2, "", "There is no process with code OTD. Nearest: —\n")


def test_nan_shares_never_reach_the_json(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    nodes = [node("A", processing_minutes=3.0) | {"next": [("B", math.nan)]}, node("B")]
    found = document(capsys, written(tmp_path, nodes), *CALM)
    assert found["today"]["parts"]["working"] == {"minutes": 3, "share": 1}
