"""The text report: what stands first, whose a finding is, widths."""

import datetime
import io
import re

import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.naming import Names
from guantong.cli.report_figures import number, percent
from guantong.cli.report_text import FINDINGS_SHOWN, ROWS_SHOWN, TextReport, by_owner
from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.check import Finding, Subject, check
from guantong.engine.snapshot import Snapshot
from tests.make.company import Row, snapshot

UNITS: list[Row] = [
    {"code": "C", "name": "公司", "kind": "company", "head": "P1"},
    {"code": "U1", "name": "研发中心", "kind": "department", "parent": "C", "head": "P2"},
]
PEOPLE: list[Row] = [{"code": "P1", "name": "李总", "unit": "C"}, {"code": "P2", "name": "吴工", "unit": "U1"}]


def text_of(taken: Snapshot, language: str = "zh", width: int = 80, colour: bool = False) -> str:
    console = Console(width=width, file=io.StringIO(), force_terminal=colour, highlight=False)
    TextReport(console, check(taken), Names(taken.company, language)).write()
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("language", "headings"),
    [("zh", ["打通度", "断点", "目标"]), ("en", ["Connection index", "Findings", "Goals"])],
)
def test_index_stands_before_findings_before_figures(language: str, headings: list[str]) -> None:
    goals = [{"code": "G", "name": "提升客户满意度", "cycle": "2026", "unit": "C", "owner": "P1"}]
    text = text_of(snapshot(units=UNITS, people=PEOPLE, goals=goals), language)
    places = [text.index(f"\n{heading}") for heading in headings]
    assert places == sorted(places)


@pytest.mark.parametrize("width", [40, 60, 100, 200])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_the_terminal(width: int, language: str) -> None:
    goals: list[Row] = [
        {
            "code": f"G{place}",
            "name": "提升客户满意度与品牌口碑的长期目标",
            "cycle": "2026",
            "unit": "U1",
            "owner": "P2",
        }
        for place in range(3)
    ]
    text = text_of(snapshot(units=UNITS, people=PEOPLE, goals=goals), language, width)
    assert max(cell_len(line) for line in text.splitlines()) <= width


def test_colour_only_where_the_terminal_has_it() -> None:
    taken = snapshot(units=UNITS, people=PEOPLE, goals=[])
    assert "\x1b[" not in text_of(taken)
    assert "\x1b[" in text_of(taken, colour=True)


def test_nobody_to_count_and_nothing_found_are_said() -> None:
    taken = snapshot(company=[{"code": "X", "name": "空", "settings": ["GOAL-HORIZON.mode=off"]}])
    text = text_of(taken)
    assert "没有可计入的在职员工" in text
    assert "没有断点。" in text


def test_waived_findings_are_counted() -> None:
    waivers = [{"rule": "GOAL-NOBODY", "subject": "P2", "approver": "P1", "reason": "新岗位"}]
    assert "另有 1 个断点已豁免" in text_of(snapshot(units=UNITS, people=PEOPLE, goals=[], waivers=waivers))


def test_long_lists_are_cut_and_say_so() -> None:
    many = FINDINGS_SHOWN + 5
    people = [*PEOPLE, *({"code": f"Q{place:04}", "name": "人", "unit": "U1"} for place in range(many))]
    goals: list[Row] = [
        {"code": f"G{place:04}", "name": "1", "cycle": "2026", "unit": "U1", "owner": "P2"}
        for place in range(ROWS_SHOWN + 2)
    ]
    text = text_of(snapshot(units=UNITS, people=people, goals=goals))
    assert "个断点未列出" in text
    assert "另有 2 行" in text


def test_money_and_cards_are_shown() -> None:
    taken = snapshot(
        units=UNITS,
        people=PEOPLE,
        metrics=[{"code": "M", "name": "m", "direction": "higher", "unit_of_measure": "x"}],
        goals=[{"code": "G", "name": "g", "cycle": "2026", "unit": "U1", "owner": "P2", "metric": "M", "target": 10.0}],
        actuals=[{"goal": "G", "date": "2026-05-31", "value": 9.0}],
        scorecards=[{"holder": "P2", "cycle": "2026", "goal": "G", "weight": 1.0}],
        budget_envelopes=[{"cycle": "2026", "amount": 123456789}],
        reward_schemes=[{"code": "S", "name": "s", "cycle": "2026", "pool": 100}],
        reward_members=[{"scheme": "S", "person": "P2", "base": 100}],
    )
    text = text_of(taken)
    assert "1,234,567.89" in text
    assert "吴工" in text
    assert "90%" in text


def finding(owner: str | None, severity: str, code: str = "G") -> Finding:
    return Finding("GOAL-OWNER", severity, Subject("goal", code), owner, {}, -1)


def test_who_has_most_errors_comes_first_and_nobody_last() -> None:
    findings = [
        finding(None, "error"),
        finding("P1", "warning"),
        finding("P1", "warning"),
        finding("P2", "error"),
        finding("P3", "warning"),
    ]
    assert [owner for owner, _ in by_owner(findings)] == ["P2", "P1", "P3", None]


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.525, "52.5%"), (1.0, "100%"), (-0.00001, "0%"), (None, "—"), (12.3456, "1,234.6%")]
)
def test_percent(ratio: float | None, text: str) -> None:
    assert percent(ratio) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(1234567.0, "1,234,567"), (4.8, "4.8"), (None, "—"), (0.0, "0"), (99.55, "99.55"), (2465753.4247, "2,465,753.4")],
)
def test_number(value: float | None, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 100, 120])
def test_names_keep_room_beside_big_money(width: int, language: str) -> None:
    """The demo's requests and links: names in at most three lines, every verdict beside its request."""
    day = datetime.date(2026, 9, 30)
    taken = Snapshot(build_demo(day, language), day_number(day))
    lines = text_of(taken, language, width).splitlines()
    requests = taken.company.budget_requests.code.tolist()
    first = next(place for place, line in enumerate(lines) if re.match(r"  B01 ", line))
    last = next(place for place, line in enumerate(lines) if re.match(r"  B15 ", line))
    assert last - first < 3 * len(requests)
    verdict = {"zh": "削减或加力", "en": "cut or"}[language]
    assert all(verdict in line for line in lines[first:last] if re.match(r"  B11 ", line))
    marketing = {"zh": "  市场营销", "en": "  marketing"}[language]
    row = next(line for line in lines[last:] if line.startswith(marketing))
    assert "550,879,629.63" in row
