"""What the demo company learns from: retrospectives, customers' voices, the value chain, profit of its teams."""

from collections.abc import Iterator

from guantong.demo.days import Days
from guantong.demo.rows import Row, Text

MILLION = 1_000_000

# goal, kind of cause, cause, lesson, measure, next goal
LESSONS: tuple[tuple[str, str, Text | None, Text | None, Text | None, str], ...] = (
    ("L1", "objective", ("头部品牌两轮降价，经销商观望", "Two price cuts by leading brands made dealers wait"),
     ("低线城市靠门店密度取胜", "In smaller cities the density of stores decides"),
     ("新开 100 家门店，下沉市场优先", "Open 100 stores, smaller cities first"), "C2"),
    ("L1", "subjective", ("新店爬坡慢，店长培训不足", "New stores started slowly; managers were not trained"),
     None, None, ""),
    ("L5", "subjective", ("套餐上线晚了两个月", "Packages came two months late"),
     ("服务产品要与新车型同步立项", "Service products start together with the models"),
     ("套餐上线列为关键任务", "Make the packages a key task"), "C6"),
    ("L7", "", None, None, None, ""),
    ("L8", "objective", ("三季度缺货四周", "Four weeks without stock in the third quarter"),
     ("按周滚动保供比月计划有效", "Weekly supply planning beats the monthly plan"),
     ("产销协同会改为每周", "Hold the supply meeting weekly"), ""),
)  # fmt: skip

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
    ("FB6", 45, ("车机偶尔黑屏，重启才好", "The screen goes black now and then until it is restarted"),
     ("客服热线", "Hotline"), "research", "RD-SW", "open", "", 0),
    ("FB7", 35, ("保养预约总要打电话", "Booking a service always takes a phone call"),
     ("满意度调查", "Survey"), "service", "SVC-AFT", "accepted", "", 8),
)  # fmt: skip

# link, cost and value in millions, days, quality, satisfaction: last year, this year
CHAIN: tuple[tuple[str, tuple[int, int, int, float, float], tuple[int, int, int, float, float]], ...] = (
    ("research", (1_150, 1_300, 540, 92, 4.4), (1_300, 1_520, 500, 94, 4.5)),
    ("production", (7_900, 7_600, 21, 99.1, 4.4), (9_600, 9_500, 19, 99.3, 4.5)),
    ("marketing", (1_200, 1_150, 34, 88, 4.2), (1_750, 1_180, 36, 87, 4.2)),
    ("service", (420, 560, 3, 93, 4.5), (520, 760, 3, 94, 4.6)),
    ("human_resources", (95, 0, 45, 90, 4.3), (110, 0, 41, 91, 4.3)),
    ("finance", (70, 0, 6, 97, 4.4), (75, 0, 5, 98, 4.4)),
)

# unit, external sales, internal sales, internal purchases, expenses, hours: a month, in thousands and hours
TEAMS: tuple[tuple[str, int, int, int, int, int], ...] = (
    ("SVC-VAS", 820, 0, 260, 190, 840),
    ("SVC-AFT", 310, 260, 90, 150, 520),
    ("PRO-QA", 0, 90, 0, 25, 690),
)


def retrospective_rows(days: Days) -> Iterator[Row]:
    """Yield what was learnt from last year's goals, once the first week of the year is over."""
    for goal, kind, cause, lesson, measure, next_goal in LESSONS:
        yield {
            "goal": goal,
            "date": days.on(1, 8),
            "cause_kind": kind or None,
            "cause": cause,
            "lesson": lesson,
            "measure": measure,
            "next_goal": next_goal,
        }


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


def value_chain_rows(days: Days) -> Iterator[Row]:
    """Yield cost and value of each link, last year and this year."""
    for link, *figures in CHAIN:
        for year, (cost, value, cycle_days, quality, satisfaction) in zip(
            (days.year - 1, days.year), figures, strict=True
        ):
            yield {
                "cycle": str(year),
                "link": link,
                "cost": cost * MILLION,
                "value": value * MILLION,
                "cycle_days": cycle_days,
                "quality": quality,
                "satisfaction": satisfaction,
            }


def amoeba_rows(days: Days) -> Iterator[Row]:
    """Yield the monthly profit tables of teams that sell to each other."""
    for month in range(1, days.as_of.month):
        for unit, *thousands, hours in TEAMS:
            external, sold, bought, expenses = (amount * 1_000 + 4_000 * month * bool(amount) for amount in thousands)
            yield {
                "unit": unit,
                "month": days.on(month, 1),
                "external_sales": external,
                "internal_sales": sold,
                "internal_purchases": bought,
                "expenses": expenses,
                "hours": hours,
            }
