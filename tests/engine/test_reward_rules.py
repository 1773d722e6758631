"""Rewards beside the strategy, out of the usual core factor, late, hidden, or without tolerance of failure."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from guantong.engine.check import check
from guantong.engine.snapshot import Snapshot
from tests.make.acme import settings
from tests.make.bonus import UNITS, person, view
from tests.make.company import CYCLES, found, snapshot
from tests.make.measured import goal, metric

Found = dict[str, tuple[str, str, dict[str, Any]]]


def broken(rule: str, seen: Snapshot) -> Found:
    findings = (one for one in check(seen).findings if one.rule == rule)
    return {one.subject.code: (one.severity, one.subject.type, one.evidence) for one in findings}


# REWARD-STRATEGY-WEIGHT


def carded(
    shares: Mapping[str, float], people: Iterable[Mapping[str, Any]], more: Iterable[str] = (), **tables: Any
) -> Snapshot:
    """Return a company whose cards hold strategic metrics of such a share; the rest is in metrics that are not."""
    items = [
        {"holder": holder, "cycle": "2026", "goal": code, "weight": weight}
        for holder, share in shares.items()
        for code, weight in (("G1", share), ("G2", 1 - share))
        if weight
    ]
    usual = {
        "metrics": [metric("M", strategic=True), metric("N", strategic=False)],
        "goals": [goal("G1"), goal("G2", metric="N")],
        "actuals": [],
        "scorecards": items,
        **settings(*more),
    }
    return view(list(people), {}, **{**usual, **tables})


WEIGHT = "REWARD-STRATEGY-WEIGHT"


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT")
@pytest.mark.parametrize(("share", "low"), [(0.5, False), (0.5 - 1e-6, True), (0.0, True), (1.0, False)])
def test_half_of_a_card_is_strategic(share: float, low: bool) -> None:
    shown = broken(WEIGHT, carded({"A": share}, [person("A")]))
    assert shown == ({"S": ("error", "scheme", {"share": pytest.approx(share)})} if low else {})


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT")
def test_the_mean_of_cards_is_weighted_by_base() -> None:
    shares = {"A": 0.7, "B": 0.4}
    # 10,000 x 0.7 and 20,000 x 0.4 are 0.5; 10,000 and 30,000 are 0.475.
    assert not broken(WEIGHT, carded(shares, [person("A"), person("B", base=20_000)]))
    assert broken(WEIGHT, carded(shares, [person("A"), person("B", base=30_000)]))["S"][2]["share"] == pytest.approx(
        0.475
    )
    members = [{"person": "A"}, {"person": "B", "base": 30_000}]
    assert broken(WEIGHT, carded(shares, [person("A"), person("B", base=1)], reward_members=members))["S"][2][
        "share"
    ] == pytest.approx(0.475)
    huge = [person("A", base=10**18), person("B", base=3 * 10**18)]
    assert broken(WEIGHT, carded(shares, huge))["S"][2]["share"] == pytest.approx(0.475)


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT")
def test_members_without_card_or_base_are_left_out() -> None:
    shares = {"A": 0.6, "B": 0.0}
    assert not broken(WEIGHT, carded(shares, [person("A"), person("B", base=None)]))
    assert not broken(WEIGHT, carded(shares, [person("A"), person("B", base=0), person("C", base=10**9)]))
    for people in ([person("B", base=None)], [person("B", base=0)]):
        assert not broken(WEIGHT, carded({"B": 0.0}, people))
    for people in ([person("C")], []):
        assert not broken(WEIGHT, carded({}, people))
    assert broken(WEIGHT, carded({"B": 0.0}, [person("B")]))


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT")
def test_the_card_is_that_on_which_the_reward_depends() -> None:
    members = [{"person": "A", "scorecard": "D1"}]
    shown = broken(WEIGHT, carded({"A": 1.0, "D1": 0.25}, [person("A")], reward_members=members))
    assert shown["S"][2] == {"share": 0.25}


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT")
def test_what_weighs_nothing_on_a_card_is_in_no_share() -> None:
    items = [
        {"holder": "A", "cycle": "2026", "goal": "G1", "weight": 0.2},
        {"holder": "A", "cycle": "2026", "goal": "G2", "weight": 0.8, "monitor": True},
    ]
    assert not broken(WEIGHT, carded({}, [person("A")], scorecards=items))
    assert not broken(WEIGHT, carded({}, [person("A")], scorecards=items[1:]))
    assert broken(WEIGHT, carded({}, [person("A")], scorecards=[items[0], {**items[1], "monitor": False}]))
    unmarked = [metric("M"), metric("N")]
    assert broken(WEIGHT, carded({"A": 1.0}, [person("A")], metrics=unmarked))["S"][2] == {"share": 0.0}


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT")
def test_the_least_share_is_a_parameter() -> None:
    setting = f"{WEIGHT}.min=0.6"
    assert broken(WEIGHT, carded({"A": 0.55}, [person("A")], [setting]))
    assert not broken(WEIGHT, carded({"A": 0.6}, [person("A")], [setting]))
    assert not broken(WEIGHT, carded({"A": 0.0}, [person("A")], [f"{WEIGHT}.mode=off"]))


# REWARD-CORE-FACTOR

FACTOR = "REWARD-CORE-FACTOR"
BOTH = [person("A", "T1"), person("B", "D2")]
BOUNDS = {"low": 2.0, "high": 3.0}


def cored(factor: float | None, people: Iterable[Mapping[str, Any]] = (), *more: str, core: str = "D1") -> Snapshot:
    units = [{**unit, "core": unit["code"] == core} for unit in UNITS]
    return view(list(people) or BOTH, {}, {"core_factor": factor}, units=units, **settings(*more))


@pytest.mark.rule("REWARD-CORE-FACTOR")
@pytest.mark.parametrize(
    ("factor", "unusual"),
    [(1.99, True), (2.0, False), (2.5, False), (3.0, False), (3.01, True), (0.0, True), (2 - 1e-10, False)],
)
def test_a_core_factor_is_2_to_3(factor: float, unusual: bool) -> None:
    expected = {"S": ("advice", "scheme", {"factor": factor, **BOUNDS})} if unusual else {}
    assert broken(FACTOR, cored(factor)) == expected


@pytest.mark.rule("REWARD-CORE-FACTOR")
def test_no_core_factor_is_1() -> None:
    assert broken(FACTOR, cored(None)) == {"S": ("advice", "scheme", {"factor": 1.0, **BOUNDS})}


@pytest.mark.rule("REWARD-CORE-FACTOR")
@pytest.mark.parametrize(
    "people",
    [
        [person("A", "D1"), person("B", "T1")],
        [person("A", "HQ"), person("B", "D2")],
        [person("A", "D1"), person("B", None, left="2026-03-01")],
    ],
)
def test_where_all_or_none_are_core_the_factor_says_nothing(people: list[dict[str, Any]]) -> None:
    assert not broken(FACTOR, cored(1.0, people))


@pytest.mark.rule("REWARD-CORE-FACTOR")
def test_core_is_the_nearest_unit_upward() -> None:
    assert not broken(FACTOR, cored(1.0, core="HQ"))
    assert broken(FACTOR, cored(1.0, core="T1"))
    assert broken(FACTOR, cored(1.0, [person("A", "HQ"), person("B", "T1")]))


@pytest.mark.rule("REWARD-CORE-FACTOR")
def test_the_range_is_a_parameter() -> None:
    assert not broken(FACTOR, cored(1.5, (), f"{FACTOR}.low=1.5"))
    assert not broken(FACTOR, cored(4.0, (), f"{FACTOR}.high=4"))
    assert broken(FACTOR, cored(2.0, (), f"{FACTOR}.low=2.1"))["S"][2]["low"] == 2.1
    assert not broken(FACTOR, cored(1.0, (), f"{FACTOR}.mode=off"))


# REWARD-TIMELY and REWARD-OPEN


def scheme(**cells: Any) -> dict[str, Any]:
    return {"code": "S", "name": "Bonus", "cycle": "2026", **cells}


def of(rule: str, *schemes: Mapping[str, Any], as_of: str = "2026-06-30", more: Iterable[str] = ()) -> Found:
    return broken(rule, snapshot(as_of, reward_schemes=schemes, **settings(*more)))


@pytest.mark.rule("REWARD-TIMELY")
@pytest.mark.parametrize(
    ("approved", "paid", "promised", "days"),
    [
        ("2026-03-01", "2026-03-31", None, None),
        ("2026-03-01", "2026-04-01", None, 31),
        ("2026-03-01", "2026-03-11", 10, None),
        ("2026-03-01", "2026-03-12", 10, 11),
        ("2026-03-01", "2026-03-02", 0, 1),
        ("2026-03-01", "2026-03-01", 0, None),
        ("2026-03-01", "2026-04-30", 60, None),
        ("2026-03-31", "2026-03-01", None, None),
        ("2026-05-31", None, None, None),
        ("2026-05-30", None, None, 31),
        # Not paid yet on the day: dated later.
        ("2026-05-30", "2026-07-01", None, 31),
        ("2026-05-31", "2026-07-30", None, None),
        ("2026-06-30", None, 0, None),
        ("2026-07-01", None, 0, None),
        ("2026-07-01", "2026-12-31", 0, None),
        (None, None, 0, None),
        (None, "2026-06-01", 0, None),
    ],
)
def test_paid_within_the_promised_days(
    approved: str | None, paid: str | None, promised: int | None, days: int | None
) -> None:
    shown = of("REWARD-TIMELY", scheme(approved=approved, paid=paid, promised_days=promised))
    evidence = {
        "days": days,
        "promised": 30.0 if promised is None else promised,
        "approved": approved,
        "paid": None if paid is not None and paid > "2026-06-30" else paid,
    }
    assert shown == ({} if days is None else {"S": ("error", "scheme", evidence)})


@pytest.mark.rule("REWARD-TIMELY")
def test_the_usual_days_are_a_parameter() -> None:
    late = scheme(approved="2026-03-01", paid="2026-03-12")
    assert of("REWARD-TIMELY", late, more=["REWARD-TIMELY.days=10"])
    assert not of("REWARD-TIMELY", late, more=["REWARD-TIMELY.days=11"])
    assert not of("REWARD-TIMELY", scheme(**{**late, "promised_days": 20}), more=["REWARD-TIMELY.days=10"])
    unpaid = scheme(approved="2026-01-01")
    assert of("REWARD-TIMELY", unpaid)
    assert not of("REWARD-TIMELY", unpaid, more=["REWARD-TIMELY.mode=off"])


@pytest.mark.rule("REWARD-TIMELY")
@pytest.mark.parametrize(
    ("cycle", "judged"), [("2026", True), ("2026-Q1", True), ("2025", True), ("2024", False), ("2026-28", False)]
)
def test_schemes_of_this_year_and_of_the_one_before_are_paid_in_time(cycle: str, judged: bool) -> None:
    cycles = [*CYCLES, {"code": "2024", "name": "2024", "kind": "year", "start": "2024-01-01", "end": "2024-12-31"}]
    late = scheme(cycle=cycle, approved="2026-01-01")
    assert bool(broken("REWARD-TIMELY", snapshot(reward_schemes=[late], cycles=cycles))) == judged
    alone = [one for one in CYCLES if one["code"] != "2025"]
    if cycle in ("2026", "2026-Q1"):
        assert broken("REWARD-TIMELY", snapshot(reward_schemes=[late], cycles=alone))


@pytest.mark.rule("REWARD-OPEN")
@pytest.mark.parametrize(
    ("cycle", "end"), [("2026", "2026-03-31"), ("2026-Q1", "2026-03-31"), ("2026-Q2", "2026-06-30"), ("M2", None)]
)
def test_published_before_the_first_quarter_ends(cycle: str, end: str | None) -> None:
    month = {"code": "M2", "name": "M2", "kind": "month", "start": "2026-02-01", "end": "2026-02-28"}
    end = end or "2026-02-28"
    after = "2026-07-01"

    def shown(published: str | None, as_of: str) -> Found:
        rows = [scheme(cycle=cycle, published=published)]
        return broken("REWARD-OPEN", snapshot(as_of, reward_schemes=rows, cycles=[*CYCLES, month]))

    day_before = f"{end[:-2]}{int(end[-2:]) - 1}"
    assert not shown(None, day_before)
    late = {"S": ("advice", "scheme", {"period_end": end, "published": None})}
    assert shown(None, end) == late
    assert shown(after, end) == late
    assert shown(after, after) == {"S": ("advice", "scheme", {"period_end": end, "published": after})}
    for published in (end, day_before, "2025-12-01"):
        assert not shown(published, "2026-12-31")


@pytest.mark.rule("REWARD-OPEN")
def test_a_first_quarter_is_three_months_from_the_cycles_start() -> None:
    fiscal = [{"code": "FY", "name": "FY", "kind": "year", "start": "2025-07-01", "end": "2026-06-30"}]
    rows = [scheme(cycle="FY", published="2025-10-01")]
    shown = broken("REWARD-OPEN", snapshot("2026-01-31", reward_schemes=rows, cycles=fiscal))
    assert shown["S"][2] == {"period_end": "2025-09-30", "published": "2025-10-01"}


@pytest.mark.rule("REWARD-OPEN")
def test_openness_is_asked_of_the_checked_year_and_can_be_switched_off() -> None:
    assert set(of("REWARD-OPEN", scheme(), scheme(code="O", cycle="2025"), scheme(code="H", cycle="2026-28"))) == {"S"}
    assert not of("REWARD-OPEN", scheme(), more=["REWARD-OPEN.mode=off"])


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT", "REWARD-CORE-FACTOR")
def test_other_cycles_schemes_are_not_there() -> None:
    rows = [scheme(code="S", cycle="2025"), scheme(code="L", cycle="2026-28"), scheme(code="Q", cycle="2026-Q1")]
    members = [{"scheme": row["code"], "person": code} for row in rows for code in "AB"]
    cards = [
        {"holder": "A", "cycle": cycle, "goal": "G2", "weight": 1} for cycle in ("2025", "2026", "2026-28", "2026-Q1")
    ]
    units = [{**unit, "core": unit["code"] == "D1"} for unit in UNITS]
    tables = {"reward_schemes": rows, "reward_members": members, "scorecards": cards, "units": units}
    seen = carded({}, BOTH, **tables)
    assert set(broken(WEIGHT, seen)) == {"Q"}
    assert set(broken(FACTOR, seen)) == {"Q"}


# Absent and empty sheets.


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT", "REWARD-CORE-FACTOR", "REWARD-TIMELY", "REWARD-OPEN")
@pytest.mark.parametrize(
    ("rule", "sheet"),
    [
        (WEIGHT, "reward_schemes"),
        (WEIGHT, "reward_members"),
        (WEIGHT, "scorecards"),
        (FACTOR, "reward_schemes"),
        (FACTOR, "reward_members"),
        ("REWARD-TIMELY", "reward_schemes"),
        ("REWARD-OPEN", "reward_schemes"),
    ],
)
def test_a_rule_is_silent_without_its_sheets(rule: str, sheet: str) -> None:
    tables: dict[str, Any] = {
        "units": [{**unit, "core": unit["code"] == "D1"} for unit in UNITS],
        "people": BOTH,
        "metrics": [metric()],
        "goals": [goal()],
        "scorecards": [{"holder": "A", "cycle": "2026", "goal": "G", "weight": 1}],
        "reward_schemes": [scheme(approved="2026-01-01")],
        "reward_members": [{"scheme": "S", "person": code} for code in "AB"],
    }
    assert list(found(rule, **tables)) == ["S"]
    # Without schemes there are no members either; all other sheets may stay.
    gone = {"reward_schemes", "reward_members"} if sheet == "reward_schemes" else {sheet}
    assert not found(rule, **{name: rows for name, rows in tables.items() if name not in gone})
    emptied = found(rule, **{**tables, **{name: [] for name in gone}})
    assert not emptied


@pytest.mark.rule("REWARD-STRATEGY-WEIGHT")
def test_without_the_sheet_of_metrics_nobody_knows_what_is_strategic() -> None:
    goals = [goal("G1", metric=None), goal("G2", metric=None)]
    seen = carded({"A": 0.0}, [person("A")], goals=goals, metrics=[])
    assert broken(WEIGHT, seen)["S"][2] == {"share": 0.0}
    tables: dict[str, Any] = {
        "units": UNITS,
        "people": [person("A")],
        "goals": goals,
        "scorecards": [{"holder": "A", "cycle": "2026", "goal": "G2", "weight": 1}],
        "reward_schemes": [scheme()],
        "reward_members": [{"scheme": "S", "person": "A"}],
    }
    assert found(WEIGHT, **tables, metrics=[])
    assert not found(WEIGHT, **tables)
