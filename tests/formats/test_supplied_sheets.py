"""A company into which a file is loaded supplies the sheets that the file lacks, and is read for nothing else."""

from pathlib import Path

import pytest

from guantong.engine.company import Company
from guantong.formats.workbook import Into, read_company, write_company
from tests.make.cells import demo


def test_a_file_that_lacks_no_sheet_needs_no_company(tmp_path: Path) -> None:
    company = Company.build(demo())
    write_company(company, tmp_path / "whole", "en")

    def read() -> Company:
        pytest.fail("the company was read")

    reading = read_company(tmp_path / "whole", base=lambda _: Into(company.present, read, {}))
    assert reading.company == company


def test_a_sheet_that_the_file_lacks_comes_from_the_company(tmp_path: Path) -> None:
    company = Company.build(demo())
    write_company(company, tmp_path / "part", "en")
    (tmp_path / "part" / "goals.csv").unlink()
    reading = read_company(tmp_path / "part", base=lambda _: Into(company.present, lambda: company, {}))
    assert reading.company == company
    assert "goals" not in reading.row_numbers
