"""The organisation of the demo company: the company, its business units and departments, teams, people."""

import datetime
from collections.abc import Iterator

from guantong.demo.days import Days, quarter_dates
from guantong.demo.rows import Row, Text

COMPANY = "NEV"
CHIEF = "P001"

# code, name, parent, kind, head, chain link
UNITS: tuple[tuple[str, Text, str, str, str, str], ...] = (
    (COMPANY, ("启衡新能源汽车", "Qiheng New Energy Vehicles"), "", "company", CHIEF, ""),
    ("RD", ("研发中心", "R&D Centre"), COMPANY, "department", "P003", "research"),
    ("RD-VEH", ("整车平台组", "Vehicle Platform Team"), "RD", "team", "P004", ""),
    ("RD-BAT", ("电池系统组", "Battery Systems Team"), "RD", "team", "P008", ""),
    ("RD-SW", ("智能软件组", "Smart Software Team"), "RD", "team", "P012", ""),
    ("SAL", ("销售事业部", "Sales Business Unit"), COMPANY, "business_unit", "P015", "marketing"),
    ("SAL-E", ("华东大区", "East Region"), "SAL", "team", "P016", ""),
    ("SAL-S", ("华南大区", "South Region"), "SAL", "team", "P020", ""),
    ("SAL-N", ("华北大区", "North Region"), "SAL", "team", "P023", ""),
    ("SAL-C", ("华中大区", "Central Region"), "SAL", "team", "P026", ""),
    ("SAL-W", ("西部大区", "West Region"), "SAL", "team", "P029", ""),
    ("SAL-NET", ("渠道拓展组", "Channel Development Team"), "SAL", "team", "P032", ""),
    ("PRO", ("制造中心", "Manufacturing Centre"), COMPANY, "department", "P034", "production"),
    ("PRO-ASM", ("总装车间", "Assembly Shop"), "PRO", "team", "P035", ""),
    ("PRO-QA", ("质量组", "Quality Team"), "PRO", "team", "P039", ""),
    ("PRO-SCM", ("供应链组", "Supply Chain Team"), "PRO", "team", "P043", ""),
    ("MKT", ("市场部", "Marketing Department"), COMPANY, "department", "P046", "marketing"),
    ("MKT-BRD", ("品牌组", "Brand Team"), "MKT", "team", "P047", ""),
    ("MKT-DIG", ("数字营销组", "Digital Marketing Team"), "MKT", "team", "P049", ""),
    ("SVC", ("用户服务事业部", "Customer Service Business Unit"), COMPANY, "business_unit", "P051", "service"),
    ("SVC-VAS", ("增值服务部", "Value-Added Services Department"), "SVC", "department", "P052", ""),
    ("SVC-AFT", ("售后技术组", "After-Sales Engineering Team"), "SVC", "team", "P057", ""),
    ("SVC-CARE", ("客户关怀组", "Customer Care Team"), "SVC", "team", "P059", ""),
    ("FIN", ("财务部", "Finance Department"), COMPANY, "department", "P061", "finance"),
    ("HR", ("人力资源部", "Human Resources Department"), COMPANY, "department", "P064", "human_resources"),
)
CORE_UNITS = frozenset({"RD", "SAL"})
HEADS = {unit[0]: unit[4] for unit in UNITS}
PARENTS = {unit[0]: unit[2] for unit in UNITS}

# code, name, unit, position
PEOPLE: tuple[tuple[str, Text, str, str], ...] = (
    (CHIEF, ("周启明", "Zhou Qiming"), COMPANY, "CEO"),
    ("P002", ("沈望舒", "Shen Wangshu"), COMPANY, "CSO"),
    ("P003", ("陆远航", "Lu Yuanhang"), "RD", "CTO"),
    ("P004", ("郑承宇", "Zheng Chengyu"), "RD-VEH", "VEH-LEAD"),
    ("P005", ("高一鸣", "Gao Yiming"), "RD-VEH", "VEH-ENG"),
    ("P006", ("梁思齐", "Liang Siqi"), "RD-VEH", "VEH-ENG"),
    ("P007", ("宋雨桐", "Song Yutong"), "RD-VEH", "VEH-ENG"),
    ("P008", ("韩立川", "Han Lichuan"), "RD-BAT", "BAT-LEAD"),
    ("P009", ("唐知微", "Tang Zhiwei"), "RD-BAT", "BAT-ENG"),
    ("P010", ("冯子昂", "Feng Ziang"), "RD-BAT", "BAT-ENG"),
    ("P011", ("许若兰", "Xu Ruolan"), "RD-BAT", "BAT-ENG"),
    ("P012", ("邓浩然", "Deng Haoran"), "RD-SW", "SW-LEAD"),
    ("P013", ("曹映雪", "Cao Yingxue"), "RD-SW", "SW-ENG"),
    ("P014", ("彭嘉树", "Peng Jiashu"), "RD-SW", "SW-ENG"),
    ("P015", ("蒋海涛", "Jiang Haitao"), "SAL", "SALES-GM"),
    ("P016", ("吴晓东", "Wu Xiaodong"), "SAL-E", "REGION-MGR"),
    ("P017", ("徐静怡", "Xu Jingyi"), "SAL-E", "CITY-MGR"),
    ("P018", ("孙博文", "Sun Bowen"), "SAL-E", "CITY-MGR"),
    ("P019", ("马欣然", "Ma Xinran"), "SAL-E", "CITY-MGR"),
    ("P020", ("朱南星", "Zhu Nanxing"), "SAL-S", "REGION-MGR"),
    ("P021", ("胡凯旋", "Hu Kaixuan"), "SAL-S", "CITY-MGR"),
    ("P022", ("林可欣", "Lin Kexin"), "SAL-S", "CITY-MGR"),
    ("P023", ("郭建业", "Guo Jianye"), "SAL-N", "REGION-MGR"),
    ("P024", ("何雨泽", "He Yuze"), "SAL-N", "CITY-MGR"),
    ("P025", ("罗诗涵", "Luo Shihan"), "SAL-N", "CITY-MGR"),
    ("P026", ("谢长江", "Xie Changjiang"), "SAL-C", "REGION-MGR"),
    ("P027", ("董子轩", "Dong Zixuan"), "SAL-C", "CITY-MGR"),
    ("P028", ("萧若谷", "Xiao Ruogu"), "SAL-C", "CITY-MGR"),
    ("P029", ("程西岭", "Cheng Xiling"), "SAL-W", "REGION-MGR"),
    ("P030", ("袁牧野", "Yuan Muye"), "SAL-W", "CITY-MGR"),
    ("P031", ("潘雪晴", "Pan Xueqing"), "SAL-W", "CITY-MGR"),
    ("P032", ("于广陵", "Yu Guangling"), "SAL-NET", "NET-LEAD"),
    ("P033", ("蔡文婷", "Cai Wenting"), "SAL-NET", "NET-SPEC"),
    ("P034", ("魏国强", "Wei Guoqiang"), "PRO", "PLANT-DIR"),
    ("P035", ("任铁山", "Ren Tieshan"), "PRO-ASM", "ASM-LEAD"),
    ("P036", ("方志远", "Fang Zhiyuan"), "PRO-ASM", "ASM-ENG"),
    ("P037", ("石磊", "Shi Lei"), "PRO-ASM", "ASM-ENG"),
    ("P038", ("姚春梅", "Yao Chunmei"), "PRO-ASM", "ASM-ENG"),
    ("P039", ("钟明义", "Zhong Mingyi"), "PRO-QA", "QA-LEAD"),
    ("P040", ("汪晓燕", "Wang Xiaoyan"), "PRO-QA", "QA-ENG"),
    ("P041", ("田禾", "Tian He"), "PRO-QA", "QA-ENG"),
    ("P042", ("范伟", "Fan Wei"), "PRO-QA", "QA-ENG"),
    ("P043", ("夏侯敏", "Xiahou Min"), "PRO-SCM", "SCM-LEAD"),
    ("P044", ("邹立", "Zou Li"), "PRO-SCM", "SCM-BUYER"),
    ("P045", ("熊佳佳", "Xiong Jiajia"), "PRO-SCM", "SCM-BUYER"),
    ("P046", ("叶知秋", "Ye Zhiqiu"), "MKT", "CMO"),
    ("P047", ("白露", "Bai Lu"), "MKT-BRD", "BRAND-LEAD"),
    ("P048", ("江一舟", "Jiang Yizhou"), "MKT-BRD", "MKT-SPEC"),
    ("P049", ("秦悦", "Qin Yue"), "MKT-DIG", "DIGITAL-LEAD"),
    ("P050", ("史梦琪", "Shi Mengqi"), "MKT-DIG", "MKT-SPEC"),
    ("P051", ("顾安和", "Gu Anhe"), "SVC", "SERVICE-GM"),
    ("P052", ("龙飞", "Long Fei"), "SVC-VAS", "VAS-DIR"),
    ("P053", ("万晓晴", "Wan Xiaoqing"), "SVC-VAS", "VAS-ADVISER"),
    ("P054", ("段誉文", "Duan Yuwen"), "SVC-VAS", "VAS-ADVISER"),
    ("P055", ("雷宁", "Lei Ning"), "SVC-VAS", "VAS-ADVISER"),
    ("P056", ("侯雅琴", "Hou Yaqin"), "SVC-VAS", "VAS-ADVISER"),
    ("P057", ("贺建平", "He Jianping"), "SVC-AFT", "AFTER-LEAD"),
    ("P058", ("倪小川", "Ni Xiaochuan"), "SVC-AFT", "AFTER-ENG"),
    ("P059", ("汤琳", "Tang Lin"), "SVC-CARE", "CARE-LEAD"),
    ("P060", ("尹书瑶", "Yin Shuyao"), "SVC-CARE", "CARE-SPEC"),
    ("P061", ("黎正清", "Li Zhengqing"), "FIN", "CFO"),
    ("P062", ("常悦", "Chang Yue"), "FIN", "FIN-ANALYST"),
    ("P063", ("武思远", "Wu Siyuan"), "FIN", "FIN-ANALYST"),
    ("P064", ("康慧", "Kang Hui"), "HR", "CHRO"),
    ("P065", ("赖文杰", "Lai Wenjie"), "HR", "HR-PARTNER"),
    ("P066", ("乔安", "Qiao An"), "HR", "HR-PARTNER"),
)
NEWCOMER: tuple[str, Text, str, str] = ("P067", ("俞晨曦", "Yu Chenxi"), "RD-SW", "SW-ENG")
LEAVER: tuple[str, Text] = ("P068", ("季北辰", "Ji Beichen"))

BASE_BONUS = {"M5": 400_000, "M4": 200_000, "M3": 100_000, "P3": 60_000, "P2": 45_000}
GRADE_FACTORS = {"M5": 3.0, "M4": 2.0, "M3": 1.5, "P3": 1.2, "P2": 1.0}


def cycle_rows(days: Days) -> Iterator[Row]:
    """Yield the horizon of three years, last year and this year with their quarters."""
    year, horizon = days.year, f"{days.year}-{(days.year + 2) % 100:02}"
    name = (f"{year}–{year + 2} 规划期", f"Plan {year}–{year + 2}")
    yield {"code": horizon, "name": name, "kind": "horizon", "start": days.on(1, 1), "end": days.on(12, 31, 2)}
    for which, parent in ((year - 1, ""), (year, horizon)):
        name = (f"{which} 年", f"{which}")
        start, end = datetime.date(which, 1, 1), datetime.date(which, 12, 31)
        yield {"code": str(which), "name": name, "kind": "year", "parent": parent, "start": start, "end": end}
        for quarter in (1, 2, 3, 4):
            start, end = quarter_dates(which, quarter)
            name = (f"{which} 年第 {quarter} 季度", f"{which} Q{quarter}")
            yield {
                "code": f"{which}-Q{quarter}",
                "name": name,
                "kind": "quarter",
                "parent": str(which),
                "start": start,
                "end": end,
            }


def unit_rows() -> Iterator[Row]:
    """Yield the units."""
    for code, name, parent, kind, head, link in UNITS:
        yield {
            "code": code,
            "name": name,
            "parent": parent,
            "kind": kind,
            "head": head,
            "chain_link": link or None,
            "core": code in CORE_UNITS,
        }


def chain_link(unit: str) -> str:
    """Return the link of the value chain that a unit or the nearest above it carries, empty for none."""
    links = {entry[0]: entry[5] for entry in UNITS}
    while unit and not links[unit]:
        unit = PARENTS[unit]
    return links.get(unit, "")


def manager(person: str, unit: str) -> str:
    """Return a person's manager: the unit's head, for heads the head above."""
    while unit and HEADS[unit] == person:
        unit = PARENTS[unit]
    return HEADS.get(unit, "")


def person_rows(days: Days, grades: dict[str, str]) -> Iterator[Row]:
    """Yield the people; `grades` are those of the positions."""
    for place, (code, name, unit, position) in enumerate((*PEOPLE, NEWCOMER)):
        joined = days.ago(12) if code == NEWCOMER[0] else days.on(1 + place % 12, 1 + place % 28, -2 - place % 6)
        grade = grades[position]
        yield {
            "code": code,
            "name": name,
            "email": f"{name[1].lower().replace(' ', '.')}@qiheng.example",
            "unit": unit,
            "position": position,
            "manager": manager(code, unit),
            "joined": joined,
            "base_bonus": BASE_BONUS[grade],
            "grade_factor": GRADE_FACTORS[grade],
        }
    yield {"code": LEAVER[0], "name": LEAVER[1], "joined": days.on(3, 1, -5), "left": days.on(11, 16, -1)}
