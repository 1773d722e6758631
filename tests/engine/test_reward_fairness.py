"""REWARD-FAIRNESS: equal score, equal pay for each unit of base."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.check import check
from tests.make.acme import settings
from tests.make.bonus import UNITS, person, view

RULE = "REWARD-FAIRNESS"
FREE = {"mode": "ceiling", "pool": None}
"""Everybody gets their own product: what differs is what the company made differ."""


def unfair(*arguments: Any, **tables: Any) -> dict[str, dict[str, Any]]:
    """Return the evidence of each person paid unequally; arguments as for `view`."""
    findings = [one for one in check(view(*arguments, **tables)).findings if one.rule == RULE]
    assert {(one.severity, one.subject.type) for one in findings} <= {("advice", "person")}
    return {one.subject.code: one.evidence for one in findings}


def spreads(*arguments: Any, **tables: Any) -> dict[str, Any]:
    """Return how far each of them is off, negative = below."""
    return {
        code: evidence["spread"] * (1 if evidence["above"] else -1)
        for code, evidence in unfair(*arguments, **tables).items()
    }


def by_factor(*factors: float, people: Sequence[Mapping[str, Any]] = (), **more: Any) -> dict[str, Any]:
    """Return who is off among equals A, B, C… with such member factors."""
    codes = "ABCDEF"[: len(factors)]
    members = [{"person": code, "factor": factor} for code, factor in zip(codes, factors, strict=True)]
    staff = list(people) or [person(code) for code in codes]
    return spreads(staff, dict.fromkeys(codes, 100.0), FREE, reward_members=members, **more)


@pytest.mark.rule("REWARD-FAIRNESS")
@pytest.mark.parametrize(
    ("factors", "off"),
    [
        ((1, 1, 1.2), {}),
        ((1, 1, 1.2001), {"C": 0.2001}),
        ((1, 1, 0.8), {}),
        ((1, 1, 0.7999), {"C": -0.2001}),
        ((1, 1.5, 0.5), {"B": 0.5, "C": -0.5}),
        ((1, 1, 0), {"C": -1.0}),
        # The middle of two is the lower one.
        ((1, 1.2), {}),
        ((1, 1.3), {"B": 0.3}),
        ((1, 2, 2, 2), {"A": -0.5}),
        ((1, 1, 2, 2), {"C": 1.0, "D": 1.0}),
        ((2,), {}),
        # Where the middle is 0, nobody can be compared with it.
        ((0, 0, 1), {}),
    ],
)
def test_within_20_percent_of_the_middle(factors: tuple[float, ...], off: dict[str, float]) -> None:
    assert by_factor(*factors) == pytest.approx(off)


@pytest.mark.rule("REWARD-FAIRNESS")
def test_the_spread_is_a_parameter() -> None:
    assert by_factor(1, 1, 1.25, **settings(f"{RULE}.spread=0.25")) == {}
    assert by_factor(1, 1, 1.25, **settings(f"{RULE}.spread=0.1")) == pytest.approx({"C": 0.25})
    assert by_factor(1, 1, 1.25, **settings(f"{RULE}.mode=off")) == {}


@pytest.mark.rule("REWARD-FAIRNESS")
def test_base_grade_days_and_core_factor_may_differ() -> None:
    people = [
        person("A"),
        person("B", base=90_000),
        person("C", grade_factor=3.0),
        person("D", joined="2026-10-01"),
        person("E", "D2"),
        person("F", None, left="2026-07-02"),
    ]
    units = [{**unit, "core": unit["code"] == "D2"} for unit in UNITS]
    scores = dict.fromkeys("ABCDEF", 100.0)
    assert unfair(people, scores, {**FREE, "core_factor": 3.0}, units=units) == {}
    members = [{"person": code, "base": 50_000 if code == "B" else None} for code in "ABCDEF"]
    assert unfair(people, scores, {**FREE, "core_factor": 3.0}, units=units, reward_members=members) == {}


@pytest.mark.rule("REWARD-FAIRNESS")
@pytest.mark.parametrize(
    ("scores", "alike"),
    [
        ({"A": 100.0, "B": 100.0}, True),
        ({"A": 100.0, "B": 100.0 + 1e-12}, True),
        ({"A": 100.0, "B": 100.0 + 1e-6}, False),
        ({"A": 100.0, "B": 60.0}, False),
        ({"A": 100.0}, False),
        # D2's own card gives B another unit coefficient.
        ({"A": 100.0, "B": 100.0, "D2": 90.0}, False),
        ({"A": 100.0, "B": 100.0, "D2": 90.0, "D1": 90.0}, True),
        # No unit has a score: 1, as from a card of 100 points.
        ({"A": 100.0, "B": 100.0, "D2": 100.0}, True),
    ],
)
def test_equals_share_scheme_unit_coefficient_and_score(scores: dict[str, float], alike: bool) -> None:
    people = [person("A"), person("B", "D2")]
    members = [{"person": "A"}, {"person": "B", "factor": 2.0}]
    expected = pytest.approx({"B": 1.0}) if alike else {}
    assert spreads(people, scores, FREE, reward_members=members) == expected


@pytest.mark.rule("REWARD-FAIRNESS")
def test_unit_pools_make_equal_scores_unequal() -> None:
    """The worked case: A and C score 100; A's colleague scores 50, so that A takes 2/3 of D1's part, C shares D2's."""
    people = [person("A"), person("B"), person("C", "D2"), person("D", "D2")]
    scores = {"A": 100.0, "B": 50.0, "C": 100.0, "D": 100.0}
    assert spreads(people, scores, {"pool": 120_000}) == pytest.approx({"A": 1 / 3})
    assert spreads(people, {**scores, "B": 90.0}, {"pool": 120_000}) == {}
    assert spreads(people, scores, {"pool": None}) == {}
    assert spreads(people, scores, {"pool": 120_000, "mode": "ceiling"}) == {}


@pytest.mark.rule("REWARD-FAIRNESS")
def test_a_minor_unit_more_or_less_is_rounding() -> None:
    """Four cents among three are 2, 1, 1; with a factor of 4 for C 20 are 3, 3, 14 and 6 are 1, 1, 4."""
    people, scores = [person(code) for code in "ABC"], dict.fromkeys("ABC", 100.0)
    assert spreads(people, scores, {"pool": 4}) == {}
    members = [{"person": "A"}, {"person": "B"}, {"person": "C", "factor": 4.0}]
    assert spreads(people, scores, {"pool": 6}, reward_members=members) == {"C": 3.0}
    # Within one unit of each side: 1, 1, 3 of 5 may come from any quotas near them.
    assert spreads(people, scores, {"pool": 5}, reward_members=members) == {}


@pytest.mark.rule("REWARD-FAIRNESS")
def test_who_cannot_weigh_is_not_compared() -> None:
    people = [person("A", base=0), person("B", grade_factor=0.0), person("C"), person("D", joined="2027-01-01")]
    assert spreads(people, dict.fromkeys("ABCD", 100.0), FREE) == {}


@pytest.mark.rule("REWARD-FAIRNESS")
def test_somebody_in_several_schemes_is_reported_once_at_the_worst() -> None:
    schemes = [
        {"code": code, "name": code, "cycle": cycle, **FREE}
        for code, cycle in (("S", "2026"), ("T", "2026"), ("OLD", "2025"))
    ]
    factors = {"S": 1.5, "T": 1.75, "OLD": 9.0}
    members = [
        {"scheme": scheme, "person": code, "factor": factor if code == "B" else 1.0}
        for scheme, factor in factors.items()
        for code in "AB"
    ]
    people, scores = [person("A"), person("B")], {"A": 100.0, "B": 100.0}
    shown = unfair(people, scores, reward_schemes=schemes, reward_members=members)
    assert shown == {
        "B": {"spread": pytest.approx(0.75), "above": True, "scheme": "T", "schemes": pytest.approx(factors_off())}
    }
    alone = unfair(people, scores, reward_schemes=schemes[1:], reward_members=members[2:])
    assert alone == {"B": {"spread": pytest.approx(0.75), "above": True, "scheme": "T"}}
    same = [{**row, "factor": 1.5 if row["person"] == "B" else 1.0} for row in members]
    assert unfair(people, scores, reward_schemes=schemes, reward_members=same)["B"]["scheme"] == "S"


def factors_off() -> dict[str, float]:
    return {"S": 0.5, "T": 0.75}


@pytest.mark.rule("REWARD-FAIRNESS")
@pytest.mark.parametrize("sheet", ["reward_schemes", "reward_members", "scorecards"])
def test_it_is_silent_without_its_sheets(sheet: str) -> None:
    from tests.make.company import found

    given: dict[str, Any] = {
        "units": UNITS,
        "people": [person("A"), person("B")],
        "metrics": [{"code": "M", "name": "M", "direction": "higher", "unit_of_measure": "piece"}],
        "goals": [{"code": "G", "name": "G", "cycle": "2026", "unit": "HQ", "metric": "M", "target": 100}],
        "actuals": [{"goal": "G", "date": "2026-06-30", "value": 100}],
        "scorecards": [{"holder": code, "cycle": "2026", "goal": "G", "weight": 1} for code in "AB"],
        "reward_schemes": [{"code": "S", "name": "S", "cycle": "2026", **FREE}],
        "reward_members": [{"scheme": "S", "person": "A"}, {"scheme": "S", "person": "B", "factor": 2.0}],
    }
    assert list(found(RULE, **given)) == ["B"]
    gone = {"reward_schemes", "reward_members"} if sheet == "reward_schemes" else {sheet}
    assert not found(RULE, **{name: rows for name, rows in given.items() if name not in gone})
    assert not found(RULE, **{**given, **{name: [] for name in gone}})


FACTORS = st.lists(st.sampled_from([0.5, 0.8, 1.0, 1.0, 1.1, 1.3, 2.0]), min_size=2, max_size=6)


@given(FACTORS, st.sampled_from([1, 10]), st.randoms(use_true_random=False))
def test_neither_the_order_of_rows_nor_the_scale_of_bases_matters(
    factors: list[float], scale: int, random: Any
) -> None:
    members = [{"person": code, "factor": factor} for code, factor in zip("ABCDEF", factors, strict=False)]
    people = [person(row["person"]) for row in members]
    scores = {row["person"]: 100.0 for row in members}
    shuffled = random.sample([{**row, "base_bonus": row["base_bonus"] * scale} for row in people], len(people))
    before = unfair(people, scores, FREE, reward_members=members)
    after = unfair(shuffled, scores, FREE, reward_members=random.sample(members, len(members)))
    assert after == {code: {**one, "spread": pytest.approx(one["spread"])} for code, one in before.items()}
    # Somebody stands in the middle, so never everybody is off.
    assert len(before) < len(factors)


@given(st.lists(st.tuples(st.integers(1, 10**12), st.sampled_from([0.5, 1.0, 3.0])), min_size=1, max_size=6))
def test_nobody_is_off_where_only_base_and_grade_differ(rows: list[tuple[int, float]]) -> None:
    people = [person(code, base=base, grade_factor=grade) for code, (base, grade) in zip("ABCDEF", rows, strict=False)]
    assert unfair(people, {row["code"]: 100.0 for row in people}, FREE) == {}
