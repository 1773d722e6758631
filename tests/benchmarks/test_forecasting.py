"""How long forecasting a large company takes beside measuring it. Printed; judged only by a generous limit."""

import statistics
import time

import numpy as np
import pytest

from guantong.engine.company import Company
from guantong.engine.forecast import forecasts
from guantong.engine.measurement import measures
from guantong.engine.snapshot import Snapshot
from guantong.engine.tables import TABLES
from tests.make.company import build, day
from tests.make.measured import UNITS, metric

GOALS = 100_000
FANOUT = 8
ENDS = [f"2026-{month:02}-28" for month in range(1, 13)]
ROUNDS = 3
MOST_SECONDS = 10.0


def company(aggregation: str) -> Company:
    """Return a tree of goals that add up to the top, or of levels of their own, twelve values on each leaf."""
    codes = [f"G{place:06}" for place in range(GOALS)]
    leaves = codes[(GOALS - 2) // FANOUT + 1 :]
    rolled = TABLES["goals"].by_name["rollup"].choice_values.index("sum")
    goals = {
        "code": codes,
        "name": codes,
        "cycle": ["2026"] * GOALS,
        "unit": ["HQ"] * GOALS,
        "metric": ["M"] * GOALS,
        "target": [1200.0] * GOALS,
        "parent": ["", *(codes[(place - 1) // FANOUT] for place in range(1, GOALS))],
        "rollup": [rolled if place < GOALS - len(leaves) else -1 for place in range(GOALS)],
    }
    booked = np.random.default_rng(1).normal(100, 20, len(leaves) * len(ENDS))
    actuals = {
        "goal": [code for code in leaves for _ in ENDS],
        "date": [float(day(end)) for end in ENDS] * len(leaves),
        "value": booked.tolist(),
    }
    small = build(units=UNITS, metrics=[metric(aggregation=aggregation)])
    tables = {
        rows.table.name: {
            column.name: [small.cycles.code[at] if at >= 0 else "" for at in rows.parent]
            if column.name == "parent" and rows.table.name == "cycles"
            else [""] * len(rows) if column.type == "ref" else list(getattr(rows, column.name))
            for column in rows.table.columns
            if column.type not in ("refs", "texts")
        }
        for rows in small
        if rows.table.name in ("company", "cycles", "units", "metrics")
    }  # fmt: skip
    return Company.build({**tables, "goals": goals, "actuals": actuals})


@pytest.mark.full
@pytest.mark.parametrize("aggregation", ["sum", "last"])
def test_a_hundred_thousand_goals_are_forecast_in_seconds(aggregation: str, capsys: pytest.CaptureFixture[str]) -> None:
    large = company(aggregation)
    times: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        seen = Snapshot(large, day("2026-09-30"))
        begun = time.perf_counter()
        measures(seen)
        measured = time.perf_counter()
        found = forecasts(seen)
        times.append((measured - begun, time.perf_counter() - measured))
    assert (found.basis >= 0).all()
    measuring, forecasting = (statistics.median(column) for column in zip(*times, strict=True))
    with capsys.disabled():
        print(f"\n{aggregation}: {GOALS:,} goals measured in {measuring:.2f} s, forecast in {forecasting:.2f} s")
    assert forecasting < MOST_SECONDS
