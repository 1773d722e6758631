"""Which rules fall silent: without a sheet, at a stage, switched off. Nothing else changes with them."""

from typing import Any

import pytest

from guantong.engine.findings import RULES
from guantong.engine.parameters import in_stage
from guantong.engine.tables import TABLES
from tests.make.cells import Cells, checked, demo, keep_rows, mended

USUAL = checked(demo())
FIGURES = ("people", "goals", "scorecards", "budget", "rewards", "reward_schemes")
SHEETS = [name for name in TABLES if name not in ("company", "cycles")]

SPEAK_OF_NONE = {
    "positions": {"BEM-NODE-OWNER"},
    "people": {"BLM-TASK-OWNER", "GOAL-OWNER", "RESP-SINGLE"},
    "plan": {"BLM-ELEMENT", "LOOP-FEEDBACK"},
    "priorities": {"GOAL-FOCUS", "GOAL-PRIORITY", "OTB-CORE-SHARE"},
    "metrics": {"REWARD-STRATEGY-WEIGHT"},
    "goals": {
        *("BLM-INTENT-MEASURE", "BLM-TASK-GOAL", "CHAIN-LINK-GOAL", "GOAL-HORIZON", "GOAL-NOBODY", "OTB-UNLINKED"),
        "PARTICIPATION",
    },
    "collaborations": {"COLLAB-MISSING"},
    "strategy_map": {"BSC-MAP"},
    "scorecards": {"BSC-OFF-CARD"},
    "actuals": {"BSC-NO-DATA", "TRACK-STALE"},
    "checkins": {"CHECKIN-LATE"},
    "corrective_plans": {"TRACK-PLAN-LATE"},
    "responsibilities": {"RESP-MISSING"},
    "budget_requests": {"OTB-UNFUNDED"},
    "budget_entries": {"OTB-IDLE", "OTB-UNTRACKED"},
    "processes": {"BEM-KEYTASK"},
    "retrospectives": {"RETRO-DUE"},
    "reward_schemes": {"REWARD-UNLINKED"},
    "reward_members": {"REWARD-UNLINKED"},
}
"""Rules that say of a sheet without rows that there are none, and nothing where the sheet is absent."""


def without(name: str) -> Cells:
    cells = demo()
    del cells[name]
    return mended(cells)


def emptied(name: str) -> Cells:
    cells = demo()
    keep_rows(cells, name, [])
    return mended(cells)


def rules_of(cells: Cells) -> set[str]:
    return {finding.rule for finding in checked(cells).findings}


@pytest.mark.parametrize("name", SHEETS)
def test_no_rule_judges_an_absent_sheet(name: str) -> None:
    spoken = rules_of(without(name))
    assert not {rule for rule in spoken if name in RULES[rule].judges}
    assert rules_of(emptied(name)) - spoken == SPEAK_OF_NONE.get(name, set())


@pytest.mark.parametrize("name", SHEETS)
def test_an_absent_sheet_changes_no_figure_that_an_empty_one_does_not(name: str) -> None:
    absent, empty = checked(without(name)), checked(emptied(name))
    for part in ("people", "goals", "scorecards", "rewards", "reward_schemes"):
        assert getattr(absent, part) == getattr(empty, part)


def test_company_and_cycles_alone_can_be_checked() -> None:
    cells = {name: columns for name, columns in demo().items() if name in ("company", "cycles")}
    found = checked(mended(cells))
    assert (found.findings, found.people, found.goals, found.rewards) == ([], 0, [], [])


LINKS = {
    "startup": ["goal", "reaches_company", "ties_to_priority", "measurable", "funded"],
    "growth": [
        *("goal", "reaches_company", "ties_to_priority", "measurable", "has_data", "on_scorecard", "rewarded"),
        *("funded", "responsible"),
    ],
}
LINKS["mature"] = LINKS["growth"]


def with_settings(*lines: str, stage: str = "mature") -> Any:
    cells = demo()
    cells["company"]["settings"] = [lines]
    cells["company"]["stage"] = [TABLES["company"].by_name["stage"].choice_values.index(stage)]
    return checked(cells)


@pytest.mark.parametrize("stage", LINKS)
def test_a_stage_leaves_rules_and_links_out_and_no_figure(stage: str) -> None:
    found = with_settings(stage=stage)
    assert found.findings == [finding for finding in USUAL.findings if in_stage(finding.rule, stage)]
    assert [link for link, *_ in found.funnel] == LINKS[stage]
    for part in FIGURES:
        assert getattr(found, part) == getattr(USUAL, part)
    units = [{**unit, "whole": None, "value": None, "lost": None} for unit in found.figures["units"]]
    assert {**found.figures, "units": units} == {
        **USUAL.figures,
        "units": [{**unit, "whole": None, "value": None, "lost": None} for unit in USUAL.figures["units"]],
    }


UNSILENCED = {
    "GOAL-NOBODY": {"BSC-OFF-CARD", "CHECKIN-LATE"},
    "GOAL-ORPHAN": {"GOAL-SMART"},
    "GOAL-PRIORITY": {"GOAL-SMART"},
    "GOAL-CHALLENGE": {"GOAL-SMART"},
    "GOAL-PERIOD": {"GOAL-SMART"},
}
"""Rules that may speak of a subject once another is silent on it.

Two silences more need nobody to be silent: a key task without owner has none to differ from, a request without goal no
progress to compare with.
"""


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_switched_off_takes_only_its_own_findings(rule: str) -> None:
    found = with_settings(f"{rule}.mode=off")
    subjects = {finding.subject for finding in USUAL.findings if finding.rule == rule}
    may_change = UNSILENCED.get(rule, set())

    def others(report: Any) -> list[Any]:
        findings = [finding for finding in report.findings if finding.rule != rule]
        return [one for one in findings if one.rule not in may_change or one.subject not in subjects]

    assert rule not in {finding.rule for finding in found.findings}
    assert others(found) == others(USUAL)
    assert rule not in {entry["rule"] for entry in (*found.losses, *found.repair)}
    for part in FIGURES:
        assert getattr(found, part) == getattr(USUAL, part)


def test_blocking_is_no_matter_of_the_check() -> None:
    assert with_settings(*(f"{rule}.mode=block" for rule in RULES)) == USUAL
