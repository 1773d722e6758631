"""Time that reading goal texts takes: of a whole check, and of one long text."""

import time

import pytest

from guantong.engine.check import check
from guantong.engine.reading import read_goal, wishful
from tests.engine.goal_texts import DAY, TUNED
from tests.make.acme import ORGANISATION, YEAR, goal
from tests.make.company import snapshot

GOALS = 100_000
METRICS = [{"code": "S", "name": "S", "unit_of_measure": "t", "direction": "higher"}]


def letters(number: int) -> str:
    """Return a number in letters, so that names differ without figures."""
    word = ""
    while number:
        number, digit = divmod(number, 26)
        word += chr(97 + digit)
    return word


@pytest.mark.full
@pytest.mark.parametrize(("every", "limit"), [(10, 0.10), (3, 0.15)])
def test_wishes_cost_little_of_a_check(every: int, limit: float) -> None:
    rows = [goal("TOP")]
    for place in range(GOALS):
        name = f"{TUNED[place // every % len(TUNED)].text} {letters(place + 1)}"
        measured = {} if place % every == 0 else {"metric": "S", "target": 5}
        rows.append(goal(f"G{place}", "D1", name=name, parent="TOP", **measured, **YEAR))
    seen = snapshot(**{**ORGANISATION, "metrics": METRICS, "goals": rows})
    begin = time.process_time()
    check(seen)
    whole = time.process_time() - begin
    goals = seen.company.goals
    names = goals.name[goals.metric < 0].tolist()
    begin = time.process_time()
    for name in names:
        wishful(name)
    share = (time.process_time() - begin) / whole
    print(f"\nwishes of {len(names):,} distinct names among {GOALS:,} goals: {share:.1%} of the whole check")
    assert share <= limit


@pytest.mark.full
def test_a_long_text_is_read_soon() -> None:
    text = " ".join(one.text for one in TUNED)
    spent = {}
    for size in (1_000, 10_000):
        times = []
        for _ in range(5):
            read_goal.cache_clear()
            begin = time.process_time()
            read_goal(text[:size], DAY)
            times.append(time.process_time() - begin)
        spent[size] = min(times)
    ratio = spent[10_000] / spent[1_000]
    print(f"\n10,000 characters: {spent[10_000] * 1000:.0f} ms, {ratio:.1f} times 1,000 characters")
    assert ratio <= 12
    assert spent[10_000] < 0.05
