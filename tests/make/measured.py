"""Goals of one unit with a metric and values: the least that can be measured."""

import math
from collections.abc import Iterable
from typing import Any

from guantong.engine.measurement import STATUSES, measures
from guantong.engine.snapshot import Snapshot
from tests.make.company import Row, snapshot

UNITS: tuple[Row, ...] = ({"code": "HQ", "name": "Company", "kind": "company"},)
FIGURES = ("actual", "target", "plan", "gap", "gap_ratio", "attainment", "known_weight")


def metric(code: str = "M", **cells: Any) -> Row:
    """Return a metric: the latest value counts, more is better, measured monthly."""
    known = {"direction": "higher", "aggregation": "last", "frequency": "month", "unit_of_measure": "piece"}
    return {"code": code, "name": code, **known, **cells}


def goal(code: str = "G", **cells: Any) -> Row:
    """Return a goal of 2026 measured by M."""
    return {"code": code, "name": code, "cycle": "2026", "unit": "HQ", "metric": "M", **cells}


def child(code: str, **cells: Any) -> Row:
    """Return a goal that supports G."""
    return goal(code, parent="G", **cells)


def objective(code: str = "G", **cells: Any) -> Row:
    """Return a goal without metric."""
    return goal(code, metric=None, **cells)


def values(code: str, *pairs: tuple[str, float | None]) -> list[Row]:
    """Return actual values of a goal as (date, value)."""
    return [{"goal": code, "date": date, "value": value} for date, value in pairs]


def parts(code: str, *triples: tuple[str, float | None, float | None]) -> list[Row]:
    """Return actual values of a goal as (date, numerator, denominator)."""
    return [{"goal": code, "date": day, "numerator": over, "denominator": under} for day, over, under in triples]


def view(as_of: str = "2026-06-30", **tables: Iterable[Row]) -> Snapshot:
    """Return the snapshot of tables to which the unit HQ and the metric M are added where left out."""
    return snapshot(as_of, **{"units": UNITS, "metrics": [metric()], **tables})


def figures(as_of: str = "2026-06-30", **tables: Iterable[Row]) -> dict[str, dict[str, Any]]:
    """Return the figures of each goal there by its code, None = missing; tables as for `view`."""
    seen = view(as_of, **tables)
    found = measures(seen)
    columns = [getattr(found, name).tolist() for name in FIGURES]
    return {
        code: {name: None if math.isnan(value) else value for name, value in zip(FIGURES, row, strict=True)}
        | {"status": STATUSES[status]}
        for code, there, status, *row in zip(
            seen.company.goals.code, seen.goals_there, found.status.tolist(), *columns, strict=True
        )
        if there
    }


def g(as_of: str = "2026-06-30", **tables: Iterable[Row]) -> dict[str, Any]:
    """Return the figures of goal G; tables as for `view`."""
    return figures(as_of, **tables)["G"]
