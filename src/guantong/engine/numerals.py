"""Figures in goal texts: digits, Chinese numerals and number words, with their scale and unit of measure.

Every function takes a text folded by `fold`, in which each character stands where it stood, so that a span in it is a
span in the text as written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice

MASK = "\x01"
"""Takes the place of each character that has been read as something else, such as a date."""

MOST = 40
"""Figures and times of a kind that are looked at: a goal states few, and a text of thousands stays quick to read."""

_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F) if code != 0xFF0C}
_FOLD |= {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_FOLD |= {code: code - 0xFEE0 + 32 for code in range(0xFF21, 0xFF3B)}
_FOLD |= dict.fromkeys([*range(32), 0x3000, 0xA0], 32)
_FOLD |= {ord("–"): ord("-"), ord("−"): ord("-"), ord("￥"): ord("¥"), ord("’"): ord("'"), ord("％"): ord("%")}
_WIDE_COMMA = re.compile(r"(?<=[０-９])，(?=[０-９]{3})")

_DIGITS_ZH = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
_TENS_ZH = {"十": 10, "百": 100, "千": 1000}
_MYRIADS_ZH = {"万": 10**4, "亿": 10**8}

WORDS_EN: dict[str, int] = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen twenty".split()
    )
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90}

SCALES: dict[str, float] = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "十亿": 1e9,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "十万": 1e5,
    "万": 1e4,
    "千": 1e3,
    "百": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "billion": 1e9,
    "hundred": 1e2,
    "trillion": 1e12,
    "k": 1e3,
    "m": 1e6,
    "mn": 1e6,
    "mio": 1e6,
    "bn": 1e9,
    "b": 1e9,
    "tn": 1e12,
}
PARTS: dict[str, float] = {"%": 0.01, "‰": 0.001, "‱": 0.0001}
"""Units that are parts of one: they stay the unit of measure, as in the workbook, and are the scale as well."""

CURRENCIES: dict[str, str] = {
    "$": "USD",
    "us$": "USD",
    "usd": "USD",
    "€": "EUR",
    "eur": "EUR",
    "£": "GBP",
    "gbp": "GBP",
    "hk$": "HKD",
    "¥": "CNY",
    "rmb": "CNY",
    "cny": "CNY",
    "jpy": "JPY",
    "hkd": "HKD",
    "sgd": "SGD",
    "dollars": "USD",
    "euros": "EUR",
    "yuan": "CNY",
    "pounds": "GBP",
}
_MONEY = r"us\$|hk\$|usd|rmb|cny|eur|gbp|jpy|hkd|sgd|[$€£¥]"

_MEASURES_ZH = (
    "个月 个季度 个百分点 百分点 个工作日 个自然日 个小时 个基点 工作日 自然日 平方公里 "
    "平方米 立方米 千瓦时 兆瓦时 人民币 毫秒 千克标准煤 吨标准煤 克标准煤 微克 毫克 美元 "
    "欧元 港元 日元 人次 人天 人日 人月 课时 学时 小时 分钟 公里 公顷 公斤 千克 千瓦 "
    "兆瓦 厘米 毫米 基点 车次 架次 台次 例次 台套 标箱 平米 秒钟 元 分 个 家 款 人 "
    "名 次 件 台 辆 套 天 日 秒 吨 条 篇 项 场 门 份 户 单 笔 起 例 倍 度 座 "
    "处 亩 本 架 艘 种 张 支 组 批 站 店 箱 里 米 瓦 课 期 宗 位 级 只 块 片 "
    "道 间 所 床 盏 头 班 轮 样 克"
).split()
_MEASURES_EN = (
    "percentage points?|percent|per cent|pct|basis points?|bps|pps?|wh/kg|kwh|mwh|gwh|kw|mw|km/h|km|kg|mm|cm|ms|mg|"
    "working days?|business days?|calendar days?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|weeks?|"
    "tonnes?|tons?|dollars|euros|yuan|pounds|ppm|points?|pts?|times|turns|stars|℃|°c|fte|gb|tb|db|m²|m2|x|s|t|h|m"
)
_PER = (
    r"(?:/\s?(?:[十百千万]{0,2}(?:立方米|平方米|平米|分钟|小时|公里|季度|机会|月|年|天|日|周|人|车|台|次|班|亩|件|户"
    r"|单|家|店|吨"
    r"|辆|套|批|项|秒)|kwh|km|kg|[a-z]{1,12}))"
    r"|(?:\s?(?:per|a|each|every)\s(?:100 |1,000 |million )?(?:person|employee|[a-z]{2,14}?)(?![a-z])){1,2}"
)
_PART = r"%|‰|‱"


def _longest_first(words: list[str]) -> str:
    return "|".join(map(re.escape, sorted(set(words), key=len, reverse=True)))


_UNIT_ZH = _longest_first(_MEASURES_ZH)
_SCALE = r"万亿|[十百千]?亿|[十百千]?万|千(?![瓦克])|百(?=[家人个台万辆件])"
_SCALE_EN = r"(?:thousand|hundred|million|billion|trillion|mn|mio|bn|tn|k|m|b)(?![a-z²/])"
_NUMBER = re.compile(
    rf"(?<![a-z0-9_.±])(?:(?P<money>{_MONEY})\s?)?(?P<sign>[+±-](?=[\d$€£¥]))?(?:(?P<cash>[$€£¥])\s?)?"
    r"(?P<number>\d{1,3}(?:,\d{3}){1,5}(?![\d])|\d{1,18})(?P<part>\.\d{1,9})?(?![\d])"
)
_TAIL = re.compile(
    rf"(?P<gap>[\s-]?)(?:(?P<scale>{_SCALE}|{_SCALE_EN})\s?)?[多余]?"
    rf"(?P<unit>{_PART}|(?:{_UNIT_ZH})|(?:{_MEASURES_EN}|{_MONEY})(?![a-z²-]))?(?P<per>{_PER})?"
)
_LINK = re.compile(r"\s?(?:-|~|至|到|—)\s?|\sto\s|\sand\s")
_CHINESE = re.compile(
    r"(?P<part>[百千万])分之(?P<percent>[零〇一二三四五六七八九十百两点]{1,9})"
    r"|(?P<tenths>[一二三四五六七八九](?:点[一二三四五六七八九])?)成(?P<half>[半一二三四五六七八九])?"
    r"(?![功本员果就立为熟长品都交])"
    r"|(?<![第统唯单同每某另逐任进十零〇一二三四五六七八九百千万亿两])"
    rf"(?P<plain>[一二三四五六七八九十两][零〇一二三四五六七八九十百千万亿两点]{{0,15}}|半(?=个?(?:工作日|小时|天"
    rf"|个月)))[多余]?(?P<unit>{_UNIT_ZH})"
    rf"(?P<per>{_PER})?"
)
_ZERO_ZH = re.compile(
    r"(?<=为)(?P<bare>零)(?![一-鿿])"
    r"|零(?=(?:重大|较大|一般|安全|质量|人员|责任|生产|客户|环境){0,4}(?:事故|投诉|缺陷|差错|违规|伤亡|泄漏|事件"
    r"|延误|死亡|故障|工伤|污染|逾期))"
)
_WORDS = re.compile(
    rf"(?<![a-z-])(?P<word>{_longest_first(list(WORDS_EN))})(?:[ -](?P<scale>hundred|thousand|million|billion))?"
    r"(?P<percent>\s(?:percent|per cent))?(?![a-z])(?!\s(?:of\sthe|of\sour|stop|on\s|page|time|team|voice"
    r"|more\stime)|-)"
)
_TELLING = frozenset("个家项款套座条支份名场门")
"""Measures with which a lone 一 counts something; elsewhere, as in 一次合格率, it belongs to a word."""

_NAMES_BEFORE = re.compile(
    r"(?:iso|gb|gb/t|iec|version|level|phase|tier|windows|class|grade|euro|series|section|stage|双|第|国|wave|"
    r"rule|model|zone|layer|category|v)\s?$"
)
_LETTER = re.compile(r"[a-z]")


@dataclass(frozen=True)
class Quantity:
    """A figure in a text.

    Attributes:
        value: In base units: scales such as 万 and M are multiplied in; % and ‰ are not.
        scale: The factor stated, 1.0 where none is.
        unit: The unit as written, currencies as ISO code, "" where none is.
        start, end: Span of number, scale and unit.
        unit_start, unit_end: Span of the unit.
        signed: Whether a plus or minus stands before it.
        high: The upper bound where it is a range.
        bare: Whether neither scale nor unit is stated.
    """

    value: float
    scale: float
    unit: str
    start: int
    end: int
    unit_start: int
    unit_end: int
    signed: bool = False
    high: float | None = None

    @property
    def bare(self) -> bool:
        """Whether neither scale nor unit is stated."""
        return self.scale == 1 and not self.unit


def fold(text: str) -> str:
    """Return a text of the same length with narrow digits, signs and letters, all letters small."""
    return _WIDE_COMMA.sub(",", text).translate(_FOLD)


def chinese_number(numeral: str) -> float:
    """Return the value of a Chinese numeral such as 三十, 两千, 一点二亿 or 二〇二六."""
    if numeral == "半":
        return 0.5
    whole, point, part = numeral.partition("点")
    tail = part.lstrip("零〇一二三四五六七八九两")
    digits = part[: len(part) - len(tail)]
    value = Decimal(_whole(whole))
    if point and digits:
        value += Decimal("0." + "".join(str(_DIGITS_ZH[sign]) for sign in digits))
    for sign in tail:
        value *= _TENS_ZH.get(sign) or _MYRIADS_ZH.get(sign, 1)
    return float(value)


def _whole(numeral: str) -> int:
    if numeral and all(sign in _DIGITS_ZH for sign in numeral):
        return int("".join(str(_DIGITS_ZH[sign]) for sign in numeral))
    total = section = digit = 0
    for sign in numeral:
        if sign in _DIGITS_ZH:
            digit = _DIGITS_ZH[sign]
        elif sign in _TENS_ZH:
            section += (digit or 1) * _TENS_ZH[sign]
            digit = 0
        else:
            total = (total + section + digit) * _MYRIADS_ZH[sign] if sign == "亿" else (
                total + (section + digit) * _MYRIADS_ZH[sign]
            )  # fmt: skip
            section = digit = 0
    return total + section + digit


def quantities(folded: str, text: str) -> list[Quantity]:
    """Return the figures of a text in the order in which they stand, none overlapping.

    Args:
        folded: The folded text, dates masked.
        text: The text as written, of the same length: capitals tell M (million) from m (metre).
    """
    readers = (_in_digits(folded, text), _in_chinese(folded), _in_words(folded))
    found = [quantity for reader in readers for quantity in islice(reader, MOST)]
    found.sort(key=lambda quantity: (quantity.start, -quantity.end))
    apart: list[Quantity] = []
    for quantity in found:
        if not apart or quantity.start >= apart[-1].end:
            apart.append(quantity)
    return apart


def _in_digits(folded: str, text: str) -> Iterator[Quantity]:
    place = 0
    while match := _NUMBER.search(folded, place):
        place = match.end()
        quantity = _measured(match, folded, text)
        if quantity is None:
            continue
        link = _LINK.match(folded, quantity.end)
        second = _NUMBER.match(folded, link.end()) if link else None
        upper = _measured(second, folded, text) if second else None
        if upper and (link and _is_range(link[0], quantity, upper, folded)):
            quantity = _ranging(quantity, upper)
        place = max(place, quantity.end)
        yield quantity


def _is_range(link: str, low: Quantity, high: Quantity, folded: str) -> bool:
    """Return whether two figures are the bounds of a range; 由 600 到 720 and "from 600 to 720" are none."""
    if low.unit and high.unit and low.unit != high.unit:
        return False
    before = folded[max(0, low.start - 12) : low.start]
    if link.strip() == "and":
        return before.rstrip().endswith("between")
    return not re.search(r"(?:从|由|自|from)\s?(?:[一-鿿]{0,4})$", before) and (link.strip() != "to" or not low.unit)


def _ranging(low: Quantity, high: Quantity) -> Quantity:
    value = low.value * max(high.scale, 1.0) if low.bare else low.value
    return replace(high, value=value, high=high.value, start=low.start, scale=high.scale, signed=False)


def _measured(match: re.Match[str], folded: str, text: str) -> Quantity | None:
    """Return the figure at a number, None where the digits belong to a name such as 5G, V2.0 or ISO 9001."""
    money = match["money"] or match["cash"] or ""
    tail = _TAIL.match(folded, match.end())
    scale, unit, span = _tail_words(tail, text, bool(money)) if tail else ("", "", (0, 0))
    if not unit and (_named(match, folded) or (not scale and _LETTER.match(folded, match.end()))):
        return None
    if money and (not unit or unit.startswith(("/", "per ", "a ", "each ", "every "))):
        gap = " " if unit and not unit.startswith("/") else ""
        unit, span = f"{CURRENCIES[money]}{gap}{unit}", match.span("money") if match["money"] else match.span("cash")
    found = _quantity(match, scale, unit, span)
    return replace(found, end=max(found.end, tail.end("scale"), tail.end("per"))) if tail else found


def _tail_words(tail: re.Match[str], text: str, money: bool) -> tuple[str, str, tuple[int, int]]:
    """Return scale, unit and the unit's span from what follows a number; capitals tell 12M from 12 m, 4S from 4 s."""
    scale, unit = tail["scale"] or "", tail["unit"] or ""
    if scale in {"m", "b"} and not money and text[tail.start("scale")].islower():
        if scale == "m" and not unit:
            return "", "m", tail.span("scale")
        scale = ""
    if unit in {"s", "t", "h", "m"} and text[tail.start("unit")].isupper():
        unit = ""
    begin = tail.start("unit") if unit else tail.start("per")
    end = max(tail.end("unit") if unit else -1, tail.end("per"))
    return scale, tail.string[max(begin, 0) : max(end, 0)].strip(), (begin, end)


def _named(match: re.Match[str], folded: str) -> bool:
    return bool(_NAMES_BEFORE.search(folded[max(0, match.start() - 10) : match.start()]))


def _quantity(match: re.Match[str], scale: str, unit: str, span: tuple[int, int]) -> Quantity:
    number = Decimal(match["number"].replace(",", "") + (match["part"] or ""))
    factor = SCALES.get(scale, 1.0)
    value = float(number * Decimal(factor))
    unit = normal_unit(unit)
    if match["sign"] == "-":
        value = -value
    if not unit:
        span = (match.end(), match.end())
    return Quantity(
        value,
        PARTS.get(unit, factor),
        unit,
        match.start(),
        max(match.end(), span[1]),
        *span,
        match["sign"] in {"+", "-"},
    )


def normal_unit(unit: str) -> str:
    """Return a unit in the form in which it is compared: % for percent, currencies as ISO code."""
    if unit in {"percent", "per cent", "pct"}:
        return "%"
    if unit in {"percentage point", "percentage points", "pp", "pps", "百分点"}:
        return "个百分点" if unit == "百分点" else "percentage points"
    return CURRENCIES.get(unit, unit)


def _in_chinese(folded: str) -> Iterator[Quantity]:
    for match in _CHINESE.finditer(folded):
        start, end = match.span()
        if match["percent"]:
            unit = {"百": "%", "千": "‰", "万": "‱"}[match["part"]]
            yield Quantity(chinese_number(match["percent"]), PARTS[unit], unit, start, end, start, start + 3)
        elif match["tenths"]:
            value = chinese_number(match["tenths"]) * 10 + (chinese_number((match["half"] or "零").replace("半", "五")))
            yield Quantity(value, 0.01, "%", start, end, end - 1, end)
        elif (match["plain"] != "一" or match["unit"] in _TELLING) and not (
            match["unit"] == "期" and match["plain"] in "一二三四"
        ):
            unit = match["unit"] + (match["per"] or "")
            yield Quantity(
                chinese_number(match["plain"]), _scale_of(match["plain"]), unit, start, end, match.start("unit"), end
            )
    for match in _ZERO_ZH.finditer(folded):
        yield Quantity(0.0, 1.0, "", match.start(), match.end(), match.end(), match.end())


def _scale_of(numeral: str) -> float:
    return SCALES[numeral[-1]] if numeral[-1] in _MYRIADS_ZH else 1.0


def _in_words(folded: str) -> Iterator[Quantity]:
    for match in _WORDS.finditer(folded):
        factor = SCALES.get(match["scale"] or "", 1.0)
        value = WORDS_EN[match["word"]] * factor
        unit = "%" if match["percent"] else ""
        span = match.span("percent") if unit else (match.end(), match.end())
        tail = _TAIL.match(folded, match.end())
        if not unit and tail and tail["unit"] and tail["gap"] == " " and not tail["scale"]:
            unit, span = normal_unit(tail["unit"]), (tail.start("unit"), tail.end())
        yield Quantity(value, PARTS.get(unit, factor), unit, match.start(), max(match.end(), span[1]), *span)
