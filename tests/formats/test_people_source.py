"""Files of people as their makers write them: delimiters, encodings, workbooks, and those that cannot be read."""

from pathlib import Path

import openpyxl
import pytest

from guantong.formats.people.source import read_people_file
from guantong.formats.problems import InputError

LINES = "工号{0}姓名{0}部门\n1{0}张三{0}研发\n\n2{0}李四{0}销售\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "；", "，"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_any_delimiter_and_encoding(tmp_path: Path, delimiter: str, encoding: str) -> None:
    path = tmp_path / "名单.csv"
    path.write_bytes(LINES.format(delimiter).encode(encoding))
    file = read_people_file(path)
    assert file.headings == ("工号", "姓名", "部门")
    assert [list(column) for column in file.columns] == [["1", "2"], ["张三", "李四"], ["研发", "销售"]]
    assert (list(file.row_numbers), len(file)) == ([2, 4], 2)


def test_the_delimiter_is_that_of_the_headings(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_text('code;name;note\n1;"Lee, Ann";"a, b, c, d"\n', "utf-8")
    assert read_people_file(path).columns[1] == ["Lee, Ann"]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "empty"
    sheet = book.create_sheet("花名册")
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def test_the_first_filled_sheet_of_a_workbook(tmp_path: Path) -> None:
    rows = [["title"], [None], ["工号", None, "姓名"], [1, "x", "张三"], [None, None, None], [2, None, "=1/0"]]
    file = read_people_file(workbook(tmp_path / "people.xlsx", rows[2:]))
    assert file.headings == ("工号", "B", "姓名")
    assert list(file.columns[0]) == [1.0, 2.0]
    assert list(file.row_numbers) == [2, 4]
    assert file.marked == {(1, 2)}


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (None, "missing_file"),
        (b"", "empty_file"),
        (b"\n\n", "empty_file"),
        (b"code,name\n", "empty_file"),
        (b"code,name\n,\n", "empty_file"),
        (b"code,name\n1,a,b\n", "extra_cells"),
        (b'code,name\n1,"a\n', "bad_csv"),
        (b"code,name\n1,\x00\n", "bad_csv"),
        (b"code,name\n1,\xff\xff\n", "bad_encoding"),
    ],
)
def test_what_cannot_be_read_is_refused(tmp_path: Path, content: bytes | None, kind: str) -> None:
    path = tmp_path / "team.csv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_people_file(path)
    assert [problem.kind for problem in refused.value.problems] == [kind]


def test_a_folder_is_no_file_of_people(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_people_file(tmp_path)
    assert [problem.kind for problem in refused.value.problems] == ["unreadable_file"]


@pytest.mark.parametrize("content", [b"", b"no zip"])
def test_no_workbook_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "people.xlsx"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_people_file(path)
