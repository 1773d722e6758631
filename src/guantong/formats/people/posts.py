"""Positions as titles name them, and heads of units."""

from collections import Counter, defaultdict

from guantong.formats.characters import code_form, folded
from guantong.formats.people.employment import has_left
from guantong.formats.people.problems import problem
from guantong.formats.people.records import Records
from guantong.formats.people.standing import Cells, KnownPeople, append_row, free_code
from guantong.formats.people.units import Units


def settle_positions(records: Records, known: KnownPeople, cells: Cells, day: int) -> None:
    """Put the code of each person's position into the records' `position`; a title that its unit lacks is made one."""
    if not records.has("position"):
        records.cells["position"] = [known.value(code, "position") for code in records.of("code")]
        return
    titles, units = records.of("position"), records.of("unit")
    codes = _position_codes({(unit, title) for unit, title in zip(units, titles, strict=True) if unit and title}, cells)
    found = []
    for at, person in enumerate(records.of("code")):
        code = codes.get((units[at], titles[at]), "")
        if titles[at] and not units[at]:
            records.problems.append(
                problem("position_without_unit", records.rows[at], person, ("position", titles[at]))
            )
        if not code and has_left(records.of("left")[at], day):
            code = known.value(person, "position")
        found.append(code)
    records.cells["position"] = found


def _position_codes(wanted: set[tuple[str, str]], cells: Cells) -> dict[tuple[str, str], str]:
    """Return the code of the position of each unit and title; those that are not there are added to the cells."""
    known: dict[tuple[str, str], str] = {}
    for code, name, unit in zip(cells["code"], cells["name"], cells["unit"], strict=True):
        known.setdefault((unit, folded(name)), code)
    taken = set(cells["code"])
    codes = {}
    for unit, title in sorted(wanted):
        code = known.get((unit, folded(title))) or (code_form(title) if code_form(title) in taken else "")
        if not code:
            code = free_code(f"{unit}-{title}", taken)
            append_row(cells, "positions", {"code": code, "name": title, "unit": unit})
            taken.add(code)
            known[unit, folded(title)] = code
        codes[unit, title] = code
    return codes


def settle_heads(records: Records, units: Units, day: int) -> None:
    """Make those the heads of their units of whom the file says so, one a unit."""
    if not records.has("head"):
        return
    candidates: dict[str, list[int]] = defaultdict(list)
    codes, homes, lefts = records.of("code"), records.of("unit"), records.of("left")
    for at, is_head in enumerate(records.of("head")):
        if is_head != 1:
            continue
        if has_left(lefts[at], day):
            details = {"unit": homes[at]}
            records.problems.append(problem("head_left", records.rows[at], codes[at], ("head", codes[at]), **details))
        else:
            candidates[homes[at]].append(at)
    reports = Counter(map(code_form, records.of("manager")))
    for unit, found in candidates.items():
        place = units.position(unit)
        old = units.cells["head"][place]
        best = min(found, key=lambda at: (codes[at] != old, -reports[codes[at]], at))
        units.cells["head"][place] = codes[best]
        for at in found:
            if at != best:
                where = records.rows[at], codes[at], ("head", codes[at])
                records.problems.append(problem("several_heads", *where, codes[best], unit=unit))
