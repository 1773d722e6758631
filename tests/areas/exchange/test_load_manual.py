"""The manual's page of loading shows what the command writes, at any width and in both languages."""

from pathlib import Path

import pytest
from rich.cells import cell_len

from guantong.cli.main import main
from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.company import Company
from guantong.formats.workbook import write_company
from tests.conftest import ROOT
from tests.make.cells import cells_of, keep_rows, size_of
from tests.make.loading import ON, load

pytestmark = pytest.mark.django_db(transaction=True)


def changed(language: str) -> Company:
    """Return the demo as its strategy office might bring it up to date."""
    cells = cells_of(build_demo(ON, language))
    goals, people, entries = cells["goals"], cells["people"], cells["budget_entries"]
    goals["target"][goals["code"].index("C4")] = 110_000.0
    goals["due"][goals["code"].index("SAL1")] = float(day_number(ON.replace(month=11)))
    people["unit"][people["code"].index("P031")] = "SAL-N"
    people["base_bonus"][people["code"].index("P031")] += 500_000
    entries["amount"][0] += 123_456_78
    keep_rows(cells, "checkins", list(range(3, size_of(cells, "checkins"))))
    for column in cells["feedback"].values():
        column.append(column[-1])
    cells["feedback"]["code"][-1] = "FB8"
    return Company.build(cells)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_shows_what_the_command_writes(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, language: str
) -> None:
    load(build_demo(ON, language))
    write_company(changed(language), tmp_path / "NEV", language)
    status = main(["load", str(tmp_path / "NEV"), "--lang", language, "--on", ON.isoformat()])
    out = capsys.readouterr().out
    assert status == 1
    assert all(cell_len(line) <= 100 for line in out.splitlines()[:-1])
    assert out in (ROOT / "docs" / "manual" / f"load.{language}.md").read_text("utf-8")
