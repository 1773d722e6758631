"""What people of the demo agreed on: collaborations, adjustments, calibrations, responsibilities."""

from collections.abc import Iterator

from guantong.demo.days import Days
from guantong.demo.organisation import CHIEF
from guantong.demo.rows import Row, Text

# leading goal, answering goal, helping unit, duty, due month
COLLABORATIONS: tuple[tuple[str, str, str, Text | None, int], ...] = (
    ("RD1", "PRO2", "PRO", ("新车型上市前产能就绪", "Capacity ready before the launch"), 7),
    (
        "RD1",
        "SAL3",
        "SAL",
        ("上市前门店完成陈列与试驾准备", "Stores ready to show and test-drive before the launch"),
        8,
    ),
    ("RD1", "MKT1", "MKT", ("上市前后完成推广", "Promotion around the launch"), 8),
    ("PRO1", "RD3", "RD", ("设计问题两周内给出对策", "Answer design problems within two weeks"), 12),
    ("SVC3", "PRO1", "PRO", ("按月提供返修件质量分析", "Analyse repaired parts every month"), 12),
    ("SVC2", "CARE2", "SVC-CARE", ("投诉 24 小时内关闭", "Close complaints within 24 hours"), 12),
    ("AFT1", "CARE2", "SVC-CARE", ("当天转达用户描述", "Pass on what customers say within a day"), 12),
    ("SAL1", "MKT2", "MKT", None, 12),
    ("SAL2", "PRO3", "PRO", ("按周滚动保供", "Secure supply week by week"), 12),
    ("C7", "", "RD", ("按月改进用户反馈前十问题", "Mend the ten problems that customers name most"), 12),
)

# code, task, key task, unit, responsible, collaborators, target, due month, authority
RESPONSIBILITIES: tuple[
    tuple[str, Text, str, str, tuple[str, ...], tuple[tuple[str, Text], ...], Text, int, Text], ...
] = (
    ("A1", ("新车型 A、B 上市", "Launch models A and B"), "K1", "RD", ("P003",),
     (("PRO", ("产能", "Capacity")), ("MKT", ("推广", "Promotion")), ("SAL", ("渠道", "Channel"))),
     ("2 款", "2 models"), 11, ("项目预算与跨部门人员调配", "Project budget and people across departments")),
    ("A2", ("百店建设", "One hundred stores"), "K2", "SAL", ("P015",), (("FIN", ("", "")),),
     ("100 家", "100 stores"), 12, ("单店 300 万元以内签约", "Sign up to CNY 3 million a store")),
    ("A3", ("高能量密度电池方案", "Battery of higher energy density"), "K3", "RD-BAT", ("P008", "P009"),
     (("PRO-SCM", ("材料供应", "Material supply")),), ("190 Wh/kg", "190 Wh/kg"), 12,
     ("试制预算内采购", "Buy within the prototype budget")),
    ("A4", ("800V 超快充平台", "800 V fast-charging platform"), "K4", "RD-VEH", ("P004",),
     (("RD-SW", ("充电控制软件", "Charging software")),), ("18 分钟", "18 minutes"), 12,
     ("平台技术决策", "Technical decisions on the platform")),
    ("A5", ("线上直营商城", "Direct online shop"), "K5", "MKT", ("P049",),
     (("SAL-NET", ("门店交付", "Delivery by stores")),),
     ("8,000 单", "8,000 orders"), 9, ("商城选型与上线", "Choose and open the shop")),
    ("A7", ("欧洲五国准入", "Approval in five countries"), "K7", "NEV", ("P002",),
     (("RD", ("认证样车", "Cars for approval")),),
     ("5 国", "5 countries"), 12, ("", "")),
    ("A8", ("投诉闭环", "Complaints closed"), "K8", "SVC", ("P051",), (("PRO-QA", ("质量分析", "Quality analysis")),),
     ("4.8 分", "4.8 points"), 12, ("", "")),
    ("A9", ("关键人才引进", "Win key people"), "K9", "HR", ("P064",),
     (("RD", ("面试", "Interviews")),), ("", ""), 12,
     ("薪酬带宽内定薪", "Set pay within the band")),
    ("A10", ("平台化降本", "Cost down by platform"), "K10", "FIN", ("P061",),
     (("PRO-SCM", ("供应商谈判", "Talks with suppliers")),),
     ("14.4 万元", "CNY 144,000"), 0, ("目标成本否决权", "Veto on target cost")),
    ("A11", ("车主社区运营", "Run the owners' community"), "K11", "MKT", ("P046",),
     (("SVC-CARE", ("回应用户", "Answer owners")),), ("10 万会员", "100,000 members"), 12,
     ("社区预算", "Budget of the community")),
    *(
        (f"F{place}", task, "", "FIN", ("P061",), (), target, 12, ("财务制度解释权", "Interpret the finance rules"))
        for place, (task, target) in enumerate((
            (("年度预算编制", "Make the year's budget"), ("12 月底前", "By the end of December")),
            (("银行授信续期", "Renew credit lines"), ("60 亿元", "CNY 6 billion")),
            (("成本核算上线", "Bring cost accounting live"), ("全部车型", "All models")),
            (("税务合规自查", "Review of tax compliance"), ("零处罚", "No penalty")),
            (("海外资金池", "Cash pool abroad"), ("2 家银行", "2 banks")),
            (("经销商信用评级", "Credit ratings of dealers"), ("100%", "100%")),
            (("财务共享中心", "Shared finance centre"), ("上线", "Live")),
        ), start=1)
    ),
)  # fmt: skip


def collaboration_rows(days: Days) -> Iterator[Row]:
    """Yield the ties between units."""
    for leading, answering, unit, duty, month in COLLABORATIONS:
        due = days.on(month, 28)
        yield {"from_goal": leading, "to_goal": answering, "helping_unit": unit, "duty": duty, "due": due}


def adjustment_rows(days: Days) -> Iterator[Row]:
    """Yield the changes of targets: online sales lowered after a price war, and one that waits for approval."""
    yield {
        "goal": "DIG1",
        "effective": days.ago_this_year(20),
        "old": 50,
        "new": 30,
        "cause": "market",
        "evidence": (
            "竞品线上降价 12%，转化率由 3.1% 降至 2.2%",
            "Rivals cut online prices by 12%; conversion fell from 3.1% to 2.2%",
        ),
        "proposer": "P049",
        "approver": "P046",
    }
    yield {
        "goal": "FIN1",
        "effective": days.ago_this_year(6),
        "old": 38,
        "new": 41,
        "cause": "market",
        "evidence": ("经销商账期普遍延长 5 天", "Dealers take five days longer to pay"),
        "proposer": "P061",
    }


def calibration_rows(days: Days) -> Iterator[Row]:
    """Yield the calibration that approved the East region's markup of its cars."""
    yield {
        "goal": "SAL-E2",
        "scope": "children",
        "approver": CHIEF,
        "evidence": (
            "华东去年超额 12%，三座城市新增 9 家门店，校准会同意加码 10%",
            "East was 12% over last year and gains 9 stores in three cities; the session agreed to 10% more",
        ),
        "date": days.on(1, 1),
    }


def waiver_rows(days: Days) -> Iterator[Row]:
    """Yield the one break that was accepted: the approval abroad is decided case by case until the year ends."""
    yield {
        "rule": "RESP-AUTHORITY",
        "subject": "A7",
        "approver": CHIEF,
        "reason": ("海外事项逐项报批，年底前不作一般授权", "Matters abroad are decided case by case this year"),
        "until": days.on(12, 31),
    }


def responsibility_rows(days: Days) -> Iterator[Row]:
    """Yield the responsibility matrix of the key tasks."""
    for code, task, key_task, unit, people, collaborators, target, month, authority in RESPONSIBILITIES:
        yield {
            "code": code,
            "task": task,
            "key_task": key_task,
            "responsible_unit": unit,
            "responsible": people,
            "collaborators": collaborators,
            "target": target,
            "due": days.on(month, 28) if month else None,
            "authority": authority,
            "cycle": str(days.year),
        }
