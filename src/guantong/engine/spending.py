"""Money beside the strategy: what core work gets, what no goal asks for, how spending keeps pace, what lies idle.

Money is in minor units; products of it are Python integers, so they are exact. Page: docs/rules/budgets.md.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from guantong.engine.budgets import add_money, budget_totals, ledger
from guantong.engine.calendar import FREQUENCIES, first_day, iso_day, last_ended_period
from guantong.engine.company import NOTHING
from guantong.engine.findings import ADVICE, ERROR, WARNING, Breaks, breaks, rule
from guantong.engine.measurement import MILESTONES, STATUSES, measures, sources
from guantong.engine.snapshot import LIMIT, Snapshot, figure, known, take

VERDICTS = ("on_plan", "supplement", "overspending", "cut_or_reinforce")
"""What a request's pace asks for; of several the last one leads."""


@rule("OTB-CORE-SHARE", "budget_requests", "priorities")
def core_work_gets_too_little(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find a company whose core priorities hold less of the strategic money than the minimum.

    Rule: OTB-CORE-SHARE
    """
    share = budget_totals(snapshot).core_share
    if share is not None and snapshot.parameters.value("OTB-CORE-SHARE", "min") - share > LIMIT:
        yield breaks("company", np.array([0]), ERROR, share=[share])


@rule("OTB-ENVELOPE", "budget_requests", "budget_envelopes")
def allocations_above_the_envelope(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find a company whose requests hold more money together than the year's envelope.

    Rule: OTB-ENVELOPE
    """
    totals = budget_totals(snapshot)
    if totals.envelope is not None and totals.allocated is not None and totals.allocated > totals.envelope:
        over = (totals.allocated - totals.envelope) / totals.envelope if totals.envelope else None
        yield breaks(
            "company", np.array([0]), ERROR, allocated=[totals.allocated], envelope=[totals.envelope], over=[over]
        )


@rule("OTB-UNLINKED", "budget_requests", "goals")
def strategic_money_without_goal(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find strategic requests with money, asked for or allocated, that name no goal and no key task of one.

    Rule: OTB-UNLINKED
    """
    requests = snapshot.company.budget_requests
    money = ledger(snapshot)
    carried = np.zeros(len(snapshot.company.plan), dtype=bool)
    key_task = snapshot.company.goals.key_task[snapshot.goals_there]
    carried[key_task[key_task >= 0]] = True
    draft = snapshot.company.goals.is_choice("status", "draft")
    tied = take(~draft, requests.goal, False) | take(carried, requests.key_task, False)
    strategic = money.there & ~requests.is_choice("nature", "running")
    with_money = ((requests.requested > 0) | (money.current > 0)).astype(bool)
    yield breaks("budget_requests", strategic & with_money & ~tied, ERROR)


@figure
def planned_spending(snapshot: Snapshot) -> np.ndarray:
    """Return what each request should have spent by the day, (n_requests,) Python integers, parts of a unit left off.

    The monthly plan up to the day, the running month by its days; without a plan the current allocation by the days
    of the cycle.
    """
    requests, plans = snapshot.company.budget_requests, snapshot.company.budget_plans
    cycles = snapshot.company.cycles
    start, after = first_day(plans.month), first_day(plans.month + 1)
    by_plan = add_money(plans.request, _pro_rata(snapshot, plans.planned, start, after - 1), len(requests))
    by_days = _pro_rata(snapshot, ledger(snapshot).current, cycles.start[requests.cycle], cycles.end[requests.cycle])
    has_plan = np.bincount(plans.request, minlength=len(requests)) > 0
    return np.where(has_plan, by_plan, by_days)


def _pro_rata(snapshot: Snapshot, amounts: np.ndarray, start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Return the part of each amount that the days passed make up of its span, both ends counted, Python integers."""
    days = (end - start + 1).astype(np.int64)
    passed = np.clip(snapshot.as_of - start + 1, 0, days).astype(np.int64)
    return amounts.astype(object) * passed.astype(object) // days.astype(object)


@dataclass(frozen=True, eq=False)
class Pace:
    """Spending beside progress, (n_requests,) each.

    Attributes:
        spent: Spending as a part of the current allocation, NaN without allocation or entries.
        progress: Progress of the request's goal on its full target, 0-1, NaN where it gives none.
        planned: Planned progress to date, 0-1.
        ahead, behind, over: bool, what breaks the pace: progress, progress, spending.
        verdict: Position in VERDICTS, -1 = not judged, int64.
    """

    spent: np.ndarray
    progress: np.ndarray
    planned: np.ndarray
    ahead: np.ndarray
    behind: np.ndarray
    over: np.ndarray
    verdict: np.ndarray


@figure
def pace(snapshot: Snapshot) -> Pace:
    """Return how each request keeps pace with its goal (docs/rules/budgets.md).

    Rule: OTB-PACE
    """
    requests, money = snapshot.company.budget_requests, ledger(snapshot)
    funded = (money.current > 0).astype(bool)
    spent = np.full(len(requests), np.nan)
    if "budget_entries" in snapshot.company.present:
        spent[funded] = (money.spent[funded].astype(object) / money.current[funded].astype(object)).astype(np.float64)
    progress, planned = (take(part, requests.goal, np.nan) for part in _goal_progress(snapshot))
    points = snapshot.parameters.value("OTB-PACE", "points") / 100 + LIMIT
    judged = money.there & funded & ~np.isnan(progress)
    ahead, behind = judged & (progress - planned > points), judged & (planned - progress > points)
    above = (money.spent > planned_spending(snapshot)).astype(bool)
    over = judged & (spent - progress > points) & above
    verdict = np.select([~judged, behind, over, ahead], [-1, 3, 2, 1], default=0)
    return Pace(spent, progress, planned, ahead, behind, over, verdict)


def _goal_progress(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """Return progress on the full target and planned progress to date of each goal, (n_goals,) 0-1, NaN where none."""
    figures = measures(snapshot)
    by_milestones = sources(snapshot) == MILESTONES
    progress = np.where(by_milestones, figures.attainment, _part_of_target(snapshot, figures.actual))
    planned = np.where(by_milestones, _weight_due(snapshot), _part_of_target(snapshot, figures.plan))
    known = snapshot.published & ~np.isin(figures.status, (STATUSES.index("no_data"), STATUSES.index("partial")))
    known &= ~np.isnan(progress) & ~np.isnan(planned)
    return np.where(known, progress, np.nan), np.where(known, planned, np.nan)


def _part_of_target(snapshot: Snapshot, values: np.ndarray) -> np.ndarray:
    """Return how far values lie on the way to the target, from nothing (`sum`) or from the baseline, (n_goals,) 0-1.

    A range is kept, not approached, and what a lower-is-better sum has used up is no progress: both give none.
    """
    sums = snapshot.metric_is("aggregation", "sum")
    base = np.where(sums, 0.0, snapshot.company.goals.baseline)
    no_way = snapshot.metric_is("direction", "range") | (sums & snapshot.metric_is("direction", "lower"))
    with np.errstate(over="ignore", invalid="ignore"):
        way = snapshot.target - base
        way[no_way | (np.abs(way) <= NOTHING)] = np.nan
        return np.clip((values - base) / way, 0.0, 1.0)


def _weight_due(snapshot: Snapshot) -> np.ndarray:
    """Return the share of each goal's milestones due by the day, by weight, (n_goals,), NaN without milestones."""
    milestones, size = snapshot.company.milestones, len(snapshot.company.goals)
    rows = np.flatnonzero(milestones.of >= 0)
    weight = np.where(np.isnan(milestones.weight), 1.0, milestones.weight)[rows]
    of, due = milestones.of[rows], milestones.due[rows] <= snapshot.as_of
    whole = np.bincount(of, weights=weight, minlength=size)
    return np.divide(
        np.bincount(of, weights=weight * due, minlength=size), whole, out=np.full(size, np.nan), where=whole > 0
    )


@rule("OTB-PACE", "budget_requests", "goals")
def money_out_of_step_with_progress(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find requests whose goal runs ahead of its plan (advice), behind it, or behind the money (warning).

    A request that OTB-UNLINKED names has no goal and so no pace: that rule silences this one.

    Rule: OTB-PACE
    """
    figures, money = pace(snapshot), ledger(snapshot)
    rows = np.flatnonzero(figures.verdict > 0)
    grave = (figures.behind | figures.over)[rows]
    breaking = [
        [VERDICTS[place] for place, breaks_it in zip((3, 2, 1), found, strict=True) if breaks_it]
        for found in zip(figures.behind[rows], figures.over[rows], figures.ahead[rows], strict=True)
    ]
    yield breaks(
        "budget_requests",
        rows,
        np.where(grave, WARNING, ADVICE),
        spent=known(figures.spent[rows]),
        progress=figures.progress[rows].tolist(),
        planned=figures.planned[rows].tolist(),
        proposal=[VERDICTS[place] for place in figures.verdict[rows].tolist()],
        verdicts=breaking,
        current=money.current[rows].tolist(),
        spent_amount=money.spent[rows].tolist(),
        planned_amount=planned_spending(snapshot)[rows].tolist(),
    )


@dataclass(frozen=True, eq=False)
class IdleMoney:
    """Money that was planned to be spent by the last quarter's end and was not.

    Attributes:
        quarter_end: That day; NaN where no quarter of the checked year has ended.
        amount: (n_requests,) minor units that can be taken back today, 0 = none.
    """

    quarter_end: float
    amount: np.ndarray


@figure
def idle_money(snapshot: Snapshot) -> IdleMoney:
    """Return what lies idle since the last quarter's end and is still free (docs/rules/budgets.md).

    Rule: OTB-IDLE
    """
    company, money = snapshot.company, ledger(snapshot)
    quarter_end = _last_quarter_end(snapshot)
    if np.isnan(quarter_end) or "budget_entries" not in company.present:
        return IdleMoney(np.nan, np.zeros(len(company.budget_requests), dtype=np.int64))
    then = _seen_on(snapshot, quarter_end)
    left = planned_spending(then) - ledger(then).spent - ledger(then).committed
    entries = company.budget_entries
    # What goes back on the quarter's last day lowers no monthly plan, so it counts as gone since.
    since = (entries.date >= quarter_end) & (entries.date <= snapshot.as_of)
    gone = since & entries.is_choice("kind", "reclaim", "transfer")
    left = left - add_money(entries.request[gone], entries.amount[gone], len(left))
    free = money.current - money.spent - money.committed
    return IdleMoney(quarter_end, np.where(money.there, np.maximum(np.minimum(left, free), 0), 0))


def _last_quarter_end(snapshot: Snapshot) -> float:
    """Return the last day of the checked year's last quarter that has ended, NaN where none has."""
    cycles = snapshot.company.cycles
    until = np.array([min(snapshot.as_of, cycles.end[snapshot.year])], dtype=np.float64)
    quarter = np.array([FREQUENCIES.index("quarter")])
    end = float(last_ended_period(until, quarter, snapshot.first_month)[1][0])
    return end if end >= cycles.start[snapshot.year] else float("nan")


@figure
def proposed_transfers(snapshot: Snapshot) -> list[tuple[int, int, int]]:
    """Return (giver, receiver, amount): idle money by giver's code to needs by rank of priority."""
    idle = idle_money(snapshot).amount
    needs = _needs(snapshot, idle)
    proposals = []
    for giver in np.flatnonzero(idle > 0).tolist():
        left = int(idle[giver])
        for need in needs:
            receiver, wanted = need
            moved = min(left, wanted)
            if moved > 0:
                proposals.append((giver, receiver, moved))
                need[1] -= moved
                left -= moved
    return proposals


def _needs(snapshot: Snapshot, idle: np.ndarray) -> list[list[int]]:
    """Return [request, need] of focus work that got less than it asked for, by rank, core first, then by code.

    Strategic requests that serve a priority, whose cycle still runs and whose goal is not closed.
    """
    company, money = snapshot.company, ledger(snapshot)
    requests, priorities = company.budget_requests, company.priorities
    need = requests.requested - money.current
    open_goal = ~take(company.goals.is_choice("status", "closed"), requests.goal, False)
    wants = money.there & (money.priority >= 0) & open_goal & (company.cycles.end[requests.cycle] >= snapshot.as_of)
    wants &= ~requests.is_choice("nature", "running") & (idle <= 0).astype(bool) & (need > 0).astype(bool)
    rows = np.flatnonzero(wants)
    rank = np.nan_to_num(priorities.rank[money.priority[rows]], nan=np.inf)
    core = priorities.core[money.priority[rows]] == 1
    order = np.lexsort((rows, ~core, rank))
    return [[row, wanted] for row, wanted in zip(rows[order].tolist(), need[rows[order]].tolist(), strict=True)]


@rule("OTB-IDLE", "budget_requests", "budget_entries")
def money_left_idle(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find requests that had spent less at the last quarter's end than planned, and who needs the money.

    Rule: OTB-IDLE
    """
    idle, current = idle_money(snapshot), ledger(snapshot).current
    rows = np.flatnonzero(idle.amount > 0)
    codes = snapshot.company.budget_requests.code
    given: dict[int, list[dict[str, Any]]] = {row: [] for row in rows.tolist()}
    for giver, receiver, amount in proposed_transfers(snapshot):
        given[giver].append({"to": str(codes[receiver]), "amount": amount})
    amounts, whole = idle.amount[rows].tolist(), current[rows].tolist()
    yield breaks(
        "budget_requests",
        rows,
        ADVICE,
        idle=amounts,
        transfers=list(given.values()),
        share=[amount / of if of > 0 else None for amount, of in zip(amounts, whole, strict=True)],
        receivers=[[one["to"] for one in transfers] for transfers in given.values()],
        quarter_end=[iso_day(idle.quarter_end)] * len(rows),
    )


@rule("OTB-UNTRACKED", "budget_requests", "goals", "budget_entries")
def money_without_entry(snapshot: Snapshot) -> Iterator[Breaks]:
    """Find funded requests of an open goal that had no entry in the last closed month.

    Rule: OTB-UNTRACKED
    """
    company = snapshot.company
    requests, entries, cycles = company.budget_requests, company.budget_entries, company.cycles
    month = np.array([FREQUENCIES.index("month")])
    ended = last_ended_period(np.array([float(snapshot.as_of)]), month, snapshot.first_month)
    start, end = float(ended[0][0]), float(ended[1][0])
    inside = (cycles.start[requests.cycle] <= start) & (end <= cycles.end[requests.cycle])
    inside &= cycles.start[snapshot.year] <= start
    running = take(snapshot.published & (snapshot.goal_start <= end), requests.goal, False)
    touched = np.zeros(len(requests) + 1, dtype=bool)
    rows = (start <= entries.date) & (entries.date <= end)
    touched[entries.request[rows]] = True
    touched[entries.to[rows]] = True  # -1, where nothing is moved, is the place past the last request
    candidates = ledger(snapshot).there & inside & running & ~touched[:-1]
    if candidates.any():
        candidates &= _funded_since(snapshot, end)
    found = np.flatnonzero(candidates)
    yield breaks("budget_requests", found, ADVICE, month=[str(iso_day(start))[:7]] * len(found))


def _funded_since(snapshot: Snapshot, day: float) -> np.ndarray:
    """Return which requests have money now and had it at the end of a day, (n_requests,) bool."""
    then = ledger(_seen_on(snapshot, day))
    return ((ledger(snapshot).current > 0) & (then.current > 0)).astype(bool)


def _seen_on(snapshot: Snapshot, day: float) -> Snapshot:
    """Return the company as an earlier day of the checked year sees it."""
    return snapshot if day == snapshot.as_of else Snapshot(snapshot.company, int(day), snapshot.parameters)


def budget_transfers(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return the proposed transfers of idle money: codes `from` and `to`, `amount` in minor units."""
    codes = snapshot.company.budget_requests.code
    return [
        {"from": str(codes[giver]), "to": str(codes[receiver]), "amount": amount}
        for giver, receiver, amount in proposed_transfers(snapshot)
    ]


def request_entries(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Return balances and pace of each request of the checked year, by code; money in minor units."""
    money, figures = ledger(snapshot), pace(snapshot)
    rows = np.flatnonzero(money.there)
    balances = [values[rows].tolist() for values in (money.current, money.spent, money.committed)]
    shares = [known(values[rows]) for values in (figures.progress, figures.planned)]
    verdicts = [VERDICTS[place] if place >= 0 else None for place in figures.verdict[rows].tolist()]
    codes = snapshot.company.budget_requests.code[rows].tolist()
    return [
        {
            "code": code,
            "current": current,
            "spent": spent,
            "open": committed,
            "free": current - spent - committed,
            "progress": progress,
            "planned_progress": planned,
            "verdict": verdict,
        }
        for code, current, spent, committed, progress, planned, verdict in zip(
            codes, *balances, *shares, verdicts, strict=True
        )
    ]
