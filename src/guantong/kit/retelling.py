"""Rows as a trail tells them: put together from every change, one after the other."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from guantong.engine.tables import TABLES, Column
from guantong.kit.records import DUTY_TARGETS

Cells = dict[str, str]
_CODED = "code"


def retold_rows(
    changes: Iterable[tuple[str, int, str, Cells, Cells, str]], sheets: Iterable[str]
) -> Mapping[str, list[Cells]]:
    """Return the rows that changes lead to, by table: filled cells by column.

    Former codes of rows that were renamed stand as the new ones, wherever they are referred to.

    Args:
        changes: Table, row, kind, cells before and after, and the action, in their order.
        sheets: Tables that are there even without rows.
    """
    tables: dict[str, dict[int, Cells]] = defaultdict(dict)
    renamed: dict[tuple[str, str], str] = {}
    for table, record, kind, before, after, action in changes:
        rows = tables[table]
        if kind == "remove":
            rows.pop(record, None)
        elif kind == "change":
            cells = {**rows.get(record, {}), **after}
            rows[record] = {name: cell for name, cell in cells.items() if cell}
        else:
            rows[record] = dict(after)
        if action == "rename_record" and _CODED in before:
            renamed[table, before[_CODED]] = after[_CODED]
    known: dict[str, list[Cells]] = {table: [] for table in sheets}
    known.update({table: list(rows.values()) for table, rows in tables.items()})
    if renamed:
        for name, listed in known.items():
            for column in TABLES[name].columns:
                _rename(listed, column, renamed)
    return known


def _rename(rows: list[Cells], column: Column, renamed: Mapping[tuple[str, str], str]) -> None:
    """Write the new code in place of each former one that a column refers to."""
    targets = DUTY_TARGETS if column.type == "duties" else column.targets
    if not any(table in targets for table, _ in renamed):
        return
    for row in rows:
        if column.name in row:
            items = row[column.name].split(";") if column.type in ("refs", "duties") else [row[column.name]]
            row[column.name] = ";".join(_newest(item, targets, renamed) for item in items)


def _newest(item: str, targets: Sequence[str], renamed: Mapping[tuple[str, str], str]) -> str:
    code, colon, duty = item.partition(":")
    for table in targets:
        seen = set()
        while (table, code) in renamed and code not in seen:
            seen.add(code)
            code = renamed[table, code]
    return code + colon + duty
