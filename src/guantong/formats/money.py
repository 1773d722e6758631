"""Amounts as text: minor units as decimal strings."""

from collections.abc import Set
from typing import Any

from guantong.engine.tables import currency_decimals


def money_text(amount: int | None, currency: str) -> str | None:
    """Return minor units as a decimal string with the currency's decimals, None for a missing amount."""
    if amount is None:
        return None
    decimals = currency_decimals(currency)
    if not decimals:
        return str(amount)
    whole, part = divmod(abs(amount), 10**decimals)
    return f"{'-' if amount < 0 else ''}{whole}.{part:0{decimals}}"


def with_money(value: Any, keys: Set[str], currency: str) -> Any:
    """Return a value with the money under the keys, however deep, written as decimal strings."""
    if isinstance(value, list):
        return [with_money(item, keys, currency) for item in value]
    if isinstance(value, dict):
        return {
            key: money_text(item, currency) if key in keys else with_money(item, keys, currency)
            for key, item in value.items()
        }
    return value
