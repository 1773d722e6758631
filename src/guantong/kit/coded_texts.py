"""Columns that hold codes as text, without a key to the rows: where a row is renamed they are written anew."""

from collections.abc import Mapping, Sequence

from guantong.engine.catalogue import CATALOGUE
from guantong.engine.findings import SUBJECT_TYPES

CODES_AS_TEXT: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("plan", "origin"): ("goals", "feedback"),
    ("scenarios", "unit"): ("units",),
    ("waivers", "subject"): (),
}
"""The columns with the tables of their codes; those of a waiver's subject depend on its rule."""

_PARTED = "processes"
"""Its code also stands before the slash in that of a node."""


def subject_tables(rule: str) -> frozenset[str]:
    """Return the tables whose rows a rule's findings are about; a node counts with its process."""
    kinds = set(CATALOGUE[rule].subjects) if rule in CATALOGUE else set()
    tables = {table for table, kind in SUBJECT_TYPES.items() if kind in kinds}
    return frozenset(tables | ({_PARTED} if "process_nodes" in tables else set()))


def renamed_text(text: str, tables: Sequence[str] | frozenset[str], new_codes: Mapping[str, Mapping[str, str]]) -> str:
    """Return a text that is a code with the new code of what it names, where that has one.

    Args:
        text: A code, or process and node parted by a slash.
        tables: Whose codes it may be.
        new_codes: By table the new code of each former one.
    """
    for table in tables:
        known = new_codes.get(table, {})
        if text in known:
            return known[text]
        code, slash, rest = text.partition("/")
        if table == _PARTED and slash and code in known:
            return f"{known[code]}/{rest}"
    return text
