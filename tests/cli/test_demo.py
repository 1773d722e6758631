"""`guantong demo` from the outside, and what the command line does with pipes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from guantong.cli.main import main
from guantong.demo.company import build_demo
from guantong.engine.calendar import date_of
from guantong.formats.workbook import read_company

DAY = "2026-09-30"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(arguments)
    out, err = capsys.readouterr()
    return status, out, err


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("language", "words"), [("zh", ["打通度", "先修哪里"]), ("en", ["Connection index", "Mend first"])]
)
def test_the_demo_shows_where_its_thread_breaks(
    capsys: pytest.CaptureFixture[str], language: str, words: list[str]
) -> None:
    status, out, err = run(capsys, "demo", "--lang", language, "--as-of", DAY)
    assert (status, err) == (0, "")
    assert all(word in out for word in words)
    assert "GOAL-PRIORITY" in out


@pytest.mark.django_db(transaction=True)
def test_the_demo_is_in_the_database_unless_there_is_a_real_company(capsys: pytest.CaptureFixture[str]) -> None:
    from guantong.organisation.queries import list_companies

    assert "guantong check --company NEV" in run(capsys, "demo", "--as-of", DAY)[1]
    said = run(capsys, "demo", "--as-of", DAY, "--format", "json")[1]
    assert run(capsys, "check", "--company", "NEV", "--as-of", DAY, "--format", "json", "--fail-on", "never")[1] == said
    assert [(company.code, company.is_demo) for company in list_companies()] == [("NEV", True)]
    assert run(capsys, "demo", "--as-of", "2026-10-31")[0] == 0
    said = run(capsys, "demo", "--as-of", "2026-10-31", "--format", "json")[1]
    shown = run(capsys, "check", "--company", "NEV", "--as-of", "2026-10-31", "--format", "json", "--fail-on", "never")
    assert shown[1] == said
    assert run(capsys, "createcompany", "MINE", "Mine")[0] == 0
    assert "GUANTONG_DATA" in run(capsys, "demo", "--lang", "en", "--as-of", DAY)[1]


def test_the_demo_is_built_for_today_unless_told(capsys: pytest.CaptureFixture[str]) -> None:
    report = json.loads(run(capsys, "demo", "--format", "json")[1])
    assert report["company"] == "NEV"
    assert report["repair"][0]["rule"] == "GOAL-PRIORITY"


@pytest.mark.parametrize("form", ["demo.xlsx", "demo"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_saved_demo_says_what_the_demo_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, form: str, language: str
) -> None:
    path = tmp_path / form
    assert run(capsys, "demo", "--save", str(path), "--as-of", DAY, "--lang", language)[0] == 0
    assert read_company(path).company == build_demo(date_of(20726), language)
    shown = run(capsys, "demo", "--as-of", DAY, "--lang", language, "--format", "json")[1]
    assert run(capsys, "check", str(path), "--as-of", DAY, "--lang", language, "--format", "json")[1] == shown


def test_a_saved_demo_overwrites_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "demo.xlsx").write_text("mine")
    status, _, err = run(capsys, "demo", "--save", str(tmp_path / "demo.xlsx"))
    assert status == 2
    assert "已存在" in err
    assert (tmp_path / "demo.xlsx").read_text() == "mine"


def test_a_demo_that_cannot_be_saved(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, _, err = run(capsys, "demo", "--save", str(tmp_path / "no" / "demo.xlsx"), "--lang", "en")
    assert status == 2
    assert "Cannot write" in err


def test_a_reader_who_leaves_early_is_no_failure() -> None:
    command = [sys.executable, "-X", "utf8", "-m", "guantong", "demo", "--format", "json", "--as-of", DAY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal, which this system lacks")
def test_a_terminal_sees_colour_and_a_pipe_does_not(tmp_path: Path) -> None:
    command = [sys.executable, "-X", "utf8", "-m", "guantong", "demo", "--as-of", DAY]
    terminal, end = os.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "GUANTONG_DATA": str(tmp_path)}
    environment.pop("NO_COLOR", None)
    with subprocess.Popen(command, stdout=end, stderr=subprocess.DEVNULL, env=environment) as process:
        os.close(end)
        seen = b""
        try:
            while chunk := os.read(terminal, 65536):
                seen += chunk
        except OSError:
            pass  # the other end has closed
        assert process.wait(60) == 0
    os.close(terminal)
    assert b"\x1b[" in seen
    piped = subprocess.run(command, capture_output=True, check=True, timeout=60, env=environment)
    assert b"\x1b[" not in piped.stdout
    assert piped.stderr == b""
