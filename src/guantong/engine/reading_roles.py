"""What each figure of a goal text is: the target, the value it starts from, the change, or part of a name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice

from guantong.engine.numerals import MOST, WORDS_EN, Quantity, chinese_number
from guantong.engine.reading_times import COMPARED
from guantong.engine.reading_words import AFTER_LEAST, AFTER_MOST, FALLING, LIMIT, RISING

_ROOM = 36
"""Characters before a figure in which its cue stands."""

BOUNDARY = re.compile(r",(?!\d)|[，。;；:!！?？]|\.(?=\s|$)|\s[—-]\s")
_FROM = re.compile(
    r"(?:从|由|(?<!来)自(?!动)|原来?|现有|现状|现为|目前|当前|现状|基线|基准|基数|上年|去年|上季度|上月|上期)"
    r"(?:实际|的|为|是|值|约|水平|实绩|平均)*\s*[:(]?\s*$"
    rf"|{COMPARED}(?:的|实际|of|level|'s|\s|\()*$"
    r"|(?<![a-z])(?:from|currently|current|today|now|baseline(?: of| is)?|was|were|last (?:year|quarter|month))"
    r"(?:'s| (?:about|around|the current|a baseline of|today's|level of))?\s*[(:]?\s*$"
)
_TO = re.compile(
    r"(?:至|到|为|达到?|实现|between|完成|做到|冲击|保持在?|维持在?|稳定在|冲刺|[:=]|突破)\s*约?\s*$"
    r"|(?<![a-z])(?:to|reach(?:es|ing)?|hit(?:s|ting)?|achiev(?:e|es|ing)|attain|at|of|is|are|be|into)"
    r"\s*(?:about |around |an? |the )?$"
)
_ADJACENT = re.compile(r"(?:了|约|近|幅度?)?\s*(?:about|around|another|a further|an? )?\s*$")
_BY = re.compile(
    r"(?<![a-z])by\s*(?:a further|another|about|around|an additional)?\s*$"
    r"|(?<![a-z])(?:increase|growth|rise|improvement|gain|reduction|decrease|drop|cut|decline|uplift) of\s*(?:about )?$"
)
_CHANGING = re.compile(
    r"\s?(?:的|左右的)?(?P<up>增长|增幅|提升)(?![率至到了约]|\s?\d)|\s?的?(?P<down>降幅|下降|降低|压降)(?![率至到了约]|\s?\d)"
    rf"|[\s{COMPARED}]{{0,24}}(?:(?P<up_en>growth|increase|rise|uplift|improvement|gain|higher|more)"
    r"|(?P<down_en>reduction|decrease|drop|cut|decline|fewer|less|lower|faster|saving))(?![a-z])"
)
_NOUN_OF_VERB = re.compile(r"率|幅度|值|额|量|rate|plan|项目|方案")
SAVING = re.compile(r"节约|节省|降本|增收|(?<![a-z])sav(?:e|es|ing|ings)(?![a-z])")
_TIME_UNIT = re.compile(
    r"^(?:个?(?:工作日|自然日|小时)|天|日|分钟|秒钟?|毫秒|(?:working |business |calendar )?days?|hours?|hrs?"
    r"|min(?:ute)?s?"
    r"|sec(?:ond)?s?|weeks?|h|s|周)$"
)
_COUNTED = re.compile(r"(?:\+|\s?or more)?\s(?!(?:of|by|in|to|from|for|with|and|per|at|on)\s)[a-z]")
_AGE = re.compile(r"^(?:年|years?|个月|月|months?)$")
_MULTIPLE = re.compile(r"倍|x|times")
_WHAT_WAS = re.compile(rf"去年|上年|原来|现有|目前|当前|last|current|today|{COMPARED}")
_DOUBLING = re.compile(
    r"翻(?P<zh>[一两二三四]?)番|(?P<twice>翻(?:了)?一?倍)|(?P<half>减半|(?<![a-z])(?:halv(?:e|es|ing)|by half"
    r"|in half)(?![a-z]))"
    r"|(?<![a-z])(?P<en>doubl|tripl|quadrupl)(?:e|es|ing)(?![a-z-])"
)
_EN_TIMES = {"doubl": 2, "tripl": 3, "quadrupl": 4}
_ORDINAL_EN = {"first": 1, "second": 2, "third": 3, "one": 1}
_RANK = re.compile(
    r"(?P<lead>(?:进入|跻身|位居|位列|排名?|稳居|保持|达到|升至|冲进)?(?:行业|全国|全省|全球|国内|同行业?|集团|区域"
    r"|本地|世界|全市|业内|全区)?)"
    r"(?:(?:前|(?<![a-z])(?P<among>(?:one of|among|into|in|be|become|rank) )?(?:the )?top[ -]?)(?P<top>\d{1,3}"
    r"|[一二三四五六七八九十]{1,3}|three|five|ten|two|four)(?![\d.])\s?(?:名|强|位|甲)?"
    r"(?!\s?(?:%|分|个|款|家|项|季|年|月|期|天|批|万|亿|大|percent)|(?(among)(?!)|\s(?:issues?|risks?|customers?"
    r"|accounts?|suppliers?|causes?)))"
    r"|(?:排名?|位列|位居|列|居)第\s?(?P<place>[一二三四五六七八九十]{1,2}|\d{1,3})\s?(?:名|位)?"
    r"|(?<![a-z])(?:number|no\.)\s?(?P<number>one|\d{1,2})(?![\d.])|(?<![a-z])(?P<first>first|second|third) place)"
)


@dataclass(frozen=True)
class Role:
    """A figure with its part in the text.

    Attributes:
        quantity: The figure.
        kind: target, baseline, change, plain (a target that nothing announces), rank.
        confidence: 0-1.
        cue: Where the words that announce it begin.
        limit: lower or higher where a limit such as 不超过 or "at least" stands beside it, else "".
        amount: A change, signed.
        relative: Whether a change is a ratio of the baseline.
    """

    quantity: Quantity
    kind: str
    confidence: float
    cue: int
    limit: str = ""
    amount: float = 0.0
    relative: bool = False


@dataclass(frozen=True)
class Roles:
    """The figures that matter; None where the text has none."""

    target: Role | None
    baseline: Role | None
    change: Role | None

    @property
    def first(self) -> Role | None:
        """The figure beside which the metric stands: the target, else the change."""
        return self.target or self.change


def clause_start(masked: str, place: int) -> int:
    """Return where the clause that holds a place begins."""
    begin = max(0, place - 120)
    ends = [match.end() for match in BOUNDARY.finditer(masked, begin, place)]
    return ends[-1] if ends else begin


def roles(masked: str, found: Sequence[Quantity]) -> Roles:
    """Return the parts that the figures of a text play.

    Args:
        masked: The folded text, times masked.
        found: Its figures.
    """
    listed: list[Role] = []
    before = 0
    for quantity in found:
        listed.append(_role(masked, quantity, before))
        before = quantity.end
    listed += [*_doublings(masked), *_ranks(masked)]
    listed = [role for role in listed if not _says_nothing(role, masked)]
    listed = _without_modifiers(listed)
    change = next((role for role in listed if role.kind == "change"), None)
    baseline = next((role for role in listed if role.kind == "baseline"), None)
    target = _first_target(masked, listed)
    if target is None:
        target = next((role for role in listed if role.kind == "plain"), None)
    return Roles(target, _scaled(baseline, target), change)


def _first_target(masked: str, listed: Sequence[Role]) -> Role | None:
    """Return the first target that something announces, or a count in a clause before it."""
    cued = next((role for role in listed if role.kind in {"target", "rank"}), None)
    if cued is None:
        return None
    begin = clause_start(masked, cued.quantity.start)
    counts = (role for role in listed if role.kind == "plain" and role.quantity.unit not in {"", "%", "‰"})
    return next((role for role in counts if role.quantity.start < begin), cued)


def _says_nothing(role: Role, masked: str) -> bool:
    quantity = role.quantity
    if role.kind == "plain" and quantity.bare and quantity.value != 0 and not _COUNTED.match(masked, quantity.end):
        return True
    return bool(_AGE.match(quantity.unit)) and role.kind == "plain"


def _scaled(baseline: Role | None, target: Role | None) -> Role | None:
    """Return the baseline with the target's scale where it states neither scale nor unit, as in 由 800 至 1000 万元."""
    if baseline is None or target is None or not baseline.quantity.bare or target.quantity.scale <= 1:
        return baseline
    return replace(baseline, quantity=replace(baseline.quantity, value=baseline.quantity.value * target.quantity.scale))


@dataclass(frozen=True)
class _Place:
    """A figure with the words around it: those before it from `begin` on, without a limit that stands beside it."""

    masked: str
    quantity: Quantity
    left: str
    begin: int
    limit: str

    @cached_property
    def verb(self) -> re.Match[str] | None:
        """The last word of rising or falling before the figure."""
        return _verb(self.left)

    @property
    def sign(self) -> float:
        """Which way the verb goes."""
        return -1.0 if self.verb and FALLING.fullmatch(self.verb[0]) else 1.0

    @property
    def adjacent(self) -> bool:
        """Whether the verb stands right before the figure."""
        return self.verb is not None and bool(_ADJACENT.fullmatch(self.left[self.verb.end() :]))

    @property
    def end(self) -> int:
        """Where the words before the figure end."""
        return self.begin + len(self.left)


def _role(masked: str, quantity: Quantity, before: int) -> Role:
    begin = max(before, quantity.start - _ROOM)
    limit, left = _limit(masked[begin : quantity.start], masked[quantity.end : quantity.end + _ROOM])
    place = _Place(masked, quantity, left, begin, limit)
    return _as_change(place) or _as_baseline(place) or _as_target(place)


def _as_change(place: _Place) -> Role | None:
    """Return a figure as a change where a sign, "by", a verb beside it or a noun after it says so."""
    quantity, left = place.quantity, place.left
    if quantity.signed and not quantity.bare and not _TO.search(left):
        return _change(quantity, place.end, 1.0, 0.9)
    if match := _CHANGING.match(place.masked, quantity.end):
        sign = 1.0 if match["up"] or match["up_en"] else -1.0
        return replace(_change(quantity, place.end, sign, 0.85), limit=place.limit)
    if match := _BY.search(left):
        return _change(quantity, place.begin + match.start(), _sign(place.masked, quantity.start), 0.9)
    if place.adjacent and place.verb and quantity.unit:
        return _change(quantity, place.begin + place.verb.start(), place.sign, 0.9)
    if _MULTIPLE.fullmatch(quantity.unit) and _WHAT_WAS.search(
        place.masked, max(0, quantity.start - 12), quantity.end + 12
    ):
        match = _TO.search(left)
        cue = place.begin + match.start() if match else place.end
        return Role(quantity, "change", 0.9, cue, amount=quantity.value - 1, relative=True)
    return None


def _as_baseline(place: _Place) -> Role | None:
    match = None if place.limit else _FROM.search(place.left)
    return Role(place.quantity, "baseline", 0.9, place.begin + match.start()) if match else None


def _as_target(place: _Place) -> Role:
    quantity, left = place.quantity, place.left
    if match := _TO.search(left):
        verb = place.verb
        joined = verb is not None and not left[verb.end() : match.start()].strip(" 幅度了")
        cue = verb.start() if verb and joined and verb.end() <= match.start() else match.start()
        return Role(quantity, "target", 0.95, place.begin + cue, place.limit)
    if place.limit:
        return Role(quantity, "target", 0.9, place.end, place.limit)
    return _plain(place.masked, quantity, place.end)


def _limit(left: str, right: str) -> tuple[str, str]:
    """Return which limit a figure is, lower or higher or none, and what stands before the words that say so."""
    match = LIMIT.search(left)
    if match:
        return ("lower" if match["most"] else "higher"), left[: match.start()]
    if AFTER_MOST.match(right):
        return "lower", left
    return ("higher" if AFTER_LEAST.match(right) else ""), left


def _verb(left: str) -> re.Match[str] | None:
    """Return the last word of rising or falling before a figure that is not part of a noun such as 增长率."""
    found = [match for words in (RISING, FALLING) for match in words.finditer(left)]
    found = [match for match in found if not _NOUN_OF_VERB.match(left, match.end())]
    return max(found, key=lambda match: match.end(), default=None)


def _sign(masked: str, place: int) -> float:
    """Return -1 where the clause before a figure speaks of falling last, else 1."""
    verb = _verb(masked[clause_start(masked, place) : place])
    return -1.0 if verb and FALLING.fullmatch(verb[0]) else 1.0


def _change(quantity: Quantity, cue: int, sign: float, confidence: float) -> Role:
    relative = quantity.unit in {"%", "‰"} or bool(_MULTIPLE.fullmatch(quantity.unit))
    amount = quantity.value * (quantity.scale if quantity.unit in {"%", "‰"} else 1)
    return Role(quantity, "change", confidence, cue, amount=sign * amount, relative=relative)


def _plain(masked: str, quantity: Quantity, place: int) -> Role:
    """Return a figure that nothing announces: 降低采购成本 8% is a change, 新开门店 100 家 a target."""
    begin = clause_start(masked, place)
    clause = masked[begin:place]
    verb = _verb(clause)
    if (
        verb
        and quantity.unit
        and quantity.high is None
        and not SAVING.search(clause)
        and clause[verb.end() :].strip(" \x01\x02(")
    ):
        sign = -1.0 if FALLING.fullmatch(verb[0]) else 1.0
        return _change(quantity, place, sign, 0.7)
    return Role(quantity, "plain", 0.8 if quantity.unit else 0.65, place)


def _doublings(masked: str) -> list[Role]:
    found = []
    for match in islice(_DOUBLING.finditer(masked), MOST):
        if match["half"]:
            ratio = 0.5
        elif match["en"]:
            ratio = float(_EN_TIMES[match["en"]])
        else:
            ratio = 2.0 if match["twice"] else 2.0 ** chinese_number(match["zh"] or "一")
        quantity = Quantity(ratio, 1.0, "", *match.span(), match.end(), match.end())
        found.append(Role(quantity, "change", 0.9, match.start(), amount=ratio - 1, relative=True))
    return found


def _ranks(masked: str) -> list[Role]:
    listed = []
    for match in islice(_RANK.finditer(masked), MOST):
        numeral = match["top"] or match["place"] or match["number"] or match["first"]
        value = _ORDINAL_EN.get(numeral) or WORDS_EN.get(numeral) or (
            float(numeral) if numeral.isdecimal() else chinese_number(numeral)
        )  # fmt: skip
        begin = match.end("lead")
        unit = "名" if "一" <= masked[begin] <= "鿿" else "place"
        quantity = Quantity(float(value), 1.0, unit, begin, match.end(), begin, match.end())
        listed.append(Role(quantity, "rank", 0.9, match.start(), "lower"))
    return listed


def _without_modifiers(listed: list[Role]) -> list[Role]:
    """Leave out lengths of time that belong to the metric's name, as in 24 小时响应率达到 95%."""
    taken = [role for role in listed if role.kind == "rank"]
    spans = [(role.quantity.start, role.quantity.end) for role in taken]
    if spans:
        listed = [
            role
            for role in listed
            if role.kind == "rank" or not any(b < role.quantity.end and role.quantity.start < e for b, e in spans[:8])
        ]
    others = [role for role in listed if role.kind in {"target", "plain"} and not _TIME_UNIT.match(role.quantity.unit)]
    surest = max((role.confidence for role in others), default=0.0)
    return [role for role in listed if not (others and _is_length(role) and role.confidence < max(surest, 0.95))]


def _is_length(role: Role) -> bool:
    return role.kind in {"target", "plain"} and bool(_TIME_UNIT.match(role.quantity.unit))
