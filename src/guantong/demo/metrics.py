"""The metric library of the demo company."""

from collections.abc import Iterator, Mapping
from typing import Any

from guantong.demo.rows import Row, Text

COUNT: Mapping[str, Any] = {"aggregation": "sum", "phasing": "plan", "decimals": 0}
VOLUME: Mapping[str, Any] = {**COUNT, "challenge_low": 1.05, "challenge_high": 1.5, "strategic": True}
RATE: Mapping[str, Any] = {"aggregation": "average", "kind": "bounded", "best": 100, "decimals": 2, "strategic": True}
MOVING: Mapping[str, Any] = {"aggregation": "last", "phasing": "linear", "decimals": 1, "strategic": True}
PERCENT: Text = ("%", "%")

# code, name, unit of measure, direction, perspective, further columns
METRICS: tuple[tuple[str, Text, Text, str, str, Mapping[str, Any]], ...] = (
    ("RANK", ("市场份额排名", "Rank by market share"), ("名", "place"), "lower", "customer",
     {"aggregation": "last", "phasing": "linear", "frequency": "quarter", "kind": "other", "decimals": 0,
      "strategic": True, "note": ("行业协会按季度发布", "Published quarterly by the industry association")}),
    ("STORES", ("新开门店数", "New stores"), ("家", "stores"), "higher", "customer", VOLUME),
    ("CARS", ("整车销量", "Cars sold"), ("辆", "cars"), "higher", "financial", VOLUME),
    ("PASS", ("整车一次合格率", "First-pass rate"), PERCENT, "higher", "process", RATE),
    ("AUDIT", ("出厂抽检合格率", "Audit pass rate"), PERCENT, "higher", "process", RATE),
    ("INCOMING", ("来料合格率", "Incoming pass rate"), PERCENT, "higher", "process", RATE),
    ("CLOSED", ("质量问题按期关闭率", "Quality problems closed on time"), PERCENT, "higher", "process", RATE),
    ("RANGE", ("续航里程", "Range"), ("公里", "km"), "higher", "process", MOVING),
    ("DENSITY", ("电池能量密度", "Energy density"), ("Wh/kg", "Wh/kg"), "higher", "process", MOVING),
    ("GAIN", ("续航增幅贡献", "Contribution to range"), PERCENT, "higher", "process", {**MOVING, "decimals": 2}),
    ("CHARGE", ("10%–80% 充电时间", "Charging time 10–80%"), ("分钟", "minutes"), "lower", "process", MOVING),
    ("PACK", ("电池包单位成本", "Battery pack cost"), ("元/kWh", "CNY/kWh"), "lower", "financial", MOVING),
    ("SERVICES", ("增值服务收入", "Services revenue"), ("元", "CNY"), "higher", "financial",
     {**COUNT, "strategic": True}),
    ("CSAT", ("客户满意度评分", "Satisfaction score"), ("分（满分 5 分）", "points of 5"), "higher", "customer",
     {"aggregation": "last", "kind": "bounded", "best": 5, "decimals": 2, "strategic": True}),
    ("OUTPUT", ("整车产量", "Output"), ("辆", "cars"), "higher", "process", {**VOLUME, "tension_with": ("STOCK",)}),
    ("STOCK", ("库存周转天数", "Days of stock"), ("天", "days"), "lower", "process",
     {"aggregation": "average", "decimals": 1, "strategic": True}),
    ("COST", ("单车制造成本", "Cost per car"), ("元", "CNY"), "lower", "financial",
     {"aggregation": "average", "decimals": 0, "strategic": True}),
    ("CAPACITY", ("新车型月产能", "Monthly capacity for new models"), ("辆/月", "cars a month"), "higher", "process",
     {**MOVING, "decimals": 0}),
    ("DEFECTS", ("设计缺陷率", "Design defects"), ("件/百车", "per 100 cars"), "lower", "process", MOVING),
    ("REWORK", ("返工率", "Rework rate"), PERCENT, "lower", "process", MOVING),
    ("WARRANTY", ("质保返修率", "Warranty repairs"), ("次/百车", "per 100 cars"), "lower", "process", MOVING),
    ("INCIDENTS", ("重大质量安全事故", "Grave incidents"), ("起", "incidents"), "lower", "process",
     {"aggregation": "sum", "decimals": 0, "strategic": True}),
    ("LEADS", ("有效线索数", "Qualified leads"), ("条", "leads"), "higher", "customer", VOLUME),
    ("ONLINE", ("线上销售增长率", "Growth of online sales"), PERCENT, "higher", "financial",
     {"aggregation": "average", "kind": "other", "decimals": 1, "strategic": True}),
    ("ORDERS", ("线上直营订单数", "Online orders"), ("单", "orders"), "higher", "customer", VOLUME),
    ("VISITS", ("官网日访问量", "Daily visits of the site"), ("人次", "visits"), "higher", "customer",
     {"aggregation": "average", "frequency": "day", "decimals": 0}),
    ("UPDATES", ("远程升级成功率", "Success of remote updates"), PERCENT, "higher", "process",
     {**RATE, "frequency": "day"}),
    ("ANSWERED", ("投诉 24 小时关闭率", "Complaints closed in 24 hours"), ("比率", "ratio"), "higher", "customer",
     {"aggregation": "ratio", "kind": "bounded", "best": 1, "decimals": 3, "strategic": True}),
    ("COLLECT", ("回款周期", "Days of receivables"), ("天", "days"), "lower", "financial", MOVING),
    ("KEYPOSTS", ("关键岗位到岗率", "Key posts filled"), PERCENT, "higher", "learning",
     {**MOVING, "kind": "bounded", "best": 100}),
    ("TALKS", ("员工访谈覆盖率", "Employees interviewed"), PERCENT, "higher", "learning", RATE),
    ("MEMBERS", ("社区会员数", "Members of the community"), ("人", "people"), "higher", "customer",
     {**MOVING, "decimals": 0}),
    ("STATIONS", ("试点换电站数", "Pilot swap stations"), ("座", "stations"), "higher", "learning", COUNT),
    ("ENGAGED", ("员工敬业度", "Engagement score"), ("分", "points"), "higher", "learning",
     {"aggregation": "last", "frequency": "quarter", "kind": "bounded", "best": 100, "decimals": 0}),
)  # fmt: skip

DETAILS = {metric[0]: metric[5] for metric in METRICS}


def metric_rows() -> Iterator[Row]:
    """Yield the metrics."""
    for code, name, unit, direction, perspective, more in METRICS:
        yield {
            "code": code,
            "name": name,
            "unit_of_measure": unit,
            "direction": direction,
            "perspective": perspective,
            "frequency": "month",
            **more,
        }
