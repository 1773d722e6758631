"""The strategy of the demo company: the BLM plan of its three years, the year's priorities, the strategy map."""

from collections.abc import Iterator

from guantong.demo.days import Days
from guantong.demo.organisation import CHIEF
from guantong.demo.rows import Row, Text

# code, element, kind, text, leads to
ENTRIES: tuple[tuple[str, str, str, Text, tuple[str, ...]], ...] = (
    (
        "V1",
        "vision",
        "",
        ("让每个家庭都开得起、用得好新能源车", "A new energy car that every family can afford and enjoy"),
        (),
    ),
    (
        "I1",
        "intent",
        "",
        ("三年内国内新能源 SUV 市场份额进入前三", "Top three in domestic new-energy SUV share within three years"),
        ("S1", "S2"),
    ),
    ("I2", "intent", "", ("走出去：在欧洲建立第二市场", "Go abroad: make Europe the second market"), ("K7",)),
    ("I3", "intent", "", ("从卖车走向卖车加服务", "From selling cars to cars and services"), ("K6",)),
    ("I4", "intent", "", ("成为家庭用户最信赖的品牌", "Be the brand that families trust most"), ("K11",)),
    (
        "M1",
        "insight",
        "market_size",
        (
            "国内新能源 SUV 年销量将从 420 万辆增至 640 万辆",
            "Domestic new-energy SUV sales will grow from 4.2 to 6.4 million a year",
        ),
        ("F1",),
    ),
    (
        "M2",
        "insight",
        "competition",
        ("头部三家份额 48%，靠续航和渠道密度取胜", "The leading three hold 48%, by range and by density of stores"),
        ("F1", "D5"),
    ),
    (
        "M3",
        "insight",
        "customer",
        ("家庭用户最在意续航、补能速度和售后", "Families care most about range, charging time and service"),
        ("D2",),
    ),
    (
        "M4",
        "insight",
        "opportunity",
        ("下沉市场渗透率只有一线城市的一半", "Smaller cities have half the penetration of big ones"),
        ("D1",),
    ),
    ("M5", "insight", "threat", ("价格战使单车毛利持续下降", "The price war erodes the margin per car"), ("D3", "D6")),
    (
        "M6",
        "insight",
        "threat",
        ("欧洲或将对进口整车加征关税", "Europe may put a tariff on imported cars"),
        (),
    ),
    (
        "F1",
        "innovation",
        "product",
        ("长续航与超快充平台", "A platform of long range and very fast charging"),
        ("K3", "K4"),
    ),
    ("F2", "innovation", "model", ("门店加线上直营一体", "Stores and direct online sales as one"), ("K2", "K5")),
    (
        "D1",
        "design",
        "customer_selection",
        ("二、三线城市的家庭用户", "Families in second and third tier cities"),
        ("K2",),
    ),
    (
        "D2",
        "design",
        "value_proposition",
        ("跑得远、充得快、修得好", "Goes far, charges fast, is serviced well"),
        ("K1", "K8"),
    ),
    (
        "D3",
        "design",
        "profit_model",
        ("整车保本走量，服务创造利润", "Cars for volume, services for profit"),
        ("K6", "K10"),
    ),
    ("D4", "design", "scope", ("自研三电与软件，外协内外饰", "Own drive train and software, buy interiors"), ("O1",)),
    ("D5", "design", "control", ("电池方案专利与门店网络", "Battery patents and the store network"), ("T1",)),
    ("D6", "design", "risk", ("关键物料双供应商", "Two suppliers for each key part"), ("O2",)),
    ("K1", "key_task", "", ("两款新车型按期上市", "Launch two new models on time"), ("O1", "T1")),
    ("K2", "key_task", "", ("百店选址、建设与开业", "Site, build and open one hundred stores"), ("O2", "T2")),
    (
        "K3",
        "key_task",
        "",
        ("高能量密度电池方案量产", "Bring a battery of higher energy density into production"),
        ("T1",),
    ),
    ("K4", "key_task", "", ("800V 超快充平台开发", "Develop the 800 V fast-charging platform"), ("T1",)),
    ("K5", "key_task", "", ("线上直营商城与门店打通", "Tie the online shop to the stores"), ("O2",)),
    ("K6", "key_task", "", ("增值服务套餐上线", "Bring service packages to market"), ("O2", "T2")),
    ("K7", "key_task", "", ("欧洲五国准入认证", "Type approval in five European countries"), ("O1",)),
    ("K8", "key_task", "", ("投诉闭环与满意度回访", "Close complaints and call customers back"), ()),
    ("K9", "key_task", "", ("三电与软件关键人才引进", "Win key people for drive train and software"), ("T1",)),
    ("K10", "key_task", "", ("平台化降本", "Cut cost by a common platform"), ("O1",)),
    ("K11", "key_task", "", ("车主社区运营", "Run the owners' community"), ("O2",)),
    (
        "O1",
        "organisation",
        "",
        ("研发按车型设项目经理，跨部门项目组", "R&D with a project manager per model across departments"),
        (),
    ),
    (
        "O2",
        "organisation",
        "",
        ("销售分五大区，服务独立成事业部", "Five sales regions; services as a business unit"),
        (),
    ),
    ("T1", "talent", "", ("两年引进 120 名三电与软件人才", "Win 120 drive-train and software people in two years"), ()),
    ("T2", "talent", "", ("店长与服务顾问训练营", "Training camps for store managers and service advisers"), ()),
    (
        "A1",
        "gap",
        "performance",
        ("去年计划 75,000 辆，完成约 70,000 辆", "Last year 75,000 cars were planned and about 70,000 sold"),
        ("K2",),
    ),
    (
        "A2",
        "gap",
        "opportunity_gap",
        ("下沉市场机会约 3 万辆未覆盖", "About 30,000 cars in smaller cities are out of reach"),
        ("K2", "K5"),
    ),
    ("S1", "csf", "", ("产品力：续航与新车型", "Product: range and new models"), ("K1", "K3", "K4")),
    ("S2", "csf", "", ("渠道力：门店覆盖", "Channel: coverage by stores"), ("K2", "K5")),
)

# Key tasks: priority, owner, unit, due month
TASKS: dict[str, tuple[str, str, str, int]] = {
    "K1": ("PR1", "P003", "RD", 11),
    "K2": ("PR2", "P015", "SAL", 12),
    "K3": ("PR3", "P008", "RD-BAT", 12),
    "K4": ("PR3", "P004", "RD-VEH", 12),
    "K5": ("PR2", "P046", "MKT", 9),
    "K6": ("PR4", "P051", "SVC", 6),
    "K7": ("PR6", "P002", "NEV", 12),
    "K8": ("PR5", "P051", "SVC", 12),
    "K9": ("PR8", "", "HR", 12),
    "K10": ("PR7", "P061", "FIN", 12),
    "K11": ("PR5", "P046", "", 12),
}

# Milestones of key tasks, all done on their day: key task, name, month, day.
TASK_MILESTONES: tuple[tuple[str, Text, int, int], ...] = (
    ("K1", ("车型 A 上市", "Model A launched"), 8, 28),
    ("K1", ("车型 B 上市", "Model B launched"), 11, 20),
    ("K2", ("前 50 家开业", "First fifty stores open"), 6, 30),
    ("K3", ("方案定型", "Scheme settled"), 6, 30),
    ("K6", ("套餐上线", "Packages on sale"), 6, 15),
    ("K9", ("关键岗位名单确认", "List of key posts agreed"), 2, 10),
)

# code, name, core, intent; eight of them, and none for quality
PRIORITIES: tuple[tuple[str, Text, bool, str], ...] = (
    ("PR1", ("两款新车型", "Two new models"), True, "I1"),
    ("PR2", ("一百家新店", "One hundred new stores"), True, "I1"),
    ("PR3", ("续航提升 20%", "Battery range +20%"), True, "I1"),
    ("PR4", ("服务收入", "Services revenue"), False, "I3"),
    ("PR5", ("用户口碑", "Word of mouth"), False, "I1"),
    ("PR6", ("进入欧洲", "Into Europe"), False, "I2"),
    ("PR7", ("降本增效", "Lower cost"), False, "I1"),
    ("PR8", ("人才梯队", "Successors"), False, "I1"),
)

# Arrows of the strategy map, from cause to effect.
ARROWS: tuple[tuple[str, str], ...] = (
    ("C10", "C1"),
    ("C10", "C3"),
    ("C1", "C4"),
    ("C3", "C7"),
    ("C2", "C4"),
    ("C7", "C6"),
    ("H1", "C4"),
    ("C4", "C9"),
)


def plan_rows(days: Days) -> Iterator[Row]:
    """Yield the entries of the plan; key tasks belong to the year, all others to the horizon."""
    horizon = f"{days.year}-{(days.year + 2) % 100:02}"
    for code, element, kind, text, leads_to in ENTRIES:
        row: dict[str, object] = {
            "code": code,
            "element": element,
            "kind": kind or None,
            "text": text,
            "leads_to": leads_to,
            "owner": CHIEF,
            "unit": "NEV",
            "cycle": horizon,
        }
        if code in TASKS:
            priority, owner, unit, month = TASKS[code]
            row |= {"priority": priority, "owner": owner, "unit": unit, "cycle": str(days.year)}
            row |= {"start": days.on(1, 1), "due": days.on(month, 28)}
        yield row


def task_milestone_rows(days: Days) -> Iterator[Row]:
    """Yield the milestones of key tasks; signing the body that approves cars in Europe is ten days late."""
    for task, name, month, day in TASK_MILESTONES:
        due = days.on(month, day)
        yield {"of": task, "name": name, "weight": 1, "due": due, "done": days.if_past(due)}
    yield {"of": "K7", "name": ("认证机构签约", "Approval body signed up"), "weight": 1, "due": days.ago(10)}


def priority_rows(days: Days) -> Iterator[Row]:
    """Yield the year's priorities in their rank."""
    for rank, (code, name, core, intent) in enumerate(PRIORITIES, start=1):
        yield {"code": code, "name": name, "cycle": str(days.year), "rank": rank, "core": core, "intent": intent}


def strategy_map_rows() -> Iterator[Row]:
    """Yield the arrows of the strategy map."""
    for cause, effect in ARROWS:
        yield {"from_goal": cause, "to_goal": effect}
