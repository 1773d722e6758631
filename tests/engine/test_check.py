"""The report: what it holds, in which order, as plain Python."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guantong.engine.budgets import BudgetTotals
from guantong.engine.check import Report, Subject, check_company
from guantong.engine.snapshot import NoYearError
from tests.make.company import build, day, report
from tests.make.healthy import Tables, add_staff, change, drop, healthy


def test_the_report_of_the_healthy_company() -> None:
    found = report(**healthy())
    assert (found.company, found.as_of, found.cycle, found.waived) == ("WELL", day("2026-06-30"), "2026", 0)
    assert [row["code"] for row in found.goals] == ["G1", "G2", "G3", "G4", "H1"]
    assert found.goals[2] == {
        "code": "G3",
        "actual": 300.0,
        "target": 600.0,
        "plan": pytest.approx(600 * 181 / 365),
        "gap": pytest.approx(600 * 181 / 365 - 300),
        "gap_ratio": pytest.approx(1 - 300 / (600 * 181 / 365)),
        "attainment": 0.5,
        "known_weight": 1.0,
        "status": "met",
    }
    assert found.scorecards == [
        {"holder": holder, "score": 50.0, "coverage": 1.0, "rating": "D"} for holder in ("D1", "P3", "P4", "ROOT")
    ]
    assert found.budget == BudgetTotals(envelope=None, allocated=100_000, committed=0, spent=0, core_share=1.0)
    assert found.rewards == [{"scheme": "S1", "person": f"P{number}", "amount": 250_000} for number in (1, 2, 3, 4)]
    assert found.reward_schemes == [{"code": "S1", "pool": 1_000_000, "paid": 1_000_000, "unallocated": 0}]


def several_cards() -> Tables:
    """Return the healthy company with cards of other cycles, a card without data and an unpaid member."""
    tables = drop(healthy(), "actuals", goal="G4")
    tables["scorecards"] += [
        {"holder": "P3", "cycle": cycle, "goal": "G3", "weight": 1} for cycle in ("2026-Q1", "2026-28", "2025")
    ]
    return tables


def test_cards_of_other_cycles_say_so_and_missing_figures_are_none() -> None:
    """Without G4, G2 has 300 of 1,000: the cards of D1 and ROOT have 50, 30 and 50 points and an item without data."""
    found = report(**several_cards())
    assert [(row["holder"], row.get("cycle"), row["score"]) for row in found.scorecards] == [
        ("D1", None, pytest.approx(130 / 3)),
        ("P3", None, 50.0),
        ("P3", "2026-28", 50.0),
        ("P3", "2026-Q1", 50.0),
        ("P4", None, None),
        ("ROOT", None, pytest.approx(130 / 3)),
    ]
    assert found.scorecards[4] == {"holder": "P4", "score": None, "coverage": 0.0, "rating": None}
    assert {row["person"]: row["amount"] for row in found.rewards}["P4"] is None
    assert found.reward_schemes == [{"code": "S1", "pool": 1_000_000, "paid": 1_000_000, "unallocated": 0}]


def faulty() -> Tables:
    """Return the healthy company with findings of every severity and several types of subject."""
    tables = add_staff(healthy(), 2)
    change(tables, "goals", {"code": "G4"}, owner="P3")
    change(tables, "goals", {"code": "G100"}, start=None)
    change(tables, "goals", {"code": "G3"}, start=None)
    change(tables, "metrics", {"code": "SALES"}, frequency="quarter")
    change(tables, "budget_requests", {}, allocated=0)
    change(tables, "responsibilities", {}, responsible=[], responsible_unit="D1")
    drop(tables, "reward_members", person="P101")
    return tables


def test_findings_stand_by_severity_then_rule_then_code() -> None:
    found = report(**faulty())
    assert [(one.severity, one.rule, one.subject.code) for one in found.findings] == [
        ("error", "GOAL-NOBODY", "P4"),
        ("error", "GOAL-SMART", "G100"),
        ("error", "GOAL-SMART", "G3"),
        ("error", "OTB-UNFUNDED", "K1"),
        ("error", "OTB-UNFUNDED", "PR1"),
        ("error", "RESP-SINGLE", "R1"),
        ("warning", "REWARD-UNLINKED", "P101"),
        ("advice", "BSC-FREQUENCY", "SALES"),
        ("advice", "REWARD-FAIRNESS", "P1"),
    ]


def test_a_finding_names_subject_owner_and_unit() -> None:
    found = {one.subject.code: one for one in report(**faulty()).findings}
    units = build(**faulty()).units.code.tolist()
    for code, kind, owner, unit in (
        ("P4", "person", "P2", "D1"),
        ("G3", "goal", "P3", "D1"),
        ("K1", "plan", "P2", None),
        ("PR1", "priority", "P1", None),
        ("R1", "responsibility", "P1", "D1"),
        ("SALES", "metric", "P1", None),
    ):
        one = found[code]
        assert one.subject == Subject(kind, code)
        assert (one.owner, units[one.unit] if one.unit >= 0 else None) == (owner, unit)
    tables = drop(healthy(), "scorecards", holder="D1")
    lone = next(one for one in report(**tables).findings if one.subject.code == "D1")
    assert (lone.subject.type, lone.owner, units[lone.unit]) == ("unit", "P2", "D1")


@pytest.mark.parametrize("rule", ["OTB-UNFUNDED", "GOAL-SMART"])
def test_a_waiver_is_of_one_rule_and_one_subject(rule: str) -> None:
    tables = faulty()
    tables["waivers"] = [
        {"rule": rule, "subject": code, "approver": "P1", "reason": "Known"} for code in ("K1", "G3", "P4")
    ]
    before, found = report(**faulty()), report(**tables)
    subject = "K1" if rule == "OTB-UNFUNDED" else "G3"
    assert found.waived == 1
    assert found.findings == [one for one in before.findings if (one.rule, one.subject.code) != (rule, subject)]
    assert (found.funnel, found.losses, found.goals) == (before.funnel, before.losses, before.goals)


def plain(value: Any) -> bool:
    """Return whether a value is made of plain Python only."""
    if dataclasses.is_dataclass(value):
        return all(plain(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, dict):
        return all(type(key) is str and plain(one) for key, one in value.items())
    if isinstance(value, list | tuple):
        return all(plain(one) for one in value)
    return value is None or type(value) in (str, int, float, bool)


@pytest.mark.parametrize("tables", [healthy(), faulty(), several_cards()], ids=["healthy", "faulty", "cards"])
def test_the_report_is_plain_python(tables: Tables) -> None:
    assert plain(report(**tables))


@given(st.data())
@settings(max_examples=15)
def test_shuffled_rows_give_an_equal_report(data: st.DataObject) -> None:
    shuffled = {name: data.draw(st.permutations(rows), label=name) for name, rows in faulty().items()}
    assert report(**shuffled) == report(**faulty())


def bare() -> Report:
    return report()


def test_a_company_of_one_sheet_and_cycles_has_a_report() -> None:
    found = bare()
    assert (found.goals, found.scorecards, found.rewards, found.reward_schemes, found.findings) == ([], [], [], [], [])
    assert found.budget == BudgetTotals(None, None, None, None, None)
    assert (found.people, found.whole, found.waived, found.repair) == (0, 0, 0, [])


def test_a_company_is_checked_under_its_own_settings() -> None:
    company = build(**change(healthy(["BSC-OFF-CARD.mode=off"]), "scorecards", {"holder": "P3"}, goal="G2"))
    assert check_company(company, day("2026-06-30")).findings == []
    with pytest.raises(NoYearError):
        check_company(company, day("2024-12-31"))


def test_the_best_rating_is_shown() -> None:
    found = report(**change(healthy(), "actuals", {"goal": "G3"}, value=600.0))
    assert {row["holder"]: row["rating"] for row in found.scorecards}["P3"] == "A"
