"""Files that are no workbooks, broken ones, and ones made to harm: a clear message, never a traceback."""

import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guantong.formats.csv_rows import CsvRows
from guantong.formats.problems import InputError
from guantong.formats.workbook import read_company
from tests.make.files import SOUND, Sheets, as_csv, as_xlsx, problems_of

PATIENT = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


def kinds(path: Path) -> list[str]:
    return [problem.kind for problem in problems_of(path)]


def test_what_is_no_workbook(tmp_path: Path) -> None:
    cases = {
        "empty.xlsx": (b"", "empty_file"),
        "text.xlsx": (b"code,name\nA,a\n", "not_a_workbook"),
        "old.xls": (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "encrypted"),
        "cut.xlsx": (b"PK\x03\x04" + b"\0" * 40, "damaged"),
    }
    for name, (content, kind) in cases.items():
        (tmp_path / name).write_bytes(content)
        assert kinds(tmp_path / name) == [kind], name
    assert kinds(tmp_path / "nowhere.xlsx") == ["missing_file"]
    (tmp_path / "empty").mkdir()
    assert kinds(tmp_path / "empty") == ["empty_folder"]


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert kinds(tmp_path / "a.xlsx")[0] in ("not_a_workbook", "damaged")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_part_in_an_unknown_encoding_is_damage(tmp_path: Path, part: str) -> None:
    sound = as_xlsx(SOUND, tmp_path / "sound.xlsx")
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(sound) as source, zipfile.ZipFile(broken, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == part:
                body = content.partition(b"?>")[2] if content.startswith(b"<?xml") else content
                content = b'<?xml version="1.0" encoding="Um8-8"?>' + body.replace(b"<sheetData>", b'<sheetData a="e">')
            target.writestr(name, content)
    assert kinds(broken) == ["damaged"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = as_xlsx(SOUND, tmp_path / "bomb.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * (64 << 20))
    assert kinds(path) == ["too_large"]


def test_a_cell_far_away_is_refused(tmp_path: Path) -> None:
    for place in ("XFD1048576", "ZZ3", "CZ480000", "A900000", "AZ399999"):
        book = openpyxl.load_workbook(as_xlsx(SOUND, tmp_path / "far.xlsx"))
        book["people"][place] = "x"
        book.save(tmp_path / "far.xlsx")
        assert "too_large" in kinds(tmp_path / "far.xlsx")


def test_spreadsheet_errors_and_uncalculated_formulas_are_named(tmp_path: Path) -> None:
    path = as_xlsx(SOUND, tmp_path / "e.xlsx")
    book = openpyxl.load_workbook(path)
    book["people"]["B2"] = "#DIV/0!"
    book["people"]["B2"].data_type = "e"
    book["people"]["B3"] = "=A3"
    book.save(path)
    found = problems_of(path)
    assert [(problem.kind, problem.row, problem.column) for problem in found] == [
        ("spreadsheet_error", 2, "name"),
        ("formula_without_value", 3, "name"),
    ]
    assert found[0].value == "#DIV/0!"


def large(path: Path, **extra: str) -> Path:
    """Write a workbook whose people need more than a mebibyte; `extra` are formulas' shown values by cell."""
    people = [["code", "name", "unit"], *([f"P{number}", "x" * 20, "C"] for number in range(12_000))]
    with xlsxwriter.Workbook(path, {"constant_memory": False}) as book:
        for name, rows in {**SOUND, "people": people}.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
            if name == "people":
                for place, value in extra.items():
                    sheet.write_formula(place, "=1/0", None, value)
    return path


def test_a_large_sheet_is_screened_as_a_small_one_is(tmp_path: Path) -> None:
    assert len(read_company(large(tmp_path / "sound.xlsx")).company.people) == 12_000
    (error,) = problems_of(large(tmp_path / "error.xlsx", B7000="#DIV/0!"))
    assert (error.kind, error.row, error.column, error.value) == ("spreadsheet_error", 7000, "name", "#DIV/0!")
    assert kinds(large(tmp_path / "wide.xlsx", DA5="1")) == ["too_large"]
    assert (
        read_company(large(tmp_path / "formula.xlsx", B7000="seven")).company.people.name.tolist().count("seven") == 1
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'code,name,unit\nP1,"open,C\n', "bad_csv"),
        (b"code,name,unit\nP1,a\0b,C\n", "bad_csv"),
        (b"code;name;unit\nP1;a;C\n", "csv_delimiter"),
        (b"code\tname\tunit\nP1\ta\tC\n", "csv_delimiter"),
        (b"code,name,unit\nP1,a,C,extra\n", "extra_cells"),
        (b"code,name,unit\nP1,\xff\xff\xff,C\n", "bad_encoding"),
    ],
)
def test_csv_that_cannot_be_read(tmp_path: Path, content: bytes, kind: str) -> None:
    folder = as_csv({name: rows for name, rows in SOUND.items() if name != "people"}, tmp_path / "b")
    (folder / "people.csv").write_bytes(content)
    assert kind in kinds(folder)


@pytest.mark.parametrize(
    ("broken", "kind", "expected"),
    [
        ('P1,"a"b,C', "bad_csv", "quotes doubled"),
        ("P1,a\0b,C", "bad_csv", "without NUL"),
        ("P1,a,C,extra", "extra_cells", "at most 3 cells"),
        (";;,,", "code_sign", "without ;"),
    ],
)
def test_csv_says_the_row_of_a_fault_however_far_down(tmp_path: Path, broken: str, kind: str, expected: str) -> None:
    names = "员" * 200  # so long that the file is decoded in several blocks, and characters lie across their ends
    lines = [",,"] * 5000 + ["code,name,unit"] + [f"P{number},{names},C" for number in range(10, 9000)]
    lines[13_000] = broken
    folder = as_csv({name: rows for name, rows in SOUND.items() if name != "people"}, tmp_path / "b")
    (folder / "people.csv").write_text("\n".join(lines), encoding="utf-8")
    problem = problems_of(folder)[0]
    assert (problem.kind, problem.sheet, problem.row) == (kind, "people", 13_001)
    assert expected in problem.expected
    (folder / "people.csv").write_text("\n".join(lines), encoding="gb18030")
    assert problem in problems_of(folder)


def test_csv_rows_below_a_far_heading_are_all_read(tmp_path: Path) -> None:
    rows = [[], *([[""]] * 4095), ["code", "name", "unit"], *([f"P{at}", f"员工{at % 7}", "C"] for at in range(9000))]
    folder = as_csv({**SOUND, "people": rows}, tmp_path / "b")
    people = read_company(folder)
    assert people.row_numbers["people"][people.company.people.code.tolist().index("P8999")] == 4097 + 9000
    assert sorted(people.company.people.name.tolist()) == sorted(f"员工{at % 7}" for at in range(9000))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    sheets: Sheets = {**SOUND, "people": [["工号", "姓名", "组织单元"], ["P1", "李雷，工程师", "C"]]}
    reading = read_company(as_csv(sheets, tmp_path / "b", encoding))
    assert reading.company.people.name.tolist() == ["李雷，工程师"]


@PATIENT
@given(st.binary(max_size=2000))
def test_random_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("fuzz") / "a.xlsx"
    path.write_bytes(content)
    assert problems_of(path)


@PATIENT
@given(st.integers(0, 2**32), st.integers(1, 20))
def test_a_workbook_with_bytes_changed_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, seed: int, changes: int
) -> None:
    path = as_xlsx(SOUND, tmp_path_factory.mktemp("fuzz") / "a.xlsx")
    content = bytearray(path.read_bytes())
    dice = random.Random(seed)
    for _ in range(changes):
        content[dice.randrange(len(content))] = dice.randrange(256)
    path.write_bytes(content)
    refused_or_read(path)


@PATIENT
@given(st.lists(st.lists(st.text(max_size=8), max_size=5), max_size=6))
def test_any_csv_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]) -> None:
    folder = as_csv({**SOUND, "goals": rows}, tmp_path_factory.mktemp("fuzz") / "b", "utf-8")
    refused_or_read(folder)


@PATIENT
@given(
    st.lists(
        st.one_of(
            st.text(max_size=12), st.sampled_from(["C", "P1", "2026", "1e400", "-0", "=1+1", "٣", "½", "1/2", "２"])
        ),
        min_size=12,
        max_size=12,
    )
)
def test_any_cells_under_known_headings_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, cells: list[str]
) -> None:
    headings = "code name cycle unit owner parent target weight start personal rollup confirmed".split()
    folder = as_csv({**SOUND, "goals": [headings, cells]}, tmp_path_factory.mktemp("fuzz") / "b", "utf-8")
    refused_or_read(folder)


def refused_or_read(path: Path) -> None:
    try:
        read_company(path)
    except InputError:
        return


def test_csv_columns_of_many_different_and_of_few_different_cells_stay_as_they_are() -> None:
    rows = [[f"{at}", f"{at % 3}"] for at in range(140_000)]
    gathered = CsvRows("people")
    gathered.add([["code", "name"]])
    for start in range(0, len(rows), 10_000):
        gathered.add([list(row) for row in rows[start : start + 10_000]])
    different, few = gathered.raw_sheet("people").columns
    assert [list(row) for row in zip(different, few, strict=True)] == rows
    assert len(set(map(id, few))) == 3
