"""A copy with proposed targets: first versions before a goal starts, adjustments that wait for approval afterwards."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.calibration import proposal
from guantong.engine.check import check
from guantong.engine.company import Company
from guantong.engine.retargeting import retargeted
from guantong.engine.snapshot import Snapshot
from tests.make.company import Row, day
from tests.make.measured import child, goal, metric, view

PEOPLE = [{"code": code, "name": code, "unit": "HQ"} for code in ("P1", "P2")]
ROWS: list[Row] = [
    goal(target=100.0, rollup="sum"),
    child("A", target=70.0, baseline=30.0),
    child("B", target=60.0, baseline=20.0),
]


def seen(as_of: str, rows: list[Row] = ROWS, **tables: Any) -> Snapshot:
    return view(as_of, goals=rows, metrics=[metric(aggregation="sum", decimals=0)], people=PEOPLE, **tables)


def copy(snapshot: Snapshot) -> Company:
    found = proposal(snapshot, snapshot.company.goals.code.tolist().index("G"), "actuals")
    return retargeted(snapshot, found, "session")


def targets(company: Company, as_of: str) -> dict[str, float]:
    again = Snapshot(company, day(as_of))
    return dict(zip(company.goals.code.tolist(), again.target.tolist(), strict=True))


def cascade_findings(company: Company, as_of: str) -> list[tuple[str, str]]:
    found = check(Snapshot(company, day(as_of))).findings
    return [(finding.rule, finding.subject.code) for finding in found if finding.rule.startswith("CASCADE")]


def test_before_the_start_the_first_version_changes_and_the_break_is_mended() -> None:
    before = seen("2026-01-01")
    changed = copy(before)
    assert cascade_findings(before.company, "2026-01-01") == [("CASCADE-MARKUP", "G")]
    assert changed.goals.target.tolist() == [60, 40, 100]
    assert "adjustments" not in changed.present
    assert not cascade_findings(changed, "2026-01-01")


def test_a_shortfall_is_mended_as_well() -> None:
    short = [ROWS[0], *({**row, "target": 30.0} for row in ROWS[1:])]
    before = seen("2026-01-01", short)
    assert cascade_findings(before.company, "2026-01-01") == [("CASCADE-SHORTFALL", "G")]
    assert not cascade_findings(copy(before), "2026-01-01")


def test_once_it_runs_an_adjustment_waits_for_approval() -> None:
    before = seen("2026-03-31")
    changed = copy(before)
    assert targets(changed, "2026-03-31") == targets(before.company, "2026-03-31") == {"A": 70, "B": 60, "G": 100}
    assert cascade_findings(changed, "2026-03-31") == cascade_findings(before.company, "2026-03-31")
    rows = changed.adjustments
    assert changed.goals.code[rows.goal].tolist() == ["A", "B"]
    assert rows.effective.tolist() == [day("2026-03-31")] * 2
    assert (rows.old.tolist(), rows.new.tolist()) == ([70, 60], [60, 40])
    assert [rows.choice("cause", row) for row in (0, 1)] == ["strategy", "strategy"]
    assert rows.evidence.tolist() == ["session", "session"]
    assert (rows.proposer.tolist(), rows.approver.tolist()) == ([-1, -1], [-1, -1])


def test_approval_makes_it_the_target_and_mends_the_break() -> None:
    changed = copy(seen("2026-03-31"))
    approved = changed.with_table("adjustments", {"approver": np.zeros(2, dtype=np.int64)})
    assert targets(approved, "2026-03-31") == {"A": 60, "B": 40, "G": 100}
    assert targets(approved, "2026-03-30") == {"A": 70, "B": 60, "G": 100}
    assert not cascade_findings(approved, "2026-03-31")


def test_an_adjustment_joins_those_that_stand_and_takes_a_free_day() -> None:
    def known(code: str, date: str, new: float) -> Row:
        return {"goal": code, "effective": date, "old": 1.0, "new": new, "cause": "market", "approver": "P1"}

    rows = [known("A", "2026-02-01", 65.0), known("A", "2026-03-31", 80.0), known("A", "2026-04-01", 85.0)]
    rows += [known("B", "2026-05-01", 50.0)]
    changed = copy(seen("2026-03-31", adjustments=rows)).adjustments
    listed = list(zip(changed.goal.tolist(), changed.effective.tolist(), changed.old.tolist(), strict=True))
    days = [day(text) for text in ("2026-02-01", "2026-03-31", "2026-04-01", "2026-04-02")]
    first = [(0, days[0], 1), (0, days[1], 1), (0, days[2], 1), (0, days[3], 80)]
    assert listed == [*first, (1, day("2026-03-31"), 60), (1, day("2026-05-01"), 1)]


def test_an_adjusted_goal_is_adjusted_even_before_it_starts() -> None:
    rows = [{"goal": "A", "effective": "2025-12-01", "old": 70.0, "new": 90.0, "cause": "market", "approver": "P1"}]
    changed = copy(seen("2026-01-01", adjustments=rows))
    assert changed.goals.target.tolist() == [70, 40, 100]
    assert changed.adjustments.new.tolist() == [90, 60]


def test_a_goal_without_target_gets_a_first_version_at_any_time() -> None:
    bare = [ROWS[0], {**ROWS[1], "target": None}, {**ROWS[2], "target": 40.0}]
    changed = copy(seen("2026-03-31", bare))
    assert changed.goals.target.tolist() == [60, 40, 100]
    assert not len(changed.adjustments)


def test_mirrors_move_with_their_carrier() -> None:
    rows = [
        ROWS[0],
        {**ROWS[1], "owner": "P1"},
        {**ROWS[2], "owner": "P2"},
        goal("A1", parent="A", personal=True, owner="P1", target=70.0),
        goal("B1", parent="B", personal=True, owner="P2", target=60.0, status="closed"),
        goal("B2", parent="B", personal=True, owner="P2", target=55.0),
    ]
    changed = copy(seen("2026-01-01", rows))
    assert targets(changed, "2026-01-01") == {"A": 60, "A1": 60, "B": 40, "B1": 60, "B2": 55, "G": 100}


def test_nothing_to_change_leaves_the_company_as_it_is() -> None:
    even = [ROWS[0], {**ROWS[1], "target": 60.0}, {**ROWS[2], "target": 40.0}]
    before = seen("2026-03-31", even)
    assert copy(before) == before.company


@pytest.mark.parametrize("as_of", ["2026-01-01", "2026-03-31"])
def test_the_company_it_came_from_is_untouched(as_of: str) -> None:
    before = seen(as_of)
    copy(before)
    assert before.company.goals.target.tolist() == [70, 60, 100]
    assert not len(before.company.adjustments)
