"""Why the connection index is what it is: whom each link loses, and behind which finding (docs/rules/thread.md)."""

from collections.abc import Iterator

import numpy as np

from guantong.engine.explain.terms import Term, filled_cells
from guantong.engine.findings import SUBJECT_TYPES, reported, subject_codes
from guantong.engine.snapshot import Snapshot
from guantong.engine.thread import CAUSES, LINKS, blame, index, links, paths


def index_term(snapshot: Snapshot, unit: int | None = None) -> Term:
    """Return how the connection index came about, of the company or of a unit and those below it.

    Args:
        unit: Position in units; None = the company.
    """
    result = index(snapshot)
    size = len(snapshot.company.people)
    here = np.ones(size, dtype=bool)
    about: tuple[tuple[str, str], ...] = (("company", snapshot.company.code),)
    if unit is not None:
        here = snapshot.within(snapshot.company.people.unit, np.full(size, unit))
        about = (("unit", str(snapshot.company.units.code[unit])),)
    people = int((snapshot.settled & here).sum())
    whole = int((result.holds & here).sum())

    def terms() -> Iterator[Term]:
        counted = Term("people_counted", people, "count", note="people_counted")
        lost = [Term("lost", int((here & (result.lost_at == place)).sum()), "count", (("link", link),),
                     opened=lambda place=place, link=link: _lost(snapshot, place, link, here))  # type: ignore[misc]
                for place, (link, _, _) in enumerate(result.funnel)]  # fmt: skip
        yield Term("whole", whole, "count", formula="{people_counted} − Σ{lost}", opened=lambda: [counted, *lost])
        yield counted

    if not people:
        return Term("index", None, "ratio", about, note="nobody_counted", opened=terms)
    return Term("index", whole / people, "ratio", about, formula="{whole} ÷ {people_counted}", opened=terms)


def _lost(snapshot: Snapshot, place: int, link: str, here: np.ndarray) -> Iterator[Term]:
    """Yield the findings behind a link's losses, most people first, each with its people; one counts for each."""
    lost = here & (index(snapshot).lost_at == place)
    cause, person = _blamed(snapshot, place, link, lost)
    causes, count = np.unique(cause, return_counts=True)
    for one in causes[np.lexsort((causes, -count))].tolist():
        rule, table, subject = _named(snapshot, one)
        people = person[cause == one].tolist()
        yield Term(
            "people_behind",
            len(people),
            "count",
            (("rule", rule), (SUBJECT_TYPES[table], str(subject_codes(snapshot.company, table)[subject]))),
            cells=filled_cells(snapshot.company, table, subject, "code"),
            opened=lambda people=people: [_person(snapshot, row) for row in people],  # type: ignore[misc]
        )
    silent = np.setdiff1d(np.flatnonzero(lost), person).tolist()
    if silent:
        yield Term(
            "people_unexplained", len(silent), "count", opened=lambda: [_person(snapshot, row) for row in silent]
        )


def _person(snapshot: Snapshot, row: int) -> Term:
    code = str(snapshot.company.people.code[row])
    return Term(
        "person", code, "text", (("person", code),), cells=filled_cells(snapshot.company, "people", row, "code")
    )


def _blamed(snapshot: Snapshot, place: int, link: str, lost: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (cause, person) of the people whom a link loses, each pair once, as thread counts them."""
    way, behind = paths(snapshot), blame(snapshot)
    if link == "goal":
        people = np.flatnonzero(lost & reported(snapshot, "GOAL-NOBODY", "people"))
        return CAUSES.index(("GOAL-NOBODY", "people")) * behind.stride + people, people
    alive = np.ones(len(way.goals), dtype=bool)
    for passed in list(links(snapshot).values())[:place]:
        alive &= passed
    chosen = (behind.link == LINKS.index(link)) & (alive & lost[way.person])[behind.row]
    pairs = np.unique(np.column_stack([behind.cause[chosen], way.person[behind.row[chosen]]]), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _named(snapshot: Snapshot, cause: int) -> tuple[str, str, int]:
    place, subject = divmod(cause, blame(snapshot).stride)
    return (*CAUSES[place], subject)
