"""The breaks planted in the demo company, in the order in which its story is told.

The check finds these and no others, on every day but New Year's, each from the day on which it shows.
"""

import datetime
from dataclasses import dataclass

from guantong.demo.rows import Text

MONTH, QUARTER = (1, 31), (3, 31)
LEARNT, CHECKIN, RETRO = (1, 8), (1, 9), (1, 15)
"""Since when breaks show that need a month or a quarter to have ended, or a date to have come."""


@dataclass(frozen=True)
class Break:
    """A planted break: the finding that it causes, and what is wrong and why it matters.

    Attributes:
        since: Month and day of the year from which on it shows.
    """

    rule: str
    subject: str
    severity: str
    text: Text
    since: tuple[int, int] = (1, 1)

    @property
    def since_text(self) -> str:
        """Return since when it shows as `MM-DD`, empty from the year's beginning on."""
        return "" if self.since == (1, 1) else f"{self.since[0]:02}-{self.since[1]:02}"

    def shows_on(self, day: datetime.date) -> bool:
        """Return whether the check finds it on a day: some breaks need a month or a quarter to have ended."""
        return (day.month, day.day) >= self.since


ROOT_BREAK = ("GOAL-PRIORITY", "C3")
"""The one break that breaks most threads: mend it first."""

PLANTED: tuple[Break, ...] = (
    Break("GOAL-PRIORITY", "C3", "error", (
        "合格率 99.5% 是公司目标，八项战略重点却没有一项管质量：十三个人的主线因此断开",
        "The pass rate of 99.5% is a company goal, yet no priority is about quality: thirteen threads break")),
    Break("GOAL-FOCUS", "NEV", "advice", (
        "八项重点等于没有重点",
        "Eight priorities are no priorities")),
    Break("GOAL-HORIZON", "H2", "warning", (
        "“进入欧洲”只有两年，算不上中长期目标",
        "“On sale in Europe” spans two years, too short for a mid/long-term goal")),
    Break("BSC-MAP", "C5", "advice", (
        "续航 +20% 没有箭头指向客户或财务结果",
        "Range +20% has no arrow to a customer or financial result")),
    Break("GOAL-CHILDLESS", "C9", "error", (
        "单车降本只停在公司层，没有人接",
        "Cost per car stays at company level: nobody carries it")),
    Break("GOAL-CHILDLESS", "HR2", "warning", (
        "敬业度是部门目标，部门里没有人接",
        "Engagement is a department's goal that nobody in the department carries")),
    Break("BSC-FREQUENCY", "ENGAGED", "advice", (
        "敬业度每季才测一次，没有说明原因",
        "Engagement is measured quarterly without saying why")),
    Break("BSC-PERSPECTIVE", "NEV", "error", (
        "公司计分卡没有学习与成长",
        "The company's card has no learning and growth")),
    Break("BSC-PERSPECTIVE", "FIN", "warning", (
        "财务部的计分卡里没有客户",
        "Finance's card knows no customer")),
    Break("BSC-FINANCE-ONLY", "SVC", "warning", (
        "服务事业部的计分卡 65% 是收入",
        "65% of the service unit's card is revenue")),
    Break("BSC-OFF-CARD", "HR", "warning", (
        "人力资源部没有计分卡",
        "Human resources has no card")),
    Break("CASCADE-MARKUP", "C6", "error", (
        "服务收入层层加码：公司 1,000 万，事业部 1,200 万（+20%）",
        "Services revenue is marked up layer by layer: company 10 million, business unit 12 million (+20%)")),
    Break("CASCADE-MARKUP", "SVC1", "error", (
        "事业部 1,200 万，部门 1,500 万（+25%，累计 +50%）",
        "Business unit 12 million, department 15 million (+25%, +50% in all)")),
    Break("CASCADE-MARKUP", "VAS1", "error", (
        "部门 1,500 万，个人合计 2,000 万（+33%，累计 +100%）",
        "Department 15 million, its people 20 million (+33%, +100% in all)")),
    Break("GOAL-CHALLENGE", "P053A", "advice", (
        "去年 100 万，今年 110 万：缺乏挑战",
        "1.0 million last year, 1.1 million this year: too easy")),
    Break("GOAL-CHALLENGE", "P054A", "warning", (
        "去年 100 万，今年 500 万：脱离实际",
        "1.0 million last year, 5.0 million this year: beyond reach")),
    Break("CASCADE-MARKUP", "SAL-S2", "warning", (
        "华南销量到城市经理加码 5%，没有校准；华东的 10% 经过校准",
        "South marks up cars by 5% without calibration; East's 10% was approved")),
    Break("CASCADE-SHORTFALL", "SAL-W2", "error", (
        "西部 20,000 辆只有 18,800 辆有人承担",
        "Of West's 20,000 cars only 18,800 are carried by anybody")),
    Break("GOAL-SMART", "CARE1", "error", (
        "“提升客户满意度”：不具体、不可衡量、无期限；同组 P060A 是正确写法",
        "“Improve customer satisfaction”: not specific, not measurable, no date; P060A beside it says it right")),
    Break("GOAL-OWNER", "CARE2", "error", (
        "投诉 24 小时关闭，没有责任人",
        "Nobody owns closing complaints within 24 hours")),
    Break("GOAL-SMART", "BAT2", "warning", (
        "固态电池是好的挑战目标，但不知支撑什么",
        "The solid-state battery is a fine stretch goal that supports nothing")),
    Break("RESP-SINGLE", "A3", "error", (
        "电池方案有两个责任人，等于没有：电池组四人断线",
        "Two people answer for the battery scheme, so nobody does: four threads of the battery team break")),
    Break("OTB-UNFUNDED", "K4", "error", (
        "核心重点下的 800V 平台一分钱没批",
        "The 800 V platform serves a core priority and got no money")),
    Break("RESP-MISSING", "K6", "error", (
        "增值服务套餐不在责任矩阵里",
        "Service packages stand in no row of the responsibility matrix")),
    Break("COLLAB-MISSING", "K5", "warning", (
        "线上直营由渠道组和数字营销组各做各的，没有协同",
        "Channel and digital teams both carry the online shop without any collaboration")),
    Break("COLLAB-DUTY", "SAL1", "error", (
        "市场部协同开店，没写职责：只协同不负责",
        "Marketing helps opening stores without a stated duty")),
    Break("COLLAB-UNANSWERED", "C7", "warning", (
        "研发要帮满意度，研发没有一个目标回应",
        "R&D is to help satisfaction and holds no goal that answers")),
    Break("COLLAB-WEIGHT", "MKT", "error", (
        "市场部计分卡的协同指标只占 10%",
        "Collaboration weighs only 10% on marketing's card")),
    Break("COLLAB-LOCAL-OPTIMUM", "PRO3", "warning", (
        "产量超额，库存周转却差 20% 以上：局部最优、全局最差",
        "Output is over target while stock misses by more than 20%: best here, worst for all")),
    Break("GOAL-ORPHAN", "P048A", "error", (
        "拍品牌纪录片，不支撑任何目标",
        "A brand documentary that supports no goal")),
    Break("GOAL-LEVEL", "P050A", "error", (
        "市场部的人，目标却挂在销售事业部下",
        "Somebody in marketing supports a goal of the sales unit, off the own line")),
    Break("GOAL-PERIOD", "BRD1", "warning", (
        "品牌组 11 月底完成，市场部 10 月底就要结果",
        "The brand team finishes in November what marketing owes in October")),
    Break("BSC-NO-DATA", "P014A", "error", (
        "升级成功率在卡上，今年没有一个数据",
        "The success of updates is on a card and has no figure this year")),
    Break("TRACK-STALE", "DIG2", "warning", (
        "官网访问量没人填，也不在任何卡上",
        "Nobody enters the site's visits, and they are on no card")),
    Break("BSC-WEIGHT", "P024", "error", (
        "计分卡权重合计 95%",
        "The card's weights add up to 95%")),
    Break("GOAL-NOBODY", "P033", "error", ("渠道专员没有目标", "A channel specialist without goal")),
    Break("GOAL-NOBODY", "P066", "error", ("人力资源伙伴没有目标", "An HR partner without goal")),
    Break("BSC-OFF-CARD", "P028", "warning", ("有目标，没有上卡", "Has goals that are on no card")),
    Break("BSC-OFF-CARD", "P062", "warning", ("有目标，没有上卡", "Has a goal that is on no card")),
    Break("REWARD-UNLINKED", "P056", "warning", ("做得好坏都与奖金无关", "Good or bad, no reward hangs on it")),
    Break("REWARD-UNLINKED", "P063", "warning", ("做得好坏都与奖金无关", "Good or bad, no reward hangs on it")),
    Break("BLM-ELEMENT", "NEV", "error", (
        "规划里没有一条讲文化：要什么样的人心气，没有写",
        "The plan says nothing on culture")),
    Break("BLM-INTENT-MEASURE", "I4", "error", (
        "“最信赖的品牌”没有任何目标衡量",
        "“The most trusted brand” is measured by no goal")),
    Break("BLM-TASK-GOAL", "K11", "error", (
        "车主社区运营是关键任务，没有一个目标承担",
        "Running the owners' community is a key task that no goal carries")),
    Break("BEM-KEYTASK", "K11", "advice", (
        "它也不属于任何部门、任何流程",
        "Nor does it touch any unit or process")),
    Break("BLM-TASK-OWNER", "K9", "error", (
        "关键人才引进没有负责人",
        "Winning key people has no owner")),
    Break("BLM-TASK-SUPPORT", "K8", "warning", (
        "投诉闭环没有组织、人才或文化来支撑",
        "Closing complaints leads to no organisation, talent or culture")),
    Break("BLM-TASK-LATE", "K7", "warning", (
        "认证机构该在十天前签约",
        "The approval body should have been signed up ten days ago")),
    Break("BLM-UNUSED", "M6", "advice", (
        "关税洞察没有导向任何选择",
        "The insight on tariffs leads to no choice")),
    Break("LOOP-FEEDBACK", "NEV", "warning", (
        "去年好几个目标没完成，新规划没有一条由此而来",
        "Several goals were missed last year; no entry of the new plan comes from that")),
    Break("PARTICIPATION", "SAL-NET", "advice", (
        "渠道组两人，只有一人提过或确认过目标",
        "Of the channel team's two people one proposed or confirmed a goal")),
    Break("BEM-NODE-OWNER", "OTD/SHIP", "error", (
        "发运没有责任岗位：事事有人管，唯独这一步没人",
        "Nobody is accountable for shipping")),
    Break("BEM-BOTTLENECK", "OTD/CHECK", "error", (
        "检验工时超过产能，全流程卡在这里",
        "Inspection needs more minutes than it has: the process is stuck here")),
    Break("BEM-BOTTLENECK", "OTD/BUILD", "warning", (
        "总装负荷 89%，再增量就是下一个瓶颈",
        "Assembly is 89% loaded: the next bottleneck")),
    Break("BEM-HANDOFF", "OTD", "warning", (
        "一张订单跨部门交接八次",
        "An order changes units eight times")),
    Break("BEM-REDUNDANT", "CARE", "advice", (
        "层层签字不增值，等的比干的久得多",
        "Four signatures add no value and wait far longer than they work")),
    Break("BEM-POSITION-DUTY", "MKT-SPEC", "warning", (
        "市场专员在岗，却没有考核标准",
        "Marketing specialists are at work without an assessment standard")),
    Break("OTB-ENVELOPE", "NEV", "error", (
        "批出去的钱超过预算总额",
        "More is allocated than the envelope holds")),
    Break("OTB-CORE-SHARE", "NEV", "error", (
        "核心重点只拿到战略资金的 69%",
        "Core priorities get only 69% of strategic money")),
    Break("OTB-UNLINKED", "B14", "error", (
        "数字化展厅不支撑任何目标",
        "The digital showroom serves no goal")),
    Break("OTB-PACE", "B07", "warning", (
        "服务平台的钱年初就花了六成，收入远没跟上",
        "Six tenths of the service platform was spent in January; revenue lags far behind"), MONTH),
    Break("OTB-PACE", "B11", "warning", (
        "检测设备照计划花钱，合格率进度落后",
        "Test equipment spends as planned while the pass rate lags")),
    Break("OTB-PACE", "B15", "warning", (
        "立体库已签约，库存周转反而变差",
        "The warehouse is contracted and stock turns worse")),
    Break("OTB-UNTRACKED", "B15", "advice", (
        "立体库上个月没有任何执行记录",
        "The warehouse has no entry in the last closed month"), MONTH),
    Break("OTB-IDLE", "B08", "advice", (
        "海外预算季末花不完，可转给排位更前的重点",
        "Money abroad is unspent at the quarter's end and could go to a higher priority"), QUARTER),
    Break("OTB-IDLE", "B10", "advice", (
        "引才预算季末有结余",
        "Money for winning people is unspent at the quarter's end"), QUARTER),
    Break("RESP-DUTY", "A2", "error", (
        "财务是协作方，没写做什么",
        "Finance collaborates without a stated duty")),
    Break("RESP-TARGET", "A9", "error", (
        "引才任务没有目标值",
        "Winning people has no target value")),
    Break("RESP-DEADLINE", "A10", "error", (
        "降本任务没有期限",
        "Cost reduction has no deadline")),
    Break("RESP-AUTHORITY", "A8", "warning", (
        "要对满意度负责，没有给相应的权限",
        "Answers for satisfaction without any stated authority")),
    Break("RESP-MISMATCH", "A5", "warning", (
        "责任人和关键任务负责人不是同一个人",
        "The responsible person is not the key task's owner")),
    Break("RESP-LOAD", "P061", "advice", (
        "一人同时负责八项任务",
        "One person is responsible for eight tasks")),
    Break("TRACK-GAP", "SCM1", "error", (
        "库存周转差 20% 以上",
        "Stock misses by more than 20%")),
    Break("TRACK-GAP", "P054A", "error", (
        "充电套餐只完成三成：目标脱离实际",
        "Charging packages reach three tenths: the target was beyond reach"), MONTH),
    Break("TRACK-PLAN-LATE", "P054A", "error", (
        "预警三天，整改方案还没交",
        "Three days after the alert no corrective plan is filed"), MONTH),
    Break("CHECKIN-NO-CAUSE", "P054A", "error", (
        "报了“风险”，没写原因和整改",
        "Reported at risk without cause and correction")),
    Break("TRACK-GAP", "P055A", "error", (
        "保险收入只完成一半",
        "Insurance reaches half"), MONTH),
    Break("TRACK-GAP", "P056A", "error", (
        "精品与改装只完成一半",
        "Accessories reach half"), MONTH),
    Break("TRACK-GAP", "VAS1", "error", (
        "加码到 1,500 万，完成约三分之二",
        "Marked up to 15 million, two thirds are reached"), MONTH),
    Break("TRACK-GAP", "SVC1", "error", (
        "加码到 1,200 万，差 18%",
        "Marked up to 12 million, 18% are missing"), MONTH),
    Break("CHECKIN-LATE", "P058", "warning", (
        "半个月没有更新",
        "No update for half a month"), CHECKIN),
    Break("MEET-OVERRUN", "MC06", "warning", (
        "六月经营会计划开两个半小时",
        "June's company meeting is planned for two and a half hours")),
    Break("MEET-MISSED", "SVC", "warning", (
        "服务事业部月会排了，一次没开",
        "The service unit's monthly meetings are planned and never held"), MONTH),
    Break("MEET-ACTION-LATE", "ACT4", "warning", (
        "库存方案过期五天",
        "The plan for stock is five days overdue")),
    Break("RETRO-DUE", "RD", "warning", (
        "研发去年有目标，没有复盘",
        "R&D had goals last year and no retrospective"), RETRO),
    Break("RETRO-CAUSE", "L7", "error", (
        "产量没完成，复盘没写原因",
        "Output was missed; the retrospective gives no cause"), LEARNT),
    Break("RETRO-CARRY", "L8", "warning", (
        "“产销会改为每周”没有落到任何目标",
        "“Hold the supply meeting weekly” lands in no goal"), LEARNT),
    Break("REWARD-STRATEGY-WEIGHT", "COCKPIT", "error", (
        "专项奖的卡上战略指标不到一半",
        "On the cards behind the award strategic metrics weigh less than half")),
    Break("REWARD-CORE-FACTOR", "COCKPIT", "advice", (
        "核心与普通团队只差 1.2 倍",
        "Core teams get only 1.2 times the ordinary ones")),
    Break("REWARD-OPEN", "COCKPIT", "advice", (
        "一季度过完，办法还没公布",
        "Not published when the first quarter had ended"), QUARTER),
    Break("REWARD-FAIRNESS", "P014", "advice", (
        "同组同分，却多拿一半",
        "Same team, same score, half as much again")),
    Break("REWARD-TIMELY", "BONUS-Q3-LAST", "error", (
        "去年三季度奖金批了还没发",
        "Last year's third-quarter bonus is approved and still unpaid")),
    Break("REWARD-TOLERANCE", "L9", "advice", (
        "换电试点没成，是否容错一直没定",
        "The swap pilot failed; nobody decided whether that is tolerated")),
    Break("CHAIN-LINK-GOAL", "human_resources", "error", (
        "人力资源是价值链一环，没有一个目标写明",
        "Human resources is a link, and no goal names it")),
    Break("CHAIN-HANDOVER", "MKT2", "warning", (
        "线索目标没说支撑哪一环",
        "The leads do not say which link they support")),
    Break("CHAIN-INEFFICIENT", "marketing", "warning", (
        "营销花的多、贡献少，比去年更差",
        "Marketing costs more than it contributes, and worse than last year")),
    Break("CHAIN-FEEDBACK-OPEN", "FB6", "warning", (
        "黑屏反馈一个半月没有处理",
        "The black screen waits for a decision for six weeks")),
    Break("CHAIN-FEEDBACK-UNUSED", "FB7", "warning", (
        "采纳了预约建议，没有变成目标",
        "The idea on booking was accepted and became no goal")),
)  # fmt: skip
