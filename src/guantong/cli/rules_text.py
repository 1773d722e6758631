"""Rules as text for a terminal: the list by chapter, and one rule explained."""

from collections.abc import Iterable
from itertools import groupby

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from guantong.cli.report_text import SEVERITY_STYLES
from guantong.cli.wrapping import wrap
from guantong.engine.tables import CHOICES, TABLES
from guantong.messages.explanations import Explanation, ParameterExplained
from guantong.messages.labels import label

_INDENT = 2
_GAP = 2
_NARROWEST_TITLE = 24
"""Where titles would get fewer cells than this beside id and severity, they stand below them."""


def write_rules(console: Console, rules: list[Explanation], language: str, stage: str) -> None:
    """Write a list of rules by chapter: id, severities, title and parameters."""
    stage_word = CHOICES["stage"][stage] if language == "zh" else stage
    facts = [label("rules.count", language, count=len(rules)), label("rules.stage", language, stage=stage_word)]
    console.print(_headed(label("rules.heading", language), " · ".join(facts)))
    for chapter, members in groupby(rules, key=lambda rule: rule.chapter):
        console.print()
        console.print(Text(label(f"chapters.{chapter}", language), style="bold"))
        console.print(_indented(_listed(list(members), _widths(rules, language), console.width - _INDENT, language)))
    console.print()
    first = rules[0].rule
    hint = label("rules.hint", language, rule=first, family=first.split("-")[0])
    console.print(Text(wrap(hint, console.width), style="dim"))


def _widths(rules: list[Explanation], language: str) -> tuple[int, int]:
    """Return how many cells ids and severities take."""
    ids = max(cell_len(rule.rule) for rule in rules)
    return ids, max(cell_len(_severities(rule, language).plain) for rule in rules)


def _listed(rules: list[Explanation], widths: tuple[int, int], room: int, language: str) -> Table:
    """Return a table of rules: titles beside id and severities, or below them where that leaves little room."""
    left = room - sum(widths) - 2 * _GAP
    if left < _NARROWEST_TITLE:
        table = Table.grid()
        for rule in rules:
            table.add_row(Text("  ").join([_id(rule), _severities(rule, language)]))
            table.add_row(_indented(_summary(rule, language, room - _INDENT)))
        return table
    table = Table.grid(padding=(0, _GAP, 0, 0))
    for width in widths:
        table.add_column(no_wrap=True, min_width=width)
    for rule in rules:
        table.add_row(_id(rule), _severities(rule, language), _summary(rule, language, left))
    return table


def _id(rule: Explanation) -> Text:
    return Text(rule.rule, style="" if rule.is_on else "dim")


def _severities(rule: Explanation, language: str) -> Text:
    words = [Text(label(f"severity.{name}", language), style=SEVERITY_STYLES[name]) for name in rule.severities]
    return Text(label("rules.separator", language)).join(words)


def _summary(rule: Explanation, language: str, width: int) -> Text:
    """Return title, state and parameters in lines of at most `width` cells, each part whole where it fits."""
    parts = [*wrap(rule.title, width).split("\n")]
    state = _state(rule, language)
    for part in [f"[{state}]"] * (state is not None) + [_setting(one, language) for one in rule.parameters]:
        if cell_len(parts[-1]) + _GAP + cell_len(part) <= width:
            parts[-1] += " " * _GAP + part
        else:
            parts += wrap(part, width).split("\n")
    text = Text("\n".join(parts))
    text.stylize("dim", len(rule.title) if rule.is_on else 0)
    return text


def _state(rule: Explanation, language: str) -> str | None:
    """Return why a rule is silent, or that it blocks; None where it speaks as by default."""
    if not rule.in_stage:
        return label("rules.later", language)
    return {"off": label("rules.off", language), "block": label("modes.block", language)}.get(rule.mode)


def _setting(parameter: ParameterExplained, language: str) -> str:
    setting = f"{parameter.name}={parameter.written}"
    if parameter.value == parameter.default:
        return setting
    return label("rules.changed", language, setting=setting, default=parameter.written_default)


def write_rule(console: Console, rule: Explanation, language: str) -> None:
    """Write one rule: what it finds, why, what mends it, parameters, evidence, sheets."""
    console.print(_headed(rule.rule, rule.title))
    console.print(Text(wrap(_facts(rule, language), console.width), style="dim"))
    changed = any(parameter.value != parameter.default for parameter in rule.parameters)
    texts = {
        "what": rule.what,
        "why": rule.why,
        "cure": rule.cure,
        "example_default" if changed else "example": rule.example,
    }
    for name, text in texts.items():
        if text:
            _section(console, label(f"rules.{name}", language))
            console.print(_indented(wrap(text, console.width - _INDENT)))
    _section(console, label("rules.parameters", language))
    _write_parameters(console, rule, language)
    if rule.evidence:
        _section(console, label("rules.evidence", language))
        console.print(_indented(_pairs(rule.evidence, console.width - _INDENT)))
    _section(console, label("rules.sheets", language))
    console.print(_indented(wrap(sheets_line(rule, language), console.width - _INDENT)))


def _facts(rule: Explanation, language: str) -> str:
    separator = label("rules.separator", language)
    facts = [
        label(f"chapters.{rule.chapter}", language),
        separator.join(label(f"severity.{name}", language) for name in rule.severities),
        label(
            "rules.subjects",
            language,
            subjects=separator.join(label(f"subjects.{name}", language) for name in rule.subjects),
        ),
        label("rules.source", language, source=label(f"sources.{rule.source}", language)),
        label("rules.mode", language, mode=label(f"modes.{rule.mode}", language)),
    ]
    if not rule.in_stage:
        facts.append(label("rules.outside", language))
    return " · ".join(facts)


def _write_parameters(console: Console, rule: Explanation, language: str) -> None:
    width = console.width - _INDENT
    rows = []
    for parameter in rule.parameters:
        source = label(f"sources.{parameter.source}", language)
        origin = label("rules.default", language, default=parameter.written_default, source=source)
        rows.append((f"{parameter.name}={parameter.written}", f"{parameter.meaning}\n{origin}"))
    if rows:
        console.print(_indented(_pairs(rows, width)))
    console.print(_indented(Text(wrap(_how_to_set(rule, language), width), style="dim")))


def _how_to_set(rule: Explanation, language: str) -> str:
    if not rule.parameters:
        return label("rules.switch", language, rule=rule.rule)
    first = rule.parameters[0]
    return label("rules.setting", language, example=f"{rule.rule}.{first.name}={first.written}", rule=rule.rule)


def sheets_line(rule: Explanation, language: str) -> str:
    """Return the sheets that a rule judges, as the language calls them, and what their absence means."""
    names = [TABLES[sheet].zh if language == "zh" else sheet for sheet in rule.sheets]
    return label("rules.silent", language, sheets=label("rules.separator", language).join(names))


def _pairs(rows: Iterable[tuple[str, str]], width: int) -> Table:
    """Return a table of names with what they mean beside them."""
    listed = list(rows)
    names = max(cell_len(name) for name, _ in listed)
    table = Table.grid(padding=(0, _GAP, 0, 0))
    table.add_column(no_wrap=True)
    for name, meaning in listed:
        table.add_row(name, wrap(meaning, width - names - _GAP))
    return table


def _headed(heading: str, after: str) -> Text:
    return Text(heading, style="bold").append(f"  {after}", style="not bold")


def _section(console: Console, heading: str) -> None:
    console.print()
    console.print(Text(heading, style="bold"))


def _indented(content: str | Text | Table) -> Padding:
    return Padding(content, (0, 0, 0, _INDENT), expand=False)
