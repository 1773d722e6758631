"""Files that still have a code from before a row was renamed, whole or in part: they mean the row."""

from pathlib import Path
from typing import Any

import pytest

from guantong.audit.actions import Deed
from guantong.audit.models import Entry
from guantong.cli.main import main
from guantong.engine.company import Company
from guantong.formats.workbook import write_company
from guantong.organisation.actions import rename_record
from tests.make.cells import Cells, demo
from tests.make.kept import named
from tests.make.loading import AT, ON, load

pytestmark = pytest.mark.django_db(transaction=True)

RENAMED = {
    "goals": ("PRO3", "PRO30"),
    "people": ("P001", "CHIEF"),
    "units": ("RD", "RND"),
    "metrics": ("AUDIT", "AUDITS"),
}


@pytest.fixture
def before(settings: Any) -> Cells:
    """Give the cells of the demo as it was before rows of it were renamed in the database."""
    settings.GUANTONG_SMALL_COMPANY = -1
    cells = demo()
    load(Company.build(cells))
    company = named("NEV")
    for table, (old, new) in RENAMED.items():
        rename_record(company, Deed(company.pk, company.code, "operator", AT), table, old, new)
    return cells


def folder(cells: Cells, path: Path, *sheets: str) -> str:
    write_company(Company.build(cells), path, "en")
    for file in path.iterdir():
        if sheets and file.stem not in sheets:
            file.unlink()
    return str(path)


@pytest.mark.parametrize(
    "sheets", [(), ("actuals",), ("goals",), ("people",), ("units", "people"), ("responsibilities", "scorecards")]
)
def test_former_codes_in_a_file_change_nothing(
    before: Cells, capsys: pytest.CaptureFixture[str], tmp_path: Path, sheets: tuple[str, ...]
) -> None:
    entries = Entry.objects.count()
    path = folder(before, tmp_path / "NEV", *sheets)
    status = main(["load", path, "--company", "NEV", "--on", ON.isoformat(), "--lang", "en"])
    out, error = capsys.readouterr()
    assert (status, error) == (0, "")
    assert "The database has all this already" in out
    assert Entry.objects.count() == entries


@pytest.mark.parametrize("sheets", [(), ("goals",)])
def test_a_row_under_both_codes_is_refused_with_its_sheet(
    before: Cells, capsys: pytest.CaptureFixture[str], tmp_path: Path, sheets: tuple[str, ...]
) -> None:
    goals = before["goals"]
    for name, column in goals.items():
        column.append("PRO30" if name == "code" else column[goals["code"].index("PRO3")])
    entries = Entry.objects.count()
    path = folder(before, tmp_path / "NEV", *sheets)
    status = main(["load", path, "--company", "NEV", "--accept", "--on", ON.isoformat(), "--lang", "en"])
    out, error = capsys.readouterr()
    assert (status, out) == (2, "")
    assert "twice" in error
    assert "PRO30" in error
    assert "PRO3." in error
    assert Entry.objects.count() == entries
