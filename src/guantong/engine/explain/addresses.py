"""Addresses of figures: what can be asked for, and which figure an address names."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from guantong.engine.budgets import ledger
from guantong.engine.explain.budget import BUDGET_FIGURES, budget_term, request_term
from guantong.engine.explain.cards import card_term
from guantong.engine.explain.goals import GOAL_FIGURES
from guantong.engine.explain.index import index_term
from guantong.engine.explain.one_goal import OneGoal
from guantong.engine.explain.processes import PROCESS_FIGURES, process_term
from guantong.engine.explain.rewards import reward_term
from guantong.engine.explain.terms import Term
from guantong.engine.scorecards import cards
from guantong.engine.snapshot import Snapshot

FORMS: Mapping[str, str] = {
    "goal": f"goal:CODE.{'|'.join(GOAL_FIGURES)}",
    "scorecard": "scorecard:HOLDER | scorecard:HOLDER/CYCLE",
    "reward": "reward:SCHEME/PERSON",
    "index": "index | index:UNIT",
    "process": f"process:CODE.{'|'.join(PROCESS_FIGURES)}",
    "request": "request:CODE",
    "budget": f"budget.{'|'.join(BUDGET_FIGURES)}",
}
"""How an address is written, by its first word."""


class AddressError(ValueError):
    """An address that names no figure.

    Attributes:
        kind: What nobody knows: `form`, `figure`, or a subject type.
        value: As it was written.
        known: What would do in its place.
    """

    def __init__(self, kind: str, value: str, known: Iterable[str]) -> None:
        self.kind, self.value, self.known = kind, value, tuple(known)
        super().__init__(f"{kind}: {value}")


def explain(snapshot: Snapshot, address: str) -> Term:
    """Return how the figure at an address came about.

    Raises:
        AddressError: The address names no figure of this company on this day.
    """
    head, colon, rest = address.strip().partition(":")
    if head == "index":
        return _index(snapshot, rest) if rest or not colon else _refuse(address)
    if not colon and head.startswith("budget."):
        figure = head.removeprefix("budget.")
        return budget_term(snapshot, _figure(figure, BUDGET_FIGURES))
    by_head = {
        "goal": _goal,
        "scorecard": _scorecard,
        "reward": _reward,
        "process": _process,
        "request": _request,
    }
    return by_head[head](snapshot, rest) if rest and head in by_head else _refuse(address)


def _refuse(address: str) -> Term:
    raise AddressError("form", address, FORMS.values())


def _figure(figure: str, known: Mapping[str, Any]) -> str:
    if figure not in known:
        raise AddressError("figure", figure, known)
    return figure


def _position(code: str, kind: str, codes: Iterable[str], there: np.ndarray | None = None) -> int:
    """Return the position of a code among those that are there."""
    known = {each: row for row, each in enumerate(codes) if there is None or there[row]}
    if code not in known:
        raise AddressError(kind, code, known)
    return known[code]


def _goal(snapshot: Snapshot, rest: str) -> Term:
    code, dot, figure = rest.rpartition(".")
    row = _position(code if dot else rest, "goal", snapshot.company.goals.code.tolist(), snapshot.goals_there)
    return GOAL_FIGURES[_figure(figure if dot else "", GOAL_FIGURES)](OneGoal(snapshot, row))


def _process(snapshot: Snapshot, rest: str) -> Term:
    code, dot, figure = rest.rpartition(".")
    row = _position(code if dot else rest, "process", snapshot.company.processes.code.tolist())
    return process_term(snapshot, row, _figure(figure if dot else "", PROCESS_FIGURES))


def _request(snapshot: Snapshot, code: str) -> Term:
    requests = snapshot.company.budget_requests
    return request_term(snapshot, _position(code, "request", requests.code.tolist(), ledger(snapshot).there))


def _index(snapshot: Snapshot, code: str) -> Term:
    return index_term(snapshot, _position(code, "unit", snapshot.company.units.code.tolist()) if code else None)


def _scorecard(snapshot: Snapshot, rest: str) -> Term:
    """Return the card of a holder: in the cycle named, else in the checked year, else the first there is."""
    holder, slash, cycle = rest.partition("/")
    found, company = cards(snapshot), snapshot.company
    theirs: dict[str, dict[str, int]] = {}
    for card, (unit, person) in enumerate(zip(found.unit.tolist(), found.person.tolist(), strict=True)):
        code = str(company.units.code[unit] if unit >= 0 else company.people.code[person])
        theirs.setdefault(code, {})[str(company.cycles.code[found.cycle[card]])] = card
    if holder not in theirs:
        raise AddressError("holder", holder, theirs)
    by_cycle = theirs[holder]
    if slash and cycle not in by_cycle:
        raise AddressError("cycle", cycle, by_cycle)
    year = str(company.cycles.code[snapshot.year])
    return card_term(snapshot, by_cycle[cycle] if slash else by_cycle.get(year, min(by_cycle.values())))


def _reward(snapshot: Snapshot, rest: str) -> Term:
    code, _, person = rest.partition("/")
    company = snapshot.company
    schemes, members = company.reward_schemes, company.reward_members
    scheme = _position(code, "scheme", schemes.code.tolist(), snapshot.year_cycles[schemes.cycle])
    rows = np.flatnonzero(members.scheme == scheme)
    place = _position(person, "person", company.people.code[members.person[rows]].tolist())
    return reward_term(snapshot, int(rows[place]))
