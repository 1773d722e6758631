"""Goals of people: each supports a goal of the own unit or of one above it."""

from collections.abc import Iterator

from guantong.demo.goal import Goal

# person, unit, region letter, stores, cars, on an own card
CITY_MANAGERS: tuple[tuple[str, str, str, int, int, bool], ...] = (
    ("P017", "SAL-E", "E", 7, 8_000, True),
    ("P018", "SAL-E", "E", 7, 7_000, True),
    ("P019", "SAL-E", "E", 6, 7_000, True),
    ("P021", "SAL-S", "S", 10, 10_500, True),
    ("P022", "SAL-S", "S", 10, 10_500, True),
    ("P024", "SAL-N", "N", 10, 10_000, True),
    ("P025", "SAL-N", "N", 10, 10_000, True),
    ("P027", "SAL-C", "C", 10, 10_000, True),
    ("P028", "SAL-C", "C", 10, 10_000, False),
    ("P030", "SAL-W", "W", 10, 9_500, True),
    ("P031", "SAL-W", "W", 10, 9_300, True),
)
STORES_SHARE, CARS_SHARE = 0.4, 0.6
CARS_SHARE_SHORT = 0.55
"""Weight of the cars on the one card whose weights do not add up."""

PERSONAL_GOALS: tuple[Goal, ...] = (
    Goal("P002A", "NEV", "P002", ("欧盟整车型式认证完成申报", "EU whole-vehicle type approval filed"), "C8", share=0.4,
         milestones=((("资料齐备", "Papers complete"), 3, 20), (("申报受理", "Application accepted"), 9, 18))),
    Goal("P005A", "RD-VEH", "P005", ("800V 高压架构设计完成", "800 V architecture designed"), "VEH2", share=0.7,
         milestones=((("方案评审", "Scheme reviewed"), 2, 26), (("台架验证", "Verified on the bench"), 9, 25))),
    Goal("P006A", "RD-VEH", "P006",
         ("超充热管理方案定型", "Thermal scheme for fast charging settled"), "VEH2", share=0.7,
         milestones=((("仿真完成", "Simulated"), 3, 26), (("样件验证", "Samples verified"), 10, 23))),
    Goal("P007A", "RD-VEH", "P007",
         ("车身设计缺陷率 9 件/百车", "Body design defects of 9 per 100 cars"), "RD3", "DEFECTS",
         12, 9, 0.9, 1.0),
    Goal("P009A", "RD-BAT", "P009",
         ("6 个月内完成能量密度方案，助续航 +5%", "Energy-density scheme within 6 months, helping range +5%"),
         "BAT1", "GAIN", 0, 5, 1.0, 1.0, until=(6, 30)),
    Goal("P010A", "RD-BAT", "P010", ("新电芯通过安全验证", "New cell passes the safety tests"), "BAT1", share=0.7,
         milestones=((("针刺试验", "Nail test"), 3, 18), (("热扩散试验", "Thermal propagation test"), 8, 21))),
    Goal("P011A", "RD-BAT", "P011", ("电池包成本降至 560 元/kWh", "Pack cost down to CNY 560 per kWh"), "BAT1", "PACK",
         620, 560, 0.95, 1.0),
    Goal("P013A", "RD-SW", "P013",
         ("软件设计缺陷率 9 件/百车", "Software design defects of 9 per 100 cars"), "RD3", "DEFECTS",
         12, 9, 0.92, 1.0),
    Goal("P014A", "RD-SW", "P014",
         ("远程升级成功率 99%", "99% of remote updates succeed"), "SW1", "UPDATES", 98, 99, None, 0.7),
    Goal("P036A", "PRO-ASM", "P036",
         ("新车型焊装夹具改造完成", "Welding fixtures rebuilt for the new models"), "PRO2", share=0.7,
         milestones=((("改造方案", "Rebuilding plan"), 2, 15), (("两线切换", "Both lines changed"), 7, 18))),
    Goal("P037A", "PRO-ASM", "P037",
         ("底盘线返工率降至 1.9%", "Chassis line rework down to 1.9%"), "ASM1", "REWORK", 2.4, 1.9,
         0.9, 1.0),
    Goal("P038A", "PRO-ASM", "P038",
         ("内饰线返工率降至 1.9%", "Trim line rework down to 1.9%"), "ASM1", "REWORK", 2.4, 1.9,
         0.95, 1.0),
    Goal("P040A", "PRO-QA", "P040",
         ("出厂抽检合格率 99.8%", "Audit pass rate of 99.8%"), "QA1", "AUDIT", 99.5, 99.8, 1.1, 1.0),
    Goal("P041A", "PRO-QA", "P041",
         ("质量问题按期关闭率 95%", "95% of quality problems closed on time"), "QA1", "CLOSED",
         90, 95, 0.95, 1.0),
    Goal("P042A", "PRO-QA", "P042",
         ("供应商质量问题按期关闭率 95%", "95% of supplier problems closed on time"), "QA1", "CLOSED",
         90, 95, 0.9, 1.0),
    Goal("P044A", "PRO-SCM", "P044",
         ("电子件来料合格率 99.3%", "Incoming pass rate of electronics 99.3%"), "PRO1", "INCOMING",
         98.8, 99.3, 0.95, 1.0),
    Goal("P045A", "PRO-SCM", "P045",
         ("结构件来料合格率 99.3%", "Incoming pass rate of structures 99.3%"), "PRO1", "INCOMING",
         98.8, 99.3, 1.0, 1.0),
    Goal("P048A", "MKT-BRD", "P048", ("拍摄品牌纪录片一部", "Shoot one brand documentary"), "", share=0.7,
         milestones=((("脚本定稿", "Script final"), 3, 12), (("成片", "Film finished"), 10, 16))),
    Goal("P050A", "MKT-DIG", "P050",
         ("线上线索到店 20,000 单", "20,000 store orders from online leads"), "SAL1", "ORDERS",
         None, 20_000, 1.0, 1.0),
    Goal("P053A", "SVC-VAS", "P053",
         ("延保套餐收入 110 万元", "CNY 1.1 million from extended warranties"), "VAS1", "SERVICES",
         1_000_000, 1_100_000, 1.05, 1.0),
    Goal("P054A", "SVC-VAS", "P054",
         ("充电套餐收入 500 万元", "CNY 5 million from charging packages"), "VAS1", "SERVICES",
         1_000_000, 5_000_000, 0.3, 1.0),
    Goal("P055A", "SVC-VAS", "P055", ("保险服务收入 700 万元", "CNY 7 million from insurance"), "VAS1", "SERVICES",
         3_500_000, 7_000_000, 0.52, 1.0),
    Goal("P056A", "SVC-VAS", "P056",
         ("精品与改装收入 690 万元", "CNY 6.9 million from accessories"), "VAS1", "SERVICES",
         3_450_000, 6_900_000, 0.51, 1.0),
    Goal("P058A", "SVC-AFT", "P058",
         ("疑难件返修率降至 3.2 次/百车", "Repeat repairs down to 3.2 per 100 cars"), "AFT1", "WARRANTY",
         4.0, 3.2, 0.95, 1.0),
    Goal("P062A", "FIN", "P062",
         ("大客户回款周期降至 38 天", "Receivables of key accounts down to 38 days"), "FIN1", "COLLECT",
         45, 38, 0.95),
    Goal("P063A", "FIN", "P063",
         ("经销回款周期降至 38 天", "Receivables of dealers down to 38 days"), "FIN1", "COLLECT",
         45, 38, 1.05, 1.0),
    Goal("P065A", "HR", "P065",
         ("三电与软件岗位到岗率 92%", "92% of drive-train and software posts filled"), "HR1", "KEYPOSTS",
         84, 92, 0.95, 1.0),
)  # fmt: skip


def city_goals() -> Iterator[Goal]:
    """Yield the city managers' stores and cars; East carries 10% more, South 5% more, West 6% less than its region."""
    for place, (person, unit, letter, stores, cars, carded) in enumerate(CITY_MANAGERS):
        pace = 0.97 + 0.02 * (place % 3)
        cars_share = CARS_SHARE_SHORT if person == "P024" else CARS_SHARE
        name = (f"新开门店 {stores} 家", f"Open {stores} new stores")
        share = STORES_SHARE if carded else None
        yield Goal(f"{person}A", unit, person, name, f"SAL-{letter}1", "STORES", None, stores, 1.0, share)
        name = (f"销售整车 {cars:,} 辆", f"Sell {cars:,} cars")
        share = cars_share if carded else None
        yield Goal(f"{person}B", unit, person, name, f"SAL-{letter}2", "CARS", 0.7 * cars, cars, pace, share)
