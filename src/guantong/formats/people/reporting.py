"""Who reports to whom: cells resolved to people, lines past those who have left, circles cut."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from guantong.formats.characters import code_form, folded
from guantong.formats.circles import LONGEST_PATH_SHOWN, tree_circles
from guantong.formats.people.employment import has_left, stated
from guantong.formats.people.problems import problem
from guantong.formats.people.records import Records
from guantong.formats.people.standing import KnownPeople
from guantong.formats.people.units import Units

_NOBODY, _UNKNOWN, _SEVERAL = -1, -2, -3


class _Staff:
    """Everybody: the file's people first, then those of the company whom the file does not have.

    Attributes:
        codes: By person; `written` are the codes as the file has them.
        managers: Position of each one's manager, -1 = none.
        gone: Whether each has left by the day.
    """

    def __init__(self, records: Records, known: KnownPeople, written: Sequence[str], day: int) -> None:
        here = set(records.of("code"))
        others = [at for at, code in enumerate(known.cells["code"]) if code not in here]

        def everybody(column: str) -> list[str]:
            return [*stated(records, known, column), *(known.cells[column][at] for at in others)]

        self.codes = everybody("code")
        self.homes = everybody("unit")
        lefts = [*records.of("left"), *(known.cells["left"][at] for at in others)]
        self.gone = [has_left(left, day) for left in lefts]
        self._by_code = {code: at for at, code in reversed(list(enumerate(self.codes)))}
        self._by_code.update({code: at for at, code in enumerate(written)})
        self._written = [*everybody("email"), *everybody("name")]
        self.managers = [self._by_code.get(known.value(code, "manager"), _NOBODY) for code in self.codes]

    @cached_property
    def _by_word(self) -> Mapping[str, Sequence[int]]:
        """Return who has an address or a name."""
        found: dict[str, list[int]] = defaultdict(list)
        for number, word in enumerate(self._written):
            if word:
                found[folded(word)].append(number % len(self.codes))
        return found

    def meant(self, word: str, at: int) -> int:
        """Return whom a cell means to somebody: a code, else an address, else a name, nearest colleagues first."""
        found = self._by_code.get(code_form(word))
        if found is not None:
            return found
        like = self._by_word.get(folded(word), ())
        named = [other for other in like if other != at]
        if like and not named:
            return at
        for choice in (named, [other for other in named if not self.gone[other]]):
            if len(choice) == 1:
                return choice[0]
        near = [other for other in named if self.homes[other] == self.homes[at] and not self.gone[other]]
        if len(near) == 1:
            return near[0]
        return _SEVERAL if named else _UNKNOWN


def settle_managers(records: Records, known: KnownPeople, units: Units, written: Sequence[str], day: int) -> None:
    """Put the code of each person's manager into the records' `manager`: an employed one or nobody, never in a circle.

    Args:
        records: The file's people, their units and days settled.
        known: The company's people.
        units: The units, heads settled.
        written: Codes of the file's people as the file has them.
        day: Day on which managers must be employed.
    """
    staff = _Staff(records, known, written, day)
    if records.has("manager"):
        _resolve(records, staff)
        _pass_over_gone(records, staff)
        _cut_circles(records, staff, units)
    count = len(records)
    records.cells["manager"] = [staff.codes[to] if to >= 0 else "" for to in staff.managers[:count]]


def _resolve(records: Records, staff: _Staff) -> None:
    for at, word in enumerate(records.of("manager")):
        if not word:
            if not staff.gone[at]:
                staff.managers[at] = _NOBODY
            continue
        to = staff.meant(word, at)
        kind = "own_manager" if to == at else {_UNKNOWN: "unknown_manager", _SEVERAL: "several_managers"}.get(to)
        if kind is not None:
            records.problems.append(problem(kind, records.rows[at], staff.codes[at], ("manager", word)))
        staff.managers[at] = _NOBODY if kind is not None else to


def _pass_over_gone(records: Records, staff: _Staff) -> None:
    """Let everybody employed report past those who have left to the nearest one who has not."""
    above: dict[int, int] = {}
    for at in range(len(staff.codes)):
        if staff.gone[at]:
            _find_above(at, staff, above)
    for at in range(len(records)):
        old = staff.managers[at]
        if old >= 0 and staff.gone[old] and not staff.gone[at]:
            new = above[old] if above[old] != at else _NOBODY
            to = staff.codes[new] if new >= 0 else ""
            place = records.rows[at], staff.codes[at], ("manager", staff.codes[old])
            records.problems.append(problem("manager_left", *place, to))
            staff.managers[at] = new


def _find_above(start: int, staff: _Staff, above: dict[int, int]) -> None:
    """Find the nearest employed manager of somebody who has left, and of all who have left on the way."""
    path: list[int] = []
    at = start
    while at >= 0 and staff.gone[at] and at not in above:
        above[at] = _NOBODY  # whom a circle leads back to has nobody
        path.append(at)
        at = staff.managers[at]
    found = above.get(at, at)
    for each in path:
        above[each] = found


def _cut_circles(records: Records, staff: _Staff, units: Units) -> None:
    parents = np.array(staff.managers, dtype=np.int64)
    reports = np.bincount(parents[parents >= 0], minlength=len(parents))
    depths: dict[str, int] = {}
    for code, head in zip(units.cells["code"], units.cells["head"], strict=True):
        depths[head] = min(depths.get(head, units.depth(code)), units.depth(code))
    no_head = len(units.cells["code"])
    for circle in tree_circles(parents):
        mine = [at for at in circle if at < len(records)]
        top = min(mine, key=lambda at: (depths.get(staff.codes[at], no_head), -int(reports[at]), at))
        names = [staff.codes[at] for at in circle]
        if len(names) > LONGEST_PATH_SHOWN:
            names = [*names[: LONGEST_PATH_SHOWN - 1], "…"]
        place = records.rows[top], staff.codes[top], ("manager", staff.codes[staff.managers[top]])
        records.problems.append(problem("circle", *place, path=" → ".join([*names, names[0]])))
        staff.managers[top] = _NOBODY
