"""Blank workbooks: what a person sees in them, and that they read back as far as they go."""

from pathlib import Path

import openpyxl
import pytest

from guantong.engine.tables import TABLES
from guantong.formats.reference import main, reference_page
from guantong.formats.templates import write_templates
from guantong.formats.workbook import read_company
from tests.conftest import ROOT
from tests.make.files import problems_of


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_blank_workbook_has_headings_help_drop_downs_and_an_example(tmp_path: Path, language: str) -> None:
    start, whole = write_templates(tmp_path / "t", language)
    book = openpyxl.load_workbook(whole)
    names = [table.zh if language == "zh" else table.name for table in TABLES.values()]
    assert book.sheetnames[1:] == names
    assert len(openpyxl.load_workbook(start).sheetnames) < len(book.sheetnames)
    for table, name in zip(TABLES.values(), names, strict=True):
        sheet = book[name]
        headings = [cell.value for cell in sheet[1]]
        assert headings[0] == "#"
        assert [heading.rstrip("*") for heading in headings[1:]] == [
            column.zh if language == "zh" else column.name for column in table.columns
        ]
        assert [heading.endswith("*") for heading in headings[1:]] == [column.required for column in table.columns]
        assert sheet["A2"].value == ("例" if language == "zh" else "example")
        helped = [validation.prompt for validation in sheet.data_validations.dataValidation]
        assert len(helped) == len(table.columns)
        assert all(helped)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_blank_workbook_lacks_only_its_company(tmp_path: Path, language: str) -> None:
    for path in write_templates(tmp_path, language):
        assert {(problem.kind, problem.sheet) for problem in problems_of(path)} <= {
            ("not_one_company", "company"),
            ("no_root", "units"),
        }


def test_a_blank_workbook_filled_in_is_read(tmp_path: Path) -> None:
    path = write_templates(tmp_path, "zh")[0]
    book = openpyxl.load_workbook(path)
    for name in book.sheetnames[1:]:
        if name not in ("企业", "周期", "组织单元"):
            del book[name]
    book["企业"].append([None, None, "ACME", "示例公司"])
    book["周期"].append([None, 2026, "2026 年", "年度", None, "2026-01-01", "2026年12月31日"])
    book["组织单元"].append(["备注", "C", "示例公司", None, "公司"])
    book.save(path)
    reading = read_company(path)
    assert reading.warnings == ()
    assert reading.company.units.code.tolist() == ["C"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    write_templates(tmp_path, "en")[0].unlink()
    with pytest.raises(FileExistsError):
        write_templates(tmp_path, "en")
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_the_format_is_current(language: str) -> None:
    page = (ROOT / "docs" / "manual" / f"workbook.{language}.md").read_text(encoding="utf-8")
    assert page == reference_page(language), "renew it: python -m guantong.formats.reference"


def test_the_page_is_written_in_both_languages(tmp_path: Path) -> None:
    main(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["workbook.en.md", "workbook.zh.md"]
