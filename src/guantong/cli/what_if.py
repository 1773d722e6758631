"""What-if: KEY=VALUE on the command line, as changes of an allocation problem.

Keys: `envelope`, `core_share`, `limit:UNIT`, `limit:CATEGORY`, `limit:UNIT/CATEGORY`, `request:CODE.COLUMN`.
"""

import math
import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from guantong.cli.opening import Opened, UsageError, nearest
from guantong.engine.tables import currency_decimals
from guantong.messages.labels import label

REQUEST_COLUMNS = ("minimum", "requested", "stretch", "value", "mandatory")
_KEYS = ("envelope", "core_share", "limit:", "request:")
_AMOUNT = re.compile(r"\d+(\.\d+)?")
_RATIO = re.compile(r"(\d+(?:\.\d+)?|\.\d+)(%?)")
_NONE = frozenset({"none", "无"})
_YES, _NO = frozenset({"yes", "是", "true", "1"}), frozenset({"no", "否", "false", "0"})
_LARGEST = Decimal(10) ** 15


def changes_of(stated: Iterable[str], opened: Opened) -> dict[tuple[Any, ...], Any]:
    """Return the changes that KEY=VALUE words state; of several for one key the last holds.

    Raises:
        UsageError: A key names nothing, or its value is none of its kind.
    """
    return dict(_WhatIf(opened, words).change() for words in stated)


class _WhatIf:
    """Reads one KEY=VALUE."""

    def __init__(self, opened: Opened, words: str) -> None:
        self._company = opened.snapshot.company
        self._language = opened.language
        self._currency = opened.names.currency
        self._words = words
        key, self._given, value = words.partition("=")
        self._key, self._value = key.strip(), value.strip()

    def change(self) -> tuple[tuple[Any, ...], Any]:
        if self._given and self._key == "envelope":
            return ("envelope",), self._amount_or_none()
        if self._given and self._key == "core_share":
            return ("core_share",), self._ratio_or_none()
        if self._given and self._key.startswith("limit:"):
            return ("limit", *self._limited(self._key.removeprefix("limit:"))), self._amount_or_none()
        if self._given and self._key.startswith("request:"):
            return self._request(self._key.removeprefix("request:"))
        raise self._refused("key", keys=", ".join(_KEYS))

    def _refused(self, why: str, **values: Any) -> UsageError:
        known = {"words": self._words, "value": self._value}
        return UsageError(label(f"what_if.{why}", self._language, **known, **values))

    def _limited(self, name: str) -> tuple[int, str]:
        """Return the unit, -1 = any, and the category, "" = any, that a limit is named by."""
        units = self._company.units.code.tolist()
        both = (self._company.budget_requests.category, self._company.budget_limits.category)
        categories = {category for column in both for category in column.tolist()} - {""}
        unit, _, category = name.partition("/")
        if unit in units and (not category or category in categories):
            return units.index(unit), category
        if name in categories:
            return -1, name
        raise self._refused("limit", name=name, near=nearest(name, [*units, *sorted(categories)]))

    def _request(self, name: str) -> tuple[tuple[Any, ...], Any]:
        code, _, column = name.rpartition(".")
        codes = self._company.budget_requests.code.tolist()
        if code not in codes:
            raise self._refused("request", name=code or name, near=nearest(code or name, codes))
        if column not in REQUEST_COLUMNS:
            raise self._refused("column", name=column, known=", ".join(REQUEST_COLUMNS))
        return ("request", codes.index(code), column), self._request_value(column)

    def _request_value(self, column: str) -> Any:
        if column == "mandatory":
            word = self._value.lower()
            if word not in _YES | _NO:
                raise self._refused("yes_no")
            return int(word in _YES)
        empty = self._value.lower() in _NONE and column != "requested"
        if column == "value":
            return math.nan if empty else self._number()
        return -1 if empty else self._amount()

    def _number(self) -> float:
        text = self._value.replace(",", "")
        if not _AMOUNT.fullmatch(text.removeprefix("-")):
            raise self._refused("number")
        return float(text)

    def _amount_or_none(self) -> int | None:
        return None if self._value.lower() in _NONE else self._amount()

    def _amount(self) -> int:
        """Return an amount in minor units."""
        text, decimals = self._value.replace(",", ""), currency_decimals(self._currency)
        if not _AMOUNT.fullmatch(text) or Decimal(text) > _LARGEST:
            raise self._refused("amount", currency=self._currency)
        minor = Decimal(text).scaleb(decimals)
        if minor != minor.to_integral_value():
            raise self._refused("amount", currency=self._currency)
        return int(minor)

    def _ratio_or_none(self) -> Fraction | None:
        if self._value.lower() in _NONE:
            return None
        match = _RATIO.fullmatch(self._value)
        ratio = Fraction(match[1]) / (100 if match[2] else 1) if match else Fraction(-1)
        if not 0 <= ratio <= 1:
            raise self._refused("ratio")
        return ratio
