"""The table of docs/quality.md: where each rule fires, where it is silent, which tests hold its edges.

`python -m tests.architecture.quality_table` renews it.
"""

import datetime
import re
from collections import defaultdict

from guantong.demo.breaks import PLANTED
from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.check import check_company
from guantong.engine.parameters import RULES
from tests.architecture.tree import ROOT

DAY = datetime.date(2026, 11, 24)
PAGE = ROOT / "docs" / "quality.md"
HEAD = "| rule | fires in the demo on | silent in the twin | edges |\n|---|---|---|---|\n"


def table() -> str:
    """Return the table, one row per rule in the method's order."""
    subjects: dict[str, list[str]] = defaultdict(list)
    for planted in PLANTED:
        subjects[planted.rule].append(planted.subject)
    tests = marked_tests()
    twin = check_company(build_demo(DAY, "en", healthy=True), day_number(DAY))
    loud = {finding.rule for finding in twin.findings}
    rows = (
        f"| {rule} | {', '.join(subjects[rule])} | {'no' if rule in loud else 'yes'} | {', '.join(tests[rule])} |\n"
        for rule in RULES
    )
    return HEAD + "".join(rows)


def marked_tests() -> dict[str, list[str]]:
    """Return the names of the test files in which a marked test names each rule."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        marks = " ".join(re.findall(r"mark\.rule\(([^)]*)\)", path.read_text("utf-8")))
        for rule in sorted(set(re.findall(r'"([A-Z-]+)"', marks))):
            found[rule].append(path.name)
    return found


def main() -> None:
    """Write the table into the page."""
    text = PAGE.read_text("utf-8")
    PAGE.write_text(text[: text.index("| rule |")] + table(), encoding="utf-8")


if __name__ == "__main__":
    main()
