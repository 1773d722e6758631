"""Sheet and column names as people write them: English, Chinese, both, or what the column is called elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from guantong.engine.tables import COLUMN_NAMES_ZH, TABLES
from guantong.formats.characters import folded, nearest

NOTE_HEADING = "#"
EXAMPLE_MARKS = frozenset({"例", "example"})
HELP_SHEETS: Mapping[str, str] = MappingProxyType({"zh": "说明", "en": "help"})

# More Chinese names of columns, by English name. Where a heading could name several columns of a sheet,
# it takes the first that is still free.
ALIASES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "amount": ("数额",),
        "capacity_minutes": ("月产能",),
        "category": ("科目", "类别"),
        "chain_link": ("环节",),
        "code": ("代码", "编号"),
        "confidence": ("信心指数",),
        "cycle_days": ("周期",),
        "date": ("时间",),
        "depends_on": ("依赖", "前置需求"),
        "done": ("完成日期",),
        "due": ("截止日期", "到期"),
        "end": ("结束日期",),
        "from_goal": ("牵头目标", "起点目标"),
        "goal": ("目标编码",),
        "holder": ("持有者", "考核对象"),
        "joined": ("入职日期",),
        "left": ("离职日期",),
        "link": ("价值链环节",),
        "manager": ("上级", "主管"),
        "month": ("月",),
        "next": ("后续节点",),
        "note": ("说明",),
        "owner": ("负责人", "责任人"),
        "person": ("员工", "人员"),
        "priority": ("重点",),
        "request": ("预算需求",),
        "scheme": ("激励方案",),
        "start": ("开始日期",),
        "text": ("正文",),
        "to_goal": ("协同目标", "终点目标"),
        "unit": ("部门", "单元", "组织单元"),
        "until": ("截止日期", "有效期"),
        "weight": ("权重",),
    }
)


@dataclass(frozen=True)
class Headings:
    """The heading row of a sheet, understood.

    Attributes:
        columns: Position in the row by English column name.
        note: Position of the `#` column, None where there is none.
        twice: (heading, column it names again).
        unknown: (heading, nearest column name or "").
    """

    columns: Mapping[str, int]
    note: int | None
    twice: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]


@cache
def sheet_names() -> Mapping[str, str]:
    """Return the English sheet name by every folded name."""
    names: dict[str, str] = {}
    for table in TABLES.values():
        for name in _spellings(table.name, table.zh):
            names.setdefault(folded(name), table.name)
    return MappingProxyType(names)


def sheet_named(name: str) -> str | None:
    """Return the English name of a sheet, None where nobody knows it."""
    return sheet_names().get(folded(name))


def nearest_sheet(name: str) -> str:
    """Return the English name of the sheet most like a name, or ""."""
    found = nearest(name, sheet_names())
    return sheet_names()[found] if found else ""


def is_help_sheet(name: str) -> bool:
    """Return whether a sheet is the help sheet of a template."""
    return folded(name) in {folded(help_name) for help_name in HELP_SHEETS.values()}


def understand(table: str, headings: Sequence[str]) -> Headings:
    """Return what each heading of a sheet names.

    English names come first, then a sheet's own Chinese ones, then the names that a column has elsewhere, so that
    a loose name never takes a column that a later heading names exactly.
    """
    words = [folded(heading) for heading in headings]
    taken: dict[str, int] = {}
    placed = {position for position, word in enumerate(words) if not word or word == NOTE_HEADING}
    candidates: dict[int, list[str]] = {}
    for index in _indexes(table):
        for position, word in enumerate(words):
            if position in placed:
                continue
            found = index.get(word, ())
            candidates.setdefault(position, []).extend(found)
            free = next((name for name in found if name not in taken), None)
            if free is not None:
                taken[free] = position
                placed.add(position)
    rest = [position for position in range(len(words)) if position not in placed]
    return Headings(
        columns=MappingProxyType(taken),
        note=words.index(NOTE_HEADING) if NOTE_HEADING in words else None,
        twice=tuple((headings[at], candidates[at][0]) for at in rest if candidates[at]),
        unknown=tuple((headings[at], _nearest_column(table, headings[at])) for at in rest if not candidates[at]),
    )


@cache
def _indexes(table: str) -> tuple[Mapping[str, tuple[str, ...]], ...]:
    columns = TABLES[table].columns
    english: dict[str, tuple[str, ...]] = {column.name: (column.name,) for column in columns}
    own: dict[str, tuple[str, ...]] = {}
    loose: dict[str, tuple[str, ...]] = {}
    for column in columns:
        for name in _spellings(column.name, column.zh):
            own[folded(name)] = (*own.get(folded(name), ()), column.name)
    for column in columns:
        for zh in _family(column.name):
            for name in _spellings(column.name, zh)[1:]:
                loose[folded(name)] = (*loose.get(folded(name), ()), column.name)
    return english, own, loose


@cache
def _family(column: str) -> tuple[str, ...]:
    """Return every Chinese name that columns of one English name have."""
    names = [each.zh for table in TABLES.values() for each in table.columns if each.name == column]
    names += [COLUMN_NAMES_ZH[column]] if column in COLUMN_NAMES_ZH else []
    return tuple(dict.fromkeys((*names, *ALIASES.get(column, ()))))


def _spellings(english: str, chinese: str) -> tuple[str, ...]:
    return (
        english,
        chinese,
        f"{chinese} {english}",
        f"{english} {chinese}",
        f"{chinese}{english}",
        f"{english}{chinese}",
    )


def _nearest_column(table: str, heading: str) -> str:
    words = {word: names for index in reversed(_indexes(table)) for word, names in index.items()}
    found = nearest(heading, words)
    return words[found][0] if found else ""
