"""Organisation fits processes: what the rules on nodes, positions, processes and key tasks find."""

from typing import Any

import pytest

from tests.make.acme import settings
from tests.make.company import Row, found
from tests.make.flow import ORDER, PRODUCT_LINES, node, tables


def broken(rule: str, *nodes: Row, as_of: str = "2026-06-30", setting: str = "", **more: Any) -> dict[str, Any]:
    world = {**tables(*nodes), **(settings(setting) if setting else {}), **more}
    findings = found(rule, as_of, **{name: rows for name, rows in world.items() if rows is not None})
    return {code: (one.severity, one.subject.type, one.evidence) for code, one in findings.items()}


# BEM-NODE-OWNER


@pytest.mark.rule("BEM-NODE-OWNER")
@pytest.mark.parametrize(
    ("positions", "named"), [([], []), (["J1"], None), (["J1", "J1"], None), (["J2", "J1"], ["J1", "J2"])]
)
def test_each_node_has_one_accountable_position(positions: list[str], named: list[str] | None) -> None:
    nodes = [node("A"), node("B", positions=positions), node("C", positions=["J2"])]
    expected = {} if named is None else {"ORDER/B": ("error", "node", {"positions": named})}
    assert broken("BEM-NODE-OWNER", *nodes) == expected
    assert broken("BEM-NODE-OWNER", *nodes, setting="BEM-NODE-OWNER.mode=off") == {}


@pytest.mark.rule("BEM-NODE-OWNER")
def test_without_nodes_or_positions_no_node_is_judged() -> None:
    bare = node("A", positions=[])
    assert broken("BEM-NODE-OWNER", process_nodes=None) == {}
    assert broken("BEM-NODE-OWNER", process_nodes=[]) == {}
    assert broken("BEM-NODE-OWNER", bare, positions=None) == {}
    assert list(broken("BEM-NODE-OWNER", bare, positions=[])) == ["ORDER/A"]


@pytest.mark.rule("BEM-NODE-OWNER", "BEM-HANDOFF")
def test_a_node_is_mended_by_the_head_of_its_unit_and_a_process_by_the_roots() -> None:
    people = [{"code": "BOSS", "name": "Boss", "unit": "HQ"}, {"code": "EVE", "name": "Eve", "unit": "SALES"}]
    units = [
        {"code": "HQ", "name": "Company", "kind": "company", "head": "BOSS"},
        {"code": "SALES", "name": "Sales", "kind": "department", "parent": "HQ", "head": "EVE"},
    ]
    nodes = [node("A", "B", unit="SALES", positions=[]), node("B", unit="HQ", positions=[]), node("C", positions=[])]
    world = tables(*nodes, people=people, units=units)
    owners = {code: one.owner for code, one in found("BEM-NODE-OWNER", **world).items()}
    assert owners == {"ORDER/A": "EVE", "ORDER/B": "BOSS", "ORDER/C": "BOSS"}
    assert found("BEM-HANDOFF", **world)["ORDER"].owner == "BOSS"


# BEM-POSITION-DUTY


def position(**cells: Any) -> Row:
    return {"code": "J1", "name": "Buyer", "unit": "HQ", "duties": ["Buys"], "standards": ["95%"], **cells}


def duty(position_row: Row | None, as_of: str = "2026-06-30", setting: str = "", **holder: Any) -> dict[str, Any]:
    people = [{"code": "BOSS", "name": "Boss", "unit": "HQ"}, {"code": "P1", "name": "Li", "unit": "HQ", **holder}]
    rows = [position_row, {"code": "J2", "name": "Free", "unit": "HQ"}] if position_row else []
    return broken("BEM-POSITION-DUTY", as_of=as_of, setting=setting, positions=rows, people=people)


@pytest.mark.rule("BEM-POSITION-DUTY")
@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ({}, None),
        ({"duties": []}, ["duties"]),
        ({"standards": []}, ["standards"]),
        ({"duties": [], "standards": []}, ["duties", "standards"]),
    ],
)
def test_a_held_position_has_duties_and_standards(cells: dict[str, Any], missing: list[str] | None) -> None:
    expected = {} if missing is None else {"J1": ("warning", "position", {"missing": missing})}
    assert duty(position(**cells), position="J1") == expected
    assert duty(position(**cells), position="J1", setting="BEM-POSITION-DUTY.mode=off") == {}
    assert duty(position(**cells)) == {}
    assert duty(None) == {}


@pytest.mark.rule("BEM-POSITION-DUTY")
@pytest.mark.parametrize(
    ("holder", "held"),
    [
        ({"joined": "2026-06-30"}, True),
        ({"joined": "2026-07-01"}, False),
        ({"left": "2026-06-30"}, False),
        ({"left": "2026-07-01"}, True),
    ],
)
def test_only_people_in_work_hold_a_position(holder: dict[str, Any], held: bool) -> None:
    assert bool(duty(position(duties=[]), position="J1", **holder)) == held


@pytest.mark.rule("BEM-POSITION-DUTY")
def test_without_positions_or_people_no_position_is_judged() -> None:
    people = [{"code": "BOSS", "name": "Boss", "unit": "HQ", "position": "J1"}]
    bare = [position(duties=[])]
    assert broken("BEM-POSITION-DUTY", people=people, positions=bare)
    without_heads = [{"code": "HQ", "name": "Company", "kind": "company"}]
    assert broken("BEM-POSITION-DUTY", people=None, positions=bare, units=without_heads) == {}
    assert broken("BEM-POSITION-DUTY", people=[], positions=bare, units=without_heads) == {}
    assert broken("BEM-POSITION-DUTY", positions=None) == {}


# BEM-BOTTLENECK


def inspection(**cells: Any) -> Row:
    return node("A", **{"volume": 1000.0, "processing_minutes": 9.0, "capacity_minutes": 10000.0, **cells})


def used(**cells: Any) -> Any:
    found_here = broken("BEM-BOTTLENECK", inspection(**cells), node("B"))
    if not found_here:
        return None
    severity, subject_type, evidence = found_here["ORDER/A"]
    assert (subject_type, list(evidence), list(found_here)) == ("node", ["utilisation"], ["ORDER/A"])
    return severity, evidence["utilisation"]


@pytest.mark.rule("BEM-BOTTLENECK")
def test_a_node_near_or_over_its_capacity_is_a_bottleneck() -> None:
    assert used(rework=0.05) == ("warning", pytest.approx(0.945))
    assert used(rework=0.2) == ("error", pytest.approx(1.08))
    assert used(processing_minutes=8.0, rework=0.05) is None
    assert used(capacity_minutes=0.0) == ("error", None)
    assert used(capacity_minutes=0.0, volume=0.0) is None
    assert used(capacity_minutes=None) is None


@pytest.mark.rule("BEM-BOTTLENECK")
@pytest.mark.parametrize(
    ("utilisation", "severity"),
    [
        (0.8499, None),
        (0.85, "warning"),
        (0.9999, "warning"),
        (1.0, "error"),
        (0.85 - 1e-8, None),
        (1 - 1e-8, "warning"),
    ],
)
def test_exactly_a_limit_of_utilisation_speaks(utilisation: float, severity: str | None) -> None:
    told = used(volume=utilisation, processing_minutes=0.1, capacity_minutes=0.1)
    assert (told and told[0]) == severity


@pytest.mark.rule("BEM-BOTTLENECK")
@pytest.mark.parametrize(
    ("setting", "severity"),
    [
        ("BEM-BOTTLENECK.warning=0.9", "warning"),
        ("BEM-BOTTLENECK.warning=91%", None),
        ("BEM-BOTTLENECK.error=0.9", "error"),
        ("BEM-BOTTLENECK.error=0.8", "error"),
        ("BEM-BOTTLENECK.mode=off", None),
    ],
)
def test_the_limits_of_utilisation_can_be_set(setting: str, severity: str | None) -> None:
    told = broken("BEM-BOTTLENECK", inspection(), setting=setting)
    assert (told["ORDER/A"][0] if told else None) == severity


@pytest.mark.rule("BEM-BOTTLENECK")
def test_a_bottleneck_is_judged_as_the_process_stands() -> None:
    relief = {**PRODUCT_LINES[0], "node": "A", "capacity_minutes": 90000.0}
    assert broken("BEM-BOTTLENECK", inspection(), scenarios=[relief])
    assert (
        broken("BEM-BOTTLENECK", inspection(capacity_minutes=90000.0), scenarios=[{**relief, "capacity_minutes": 1.0}])
        == {}
    )
    assert broken("BEM-BOTTLENECK", process_nodes=None) == {}
    assert broken("BEM-BOTTLENECK", processes=[], process_nodes=[]) == {}


# BEM-HANDOFF


def handoffs(*units: str | None) -> list[Row]:
    """Return a line of nodes in these units."""
    codes = [f"N{place}" for place in range(len(units))]
    nexts = [[code] for code in codes[1:]] + [[]]
    return [node(code, *after, unit=unit) for code, after, unit in zip(codes, nexts, units, strict=True)]


@pytest.mark.rule("BEM-HANDOFF")
def test_a_manufacturer_under_functions_hands_off_too_often() -> None:
    told = {"ORDER": ("warning", "process", {"handoffs": 4, "fit": 0.0})}
    assert broken("BEM-HANDOFF", *ORDER) == told
    assert broken("BEM-HANDOFF", *ORDER, scenarios=PRODUCT_LINES) == told
    assert broken("BEM-HANDOFF", *({**row, "unit": "PLANT"} for row in ORDER)) == {}


@pytest.mark.rule("BEM-HANDOFF")
@pytest.mark.parametrize(
    ("units", "evidence"),
    [
        (["BUY", "SHIP", "BUY", "BUY", "BUY"], None),
        (["BUY", "SHIP", "BUY", "BUY"], {"handoffs": 2, "fit": pytest.approx(1 / 3)}),
        (["BUY", "SHIP", "BUY", "SHIP", "SHIP", "SHIP", "SHIP"], None),
        (["BUY", "SHIP", "BUY", "SHIP", "BUY", "BUY", "BUY", "BUY", "BUY"], {"handoffs": 4, "fit": 0.5}),
        (["BUY", "SHIP", "BUY", "SHIP", None, "BUY", "BUY", "BUY", "BUY"], None),
    ],
)
def test_four_handoffs_speak_and_half_the_edges_are_kept(units: list[str | None], evidence: Any) -> None:
    expected = {} if evidence is None else {"ORDER": ("warning", "process", evidence)}
    assert broken("BEM-HANDOFF", *handoffs(*units)) == expected


@pytest.mark.rule("BEM-HANDOFF")
@pytest.mark.parametrize(
    ("setting", "speaks"),
    [
        ("BEM-HANDOFF.handoffs=2", True),
        ("BEM-HANDOFF.handoffs=3", False),
        ("BEM-HANDOFF.fit=51%", True),
        ("BEM-HANDOFF.mode=off", False),
    ],
)
def test_the_limits_of_handoffs_can_be_set(setting: str, speaks: bool) -> None:
    assert bool(broken("BEM-HANDOFF", *handoffs("BUY", "SHIP", "BUY", "BUY", "BUY"), setting=setting)) == speaks
    assert bool(broken("BEM-HANDOFF", *ORDER, setting=setting)) == (not setting.endswith("=off"))


# BEM-REDUNDANT


def stamp(waiting: float | None = 480.0, processing: float | None = 5.0, adds: bool | None = False) -> Row:
    return node("S", unit="BUY", waiting_minutes=waiting, processing_minutes=processing, value_adding=adds)


def redundant(*nodes: Row, **more: Any) -> Any:
    told = broken("BEM-REDUNDANT", *nodes, **more)
    assert all(one[:2] == ("advice", "process") for one in told.values())
    return {
        code: tuple("".join(evidence[key]) for key in ("nodes", "doubled", "idle"))
        for code, (*_, evidence) in told.items()
    }


REVIEWS = (node("R", unit="PLANT", name="Review"), node("Q", unit="TEST", name="review"))


@pytest.mark.rule("BEM-REDUNDANT")
def test_nodes_of_one_name_in_two_units_and_idle_ones_are_redundant() -> None:
    assert redundant(*REVIEWS, stamp(), node("A", unit="BUY")) == {"ORDER": ("QRS", "QR", "S")}
    assert redundant(*REVIEWS) == {"ORDER": ("QR", "QR", "")}
    assert redundant(stamp()) == {"ORDER": ("S", "", "S")}
    assert redundant(*REVIEWS, stamp(), setting="BEM-REDUNDANT.mode=off") == {}


@pytest.mark.rule("BEM-REDUNDANT")
@pytest.mark.parametrize(
    ("cells", "doubled"),
    [
        ({}, True),
        ({"unit": "PLANT"}, False),
        ({"unit": None}, False),
        ({"name": "Final review"}, False),
        ({"process": "OTHER"}, False),
    ],
)
def test_only_two_units_of_one_process_double_a_node(cells: dict[str, Any], doubled: bool) -> None:
    processes = [{"code": code, "name": code} for code in ("ORDER", "OTHER")]
    assert bool(redundant(REVIEWS[0], {**REVIEWS[1], **cells}, processes=processes)) == doubled


@pytest.mark.rule("BEM-REDUNDANT")
def test_a_third_node_without_unit_is_not_doubled() -> None:
    assert redundant(*REVIEWS, node("A", name="Review")) == {"ORDER": ("QR", "QR", "")}


@pytest.mark.rule("BEM-REDUNDANT")
@pytest.mark.parametrize(
    ("waiting", "processing", "adds", "idle"),
    [
        (5.0, 5.0, False, False),
        (5.001, 5.0, False, True),
        (480.0, 5.0, True, False),
        (480.0, 5.0, None, False),
        (480.0, None, False, True),
        (None, 5.0, False, False),
        (None, None, False, False),
    ],
)
def test_a_node_without_value_waits_no_longer_than_it_works(
    waiting: float | None, processing: float | None, adds: bool | None, idle: bool
) -> None:
    assert bool(redundant(stamp(waiting, processing, adds))) == idle


@pytest.mark.rule("BEM-REDUNDANT", "BEM-HANDOFF")
def test_without_nodes_or_processes_no_process_is_judged() -> None:
    for rule in ("BEM-REDUNDANT", "BEM-HANDOFF"):
        for absent in ({"process_nodes": None}, {"process_nodes": []}, {"process_nodes": [], "processes": None}):
            assert broken(rule, **absent) == {}
        assert broken(rule, processes=[], process_nodes=[]) == {}


@pytest.mark.rule("BEM-REDUNDANT")
def test_each_process_names_its_own_nodes_in_the_order_of_codes() -> None:
    other = [{**row, "process": "OTHER"} for row in (stamp(), *REVIEWS)]
    processes = [{"code": "OTHER", "name": "Other"}, {"code": "ORDER", "name": "Order"}]
    expected = {"ORDER": ("S", "", "S"), "OTHER": ("QRS", "QR", "S")}
    assert redundant(*other, stamp(), processes=processes) == expected
    assert redundant(stamp(), *reversed(other), processes=processes[::-1]) == expected


# BEM-KEYTASK


def task(code: str, **cells: Any) -> Row:
    return {"code": code, "element": "key_task", "text": "Battery upgrade", **cells}


@pytest.mark.rule("BEM-KEYTASK")
def test_a_key_task_touches_a_process_or_a_unit() -> None:
    plan = [task("K1"), task("K2"), task("K3", unit="BUY"), task("C1", element="csf")]
    processes = [{"code": "NEW", "name": "New products", "key_tasks": ["K2"]}]
    assert broken("BEM-KEYTASK", plan=plan, processes=processes) == {"K1": ("advice", "plan", {})}
    assert list(broken("BEM-KEYTASK", plan=plan, processes=[])) == ["K1", "K2"]
    assert broken("BEM-KEYTASK", plan=plan, processes=[], setting="BEM-KEYTASK.mode=off") == {}
    assert broken("BEM-KEYTASK", plan=plan, processes=None, process_nodes=None) == {}
    assert broken("BEM-KEYTASK", plan=[]) == {}
    assert broken("BEM-KEYTASK", plan=None) == {}


@pytest.mark.rule("BEM-KEYTASK")
@pytest.mark.parametrize(("cycle", "there"), [("2026", True), ("2026-28", True), (None, True), ("2025", False)])
def test_key_tasks_of_other_cycles_are_not_judged(cycle: str | None, there: bool) -> None:
    assert bool(broken("BEM-KEYTASK", plan=[task("K1", cycle=cycle)])) == there
