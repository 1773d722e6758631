"""The words by which a goal text is read: wishes, rising and falling, limits, completion, what is better low."""

import re

_WISHES_ZH = (
    "提升|提高|加强|增强|优化|改善|改进|强化|完善|推进|推动|促进|加快|加大|深化|努力|争取|力争|做好|做大|做强"
    "|降低|减少|缩短|夯实|健全|赋能|扩大|狠抓|大力"
)
_WISHES_EN = (
    r"improv(?:e|es|ing|ements?)|strengthen(?:s|ing)?|optimi[sz](?:e|es|ing|ation)|enhanc(?:e|es|ing|ements?)"
    r"|increas(?:e|es|ing)|reduc(?:e|es|ing)|boost(?:s|ing)?|better|promot(?:e|es|ing)|accelerat(?:e|es|ing)"
    r"|advanc(?:e|es|ing)|foster(?:s|ing)?|rais(?:e|es|ing)|upgrad(?:e|es|ing)|deepen(?:s|ing)?|maximi[sz](?:e|es|ing)"
    r"|minimi[sz](?:e|es|ing)|streamlin(?:e|es|ing)|empower(?:s|ing)?|elevat(?:e|es|ing)|lower(?:s|ing)?"
)
WISH = re.compile(rf"{_WISHES_ZH}|(?<![a-z])(?<!or )(?:{_WISHES_EN})(?![a-z-])", re.IGNORECASE)
"""A word that only wishes, unless something measured stands beside it."""

_WISH_ZH = re.compile(_WISHES_ZH)
_STEM_EN = re.compile(
    "improv|strengthen|optimi|enhanc|increas|reduc|boost|better|promot|accelerat|advanc|foster|rais|upgrad|deepen|maximi"
    "|minimi|streamlin|empower|elevat|lower"
)


def has_wish(text: str) -> bool:
    """Return whether a text holds a word of WISH; several times cheaper than searching for it."""
    if _WISH_ZH.search(text):
        return True
    return _STEM_EN.search(text.lower()) is not None and WISH.search(text) is not None


DOWN_ZH = r"下降|降低|减少|缩短|压缩|压降|压减|缩减|下调|降(?=\s*(?:[\d至到约了近为]|$))|减(?=\s*(?:[\d至到约了近]|$))"
UP_ZH = (
    r"提升|提高|增长|(?<!新)增加|上升|扩大|上涨|改善|(?<!新)增(?=\s*(?:[\d至到约了近]|$))"
    r"|升(?=\s*(?:[\d至到约了近]|$))|优化"
)
DOWN_EN = (
    r"reduc(?:e|es|ed|ing|tion)|cut(?:s|ting)?|lower(?:s|ed|ing)?|decreas(?:e|es|ed|ing)|shorten(?:s|ed|ing)?"
    r"|drop(?:s|ped|ping)?|shrink(?:s|ing)?|bring(?:s|ing)?(?=\s(?:down|[a-z -]{1,40}?\sdown))|trim(?:s|ming)?"
    r"|slash(?:es|ing)?"
    r"|down|minimi[sz]e|halve"
)
UP_EN = (
    r"increas(?:e|es|ed|ing)|rais(?:e|es|ed|ing)|grow(?:s|n|ing)?|lift(?:s|ing)?|boost(?:s|ing)?|improv(?:e|es|ed|ing)"
    r"|expand(?:s|ing)?|gain(?:s|ing)?|up(?=\s(?:from|by|[\d$€£]|$))|strengthen|enhanc(?:e|es)|extend(?:s|ing)?"
)
RISING = re.compile(rf"{UP_ZH}|(?<![a-z])(?:{UP_EN})(?![a-z-])")
FALLING = re.compile(rf"{DOWN_ZH}|(?<![a-z])(?:{DOWN_EN})(?![a-z-])")

AT_LEAST = (
    r"不低于|不少于|不小于|不得低于|不得少于|高于|超过|大于|多于|突破|至少|最少|超出?|≥|>=|⩾|>"
    r"|at least|no (?:less|fewer|lower) than|not less than|(?:a )?minimum of|more than|over|above|exceed(?:s|ing)?"
    r"|greater than|beyond|higher than|better than"
)
AT_MOST = (
    r"不超过|不高于|不大于|不多于|不得超过|不得高于|低于|小于|少于|控制在|压缩在|最多|至多|≤|<=|⩽|<|不超"
    r"|at most|no more than|not more than|no (?:higher|greater|longer|later) than|not exceed(?:ing)?|under|below"
    r"|less than|fewer than|within|(?:a )?maximum of|inside|capped at|shorter than"
)
LIMIT = re.compile(
    rf"(?:(?P<most>(?<![a-z])(?:{AT_MOST}))|(?P<least>(?<![a-z])(?:{AT_LEAST})))\s*(?:约|about|around)?\s*$"
)
AFTER_MOST = re.compile(
    r"\s?\)?\s?(?:以内|之内|及?以下|内(?!部|容|训|控|外)|or (?:less|lower|fewer|below|under|faster)(?![a-z])"
    r"|max(?:imum)?\b|at most\b)"
)
AFTER_LEAST = re.compile(r"\s?(?:及?以上|\+(?!\d)|or (?:more|higher|above)(?![a-z])|min(?:imum)?\b|起(?![一-鿿]))")

COMPLETING = re.compile(
    r"完成|上线|发布|通过|建成|投产|取得|获得|获评|出台|落地|启动|搭建|建立|制定|编制|交付|验收|投用|实施|开通|签署"
    r"|印发|上市|立项|结题|定型"
    r"|(?<![a-z-])(?:go(?:es|ing)? live|roll(?:s|ed|ing)? out|set(?:s|ting)? up|(?:launch|complet|finish|deliver"
    r"|releas|obtain"
    r"|publish|implement|migrat|certif|build|establish|introduc|ship|sign|win|pass|commission|submit|file|appoint|draft"
    r"|replac|open|clos|hir|train|recruit|conduct|run|hold|creat|develop|deploy|install|retir|mov|secur|achiev|adopt"
    r"|start"
    r"|design|test|pilot|sett?l|registr?|agree|approv|decid|negotiat|select|renew|hand|construct|prepar|produc|write"
    r"|rewrit"
    r"|consolidat|automat|digiti[sz]|connect|integrat|upgrad)(?:e|ed|es|s|ing|y)?)(?![a-z-])"
)

IMPERATIVE = re.compile(r"^[\s\x01]*[a-z]{3,}(?=\s(?:the|all|an?|our|every|each)\s)")
"""A first word that does something, whatever it is: "Revise all job descriptions"."""

BETTER_LOW = re.compile(
    r"成本|费用|投诉|缺陷|不良|返工|返修|事故|故障|流失|离职|周期|时长|时间|耗时|延误|逾期|差错|退货|退款|库存|能耗"
    r"|电耗|水耗|排放|损耗|报废|废品"
    r"|停机|账龄|坏账|偏差|空置|等待|漏检|误差|失误|风险事件|伤害|缺勤|天数|次品|破损|错发|泄漏|漏洞|时延|延迟|拥堵"
    r"|支出|负债|浪费|告警|错误|欠款|应收|死亡|伤亡|违规|纠纷|信访|能耗"
    r"|(?<![a-z])(?:costs?|complaints?|defects?|scrap|rework|accidents?|incidents?|failures?|churn|attrition"
    r"|turnover rate"
    r"|lead times?|cycle times?|times?|delays?|overdue|errors?|returns?(?! on)|inventory|energy use|consumption"
    r"|emissions?|loss(?:es)?"
    r"|downtime|outages?|latency|days|backlog|vacanc|absence|absenteeism|injur|waste|expens|spend(?:ing)?|overtime"
    r"|bugs?"
    r"|vulnerabilities|debt|shrinkage|breakdowns?|no-shows?|rejects?|damage|gap|deviation|variance|duration|dso)"
)
BETTER_HIGH = re.compile(
    r"(?:及时率|完成率|解决率|关闭率|处理率|合格率|达成率|达标率|回收率|排除率|闭环率|整改率|下降率|降低率|节约率"
    r"|压降率|周转率|周转次数|覆盖率|满意度?"
    r"|满意率|响应率|修复率|准时率|准确率|关闭|收回|回款率|办结率|平均无故障时间|无故障)$"
    r"|(?<![a-z])(?:closed|resolved|fixed|answered|on[- ]time|turns|stock turn|first[- ]time|availability"
    r"|mean time between|time between|uptime|avoided|saved|savings|solved|met|reduction)"
)
