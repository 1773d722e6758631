"""Goals of the company, its business units, departments and teams."""

from collections.abc import Iterator

from guantong.demo.days import Days, quarter_dates
from guantong.demo.goal import Goal
from guantong.demo.organisation import CHIEF
from guantong.demo.rows import Row

SUMMED = {"rollup": "sum"}

COMPANY_GOALS: tuple[Goal, ...] = (
    Goal("C1", "NEV", CHIEF, ("上市 2 款新车型", "Launch 2 new models"), "H1", more={"priority": "PR1"},
         milestones=((("造型冻结", "Design frozen"), 1, 28), (("工程样车下线", "Prototypes built"), 5, 30),
                     (("车型 A 上市", "Model A launched"), 8, 28), (("车型 B 上市", "Model B launched"), 11, 20))),
    Goal("C2", "NEV", CHIEF, ("新开门店 100 家", "Open 100 new stores"), "H1", "STORES", 80, 100,
         more={"priority": "PR2", **SUMMED}),
    Goal("C3", "NEV", CHIEF, ("整车一次合格率达到 99.5%", "First-pass rate of 99.5%"), "H1", "PASS", 99.1, 99.5, 0.9),
    Goal("C4", "NEV", CHIEF, ("整车销量 100,000 辆", "Sell 100,000 cars"), "H1", "CARS", 70_000, 100_000,
         more={"priority": "PR2", **SUMMED}),
    Goal("C5", "NEV", CHIEF,
         ("主力车型续航由 600 提升至 720 公里（+20%）", "Range of the main model from 600 to 720 km (+20%)"),
         "H1", "RANGE", 600, 720, 0.95, more={"priority": "PR3"}),
    Goal("C6", "NEV", CHIEF, ("增值服务收入 1,000 万元", "Services revenue of CNY 10 million"), "H1", "SERVICES",
         8_950_000, 10_000_000, more={"priority": "PR4", **SUMMED}),
    Goal("C7", "NEV", CHIEF, ("客户满意度评分达到 4.8 分（满分 5 分）", "Satisfaction score of 4.8 of 5"), "H1", "CSAT",
         4.5, 4.8, 0.9, more={"priority": "PR5"}),
    Goal("C8", "NEV", "P002",
         ("完成欧洲五国准入认证", "Obtain type approval in five European countries"), "H2", share=0.3,
         more={"priority": "PR6", "key_task": "K7"},
         milestones=((("认证方案批准", "Plan adopted"), 1, 22), (("两国取证", "Two countries approved"), 6, 26),
                     (("五国取证", "Five countries approved"), 12, 18))),
    Goal("C9", "NEV", "P061", ("单车制造成本降至 14.4 万元", "Cost per car down to CNY 144,000"), "H1", "COST",
         152_000, 144_000, 0.8, more={"priority": "PR7", "key_task": "K10"}),
    Goal("C10", "NEV", "P064",
         ("关键岗位到岗率达到 92%", "92% of key posts filled"), "H1", "KEYPOSTS", 84, 92, 0.95, 0.2,
         more={"priority": "PR8"}),
)  # fmt: skip

UNIT_GOALS: tuple[Goal, ...] = (
    # R&D
    Goal("RD1", "RD", "P003",
         ("两款新车型按期完成开发", "Finish both new models on time"), "C1", more={"key_task": "K1"},
         milestones=((("方案评审", "Scheme reviewed"), 1, 24), (("样车评审", "Prototypes reviewed"), 5, 20),
                     (("量产放行", "Released for production"), 7, 30), (("车型 B 放行", "Model B released"), 10, 28))),
    Goal("RD2", "RD", "P003",
         ("电池升级，续航达到 720 公里", "Battery upgrade: range of 720 km"), "C5", "RANGE", 600, 720, 0.95),
    Goal("RD3", "RD", "P003",
         ("设计缺陷率降至 9 件/百车", "Design defects down to 9 per 100 cars"), "C3", "DEFECTS", 12, 9, 0.9),
    Goal("VEH1", "RD-VEH", "P004", ("车型 A 工程样车通过验证", "Prototypes of model A verified"), "RD1",
         milestones=((("首台样车", "First prototype"), 3, 20), (("验证完成", "Verification complete"), 6, 20))),
    Goal("VEH2", "RD-VEH", "P004",
         ("800V 平台 10%–80% 充电降至 18 分钟", "800 V platform: charge 10–80% in 18 minutes"), "RD2",
         "CHARGE", 26, 18, 0.9, more={"key_task": "K4"}),
    Goal("BAT1", "RD-BAT", "P008",
         ("电池能量密度达到 190 Wh/kg", "Energy density of 190 Wh/kg"), "RD2", "DENSITY", 165, 190,
         1.03, more={"key_task": "K3"}),
    Goal("BAT2", "RD-BAT", "P008",
         ("挑战：固态电池样车续航 1,000 公里", "Stretch: solid-state prototype with a range of 1,000 km"),
         more={"stretch": True, "innovation": True},
         milestones=((("单体样品", "Cell sample"), 6, 30), (("样车", "Prototype"), 12, 20))),
    Goal("SW1", "RD-SW", "P012", ("座舱系统 3.0 随新车型发布", "Cockpit 3.0 released with the new models"), "RD1",
         milestones=((("需求冻结", "Requirements frozen"), 2, 20), (("联调通过", "Integration passed"), 6, 25),
                     (("随车发布", "Released with the car"), 8, 20))),
    # Sales
    Goal("SAL1", "SAL", "P015", ("新开门店 100 家", "Open 100 new stores"), "C2", "STORES", 80, 100,
         more={"key_task": "K2", **SUMMED}),
    Goal("SAL2", "SAL", "P015",
         ("销售整车 100,000 辆", "Sell 100,000 cars"), "C4", "CARS", 70_000, 100_000, more=SUMMED),
    Goal("SAL3", "SAL", "P015",
         ("助力新车型上市：全部门店完成陈列与试驾准备", "Helps new-model launch: stores ready to show and drive"),
         "C1", more={"key_task": "K1"},
         milestones=((("方案下发", "Plan handed out"), 3, 30), (("陈列到位", "Displays in place"), 8, 15))),
    Goal("NET1", "SAL-NET", "P032", ("新车型陈列物料按期到店", "Display material in stores on time"), "SAL3",
         milestones=((("供应商选定", "Supplier chosen"), 3, 10), (("物料到店", "Material in stores"), 8, 10))),
    Goal("NET2", "SAL-NET", "P032",
         ("线上直营订单 8,000 单", "8,000 direct online orders"), "SAL2", "ORDERS", 5_600, 8_000, 1.04,
         more={"key_task": "K5"}),
    # Production
    Goal("PRO1", "PRO", "P034", ("整车一次合格率 99.5%", "First-pass rate of 99.5%"), "C3", "PASS", 99.1, 99.5, 0.9),
    Goal("PRO2", "PRO", "P034",
         ("助力新车型上市：月产能达到 9,000 辆", "Helps new-model launch: capacity of 9,000 cars a month"), "C1",
         "CAPACITY", 6_500, 9_000, 0.96, more={"key_task": "K1"}),
    Goal("PRO3", "PRO", "P034", ("整车产量 102,000 辆", "Build 102,000 cars"), "C4", "OUTPUT", 72_000, 102_000, 1.04),
    Goal("ASM1", "PRO-ASM", "P035",
         ("总装一次合格率 99.5%", "Assembly first-pass rate of 99.5%"), "PRO1", "PASS", 99.1, 99.5, 0.9),
    Goal("QA1", "PRO-QA", "P039",
         ("出厂抽检合格率 99.8%", "Audit pass rate of 99.8%"), "PRO1", "AUDIT", 99.5, 99.8, 1.1),
    Goal("QA2", "PRO-QA", "P039", ("重大质量安全事故 0 起", "No grave incident"), "PRO1", "INCIDENTS", None, 0),
    Goal("SCM1", "PRO-SCM", "P043", ("库存周转降至 30 天", "Stock down to 30 days"), "PRO3", "STOCK", 36, 30, -0.5),
    # Marketing
    Goal("MKT1", "MKT", "P046",
         ("助力新车型上市：上市传播触达 8,000 万人次", "Helps new-model launch: reach 80 million contacts"), "C1",
         until=(10, 31), more={"key_task": "K1"},
         milestones=((("传播方案", "Campaign plan"), 1, 30), (("预热启动", "Teasers start"), 7, 10),
                     (("上市发布会", "Launch event"), 8, 28))),
    Goal("MKT2", "MKT", "P046",
         ("有效线索 120 万条", "1.2 million qualified leads"), "C4", "LEADS", 900_000, 1_200_000, 1.02,
         more={"supports_link": None}),
    Goal("BRD1", "MKT-BRD", "P047", ("新车型上市整合传播", "Integrated launch campaign for the new models"), "MKT1",
         until=(11, 30),
         milestones=((("创意定稿", "Creative work final"), 4, 20), (("投放完成", "Media placed"), 11, 25))),
    Goal("DIG1", "MKT-DIG", "P049", ("线上销售增长 50%", "Online sales +50%"), "MKT2", "ONLINE", None, 50, 0.58,
         more={"key_task": "K5"}),
    Goal("DIG2", "MKT-DIG", "P049",
         ("官网日访问 30 万人次", "300,000 visits of the site a day"), "MKT2", "VISITS", None, 300_000,
         None),
    # Service
    Goal("SVC1", "SVC", "P051", ("增值服务收入 1,200 万元", "Services revenue of CNY 12 million"), "C6", "SERVICES",
         8_950_000, 12_000_000, more={"key_task": "K6", **SUMMED}),
    Goal("SVC2", "SVC", "P051", ("客户满意度评分 4.8 分", "Satisfaction score of 4.8"), "C7", "CSAT", 4.5, 4.8, 0.9,
         more={"key_task": "K8"}),
    Goal("SVC3", "SVC", "P051",
         ("质保返修率降至 3.2 次/百车", "Warranty repairs down to 3.2 per 100 cars"), "C3", "WARRANTY",
         4.0, 3.2, 0.9),
    Goal("VAS1", "SVC-VAS", "P052",
         ("增值服务收入 1,500 万元", "Services revenue of CNY 15 million"), "SVC1", "SERVICES",
         None, 15_000_000, more=SUMMED),
    Goal("AFT1", "SVC-AFT", "P057",
         ("质保返修率降至 3.2 次/百车", "Warranty repairs down to 3.2 per 100 cars"), "SVC3", "WARRANTY",
         4.0, 3.2, 0.9),
    Goal("CARE1", "SVC-CARE", "P059", ("提升客户满意度", "Improve customer satisfaction"), "SVC2",
         more={"start": None, "due": None}),
    Goal("CARE2", "SVC-CARE", "",
         ("投诉 24 小时关闭率达到 95%", "95% of complaints closed in 24 hours"), "SVC2", "ANSWERED",
         0.88, 0.95, 0.9),
    # Finance and human resources
    Goal("FIN1", "FIN", "P061",
         ("回款周期降至 38 天", "Days of receivables down to 38"), "C4", "COLLECT", 45, 38, 1.02),
    Goal("HR1", "HR", "P064", ("关键岗位到岗率 92%", "92% of key posts filled"), "C10", "KEYPOSTS", 84, 92, 0.95, 0.5,
         more={"key_task": "K9"}),
    Goal("HR2", "HR", "P064", ("员工敬业度达到 78 分", "Engagement score of 78"), "C10", "ENGAGED", 70, 78, 0.9, 0.3),
)  # fmt: skip

# letter, unit, head, name
REGIONS: tuple[tuple[str, str, str, tuple[str, str]], ...] = (
    ("E", "SAL-E", "P016", ("华东", "East")),
    ("S", "SAL-S", "P020", ("华南", "South")),
    ("N", "SAL-N", "P023", ("华北", "North")),
    ("C", "SAL-C", "P026", ("华中", "Central")),
    ("W", "SAL-W", "P029", ("西部", "West")),
)

# Last year's goals: closed, the yardstick of this year's.
LAST_YEAR: tuple[Goal, ...] = (
    Goal("L1", "NEV", CHIEF, ("整车销量 75,000 辆", "Sell 75,000 cars"), "", "CARS", 56_000, 75_000, 70 / 75),
    Goal("L2", "NEV", CHIEF, ("新开门店 80 家", "Open 80 new stores"), "", "STORES", 60, 80),
    Goal("L3", "NEV", CHIEF, ("整车一次合格率 99.1%", "First-pass rate of 99.1%"), "", "PASS", 98.6, 99.1),
    Goal("L4", "NEV", CHIEF, ("客户满意度评分 4.5 分", "Satisfaction score of 4.5"), "", "CSAT", 4.3, 4.5),
    Goal("L5", "NEV", CHIEF, ("增值服务收入 900 万元", "Services revenue of CNY 9 million"), "", "SERVICES",
         6_800_000, 9_000_000, 895 / 900),
    Goal("L6", "RD", "P003", ("续航达到 600 公里", "Range of 600 km"), "", "RANGE", 540, 600),
    Goal("L7", "PRO", "P034", ("整车产量 76,000 辆", "Build 76,000 cars"), "L1", "OUTPUT", 58_000, 76_000, 72 / 76),
    Goal("L9", "RD", "P003", ("换电模式试点 10 座站", "Pilot of ten battery-swap stations"), "", "STATIONS", None, 10,
         0.4, more={"innovation": True}),
    Goal("L8", "SAL", "P015", ("销售整车 75,000 辆", "Sell 75,000 cars"), "L1", "CARS", 56_000, 75_000, 70 / 75),
)  # fmt: skip


def region_goals() -> Iterator[Goal]:
    """Yield the goals of the five sales regions: 20 stores and 20,000 cars each."""
    for letter, unit, head, (zh, en) in REGIONS:
        stores = (f"{zh}新开门店 20 家", f"{en}: open 20 new stores")
        cars = (f"{zh}销售整车 20,000 辆", f"{en}: sell 20,000 cars")
        yield Goal(f"SAL-{letter}1", unit, head, stores, "SAL1", "STORES", 16, 20, more=SUMMED)
        yield Goal(f"SAL-{letter}2", unit, head, cars, "SAL2", "CARS", 14_000, 20_000, more=SUMMED)


def horizon_rows(days: Days) -> Iterator[Row]:
    """Yield the two mid/long-term goals."""
    common = {"cycle": f"{days.year}-{(days.year + 2) % 100:02}", "unit": "NEV", "owner": "P002", "horizon": True}
    common |= {"status": "published", "proposed_by": CHIEF, "start": days.on(1, 1)}
    yield {
        **common,
        "code": "H1",
        "name": ("三年内国内新能源 SUV 市场份额进入前三", "Top three in domestic new-energy SUV share within 3 years"),
        "intent": "I1",
        "metric": "RANK",
        "baseline": 7,
        "target": 3,
        "due": days.on(12, 31, 2),
    }
    yield {
        **common,
        "code": "H2",
        "name": ("两年内在欧洲五国上市销售", "On sale in five European countries within two years"),
        "intent": "I2",
        "due": days.on(12, 31, 1),
    }


def horizon_milestones(days: Days) -> Iterator[Row]:
    """Yield the milestones of the goal abroad, which lie in the next year."""
    for weight, name in enumerate(
        (("首批交付", "First deliveries"), ("五国在售", "On sale in five countries")), start=1
    ):
        yield {"of": "H2", "name": name, "weight": weight, "due": days.on(6 * weight, 30, 1)}


def last_year_rows(days: Days, rows: Iterator[Row]) -> Iterator[Row]:
    """Yield last year's goals, closed; `rows` are those of `goal_rows`."""
    cycle = str(days.year - 1)
    for row in rows:
        dates = {"start": days.on(1, 1, -1), "due": days.on(12, 31, -1), "confirmed": days.on(12, 18, -2)}
        yield {**row, **dates, "cycle": cycle, "status": "closed"}


def quarter_goal(days: Days) -> Goal:
    """Return the good twin of CARE1: a satisfaction score with figures and dates, for the quarter that runs."""
    start, due = quarter_dates(days.year, days.quarter)
    name = (
        f"{days.year} 年第 {days.quarter} 季度客户满意度评分达到 4.8 分（满分 5 分），较上季度提升 0.3 分",
        f"Satisfaction score of 4.8 of 5 in Q{days.quarter} {days.year}, 0.3 up on the quarter before",
    )
    cells = {"cycle": f"{days.year}-Q{days.quarter}", "start": start, "due": due}
    return Goal("P060A", "SVC-CARE", "P060", name, "SVC2", "CSAT", 4.5, 4.8, share=1.0, more=cells)
