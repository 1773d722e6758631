"""Amoeba accounts: what a unit adds in a month, by the hour, and whether what units buy from each other balances.

Money is in minor units; missing money is -1. Page: docs/rules/amoeba.md.
"""

from typing import Any

import numpy as np

from guantong.engine.budgets import add_money
from guantong.engine.calendar import first_day, iso_day, month_of
from guantong.engine.snapshot import Snapshot, figure
from guantong.engine.tables import currency_decimals


@figure
def accounts_there(snapshot: Snapshot) -> np.ndarray:
    """Return the accounts of the checked year's months up to the one that holds the day, positions in amoeba."""
    cycles, month = snapshot.company.cycles, snapshot.company.amoeba.month
    last = min(float(snapshot.as_of), float(cycles.end[snapshot.year]))
    first_month, last_month = month_of(np.array([cycles.start[snapshot.year], last]))
    return np.flatnonzero((month >= first_month) & (month <= last_month))


def amoeba_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return each account: `unit`, `month`, `value_added` (minor units), `per_hour` (major units per hour)."""
    accounts, rows = snapshot.company.amoeba, accounts_there(snapshot)
    added = (
        _known_money(accounts.external_sales[rows])
        + _known_money(accounts.internal_sales[rows])
        - _known_money(accounts.internal_purchases[rows])
        - _known_money(accounts.expenses[rows])
    )
    money = (accounts.external_sales, accounts.internal_sales, accounts.internal_purchases, accounts.expenses)
    stated = np.any([column[rows] >= 0 for column in money], axis=0)
    minor_units = 10 ** currency_decimals(snapshot.company.setting("currency"))
    units = snapshot.company.units.code[accounts.unit[rows]].tolist()
    columns = (units, _months(accounts.month[rows]), added.tolist(), stated.tolist(), accounts.hours[rows].tolist())
    return [
        {
            "unit": unit,
            "month": month,
            "value_added": value if known else None,
            "per_hour": value / hours / minor_units if known and hours > 0 else None,
        }
        for unit, month, value, known, hours in zip(*columns, strict=True)
    ]


def amoeba_balance_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return per month, in minor units: `month`, `internal_sales`, `internal_purchases`, `difference`.

    All None in a month in which no unit states either.
    """
    accounts, rows = snapshot.company.amoeba, accounts_there(snapshot)
    months, place = np.unique(accounts.month[rows], return_inverse=True)
    sales, purchases = accounts.internal_sales[rows], accounts.internal_purchases[rows]
    stated = np.bincount(place[(sales >= 0) | (purchases >= 0)], minlength=len(months)) > 0
    sold, bought = (add_money(place, _known_money(column), len(months)) for column in (sales, purchases))
    keys = ("internal_sales", "internal_purchases", "difference")
    columns = (_months(months), stated.tolist(), sold.tolist(), bought.tolist(), (sold - bought).tolist())
    return [
        {"month": month, **dict(zip(keys, values if known else [None] * 3, strict=True))}
        for month, known, *values in zip(*columns, strict=True)
    ]


def _known_money(amounts: np.ndarray) -> np.ndarray:
    return np.maximum(amounts, 0)


def _months(months: np.ndarray) -> list[str]:
    return [str(iso_day(day))[:7] for day in first_day(months)]
