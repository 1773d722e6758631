"""The positions of the demo company with their job descriptions."""

from collections.abc import Iterator

from guantong.demo.rows import Row, Text

UNMEASURED = "MKT-SPEC"
"""Position without assessment standard."""

# code, name, unit, track and grade, purpose, duties, standards
Position = tuple[str, Text, str, str, Text, tuple[Text, ...], tuple[Text, ...]]

_LEADERS: tuple[Position, ...] = (
    (
        "CEO",
        ("总裁", "Chief Executive"),
        "NEV",
        "M5",
        ("对公司战略及其结果负责", "Answers for the strategy and its results"),
        (("确定战略重点并配置资源", "Set priorities and allocate resources"),),
        (("年度经营目标达成率", "Attainment of the year's goals"),),
    ),
    (
        "CSO",
        ("战略总监", "Chief Strategy Officer"),
        "NEV",
        "M4",
        ("让战略成为各级目标", "Turns strategy into goals at every level"),
        (
            ("组织规划、校准与复盘", "Run planning, calibration and retrospectives"),
            ("牵头海外进入", "Lead the entry abroad"),
        ),
        (("打通度", "Connection index"),),
    ),
    (
        "CTO",
        ("研发总监", "R&D Director"),
        "RD",
        "M4",
        ("按期交付有竞争力的车型与技术", "Delivers competitive models and technology on time"),
        (("车型与电池技术开发", "Develop models and battery technology"),),
        (("里程碑按期率", "Milestones on time"),),
    ),
    (
        "SALES-GM",
        ("销售总经理", "Sales General Manager"),
        "SAL",
        "M4",
        ("完成销量并建成渠道", "Reaches volume and builds the channel"),
        (("门店布局与大区管理", "Plan stores and lead the regions"),),
        (("销量与新店数", "Volume and new stores"),),
    ),
    (
        "PLANT-DIR",
        ("制造总监", "Manufacturing Director"),
        "PRO",
        "M4",
        ("按时按质交付整车", "Delivers cars on time and to quality"),
        (("产能、质量与库存", "Capacity, quality and stock"),),
        (("一次合格率与产量", "First-pass rate and output"),),
    ),
    (
        "CMO",
        ("市场总监", "Marketing Director"),
        "MKT",
        "M4",
        ("让目标用户认识并选择启衡", "Makes customers know and choose Qiheng"),
        (("品牌与获客", "Brand and leads"),),
        (("有效线索数", "Qualified leads"),),
    ),
    (
        "SERVICE-GM",
        ("服务总经理", "Service General Manager"),
        "SVC",
        "M4",
        ("让车主满意并发展服务收入", "Keeps owners satisfied and grows services"),
        (("售后、增值服务与客户关怀", "After-sales, services and customer care"),),
        (("满意度与服务收入", "Satisfaction and services revenue"),),
    ),
    (
        "CFO",
        ("财务总监", "Chief Financial Officer"),
        "FIN",
        "M4",
        ("让资金跟着战略走", "Lets money follow the strategy"),
        (("预算、成本与回款", "Budget, cost and collection"),),
        (("单车成本与回款周期", "Cost per car and days of receivables"),),
    ),
    (
        "CHRO",
        ("人力资源总监", "Human Resources Director"),
        "HR",
        "M4",
        ("让关键岗位有人、有梯队", "Fills key posts and builds successors"),
        (("招聘、培养与激励", "Recruiting, development and incentives"),),
        (("关键岗位到岗率", "Key posts filled"),),
    ),
)

# code, name, unit, grade, duty, standard; the purpose is the duty
_POSTS: tuple[tuple[str, Text, str, str, Text, Text], ...] = (
    ("VEH-LEAD", ("整车组长", "Vehicle Lead"), "RD-VEH", "M3",
     ("整车平台开发", "Develop the vehicle platform"), ("样车按期率", "Prototypes on time")),
    ("VEH-ENG", ("整车工程师", "Vehicle Engineer"), "RD-VEH", "P3",
     ("整车系统设计与验证", "Design and verify vehicle systems"), ("设计缺陷率", "Design defects")),
    ("BAT-LEAD", ("电池组长", "Battery Lead"), "RD-BAT", "M3",
     ("电池系统开发", "Develop battery systems"), ("能量密度", "Energy density")),
    ("BAT-ENG", ("电池工程师", "Battery Engineer"), "RD-BAT", "P3",
     ("电芯与电池包方案", "Cell and pack schemes"), ("续航贡献", "Contribution to range")),
    ("SW-LEAD", ("软件组长", "Software Lead"), "RD-SW", "M3",
     ("智能座舱与整车软件", "Cockpit and vehicle software"), ("版本按期率", "Releases on time")),
    ("SW-ENG", ("软件工程师", "Software Engineer"), "RD-SW", "P3",
     ("软件开发与远程升级", "Software and over-the-air updates"), ("升级成功率", "Update success rate")),
    ("REGION-MGR", ("大区经理", "Regional Sales Manager"), "SAL", "M3",
     ("大区门店与销量", "Stores and volume of a region"), ("新店数与销量", "New stores and volume")),
    ("CITY-MGR", ("城市经理", "City Manager"), "SAL", "P3",
     ("城市门店与销量", "Stores and volume of cities"), ("新店数与销量", "New stores and volume")),
    ("NET-LEAD", ("渠道经理", "Channel Manager"), "SAL-NET", "M3",
     ("渠道形态与线上直营", "Channel formats and direct online sales"), ("线上订单数", "Online orders")),
    ("NET-SPEC", ("渠道专员", "Channel Specialist"), "SAL-NET", "P2",
     ("选址与开业支持", "Support siting and opening"), ("开业按期率", "Openings on time")),
    ("ASM-LEAD", ("车间主任", "Shop Manager"), "PRO-ASM", "M3",
     ("总装生产与现场质量", "Assembly and quality on the line"), ("总装合格率", "Assembly pass rate")),
    ("ASM-ENG", ("工艺工程师", "Process Engineer"), "PRO-ASM", "P3",
     ("工艺与节拍", "Process and cycle time"), ("返工率", "Rework rate")),
    ("QA-LEAD", ("质量组长", "Quality Lead"), "PRO-QA", "M3",
     ("质量体系与放行", "Quality system and release"), ("抽检合格率", "Audit pass rate")),
    ("QA-ENG", ("质量工程师", "Quality Engineer"), "PRO-QA", "P3",
     ("检验与问题关闭", "Inspect and close problems"), ("问题关闭率", "Problems closed")),
    ("SCM-LEAD", ("供应链组长", "Supply Chain Lead"), "PRO-SCM", "M3",
     ("采购、库存与到货", "Purchasing, stock and arrivals"), ("库存周转天数", "Days of stock")),
    ("SCM-BUYER", ("采购工程师", "Buyer"), "PRO-SCM", "P2",
     ("供应商交付与来料质量", "Supplier delivery and quality"), ("来料合格率", "Incoming pass rate")),
    ("BRAND-LEAD", ("品牌组长", "Brand Lead"), "MKT-BRD", "M3",
     ("品牌与上市传播", "Brand and launch communication"), ("传播节点按期率", "Steps on time")),
    ("DIGITAL-LEAD", ("数字营销组长", "Digital Lead"), "MKT-DIG", "M3",
     ("线上获客与转化", "Win and convert online"), ("线上销售增长率", "Growth of online sales")),
    ("MKT-SPEC", ("市场专员", "Marketing Specialist"), "MKT", "P2",
     ("内容与活动执行", "Content and events"), ("线索数", "Leads")),
    ("VAS-DIR", ("增值服务总监", "Services Director"), "SVC-VAS", "M3",
     ("增值服务产品与收入", "Service products and revenue"), ("增值服务收入", "Services revenue")),
    ("VAS-ADVISER", ("增值服务顾问", "Services Adviser"), "SVC-VAS", "P2",
     ("销售服务套餐", "Sell service packages"), ("增值服务收入", "Services revenue")),
    ("AFTER-LEAD", ("售后组长", "After-Sales Lead"), "SVC-AFT", "M3",
     ("维修技术与质保", "Repairs and warranty"), ("质保返修率", "Warranty repairs")),
    ("AFTER-ENG", ("售后工程师", "After-Sales Engineer"), "SVC-AFT", "P2",
     ("疑难故障处理", "Solve hard faults"), ("质保返修率", "Warranty repairs")),
    ("CARE-LEAD", ("关怀组长", "Customer Care Lead"), "SVC-CARE", "M3",
     ("客户回访与投诉处理", "Call back and answer complaints"), ("投诉关闭率", "Complaints closed")),
    ("CARE-SPEC", ("客户体验专员", "Customer Experience Specialist"), "SVC-CARE", "P2",
     ("满意度调查与体验改善", "Surveys and better experience"), ("满意度评分", "Satisfaction score")),
    ("FIN-ANALYST", ("财务分析师", "Financial Analyst"), "FIN", "P3",
     ("预算跟踪与回款分析", "Track budgets and collection"), ("回款周期", "Days of receivables")),
    ("HR-PARTNER", ("人力资源伙伴", "HR Partner"), "HR", "P3",
     ("招聘与培养", "Recruit and develop"), ("到岗率", "Posts filled")),
)  # fmt: skip


def grades() -> dict[str, str]:
    """Return the grade of each position."""
    return {entry[0]: entry[3] for entry in _LEADERS} | {entry[0]: entry[3] for entry in _POSTS}


def position_rows() -> Iterator[Row]:
    """Yield the positions with purpose, duties and standards."""
    for code, name, unit, grade, purpose, duties, standards in _LEADERS:
        yield _row(code, name, unit, grade, (purpose, duties, standards))
    for code, name, unit, grade, duty, standard in _POSTS:
        yield _row(code, name, unit, grade, (duty, (duty,), () if code == UNMEASURED else (standard,)))


def _row(
    code: str, name: Text, unit: str, grade: str, description: tuple[Text, tuple[Text, ...], tuple[Text, ...]]
) -> Row:
    purpose, duties, standards = description
    return {
        "code": code,
        "name": name,
        "unit": unit,
        "purpose": purpose,
        "duties": duties,
        "standards": standards,
        "track": "management" if grade.startswith("M") else "professional",
        "grade": grade,
    }
