"""The words of the measured object in a goal text: what stands beside its figure without verbs, times and limits."""

import re
from dataclasses import dataclass

from guantong.engine.numerals import MASK
from guantong.engine.reading_roles import Role, Roles, clause_start
from guantong.engine.reading_times import COMPARED
from guantong.engine.reading_words import AFTER_LEAST, AFTER_MOST, COMPLETING, IMPERATIVE, WISH

_ROOM = 80
_BLANK = rf"[\s{MASK}{COMPARED}()、的]"
_BEFORE_ZH = re.compile(
    rf"(?:{_BLANK}|确保|力争|争取|努力|实现|完成|达成|保持|维持|将|把|使|让|推动|推进|促进|提升|提高|增强|降低|减少"
    rf"|缩短|压缩|压降|优化|改善"
    r"|改进|加强|强化|加快|加大|扩大|增加|控制|严控|做好|全面|持续|进一步|稳步|大力|公司|我司|本部门|部门|通过|在|于"
    r"|其中|目标|挑战|组织|开展|举办"
    r"|目标是|要求|务必|年度|当年|至少|超额|累计|确保实现|助力|助|全区|全市|全省|我市|我区|每(?:月|天|日|年|周"
    r"|季度?)|深化|做大|做强|夯实|健全|推动落实)+"
)
_AFTER_ZH = re.compile(
    rf"(?:{_BLANK}|由|从|要|需|(?<![供响效反适对])应|须|必须|力争|争取|均|全部|整体|进一步|稳步|再|提升|提高|增长|增加|上升|下降|降低"
    rf"|减少|缩短|压缩|压降|控制|保持|维持"
    r"|稳定|实现|达|到|至|(?<![行作认因])为|是|(?<![签预节])约|总计|累计|合计|分别|不低于|不超过|逐步|努力|目标|目标值|进入|位列|跻身|位居|稳居"
    r"|排名|排|突破|同比|环比|提前|力求|达成|完成"
    r"|(?<![以普涉])及|并|且|(?<![国市省境院体室])内|仅|(?<![产性功效智可节职潜动热电])能|在|确保|有所|较|(?<!占)比|不|冲击|冲刺|扩充|扩大|扩展|增|(?<![晋])升"
    r"|降|减|每(?:月|天|日|年|周|季度?|人|班))+$"
)
_ONLY_VERB_ZH = re.compile(
    r"(?:新增|新开|新建|开设|招聘|引进|引入|培养|培训|建设|建成|组织|举办|发布|推出|上线|申请|获得|取得|签约|签订"
    r"|开发|拓展|储备|完成|实现|制定|编制"
    r"|开展|交付|研发|打造|选拔|授权|申报|落地|投放|布局|开通|孵化|改造|修订|发表|输出|淘汰|关闭|回收|走访|拜访|新签"
    r"|认证|启动|上市|新上市|整改|设立|清理"
    r"|沉淀|复制|覆盖|服务|接待|办理|处理|检查|排查|采购|续签|解决|增加|减少|提升|再|全年|共|约|至少|不少于|力争"
    r"|确保|并)*"
)
_STOP_ZH = re.compile(rf"[{MASK}{COMPARED},，。;；:!！?？()]|，|并|且(?=[一-鿿])|同比|环比")
_TRIM_OBJECT_ZH = re.compile(r"(?:\s|的|及?以上|及?以下|以内|之内|左右|新(?=增))+")

_ARTICLE = r"(?:the|an?|our|its|their|all|each|every|number of|at least|more than|over|up to|a total of)"
_VERB_EN = (
    r"(?:increase|raise|grow|lift|boost|improve|expand|gain|strengthen|enhance|reduce|cut|lower|decrease|shorten"
    r"|drop|shrink"
    r"|bring|trim|slash|achieve|reach|attain|hit|keep|hold|maintain|ensure|get|deliver|drive|push|limit|move|take"
    r"|halve|double"
    r"|triple|quadruple|sustain|secure|optimi[sz]e|complete|extend|save|generate|earn|finish|make|retain|minimi[sz]e"
    r"|maximi[sz]e|restore|see|win|obtain|stabili[sz]e|reali[sz]e|run|restrict|contain|accelerate|meet|close|resolve"
    r"|process"
    r"|answer|respond to|ship|open|launch|hire|recruit|train|add|sign|build|publish|conduct|collect|recover|sell"
    r"|produce|enter"
    r"|stay|remain|become|be|fix|handle|approve|issue|pay|review|clear|settle|foster|promote|advance|deepen"
    r"|streamline|empower|elevate|upgrade|deploy|reduces|doubles)"
)
_FILLER_EN = (
    rf"(?:{_BLANK}|(?<![a-z])(?:{_ARTICLE}|to|we|will|must|should|and|then|in|by|for|with|down|up|further|have|has)"
    r"(?![a-z/&'-]))*"
)
_BEFORE_EN = re.compile(rf"{_FILLER_EN}(?:{_VERB_EN}(?![a-z/&'-])){{0,1}}{_FILLER_EN}")
_AFTER_EN = re.compile(
    rf"(?:{_BLANK}|(?<![a-z])(?:from|to|by|at|of|is|are|be|was|reach(?:es|ing|ed)?|hit(?:s|ting)?|within|under|below"
    rf"|above|over|exceeds?"
    r"|exceeding|stays?|remains?|will|must|should|the|an?|into|for|down|up|rises?|falls?|grows?|drops?|increases?"
    r"|decreases?|no|not"
    r"|least|most|more|less|than|and|averages?|averaging|up to|in|between|target|achieves?|improves?|on|we|all|each"
    r"|every|kept|held|with|about)(?![a-z/&'-])|[=≥≤<>:])+$"
)
_STOP_EN = re.compile(
    rf"[{MASK}{COMPARED},;:!?()]|\.(?:\s|$)|\s(?:by|to|from|for|with|within|per|at|on|and|through|across|during|this"
    rf"|next|before|until"
    r"|while|under|over|as|into|in|a|each|every|of|via|using|that|who|which|without)(?![a-z])"
)
_STOP_SHARE_EN = re.compile(
    rf"[{MASK}{COMPARED},;!?()]|\.(?:\s|$)|\s(?:by|from|to|at the)(?![a-z])|\s(?=and\s)|\s(?:per|each"
    rf"|every)\s(?:year|month|week|day|quarter)(?![a-z])"
)
_OBJECT_EN = re.compile(
    r"[\s%]*(?:or (?:more|higher|above|less|lower|fewer|better)\s|\+\s?)?"
    r"(?:(?:growth|increase|rise|uplift|improvement|gain|higher|more|reduction|decrease|drop|cut|decline|fewer|less"
    r"|lower|savings?)"
    r"(?![a-z])\s?)?(?:(?:of|in)\s)?(?:(?:the|all|our|an?|its|number of)\s)*"
)


_NO_OBJECT_EN = re.compile(
    r"(?:by|to|from|for|with|within|per|at|on|and|through|across|during|over|as|via|while)(?![a-z])"
)


@dataclass(frozen=True)
class Words:
    """A span of words and how sure it is that they name the measured object."""

    start: int
    end: int
    confidence: float


def measured_object(masked: str, text: str, given: Roles) -> Words | None:
    """Return the words of the measured object, None where there are none.

    Args:
        masked: The folded text, times masked.
        text: The text as written.
        given: Its figures with their parts.
    """
    chinese = any("一" <= sign <= "鿿" for sign in text[:_ROOM])
    main = given.first
    if main is None:
        return _wished_object(masked, text, chinese)
    cues = [role.cue for role in (given.target, given.baseline, given.change) if role]
    begin = clause_start(masked, main.quantity.start)
    if (
        given.change
        and not chinese
        and begin <= given.change.cue <= begin + 1 < main.quantity.start
        and given.change is not main
    ):
        opening = _OBJECT_EN.match(masked, given.change.quantity.end)
        begin = opening.end() if opening else begin
    before = _trimmed(masked, text, begin, _end(begin, main.quantity.start, cues), chinese)
    after = _object_after(masked, main, chinese)
    if after and masked[main.quantity.start] == "零":
        return after
    if before and not (after and _is_verb(masked[before.start : before.end], main, chinese)):
        return before
    if after or not begin:
        return after or before
    earlier = clause_start(masked, begin - 1)
    found = _trimmed(masked, text, earlier, _end(earlier, begin - 1, cues), chinese)
    return Words(found.start, found.end, 0.6) if found else None


def _end(begin: int, end: int, cues: list[int]) -> int:
    """Return where the words of a clause end before the first figure's cue in it."""
    return min((cue for cue in cues if begin < cue < end), default=end)


def _is_verb(words: str, main: Role, chinese: bool) -> bool:
    """Return whether the words before a figure only say what is done with what stands after it."""
    if chinese:
        return bool(_ONLY_VERB_ZH.fullmatch(words))
    return main.kind in {"plain", "target"} and re.fullmatch(r"[a-z]+", words) is not None


def _trimmed(masked: str, text: str, begin: int, end: int, chinese: bool) -> Words | None:
    """Return a clause without the verbs, articles, times and limits at its ends."""
    begin = max(begin, end - _ROOM)
    first = (_BEFORE_ZH if chinese else _BEFORE_EN).match(masked, begin, end)
    if first:
        begin = first.end()
    last = (_AFTER_ZH if chinese else _AFTER_EN).search(masked, begin, end)
    if last:
        end = last.start()
    for inside in re.finditer(f"{MASK}+", masked[begin:end]):
        if any(sign.isdecimal() for sign in text[begin + inside.start() : begin + inside.end()]):
            return _trimmed(masked, text, begin + inside.end(), end, chinese)
    if "(" in masked[begin:end] and ")" not in masked[begin:end] and masked[end : end + 1] == ")":
        end += 1
    return Words(begin, end, 0.85) if begin < end else None


def _object_after(masked: str, main: Role, chinese: bool) -> Words | None:
    """Return what is counted: 新车型 in 完成 2 款新车型, "new stores" in "open 100 new stores"."""
    place = main.quantity.end
    for words in (AFTER_MOST, AFTER_LEAST):
        if match := words.match(masked, place):
            place = match.end()
    limit = min(len(masked), place + _ROOM)
    if chinese:
        match = _TRIM_OBJECT_ZH.match(masked, place, limit)
        place = match.end() if match else place
        stop = _STOP_ZH.search(masked, place, limit)
    else:
        opening = _OBJECT_EN.match(masked, place, limit)
        share = main.quantity.unit == "%" or main.kind == "change" or "of" in (opening[0].split() if opening else [])
        place = opening.end() if opening else place
        if _NO_OBJECT_EN.match(masked, place):
            return None
        stop = (_STOP_SHARE_EN if share else _STOP_EN).search(masked, place, limit)
    end = stop.start() if stop else limit
    while place < end and masked[end - 1].isspace():
        end -= 1
    return Words(place, end, 0.75) if place < end else None


def _wished_object(masked: str, text: str, chinese: bool) -> Words | None:
    """Return what a text without figure wants to change, such as 客户满意度 in 提升客户满意度."""
    found = [match for words in (WISH, COMPLETING, IMPERATIVE) if (match := words.search(masked))]
    if not found:
        return None
    verb = min(found, key=lambda match: match.start())
    stop = (_STOP_ZH if chinese else _STOP_SHARE_EN).search(masked, verb.end())
    end = stop.start() if stop else min(len(masked), verb.end() + _ROOM)
    return _trimmed(masked, text, verb.end(), end, chinese) or _trimmed(
        masked, text, clause_start(masked, verb.start()), verb.start(), chinese
    )
