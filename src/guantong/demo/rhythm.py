"""The rhythm of the demo company: check-ins, customers' voices, meetings."""

import datetime
from collections.abc import Iterable, Iterator

from guantong.demo.days import Days, month_end
from guantong.demo.goal import Goal
from guantong.demo.rows import Row, Text

_LAGGING_BELOW, _AT_RISK_BELOW = 0.92, 0.6

# code, days ago, text, source, link, unit, decision, goal, answered after days
VOICES: tuple[tuple[str, int, Text, Text, str, str, str, str, int], ...] = (
    ("FB1", 9, ("冬季续航掉得多，希望有更准的里程估算", "Range drops in winter; the estimate should be truer"),
     ("车主社区", "Owners' community"), "research", "RD", "open", "", 0),
    ("FB2", 170, ("投诉后没人回访", "Nobody called back after my complaint"),
     ("客服热线", "Hotline"), "service", "SVC", "accepted", "SVC2", 6),
    ("FB3", 120, ("服务网点太远，小城市没有店", "The next shop is far; small cities have none"),
     ("满意度调查", "Survey"), "marketing", "SAL", "accepted", "SAL1", 11),
    ("FB4", 80, ("充电比竞品慢十分钟", "Charging takes ten minutes longer than with rivals"),
     ("媒体评测", "Press test"), "research", "RD-VEH", "accepted", "VEH2", 14),
    ("FB5", 60, ("希望提供定制车身颜色", "I should like custom colours"),
     ("门店", "Store"), "production", "PRO", "declined", "", 9),
)  # fmt: skip

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
        for date in sorted({max(days.ago(ago + place % 5), begun) for ago in (1, 15)}):
            yield {
                "goal": goal.code,
                "date": date,
                "status": status,
                "risk": None if status == "on_track" else _RISK,
                "cause": None if status == "on_track" else _CAUSE,
                "correction": None if status == "on_track" else _CORRECTION,
                "confidence": {"on_track": 0.8, "lagging": 0.6, "at_risk": 0.4}[status],
            }


def _status(pace: float | None) -> str:
    if pace is None or pace >= _LAGGING_BELOW:
        return "on_track"
    return "lagging" if pace >= _AT_RISK_BELOW else "at_risk"


def feedback_rows(days: Days) -> Iterator[Row]:
    """Yield what customers said and what came of it."""
    for code, ago, text, source, link, unit, decision, goal, answered in VOICES:
        yield {
            "code": code,
            "received": days.ago(ago),
            "text": text,
            "source": source,
            "link": link,
            "unit": unit,
            "decision": decision,
            "goal": goal,
            "answered": days.ago(ago - answered) if answered else None,
        }


def meeting_rows(days: Days) -> Iterator[Row]:
    """Yield the year's meetings: weekly sales, bi-weekly R&D, monthly and quarterly company meetings."""
    monday = days.on(1, 1) + datetime.timedelta(days=-days.on(1, 1).weekday() % 7)
    for week in range(52):
        day = monday + datetime.timedelta(weeks=week)
        yield _meeting(f"WS{week + 1:02}", "weekly", "SAL", (day, 9, 50), days)
        if week % 2:
            yield _meeting(f"WR{week + 1:02}", "biweekly", "RD", (day + datetime.timedelta(days=2), 14, 60), days)
    for month in range(1, 13):
        day = month_end(days.year, month) - datetime.timedelta(days=3)
        yield _meeting(f"MC{month:02}", "monthly", "NEV", (day, 14, 120), days)
        if month % 3 == 0:
            day = month_end(days.year, month) - datetime.timedelta(days=6)
            yield _meeting(f"QC{month // 3}", "quarterly", "NEV", (day, 9, 240), days)


def _meeting(code: str, kind: str, unit: str, when: tuple[datetime.date, int, int], days: Days) -> Row:
    day, hour, minutes = when
    start = datetime.datetime.combine(day, datetime.time(hour), tzinfo=None)
    return {
        "code": code,
        "kind": kind,
        "unit": unit,
        "start": start,
        "minutes": minutes,
        "held": True if day <= days.as_of else None,
    }
