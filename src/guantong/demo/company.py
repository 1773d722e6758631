"""The demo company as a whole: every sheet that it fills, built for a day and in a language."""

import datetime
from collections.abc import Iterable, Mapping

from guantong.demo import (
    agreements,
    bonus,
    budget,
    cards,
    company_goals,
    looking_back,
    organisation,
    positions,
    processes,
    rhythm,
    strategy,
)
from guantong.demo.actuals import actual_rows, rank_rows, target_plan_rows
from guantong.demo.days import Days
from guantong.demo.estimates import estimate_rows
from guantong.demo.goal import Goal, goal_rows, milestone_rows
from guantong.demo.healthy import mended_goals, mended_requests, mended_rows
from guantong.demo.metrics import metric_rows
from guantong.demo.people_goals import PERSONAL_GOALS, city_goals
from guantong.demo.rows import Row, columns
from guantong.engine.company import Company

Sheets = Mapping[str, Iterable[Row]]


def build_demo(as_of: datetime.date, language: str, *, healthy: bool = False) -> Company:
    """Build the demo company as it stands on a day.

    Args:
        as_of: The day; the company's year is its calendar year, and nothing later has happened.
        language: `zh` or `en`: the texts' language. Codes and figures are the same in both.
        healthy: Build its twin, in which every planted break is mended.
    """
    days = Days(as_of)
    sheets: Sheets = {**_foundation(days, language), **_work(days, healthy=healthy)}
    if healthy:
        sheets = mended_rows(sheets, days)
    return Company.build({name: columns(name, rows, language) for name, rows in sheets.items()})


def year_goals(days: Days) -> tuple[Goal, ...]:
    """Return every goal of the year: of the company, its units and its people."""
    return (
        *company_goals.COMPANY_GOALS,
        *company_goals.UNIT_GOALS,
        *company_goals.region_goals(),
        *PERSONAL_GOALS,
        *city_goals(),
        company_goals.quarter_goal(days),
    )


def _foundation(days: Days, language: str) -> Sheets:
    company = {
        "code": organisation.COMPANY,
        "schema": 1,
        "name": organisation.UNITS[0][1],
        "currency": "CNY",
        "stage": "mature",
        "industry": ("新能源汽车制造", "New-energy cars"),
        "size": ("50–100 人", "50–100 people"),
        "language": language,
        "timezone": "Asia/Shanghai",
        "fiscal_start": 1,
    }
    return {
        "company": [company],
        "cycles": organisation.cycle_rows(days),
        "units": organisation.unit_rows(),
        "positions": positions.position_rows(),
        "people": organisation.person_rows(days, positions.grades()),
        "plan": strategy.plan_rows(days),
        "priorities": strategy.priority_rows(days),
        "metrics": metric_rows(),
        "strategy_map": strategy.strategy_map_rows(),
    }


def _work(days: Days, *, healthy: bool) -> Sheets:
    goals, last, requests = year_goals(days), company_goals.LAST_YEAR, budget.REQUESTS
    if healthy:
        goals, requests = mended_goals(goals), mended_requests(requests)
    rows = list(goal_rows(goals, days))
    last_rows = list(company_goals.last_year_rows(days, goal_rows(last, days)))
    own_cards = cards.person_cards(goals)
    return {
        "goals": [*company_goals.horizon_rows(days), *rows, *last_rows],
        "milestones": [
            *company_goals.horizon_milestones(days),
            *milestone_rows(goals, days),
            *strategy.task_milestone_rows(days),
        ],
        "target_plans": [*target_plan_rows(goals, days.year), *target_plan_rows(last, days.year - 1)],
        "actuals": [
            *actual_rows(last, last_rows, days.on(12, 31, -1)),
            *actual_rows(goals, rows, days.as_of),
            *rank_rows(days.year, days.as_of),
        ],
        "collaborations": agreements.collaboration_rows(days),
        "adjustments": agreements.adjustment_rows(days),
        "calibrations": agreements.calibration_rows(days),
        "responsibilities": agreements.responsibility_rows(days),
        "scorecards": cards.card_rows(goals, days),
        "contracts": cards.contract_rows(own_cards, days),
        "waivers": agreements.waiver_rows(days),
        "budget_envelopes": budget.envelope_rows(days),
        "budget_limits": budget.limit_rows(days),
        "budget_requests": budget.request_rows(requests, days),
        "budget_plans": budget.plan_rows(requests, days),
        "budget_entries": budget.entry_rows(requests, days),
        "reward_schemes": bonus.scheme_rows(days),
        "coefficients": bonus.coefficient_rows(),
        "reward_members": bonus.member_rows(own_cards, () if healthy else bonus.UNREWARDED),
        "checkins": rhythm.checkin_rows(goals, days),
        "corrective_plans": rhythm.corrective_plan_rows(days),
        "meetings": rhythm.meeting_rows(days, () if healthy else rhythm.NOT_HELD),
        "actions": rhythm.action_rows(days),
        "retrospectives": looking_back.retrospective_rows(days),
        "feedback": looking_back.feedback_rows(days),
        "value_chain": looking_back.value_chain_rows(days),
        "amoeba": looking_back.amoeba_rows(days),
        "estimates": estimate_rows(),
        "processes": processes.process_rows(),
        "process_nodes": processes.node_rows(),
        "scenarios": processes.scenario_rows(),
    }
