"""Units as a file of people names them: by code, by name or by path; those that are not there yet are made."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping

from guantong.engine.tables import TABLES
from guantong.formats.characters import code_form, folded, trim
from guantong.formats.people.employment import has_left
from guantong.formats.people.problems import PeopleProblem, problem
from guantong.formats.people.records import Records
from guantong.formats.people.standing import Cells, KnownPeople, append_row, free_code

_STEP = re.compile(r"\s*[/／\\>＞»]\s*")
_KINDS = TABLES["units"].by_name["kind"].choice_values


class Units:
    """The units of the company, found by code, name and path, and made where they are missing.

    Attributes:
        cells: Their cells by column.
        problems: What was made, and what could be read in two ways.
    """

    def __init__(self, cells: Cells, people: Container[str], written: Iterable[str]) -> None:
        """Take the units that there are.

        Args:
            cells: Their cells by column.
            people: Codes that people have, which no unit can.
            written: What the file has in the cells that say which unit.
        """
        self.cells = cells
        self.problems: list[PeopleProblem] = []
        self._people = people
        self._written = set(written) - {""}
        self._meant: dict[str, str] = {}  # code of the unit that a name stood for
        self._claimed = set(map(code_form, self._written))  # codes that another cell stands for
        self._place = {code: at for at, code in enumerate(cells["code"])}
        self._named: dict[str, list[str]] = defaultdict(list)
        self._below: dict[tuple[str, str], str] = {}
        for code in sorted(self._place, key=lambda code: (self.depth(code), code)):
            self._enter(code)

    def depth(self, code: str) -> int:
        """Return how many units stand above a unit."""
        depth = 0
        while parent := self.cells["parent"][self._place[code]]:
            code = parent
            depth += 1
        return depth

    @property
    def root(self) -> str:
        """Return the code of the unit at the top."""
        return str(self.cells["code"][self.cells["parent"].index("")])

    def position(self, code: str) -> int:
        """Return the position of a unit in the cells."""
        return self._place[code]

    def make_root(self, code: str, name: str) -> None:
        """Make the unit at the top where there is none; a first step that all paths share is its name."""
        if not self.cells["code"]:
            paths = [_steps(word) for word in self._written]
            first = {path[0] for path in paths if path}
            name = first.pop() if len(first) == 1 and any(len(path) > 1 for path in paths) else name
            made = self._make(free_code(code, self._people), name, "")
            self.problems.append(problem("no_root", None, made, ("", ""), made, name=name))

    def rename(self, code: str, name: str, place: tuple[int, int]) -> None:
        """Give a unit the name that the file has for it, unless the file calls it or another unit otherwise by name."""
        old = self._name(code)
        if not name or name == old:
            return
        if folded(name) != folded(old) and (
            self._meant.get(folded(old)) == code or self._meant.get(folded(name), code) != code
        ):
            details = {"people": str(place[1])}
            self.problems.append(problem("other_unit_name", place[0], code, ("unit_name", name), old, **details))
        else:
            self.cells["name"][self._place[code]] = name

    def find(self, word: str, name: str, place: tuple[int, int]) -> str:
        """Return the code of the unit that a cell means; one that is not there yet is made.

        Args:
            word: The cell: a code, a name or a path of them.
            name: The unit's name where the file has it beside, else "".
            place: First row that names it, and how many do.
        """
        path = _steps(word)
        if len(path) > 1:
            return self._along(path, place)
        known = self._known(word, place[0]) or (name and self._unclaimed(name))
        return known or self._new(word, name or word, self.root, place)

    def _unclaimed(self, name: str) -> str:
        """Return a unit of this name for which no cell stands yet."""
        found = next((code for code in self._named.get(folded(name), ()) if code not in self._claimed), "")
        if found:
            self._claimed.add(found)
            self._meant[folded(name)] = found
        return found

    def _known(self, word: str, row: int) -> str:
        code = code_form(word)
        if code in self._place:
            return code
        named = self._named.get(folded(word), [])
        self._meant.update({folded(word): code for code in named[:1]})
        if len(named) > 1:
            codes = ", ".join(named)
            self.problems.append(problem("same_unit_name", row, named[0], ("unit", word), named[0], codes=codes))
        return named[0] if named else ""

    def _along(self, path: list[str], place: tuple[int, int]) -> str:
        at = self.root
        for number, step in enumerate(path):
            is_root = number == 0 and (code_form(step) == at or folded(step) == folded(self._name(at)))
            if is_root:
                continue
            found = self._below.get((at, folded(step))) or self._below.get((at, code_form(step)))
            if not found and number == 0:
                found = self._known(step, place[0])
            if found:
                self._meant[folded(step)] = found
            at = found or self._new(step, step, at, place)
        return at

    def _name(self, code: str) -> str:
        return str(self.cells["name"][self._place[code]])

    def _new(self, word: str, name: str, parent: str, place: tuple[int, int]) -> str:
        code = self._make(free_code(word, self._people, self._place), name, parent)
        self._meant.setdefault(folded(name), code)
        self._claimed.add(code)
        details = {"name": name, "parent": parent, "people": str(place[1])}
        self.problems.append(problem("new_unit", place[0], code, ("unit", word), code, **details))
        return code

    def _make(self, code: str, name: str, parent: str) -> str:
        kind = "company" if not parent else "department" if parent == self.root else "team"
        row = {"code": code, "name": trim(name), "parent": parent, "kind": _KINDS.index(kind)}
        append_row(self.cells, "units", row)
        self._place[code] = len(self.cells["code"]) - 1
        self._enter(code)
        return code

    def _enter(self, code: str) -> None:
        name, parent = folded(self._name(code)), self.cells["parent"][self._place[code]]
        self._named[name].append(code)
        for word in (name, code):
            self._below.setdefault((parent, word), code)


def _steps(word: str) -> list[str]:
    return [step for step in map(trim, _STEP.split(word)) if step]


def settle_units(records: Records, known: KnownPeople, units: Units, day: int) -> None:
    """Put the code of each person's unit into the records' `unit`; nobody who is employed is without one."""
    words = unit_words(records)
    names = _names(records, words)
    counts = Counter(words)
    first = dict(reversed(list(zip(words, records.rows, strict=True))))
    codes = {"": ""}
    for word in sorted(counts.keys() - {""}, key=lambda word: (_STEP.search(word) is None, word)):
        codes[word] = units.find(word, names.get(word, ""), (first[word], counts[word]))
    for word, code in codes.items():
        if code and code == code_form(word):
            units.rename(code, names.get(word, ""), (first[word], counts[word]))
    records.problems += units.problems
    is_mapped = records.has("unit") or records.has("unit_name")
    found, lefts = [], records.of("left")
    for at, person in enumerate(records.of("code")):
        code = codes[words[at]]
        if not code and (not is_mapped or has_left(lefts[at], day)):
            code = known.value(person, "unit")
        if not code and not has_left(lefts[at], day):
            code = known.value(person, "unit") or units.root
            records.problems.append(problem("no_unit", records.rows[at], person, ("unit", ""), code))
        found.append(code)
    records.cells["unit"] = found


def unit_words(records: Records) -> list[str]:
    """Return what says which unit, by row: the unit's cell, else its name."""
    return [unit or name for unit, name in zip(records.of("unit"), records.of("unit_name"), strict=True)]


def _names(records: Records, words: list[str]) -> Mapping[str, str]:
    """Return the name that the file has for each unit, the most frequent where they differ."""
    if not records.has("unit_name"):
        return {}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    rows: dict[tuple[str, str], int] = {}
    for row, word, name in zip(records.rows, words, records.of("unit_name"), strict=True):
        if name:
            counts[word][name] += 1
            rows.setdefault((word, name), row)
    names = {word: min(found, key=lambda name: (-found[name], name)) for word, found in counts.items()}
    for word, found in counts.items():
        for name in found.keys() - {names[word]}:
            place = rows[word, name], word, ("unit_name", name)
            records.problems.append(problem("other_unit_name", *place, names[word], people=str(found[name])))
    return names
