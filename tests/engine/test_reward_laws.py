"""Laws of payouts, and REWARD-UNLINKED."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guantong.engine.rewards import largest_remainder, payouts
from tests.make.acme import settings
from tests.make.bonus import UNITS, amounts, payout, person, view
from tests.make.company import found
from tests.make.healthy import change, drop, healthy

CODES = [f"P{number}" for number in range(6)]
SCORES = st.one_of(st.integers(0, 130).map(float), st.floats(0, 130))
MEMBERS = st.lists(
    st.fixed_dictionaries(
        {
            "unit": st.sampled_from(["HQ", "D1", "T1", "D2"]),
            "base": st.integers(0, 10**12),
            "grade_factor": st.one_of(st.none(), st.floats(0, 9)),
            "joined": st.one_of(st.none(), st.sampled_from(["2026-03-01", "2026-12-31"])),
        }
    ),
    min_size=1,
    max_size=6,
)
SCHEMES = st.fixed_dictionaries(
    {
        "mode": st.sampled_from(["share", "ceiling"]),
        "pool": st.integers(0, 10**13),
        "company_coefficient": st.one_of(st.none(), st.floats(0, 2)),
        "core_factor": st.one_of(st.none(), st.floats(0, 3)),
    }
)


RISING = st.dictionaries(st.integers(0, 120), st.floats(0, 2), min_size=1, max_size=4)


@st.composite
def tables(draw: st.DrawFn) -> dict[str, Any]:
    """Draw which units are core, and tables of coefficients that never fall."""
    core = draw(st.sets(st.sampled_from([unit["code"] for unit in UNITS])))
    rows = []
    for kind in sorted(draw(st.sets(st.sampled_from(["personal", "unit", "company"])))):
        points = draw(RISING)
        rows += [
            {"scheme": "S", "kind": kind, "score": score, "coefficient": value}
            for score, value in zip(sorted(points), sorted(points.values()), strict=True)
        ]
    return {"units": [{**unit, "core": unit["code"] in core} for unit in UNITS], "coefficients": rows}


@st.composite
def schemes(draw: st.DrawFn) -> tuple[list[dict[str, Any]], dict[str, float], dict[str, Any], dict[str, Any]]:
    """Draw people, scores of some of them and of some units, a scheme, and the units with tables of coefficients."""
    people = [person(code, **cells) for code, cells in zip(CODES, draw(MEMBERS), strict=False)]
    holders = [*(row["code"] for row in people), "HQ", "D1", "D2"]
    scores = {holder: score for holder in holders if (score := draw(st.one_of(st.none(), SCORES))) is not None}
    return people, scores, draw(SCHEMES), draw(tables())


@given(schemes())
def test_payouts_sum_to_the_pool_and_are_never_negative(drawn: Any) -> None:
    people, scores, scheme, more = drawn
    paid = payout(people, scores, scheme, **more)
    known = [amount for amount in paid.amounts if amount is not None]
    assert all(amount >= 0 for amount in known)
    assert sum(known) + paid.unallocated == paid.pool
    assert paid.unallocated >= 0
    if scheme["mode"] == "share" and any(known):
        assert paid.unallocated == 0
    assert [amount is not None for amount in paid.amounts] == [row["code"] in scores for row in people]


@given(schemes(), st.randoms(use_true_random=False))
def test_the_order_of_rows_is_irrelevant(drawn: Any, random: Any) -> None:
    people, scores, scheme, more = drawn
    shuffled = random.sample(people, len(people))
    other = dict(random.sample(list(scores.items()), len(scores)))
    turned = {name: random.sample(rows, len(rows)) for name, rows in more.items()}
    assert amounts(shuffled, other, scheme, **turned) == amounts(people, scores, scheme, **more)


@given(schemes(), SCORES, st.data())
def test_nobody_gets_less_by_an_own_better_score(drawn: Any, better: float, data: st.DataObject) -> None:
    people, scores, scheme, more = drawn
    mine = data.draw(st.sampled_from([row["code"] for row in people]))
    place = [row["code"] for row in people].index(mine)
    worse = scores.get(mine, 0.0)
    low, high = sorted((worse, better))
    before = amounts(people, {**scores, mine: low}, scheme, **more)[place]
    assert amounts(people, {**scores, mine: high}, scheme, **more)[place] >= before


@given(schemes(), st.sampled_from([2, 10, 1000]))
def test_shares_do_not_depend_on_the_scale_of_the_bases(drawn: Any, scale: int) -> None:
    people, scores, scheme, more = drawn
    scheme |= {"mode": "share"}
    larger = [{**row, "base_bonus": row["base_bonus"] * scale} for row in people]
    assert amounts(larger, scores, scheme, **more) == amounts(people, scores, scheme, **more)


@given(schemes(), st.integers(0, 10**13))
def test_a_larger_ceiling_takes_nothing_away_and_pays_at_most_the_products(drawn: Any, more_money: int) -> None:
    people, scores, scheme, more = drawn
    scheme |= {"mode": "ceiling"}
    free = sum(amount or 0 for amount in amounts(people, scores, {**scheme, "pool": None}, **more))
    narrow = payout(people, scores, scheme, **more)
    wide = payout(people, scores, {**scheme, "pool": scheme["pool"] + more_money}, **more)
    for paid in (narrow, wide):
        assert sum(amount or 0 for amount in paid.amounts) == min(free, paid.pool)


@given(st.lists(st.tuples(st.integers(0, 10**20), st.integers(1, 10**20)), min_size=1, max_size=8))
def test_rounded_quotas_add_up_and_stay_within_one(quotas: list[tuple[int, int]]) -> None:
    over, under = [one for one, _ in quotas], [one for _, one in quotas]
    floors = sum(one // other for one, other in quotas)
    for missing in range(len(quotas) + 1):
        paid = largest_remainder(floors + missing, over, under)
        assert sum(paid) == floors + missing
        assert all(amount - one // other in (0, 1) for amount, (one, other) in zip(paid, quotas, strict=True))


def test_remainders_that_no_float_tells_apart() -> None:
    """1/3 - 1e-30 comes after 1/3."""
    assert largest_remainder(1, [10**30 - 3, 1], [3 * 10**30, 3]) == [0, 1]
    assert largest_remainder(1, [10**30, 1], [3 * 10**30, 3]) == [1, 0]
    assert largest_remainder(0, [], []) == []


# REWARD-UNLINKED


def unlinked(tables: dict[str, Any]) -> set[str]:
    return set(found("REWARD-UNLINKED", **tables))


@pytest.mark.rule("REWARD-UNLINKED")
def test_everybody_is_in_a_scheme_with_a_scored_card() -> None:
    assert unlinked(healthy()) == set()
    tables = drop(healthy(), "reward_members", person="P3")
    finding = found("REWARD-UNLINKED", **tables)["P3"]
    assert (finding.severity, finding.subject.type, finding.evidence) == ("warning", "person", {})
    assert unlinked({**tables, **settings("REWARD-UNLINKED.mode=off")}) == set()
    assert unlinked(drop(healthy(), "scorecards", holder="P3")) == {"P3"}
    assert unlinked(drop(healthy(), "actuals", goal="G3")) == {"P3"}
    assert unlinked(change(healthy(), "scorecards", {"holder": "P3"}, cycle="2026-Q1")) == {"P3"}
    assert unlinked(change(healthy(), "reward_members", {"person": "P3"}, scorecard="P4")) == set()


@pytest.mark.rule("REWARD-UNLINKED")
@pytest.mark.parametrize(("cycle", "count"), [("2026", 0), ("2025", 4)])
def test_only_schemes_of_the_checked_year_count(cycle: str, count: int) -> None:
    assert len(unlinked(change(healthy(), "reward_schemes", {}, cycle=cycle))) == count


@pytest.mark.rule("REWARD-UNLINKED")
def test_one_of_several_schemes_is_enough() -> None:
    tables = drop(healthy(), "scorecards", holder="P3")
    tables["reward_schemes"].append({"code": "S2", "name": "Other", "cycle": "2026"})
    tables["reward_members"].append({"scheme": "S2", "person": "P3", "scorecard": "D1"})
    assert unlinked(tables) == set()


@pytest.mark.rule("REWARD-UNLINKED")
@pytest.mark.parametrize(
    ("cells", "judged"),
    [({"left": "2026-06-30"}, False), ({"left": "2026-07-01"}, True), ({"joined": "2026-06-30"}, True)],
)
def test_active_people_are_judged(cells: dict[str, str], judged: bool) -> None:
    tables = drop(healthy(), "reward_members", person="P3")
    assert unlinked(change(tables, "people", {"code": "P3"}, **cells)) == ({"P3"} if judged else set())


@pytest.mark.rule("REWARD-UNLINKED")
@pytest.mark.parametrize("sheet", ["reward_schemes", "reward_members"])
def test_without_a_sheet_of_rewards_nobody_is_unlinked(sheet: str) -> None:
    tables = healthy() | {"reward_members": []}
    assert len(unlinked(tables)) == 4
    del tables[sheet]
    assert unlinked(tables) == set()


@pytest.mark.full
def test_300_000_members(capsys: pytest.CaptureFixture[str]) -> None:
    people = [person(f"P{number:06}", ("D1", "T1", "D2")[number % 3], base=1000 + number) for number in range(300_000)]
    seen = view(people, {row["code"]: float(place % 121) for place, row in enumerate(people)}, {"pool": 10**12})
    start = time.perf_counter()
    paid = payouts(seen)[0]
    with capsys.disabled():
        print(f"\n300,000 reward members: {time.perf_counter() - start:.1f} s")  # noqa: T201
    assert sum(paid.amounts) == 10**12
