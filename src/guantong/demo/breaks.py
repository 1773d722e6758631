"""The breaks planted in the demo company, in the order in which its story is told.

The check finds these and no others, on every day.
"""

from dataclasses import dataclass

from guantong.demo.rows import Text


@dataclass(frozen=True)
class Break:
    """A planted break: the finding that it causes, and what is wrong and why it matters."""

    rule: str
    subject: str
    severity: str
    text: Text


ROOT_BREAK = ("GOAL-PRIORITY", "C3")
"""The one break that breaks most threads: mend it first."""

PLANTED: tuple[Break, ...] = (
    Break("GOAL-PRIORITY", "C3", "error", (
        "合格率 99.5% 是公司目标，八项战略重点却没有一项管质量：十三个人的主线因此断开",
        "The pass rate of 99.5% is a company goal, yet no priority is about quality: thirteen threads break",
    )),
    Break("GOAL-FOCUS", "NEV", "advice", (
        "八项重点等于没有重点",
        "Eight priorities are no priorities",
    )),
    Break("GOAL-HORIZON", "H2", "warning", (
        "“进入欧洲”只有两年，算不上中长期目标",
        "“On sale in Europe” spans two years, too short for a mid/long-term goal",
    )),
    Break("BSC-MAP", "C5", "advice", (
        "续航 +20% 没有箭头指向客户或财务结果",
        "Range +20% has no arrow to a customer or financial result",
    )),
    Break("GOAL-CHILDLESS", "C9", "error", (
        "单车降本只停在公司层，没有人接",
        "Cost per car stays at company level: nobody carries it",
    )),
    Break("GOAL-CHILDLESS", "HR2", "warning", (
        "敬业度是部门目标，部门里没有人接",
        "Engagement is a department's goal that nobody in the department carries",
    )),
    Break("BSC-FREQUENCY", "ENGAGED", "advice", (
        "敬业度每季才测一次，没有说明原因",
        "Engagement is measured quarterly without saying why",
    )),
    Break("BSC-PERSPECTIVE", "NEV", "error", (
        "公司计分卡没有学习与成长",
        "The company's card has no learning and growth",
    )),
    Break("BSC-PERSPECTIVE", "FIN", "warning", (
        "财务部的计分卡里没有客户",
        "Finance's card knows no customer",
    )),
    Break("BSC-FINANCE-ONLY", "SVC", "warning", (
        "服务事业部的计分卡 65% 是收入",
        "65% of the service unit's card is revenue",
    )),
    Break("BSC-OFF-CARD", "HR", "warning", (
        "人力资源部没有计分卡",
        "Human resources has no card",
    )),
    Break("CASCADE-MARKUP", "C6", "error", (
        "服务收入层层加码：公司 1,000 万，事业部 1,200 万（+20%）",
        "Services revenue is marked up layer by layer: company 10 million, business unit 12 million (+20%)",
    )),
    Break("CASCADE-MARKUP", "SVC1", "error", (
        "事业部 1,200 万，部门 1,500 万（+25%，累计 +50%）",
        "Business unit 12 million, department 15 million (+25%, +50% in all)",
    )),
    Break("CASCADE-MARKUP", "VAS1", "error", (
        "部门 1,500 万，个人合计 2,000 万（+33%，累计 +100%）",
        "Department 15 million, its people 20 million (+33%, +100% in all)",
    )),
    Break("GOAL-CHALLENGE", "P053A", "advice", (
        "去年 100 万，今年 110 万：缺乏挑战",
        "1.0 million last year, 1.1 million this year: too easy",
    )),
    Break("GOAL-CHALLENGE", "P054A", "warning", (
        "去年 100 万，今年 500 万：脱离实际",
        "1.0 million last year, 5.0 million this year: beyond reach",
    )),
    Break("CASCADE-MARKUP", "SAL-S2", "warning", (
        "华南销量到城市经理加码 5%，没有校准；华东的 10% 经过校准",
        "South marks up cars by 5% without calibration; East's 10% was approved",
    )),
    Break("CASCADE-SHORTFALL", "SAL-W2", "error", (
        "西部 20,000 辆只有 17,000 辆有人承担",
        "Of West's 20,000 cars only 17,000 are carried by anybody",
    )),
    Break("GOAL-SMART", "CARE1", "error", (
        "“提升客户满意度”：不具体、不可衡量、无期限；同组 P060A 是正确写法",
        "“Improve customer satisfaction”: not specific, not measurable, no date; P060A beside it says it right",
    )),
    Break("GOAL-OWNER", "CARE2", "error", (
        "投诉 24 小时关闭，没有责任人",
        "Nobody owns closing complaints within 24 hours",
    )),
    Break("GOAL-SMART", "BAT2", "warning", (
        "固态电池是好的挑战目标，但不知支撑什么",
        "The solid-state battery is a fine stretch goal that supports nothing",
    )),
    Break("RESP-SINGLE", "A3", "error", (
        "电池方案有两个责任人，等于没有：电池组四人断线",
        "Two people answer for the battery scheme, so nobody does: four threads of the battery team break",
    )),
    Break("OTB-UNFUNDED", "K4", "error", (
        "核心重点下的 800V 平台一分钱没批",
        "The 800 V platform serves a core priority and got no money",
    )),
    Break("RESP-MISSING", "K6", "error", (
        "增值服务套餐不在责任矩阵里",
        "Service packages stand in no row of the responsibility matrix",
    )),
    Break("COLLAB-MISSING", "K5", "warning", (
        "线上直营由渠道组和数字营销组各做各的，没有协同",
        "Channel and digital teams both carry the online shop without any collaboration",
    )),
    Break("COLLAB-DUTY", "SAL1", "error", (
        "市场部协同开店，没写职责：只协同不负责",
        "Marketing helps opening stores without a stated duty",
    )),
    Break("COLLAB-UNANSWERED", "C7", "warning", (
        "研发要帮满意度，研发没有一个目标回应",
        "R&D is to help satisfaction and holds no goal that answers",
    )),
    Break("COLLAB-WEIGHT", "MKT", "error", (
        "市场部计分卡的协同指标只占 10%",
        "Collaboration weighs only 10% on marketing's card",
    )),
    Break("COLLAB-LOCAL-OPTIMUM", "PRO3", "warning", (
        "产量超额，库存周转却差 20% 以上：局部最优、全局最差",
        "Output is over target while stock misses by more than 20%: best here, worst for all",
    )),
    Break("GOAL-ORPHAN", "P048A", "error", (
        "拍品牌纪录片，不支撑任何目标",
        "A brand documentary that supports no goal",
    )),
    Break("GOAL-LEVEL", "P050A", "error", (
        "市场部的人，目标却挂在销售事业部下",
        "Somebody in marketing supports a goal of the sales unit, off the own line",
    )),
    Break("GOAL-PERIOD", "BRD1", "warning", (
        "品牌组 11 月底完成，市场部 10 月底就要结果",
        "The brand team finishes in November what marketing owes in October",
    )),
    Break("BSC-NO-DATA", "P014A", "error", (
        "升级成功率在卡上，今年没有一个数据",
        "The success of updates is on a card and has no figure this year",
    )),
    Break("TRACK-STALE", "DIG2", "warning", (
        "官网访问量没人填，也不在任何卡上",
        "Nobody enters the site's visits, and they are on no card",
    )),
    Break("BSC-WEIGHT", "P024", "error", (
        "计分卡权重合计 95%",
        "The card's weights add up to 95%",
    )),
    Break("GOAL-NOBODY", "P033", "error", ("渠道专员没有目标", "A channel specialist without goal")),
    Break("GOAL-NOBODY", "P066", "error", ("人力资源伙伴没有目标", "An HR partner without goal")),
    Break("BSC-OFF-CARD", "P028", "warning", ("有目标，没有上卡", "Has goals that are on no card")),
    Break("BSC-OFF-CARD", "P062", "warning", ("有目标，没有上卡", "Has a goal that is on no card")),
    Break("REWARD-UNLINKED", "P056", "warning", ("做得好坏都与奖金无关", "Good or bad, no reward hangs on it")),
    Break("REWARD-UNLINKED", "P063", "warning", ("做得好坏都与奖金无关", "Good or bad, no reward hangs on it")),
)  # fmt: skip
