"""Figures written to so many significant digits, so that the same figures are the same bytes."""

from typing import Any

DIGITS = 12


def significant(value: Any, digits: int = DIGITS) -> Any:
    """Return a value with its floats, however deep, to significant digits, without negative zero."""
    if isinstance(value, float):
        return float(f"{value:.{digits}g}") + 0.0
    if isinstance(value, dict):
        return {key: significant(item, digits) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [significant(item, digits) for item in value]
    return value
