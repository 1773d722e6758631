"""The budget of the demo company: envelope, limits, requests, monthly plans and entries of the year."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from guantong.demo.days import Days, month_end
from guantong.demo.organisation import COMPANY
from guantong.demo.rows import Row, Text

MILLION = 1_000_000
ENVELOPE = 2_680
LAST_ENVELOPE = 1_980
_FRONT_LOADED = (0.6, *(0.4 / 11,) * 11)
_RUNNING = (1 / 12,) * 12
RISING = tuple((72 + month) / 960 for month in range(1, 13))
_NOTHING = (0.0,) * 12


@dataclass(frozen=True)
class Request:
    """A budget request; `asked` and `allocated` in millions.

    Attributes:
        pace: What part of the planned spending is spent; None = nothing is booked month by month.
        spends: Share of the allocation spent in each month, before the pace.
    """

    code: str
    name: Text
    unit: str
    goal: str
    category: Text
    asked: int
    allocated: int
    key_task: str = ""
    running: bool = False
    pace: float | None = 1.0
    spends: tuple[float, ...] = field(default=RISING)


REQUESTS: tuple[Request, ...] = (
    Request("B01", ("新车型开发", "New-model development"), "RD", "RD1", ("研发", "R&D"), 450, 420),
    Request("B02", ("新车型产线改造", "Lines for the new models"), "PRO", "PRO2", ("设备", "Equipment"), 320, 300),
    Request("B03", ("新店建设", "New stores"), "SAL", "SAL1", ("渠道", "Channel"), 280, 260),
    Request("B04", ("高能量密度电池方案", "Battery of higher energy density"), "RD-BAT", "BAT1",
            ("研发", "R&D"), 130, 120),
    Request("B05", ("800V 超快充平台", "800 V fast-charging platform"), "RD-VEH", "VEH2", ("研发", "R&D"), 60, 0, "K4"),
    Request("B06", ("线上直营商城", "Direct online shop"), "MKT", "DIG1", ("数字化", "Digital"), 45, 40),
    Request("B07", ("增值服务平台", "Service platform"), "SVC", "SVC1", ("数字化", "Digital"), 140, 130,
            spends=_FRONT_LOADED),
    Request("B08", ("欧洲准入与渠道前期", "European approval and first channels"), COMPANY, "C8",
            ("海外", "Abroad"), 370, 350, pace=0.8),
    Request("B09", ("新车型上市传播", "Launch promotion"), "MKT", "MKT1", ("推广", "Promotion"), 90, 80),
    Request("B10", ("关键人才引进", "Winning key people"), "HR", "HR1", ("人才", "People"), 18, 15, pace=0.8),
    Request("B11", ("检测设备更新", "New test equipment"), "PRO", "PRO1", ("设备", "Equipment"), 70, 60),
    Request("B12", ("薪酬", "Wages"), "HR", "", ("薪酬", "Wages"), 800, 800, running=True, spends=_RUNNING),
    Request("B13", ("租金与运营", "Rent and running"), "FIN", "", ("运营", "Running"), 120, 120, running=True,
            spends=_RUNNING),
    Request("B14", ("数字化展厅", "Digital showroom"), "MKT", "", ("推广", "Promotion"), 20, 12),
    Request("B15", ("智能立体库", "Automated warehouse"), "PRO-SCM", "SCM1", ("设备", "Equipment"), 24, 20, pace=None),
)  # fmt: skip

# request, year offset, month, day, kind, millions, to, note; beside the monthly spending
EVENTS: tuple[tuple[str, int, int, int, str, int, str, Text], ...] = (
    ("B15", -1, 12, 20, "commit", 20, "", ("立体库总包合同", "Contract for the warehouse")),
    ("B03", 0, 1, 10, "commit", 245, "", ("全年门店建设框架合同", "Frame contracts for the year's stores")),
    ("B01", 0, 2, 18, "commit", 395, "", ("开发与模具合同", "Development and tooling contracts")),
    ("B09", 0, 3, 28, "refund", 1, "", ("媒体退款", "Refund by a media house")),
    ("B09", 0, 3, 29, "spend", 1, "", ("改投其他媒体", "Spent with another house")),
    ("B01", 0, 4, 15, "release", 5, "", ("模具合同减项", "Tooling contract reduced")),
    ("B08", 0, 7, 8, "reclaim", 5, "", ("二季度结余收回", "Unused in the second quarter")),
    ("B02", 0, 8, 5, "supplement", 10, "", ("第二条产线提前", "Second line brought forward")),
    ("B10", 0, 10, 12, "transfer", 2, "B03", ("转入新店建设", "To new stores")),
)

# unit, category, millions
LIMITS: tuple[tuple[str, Text | None, int], ...] = (
    ("RD", None, 620),
    ("MKT", ("推广", "Promotion"), 110),
    ("", ("设备", "Equipment"), 420),
)


def envelope_rows(days: Days) -> Iterator[Row]:
    """Yield last year's and this year's envelope."""
    yield {"cycle": str(days.year - 1), "amount": LAST_ENVELOPE * MILLION}
    yield {"cycle": str(days.year), "amount": ENVELOPE * MILLION}


def limit_rows(days: Days) -> Iterator[Row]:
    """Yield the most that a unit or a category may get."""
    for unit, category, millions in LIMITS:
        yield {"cycle": str(days.year), "unit": unit, "category": category, "maximum": millions * MILLION}


def request_rows(requests: tuple[Request, ...], days: Days) -> Iterator[Row]:
    """Yield the budget requests of the year."""
    for request in requests:
        yield {
            "code": request.code,
            "name": request.name,
            "cycle": str(days.year),
            "unit": request.unit,
            "goal": request.goal,
            "key_task": request.key_task,
            "category": request.category,
            # Wages and rent cannot be cut; what is new can start smaller.
            "minimum": request.asked * MILLION * (10 if request.running else 6) // 10,
            "requested": request.asked * MILLION,
            "stretch": None if request.running else request.asked * MILLION * 12 // 10,
            "value": request.asked,
            "nature": "running" if request.running else "strategic",
            "mandatory": request.running,
            "depends_on": ("B01",) if request.code == "B09" else (),
            "allocated": request.allocated * MILLION,
        }


def plan_rows(requests: tuple[Request, ...], days: Days) -> Iterator[Row]:
    """Yield what each request is to spend in each month; the warehouse is paid when it is handed over, in December."""
    for request in requests:
        spends = (*_NOTHING[:11], 1.0) if request.pace is None else _planned(request)
        for month, share in enumerate(spends, start=1):
            if request.allocated:
                planned = int(request.allocated * MILLION * share)
                yield {"request": request.code, "month": days.on(month, 1), "planned": planned}


def _planned(request: Request) -> tuple[float, ...]:
    return RISING if request.spends is _FRONT_LOADED else request.spends


def entry_rows(requests: tuple[Request, ...], days: Days) -> Iterator[Row]:
    """Yield what was spent by each month's end and what else happened, up to the day."""
    number = 0
    for request in requests:
        for month, share in enumerate(request.spends, start=1):
            date = month_end(days.year, month)
            if request.allocated and request.pace is not None and date <= days.as_of:
                number += 1
                amount = int(request.allocated * MILLION * share * request.pace)
                yield {"code": f"E{number:03}", "request": request.code, "date": date, "kind": "spend",
                       "amount": amount}  # fmt: skip
    for code, years, month, day, kind, millions, to, note in EVENTS:
        date = days.on(month, day, years)
        if date <= days.as_of:
            number += 1
            cells = {"amount": millions * MILLION, "to": to, "note": note}
            yield {"code": f"E{number:03}", "request": code, "date": date, "kind": kind, **cells}
