"""The processes of the demo company, node by node, and a way to organise one of them better."""

from collections.abc import Iterator
from dataclasses import dataclass

from guantong.demo.rows import Row, Text


@dataclass(frozen=True)
class Node:
    """A node: who does it, what follows, minutes of work and waiting, cases a month, capacity in minutes a month."""

    code: str
    name: Text
    unit: str
    positions: tuple[str, ...]
    follows: tuple[tuple[str, float], ...]
    work: float
    wait: float
    volume: float
    capacity: float
    rework: float | None = None
    adds_value: bool = True


# code, name, core, key tasks, minutes of a handoff, nodes
PROCESSES: tuple[tuple[str, Text, bool, tuple[str, ...], float, tuple[Node, ...]], ...] = (
    ("OTD", ("订单到交付", "Order to delivery"), True, ("K2", "K5"), 240, (
        Node("ORDER", ("签单", "Order signed"), "SAL", ("CITY-MGR",), (("PLAN", 1),), 60, 30, 8_300, 990_000),
        Node("PLAN", ("排产", "Production planned"), "PRO", ("PLANT-DIR",), (("BUY", 0.3), ("BUILD", 0.7)),
             20, 480, 8_300, 320_000),
        Node("BUY", ("采购到货", "Parts bought"), "PRO-SCM", ("SCM-BUYER",), (("BUILD", 1),),
             45, 2_880, 2_500, 150_000),
        Node("BUILD", ("总装", "Car built"), "PRO-ASM", ("ASM-ENG",), (("CHECK", 1),), 95, 240, 8_300, 900_000, 0.02),
        Node("CHECK", ("出厂检验", "Car inspected"), "PRO-QA", ("QA-ENG",), (("SHIP", 0.98), ("BUILD", 0.02)),
             18, 120, 8_300, 150_000, 0.02),
        Node("SHIP", ("发运", "Car shipped"), "PRO", (), (("HAND", 1),), 30, 1_440, 8_300, 420_000),
        Node("HAND", ("交车", "Car handed over"), "SAL", ("CITY-MGR",), (), 90, 60, 8_300, 950_000),
    )),
    ("NPD", ("新车型开发", "New-model development"), True, ("K1", "K3", "K4"), 480, (
        Node("DEFINE", ("产品定义", "Product defined"), "RD", ("CTO",), (("DESIGN", 1),), 4_800, 2_400, 0.2, 4_000),
        Node("DESIGN", ("工程设计", "Engineering"), "RD", ("VEH-LEAD",), (("TRIAL", 1),), 19_200, 4_800, 0.2, 8_000),
        Node("TRIAL", ("试制验证", "Trial build"), "PRO", ("PLANT-DIR",), (("DESIGN", 0.3), ("LAUNCH", 0.7)),
             9_600, 7_200, 0.2, 2_400),
        Node("LAUNCH", ("量产放行", "Released for production"), "PRO", ("PLANT-DIR",), (), 2_400, 1_200, 0.2, 4_000),
    )),
    ("CARE", ("投诉处理", "Complaints"), False, ("K6", "K8"), 60, (
        Node("TAKE", ("受理", "Complaint taken"), "SVC-CARE", ("CARE-SPEC",), (("JUDGE", 1),), 12, 20, 400, 9_000),
        Node("JUDGE", ("判定", "Cause found"), "SVC-AFT", ("AFTER-ENG",), (("FIX", 1),), 35, 30, 400, 24_000),
        Node("FIX", ("方案落实", "Remedy carried out"), "SVC-AFT", ("AFTER-ENG",), (("SIGN", 1),), 50, 45, 400, 26_000),
        Node("SIGN", ("层层签字", "Signed by four levels"), "SVC-AFT", ("AFTER-LEAD",), (("CALL", 1),),
             4, 960, 400, 4_000, None, False),
        Node("CALL", ("回访", "Customer called back"), "SVC-CARE", ("CARE-LEAD",), (), 10, 15, 400, 9_000),
    )),
    ("HIRE", ("关键岗位招聘", "Hiring for key posts"), False, ("K9", "K7", "K10"), 60, (
        Node("NEED", ("提出需求", "Need stated"), "HR", ("HR-PARTNER",), (("FIND", 1),), 60, 480, 10, 2_000),
        Node("FIND", ("寻访面试", "People found"), "HR", ("HR-PARTNER",), (), 900, 1_440, 10, 14_000),
    )),
)  # fmt: skip

# node, unit of the line (a name that exists only in the scenario), minutes of waiting
LINE_UNIT: Text = ("产品线交付单元", "Product-line delivery unit")
SCENARIO: tuple[tuple[str, float], ...] = (("PLAN", 120), ("BUY", 1_440), ("BUILD", 120), ("CHECK", 60), ("SHIP", 960))


def process_rows() -> Iterator[Row]:
    """Yield the processes."""
    for code, name, core, tasks, handoff, _ in PROCESSES:
        yield {"code": code, "name": name, "core": core, "key_tasks": tasks, "handoff_minutes": handoff}


def node_rows() -> Iterator[Row]:
    """Yield the nodes of every process."""
    for process, *_, nodes in PROCESSES:
        for node in nodes:
            yield {
                "process": process,
                "code": node.code,
                "name": node.name,
                "unit": node.unit,
                "positions": node.positions,
                "next": node.follows,
                "processing_minutes": node.work,
                "waiting_minutes": node.wait,
                "volume": node.volume,
                "capacity_minutes": node.capacity,
                "rework": node.rework,
                "value_adding": node.adds_value,
            }


def scenario_rows() -> Iterator[Row]:
    """Yield the scenario in which one product-line unit plans, builds and ships."""
    for node, waiting in SCENARIO:
        yield {
            "code": "LINES",
            "name": ("产品线交付单元", "Product-line units"),
            "process": "OTD",
            "node": node,
            "unit": LINE_UNIT,
            "waiting_minutes": waiting,
        }
