"""The incentives of the demo company: schemes, tables from score to coefficient, members."""

from collections.abc import Iterable, Iterator

from guantong.demo.days import Days
from guantong.demo.organisation import COMPANY, HEADS, NEWCOMER, PEOPLE
from guantong.demo.rows import Row

MILLION = 1_000_000

# scheme table: kind, (score, coefficient) points
COEFFICIENTS: tuple[tuple[str, tuple[tuple[int, float], ...]], ...] = (
    ("personal", ((0, 0.0), (60, 0.6), (100, 1.0), (120, 1.5))),
    ("unit", ((0, 0.5), (60, 0.8), (100, 1.0), (120, 1.2))),
    ("company", ((60, 0.8), (100, 1.0), (120, 1.2))),
)
SCHEME, LAST_SCHEME = "BONUS", "BONUS-LAST"
PROJECT_SCHEME, LATE_SCHEME = "COCKPIT", "BONUS-Q3-LAST"
UNREWARDED = frozenset({"P056", "P063"})
# People whose reward hangs on the card of a unit although they do not lead it: they have no own card.
BY_UNIT_CARD = {"P028": "SAL-C", "P033": "SAL-NET", "P062": "FIN", "P066": "RD", NEWCOMER[0]: "RD-SW"}
# The cockpit award: member, card, factor.
PROJECT_MEMBERS: tuple[tuple[str, str, float], ...] = (
    ("P012", "RD-SW", 1),
    ("P013", "RD-SW", 1),
    ("P014", "RD-SW", 1.5),
    ("P065", "HR", 1),
)


def scheme_rows(days: Days) -> Iterator[Row]:
    """Yield last year's schemes, paid and owed, this year's bonus and the award for the cockpit."""
    common = {"mode": "share", "core_factor": 2.5, "promised_days": 30}
    yield {
        **common,
        "code": LAST_SCHEME,
        "name": (f"{days.year - 1} 年度奖金", f"Annual bonus {days.year - 1}"),
        "cycle": str(days.year - 1),
        "pool": 6 * MILLION,
        "published": days.on(2, 10, -1),
        "approved": days.if_past(days.on(2, 5)),
        "paid": days.if_past(days.on(2, 20)),
    }
    yield {
        **common,
        "code": LATE_SCHEME,
        "name": (f"{days.year - 1} 年三季度奖金", f"Bonus of the third quarter {days.year - 1}"),
        "cycle": f"{days.year - 1}-Q3",
        "pool": MILLION,
        "published": days.on(7, 20, -1),
        "approved": days.on(10, 25, -1),
    }
    yield {
        **common,
        "code": SCHEME,
        "name": (f"{days.year} 年度奖金", f"Annual bonus {days.year}"),
        "cycle": str(days.year),
        "pool": 8 * MILLION,
        "published": days.if_past(days.on(1, 15)),
    }
    yield {
        **common,
        "code": PROJECT_SCHEME,
        "name": ("座舱 3.0 专项奖", "Award for cockpit 3.0"),
        "cycle": str(days.year),
        "mode": "ceiling",
        "pool": MILLION // 2,
        "core_factor": 1.2,
    }


def coefficient_rows() -> Iterator[Row]:
    """Yield the tables from score to coefficient; the award takes scores as they are."""
    for scheme in (LAST_SCHEME, LATE_SCHEME, SCHEME):
        for kind, points in COEFFICIENTS:
            for score, coefficient in points:
                yield {"scheme": scheme, "kind": kind, "score": score, "coefficient": coefficient}


def member_rows(own_cards: Iterable[str], unrewarded: Iterable[str]) -> Iterator[Row]:
    """Yield the members: heads by their unit's card, others by their own; last year's heads by the company's.

    Args:
        own_cards: People who have an own card.
        unrewarded: People left out.
    """
    held, leads = set(own_cards), {head: unit for unit, head in HEADS.items()}
    out = set(unrewarded)
    for person, *_ in (*PEOPLE, NEWCOMER):
        if person in leads:
            yield {"scheme": LAST_SCHEME, "person": person, "scorecard": COMPANY, "factor": 1}
        if person not in out:
            card = "" if person in held else BY_UNIT_CARD.get(person) or leads[person]
            yield {"scheme": SCHEME, "person": person, "scorecard": card, "factor": 1}
    for person, card, factor in PROJECT_MEMBERS:
        yield {"scheme": PROJECT_SCHEME, "person": person, "scorecard": card, "factor": factor}
