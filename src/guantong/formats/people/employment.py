"""Who is employed: status words, days of joining and leaving, and people whom the file no longer has."""

from typing import Any

from guantong.engine.calendar import date_of
from guantong.formats.people.problems import PeopleProblem, problem
from guantong.formats.people.records import Records
from guantong.formats.people.standing import KnownPeople

NONE = float("nan")


def has_left(left: float, day: int) -> bool:
    """Return whether somebody with this day of leaving has left by a day; NaN = no day."""
    return left <= day


def stated(records: Records, known: KnownPeople, target: str) -> list[Any]:
    """Return the values of a column: the file's where it is mapped, else those that the company has."""
    if records.has(target):
        return list(records.of(target))
    return [known.value(code, target) for code in records.of("code")]


def settle_employment(records: Records, known: KnownPeople, day: int) -> None:
    """Put the days of joining and leaving that hold into the records' `joined` and `left`.

    Args:
        records: The file's people.
        known: The company's people.
        day: Day from which changes hold, days since 1970-01-01.
    """
    joined, left = stated(records, known, "joined"), stated(records, known, "left")
    status = records.of("status") if records.has("status") else [-1] * len(records)
    for at, code in enumerate(records.of("code")):
        if status[at] == 1:
            left[at] = _still_there(records, at, left[at], day)
        elif status[at] == 0 and left[at] != left[at]:
            left[at] = _gone(records, at, (known.value(code, "left"), joined[at]), day)
        if left[at] < joined[at]:
            place = records.rows[at], code, ("joined", date_of(int(joined[at])).isoformat())
            records.problems.append(problem("left_before_joined", *place, left=date_of(int(left[at])).isoformat()))
            joined[at] = NONE
    records.cells["joined"], records.cells["left"] = joined, left


def _still_there(records: Records, at: int, left: float, day: int) -> float:
    """Return the day of leaving of somebody whom the file calls active: only one that is to come."""
    if not has_left(left, day):
        return left
    if records.has("left"):
        place = records.rows[at], records.of("code")[at], ("left", date_of(int(left)).isoformat())
        records.problems.append(problem("active_with_left_date", *place))
    return NONE


def _gone(records: Records, at: int, days: tuple[float, float], day: int) -> float:
    """Return the day of leaving of somebody whom the file calls left without saying when."""
    before, joined = days
    if has_left(before, day):
        return before
    left = float(max(day, joined)) if joined == joined else float(day)
    place = records.rows[at], records.of("code")[at], ("left", "")
    records.problems.append(problem("left_without_date", *place, date_of(int(left)).isoformat()))
    return left


def mark_absent(known: KnownPeople, codes: set[str], day: int) -> list[PeopleProblem]:
    """Let everybody leave on a day who is employed and not in the file; returns them as problems."""
    problems = []
    for at, code in enumerate(known.cells["code"]):
        joined, left = known.cells["joined"][at], known.cells["left"][at]
        if code not in codes and not has_left(left, day):
            on = max(day, int(joined)) if joined == joined else day
            known.cells["left"][at] = float(on)
            name = known.cells["name"][at]
            problems.append(problem("not_in_file", None, code, ("left", ""), date_of(on).isoformat(), name=name))
    return problems
