"""`guantong smart` from the outside: letters and fields in both languages, standard input, days, bad input."""

import io
import json
import sys
from pathlib import Path

import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.main import main
from guantong.cli.smart_text import value_text, write_readings
from guantong.engine.reading import FIELDS, read_goal, stated_letters
from guantong.messages.labels import label
from tests.engine.goal_texts import DAY, TUNED

CASE = "2024 年第四季度客户满意度评分达到 4.8 分（满分 5 分），较上季度提升 0.3 分"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    status = main(["smart", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, object]:
    status, out, err = run(capsys, *arguments, "--format", "json")
    assert (status, err) == (0, "")
    loaded: dict[str, object] = json.loads(out)
    return loaded


def test_the_case_of_the_method_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, CASE)
    assert (status, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert [line[0] for line in lines[1:6]] == ["✓", "✓", "?", "?", "✓"]
    assert ["目标值", "4.8", "95%", "4.8", "分"] in lines
    assert [line[1] for line in lines if line[:1] == ["指标"]] == ["客户满意度评分"]
    assert [line[1] for line in lines if line[:1] == ["周期"]] == ["2024-Q4"]
    assert [line[1] for line in lines if line[:1] == ["基线值"]] == ["4.5"]


def test_a_wish_fails_s_m_and_t(capsys: pytest.CaptureFixture[str]) -> None:
    out = run(capsys, "Improve customer satisfaction", "--lang", "en")[1]
    assert [line.split()[0] for line in out.splitlines()[1:6]] == ["✗", "✗", "?", "?", "✗"]
    for reason in ("S.wish", "M.no_target", "A.unknown", "R.unknown", "T.none"):
        assert label(f"smart.reasons.{reason}", "en") in out


def test_json_holds_codes_values_confidence_and_spans(capsys: pytest.CaptureFixture[str]) -> None:
    text = "Cut lead time by 20% from 40 to 32 days by end of March"
    found = document(capsys, text, "--cycle-year", "2026", "--lang", "en")
    assert (found["as_of"], found["cycle_year"]) == ("2026-01-01", 2026)
    (entry,) = found["texts"]  # type: ignore[misc]
    assert entry["text"] == text
    assert entry["letters"]["M"] == {
        "passes": True,
        "reason": "target",
        "message": label("smart.reasons.M.target", "en"),
    }
    fields = entry["fields"]
    assert {name: field["value"] for name, field in fields.items()} == {
        "metric": "lead time",
        "unit": "days",
        "target": 32,
        "baseline": 40,
        "change": {"amount": -0.2, "relative": True},
        "due": "2026-03-31",
        "direction": "lower",
    }
    due = fields["due"]
    assert text[due["start"] : due["end"]] == "by end of March"
    assert 0 < due["confidence"] <= 1


def test_only_messages_depend_on_the_language(capsys: pytest.CaptureFixture[str]) -> None:
    zh, en = (document(capsys, CASE, "--as-of", "2026-01-01", "--lang", language) for language in ("zh", "en"))
    for found in (zh, en):
        for letter in found["texts"][0]["letters"].values():  # type: ignore[index]
            assert letter.pop("message")
    assert zh == en


@pytest.mark.parametrize(
    ("options", "due"),
    [
        (["--as-of", "2026-11-24"], "2027-03-31"),
        (["--as-of", "2026-11-24", "--cycle-year", "2026"], "2026-03-31"),
        (["--cycle-year", "2025"], "2025-03-31"),
    ],
)
def test_days_and_years(capsys: pytest.CaptureFixture[str], options: list[str], due: str) -> None:
    found = document(capsys, "3 月底前上线供应商门户", *options)
    assert found["texts"][0]["fields"]["due"]["value"] == due  # type: ignore[index]


def test_without_a_day_it_is_read_today(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(str(document(capsys, "今年完成")["as_of"])) == 10


def stdin(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_several_texts_and_standard_input(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, "\ufeff提升客户满意度\r\n\n  开店 100 家\n".encode())
    texts = document(capsys, "Launch 2 new models", "-")["texts"]
    assert [entry["text"] for entry in texts] == ["Launch 2 new models", "提升客户满意度", "开店 100 家"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("arguments", "content", "key"),
    [
        ([""], b"", "goal_text"),
        (["Sell", " "], b"", "goal_text"),
        (["-"], b"\n \n", "goal_text"),
        (["-"], b"\xff\xfe", "not_unicode"),
        (["\udcff"], b"", "not_unicode"),
        (["Sell", "--cycle-year", "3000"], b"", "cycle_year"),
        (["Sell", "--cycle-year", "1900"], b"", "cycle_year"),
    ],
)
def test_bad_input_is_told(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    content: bytes,
    key: str,
    language: str,
) -> None:
    stdin(monkeypatch, content)
    status, out, err = run(capsys, *arguments, "--lang", language)
    assert (status, out) == (2, "")
    assert err == label(f"errors.{key}", language, value=arguments[-1]) + "\n"


def test_a_year_that_is_no_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["smart", "Sell", "--cycle-year", "next"])
    assert refused.value.code == 2
    assert "--cycle-year" in capsys.readouterr().err


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [40, 80, 120])
def test_no_line_is_wider_than_the_terminal(language: str, width: int) -> None:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    write_readings(console, [(text.text, read_goal(text.text, DAY)) for text in TUNED], language)
    out = console.file.getvalue()  # type: ignore[attr-defined]
    assert max(cell_len(line.rstrip()) for line in out.splitlines()) <= width


def test_what_a_terminal_would_obey_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    assert "\x1b" not in run(capsys, "开店\x1b[31m 100 家\x07")[1]


def test_a_text_in_which_nothing_is_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert label("smart.nothing", "zh") in run(capsys, "好")[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_values_in_words(language: str) -> None:
    values = {value_text(value, language) for value in ("higher", "lower", "range", "milestone")}
    assert values == {label(f"smart.directions.{name}", language) for name in ("higher", "lower", "range", "milestone")}
    for name in FIELDS:
        assert label(f"smart.fields.{name}", language)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_its_words(language: str) -> None:
    for text in TUNED:
        for letter, (_, reason) in stated_letters(read_goal(text.text, DAY)).items():
            assert label(f"smart.reasons.{letter}.{reason}", language)


def test_the_pages_of_the_manual_show_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    pages = Path(__file__).resolve().parents[2] / "docs" / "manual"
    for language, text in (("zh", CASE), ("en", "Increase revenue by 20% year on year to $12M by end of March")):
        page = (pages / f"smart.{language}.md").read_text("utf-8")
        out = run(capsys, text, "--cycle-year", "2026", "--lang", language)[1]
        assert out in page
