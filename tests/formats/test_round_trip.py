"""What is written reads back as the same company, in both forms and languages."""

import gc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from guantong.engine.company import Company
from guantong.engine.tables import SHARED_CODE_SPACES
from guantong.formats.problems import InputError
from guantong.formats.workbook import TooManyRowsError, read_company, write_company
from guantong.formats.writing import MOST_ROWS
from tests.make.drawn import NAN, tables


def test_shared_spaces_are_drawn_apart() -> None:
    assert all(len({table[:3] + table[-1] for table in space}) == len(space) for space in SHARED_CODE_SPACES)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["book.xlsx", "folder"])
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(cells=tables())
def test_read_after_write_is_the_identity(
    tmp_path_factory: pytest.TempPathFactory, form: str, language: str, cells: dict[str, dict[str, list[Any]]]
) -> None:
    company = Company.build(cells)
    path = tmp_path_factory.mktemp("trip") / form
    write_company(company, path, language)
    reading = read_company(path)
    assert reading.warnings == ()
    assert reading.company == company


def test_too_many_rows_are_refused_before_anything_is_written(tmp_path: Path) -> None:
    size = MOST_ROWS + 1
    company = Company.build(
        {"company": {"code": ["A"], "name": ["a"]}, "units": {"code": [str(n) for n in range(size)]}}
    )
    with pytest.raises(TooManyRowsError, match="CSV"):
        write_company(company, tmp_path / "a.xlsx", "en")
    assert list(tmp_path.iterdir()) == []


def test_reading_leaves_the_garbage_collector_as_it_was(tmp_path: Path) -> None:
    assert gc.isenabled()
    with pytest.raises(InputError):
        read_company(tmp_path / "nowhere.xlsx")
    assert gc.isenabled()


def test_a_second_writing_replaces_the_first(tmp_path: Path) -> None:
    one = Company.build(
        {
            "company": {"code": ["A"], "name": ["a"]},
            "cycles": {"code": ["2026"], "name": ["y"], "start": [20454.0], "end": [20818.0]},
        }
    )
    two = Company.build(
        {
            "company": {"code": ["B"], "name": ["b"]},
            "cycles": {"code": ["2026"], "name": ["y"], "start": [20454.0], "end": [20818.0]},
        }
    )
    for form in ("a.xlsx", "a"):
        write_company(one, tmp_path / form, "en")
        write_company(two, tmp_path / form, "en")
        assert read_company(tmp_path / form).company == two
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.xlsx"]


def test_a_folder_keeps_no_sheet_of_an_earlier_writing(tmp_path: Path) -> None:
    cells: dict[str, dict[str, list[Any]]] = {
        "company": {"code": ["A"], "name": ["a"]},
        "cycles": {"code": ["2026"], "name": ["y"], "start": [20454.0], "end": [20818.0]},
    }
    folder = tmp_path / "a"
    write_company(Company.build({**cells, "processes": {"code": ["R"], "name": ["r"]}}), folder, "zh")
    (folder / "读我.txt").write_text("mine", encoding="utf-8")
    write_company(Company.build(cells), folder, "en")
    assert sorted(path.name for path in folder.iterdir()) == ["company.csv", "cycles.csv", "读我.txt"]
    assert read_company(folder).company == Company.build(cells)


@pytest.mark.parametrize("form", ["book.xlsx", "folder"])
def test_shares_above_one_keep_their_percent_sign(tmp_path: Path, form: str) -> None:
    nodes: dict[str, list[Any]] = {
        "process": ["R", "R"],
        "code": ["A", "B"],
        "name": ["a", "b"],
        "next": [(("B", 1.5), ("A", 1e-5)), (("A", NAN),)],
        "rework": [2.5, NAN],
    }
    company = Company.build(
        {
            "company": {"code": ["A"], "name": ["a"]},
            "cycles": {"code": ["2026"], "name": ["y"], "start": [20454.0], "end": [20818.0]},
            "metrics": {"code": ["M"], "name": ["m"], "direction": [0], "alert_gap": [1.0000000000000002]},
            "processes": {"code": ["R"], "name": ["r"]},
            "process_nodes": nodes,
        }
    )
    write_company(company, tmp_path / form, "en")
    assert read_company(tmp_path / form).company == company
