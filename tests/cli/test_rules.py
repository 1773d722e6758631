"""`guantong rules` from the outside: the list, one rule, a company's settings, names that are none."""

import io
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from guantong.cli.main import main
from guantong.cli.rules_text import write_rule, write_rules
from guantong.engine.parameters import Parameters
from guantong.formats.workbook import write_company
from guantong.messages.explanations import Explanation, explained_rules, explanation
from guantong.messages.labels import label
from tests.make.company import build

SETTINGS = ["COLLAB-DUTY.mode=off", "GOAL-SMART.mode=block", "GOAL-FOCUS.max=5", "GOAL-CHALLENGE.person_low=1.25"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "acme.xlsx"
    company = [{"code": "X", "name": "x", "stage": "startup", "language": "en", "settings": SETTINGS}]
    write_company(build(company=company), path, "en")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["rules", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def squeezed(text: str) -> str:
    """Return a text without blanks and line breaks, which wrapping may put anywhere."""
    return "".join(text.split())


def line_of(out: str, rule: str) -> str:
    return next(line for line in out.splitlines() if line.split()[:1] == [rule])


def shown(rules: list[Explanation], language: str, width: int, colour: bool = False) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=colour, highlight=False)
    write_rules(console, rules, language, "mature")
    for rule in rules:
        write_rule(console, rule, language)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_holds_every_rule_under_its_chapter(capsys: pytest.CaptureFixture[str], language: str) -> None:
    status, out, err = run(capsys, "--lang", language)
    assert (status, err) == (0, "")
    listed = [line.split()[0] for line in out.splitlines() if line.split() and line.split()[0] in explained_rules()]
    assert listed == explained_rules()
    for rule in explained_rules():
        explained = explanation(rule, language, Parameters())
        heading = label(f"chapters.{explained.chapter}", language)
        assert f"\n{heading}\n" in out.split(f"  {rule} ")[0]
        assert squeezed(explained.title) in squeezed(out)
    assert line_of(out, "GOAL-FOCUS").endswith("max=7")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_one_rule_is_told_whole(capsys: pytest.CaptureFixture[str], language: str) -> None:
    status, out, err = run(capsys, "collab-weight", "--lang", language)
    assert (status, err) == (0, "")
    explained = explanation("COLLAB-WEIGHT", language, Parameters())
    texts = [explained.title, explained.what, explained.why, explained.cure, explained.example, "min=20%"]
    texts += [one.meaning for one in explained.parameters] + [meaning for _, meaning in explained.evidence]
    for text in texts:
        assert squeezed(text) in squeezed(out)
    assert "COLLAB-WEIGHT.mode=off" in out


def test_a_rule_without_parameters_can_be_switched_off(capsys: pytest.CaptureFixture[str]) -> None:
    assert "GOAL-ORPHAN.mode=off" in run(capsys, "GOAL-ORPHAN", "--lang", "en")[1]


def test_a_family_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "Collab", "--format", "json")[1]
    assert [entry["rule"] for entry in json.loads(out)["rules"]] == [
        "COLLAB-WEIGHT",
        "COLLAB-DUTY",
        "COLLAB-MISSING",
        "COLLAB-UNANSWERED",
        "COLLAB-LOCAL-OPTIMUM",
    ]


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize(("name", "near"), [("GOAL-SMRT", "GOAL-SMART"), ("coll", "COLLAB-DUTY"), ("", "—")])
def test_an_unknown_rule_names_the_nearest(capsys: pytest.CaptureFixture[str], name: str, near: str, form: str) -> None:
    status, out, err = run(capsys, name, "--format", form, "--lang", "en")
    assert (status, out) == (2, "")
    assert err.startswith(f"There is no rule {name}. Nearest: ")
    assert near in err
    assert err.count("\n") == 1


def test_json_holds_one_rule_in_codes_and_words(capsys: pytest.CaptureFixture[str]) -> None:
    entry = json.loads(run(capsys, "BSC-WEIGHT", "--format", "json", "--lang", "en")[1])
    texts = {key: entry.pop(key) for key in ("title", "what", "why", "cure", "example")}
    assert all(texts.values())
    evidence = entry.pop("evidence")
    assert [one["key"] for one in evidence] == ["sum", "cards"]
    assert entry.pop("parameters") == [
        {
            "name": "tolerance",
            "meaning": "how far from 100% the weights may add up",
            "value": 0.001,
            "default": 0.001,
            "source": "O",
        }
    ]
    assert entry == {
        "rule": "BSC-WEIGHT",
        "chapter": "scorecard",
        "severities": ["error"],
        "subjects": ["unit", "person"],
        "source": "G",
        "mode": "warn",
        "in_stage": True,
        "sheets": ["scorecards"],
    }


def test_json_of_the_list_has_the_stage_and_every_rule(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(run(capsys, "--format", "json")[1])
    assert document["stage"] == "mature"
    assert [entry["rule"] for entry in document["rules"]] == explained_rules()


def test_a_companys_own_settings_are_shown(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, err = run(capsys, "--in", str(book))
    assert (status, err) == (0, "")
    assert "stage: startup" in out.splitlines()[0]
    assert "  max=5 (default 7)\n" in out
    assert "[off]" in line_of(out, "COLLAB-DUTY")
    assert "[block]" in line_of(out, "GOAL-SMART")
    assert "[later stage]" in line_of(out, "BSC-MAP")
    assert "[" not in line_of(out, "GOAL-ORPHAN")


def test_a_rule_is_told_with_the_companys_own_values(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    out = run(capsys, "GOAL-FOCUS", "--in", str(book))[1]
    assert "or more than 5 (advice)" in out
    assert "Example (with the defaults)" in out
    assert "By default at most 7" in out
    assert "max=5" in out
    assert "silent at this stage" in run(capsys, "BSC-MAP", "--in", str(book))[1]
    document = json.loads(run(capsys, "--in", str(book), "--format", "json")[1])
    modes = {entry["rule"]: (entry["mode"], entry["in_stage"]) for entry in document["rules"]}
    assert document["stage"] == "startup"
    assert modes["COLLAB-DUTY"] == ("off", True)
    assert modes["BSC-MAP"] == ("warn", False)


def test_the_language_is_the_companys_unless_asked(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    assert run(capsys, "--in", str(book))[1].startswith("Rules")
    assert run(capsys, "--in", str(book), "--lang", "zh")[1].startswith("规则")
    assert run(capsys)[1].startswith("规则")


def test_a_file_that_cannot_be_read_is_told_as_by_check(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, err = run(capsys, "--in", str(tmp_path / "none.xlsx"), "--lang", "en")
    assert (status, out) == (2, "")
    assert "none.xlsx is not there" in err
    status, out, err = run(capsys, "--in", str(tmp_path / "none.xlsx"), "--format", "json")
    assert (status, out) == (2, "")
    assert [problem["value"] for problem in json.loads(err)] == [str(tmp_path / "none.xlsx")]


def test_what_is_passed_over_in_a_file_is_noted(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "acme"
    write_company(build(), path, "en")
    (path / "holidays.csv").write_text("day\n2026-01-01\n", encoding="utf-8")
    status, out, err = run(capsys, "--in", str(path), "--lang", "en")
    assert status == 0
    assert "holidays" in err
    assert "holidays" not in out


@pytest.mark.parametrize("width", [40, 60, 80, 120])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(width: int, language: str) -> None:
    parameters = Parameters.of("startup", SETTINGS)
    rules = [explanation(rule, language, parameters) for rule in explained_rules()]
    text = shown(rules, language, width)
    assert max(cell_len(line) for line in text.splitlines()) <= width
    assert "…" not in text
    for rule in rules:
        for part in (rule.title, rule.what, rule.why, rule.cure, rule.example):
            assert squeezed(part) in squeezed(text)


def test_titles_stand_below_where_there_is_no_room_beside() -> None:
    rules = [explanation("GOAL-HORIZON", "en", Parameters())]
    assert "error, warning" in shown(rules, "en", 40)
    assert "Mid/long-term" not in line_of(shown(rules, "en", 40), "GOAL-HORIZON")
    assert "Mid/long-term" in line_of(shown(rules, "en", 100), "GOAL-HORIZON")


def test_a_text_that_is_not_written_has_no_heading() -> None:
    whole = explanation("GOAL-HORIZON", "en", Parameters())
    bare = replace(whole, what="", why="", cure="", example="", evidence=())
    assert "What it finds" in shown([whole], "en", 80)
    for heading in ("What it finds", "Why it matters", "How to mend it", "Example", "Evidence"):
        assert heading not in shown([bare], "en", 80)


def test_colour_only_where_the_terminal_has_it() -> None:
    rules = [explanation("GOAL-HORIZON", "en", Parameters())]
    assert "\x1b[" not in shown(rules, "en", 80)
    assert "\x1b[" in shown(rules, "en", 80, colour=True)


def test_a_terminal_is_written_to_as_it_is(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    out = Text.from_ansi(run(capsys, "GOAL-FOCUS")[1]).plain
    assert "年度战略重点缺失或过多" in out
    assert max(cell_len(line) for line in out.splitlines()) <= 60


def test_a_pipe_gets_no_blanks_at_line_ends(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys)[1]
    assert out.endswith("\n")
    assert not [line for line in out.splitlines() if line != line.rstrip()]
