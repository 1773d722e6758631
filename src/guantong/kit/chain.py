"""Digests that chain the entries of a trail: each is made of the one before and of what its own entry says.

Only what is the same in every database goes in: codes, keys and cells, never ids. It is written as JSON of one form, so
that a trail that travelled in a backup, or whose JSON a database keeps in a form of its own, has the same digests.
"""

import datetime
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from json.encoder import encode_basestring as _quoted
from typing import Any

START = ""
"""What stands before the first entry."""

_EXACT = 2**53
"""From here on a database may write a number in another way."""


def cells_text(cells: Mapping[str, str]) -> str:
    """Return cells as JSON of one form; `json.dumps` takes five times as long, and a load writes millions."""
    return f"{{{', '.join([f'{_quoted(name)}: {_quoted(cells[name])}' for name in sorted(cells)])}}}"


def read_text(cells: Any) -> str:
    """Return cells that were read as `cells_text` wrote them; what are no cells gives a text that it never writes."""
    if isinstance(cells, dict) and all(isinstance(cell, str) for cell in cells.values()):
        return cells_text(cells)
    return "?"


class ChangesDigest:
    """The digest of an entry's changes in their order, made in large steps."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self.count = 0

    def add(self, changes: Sequence[tuple[str, str, str, str, str]]) -> None:
        """Add changes, each as table, key, kind, and its cells before and after as `cells_text` writes them."""
        lines = [f"[{_quoted(table)}, {_quoted(record)}, {_quoted(kind)}, {before}, {after}]\n"
                 for table, record, kind, before, after in changes]  # fmt: skip
        self._digest.update("".join(lines).encode("utf-8", "surrogatepass"))
        self.count += len(lines)

    def hexdigest(self) -> str:
        """Return the digest of what was added so far."""
        return self._digest.hexdigest()


@dataclass(frozen=True)
class Facts:
    """What an entry says, as far as it is the same in every database."""

    company: str
    number: int
    at: datetime.datetime
    actor: str
    action: str
    details: Any
    size: int
    changes_digest: str


def entry_digest(former: str, facts: Facts) -> str:
    """Return the digest of an entry.

    Args:
        former: That of the entry before, `START` for the first.
        facts: What the entry says.
    """
    at = facts.at.astimezone(datetime.UTC).isoformat(timespec="microseconds")
    parts = (former, facts.company, facts.number, at, facts.actor, facts.action, facts.details, facts.size)
    return hashlib.sha256(_canonical([*parts, facts.changes_digest]).encode("utf-8", "surrogatepass")).hexdigest()


def _canonical(value: Any) -> str:
    """Return a value of JSON in one form: keys sorted, equal numbers alike."""
    if isinstance(value, str):
        return str(_quoted(value))
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, Mapping):
        pairs = sorted((str(name), cell) for name, cell in value.items())
        return f"{{{_joined(f'{_quoted(name)}: {_canonical(cell)}' for name, cell in pairs)}}}"
    return f"[{_joined(map(_canonical, value))}]"


def _joined(parts: Iterable[str]) -> str:
    return ", ".join(parts)


def _number(value: float) -> str:
    if abs(value) >= _EXACT:
        return repr(float(value))
    return str(int(value)) if value == int(value) else repr(value)
