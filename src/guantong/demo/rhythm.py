"""The rhythm of the demo company: check-ins, corrective plans, meetings and what they decided."""

import datetime
from collections.abc import Container, Iterable, Iterator

from guantong.demo.days import Days, month_end
from guantong.demo.goal import Goal
from guantong.demo.rows import Row, Text

_LAGGING_BELOW, _AT_RISK_BELOW = 0.92, 0.6
LATE = frozenset({"P058"})
LONG_MONTH = 6
NOT_HELD = frozenset({"SVC"})
UNEXPLAINED = frozenset({"P054A"})

# goal, owner, corrective plan
PLANS: tuple[tuple[str, str, Text], ...] = (
    ("SCM1", "P043", ("按周排产，消化 8 天库存", "Plan by the week and use up eight days of stock")),
    ("SVC1", "P051", ("套餐并入交车流程", "Offer packages when a car is handed over")),
    ("VAS1", "P052", ("重排四类套餐的目标与人手", "Rearrange targets and people of the four packages")),
    ("P055A", "P055", ("与两家保险公司重谈佣金", "Renegotiate commissions with two insurers")),
    ("P056A", "P056", ("精品进店，试点 20 家", "Bring accessories into 20 stores")),
)

# code, meeting, text, owner, due in days, done in days (negative: ago)
ACTIONS: tuple[tuple[str, str, Text, str, int, int | None], ...] = (
    ("ACT1", "MC01", ("公布本年度奖金办法", "Publish the rules of this year's bonus"), "P064", -20, -22),
    ("ACT2", "WS01", ("补齐华南两家门店选址", "Find the sites of two stores in the south"), "P020", -12, -13),
    ("ACT3", "WR02", ("提交电芯安全试验报告", "Hand in the report on cell safety"), "P010", 6, None),
    ("ACT4", "MC01", ("提交库存消化方案", "Hand in the plan to use up stock"), "P043", -5, None),
)

_CAUSE: Text = ("进度受外部交付影响", "Deliveries from outside came late")
_CORRECTION: Text = ("增加一轮专项跟踪，两周内补齐", "One more round of follow-up; made good within two weeks")
_RISK: Text = ("差距继续扩大", "The gap may widen")


def checkin_rows(goals: Iterable[Goal], days: Days) -> Iterator[Row]:
    """Yield the check-ins of the last weeks on every open goal with an owner."""
    for place, goal in enumerate(goals):
        due = goal.more.get("due", days.on(*goal.until))
        if not goal.owner or (due is not None and due < days.as_of):
            continue
        status = _status(goal.pace)
        begun = goal.more.get("start") or days.on(1, 1)
        late = goal.owner in LATE
        for date in sorted({max(days.ago(ago + place % 5), begun) for ago in ((15,) if late else (1, 15))}):
            explained = status != "on_track" and goal.code not in UNEXPLAINED
            yield {
                "goal": goal.code,
                "date": date,
                "status": status,
                "risk": None if status == "on_track" else _RISK,
                "cause": _CAUSE if explained else None,
                "correction": _CORRECTION if explained else None,
                "confidence": {"on_track": 0.8, "lagging": 0.6, "at_risk": 0.4}[status],
            }


def _status(pace: float | None) -> str:
    if pace is None or pace >= _LAGGING_BELOW:
        return "on_track"
    return "lagging" if pace >= _AT_RISK_BELOW else "at_risk"


def corrective_plan_rows(days: Days) -> Iterator[Row]:
    """Yield the plans filed within a day after an alert; the adviser for charging packages has filed none."""
    for goal, owner, text in PLANS:
        raised = datetime.datetime.combine(days.ago(9), datetime.time(9))
        filed = raised + datetime.timedelta(hours=6)
        yield {"goal": goal, "raised": raised, "filed": filed, "owner": owner, "text": text, "state": "in_progress"}
    yield {"goal": "P054A", "raised": datetime.datetime.combine(days.ago(3), datetime.time(9)), "owner": "P054"}


def action_rows(days: Days) -> Iterator[Row]:
    """Yield what meetings decided: done, still to come, and one overdue."""
    for code, meeting, text, owner, due, done in ACTIONS:
        yield {
            "code": code,
            "meeting": meeting,
            "text": text,
            "owner": owner,
            "due": days.ago(-due),
            "done": None if done is None else days.ago(-done),
        }


def meeting_rows(days: Days, not_held: Container[str]) -> Iterator[Row]:
    """Yield the year's meetings: weekly sales, bi-weekly R&D, monthly service, monthly and quarterly of the company.

    The June meeting of the company is planned for two and a half hours.

    Args:
        not_held: Units whose meetings are planned and never held.
    """

    def meeting(code: str, kind: str, unit: str, day: datetime.date, hour: int, minutes: int) -> Row:
        held = day <= days.as_of and unit not in not_held
        return {
            "code": code,
            "kind": kind,
            "unit": unit,
            "start": datetime.datetime.combine(day, datetime.time(hour)),
            "minutes": minutes,
            "held": held or None,
        }

    monday = days.on(1, 1) + datetime.timedelta(days=-days.on(1, 1).weekday() % 7)
    for week in range(52):
        day = monday + datetime.timedelta(weeks=week)
        yield meeting(f"WS{week + 1:02}", "weekly", "SAL", day, 9, 50)
        if week % 2:
            yield meeting(f"WR{week + 1:02}", "biweekly", "RD", day + datetime.timedelta(days=2), 14, 60)
    for month in range(1, 13):
        day = month_end(days.year, month) - datetime.timedelta(days=3)
        yield meeting(f"MS{month:02}", "monthly", "SVC", day, 10, 90)
        yield meeting(f"MC{month:02}", "monthly", "NEV", day, 14, 150 if month == LONG_MONTH else 120)
        if month % 3 == 0:
            day = month_end(days.year, month) - datetime.timedelta(days=6)
            yield meeting(f"QC{month // 3}", "quarterly", "NEV", day, 9, 240)
