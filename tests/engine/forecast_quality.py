"""The table of docs/quality.md: how good the forecast was on months of which the truth is known.

`python -m tests.engine.forecast_quality` renews it. The series are drawn with a fixed seed, other than those on which
the constants of the forecast were chosen.
"""

import calendar
import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from guantong.demo.company import build_demo
from guantong.engine.calendar import day_number
from guantong.engine.company import Company
from guantong.engine.forecast import BASES, FINAL, forecasts
from guantong.engine.measurement import measures
from guantong.engine.snapshot import Snapshot
from tests.architecture.tree import ROOT
from tests.make.company import Row, build

PAGE = ROOT / "docs" / "quality.md"
BEGIN, END = "<!-- back-test -->\n", "<!-- end of back-test -->\n"
HEAD = (
    "| series | forecasts | within the 80% interval | mean error | mean error of the naive | of these by season |\n"
    "|---|---|---|---|---|---|\n"
)
DEMO_DAY = datetime.date(2026, 11, 24)
EACH = 60
SEED = 20261124
MONTHS = range(3, 12)
YEARS = (2025, 2026)

Draw = Callable[[np.random.Generator], np.ndarray]
"""24 monthly values: last year's and this year's."""


def seasonal(random: np.random.Generator) -> np.ndarray:
    """Return amounts with a season that both years share, growth between them and 8% of noise."""
    season = 1 + random.uniform(0.2, 0.6) * np.sin(2 * np.pi * (np.arange(24) + random.uniform(0, 12)) / 12)
    growth = np.repeat([1.0, random.uniform(0.8, 1.4)], 12)
    return random.uniform(10, 1000) * season * growth * random.normal(1, 0.08, 24)


def trend(random: np.random.Generator) -> np.ndarray:
    """Return amounts that grow or shrink by up to 4% a month, with 8% of noise."""
    pace = 1 + random.uniform(-0.04, 0.04)
    return random.uniform(10, 1000) * pace ** np.arange(24) * random.normal(1, 0.08, 24)


def noisy(random: np.random.Generator) -> np.ndarray:
    """Return amounts about a constant with 15-40% of noise, none below nothing."""
    return np.maximum(random.uniform(10, 1000) * random.normal(1, random.uniform(0.15, 0.4), 24), 0)


def step(random: np.random.Generator) -> np.ndarray:
    """Return amounts that jump by up to 40% either way in some month of this year, with 8% of noise."""
    jump = np.where(np.arange(24) >= random.integers(13, 23), 1 + random.uniform(-0.4, 0.4), 1.0)
    return random.uniform(10, 1000) * jump * random.normal(1, 0.08, 24)


def walk(random: np.random.Generator) -> np.ndarray:
    """Return a level that walks with a drift."""
    moves = random.normal(random.uniform(-0.5, 0.5), random.uniform(0.3, 1.0), 24)
    return 100 + np.cumsum(moves)


def level(random: np.random.Generator) -> np.ndarray:
    """Return a level about a straight line, each month off it by itself."""
    return 100 + random.uniform(-0.6, 0.6) * np.arange(24) + random.normal(0, random.uniform(0.3, 1.5), 24)


KINDS: Mapping[str, tuple[str, Draw, bool]] = {
    "seasonal": ("sum", seasonal, True),
    "trend": ("sum", trend, False),
    "noisy": ("sum", noisy, False),
    "step": ("sum", step, False),
    "walk": ("last", walk, False),
    "level": ("last", level, False),
    "average": ("average", level, False),
}


def drawn_company(seed: int = SEED) -> Company:
    """Return a company with EACH goals of every kind in each year; only the seasonal ones have a year before."""
    random = np.random.default_rng(seed)
    goals: list[Row] = []
    actuals: list[Row] = []
    for kind, (_, draw, with_before) in KINDS.items():
        for number in range(EACH):
            unit = f"{kind}-{number:03}"
            values = draw(random)
            for year, months in zip(YEARS, values.reshape(2, 12), strict=True):
                if year == YEARS[0] and not with_before:
                    continue
                code = f"{unit}-{year}"
                goals.append(
                    {"code": code, "name": code, "cycle": str(year), "unit": unit, "metric": kind, "target": 1.0}
                )
                actuals += [
                    {"goal": code, "date": month_end(year, month).isoformat(), "value": float(value)}
                    for month, value in enumerate(months, start=1)
                ]
    root: Row = {"code": "HQ", "name": "Company", "kind": "company"}
    units = [root] + [
        {"code": unit, "name": unit, "kind": "team", "parent": "HQ"}
        for unit in sorted({goal["unit"] for goal in goals})
    ]
    metrics: list[Row] = [
        {"code": kind, "name": kind, "direction": "higher", "aggregation": aggregation, "frequency": "month"}
        for kind, (aggregation, *_) in KINDS.items()
    ]
    return build(units=units, metrics=metrics, goals=goals, actuals=actuals)


def month_end(year: int, month: int) -> datetime.date:
    """Return the last day of a month."""
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


def drawn_trials(seed: int = SEED) -> Iterator[tuple[str, "Trial"]]:
    """Yield every forecast of the drawn series by their kind."""
    company = drawn_company(seed)
    truth = Snapshot(company, day_number(month_end(YEARS[1], 12)))
    for month in MONTHS:
        seen = Snapshot(company, day_number(month_end(YEARS[1], month)))
        for goal, trial in trials(seen, truth):
            yield company.goals.code[goal].split("-")[0], trial


def demo_trials() -> Iterator[tuple[str, "Trial"]]:
    """Yield every forecast of the demo's last year, and of its year, of which each month's end is built anew."""
    company = build_demo(DEMO_DAY, "en")
    last = DEMO_DAY.year - 1
    truth = Snapshot(company, day_number(month_end(last, 12)))
    for month in MONTHS:
        for _, trial in trials(Snapshot(company, day_number(month_end(last, month))), truth):
            yield "demo, last year", trial
    end = month_end(DEMO_DAY.year, 12)
    known = Snapshot(build_demo(end, "en"), day_number(end))
    for month in MONTHS:
        day = month_end(DEMO_DAY.year, month)
        for _, trial in trials(Snapshot(build_demo(day, "en"), day_number(day)), known):
            yield "demo, this year", trial


Trial = Mapping[str, Any]
"""A forecast and the truth: `inside` the interval or not, absolute percentage errors `error` and `naive`, `basis`."""


def trials(seen: Snapshot, truth: Snapshot) -> Iterator[tuple[int, Trial]]:
    """Yield the forecasts of a day beside what came of them, by position of the goal."""
    found = forecasts(seen)
    known = dict(zip(truth.company.goals.code.tolist(), measures(truth).actual.tolist(), strict=True))
    actual = measures(seen).actual
    part = (seen.as_of - seen.goal_start + 1) / (seen.goal_due - seen.goal_start + 1)
    sums = seen.metric_is("aggregation", "sum")
    for goal in np.flatnonzero((found.basis >= 0) & (found.basis != FINAL) & seen.year_goals).tolist():
        came = known.get(seen.company.goals.code[goal], np.nan)
        if not abs(came) > 0 or seen.goal_due[goal] > truth.as_of:
            continue
        naive = actual[goal] / part[goal] if sums[goal] else actual[goal]
        slack = 1e-9 * abs(came)
        yield (
            goal,
            {
                "inside": found.low[goal] - slack <= came <= found.high[goal] + slack,
                "error": abs(found.landing[goal] / came - 1),
                "naive": abs(naive / came - 1),
                "basis": BASES[found.basis[goal]],
            },
        )


def grouped(seed: int = SEED) -> dict[str, list[Trial]]:
    """Return all trials by what they stand for."""
    groups: dict[str, list[Trial]] = defaultdict(list)
    for kind, trial in drawn_trials(seed):
        groups[kind].append(trial)
    groups["all drawn"] = [trial for listed in list(groups.values()) for trial in listed]
    for kind, trial in demo_trials():
        groups[kind].append(trial)
    return groups


def mean(listed: list[Trial], key: str) -> float:
    """Return the mean of a figure of trials."""
    return float(np.mean([trial[key] for trial in listed]))


def table(groups: Mapping[str, list[Trial]]) -> str:
    """Return the table, one row per kind of series."""
    rows = (
        f"| {kind} | {len(listed):,} | {mean(listed, 'inside'):.0%} | {mean(listed, 'error'):.1%} | "
        f"{mean(listed, 'naive'):.1%} | {np.mean([trial['basis'] == 'season' for trial in listed]):.0%} |\n"
        for kind, listed in groups.items()
    )
    return HEAD + "".join(rows)


def main() -> None:
    """Write the table into the page."""
    text = PAGE.read_text("utf-8")
    before, rest = text.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{table(grouped())}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
