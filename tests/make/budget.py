"""Budgets as large as a group's: requests with minimums, limits of units and categories, dependencies."""

import random

from tests.make.company import Row

RANKS = 7


def large_budget(requests: int, units: int, dependencies: int, seed: int = 1) -> dict[str, list[Row]]:
    """Return the tables of a company whose envelope holds two thirds of what is asked for.

    Amounts are some ten thousand to some ten million of a currency with two decimals and no round numbers; values do
    not follow the amounts; three in a hundred requests are mandatory; limits cut into two thirds of the units.
    """
    draw = random.Random(seed)
    rows = [_request(draw, at, units) for at in range(requests)]
    for at in draw.sample(range(1, requests), dependencies):
        rows[at]["depends_on"] = [f"B{draw.randrange(at):05}"]
    asked = sum(row["requested"] for row in rows)
    per_unit = [sum(row["requested"] for row in rows if row["unit"] == f"U{unit:03}") for unit in range(units)]
    limits = [
        {"cycle": "2026", "unit": f"U{unit:03}", "maximum": int(total * draw.uniform(0.6, 1.1))}
        for unit, total in enumerate(per_unit)
    ]
    categories = [{"cycle": "2026", "category": f"K{at}", "maximum": int(asked * 0.14)} for at in range(6)]
    return {
        "units": [
            {"code": "HQ", "name": "Group", "kind": "company"},
            *({"code": f"U{at:03}", "name": f"U{at}", "kind": "department", "parent": "HQ"} for at in range(units)),
        ],
        "priorities": [
            {"code": f"P{rank}", "name": f"P{rank}", "cycle": "2026", "rank": rank, "core": rank <= 3}
            for rank in range(1, RANKS + 1)
        ],
        "budget_envelopes": [{"cycle": "2026", "amount": asked * 2 // 3}],
        "budget_limits": limits + categories,
        "budget_requests": rows,
    }


def _request(draw: random.Random, at: int, units: int) -> dict[str, object]:
    requested = int(10 ** draw.uniform(6, 9))
    running = draw.random() < 0.1
    return {
        "code": f"B{at:05}",
        "name": f"Request {at}",
        "cycle": "2026",
        "unit": f"U{draw.randrange(units):03}",
        "priority": None if running else f"P{min(draw.randint(1, RANKS), draw.randint(1, RANKS))}",
        "category": f"K{draw.randrange(8)}",
        "minimum": int(requested * draw.uniform(0.4, 0.9)),
        "requested": requested,
        "stretch": int(requested * draw.uniform(1.0, 1.3)),
        "value": round(requested / 100 * draw.uniform(0.5, 2.0), 2),
        "nature": "running" if running else "strategic",
        "mandatory": draw.random() < 0.03,
    }
