"""The healthy twin of the demo company: the same company with every planted break mended.

It proves that the rules can be kept together: nothing above advice is found in it, and every thread holds. What is
mended in a goal or a request changes before rows are made of it, so that figures, cards and plans follow; the rest is
changed row by row.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from guantong.demo.budget import MILLION, RISING, Request
from guantong.demo.days import Days
from guantong.demo.goal import Goal
from guantong.demo.organisation import COMPANY
from guantong.demo.rows import Row, Text

Cells = Mapping[str, Any]
Edit = tuple[str, Cells, Cells]
"""Sheet, what the rows to change hold, their new cells."""

# What changes in a goal; `more` is laid over its further cells, `without` takes some out.
GOALS: Mapping[str, Cells] = {
    "C3": {"more": {"priority": "PR7"}},
    "C7": {"more": {"priority": "PR4"}},
    "C9": {"pace": 1.0},
    "C10": {"more": {"priority": "PR6"}},
    "PRO1": {"pace": 1.45},
    "SCM1": {"pace": 1.45},
    "SVC1": {"name": ("增值服务收入 1,000 万元", "Services revenue of CNY 10 million"), "target": 10_000_000},
    "VAS1": {"name": ("增值服务收入 1,000 万元", "Services revenue of CNY 10 million"), "target": 10_000_000},
    "P053A": {"name": ("延保套餐收入 160 万元", "CNY 1.6 million from extended warranties"), "target": 1_600_000},
    "P054A": {
        "name": ("充电套餐收入 170 万元", "CNY 1.7 million from charging packages"),
        "target": 1_700_000,
        "pace": 1.0,
    },
    "P055A": {
        "name": ("保险服务收入 340 万元", "CNY 3.4 million from insurance"),
        "baseline": 2_000_000,
        "target": 3_400_000,
        "pace": 1.0,
    },
    "P056A": {
        "name": ("精品与改装收入 330 万元", "CNY 3.3 million from accessories"),
        "baseline": 2_000_000,
        "target": 3_300_000,
        "pace": 1.0,
    },
    "P031B": {"name": ("销售整车 10,500 辆", "Sell 10,500 cars"), "baseline": 7_350, "target": 10_500},
    "P024B": {"share": 0.6},
    "P028A": {"share": 0.4},
    "P028B": {"share": 0.6},
    "P062A": {"share": 1.0},
    "CARE1": {
        "name": ("投诉客户回访满意度达到 4.8 分", "Satisfaction of customers who complained at 4.8"),
        "metric": "CSAT",
        "baseline": 4.5,
        "target": 4.8,
        "without": ("start", "due"),
    },
    "CARE2": {"owner": "P059"},
    "BAT2": {"parent": "RD2"},
    "P048A": {"parent": "BRD1", "until": (10, 31)},
    "P050A": {"parent": "DIG1"},
    "BRD1": {
        "until": (10, 31),
        "milestones": ((("创意定稿", "Creative work final"), 4, 20), (("投放完成", "Media placed"), 10, 25)),
    },
    "P014A": {"pace": 0.9},
    "DIG1": {"pace": 0.62},
    "DIG2": {"pace": 1.0},
    "MKT2": {"more": {"supports_link": "service"}},
    "HR1": {"more": {"chain_link": "human_resources", "supports_link": "research"}},
}

NEW_GOALS: tuple[Goal, ...] = (
    Goal("PRO4", "PRO", "P034", ("单车制造成本降至 14.4 万元", "Cost per car down to CNY 144,000"), "C9", "COST",
         152_000, 144_000),
    Goal("ASM2", "PRO-ASM", "P035", ("单车制造成本降至 14.4 万元", "Cost per car down to CNY 144,000"), "PRO4", "COST",
         152_000, 144_000),
    Goal("COM1", "MKT", "P046", ("车主社区会员 10 万人", "100,000 members of the owners' community"), "C7", "MEMBERS",
         70_000, 100_000, more={"key_task": "K11"}),
    Goal("COM2", "MKT-BRD", "P047", ("车主社区会员 10 万人", "100,000 members of the owners' community"), "COM1",
         "MEMBERS", 70_000, 100_000),
    Goal("P033A", "SAL-NET", "P033", ("线上直营到店订单 3,000 单", "3,000 online orders taken to stores"), "NET2",
         "ORDERS", None, 3_000, share=1.0),
    Goal("P066A", "HR", "P066", ("员工访谈覆盖率 93%", "93% of employees interviewed"), "HR2", "TALKS", 80, 93,
         share=1.0),
)  # fmt: skip

REQUESTS: Mapping[str, Cells] = {
    "B05": {"allocated": 50},
    "B07": {"spends": RISING},
    "B08": {"allocated": 280, "pace": 1.0},
    "B10": {"pace": 1.0},
    "B14": {"goal": "MKT2"},
    "B15": {"pace": 1.0},
}


def mended_goals(goals: Iterable[Goal]) -> tuple[Goal, ...]:
    """Return the goals of the healthy twin."""
    mended = []
    for goal in goals:
        cells = dict(GOALS.get(goal.code, {}))
        without = cells.pop("without", ())
        more = {key: cell for key, cell in {**goal.more, **cells.pop("more", {})}.items() if key not in without}
        mended.append(dataclasses.replace(goal, **cells, more=more))
    return (*mended, *NEW_GOALS)


def mended_requests(requests: Iterable[Request]) -> tuple[Request, ...]:
    """Return the budget requests of the healthy twin."""
    return tuple(dataclasses.replace(request, **REQUESTS.get(request.code, {})) for request in requests)


def mended_rows(sheets: Mapping[str, Iterable[Row]], days: Days) -> dict[str, list[Row]]:
    """Return the sheets of the healthy twin: rows changed, removed and added.

    Raises:
        LookupError: No row holds what an edit looks for.
    """
    result = {name: list(rows) for name, rows in sheets.items()}
    for sheet, where, cells in _edits(days):
        found = [place for place, row in enumerate(result[sheet]) if _holds(row, where)]
        if not found:
            raise LookupError(f"{sheet} has no row {where}")
        for place in found:
            result[sheet][place] = {**result[sheet][place], **cells}
    for sheet, where in _REMOVED:
        result[sheet] = [row for row in result[sheet] if not _holds(row, where)]
    for sheet, row in _added(days):
        result[sheet].append(row)
    return result


def _holds(row: Row, where: Cells) -> bool:
    return all(row.get(key) == value for key, value in where.items())


_REMOVED: tuple[tuple[str, Cells], ...] = (
    ("priorities", {"code": "PR5"}),
    ("waivers", {"rule": "RESP-AUTHORITY"}),
)


def _edits(days: Days) -> Iterator[Edit]:
    yield from _strategy_edits(days)
    yield from _card_edits()
    yield from _work_edits(days)
    yield from _money_edits(days)


def _strategy_edits(days: Days) -> Iterator[Edit]:
    services: Text = ("服务与口碑", "Services and word of mouth")
    yield "priorities", {"code": "PR4"}, {"name": services}
    yield "priorities", {"code": "PR6"}, {"name": ("走进欧洲与人才", "Into Europe, with the people for it"), "rank": 5}
    yield "priorities", {"code": "PR7"}, {"name": ("质量与成本", "Quality and cost"), "rank": 6, "intent": "I4"}
    entries: Mapping[str, Cells] = {
        "K8": {"priority": "PR4", "leads_to": ("U2",)},
        "K9": {"priority": "PR6", "owner": "P064"},
        "K11": {"priority": "PR4", "unit": "MKT"},
        "M6": {"leads_to": ("D6",)},
        "A1": {"origin": "L1"},
    }
    for entry, cells in entries.items():
        yield "plan", {"code": entry}, cells
    yield "milestones", {"of": "K7"}, {"done": days.ago(12)}
    yield "goals", {"code": "H2"}, {"due": days.on(12, 31, 2)}
    yield "metrics", {"code": "ENGAGED"}, {"note": ("每季一次全员调查", "Surveyed once a quarter")}
    yield "positions", {"code": "MKT-SPEC"}, {"standards": (("线索数", "Leads"),)}


def _card_edits() -> Iterator[Edit]:
    for holder, goal, cells in (
        (COMPANY, "C4", {"weight": 0.1}),
        ("FIN", "FIN1", {"weight": 0.2}),
        ("SVC", "SVC1", {"weight": 0.35}),
        ("SVC", "SVC2", {"weight": 0.4}),
        ("MKT", "MKT1", {"weight": 0.2}),
        ("MKT", "SAL1", {"weight": 0.2}),
    ):
        yield "scorecards", {"holder": holder, "goal": goal}, cells


def _work_edits(days: Days) -> Iterator[Edit]:
    together = ("开业前后两周联合推广", "Joint promotion around each opening")
    yield "collaborations", {"from_goal": "SAL1"}, {"duty": together}
    yield "collaborations", {"from_goal": "C7"}, {"to_goal": "RD3"}
    matrix: Mapping[str, Cells] = {
        "A2": {"collaborators": (("FIN", ("付款", "Payments")),)},
        "A3": {"responsible": ("P008",)},
        "A5": {"responsible": ("P046",)},
        "A7": {"authority": ("聘用认证机构", "Engage approval bodies")},
        "A8": {"authority": ("单件赔付 5,000 元以内", "Settle up to CNY 5,000 a case")},
        "A9": {"target": ("92%", "92%")},
        "A10": {"due": days.on(12, 28)},
        "F1": {"done": days.on(1, 1)},
    }
    for code, cells in matrix.items():
        yield "responsibilities", {"code": code}, cells
    yield "process_nodes", {"process": "OTD", "code": "SHIP"}, {"positions": ("SCM-BUYER",), "unit": "PRO"}
    yield "process_nodes", {"process": "OTD", "code": "CHECK"}, {"capacity_minutes": 200_000}
    yield "process_nodes", {"process": "OTD", "code": "BUILD"}, {"capacity_minutes": 1_000_000}
    yield "process_nodes", {"process": "CARE", "code": "SIGN"}, {"waiting_minutes": 3}
    for node in ("PLAN", "BUY", "BUILD", "CHECK", "SHIP"):
        yield "process_nodes", {"process": "OTD", "code": node}, {"unit": "PRO"}
    yield "corrective_plans", {"goal": "P054A"}, {"filed": _moment(days.ago(3), 15), "state": "accepted"}
    yield "meetings", {"code": "MC06"}, {"minutes": 120}
    yield "actions", {"code": "ACT4"}, {"done": days.ago(6)}
    yield (
        "retrospectives",
        {"goal": "L7"},
        {
            "cause_kind": "objective",
            "cause": ("芯片缺货六周", "Chips were short for six weeks"),
            "lesson": ("关键芯片备货八周", "Keep eight weeks of key chips"),
            "measure": ("双供应商", "Two suppliers"),
            "next_goal": "PRO3",
        },
    )
    yield "retrospectives", {"goal": "L8"}, {"next_goal": "PRO3"}
    yield "feedback", {"code": "FB6"}, {"decision": "accepted", "goal": "SW1", "answered": days.ago(40)}
    yield "feedback", {"code": "FB7"}, {"goal": "SVC2"}
    year = str(days.year)
    yield "value_chain", {"link": "marketing", "cycle": year}, {"cost": 1_450 * MILLION, "value": 1_480 * MILLION}


def _money_edits(days: Days) -> Iterator[Edit]:
    yield "budget_envelopes", {"cycle": str(days.year)}, {"amount": 2_760 * MILLION}
    yield "reward_schemes", {"code": "BONUS-Q3-LAST"}, {"paid": days.on(11, 10, -1)}
    yield "reward_schemes", {"code": "COCKPIT"}, {"core_factor": 2, "published": days.if_past(days.on(1, 15))}
    yield "reward_members", {"scheme": "COCKPIT", "person": "P014"}, {"factor": 1}
    for person in ("P012", "P013", "P014"):
        yield "reward_members", {"scheme": "COCKPIT", "person": person}, {"scorecard": "RD"}
    yield "goals", {"code": "L9"}, {"exempt": True}


def _moment(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour))


def _added(days: Days) -> Iterator[tuple[str, Row]]:
    for code, text in (
        ("U1", ("敢试错、快迭代", "Dare to try, learn fast")),
        ("U2", ("用户的声音直达总裁", "The customer's voice reaches the chief executive")),
    ):
        yield "plan", {"code": code, "element": "culture", "text": text, "owner": "P001", "unit": COMPANY}
    yield "strategy_map", {"from_goal": "C5", "to_goal": "C4"}
    yield (
        "calibrations",
        {
            "goal": "SAL-S2",
            "scope": "children",
            "approver": "P001",
            "evidence": ("去年超额 6%，校准会同意加码 5%", "6% over last year; the session agreed to 5% more"),
            "date": days.on(1, 1),
        },
    )
    yield (
        "collaborations",
        {
            "from_goal": "NET2",
            "to_goal": "DIG1",
            "helping_unit": "MKT-DIG",
            "duty": ("商城流量与转化", "Visitors and conversion of the shop"),
            "due": days.on(9, 28),
        },
    )
    yield "responsibilities", {
        "code": "A6", "task": ("增值服务套餐上线", "Bring service packages to market"), "key_task": "K6",
        "responsible_unit": "SVC", "responsible": ("P051",), "collaborators": (("MKT", ("推广", "Promotion")),),
        "target": ("1,000 万元", "CNY 10 million"), "due": days.on(6, 28),
        "authority": ("套餐定价", "Price the packages"), "cycle": str(days.year),
    }  # fmt: skip
    lesson = ("电池与整车同步验证", "Verify battery and car together")
    yield "retrospectives", {"goal": "L6", "date": days.on(1, 8), "lesson": lesson, "next_goal": "RD2"}
    checked = max(days.ago(1), days.on(1, 1))
    yield "checkins", {"goal": "P058A", "date": checked, "status": "on_track", "confidence": 0.8}
    for holder, goal, weight, more in _NEW_ITEMS:
        yield "scorecards", {"holder": holder, "cycle": str(days.year), "goal": goal, "weight": weight, **more}


_NEW_ITEMS: tuple[tuple[str, str, float, Cells], ...] = (
    (COMPANY, "C10", 0.1, {}),
    ("FIN", "C7", 0.1, {}),
    ("HR", "HR1", 0.3, {}),
    ("HR", "HR2", 0.2, {}),
    ("HR", "C9", 0.2, {}),
    ("HR", "C7", 0.1, {}),
    ("HR", "PRO2", 0.2, {"collaboration": True}),
)
