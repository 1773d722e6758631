"""The money of the demo company: envelope, requests and entries of the year's budget; schemes, tables and members."""

import datetime
from collections.abc import Iterable, Iterator

from guantong.demo.days import Days
from guantong.demo.organisation import COMPANY, HEADS, NEWCOMER, PEOPLE
from guantong.demo.rows import Row, Text

MILLION = 1_000_000
ENVELOPE = 2_350
LAST_ENVELOPE = 1_980

# code, name, unit, goal, key task, category, requested and allocated in millions, running
REQUESTS: tuple[tuple[str, Text, str, str, str, Text, tuple[int, int], bool], ...] = (
    ("B01", ("新车型开发", "New-model development"), "RD", "RD1", "", ("研发", "R&D"), (450, 420), False),
    ("B02", ("新车型产线改造", "Lines for the new models"), "PRO", "PRO2", "",
     ("设备", "Equipment"), (320, 300), False),
    ("B03", ("新店建设", "New stores"), "SAL", "SAL1", "", ("渠道", "Channel"), (280, 260), False),
    ("B04", ("高能量密度电池方案", "Battery of higher energy density"), "RD-BAT", "BAT1", "",
     ("研发", "R&D"), (130, 120), False),
    ("B05", ("800V 超快充平台", "800 V fast-charging platform"), "RD-VEH", "VEH2", "K4",
     ("研发", "R&D"), (60, 0), False),
    ("B06", ("线上直营商城", "Direct online shop"), "MKT", "DIG1", "", ("数字化", "Digital"), (45, 40), False),
    ("B07", ("增值服务平台", "Service platform"), "SVC", "SVC1", "", ("数字化", "Digital"), (35, 30), False),
    ("B08", ("欧洲准入认证", "European approval"), COMPANY, "C8", "", ("海外", "Abroad"), (55, 50), False),
    ("B09", ("新车型上市传播", "Launch promotion"), "MKT", "MKT1", "", ("推广", "Promotion"), (90, 80), False),
    ("B10", ("关键人才引进", "Winning key people"), "HR", "HR1", "", ("人才", "People"), (18, 15), False),
    ("B11", ("检测设备更新", "New test equipment"), "PRO", "PRO1", "", ("设备", "Equipment"), (70, 60), False),
    ("B12", ("薪酬", "Wages"), "HR", "", "", ("薪酬", "Wages"), (800, 800), True),
    ("B13", ("租金与运营", "Rent and running"), "FIN", "", "", ("运营", "Running"), (120, 120), True),
)  # fmt: skip

# request, month, day, kind, millions, to, note; beside the monthly spending
EVENTS: tuple[tuple[str, int, int, str, int, str, Text], ...] = (
    ("B03", 1, 10, "commit", 245, "", ("全年门店建设框架合同", "Frame contracts for the year's stores")),
    ("B01", 2, 18, "commit", 395, "", ("开发与模具合同", "Development and tooling contracts")),
    ("B09", 3, 28, "refund", 1, "", ("媒体退款", "Refund by a media house")),
    ("B01", 4, 15, "release", 5, "", ("模具合同减项", "Tooling contract reduced")),
    ("B08", 7, 8, "reclaim", 5, "", ("二季度结余收回", "Unused in the second quarter")),
    ("B02", 8, 5, "supplement", 10, "", ("第二条产线提前", "Second line brought forward")),
    ("B10", 10, 12, "transfer", 2, "B03", ("转入新店建设", "To new stores")),
)

SLOW = {"B08": 0.8, "B10": 0.8}
"""Requests that spend less than planned."""

# scheme table: kind, (score, coefficient) points
COEFFICIENTS: tuple[tuple[str, tuple[tuple[int, float], ...]], ...] = (
    ("personal", ((0, 0.0), (60, 0.6), (100, 1.0), (120, 1.5))),
    ("unit", ((0, 0.5), (60, 0.8), (100, 1.0), (120, 1.2))),
    ("company", ((60, 0.8), (100, 1.0), (120, 1.2))),
)
SCHEME, LAST_SCHEME = "BONUS", "BONUS-LAST"
UNREWARDED = frozenset({"P056", "P063"})
# People whose reward hangs on the card of a unit although they do not lead it: they have no own card.
BY_UNIT_CARD = {"P028": "SAL-C", "P033": "SAL-NET", "P062": "FIN", "P066": COMPANY, NEWCOMER[0]: "RD-SW"}


def envelope_rows(days: Days) -> Iterator[Row]:
    """Yield last year's and this year's envelope."""
    yield {"cycle": str(days.year - 1), "amount": LAST_ENVELOPE * MILLION}
    yield {"cycle": str(days.year), "amount": ENVELOPE * MILLION}


def request_rows(days: Days) -> Iterator[Row]:
    """Yield the budget requests of the year."""
    for code, name, unit, goal, key_task, category, (requested, allocated), running in REQUESTS:
        yield {
            "code": code,
            "name": name,
            "cycle": str(days.year),
            "unit": unit,
            "goal": goal,
            "key_task": key_task,
            "category": category,
            "minimum": requested * MILLION * 6 // 10,
            "requested": requested * MILLION,
            "value": requested,
            "nature": "running" if running else "strategic",
            "mandatory": running,
            "allocated": allocated * MILLION,
        }


def entry_rows(days: Days) -> Iterator[Row]:
    """Yield what was spent on the 25th of each month and what else happened, up to the day."""
    number = 0
    for code, *_, (_, allocated), running in REQUESTS:
        for month in range(1, 13):
            date = datetime.date(days.year, month, 25)
            if allocated and date <= days.as_of:
                number += 1
                share = 1 / 12 if running else (72 + month) / 960 * SLOW.get(code, 1)
                amount = round(allocated * MILLION * share)
                yield {"code": f"E{number:03}", "request": code, "date": date, "kind": "spend", "amount": amount}
    for code, month, day, kind, amount, to, note in EVENTS:
        date = days.on(month, day)
        if date <= days.as_of:
            number += 1
            cells = {"amount": amount * MILLION, "to": to, "note": note}
            yield {"code": f"E{number:03}", "request": code, "date": date, "kind": kind, **cells}


def scheme_rows(days: Days) -> Iterator[Row]:
    """Yield last year's scheme, paid in spring, and this year's."""
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
        "code": SCHEME,
        "name": (f"{days.year} 年度奖金", f"Annual bonus {days.year}"),
        "cycle": str(days.year),
        "pool": 8 * MILLION,
        "published": days.if_past(days.on(1, 15)),
    }


def coefficient_rows() -> Iterator[Row]:
    """Yield the tables from score to coefficient of both schemes."""
    for scheme in (LAST_SCHEME, SCHEME):
        for kind, points in COEFFICIENTS:
            for score, coefficient in points:
                yield {"scheme": scheme, "kind": kind, "score": score, "coefficient": coefficient}


def member_rows(own_cards: Iterable[str]) -> Iterator[Row]:
    """Yield the members: heads by their unit's card, others by their own; last year's heads by the company's.

    Args:
        own_cards: People who have an own card.
    """
    held, leads = set(own_cards), {head: unit for unit, head in HEADS.items()}
    for person, *_ in (*PEOPLE, NEWCOMER):
        if person in leads:
            yield {"scheme": LAST_SCHEME, "person": person, "scorecard": COMPANY, "factor": 1}
        if person not in UNREWARDED:
            card = "" if person in held else BY_UNIT_CARD.get(person) or leads[person]
            yield {"scheme": SCHEME, "person": person, "scorecard": card, "factor": 1}
