"""Units as a file of people names them: by code, by name or by path; those that are not there yet are made."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Mapping

from guantong.engine.tables import TABLES
from guantong.formats.characters import code_form, folded, trim
from guantong.formats.people.employment import has_left
from guantong.formats.people.faults import Fault, fault
from guantong.formats.people.records import Records
from guantong.formats.people.standing import Cells, KnownPeople, append_row, free_code

_STEP = re.compile(r"\s*[/／\\>＞»]\s*")
_KINDS = TABLES["units"].by_name["kind"].choice_values


class Units:
    """The units of the company, found by code, name and path, and made where they are missing.

    Attributes:
        cells: Their cells by column.
        faults: What was made, and what could be read in two ways.
    """

    def __init__(self, cells: Cells, people: Container[str]) -> None:
        self.cells = cells
        self.faults: list[Fault] = []
        self._people = people
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
        """Make the unit at the top where there is none."""
        if not self.cells["code"]:
            made = self._make(free_code(code, self._people), name, "")
            self.faults.append(fault("no_root", None, made, ("", ""), made, name=name))

    def rename(self, code: str, name: str) -> None:
        """Give a unit the name that the file has for it."""
        if name and self.cells["name"][self._place[code]] != name:
            self.cells["name"][self._place[code]] = name
            self._named[folded(name)].append(code)

    def find(self, word: str, name: str, place: tuple[int, int]) -> str:
        """Return the code of the unit that a cell means; one that is not there yet is made.

        Args:
            word: The cell: a code, a name or a path of them.
            name: The unit's name where the file has it beside, else "".
            place: First row that names it, and how many do.
        """
        path = [trim(step) for step in _STEP.split(word) if trim(step)]
        if len(path) > 1:
            return self._along(path, place)
        known = self._known(word, place[0]) or (name and self._known(name, place[0]))
        return known or self._new(word, name or word, self.root, place)

    def _known(self, word: str, row: int) -> str:
        code = code_form(word)
        if code in self._place:
            return code
        named = self._named.get(folded(word), [])
        if len(named) > 1:
            codes = ", ".join(named)
            self.faults.append(fault("same_unit_name", row, named[0], ("unit", word), named[0], codes=codes))
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
            at = found or self._new(step, step, at, place)
        return at

    def _name(self, code: str) -> str:
        return str(self.cells["name"][self._place[code]])

    def _new(self, word: str, name: str, parent: str, place: tuple[int, int]) -> str:
        code = self._make(free_code(word, self._people, self._place), name, parent)
        details = {"name": name, "parent": parent, "people": str(place[1])}
        self.faults.append(fault("new_unit", place[0], code, ("unit", word), code, **details))
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


def settle_units(records: Records, known: KnownPeople, units: Units, day: int) -> None:
    """Put the code of each person's unit into the records' `unit`; nobody who is employed is without one."""
    words = _words(records)
    names = _names(records, words)
    counts = Counter(words)
    first = dict(reversed(list(zip(words, records.rows, strict=True))))
    codes = {"": ""}
    for word in sorted(counts.keys() - {""}, key=lambda word: (_STEP.search(word) is None, word)):
        codes[word] = units.find(word, names.get(word, ""), (first[word], counts[word]))
        if codes[word] == code_form(word):
            units.rename(codes[word], names.get(word, ""))
    records.faults += units.faults
    is_mapped = records.has("unit") or records.has("unit_name")
    found, lefts = [], records.of("left")
    for at, person in enumerate(records.of("code")):
        code = codes[words[at]]
        if not code and (not is_mapped or has_left(lefts[at], day)):
            code = known.value(person, "unit")
        if not code and not has_left(lefts[at], day):
            code = known.value(person, "unit") or units.root
            records.faults.append(fault("no_unit", records.rows[at], person, ("unit", ""), code))
        found.append(code)
    records.cells["unit"] = found


def _words(records: Records) -> list[str]:
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
            records.faults.append(fault("other_unit_name", *place, names[word], people=str(found[name])))
    return names
