"""A real organisation of 10,000 people, made by others, as a workbook of ours."""

import csv
from collections import Counter
from pathlib import Path

from guantong.engine.check import check_company
from guantong.formats.workbook import read_company
from tests.make.company import day
from tests.make.files import Sheets, as_csv, problems_of

LEFT_ON = "2024-12-31"


def organisation(rows: list[dict[str, str]]) -> Sheets:
    """Return people and departments as sheets."""
    departments = sorted({row["department_code"] for row in rows} - {""})
    people = [
        [
            row["emp_no"],
            f"{row['first_name']} {row['last_name']}",
            row["department_code"],
            row["manager_emp_no"],
            row["hire_date"],
            LEFT_ON if row["status"] != "active" else "",
            row["salary"],
        ]
        for row in rows
    ]
    return {
        "company": [["code", "name", "currency"], ["EMP", "Employees", "USD"]],
        "cycles": [["code", "name", "start", "end"], ["2026", "2026", "2026-01-01", "2026-12-31"]],
        "units": [
            ["code", "name", "parent", "kind"],
            ["root", "Employees", "", "company"],
            *([code, code, "root", "department"] for code in departments),
        ],
        "people": [["code", "name", "unit", "manager", "joined", "left", "base_bonus"], *people],
        "goals": [["code", "name", "cycle", "unit"]],
    }


def test_ten_thousand_people_are_read_and_checked(shared_data: Path, tmp_path: Path) -> None:
    with (shared_data / "organisation" / "org_import_10k.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (circle,) = problems_of(as_csv(organisation(rows), tmp_path / "as_it_is"))
    assert (circle.kind, circle.column, circle.details["path"]) == ("circle", "manager", "10039 → 10228 → 10039")
    next(row for row in rows if row["emp_no"] == "10039")["manager_emp_no"] = ""
    company = read_company(as_csv(organisation(rows), tmp_path / "mended")).company
    home = company.people.unit[company.people.unit >= 0]
    per_unit = Counter(company.units.code[home].tolist())
    assert per_unit == Counter(row["department_code"] for row in rows if row["department_code"])
    report = check_company(company, day("2026-06-30"))
    assert report.people == sum(row["status"] == "active" for row in rows) == 8064
    assert sum(finding.rule == "GOAL-NOBODY" for finding in report.findings) == report.people
