"""Amoeba accounts: value added, by the hour, and the balance of internal trade."""

from typing import Any

import pytest

from guantong.engine.amoeba import amoeba_balance_entries, amoeba_entries
from guantong.engine.snapshot import Snapshot
from tests.make.company import COMPANY, Row, snapshot

UNITS: list[Row] = [{"code": "HQ", "name": "Company", "kind": "company"}] + [
    {"code": code, "name": code, "kind": "team", "parent": "HQ"} for code in ("A", "B")
]
PRESS = {"external_sales": 50_000_00, "internal_sales": 30_000_00, "internal_purchases": 20_000_00}
SHOP = {"external_sales": 90_000_00, "internal_purchases": 25_000_00}


def account(unit: str, month: str = "2026-03", **cells: Any) -> Row:
    return {"unit": unit, "month": month, **cells}


def seen(*rows: Row, as_of: str = "2026-06-30", currency: str = "CNY", **tables: Any) -> Snapshot:
    company = [{**COMPANY, "currency": currency}]
    return snapshot(as_of, company=company, units=UNITS, amoeba=rows, **tables)


@pytest.mark.parametrize(
    ("cells", "value_added", "per_hour"),
    [
        ({**PRESS, "expenses": 12_000_00, "hours": 400.0}, 48_000_00, 120.0),
        ({**PRESS, "expenses": 12_000_00}, 48_000_00, None),
        ({**PRESS, "expenses": 12_000_00, "hours": 0.0}, 48_000_00, None),
        ({"expenses": 12_000_00, "hours": 100.0}, -12_000_00, -120.0),
        ({"external_sales": 0, "hours": 100.0}, 0, 0.0),
        ({"internal_sales": 1, "hours": 3.0}, 1, 1 / 3 / 100),
        ({"internal_purchases": 7}, -7, None),
        ({"hours": 100.0}, None, None),
        ({"external_sales": 10**18, "internal_sales": 10**18}, 2 * 10**18, None),
    ],
)
def test_value_added_is_sales_less_purchases_and_expenses(
    cells: dict[str, Any], value_added: int | None, per_hour: float | None
) -> None:
    expected = {"unit": "A", "month": "2026-03", "value_added": value_added, "per_hour": per_hour}
    assert amoeba_entries(seen(account("A", **cells))) == [expected]


@pytest.mark.parametrize(("currency", "per_hour"), [("JPY", 10.0), ("CNY", 0.1), ("KWD", 0.01)])
def test_the_figure_by_the_hour_is_in_major_units(currency: str, per_hour: float) -> None:
    entries = amoeba_entries(seen(account("A", external_sales=1000, hours=100.0), currency=currency))
    assert [one["per_hour"] for one in entries] == [pytest.approx(per_hour, rel=1e-15)]


@pytest.mark.parametrize(
    ("as_of", "months"),
    [
        ("2026-01-01", ["2026-01"]),
        ("2026-02-28", ["2026-01", "2026-02"]),
        ("2026-03-01", ["2026-01", "2026-02", "2026-03"]),
        ("2026-12-31", ["2026-01", "2026-02", "2026-03", "2026-12"]),
        ("2027-02-01", ["2026-01", "2026-02", "2026-03", "2026-12"]),  # the year that is checked has ended
    ],
)
def test_months_of_the_checked_year_up_to_the_day(as_of: str, months: list[str]) -> None:
    written = ["2027-01", "2026-12", "2026-03", "2026-02", "2026-01", "2025-12"]
    taken = seen(*(account("A", month, external_sales=1) for month in written), as_of=as_of)
    assert [one["month"] for one in amoeba_entries(taken)] == months
    assert [one["month"] for one in amoeba_balance_entries(taken)] == months


def test_what_one_unit_sells_inside_another_buys() -> None:
    rows = [account("B", **SHOP), account("A", **PRESS), account("A", "2026-02", internal_sales=5), account("HQ")]
    rows += [account("B", "2026-02", internal_purchases=5), account("HQ", "2026-01", expenses=3)]
    rows += [account("A", "2026-04", internal_purchases=8)]
    keys = ("month", "internal_sales", "internal_purchases", "difference")
    expected = [
        ("2026-01", None, None, None),
        ("2026-02", 5, 5, 0),
        ("2026-03", 30_000_00, 45_000_00, -15_000_00),
        ("2026-04", 0, 8, -8),
    ]
    for order in (1, -1):
        taken = seen(*rows[::order])
        assert amoeba_balance_entries(taken) == [dict(zip(keys, line, strict=True)) for line in expected]
        assert [(one["unit"], one["month"]) for one in amoeba_entries(taken)] == [
            ("A", "2026-02"), ("A", "2026-03"), ("A", "2026-04"), ("B", "2026-02"), ("B", "2026-03"),
            ("HQ", "2026-01"), ("HQ", "2026-03"),
        ]  # fmt: skip


def test_sums_beyond_64_bits_stay_exact() -> None:
    units = [{"code": f"U{n:02}", "name": "U", "kind": "company"} for n in range(12)]
    rows = [account(f"U{n:02}", internal_sales=10**18 + 1) for n in range(12)]
    (line,) = amoeba_balance_entries(snapshot(units=units, amoeba=rows))
    assert line["internal_sales"] == line["difference"] == 12 * 10**18 + 12


def test_without_accounts_there_are_no_figures() -> None:
    for taken in (seen(), snapshot(units=UNITS)):
        assert amoeba_entries(taken) == amoeba_balance_entries(taken) == []
