"""Reading a goal's text: what is measured, to what figure, from where, until when, with how much confidence.

The text alone is read, in Chinese and English; nothing is looked up. Page: docs/rules/smart.md.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from guantong.engine.numerals import MASK, MOST, chinese_number, fold, quantities
from guantong.engine.reading_dates import Clock, Time
from guantong.engine.reading_metric import Words, measured_object
from guantong.engine.reading_roles import SAVING, Role, Roles, clause_start, roles
from guantong.engine.reading_times import masked_times, times
from guantong.engine.reading_words import (
    BETTER_HIGH,
    BETTER_LOW,
    COMPLETING,
    FALLING,
    IMPERATIVE,
    RISING,
    WISH,
    has_wish,
)

FIELDS = (
    "metric",
    "unit",
    "target",
    "high",
    "best",
    "scale",
    "baseline",
    "change",
    "cycle",
    "start",
    "due",
    "direction",
)
"""The fields of a reading that hold one value, in the order in which they are shown."""


@dataclass(frozen=True)
class Read[T]:
    """A field as it was read.

    Attributes:
        value: What was read.
        confidence: 0-1.
        start, end: Span of the text from which it was read.
    """

    value: T
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class Change:
    """A stated change: a signed amount in the unit of measure, or a signed ratio (0.2 = +20%) of the baseline."""

    amount: float
    relative: bool


@dataclass(frozen=True)
class GoalReading:
    """What a goal's text states; None for what it does not.

    Attributes:
        metric: The measured object's words, as written.
        unit: Unit of measure as written; currencies by sign as ISO code.
        target: In base units (万, M … multiplied in); parts keep their unit: 95% is 95 with unit %.
        high: Upper bound where the target is a range.
        best: The best possible value, such as 5 of 满分 5 分.
        scale: The factor stated beside the target: 10,000 for 万, 0.01 for %.
        baseline: Stated, or reckoned from target and change.
        change: Stated.
        cycle: Code of a stated period: 2026, 2026-H1, 2026-Q4, 2026-03.
        start, due: Stated days; due is the last day.
        direction: higher, lower, range or milestone.
        wishes: Words that only wish.
    """

    metric: Read[str] | None = None
    unit: Read[str] | None = None
    target: Read[float] | None = None
    high: Read[float] | None = None
    best: Read[float] | None = None
    scale: Read[float] | None = None
    baseline: Read[float] | None = None
    change: Read[Change] | None = None
    cycle: Read[str] | None = None
    start: Read[datetime.date] | None = None
    due: Read[datetime.date] | None = None
    direction: Read[str] | None = None
    wishes: tuple[Read[str], ...] = ()

    @property
    def measured(self) -> bool:
        """Whether a figure is stated by which the goal can be measured."""
        return self.target is not None or self.change is not None

    @property
    def wishful(self) -> bool:
        """Whether the text only wishes: a wish word and no figure to measure it by."""
        return bool(self.wishes) and not self.measured


_MAY_BE_FIGURE = re.compile(r"[0-9０-９一二三四五六七八九十两零半倍]|翻番")
_MAY_BE_COUNT = re.compile(
    r"(?<![a-z])(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twel|thir|fif|twen|eigh|doubl|tripl|quadru"
    r"|halv|by half|in half|top )"
)
_NO_FIGURE = re.compile(
    r"(?:19|20)[0-9]{2}(?![0-9])\s?年?[度底末内]?|第[0-9一二三四五六七八九十]+|[一二三四]季度|[Qq][1-4]|[0-9]{1,2}\s?月[底末份]?|半年|一(?=[体线次流])"
)
"""Digits that name a period or a thing."""

_SURE_FIGURE = re.compile(
    r"(?<![第a-zA-Z0-9.])[0-9][0-9,.]{0,15}\s?(?:%|‰|[万亿元款家人名件台辆套秒吨篇项场门份户笔起倍分]|个(?![月季])"
    r"|天(?![内之以])|percent|points(?![a-z]))|(?<![0-9一二三四五六七八九])[一二三四五六七八九](?:成(?:五|半)?$|个百分点)"
    r"|(?:达到|[升高长少低短降缩减]至|[升高长少低短降]到|不低于|不超过|不少于|[≥≤])\s?[0-9]|百分之[一二三四五六七八九]"
    r"|(?:to|of|below|under|above|over|than|least) [$€£]?(?!19|20)[0-9]"
)
_BEST = re.compile(
    r"\(?\s?(?:满分|总分)(?:为|是)?\s?(?P<a>\d{1,4}|[一二三四五六七八九十百]{1,3})\s?(?:分制?)?\s?\)?"
    r"|(?P<b>\d{1,3}|[五十百])\s?分制"
    r"|\(?\s?\bout of (?:a possible )?(?P<c>\d{1,4}|five|ten)(?: points| stars)?\s?\)?"
    r"|\b(?:on (?:a|the) )?(?P<d>\d{1,3}|five|ten)-point scale|\b(?:on a )?scale of (?:1|0) to (?P<e>\d{1,3})"
    r"|(?<=\d)\s?/\s?(?P<f>5|10|100)(?![\d/.]|[a-z一-鿿])"
)
_PREPOSITION = r"(?:by|in|to|from|for|with|within|per|at|on|and|or|of|this|less|as|across|versus|vs)(?![a-z])"
_NOUN = re.compile(r"(?<![a-z])(?!sales$|stress$|process$)[a-z]{2,}(?:[a-rt-z]s|people|staff|children)$")
_PER = re.compile(r"(?:\s(?:per|a|each)\s[a-z]+){1,2}")
_BESIDE = re.compile(
    rf"\s(?:(?!{_PREPOSITION})[a-z-]+\s)?(?P<noun>(?!{_PREPOSITION})(?:[a-z]+[a-rt-z]s|people|staff))(?![a-z])(?:{_PER.pattern})?"
)
_SMALL = {"five": 5, "ten": 10, "百": 100}


@lru_cache(maxsize=4096)
def read_goal(text: str, day: datetime.date, year: int | None = None) -> GoalReading:
    """Read a goal's text.

    Args:
        text: Any text.
        day: The day from which 本季度, next month and 6 个月内 are reckoned.
        year: The year of periods stated without one; None: the first such period that is not over on `day`.
    """
    folded = fold(text)
    found_times, masked = times(folded, Clock(day, year))
    best, masked = _best(masked)
    given = roles(masked, quantities(masked, text))
    fields: dict[str, object] = {**_dates(found_times), "best": best, **_figures(text, given)}
    metric = measured_object(masked, text, given)
    if metric:
        fields["metric"] = Read(text[metric.start : metric.end], metric.confidence, metric.start, metric.end)
    if best and given.target and "unit" not in fields:
        word = "分" if re.search("[一-鿿]", text) else "points"
        fields["unit"] = Read(word, 0.6, best.start, best.end)
    if "unit" not in fields and given.target and metric:
        fields |= _counted(masked, text, metric, given.target)
    fields["wishes"] = tuple(Read(found[0], 0.95, *found.span()) for found in islice(WISH.finditer(text), MOST))
    fields["direction"] = _direction(masked, metric or Words(0, 0, 0), given)
    return GoalReading(**fields)  # type: ignore[arg-type]


def stated_letters(reading: GoalReading) -> dict[str, tuple[bool | None, str]]:
    """Return per letter of SMART whether the text alone makes it hold, None where a text cannot tell, and the reason.

    Reasons: S named, measured, wish, empty; M target, change, milestone, no_unit, no_target, no_metric; A and R
    unknown; T cycle, due, none (docs/rules/smart.md).
    """
    if reading.wishes and not reading.measured:
        specific = (False, "wish")
    elif reading.metric is None:
        specific = (False, "empty")
    else:
        specific = (True, "measured" if reading.measured else "named")
    dated = (True, "due") if reading.due else (True, "cycle") if reading.cycle else (False, "none")
    return {"S": specific, "M": _measurable(reading), "A": (None, "unknown"), "R": (None, "unknown"), "T": dated}


def _measurable(reading: GoalReading) -> tuple[bool | None, str]:
    """Return the letter M: metric, unit and target, or a change of a metric; of a milestone the text cannot tell."""
    if not reading.measured:
        milestone = reading.direction is not None and reading.direction.value == "milestone"
        return (None, "milestone") if milestone else (False, "no_target")
    if reading.metric is None:
        return False, "no_metric"
    if reading.target is None:
        return True, "change"
    return (True, "target") if reading.unit else (False, "no_unit")


def wishful(text: str) -> bool:
    """Return whether a text only wishes: a wish word and no figure to measure it by.

    The same verdict as `read_goal(...).wishful` for nearly all texts and many times cheaper for most.
    """
    if _SURE_FIGURE.search(text) or not has_wish(text):
        return False
    if _MAY_BE_FIGURE.search(text):
        may_be = _MAY_BE_FIGURE.search(_NO_FIGURE.sub("", text))
    else:
        may_be = _MAY_BE_COUNT.search(text.lower()) if text.isascii() else None
    if not may_be:
        return True
    folded = fold(text)
    masked = _best(masked_times(folded))[1]
    given = roles(masked, quantities(masked, text))
    return given.first is None


def _best(masked: str) -> tuple[Read[float] | None, str]:
    match = _BEST.search(masked)
    if not match:
        return None, masked
    numeral = next(group for group in match.groups() if group)
    value = float(numeral) if numeral.isdecimal() else float(_SMALL.get(numeral) or chinese_number(numeral))
    begin, end = match.span()
    read = Read(value, 0.95 if match["a"] or match["c"] else 0.85, begin, end)
    return read, masked[:begin] + MASK * (end - begin) + masked[end:]


def _dates(found: Sequence[Time]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for name in ("cycle", "start", "due"):
        for time in found:
            value = getattr(time, name)
            if value is not None and name not in fields:
                fields[name] = Read(value, time.confidence, time.begin, time.end)
    return fields


def _figures(text: str, given: Roles) -> dict[str, object]:
    """Return the fields that figures give; of target, baseline and change two stated ones give the third."""
    target, baseline, change = given.target, given.baseline, given.change
    fields: dict[str, object] = {}
    if target:
        fields["target"] = _at(target.quantity.value, target)
        if target.quantity.high is not None:
            fields["high"] = _at(target.quantity.high, target)
    if baseline:
        fields["baseline"] = _at(baseline.quantity.value, baseline)
    if change:
        stated = Change(_rounded(change.amount), change.relative)
        fields["change"] = Read(stated, change.confidence, change.quantity.start, change.quantity.end)
        if target and not baseline and target.quantity.high is None and target.kind != "rank":
            fields["baseline"] = _reckoned(_before(target.quantity.value, stated), target, change)
        elif baseline and not target:
            fields["target"] = _reckoned(_after(baseline.quantity.value, stated), baseline, change)
    fields |= _unit(text, target, baseline, change)
    return {name: read for name, read in fields.items() if read is not None}


def _unit(text: str, target: Role | None, baseline: Role | None, change: Role | None) -> dict[str, object]:
    """Return unit and scale, those of the target first; a change in percentage points is of a metric in %."""
    fields: dict[str, object] = {}
    for role in (target, baseline, change):
        if role is None:
            continue
        quantity = role.quantity
        if quantity.unit and "unit" not in fields and not (role is change and change.relative):
            points = quantity.unit in {"个百分点", "percentage points"}
            unit = "%" if points else quantity.unit
            begin, end = quantity.unit_start, quantity.unit_end
            written = text[begin:end].strip()
            written = written if written.casefold() == unit else unit
            fields["unit"] = Read(written, 0.9 if role is target else 0.8, begin, end)
    if target and target.quantity.scale != 1:
        fields["scale"] = _at(target.quantity.scale, target)
    return fields


def _counted(masked: str, text: str, metric: Words, target: Role) -> dict[str, object]:
    """Return the unit of an English count, its noun: stores in "100 new stores", users in "users to 3 million"."""
    beside = _BESIDE.match(masked, target.quantity.end)
    if beside and metric.start < target.quantity.start:
        return {"unit": Read(text[beside.start("noun") : beside.end()], 0.75, beside.start("noun"), beside.end())}
    noun = _NOUN.search(masked, metric.start, metric.end)
    if noun is None or target.quantity.value % 1:
        return {}
    per = _PER.match(masked, metric.end) if metric.start > target.quantity.start else None
    end = per.end() if per else noun.end()
    return {
        "unit": Read(text[noun.start() : end], 0.75 if metric.start > target.quantity.start else 0.5, noun.start(), end)
    }


def _at(value: float, role: Role) -> Read[float]:
    return Read(_rounded(value), role.confidence, role.quantity.start, role.quantity.end)


def _rounded(value: float) -> float:
    """Return a figure without the dust of binary fractions: 4.8 - 0.3 is 4.5."""
    return float(f"{value:.12g}") + 0.0


def _before(target: float, change: Change) -> float | None:
    if not change.relative:
        return target - change.amount
    return target / (1 + change.amount) if change.amount > -1 else None


def _after(baseline: float, change: Change) -> float:
    return baseline * (1 + change.amount) if change.relative else baseline + change.amount


def _reckoned(value: float | None, one: Role, other: Role) -> Read[float] | None:
    if value is None:
        return None
    begin = min(one.quantity.start, other.quantity.start)
    end = max(one.quantity.end, other.quantity.end)
    return Read(_rounded(value), 0.8 * min(one.confidence, other.confidence), begin, end)


def _direction(masked: str, metric: Words, given: Roles) -> Read[str] | None:
    """Return which way is better, by what says it most plainly; without a figure a thing to complete is a milestone."""
    if given.first is None:
        done, wish = COMPLETING.search(masked) or IMPERATIVE.search(masked), WISH.search(masked)
        if done is None or (wish and wish.start() <= done.start()):
            return None
        return Read("milestone", 0.7, *done.span())
    return _stated_direction(given, given.first) or _worded_direction(masked, metric, given.first)


def _stated_direction(given: Roles, main: Role) -> Read[str] | None:
    """Return the direction that a range, a limit, a change or a baseline states."""
    begin, end = main.quantity.start, main.quantity.end
    if main.quantity.high is not None:
        return Read("range", 0.9, begin, end)
    if main.limit:
        return Read(main.limit, 0.95, min(begin, main.cue), end)
    if given.change:
        sign = "lower" if given.change.amount < 0 else "higher"
        return Read(sign, 0.9, given.change.quantity.start, given.change.quantity.end)
    if given.baseline and given.baseline.quantity.value != main.quantity.value:
        sign = "lower" if main.quantity.value < given.baseline.quantity.value else "higher"
        return Read(sign, 0.9, given.baseline.quantity.start, end)
    return None


def _worded_direction(masked: str, metric: Words, main: Role) -> Read[str]:
    """Return the direction that the verb of the clause or the metric's name tells, higher where nothing does."""
    begin, end = main.quantity.start, main.quantity.end
    place = clause_start(masked, begin)
    for verbs, sign in ((FALLING, "lower"), (RISING, "higher"), (SAVING, "higher")):
        if found := verbs.search(masked, place, begin):
            return Read(sign, 0.85, *found.span())
    if main.quantity.unit == "%" and metric.start > begin:  # so many per cent of what is done
        return Read("higher", 0.7, begin, end)
    words = masked[metric.start : metric.end]
    if BETTER_LOW.search(words) and not BETTER_HIGH.search(words):
        return Read("lower", 0.7, begin, end)
    return Read("higher", 0.6, begin, end)
