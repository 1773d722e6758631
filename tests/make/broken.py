"""A company in which every rule of chapter 1 that can be broken on 2026-06-30 is broken, most of them once."""

from typing import Any

from tests.make.acme import ORGANISATION, SALES, YEAR, goal, personal
from tests.make.company import Row

STOCK: Row = {
    "code": "STOCK",
    "name": "Days of stock",
    "unit_of_measure": "days",
    "direction": "lower",
    "tension_with": ["SALES"],
}
BROKEN: dict[str, Any] = {
    **ORGANISATION,
    "priorities": [{"code": f"P{rank}", "name": f"Priority {rank}", "cycle": "2026"} for rank in range(1, 9)],
    "plan": [
        {"code": "INTENT", "element": "intent", "text": "Lead"},
        {"code": "TASK", "element": "key_task", "text": "Open channels", "owner": "DAN"},
    ],
    "metrics": [SALES, STOCK],
    "goals": [
        goal("LONG", owner="BOSS", cycle="2026-28", intent="INTENT", start="2026-01-01", due="2027-12-31"),
        goal("COMPANY", owner="BOSS", parent="LONG", metric="SALES", target=100, rollup="own", **YEAR),
        goal("UNIT", "B1", owner="ANN", parent="COMPANY", metric="SALES", target=120, rollup="sum", **YEAR),
        goal("PART", "D1", owner="DAN", parent="UNIT", metric="SALES", target=60, key_task="TASK", **YEAR),
        personal("MINE", "TOM", "PART", metric="SALES", baseline=10, target=60, **YEAR),
        goal("STOCKS", "D2", owner="EVE", metric="STOCK", target=10, key_task="TASK", **YEAR),
        goal("LOOSE", "D2", parent="UNIT", start="2026-01-01", due="2027-01-31"),
    ],
    "collaborations": [{"from_goal": "COMPANY", "helping_unit": "D2"}],
    "scorecards": [{"holder": "D2", "cycle": "2026", "goal": "STOCKS", "weight": 1}],
    "actuals": [
        {"goal": "COMPANY", "date": "2026-06-30", "value": 60},
        {"goal": "STOCKS", "date": "2026-06-30", "value": 20},
    ],
}
