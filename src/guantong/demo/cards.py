"""The scorecards of the demo company and the contracts signed on them.

A head's goals stand on the unit's card, everybody else's on the own card. Beside own goals a card may share a goal of
others: it then depends on what they reach together.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from guantong.demo.days import Days
from guantong.demo.goal import Goal
from guantong.demo.rows import Row

Item = tuple[str, float, str, Mapping[str, Any]]
"""Goal, weight, perspective (empty: the metric's), further columns."""

PLAIN: Mapping[str, Any] = {}
TOGETHER: Mapping[str, Any] = {"collaboration": True}
VETO: Mapping[str, Any] = {"method": "yesno", "veto": True, "veto_cap": 60}
STORE_STEPS: Mapping[str, Any] = {"method": "steps", "steps": ((0.6, 60), (0.8, 80), (1.0, 100), (1.1, 120))}
PASS_RATE: Mapping[str, Any] = {"method": "threshold", "threshold": 99.0, "stretch": 99.8}
SCORE_OF_FIVE: Mapping[str, Any] = {"method": "threshold", "threshold": 4.4, "stretch": 4.9}

UNIT_CARDS: Mapping[str, tuple[Item, ...]] = {
    "NEV": (
        ("C1", 0.15, "process", PLAIN),
        ("C2", 0.15, "", STORE_STEPS),
        ("C3", 0.15, "", PASS_RATE),
        ("C4", 0.2, "", PLAIN),
        ("C5", 0.1, "", PLAIN),
        ("C6", 0.1, "", PLAIN),
        ("C7", 0.15, "", SCORE_OF_FIVE),
    ),
    "RD": (
        ("RD1", 0.25, "process", PLAIN),
        ("RD2", 0.2, "customer", PLAIN),
        ("RD3", 0.15, "", PLAIN),
        ("PRO2", 0.2, "", TOGETHER),
        ("C9", 0.1, "", PLAIN),
        ("C10", 0.1, "", PLAIN),
    ),
    "SAL": (
        ("SAL1", 0.25, "", STORE_STEPS),
        ("SAL2", 0.35, "", PLAIN),
        ("SAL3", 0.1, "process", TOGETHER),
        ("MKT2", 0.15, "", TOGETHER),
        ("C10", 0.15, "", PLAIN),
        ("NET2", 0, "", {"points": 5}),
        ("C7", 0, "", {"monitor": True}),
    ),
    "PRO": (
        ("PRO1", 0.25, "", PASS_RATE),
        ("PRO2", 0.2, "", TOGETHER),
        ("PRO3", 0.2, "", PLAIN),
        ("QA2", 0.1, "", VETO),
        ("C9", 0.1, "", PLAIN),
        ("C7", 0.1, "", PLAIN),
        ("C10", 0.05, "", PLAIN),
    ),
    "MKT": (
        ("MKT1", 0.3, "process", PLAIN),
        ("MKT2", 0.3, "", PLAIN),
        ("SAL2", 0.2, "", PLAIN),
        ("SAL1", 0.1, "", TOGETHER),
        ("C10", 0.1, "", PLAIN),
    ),
    "SVC": (
        ("SVC1", 0.65, "", PLAIN),
        ("SVC2", 0.1, "", SCORE_OF_FIVE),
        ("SVC3", 0.1, "", TOGETHER),
        ("RD3", 0.1, "", TOGETHER),
        ("C10", 0.05, "", PLAIN),
    ),
    "SVC-VAS": (
        ("VAS1", 0.5, "", PLAIN),
        ("SVC2", 0.2, "", PLAIN),
        ("CARE2", 0.2, "process", TOGETHER),
        ("C10", 0.1, "", PLAIN),
    ),
    "FIN": (
        ("FIN1", 0.3, "", PLAIN),
        ("C9", 0.3, "", PLAIN),
        ("SCM1", 0.2, "", TOGETHER),
        ("C10", 0.2, "", PLAIN),
    ),
    "RD-VEH": (("VEH1", 0.5, "process", PLAIN), ("VEH2", 0.5, "", PLAIN)),
    "RD-BAT": (("BAT1", 0.8, "", PLAIN), ("RD2", 0.2, "", PLAIN)),
    "RD-SW": (("SW1", 0.7, "process", PLAIN), ("RD2", 0.3, "", PLAIN)),
    "SAL-NET": (("NET1", 0.5, "process", PLAIN), ("NET2", 0.5, "", PLAIN)),
    "PRO-ASM": (("ASM1", 0.7, "", PASS_RATE), ("PRO3", 0.3, "", PLAIN)),
    "PRO-QA": (("QA1", 0.7, "", PLAIN), ("QA2", 0.3, "", VETO)),
    "PRO-SCM": (("SCM1", 0.6, "", PLAIN), ("PRO1", 0.4, "", PASS_RATE)),
    "MKT-BRD": (("BRD1", 0.7, "process", PLAIN), ("MKT2", 0.3, "", PLAIN)),
    "MKT-DIG": (("DIG1", 0.6, "", PLAIN), ("MKT2", 0.4, "", PLAIN)),
    "SVC-AFT": (("AFT1", 0.8, "", PLAIN), ("SVC2", 0.2, "", PLAIN)),
    "SVC-CARE": (("CARE1", 0.5, "customer", PLAIN), ("CARE2", 0.5, "", PLAIN)),
    **{
        f"SAL-{letter}": ((f"SAL-{letter}1", 0.4, "", STORE_STEPS), (f"SAL-{letter}2", 0.6, "", PLAIN))
        for letter in "ESNCW"
    },
}

# Goals of others that people answer for, too.
SHARED: Mapping[str, tuple[Item, ...]] = {
    "P002": (("C4", 0.3, "", PLAIN), ("H1", 0, "", {"monitor": True})),
    "P005": (("RD2", 0.3, "", PLAIN),),
    "P006": (("RD2", 0.3, "", PLAIN),),
    "P010": (("RD2", 0.3, "", PLAIN),),
    "P014": (("RD2", 0.3, "", PLAIN),),
    "P036": (("PRO2", 0.3, "", PLAIN),),
    "P048": (("MKT2", 0.3, "", PLAIN),),
}

LAST_YEAR_CARD: tuple[Item, ...] = (
    ("L1", 0.3, "", PLAIN),
    ("L2", 0.2, "", PLAIN),
    ("L3", 0.2, "", PASS_RATE),
    ("L5", 0.2, "", PLAIN),
    ("L9", 0.1, "", PLAIN),
)


def card_rows(goals: Iterable[Goal], days: Days) -> Iterator[Row]:
    """Yield the cards: last year's of the company, then this year's of units and people."""
    yield from _card("NEV", str(days.year - 1), LAST_YEAR_CARD)
    for holder, items in UNIT_CARDS.items():
        yield from _card(holder, str(days.year), items)
    for person, own in person_cards(goals).items():
        yield from _card(person, str(days.year), own)


def person_cards(goals: Iterable[Goal]) -> Mapping[str, list[Item]]:
    """Return the items of each person's own card."""
    own: dict[str, list[Item]] = defaultdict(list)
    for goal in goals:
        if goal.share is not None:
            own[goal.owner].append((goal.code, goal.share, "" if goal.metric else "process", PLAIN))
    for person, shared in SHARED.items():
        own[person].extend(shared)
    return own


def _card(holder: str, cycle: str, items: Iterable[Item]) -> Iterator[Row]:
    for goal, weight, perspective, more in items:
        yield {
            "holder": holder,
            "cycle": cycle,
            "goal": goal,
            "weight": weight,
            "perspective": perspective or None,
            **more,
        }


def contract_rows(people: Iterable[str], days: Days) -> Iterator[Row]:
    """Yield the contracts of people who have an own card."""
    for person in people:
        signed, countersigned = days.if_past(days.on(1, 20)), days.if_past(days.on(1, 23))
        yield {
            "person": person,
            "cycle": str(days.year),
            "signed_by_person": signed,
            "signed_by_manager": countersigned,
        }
