"""`guantong explain` from the outside: trees as text and JSON, cells that are there, addresses that name nothing."""

import csv
import datetime
import io
import json
import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.explain_text import TERMS_SHOWN, ExplainedText, shown_terms
from guantong.cli.main import main
from guantong.cli.naming import Names
from guantong.cli.term_words import TermWords, money_number
from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.company import Company
from guantong.engine.explain.addresses import FORMS, explain
from guantong.engine.explain.terms import Cell, Term
from guantong.engine.snapshot import Snapshot
from guantong.engine.tables import TABLES
from guantong.formats.workbook import Reading, read_company, write_company
from guantong.messages.labels import LANGUAGES
from guantong.messages.terms import _catalogue
from tests.make.formulas import every_term

DAY = datetime.date(2026, 11, 24)
ADDRESSES = [
    "goal:C4.attainment",
    "goal:C4.plan",
    "goal:C7.status",
    "goal:SAL1.known_weight",
    "scorecard:SAL",
    "reward:BONUS/P009",
    "index",
    "index:RD",
    "process:OTD.lead_minutes",
    "process:OTD.bottleneck",
    "request:B07",
    "budget.core_share",
]


@cache
def demo(language: str) -> Company:
    return build_demo(DAY, language)


@pytest.fixture(
    scope="module", params=[(language, form) for language in LANGUAGES for form in ("xlsx", "csv")], ids="-".join
)
def written(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """Write the demo company in each language, as .xlsx and as a folder of CSV files."""
    language, form = request.param
    path = tmp_path_factory.mktemp("demo") / (f"demo.{form}" if form == "xlsx" else "demo")
    write_company(demo(language), path, language)
    return language, path


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.xlsx"
    write_company(demo("en"), path, "en")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    status = main(["explain", *map(str, arguments), "--as-of", DAY.isoformat()])
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys: pytest.CaptureFixture[str], *arguments: Any) -> Any:
    status, out, err = run(capsys, *arguments, "--format", "json")
    assert (status, err) == (0, "")
    return json.loads(out)


def entries(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield tree
    for below in tree["terms"]:
        yield from entries(below)


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    """Return the rows of every sheet by its name in the file, read by other means than ours."""
    if path.is_dir():
        return {
            file.stem: list(csv.reader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
            for file in path.glob("*.csv")
        }
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in openpyxl.load_workbook(path).worksheets
    }


def plainly(value: Any) -> str:
    """Return a cell in a form in which the file's and ours compare: numbers by value, dates as ISO text."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()[:10]
    try:
        return str(Decimal(f"{float(value):.12g}").normalize())
    except ValueError:
        return str(value)


def test_every_cell_is_where_the_tree_says(capsys: pytest.CaptureFixture[str], written: tuple[str, Path]) -> None:
    language, path = written
    sheets = sheets_of(path)
    found = 0
    for figure in document(capsys, path, *ADDRESSES, "--depth", 6, "--lang", language)["figures"]:
        for entry in entries(figure):
            for cell in entry["cells"]:
                table = TABLES[cell["sheet"]]
                column = table.by_name[cell["column"]]
                rows = sheets[table.zh if language == "zh" else table.name]
                place = rows[0].index(column.zh if language == "zh" else column.name)
                value = rows[cell["row"] - 1][place]
                expected = cell["value"]
                if column.type == "choice" and language == "zh":
                    expected = column.choices[expected]
                if column.type == "bool" and language == "zh":
                    expected = {"yes": "是", "no": "否"}[expected]
                assert plainly(value) == plainly(expected), (entry["label"], cell)
                if len(entry["cells"]) == 1 and entry["name"] in ("value_row", "spend", "base"):
                    assert plainly(expected) == plainly(entry["value"])
                found += 1
    assert found > 300


def test_rows_are_those_of_a_shuffled_file_with_gaps(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    write_company(demo("en"), tmp_path / "demo", "en")
    path = tmp_path / "demo" / "goals.csv"
    rows = list(csv.reader(io.StringIO(path.read_text("utf-8"), newline="")))
    rows = [[], rows[0], *reversed(rows[1:60]), [], *rows[60:]]
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    placed = {row[0].lstrip("\ufeff"): number for number, row in enumerate(rows, start=1) if row}
    for code in ("C4", "SAL2", "P053A"):
        (figure,) = document(capsys, tmp_path / "demo", f"goal:{code}.target")["figures"]
        assert [cell["row"] for cell in figure["cells"]] == [placed[code]]


def test_json_is_what_the_check_says(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    main(["check", str(book), "--as-of", DAY.isoformat(), "--format", "json"])
    check = json.loads(capsys.readouterr().out)
    wanted = {
        "index": check["index"]["value"],
        "budget.core_share": check["budget"]["core_share"],
        **{f"reward:{entry['scheme']}/{entry['person']}": entry["amount"] for entry in check["rewards"][:9]},
        **{f"goal:{goal['code']}.gap": goal["gap"] for goal in check["goals"][:9]},
        **{f"request:{entry['code']}": entry["verdict"] for entry in check["budget"]["requests"][:9]},
        **{f"process:{entry['code']}.handoffs": entry["handoffs"] for entry in check["processes"]},
    }
    told = document(capsys, book, *wanted, "--depth", 0)
    assert {entry["address"]: entry["value"] for entry in told["figures"]} == wanted
    assert (told["company"], told["as_of"]) == ("NEV", "2026-11-24")


def test_json_nests_terms_with_words(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    (figure,) = document(capsys, book, "goal:P053A.attainment", "--depth", 1)["figures"]
    assert figure["label"] == "attainment · CNY 1.1 million from extended warranties (P053A)"
    assert figure["formula"] == "1 − (target − actual) ÷ target = 1 − (1,100,000 − 906,100) ÷ 1,100,000 = 82.4%"
    actual, target = figure["terms"]
    assert (actual["more"], actual["terms"], actual["unit"]) == (10, [], "CNY")
    assert target == {
        "name": "target",
        "label": "target · CNY 1.1 million from extended warranties (P053A)",
        "value": 1_100_000,
        "unit": "CNY",
        "cells": [{"sheet": "goals", "row": target["cells"][0]["row"], "column": "target", "value": 1_100_000}],
        "terms": [],
    }


SOLD = "75,002 + 57,330 + 93,331 + 87,191 + 90,276 + 109,559"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh",
            [
                "达成率 · CNY 1.1 million from extended warranties(P053A)  82.4%",
                "│  = 1 − (目标值 − 当前值) ÷ 目标值 = 1 − (1,100,000 − 906,100) ÷ 1,100,000 = 82.4%",
                "├─ 当前值  906,100 CNY",
                f"│  │  = Σ 实际值 = {SOLD} + … （共 10 项） = 906,100 CNY",
                "│  └─ … 下面还有 10 项",
            ],
        ),
        (
            "en",
            [
                "attainment · CNY 1.1 million from extended warranties (P053A)  82.4%",
                "│  = 1 − (target − actual) ÷ target = 1 − (1,100,000 − 906,100) ÷ 1,100,000 = 82.4%",
                "├─ actual  906,100 CNY",
                f"│  │  = Σ value = {SOLD} + … (10 in all) = 906,100 CNY",
                "│  └─ … 10 below",
            ],
        ),
    ],
)
def test_text_is_a_tree(book: Path, language: str, lines: list[str]) -> None:
    assert shown(book, "goal:P053A.attainment", language, 120, depth=1)[:5] == lines


@cache
def opened(book: Path) -> tuple[Reading, Snapshot]:
    reading = read_company(book)
    return reading, Snapshot(reading.company, day_number(DAY))


def shown(book: Path, address: str, language: str, width: int, depth: int = 9) -> list[str]:
    reading, seen = opened(book)
    words = TermWords(reading.company, reading.row_numbers, Names(reading.company, language))
    console = Console(width=width, file=io.StringIO(), highlight=False)
    ExplainedText(console, words, depth).write([explain(seen, address)])
    return [line.rstrip() for line in console.file.getvalue().splitlines()]  # type: ignore[attr-defined]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(book: Path, language: str, width: int) -> None:
    for address in ADDRESSES:
        lines = shown(book, address, language, width, depth=5)
        assert len(lines) > 6
        assert max(map(cell_len, lines)) <= width


@pytest.mark.parametrize(("language", "hint"), [("zh", "看得更深：--depth 4"), ("en", "To look deeper: --depth 4")])
def test_what_is_cut_off_is_counted(capsys: pytest.CaptureFixture[str], book: Path, language: str, hint: str) -> None:
    status, out, _ = run(capsys, book, "index", "goal:C4.target", "--depth", 2, "--lang", language)
    assert status == 0
    assert out.splitlines()[-1] == hint
    assert hint not in run(capsys, book, "goal:C4.target", "--lang", language)[1]


def test_of_many_alike_twenty_stand_and_single_ones_stay() -> None:
    many = [Term("value_row", float(place)) for place in range(30)]
    root = Term("actual", 1.0, opened=lambda: [*many, Term("value_count", 30, "count")])
    found = shown_terms(root)
    assert len(found) == TERMS_SHOWN
    assert found[-1].name == "value_count"
    assert [term.value for term in found[:-1]] == list(range(19))
    assert shown_terms(Term("actual", 1.0, opened=lambda: many[:20])) == many[:20]


def test_more_of_a_level_is_told(book: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (figure,) = document(capsys, book, "reward:BONUS/P009", "--depth", 4)["figures"]
    whole = next(entry for entry in entries(figure) if entry["name"] == "all_unit_weights")
    assert (len(whole["terms"]), whole["more"]) == (20, 5)
    out = run(capsys, book, "reward:BONUS/P009", "--depth", 4, "--lang", "zh")[1]
    assert "└─ … 还有 5 项" in out


@pytest.mark.parametrize(
    ("language", "address", "message"),
    [
        ("en", "goal:C44.gap", "There is no goal C44 in this check. Nearest: C4"),
        ("zh", "goal:C44.gap", "目标 C44 当日不在检查范围内。最接近：C4"),
        ("en", "goal:C4.gaps", "There is no figure gaps. There are: attainment, gap,"),
        ("en", "goal:C4", "There is no figure —. There are: attainment"),
        ("en", "scorecard:SALS", "SALS has no scorecard. Nearest: SAL"),
        ("zh", "scorecard:SAL/1999", "1999 周期没有这张计分卡。有：2026"),
        ("en", "reward:BONUSS/P009", "There is no reward scheme BONUSS in this check. Nearest: BONUS"),
        ("en", "reward:BONUS/P0099", "There is no person P0099 in this check. Nearest: P009"),
        ("en", "index:RDD", "There is no unit RDD in this check. Nearest: RD"),
        ("en", "process:OT.fit", "There is no process OT in this check. Nearest: OTD"),
        ("en", "request:B77", "There is no budget request B77 in this check. Nearest: B07"),
        ("en", "nothing", "nothing is no address of a figure. It is written as:"),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_an_unknown_address_is_refused(
    capsys: pytest.CaptureFixture[str], book: Path, language: str, address: str, message: str, form: str
) -> None:
    status, out, err = run(capsys, book, "index", address, "--lang", language, "--format", form)
    assert (status, out) == (2, "")
    assert err.startswith(message)
    if address == "nothing":
        assert [line.strip() for line in err.splitlines()[1:]] == list(FORMS.values())


def test_bad_calls_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, book: Path) -> None:
    status, out, err = run(capsys, book, "index", "--depth", -1)
    assert (status, out, err) == (2, "", "--depth 要写 0 或更大的整数，而不是 -1\n")
    status, out, err = run(capsys, tmp_path / "none.xlsx", "index", "--lang", "en")
    assert (status, out) == (2, "")
    assert "none.xlsx is not there" in err


def test_the_language_is_the_companys_unless_asked(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    assert run(capsys, book, "index", "--depth", 0)[1].startswith("connection index")
    assert run(capsys, book, "index", "--depth", 0, "--lang", "zh")[1].startswith("打通度")


def test_both_languages_say_the_same_things() -> None:
    zh, en = (_catalogue(language) for language in LANGUAGES)
    assert {section: set(words) for section, words in zh.items()} == {
        section: set(words) for section, words in en.items()
    }
    for section, words in zh.items():
        for name, text in words.items():
            holes = [sorted(re.findall(r"\{\w+\}", each)) for each in (text, en[section][name])]
            assert holes[0] == holes[1], (section, name)


def test_every_word_is_used() -> None:
    """A word of the catalogue that no module of the explanations names is one too many."""
    root = Path(__file__).resolve().parents[2] / "src" / "guantong" / "engine" / "explain"
    code = "\n".join(path.read_text("utf-8") for path in root.glob("*.py"))
    literals = set(re.findall(r'"([a-z_]+)"', code)) | set(re.findall(r"\{(\w+)\}", code))
    made = {f"{kind}_coefficient" for kind in ("personal", "unit", "company")}
    made |= {f"{end}_{what}" for end in ("low", "high") for what in ("score", "coefficient")}
    made |= {f"{level}_by_default" for level in ("threshold", "stretch")}
    for section in ("terms", "notes"):
        assert set(_catalogue("en")[section]) <= literals | made


def test_subjects_and_values_in_words() -> None:
    company = demo("en")
    seen = Snapshot(company, day_number(DAY))
    numbers = {table: range(2, 9999) for table in TABLES}
    for language in LANGUAGES:
        words = TermWords(company, numbers, Names(company, language))  # type: ignore[arg-type]
        for address in ADDRESSES:
            for term in islice(every_term(explain(seen, address)), 400):
                assert words.label(term)
                assert words.value(term)
                assert "{" not in words.formula(term)


def test_money_that_is_not_rounded_keeps_its_parts() -> None:
    assert money_number(12345, "CNY") == "123.45"
    assert money_number(Fraction(12345), "CNY") == "123.45"
    assert money_number(Fraction(1, 3), "CNY") == "0.003333"
    assert money_number(Fraction(-1, 3), "CNY") == "-0.003333"
    assert money_number(Fraction(1, 2), "CNY") == "0.005"
    assert money_number(Fraction(7, 2), "JPY") == "3.5"
    assert money_number(Fraction(1, 10**9), "CNY") == "0.00"
    assert money_number(Fraction(1, 10**9), "JPY") == "0"


def test_a_value_missing_or_negative_is_written_so() -> None:
    company = demo("en")
    words = TermWords(company, {}, Names(company, "en"))
    parts = [Term("gap", -3.0), Term("plan", None, unit="cars")]
    root = Term("actual", -2.5, unit="%", formula="{gap} × Σ{target} + max{gap}", opened=lambda: parts)
    assert words.formula(root) == "gap × Σ target + max(gap) = (-3) × 0 + max((-3)) = -2.5%"
    assert words.value(parts[1]) == "—"
    assert words.value(Term("gap", -150, "money")) == "-1.50"
    many = [Term("gap", float(place)) for place in range(9)]
    assert words.formula(Term("actual", 0.0, formula="min{gap}", opened=lambda: many)).endswith(
        "min(0, 1, 2, 3, 4, 5, … (9 in all)) = 0"
    )
    cell = Cell("goals", 0, "code")
    assert words.cell_entry.__self__ is words
    assert TermWords(company, {"goals": [7]}, Names(company, "zh")).cells(
        Term("person", "", "text", cells=(cell,))
    ) == [  # type: ignore[dict-item]
        "目标 第 7 行 编码"
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_manual_shows_what_the_command_writes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str
) -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "manual" / f"explain.{language}.md").read_text("utf-8")
    _, commands, _, tree, *_ = page.split("```\n")
    address = commands.split("demo.xlsx ")[2].split()[0]
    path = tmp_path / "demo.xlsx"
    write_company(demo(language), path, language)
    assert run(capsys, path, address)[1] == tree
    for form in re.findall(r"^\| `(\w+)", page, re.MULTILINE):
        assert form in FORMS
