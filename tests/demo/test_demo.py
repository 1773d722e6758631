"""The demo company: real enough to believe, broken only where it says so, on any day and in both languages."""

import dataclasses
import datetime
import re
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from guantong.demo.breaks import PLANTED, ROOT_BREAK
from guantong.demo.company import build_demo
from guantong.demo.organisation import HEADS, PARENTS
from guantong.engine.calendar import day_number
from guantong.engine.check import Report, check_company
from guantong.engine.company import Ragged, Rows
from guantong.engine.findings import RULES
from guantong.engine.tables import TABLES

LANGUAGES = ("zh", "en")
DEFAULT_DAY = datetime.date(2026, 11, 24)
MONTH_ENDS = tuple(
    datetime.date(2026 + month // 12, month % 12 + 1, 1) - datetime.timedelta(1) for month in range(1, 13)
)
ODD_DAYS = (
    datetime.date(2027, 1, 2),
    datetime.date(2026, 2, 3),
    datetime.date(2028, 2, 29),
    datetime.date(2026, 7, 14),
)
DAYS = (*MONTH_ENDS, DEFAULT_DAY, *ODD_DAYS)
MANUAL = Path(__file__).resolve().parents[2] / "docs" / "manual"
WORDS = ("text", "texts", "duties")
CHINESE = re.compile("[\u4e00-\u9fff]")


@cache
def report(day: datetime.date, language: str) -> Report:
    return check_company(build_demo(day, language), day_number(day))


def found(day: datetime.date, language: str) -> set[tuple[str, str, str]]:
    return {(finding.rule, finding.subject.code, finding.severity) for finding in report(day, language).findings}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_check_finds_what_is_planted_and_nothing_else(day: datetime.date, language: str) -> None:
    assert found(day, language) == {
        (planted.rule, planted.subject, planted.severity) for planted in PLANTED if planted.shows_on(day)
    }


def test_each_break_is_declared_once_with_both_texts() -> None:
    assert len({(planted.rule, planted.subject) for planted in PLANTED}) == len(PLANTED)
    for planted in PLANTED:
        chinese, english = planted.text
        assert CHINESE.search(chinese)
        assert english
        assert not CHINESE.search(english)


def test_every_rule_is_shown_at_the_latest_when_the_first_quarter_has_ended() -> None:
    assert {planted.rule for planted in PLANTED} == set(RULES)
    assert all(planted.shows_on(datetime.date(2026, 3, 31)) for planted in PLANTED)


def test_every_sheet_is_filled() -> None:
    company = build_demo(DEFAULT_DAY, "zh")
    assert company.present == frozenset(TABLES)
    assert all(len(rows) for rows in company)


def test_what_a_waiver_names_is_counted_and_not_found() -> None:
    told = report(DEFAULT_DAY, "zh")
    assert told.waived == 1
    assert "A7" not in {finding.subject.code for finding in told.findings}


@pytest.mark.parametrize(
    ("rule", "severities"),
    [
        ("GOAL-SMART", {"error", "warning"}),
        ("GOAL-CHILDLESS", {"error", "warning"}),
        ("GOAL-CHALLENGE", {"warning", "advice"}),
        ("CASCADE-MARKUP", {"error", "warning"}),
        ("BSC-PERSPECTIVE", {"error", "warning"}),
    ],
)
def test_rules_of_two_severities_show_both(rule: str, severities: set[str]) -> None:
    assert {planted.severity for planted in PLANTED if planted.rule == rule} == severities


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_thread_holds_for_some_and_breaks_at_every_link(day: datetime.date) -> None:
    told = report(day, "zh")
    assert 0.4 <= told.whole / told.people <= 0.7
    assert len(told.funnel) == 9
    assert all(lost > 0 for _, _, lost in told.funnel)
    assert all(loss["rule"] for loss in told.losses)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_one_root_break_stands_first_and_frees_most(day: datetime.date) -> None:
    first, second, *_ = report(day, "zh").repair
    assert (first["rule"], first["subject"].code) == ROOT_BREAK == (PLANTED[0].rule, PLANTED[0].subject)
    assert first["frees"] >= 12
    assert first["frees"] > 2 * second["frees"]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_languages_differ_in_words_only(day: datetime.date) -> None:
    assert wordless_report(report(day, "zh")) == wordless_report(report(day, "en"))
    chinese, english = build_demo(day, "zh"), build_demo(day, "en")
    assert chinese.present == english.present
    for mine, theirs in zip(chinese, english, strict=True):
        assert wordless(mine) == wordless(theirs), mine.table.name


def wordless_report(told: Report) -> Report:
    """Return a report without the names of milestones and scenarios, which are words."""
    findings = [
        dataclasses.replace(one, evidence={key: value for key, value in one.evidence.items() if key != "milestones"})
        for one in told.findings
    ]
    processes = [
        {**process, "scenarios": [{**scenario, "name": ""} for scenario in process["scenarios"]]}
        for process in told.figures["processes"]
    ]
    return dataclasses.replace(told, findings=findings, figures={**told.figures, "processes": processes})


def wordless(rows: Rows) -> list[str]:
    """Return the rows without their texts; in an order of their own, for milestones are sorted by name."""
    kept = [column.name for column in rows.table.columns if column.type not in WORDS and column.name != "language"]
    return sorted(str([cell(rows, name, row) for name in kept]) for row in range(len(rows)))


def cell(rows: Rows, name: str, row: int) -> object:
    """Return one cell as plain Python."""
    cells = getattr(rows, name)
    return cells.of(row) if isinstance(cells, Ragged) else cells[row].item() if cells.dtype != object else cells[row]


def test_english_has_no_chinese_and_chinese_has_every_text() -> None:
    chinese, english = build_demo(DEFAULT_DAY, "zh"), build_demo(DEFAULT_DAY, "en")
    for mine, theirs in zip(chinese, english, strict=True):
        for name, column in mine.table.by_name.items():
            if column.type == "text":
                words, others = getattr(mine, name), getattr(theirs, name)
                assert sum(map(bool, words)) == sum(map(bool, others)), f"{mine.table.name}.{name}"
                assert not any(map(CHINESE.search, others)), f"{mine.table.name}.{name}"
            elif column.type in WORDS:
                assert not CHINESE.search(str(getattr(theirs, name).values.tolist())), f"{mine.table.name}.{name}"


def test_lists_and_codes_hold_no_separator() -> None:
    for language in LANGUAGES:
        for rows in build_demo(DEFAULT_DAY, language):
            for name, column in rows.table.by_name.items():
                if column.type == "code":
                    assert not any(re.search("[;:/；：]", code) for code in getattr(rows, name))
                elif column.type in ("texts", "duties"):
                    assert not re.search("[;:；：]", str(getattr(rows, name).values.tolist()).replace("': '", ""))


def test_building_twice_gives_the_same() -> None:
    assert build_demo(DEFAULT_DAY, "zh") == build_demo(DEFAULT_DAY, "zh")
    assert build_demo(DEFAULT_DAY, "zh") != build_demo(DEFAULT_DAY, "en")


def test_the_organisation_has_its_levels_and_its_people() -> None:
    company = build_demo(DEFAULT_DAY, "zh")
    active = np.isnan(company.people.left)
    assert 45 <= int(active.sum()) <= 70
    assert (company.people.unit[active] >= 0).all()
    levels = {unit: 1 + bool(parent) + bool(PARENTS.get(parent)) for unit, parent in PARENTS.items()}
    assert set(levels.values()) == {1, 2, 3}
    assert set(company.people.code[active]) >= set(HEADS.values())
    managers = company.people.manager[active]
    assert (managers < 0).sum() == 1


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_nothing_has_happened_after_the_day(day: datetime.date) -> None:
    company, today = build_demo(day, "zh"), day_number(day)
    for table, column in (
        ("actuals", "date"),
        ("checkins", "date"),
        ("budget_entries", "date"),
        ("feedback", "received"),
        ("feedback", "answered"),
        ("milestones", "done"),
        ("contracts", "signed_by_manager"),
        ("goals", "confirmed"),
        ("reward_schemes", "paid"),
    ):
        dates = getattr(getattr(company, table), column)
        assert not (dates > today).any(), f"{table}.{column}"


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_figures_are_plausible(day: datetime.date) -> None:
    told = report(day, "zh")
    goals = {goal["code"]: goal for goal in told.goals}
    assert goals["C4"]["target"] == 100_000
    assert goals["C2"]["target"] == 100
    assert all((goal["actual"] or 0) >= 0 for goal in told.goals)
    assert goals["PRO3"]["gap_ratio"] <= 0 < goals["SCM1"]["gap_ratio"]
    assert goals["C4"]["actual"] == goals["SAL2"]["actual"] > 0
    assert all(0 <= card["score"] <= 120 for card in told.scorecards)
    alerts = [code for code, goal in goals.items() if goal["status"] == "alert" and goal["actual"] is not None]
    assert len(alerts) <= 15
    budget = told.budget
    assert budget.allocated is not None
    assert budget.envelope is not None
    assert budget.spent is not None
    assert budget.spent <= budget.envelope < budget.allocated
    assert 0.6 <= (budget.core_share or 0) < 0.7
    assert all(request["free"] >= 0 for request in told.figures["requests"])


def test_the_year_is_that_of_the_day_and_the_horizon_begins_with_it() -> None:
    company = build_demo(datetime.date(2031, 5, 6), "en")
    assert {"2030", "2031", "2031-Q4", "2031-33"} <= set(company.cycles.code)


def test_the_methods_figures_are_there() -> None:
    company = build_demo(DEFAULT_DAY, "zh")
    goals = company.goals
    target = dict(zip(goals.code, goals.target, strict=True))
    assert (target["C2"], target["C4"], target["C3"], target["C5"]) == (100, 100_000, 99.5, 720)
    assert (target["SAL-E1"], target["SAL-E2"], target["P009A"]) == (20, 20_000, 5)
    assert [target[code] for code in ("C6", "SVC1", "VAS1")] == [10_000_000, 12_000_000, 15_000_000]
    assert sum(target[f"P05{digit}A"] for digit in "3456") == 20_000_000
    row = list(goals.code).index("P060A")
    assert (goals.baseline[row], goals.target[row], company.metrics.best[goals.metric[row]]) == (4.5, 4.8, 5)
    entries = {company.plan.choice("element", entry) for entry in range(len(company.plan))}
    assert entries == set(TABLES["plan"].by_name["element"].choice_values) - {"culture"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_names_every_planted_break(language: str) -> None:
    page = (MANUAL / f"demo.{language}.md").read_text("utf-8")
    rows = [
        f"| {place} | {planted.rule} | {planted.subject} | {planted.since_text} "
        f"| {planted.text[LANGUAGES.index(language)]} |"
        for place, planted in enumerate(PLANTED, start=1)
    ]
    table = [line for line in page.splitlines() if re.match(r"\| \d+ \|", line)]
    assert table == rows
    told = report(DEFAULT_DAY, language)
    assert f"{told.whole} / {told.people}" in page
    assert f"{told.repair[0]['index_after']:.2f}" in page
