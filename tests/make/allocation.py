"""Small budgets written in thousands, and every plan of them tried out one by one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from guantong.engine.allocation_problem import AllocationProblem, Changes, allocation_problem
from guantong.engine.snapshot import Snapshot
from tests.make.acme import ORGANISATION
from tests.make.company import COMPANY, Row, snapshot

STEP = 1000
PRIORITIES: tuple[Row, ...] = (
    {"code": "P1", "name": "First", "cycle": "2026", "rank": 1, "core": True},
    {"code": "P2", "name": "Second", "cycle": "2026", "rank": 2},
)
WEIGHTS = {"P1": 2.0, "P2": 0.5, None: 0.5}


@dataclass(frozen=True)
class Budget:
    """A small budget; amounts are thousands of minor units, limits are by unit or category."""

    requests: Sequence[Row]
    envelope: int | None = None
    limits: Sequence[tuple[str | None, str | None, int]] = ()
    core_share: float = 0.0
    tables: dict[str, Any] = field(default_factory=dict)

    def snapshot(self) -> Snapshot:
        """Return the company that has this budget."""
        money = ("minimum", "requested", "stretch", "allocated")
        requests = [
            {key: value * STEP if key in money and value is not None else value for key, value in row.items()}
            for row in self.requests
        ]
        tables: dict[str, Any] = {
            "company": [{**COMPANY, "settings": [f"OTB-CORE-SHARE.min={self.core_share}"]}],
            **ORGANISATION,
            "priorities": PRIORITIES,
            "budget_requests": requests,
            "budget_limits": [
                {"cycle": "2026", "unit": unit, "category": category or "", "maximum": maximum * STEP}
                for unit, category, maximum in self.limits
            ],
            **self.tables,
        }
        if self.envelope is not None:
            tables["budget_envelopes"] = [{"cycle": "2026", "amount": self.envelope * STEP}]
        return snapshot(**tables)

    def problem(self, changes: Changes | None = None) -> AllocationProblem:
        """Return its allocation problem."""
        return allocation_problem(self.snapshot(), changes)

    # What the method says, without the engine: amounts in thousands.

    def plans(self) -> Iterator[tuple[int, ...]]:
        """Yield every plan in whole thousands that keeps every condition."""
        for amounts in product(*(self._levels(row) for row in self.requests)):
            if self._kept(amounts):
                yield amounts

    def best(self) -> float | None:
        """Return the highest sum of value x weight of such plans, None where there is none."""
        return max((self.worth(amounts) for amounts in self.plans()), default=None)

    def worth(self, amounts: Sequence[float]) -> float:
        """Return the sum of value x weight of a plan."""
        return sum(
            amount * WEIGHTS[row.get("priority")]
            * (STEP / 100 if row.get("value") is None else row["value"] / row["requested"])
            for amount, row in zip(amounts, self.requests, strict=True)
        )  # fmt: skip

    @staticmethod
    def _levels(row: Row) -> list[int]:
        least = row.get("minimum") or 0
        most = max(row["requested"], row.get("stretch") or 0)
        levels = [amount for amount in range(most + 1) if amount == 0 or amount >= least]
        if row.get("mandatory"):
            floor = row["requested"] if row.get("minimum") is None else row["minimum"]
            levels = [amount for amount in levels if amount >= floor]
        return levels

    def _kept(self, amounts: Sequence[int]) -> bool:
        by_code = {row["code"]: amount for row, amount in zip(self.requests, amounts, strict=True)}
        rows = list(zip(self.requests, amounts, strict=True))
        if self.envelope is not None and sum(amounts) > self.envelope:
            return False
        for unit, category, maximum in self.limits:
            held = (
                amount
                for row, amount in rows
                if (unit is None or row["unit"] == unit) and (category is None or row["category"] == category)
            )
            if sum(held) > maximum:
                return False
        if any(amount and not all(by_code[code] for code in row.get("depends_on", ())) for row, amount in rows):
            return False
        strategic = [(row, amount) for row, amount in rows if row.get("nature") != "running"]
        core = sum(amount for row, amount in strategic if row.get("priority") == "P1")
        return core + 1e-9 >= self.core_share * sum(amount for _, amount in strategic)


def request(code: str, requested: int, **cells: Any) -> Row:
    """Return a request of 2026 in thousands."""
    return {"code": code, "name": code, "cycle": "2026", "unit": "D1", "category": "", "requested": requested, **cells}
