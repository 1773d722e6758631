"""Words that say whether somebody is employed, and cells that say a day in another order than ours."""

import datetime
import re
from collections.abc import Collection

from guantong.formats.characters import folded, narrow

ACTIVE = frozenset(
    "active employed current working present probation regular permanent temporary on_leave yes true y 1 a "
    "在职 在岗 在册 在编 正式 正式员工 试用 试用期 试用员工 实习 实习生 转正 在职员工 是 病假 产假 待岗 返聘 兼职 "
    "劳务 外派".split()
)
LEFT = frozenset(
    "left leaver inactive terminated resigned quit retired dismissed former departed separated ex no false n 0 "
    "离职 已离职 离职员工 离任 退休 已退休 辞职 已辞职 辞退 解聘 开除 否 不在职 离岗 终止 已终止".split()
)
_EXCEL_EPOCH = datetime.date(1899, 12, 30)
_SERIAL = re.compile(r"[2-6][0-9]{4}")  # what Excel keeps for the days from 1954 to 2091
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})[.]?([0-9]{1,2})[.]?([0-9]{1,2})[.日]?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]((?:19|20)[0-9]{2})")


def employment_of(word: str, left_words: Collection[str]) -> int:
    """Return 1 where a word means active, 0 where it means left, -1 where it is empty, -2 where nobody knows it."""
    form = folded(word)
    if not form:
        return -1
    if form in left_words:
        return 0
    if form in ACTIVE:
        return 1
    return 0 if form in LEFT else -2


def likely_day(text: str) -> str:
    """Return the one day that a cell can mean though it is not written as ours are, "" where there is none."""
    word = narrow(text).partition(" ")[0]
    if _SERIAL.fullmatch(word):
        return (_EXCEL_EPOCH + datetime.timedelta(days=int(word))).isoformat()
    compact, day_first = _COMPACT.fullmatch(word), _DAY_FIRST.fullmatch(word)
    if compact is not None and (len(word) == 8 or "." in word):
        return _day(compact[1], compact[2], compact[3])
    if day_first is None:
        return ""
    as_day_first = _day(day_first[3], day_first[2], day_first[1])
    as_month_first = _day(day_first[3], day_first[1], day_first[2])
    readings = {as_day_first, as_month_first} - {""}
    return readings.pop() if len(readings) == 1 else ""


def _day(year: str, month: str, day: str) -> str:
    try:
        return datetime.date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return ""
