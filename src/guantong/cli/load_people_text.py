"""What a file of people makes of a company, as text and as JSON."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from guantong.cli.wrapping import wrap
from guantong.engine.tables import TABLES
from guantong.formats.people.loading import PeopleLoad
from guantong.formats.people.mapping import WORDS_TARGET, PeopleMapping, mapping_text
from guantong.formats.people.problems import PeopleProblem
from guantong.formats.people.source import PeopleFile
from guantong.messages.labels import label
from guantong.messages.people import kind_cure, kind_title, people_problem_line, target_name

_SHOWN = 3
_UNITS_SHOWN = 12
_INDENT = "    "


@dataclass(frozen=True)
class Shown:
    """What is shown of a load.

    Attributes:
        file: The file.
        mapping: How it was read.
        source: By target of the mapping "given", "kept" or "guessed".
        load: What becomes of the company.
        outcome: "nothing", "waits", "dry_run", "done" or "saved".
    """

    file: PeopleFile
    mapping: PeopleMapping
    source: Mapping[str, str]
    load: PeopleLoad
    outcome: str


def people_document(shown: Shown, language: str) -> dict[str, Any]:
    """Return a load as JSON: mapping, people by unit, every problem with its cure, what changes."""
    load = shown.load
    return {
        "company": load.company.code,
        "file": shown.file.name,
        "outcome": shown.outcome,
        "mapping": {
            target: {"headings": list(names), "source": shown.source[target]} for target, names in shown.mapping.items()
        },
        "people": {"rows": load.rows, "active": load.active, "left": load.left},
        "units": [{"code": code, "name": name, "people": count} for code, name, count in _units(load)],
        "problems": [_problem_entry(problem, language) for problem in load.problems],
        "changes": {table: {"new": new, "changed": changed} for table, (new, changed) in load.changes.items()},
    }


def _problem_entry(problem: PeopleProblem, language: str) -> dict[str, Any]:
    return {
        "kind": problem.kind,
        "row": problem.row,
        "subject": problem.subject or None,
        "target": problem.target or None,
        "value": problem.value,
        "cure": {"kind": problem.cure, "to": problem.to or None},
        "details": dict(problem.details),
        "message": people_problem_line(problem, language),
    }


def _units(load: PeopleLoad) -> list[tuple[str, str, int]]:
    """Return code, name and employed people of the file of each unit that has any, the largest first."""
    names = dict(zip(load.company.units.code.tolist(), load.company.units.name.tolist(), strict=True))
    counts = sorted(load.per_unit.items(), key=lambda item: (-item[1], item[0]))
    return [(code, str(names[code]), count) for code, count in counts]


def write_people(console: Console, shown: Shown, language: str) -> None:
    """Write how a file was read, who is in it, what is wrong with it, and what changes."""
    company = shown.load.company
    heading = f"  {shown.file.name} → {company.company.name[0]} ({company.code})"
    console.print(Text(label("load_people.heading", language), style="bold").append(heading, style="not bold"))
    console.print()
    _write_mapping(console, shown, language)
    console.print()
    _write_people(console, shown.load, language)
    if shown.load.problems:
        console.print()
        console.print(Text(label("load_people.problems", language), style="bold"))
        for line, style in _problem_lines(shown.load.problems, language):
            first, *more = wrap(line, console.width - len(_INDENT)).split("\n")
            indent = line[: len(line) - len(line.lstrip())] + "  "
            console.print(Text("\n".join([first, *(indent + each.lstrip() for each in more)]), style=style))
    console.print()
    _write_changes(console, shown.load, language)


def _write_mapping(console: Console, shown: Shown, language: str) -> None:
    table = Table.grid(padding=(0, 2, 0, 0))
    for target, names in shown.mapping.items():
        if names:
            mark = "" if shown.source[target] == "given" else label(f"load_people.{shown.source[target]}", language)
            table.add_row(Text(target_name(target, language)), Text(" + ".join(names)), Text(mark, style="dim"))
    console.print(table)
    used = {name for target, names in shown.mapping.items() if target != WORDS_TARGET for name in names}
    unused = [heading for heading in shown.file.headings if heading not in used]
    if unused:
        words = label("load_people.unused", language, headings=", ".join(unused))
        console.print(Text(wrap(words, console.width)))
    if "guessed" in shown.source.values():
        words = f"{label('load_people.as_option', language)}--map {_shell(mapping_text(shown.mapping))}"
        console.print(Text(words, style="dim"), soft_wrap=True)  # in one piece, so that it can be copied


def _shell(text: str) -> str:
    return text if not set(text) & set(" \"'()&;|<>*?$`\\") else "'" + text.replace("'", "'\\''") + "'"


def _write_people(console: Console, load: PeopleLoad, language: str) -> None:
    counts = {"rows": f"{load.rows:,}", "active": f"{load.active:,}", "left": f"{load.left:,}"}
    console.print(Text(wrap(label("load_people.people", language, **counts), console.width)))
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right")
    units = _units(load)
    for code, name, count in units[:_UNITS_SHOWN]:
        table.add_row(f"  {count:,}", Text(name if name == code else f"{name} ({code})"))
    console.print(table)
    if len(units) > _UNITS_SHOWN:
        rest = units[_UNITS_SHOWN:]
        people = sum(count for _, _, count in rest)
        console.print(Text("  " + label("load_people.more_units", language, count=len(rest), people=f"{people:,}")))


def _problem_lines(problems: tuple[PeopleProblem, ...], language: str) -> Iterator[tuple[str, str]]:
    """Yield the problems by kind, each with its count, its cure and its first places, and the style of each line."""
    for kind, group in groupby(problems, key=lambda problem: problem.kind):
        found = list(group)
        yield f"  {len(found):,} × {kind_title(kind, language)}", ""
        yield f"  → {kind_cure(kind, language)}", "cyan"
        for problem in found[:_SHOWN]:
            yield f"{_INDENT}{people_problem_line(problem, language)}", "dim"
        if len(found) > _SHOWN:
            yield f"{_INDENT}{label('load_people.more', language, count=f'{len(found) - _SHOWN:,}')}", "dim"


def _write_changes(console: Console, load: PeopleLoad, language: str) -> None:
    if not load.changes:
        return
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column()
    for _ in range(2):
        table.add_column(justify="right")
    table.add_row(*(label(f"load.{word}", language) for word in ("sheet", "new", "changed")), style="dim")
    for name, counts in load.changes.items():
        words = TABLES[name].zh if language == "zh" else name
        table.add_row(words, *(f"{count:,}" if count else "·" for count in counts))
    console.print(table)
    console.print()
