"""Bonus schemes by hand-computed cents: share and ceiling, factors, days, remainders."""

from typing import Any

import numpy as np
import pytest

from guantong.engine.rewards import coefficient, member_cards, payouts
from guantong.engine.tables import currency_decimals
from tests.make.bonus import UNITS, amounts, payout, person, view
from tests.make.measured import goal

THREE = [person("A"), person("B", base=20_000), person("C", "D2")]
SCORES = {"A": 100.0, "B": 50.0, "C": 100.0}
CORE = [{**unit, "core": unit["code"] == "D2"} for unit in UNITS]


# mode=share: the pool by unit weight, a unit's part by weight x personal coefficient.


@pytest.mark.parametrize(
    ("scheme", "scores", "units", "paid"),
    [
        # Unit weights 30,000 and 10,000: 75,000 and 25,000 cents; in D1 10,000 x 1 and 20,000 x 0.5.
        ({}, {}, UNITS, [37_500, 37_500, 25_000]),
        # D1 scores 50: unit weights 15,000 and 10,000.
        ({}, {"D1": 50}, UNITS, [30_000, 30_000, 40_000]),
        # D2 is core: 30,000 and 20,000.
        ({"core_factor": 2}, {}, CORE, [30_000, 30_000, 40_000]),
        ({"core_factor": 2}, {}, UNITS, [37_500, 37_500, 25_000]),
        ({}, {}, CORE, [37_500, 37_500, 25_000]),
        # Both: 15,000 and 30,000.
        ({"core_factor": 3}, {"D1": 50}, CORE, [16_667, 16_667, 66_666]),
        # The company's card is the nearest score upward: it weighs on both alike.
        ({}, {"HQ": 50}, UNITS, [37_500, 37_500, 25_000]),
        ({}, {"HQ": 50, "D2": 100}, UNITS, [30_000, 30_000, 40_000]),
        ({"company_coefficient": 0.5}, {}, UNITS, [18_750, 18_750, 12_500]),
        ({"company_coefficient": 0}, {}, UNITS, [0, 0, 0]),
        ({"company_coefficient": 1.5}, {}, UNITS, [56_250, 56_250, 37_500]),
        ({"mode": "share", "pool": 0}, {}, UNITS, [0, 0, 0]),
    ],
)
def test_share(scheme: dict[str, Any], scores: dict[str, float], units: Any, paid: list[int]) -> None:
    found = payout(THREE, {**SCORES, **scores}, scheme, units=units)
    assert found.amounts == paid
    assert (found.pool, found.unallocated) == (sum(paid), 0)


@pytest.mark.parametrize(
    ("mode", "paid", "left"),
    [("share", [43_200, 28_800, 18_000], 0), ("ceiling", [24_000, 16_000, 10_000], 40_000)],
)
def test_the_worked_case(mode: str, paid: list[int], left: int) -> None:
    """A is core with factor 2; everybody's w is 10,000; personal coefficients 1.2, 0.8 and 1."""
    people = [person("A1"), person("A2"), person("B1", "D2")]
    scores = {"A1": 120.0, "A2": 80.0, "B1": 100.0}
    units = [{**unit, "core": unit["code"] == "D1"} for unit in UNITS]
    found = payout(people, scores, {"mode": mode, "pool": 90_000, "core_factor": 2}, units=units)
    assert (found.amounts, found.pool, found.unallocated) == (paid, 90_000, left)


def test_the_nearest_unit_upward_that_is_core_and_that_has_a_score() -> None:
    people = [person("A", "T1"), person("B", "D2")]
    scores = {"A": 100.0, "B": 100.0, "D1": 50.0}
    assert amounts(people, scores) == [33_333, 66_667]
    assert amounts(people, {**scores, "T1": 100.0}) == [50_000, 50_000]
    core = [{**unit, "core": unit["code"] == "D1"} for unit in UNITS]
    assert amounts(people, {**scores, "T1": 100.0}, {"core_factor": 3}, units=core) == [75_000, 25_000]


@pytest.mark.parametrize(
    ("cells", "member", "paid"),
    [
        ({}, {}, [50_000, 50_000]),
        ({"grade_factor": 3.0}, {}, [75_000, 25_000]),
        ({}, {"factor": 3.0}, [75_000, 25_000]),
        ({"grade_factor": 1.5}, {"factor": 2.0}, [75_000, 25_000]),
        ({"grade_factor": 0.0}, {}, [0, 100_000]),
        ({"grade_factor": -1.0}, {}, [0, 100_000]),
        ({}, {"base": 30_000}, [75_000, 25_000]),
        ({"base_bonus": None}, {"base": 30_000}, [75_000, 25_000]),
        ({}, {"base": 0}, [0, 100_000]),
        ({"base_bonus": None}, {}, [None, 100_000]),
    ],
)
def test_weight_is_base_times_factors(cells: dict[str, Any], member: dict[str, Any], paid: list[int | None]) -> None:
    people = [person("A", **cells), person("B")]
    members = [{"person": "A", **member}, {"person": "B"}]
    assert amounts(people, {"A": 100, "B": 100}, reward_members=members) == paid


@pytest.mark.parametrize(
    ("one", "other", "paid"),
    [
        # Jan 1 to Jul 1 are 182 days: the day of leaving does not count; Jul 2 to Dec 31 are 183.
        ({"left": "2026-07-02"}, {"joined": "2026-07-02"}, [182, 183]),
        ({"joined": "2025-07-02"}, {"joined": "2026-01-01"}, [183, 182]),
        ({"left": "2027-01-01"}, {}, [183, 182]),
        ({"left": "2026-12-31"}, {"joined": "2026-01-02"}, [183, 182]),
        ({"left": "2026-01-01"}, {}, [0, 365]),
        ({"left": "2026-01-02"}, {"joined": "2026-01-03"}, [1, 364]),
        ({"joined": "2026-12-31"}, {"left": "2026-12-31"}, [1, 364]),
        ({"joined": "2027-01-01"}, {}, [0, 365]),
    ],
)
def test_joiners_and_leavers_by_days(one: dict[str, str], other: dict[str, str], paid: list[int]) -> None:
    """Days run to the period's end, whatever the day of the check."""
    people = [person("A", **one), person("B", **other)]
    assert amounts(people, {"A": 100, "B": 100}, {"pool": 365}) == paid


def test_somebody_who_left_without_unit_is_a_unit_of_their_own() -> None:
    people = [person("A", None, left="2026-07-02"), person("B"), person("C")]
    assert amounts(people, dict.fromkeys("ABC", 100.0), {"pool": 912}, units=CORE) == [182, 365, 365]


# Who has no score, units and schemes without weight.


def test_a_member_without_score_is_listed_unpaid_and_out_of_both_sums() -> None:
    scores = {"A": 100.0, "C": 100.0}
    assert amounts(THREE, scores) == [50_000, None, 50_000]
    assert amounts(THREE, {"B": 50.0}) == [None, 100_000, None]


def test_a_score_under_80_percent_coverage_still_feeds_pay() -> None:
    cards = [
        {"holder": holder, "cycle": "2026", "goal": code, "weight": 1}
        for holder, codes in (("A", ["GA", "G0"]), ("B", ["GB"]))
        for code in codes
    ]
    goals = [goal(code, target=100) for code in ("GA", "GB", "G0")]
    actuals = [{"goal": code, "date": "2026-06-30", "value": 100} for code in ("GA", "GB")]
    found = amounts([person("A"), person("B")], {}, scorecards=cards, goals=goals, actuals=actuals)
    assert found == [50_000, 50_000]


def test_a_unit_whose_coefficients_are_all_0_is_out_of_both_sums() -> None:
    assert amounts(THREE, {"A": 0, "B": 0, "C": 100}) == [0, 0, 100_000]
    assert amounts(THREE, {"A": 0, "B": 10, "C": 100}) == [0, 75_000, 25_000]
    assert amounts(THREE, {"A": 0, "B": 0, "C": 100, "D2": 0}) == [0, 0, 0]


@pytest.mark.parametrize(
    ("scores", "paid"),
    [
        ({}, [None, None, None]),
        ({"A": 0, "B": 0, "C": 0}, [0, 0, 0]),
        ({**SCORES, "D1": 0, "D2": 0}, [0, 0, 0]),
        ({"A": 0}, [0, None, None]),
    ],
)
@pytest.mark.parametrize("mode", ["share", "ceiling"])
def test_without_any_weight_the_pool_is_unallocated(scores: dict[str, float], paid: list[int], mode: str) -> None:
    found = payout(THREE, scores, {"mode": mode})
    assert (found.amounts, found.pool, found.unallocated) == (paid, 100_000, 100_000)


def test_a_scheme_without_members_allocates_nothing() -> None:
    found = payout([], {})
    assert (found.amounts, found.pool, found.unallocated) == ([], 100_000, 100_000)


def test_without_pool_nothing_can_be_shared() -> None:
    found = payout(THREE, SCORES, {"pool": None})
    assert (found.amounts, found.pool, found.unallocated) == ([None] * 3, None, None)


# Rounding.


@pytest.mark.parametrize(("pool", "rounded"), [(5, 2), (7, 4), (1, 0), (3, 2), (6, 3)])
def test_the_pool_times_the_company_coefficient_is_rounded_half_even(pool: int, rounded: int) -> None:
    found = payout([person("A")], {"A": 100}, {"pool": pool, "company_coefficient": 0.5})
    assert (found.pool, found.amounts) == (rounded, [rounded])


@pytest.mark.parametrize(
    ("pool", "paid"), [(99, [33, 33, 33]), (100, [34, 33, 33]), (101, [34, 34, 33]), (1, [1, 0, 0]), (2, [1, 1, 0])]
)
@pytest.mark.parametrize("units", [("D1", "D1", "D1"), ("D1", "D2", "D1"), ("HQ", "D1", "D2")])
def test_ties_go_by_person_code(pool: int, paid: list[int], units: tuple[str, str, str]) -> None:
    people = [person(code, unit) for code, unit in zip("CBA", units, strict=True)]
    assert amounts(people, dict.fromkeys("ABC", 100.0), {"pool": pool}) == paid


def test_the_largest_remainder_comes_first() -> None:
    """Quotas 1.4, 1.8 and 3.8 of 7."""
    people = [person("A", base=14), person("B", base=18), person("C", base=38)]
    assert amounts(people, dict.fromkeys("ABC", 100.0), {"pool": 7}) == [1, 2, 4]


def test_quotas_are_exact_from_both_stages() -> None:
    """1/3 of 2/7 of a huge pool: a float could not tell the last unit."""
    pool = 21 * 10**16 + 1
    people = [person("A", base=10), person("B", base=20), person("C", "D2", base=75)]
    found = amounts(people, dict.fromkeys("ABC", 100.0), {"pool": pool})
    assert found == [2 * 10**16, 4 * 10**16, 15 * 10**16 + 1]


@pytest.mark.parametrize("mode", ["share", "ceiling"])
def test_huge_amounts_do_not_overflow(mode: str) -> None:
    """1e15 of a currency with three decimals, three times over."""
    huge = 10**18
    people = [person(code, base=huge, grade_factor=1000.0) for code in "ABC"]
    found = payout(people, dict.fromkeys("ABC", 120.0), {"mode": mode, "pool": huge, "company_coefficient": 1})
    assert found.amounts == [333333333333333334, 333333333333333333, 333333333333333333]
    free = payout(people, dict.fromkeys("ABC", 120.0), {"mode": "ceiling", "pool": None})
    assert free.amounts == [1200 * huge] * 3


@pytest.mark.parametrize(("currency", "decimals"), [("JPY", 0), ("KRW", 0), ("CNY", 2), ("", 2), ("KWD", 3)])
def test_amounts_are_minor_units_of_the_currency(currency: str, decimals: int) -> None:
    assert currency_decimals(currency) == decimals
    pool = 10 * 10**decimals
    company = [{"code": "X", "name": "X", "currency": currency}]
    paid = amounts([person(code) for code in "ABC"], dict.fromkeys("ABC", 100.0), {"pool": pool}, company=company)
    assert paid == [pool // 3 + 1, pool // 3, pool // 3]


# mode=ceiling: everybody's own product, scaled down only if above the pool.


@pytest.mark.parametrize(
    ("scheme", "scores", "paid"),
    [
        ({}, {}, [10_000, 10_000, 10_000]),
        ({}, {"D1": 50}, [5_000, 5_000, 10_000]),
        ({"core_factor": 2}, {}, [10_000, 10_000, 20_000]),
        ({"company_coefficient": 0.5}, {}, [5_000, 5_000, 5_000]),
        ({"company_coefficient": 0}, {}, [0, 0, 0]),
        ({"pool": 30_000}, {}, [10_000, 10_000, 10_000]),
        ({"pool": 29_999}, {}, [10_000, 10_000, 9_999]),
        ({"pool": 15_000}, {}, [5_000, 5_000, 5_000]),
        ({"pool": 15_000, "company_coefficient": 0.5}, {}, [5_000, 5_000, 5_000]),
        ({"pool": 0}, {}, [0, 0, 0]),
    ],
)
def test_ceiling(scheme: dict[str, Any], scores: dict[str, float], paid: list[int]) -> None:
    found = payout(THREE, {**SCORES, **scores}, {"mode": "ceiling", **scheme}, units=CORE)
    pool = scheme.get("pool", 100_000)
    assert (found.amounts, found.pool, found.unallocated) == (paid, pool, pool - sum(paid))


def test_a_ceiling_without_pool_limits_nothing() -> None:
    found = payout(THREE, SCORES, {"mode": "ceiling", "pool": None})
    assert (found.amounts, found.pool, found.unallocated) == ([10_000] * 3, None, None)


@pytest.mark.parametrize(
    ("bases", "paid"), [([1], [0]), ([1, 1], [1, 0]), ([1, 1, 1], [1, 1, 0]), ([3, 1], [2, 0]), ([5, 1, 1], [3, 1, 0])]
)
def test_a_ceilings_sum_is_rounded_half_even_once(bases: list[int], paid: list[int]) -> None:
    """All coefficients 0.5; 3.5 in all is 4."""
    people = [person(f"P{place}", base=base) for place, base in enumerate(bases)]
    scores = {row["code"]: 50.0 for row in people}
    assert amounts(people, scores, {"mode": "ceiling"}) == paid


def test_a_ceiling_pays_days_of_the_period() -> None:
    people = [person("A", base=365, left="2026-07-02"), person("B", base=365)]
    assert amounts(people, {"A": 100, "B": 100}, {"mode": "ceiling"}) == [182, 365]


# Coefficients.

TABLE = [(100.0, 1.0), (60.0, 0.5), (80.0, 0.8), (120.0, 1.6)]


def coefficients(kind: str, points: list[tuple[float, float]] = TABLE, scheme: str = "S") -> list[dict[str, Any]]:
    return [{"scheme": scheme, "kind": kind, "score": score, "coefficient": value} for score, value in points]


@pytest.mark.parametrize("kind", ["personal", "unit", "company"])
@pytest.mark.parametrize(
    ("score", "by_table", "without"),
    [
        (0, 0.5, 0),
        (60, 0.5, 0.6),
        (70, 0.65, 0.7),
        (80, 0.8, 0.8),
        (95, 0.95, 0.95),
        (100, 1, 1),
        (110, 1.3, 1.1),
        (120, 1.6, 1.2),
        (200, 1.6, 1.2),
    ],
)
def test_coefficient_of_a_score(kind: str, score: float, by_table: float, without: float) -> None:
    """Straight between the points, flat beyond; without table score / 100, at most 1.2."""
    other = next(one for one in ("personal", "unit", "company") if one != kind)
    scores = np.array([score, np.nan])
    for rows, expected in ((coefficients(kind), by_table), (coefficients(other), without), ([], without)):
        found = coefficient(view([], {}, coefficients=rows), 0, kind, scores)
        assert found[0] == pytest.approx(expected)
        assert np.isnan(found[1])


def test_a_coefficient_is_never_negative() -> None:
    seen = view([], {}, coefficients=coefficients("personal", [(0.0, -1.0), (100.0, 1.0)]))
    assert coefficient(seen, 0, "personal", np.array([0.0, 25.0, 75.0])).tolist() == [0, 0, 0.5]


@pytest.mark.parametrize(
    ("stated", "kind", "score", "pool"),
    [
        (0.5, "company", 100.0, 50_000),
        (None, "company", 70.0, 65_000),
        (None, "company", 110.0, 130_000),
        (None, "unit", 70.0, 100_000),
        (None, "company", None, 100_000),
        (None, None, 70.0, 100_000),
    ],
)
def test_an_empty_company_coefficient_is_the_company_cards_by_the_company_table(
    stated: float | None, kind: str | None, score: float | None, pool: int
) -> None:
    scores = {"A": 100.0} | ({} if score is None else {"HQ": score})
    rows = coefficients(kind) if kind else []
    for units in (UNITS, UNITS[:1]):
        people = [person("A", "HQ")]
        found = payout(people, scores, {"company_coefficient": stated}, coefficients=rows, units=units)
        assert (found.pool, found.amounts) == (pool, [pool])


def test_a_company_without_units_has_a_company_coefficient_of_1() -> None:
    people = [person("A", None, left="2027-01-01")]
    found = payout(
        people, {"A": 100}, coefficients=coefficients("company"), units=[], goals=[], scorecards=[], actuals=[]
    )
    assert (found.pool, found.amounts) == (100_000, [None])


def test_unit_and_personal_tables() -> None:
    scores = {"A": 60.0, "B": 100.0, "C": 100.0, "D1": 60.0, "D2": 120.0}
    # Units 30,000 x 0.5 and 10,000 x 1.6; in D1 10,000 x 0.5 and 20,000 x 1.
    rows = [*coefficients("personal"), *coefficients("unit")]
    assert amounts(THREE, scores, {"pool": 31_000}, coefficients=rows) == [3_000, 12_000, 16_000]


# On which card a reward depends, and which schemes are there.


def test_a_member_may_depend_on_another_card() -> None:
    people = [person("A"), person("B"), person("C")]
    members = [{"person": "A", "scorecard": "D2"}, {"person": "B", "scorecard": "C"}, {"person": "C"}]
    seen = view(people, {"A": 10.0, "C": 40.0, "D2": 80.0}, {"mode": "ceiling"}, reward_members=members)
    assert payouts(seen)[0].amounts == [8_000, 4_000, 4_000]
    assert (member_cards(seen) >= 0).tolist() == [True, True, True]


def test_schemes_of_the_year_and_its_parts_take_the_cards_of_their_cycle() -> None:
    schemes = [
        {"code": code, "name": code, "cycle": cycle, "pool": 100}
        for code, cycle in (("S", "2026"), ("S1", "2026-Q1"), ("OLD", "2025"), ("LONG", "2026-28"))
    ]
    cards = [
        {"holder": "A", "cycle": "2026", "goal": "G-A", "weight": 1},
        {"holder": "B", "cycle": "2026-Q1", "goal": "G-B", "weight": 1},
    ]
    members = [{"scheme": row["code"], "person": code} for row in schemes for code in "AB"]
    seen = view(
        [person("A"), person("B")],
        {"A": 100, "B": 100},
        reward_schemes=schemes,
        reward_members=members,
        scorecards=cards,
    )
    assert [one.amounts for one in payouts(seen)] == [[100, None], [None, 100]]
