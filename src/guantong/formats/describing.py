"""What a column takes, in the reader's language: for the help of templates and for the page of the format."""

from collections.abc import Mapping
from types import MappingProxyType

from guantong.engine.tables import TABLES, Column, Table

LANGUAGES = ("zh", "en")

# Type word: (Chinese, English, example).
TYPES: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "code": ("编码：稳定的文本，不含 ; : /", "code: stable text without ; : /", "A01"),
        "text": ("文本", "text", "…"),
        "texts": ("列表，用 ; 分隔", "list separated by ;", "a; b"),
        "ref": ("编码，见“{targets}”表", "code of sheet {targets}", "A01"),
        "refs": ("编码列表，见“{targets}”表，用 ; 分隔", "codes of sheet {targets}, separated by ;", "A01; A02"),
        "number": ("数字", "number", "100"),
        "integer": ("整数", "whole number", "1"),
        "share": ("比例：0.2 或 20%", "share: 0.2 or 20%", "20%"),
        "money": ("金额，以元等主币单位填写", "amount in major units of the currency", "10000"),
        "bool": ("是/否", "yes/no", "是|yes"),
        "date": ("日期：2026-03-05", "date: 2026-03-05", "2026-03-05"),
        "month": ("月份：2026-03", "month: 2026-03", "2026-03"),
        "datetime": (
            "日期时间：2026-03-05 09:30（企业所在时区）",
            "date and time: 2026-03-05 09:30, company time",
            "2026-03-05 09:30",
        ),
        "choice": ("可选：{choices}", "one of: {choices}", ""),
        "links": ("列表：编码 或 编码:比例，用 ; 分隔", "list of code or code:share, separated by ;", "N2:80%; N3:20%"),
        "duties": (
            "列表：编码:职责，用 ; 分隔",
            "list of code:duty, separated by ;",
            "U02:按期供货|U02:deliver on time",
        ),
        "steps": ("列表：达成率:得分，用 ; 分隔", "list of attainment:points, separated by ;", "80%:60; 100%:100"),
    }
)

_EXAMPLES: Mapping[str, str] = MappingProxyType(
    {
        "code": "A01",
        "currency": "CNY",
        "timezone": "Asia/Shanghai",
        "settings": "GOAL-FOCUS.max=5",
        "schema": "1",
        "email": "li@example.com",
        "end": "2026-12-31",
        "due": "2026-12-31",
        "left": "",
        "rule": "GOAL-FOCUS",
        "weight": "20%",
    }
)
_NAMES: Mapping[str, tuple[str, str]] = MappingProxyType({"name": ("名称", "name"), "text": ("内容", "text")})


def type_text(column: Column, language: str) -> str:
    """Return what a cell of a column holds."""
    text = TYPES[column.type][LANGUAGES.index(language)]
    targets = [TABLES[target].zh if language == "zh" else target for target in column.targets]
    return text.format(
        targets=("”或“" if language == "zh" else " or ").join(targets),
        choices=("、" if language == "zh" else ", ").join(choice_words(column, language)),
    )


def choice_words(column: Column, language: str) -> list[str]:
    """Return the values of a choice column as a person picks them."""
    return list(column.choices.values()) if language == "zh" else list(column.choices)


def help_text(column: Column, language: str) -> str:
    """Return everything that a person filling in a column should know, in one line."""
    zh = language == "zh"
    parts = [type_text(column, language)]
    if column.required:
        parts.append("必填" if zh else "required")
    if column.default:
        shown = column.choices.get(column.default, column.default) if zh else column.default
        parts.append(f"空则为 {shown}" if zh else f"{shown} if empty")
    if column.minimum is not None or column.maximum is not None:
        parts.append(_limits(column, zh))
    if column.note[0]:
        parts.append(column.note[LANGUAGES.index(language)])
    return ("；" if zh else "; ").join(parts)


def _limits(column: Column, zh: bool) -> str:
    low, high = column.minimum, column.maximum
    if low is not None and high is not None:
        return f"{low:g} 至 {high:g}" if zh else f"{low:g} to {high:g}"
    bound = low if low is not None else high
    word = ("不小于" if zh else "at least") if low is not None else ("不大于" if zh else "at most")
    return f"{word} {bound:g}"


def example_of(column: Column, language: str) -> str:
    """Return a cell as an example of a column."""
    if column.name in _EXAMPLES:
        return _EXAMPLES[column.name]
    if column.type == "choice":
        return choice_words(column, language)[0]
    example = _NAMES[column.name][LANGUAGES.index(language)] if column.name in _NAMES else TYPES[column.type][2]
    zh, _, en = example.partition("|")
    return en if en and language == "en" else zh


def key_text(table: Table, language: str) -> str:
    """Return which columns tell a table's rows apart."""
    names = [table.by_name[name].zh if language == "zh" else name for name in table.key]
    if table.numbered:
        names.append("顺序号" if language == "zh" else "a running number among equal rows")
    return " + ".join(names)
