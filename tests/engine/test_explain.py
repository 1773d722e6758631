"""Worked cases of explained figures: which terms, on which cells they rest, what they say where data lack."""

from collections.abc import Iterable
from typing import Any

import pytest

from guantong.engine.check import check
from guantong.engine.explain.addresses import FORMS, AddressError, explain
from guantong.engine.explain.goals import GOAL_FIGURES
from guantong.engine.explain.terms import Term
from guantong.engine.snapshot import Snapshot
from tests.make.bonus import UNITS as BONUS_UNITS
from tests.make.bonus import person
from tests.make.bonus import view as bonus
from tests.make.company import Row, snapshot
from tests.make.flow import ORDER
from tests.make.flow import tables as flow_tables
from tests.make.formulas import disagreements, every_term
from tests.make.healthy import healthy
from tests.make.measured import child, goal, metric, objective, parts, values, view


def sound(seen: Snapshot, address: str) -> Term:
    """Return a figure's term whose formulas all work out."""
    root = explain(seen, address)
    assert disagreements(root) == []
    return root


def figure(name: str, as_of: str = "2026-06-30", **tables: Iterable[Row]) -> Term:
    """Return a figure of the goal G; tables as for `view`. All figures of all goals equal the check's."""
    seen = view(as_of, **tables)
    for entry in check(seen).goals:
        for each in GOAL_FIGURES:
            assert sound(seen, f"goal:{entry['code']}.{each}").value == entry[each]
    return explain(seen, f"goal:G.{name}")


def part(term: Term, *names: str) -> Term:
    """Return the term at a path of names below another, the only one of its name on its level."""
    for name in names:
        (term,) = [below for below in term.terms if below.name == name]
    return term


def cells(term: Term) -> list[tuple[str, int, str]]:
    return [tuple(cell) for cell in term.cells]


def told(term: Term) -> dict[str, Any]:
    """Return the values of the terms below one by name; of many alike a list."""
    found: dict[str, Any] = {}
    for below in term.terms:
        found[below.name] = [*found[below.name], below.value] if below.name in found else [below.value]
    return {name: many[0] if len(many) == 1 else many for name, many in found.items()}


# Goals


def test_attainment_goes_down_to_the_cells_of_target_and_value() -> None:
    term = figure(
        "attainment", goals=[goal(target=1000)], actuals=values("G", ("2026-05-31", 500), ("2026-06-30", 700))
    )
    assert (term.value, term.formula) == (0.7, "1 − ({target} − {actual}) ÷ {target}")
    assert cells(part(term, "target")) == [("goals", 0, "target")]
    assert part(term, "actual").formula == "last{value_row}"
    assert cells(part(term, "actual", "value_row")) == [("actuals", 1, "value")]
    assert part(term, "actual").unit == "piece"


def test_gap_stands_against_the_plan_where_the_data_stand() -> None:
    term = figure(
        "gap",
        metrics=[metric(aggregation="sum")],
        goals=[goal(target=1200)],
        actuals=values("G", ("2026-01-31", 100)),
    )
    plan = part(term, "plan")
    assert term.formula == "{plan} − {actual}"
    assert plan.formula == "{target} × {elapsed} ÷ {days}"
    assert (told(plan)["elapsed"], told(plan)["days"]) == (31, 365)
    assert cells(part(plan, "days", "due")) == [("cycles", 1, "end")]
    stand = part(plan, "elapsed", "stand")
    assert stand.note == "end_of_period"
    assert cells(part(stand, "last_day")) == [("actuals", 0, "date")]


def test_data_stand_at_the_end_of_their_period_once_it_is_over() -> None:
    made = {"metrics": [metric(aggregation="sum")], "goals": [goal(target=1200, start="2026-01-01", due="2026-06-30")]}
    term = figure("plan", "2026-02-10", actuals=values("G", ("2026-01-15", 100)), **made)
    assert part(term, "elapsed", "stand").note == "end_of_period"
    running = figure("plan", "2026-02-10", actuals=values("G", ("2026-02-05", 100)), **made)
    assert part(running, "elapsed", "stand").note == "day_of_value"
    assert cells(part(term, "days", "due")) == [("goals", 0, "due")]
    late = figure("plan", "2026-08-10", actuals=values("G", ("2026-07-15", 100)), **made)
    assert part(late, "elapsed").formula == "min(max({stand} − {start} + 1, 0), {days})"


def test_a_start_behind_the_due_day_is_said() -> None:
    made = goal(target=100, start="2027-03-01")
    term = figure(
        "plan",
        metrics=[metric(phasing="linear")],
        goals=[{**made, "baseline": 3}],
        actuals=values("G", ("2026-06-30", 1)),
    )
    assert (term.note, term.formula) == ("dates_crossed", "")


@pytest.mark.parametrize(
    ("baseline", "formula", "note"),
    [(40, "{baseline} + ({target} − {baseline}) × {elapsed} ÷ {days}", ""), (None, "{target}", "no_baseline")],
)
def test_a_linear_plan_begins_at_the_baseline(baseline: float | None, formula: str, note: str) -> None:
    made = goal(target=100, baseline=baseline)
    term = figure("plan", metrics=[metric(phasing="linear")], goals=[made], actuals=values("G", ("2026-06-30", 1)))
    assert (term.formula, term.note) == (formula, note)


def test_a_monthly_plan_names_its_month() -> None:
    plans = [{"goal": "G", "month": f"2026-0{month}", "planned": 10 * month} for month in (3, 6, 9)]
    tables = {"metrics": [metric(phasing="plan")], "goals": [goal(target=100, baseline=4)], "target_plans": plans}
    term = figure("plan", actuals=values("G", ("2026-06-30", 1)), **tables)
    assert cells(part(term, "planned")) == [("target_plans", 1, "planned")]
    before = figure("plan", actuals=values("G", ("2026-02-28", 1)), **tables)
    assert (before.formula, before.note) == ("{baseline}", "no_month_ended")
    sums = {**tables, "metrics": [metric(phasing="plan", aggregation="sum")]}
    assert figure("plan", actuals=values("G", ("2026-02-28", 1)), **sums).note == "no_month_ended"
    bare = {**tables, "goals": [goal(target=100)]}
    assert figure("plan", actuals=values("G", ("2026-02-28", 1)), **bare).note == "no_baseline"


def test_a_target_names_the_adjustment_in_force() -> None:
    adjustments = [
        {"goal": "G", "effective": day, "old": 100, "new": new, "cause": "market", "approver": who, "proposer": "P1"}
        for day, new, who in (("2026-02-01", 80, "P2"), ("2026-03-01", 70, "P1"), ("2026-04-01", 60, "P2"))
    ]
    people = [{"code": code, "name": code, "unit": "HQ"} for code in ("P1", "P2")]
    term = figure("target", goals=[goal(target=100)], adjustments=adjustments, people=people)
    assert told(term) == {"adjustment": [80, 60], "first_target": 100}
    assert ("adjustments", 2, "new") in cells(term.terms[1])


def test_what_lacks_is_said() -> None:
    assert figure("attainment", goals=[goal(target=1)]).note == "no_actual"
    without_target = figure("attainment", goals=[goal()], actuals=values("G", ("2026-06-30", 1)))
    assert without_target.note == "no_target_to_compare"
    assert part(without_target, "target").note == "no_target"
    assert figure("actual", goals=[goal()]).note == "no_values"
    assert figure("plan", goals=[goal(target=1)]).note == "no_stand"
    assert figure("gap", goals=[goal(target=1)]).note == "no_attainment"
    assert figure("status", goals=[goal(target=1)]).note == "no_attainment"
    assert figure("known_weight", goals=[goal(target=1)]).note == "no_attainment"
    assert figure("attainment", goals=[objective()]).note == "no_child"
    assert figure("actual", goals=[objective()]).note == "no_actual_of_its_own"
    assert figure("attainment", goals=[objective(), child("A")]).note == "no_child_data"
    weightless = [objective(), child("A", target=1, weight=0)]
    assert figure("attainment", goals=weightless, actuals=values("A", ("2026-06-30", 1))).note == "weightless"


def test_a_target_of_nothing_is_met_or_missed() -> None:
    for value, attainment in ((0, 1), (-1, 0)):
        term = figure("attainment", goals=[goal(target=0)], actuals=values("G", ("2026-06-30", value)))
        assert (term.value, term.note, term.is_reason) == (attainment, "no_scale", True)


def test_a_range_compares_with_its_bounds() -> None:
    tables = {"metrics": [metric(direction="range", tolerance=2)], "actuals": values("G", ("2026-06-30", 13))}
    term = figure("attainment", goals=[goal(target=8, target_high=10)], **tables)
    formula = "1 − max({low} − {actual}, {actual} − {high}, 0) ÷ max(|{high}|, {high} − {low}, {tolerance})"
    assert term.formula == formula
    assert told(term) == {"actual": 13, "low": 8, "high": 10, "tolerance": 2}
    plain = figure(
        "attainment", goals=[goal(target=8, target_high=10)], **{**tables, "metrics": [metric(direction="range")]}
    )
    assert plain.formula == "1 − max({low} − {actual}, {actual} − {high}, 0) ÷ max(|{high}|, {high} − {low})"
    open_end = figure("attainment", goals=[goal(target=8)], **tables)
    assert part(open_end, "high").note == "no_target"


def test_a_tolerance_and_a_negative_target_are_in_the_formula() -> None:
    tables = {"metrics": [metric(direction="lower", tolerance=5)], "actuals": values("G", ("2026-06-30", -1))}
    term = figure("attainment", goals=[goal(target=-2)], **tables)
    assert term.formula == "1 − ({actual} − {target}) ÷ max(|{target}|, {tolerance})"


@pytest.mark.parametrize(
    ("kind", "formula"),
    [
        ("sum", "Σ{value_row}"),
        ("average", "Σ{value_row} ÷ {value_count}"),
        ("max", "max{value_row}"),
        ("min", "min{value_row}"),
        ("last", "last{value_row}"),
        ("ratio", "{numerator} ÷ {denominator}"),
    ],
)
def test_values_add_up_as_the_metric_says(kind: str, formula: str) -> None:
    term = figure(
        "actual",
        metrics=[metric(aggregation=kind)],
        goals=[goal(target=1)],
        actuals=[*parts("G", ("2026-01-31", 90, 100)), *parts("G", ("2026-02-28", 495, 500))],
    )
    assert term.formula == formula
    leaves = [below for below in every_term(term) if below.name == "numerator" and below.cells]
    assert cells(leaves[-1]) == [("actuals", 1, "numerator")]


def test_a_ratio_without_denominator_has_no_value() -> None:
    term = figure(
        "actual",
        metrics=[metric(aggregation="ratio")],
        goals=[goal(target=1)],
        actuals=parts("G", ("2026-01-31", 9, 0)),
    )
    assert (term.value, term.note) == (None, "denominator_zero")


def test_a_ratio_of_plain_values_is_the_last() -> None:
    term = figure(
        "actual",
        metrics=[metric(aggregation="ratio")],
        goals=[goal(target=1)],
        actuals=values("G", ("2026-01-31", 0.4)),
    )
    assert term.formula == "last{value_row}"


ROLLED = {
    "actuals": [*values("A", ("2026-05-31", 30)), *values("B", ("2026-06-30", 50))],
}


@pytest.mark.parametrize(
    ("rollup", "formula", "value"),
    [
        ("sum", "Σ{carrier_actual}", 80),
        ("average", "Σ{weighted_actual} ÷ {weight_with_data}", 45),
        ("min", "min{carrier_actual}", 30),
        ("max", "max{carrier_actual}", 50),
    ],
)
def test_carriers_roll_up(rollup: str, formula: str, value: float) -> None:
    made = [
        goal(rollup=rollup, target=100),
        child("A", target=60, weight=0.1),
        child("B", target=60, weight=0.3),
        child("C", target=80),
    ]
    term = figure("actual", goals=made, **ROLLED)
    assert (term.value, term.formula) == (value, formula)
    assert part(term, "carrier_without_data").about == (("goal", "C"),)
    assert cells(term) == [("goals", 3, "rollup")]
    known = figure("known_weight", goals=made, **ROLLED)
    assert part(known, "carrier_without_data").value is None
    plan = figure(
        "plan",
        goals=[{**made[0], "start": "2026-01-01"}, *made[1:]],
        metrics=[metric(phasing="linear", aggregation="sum")],
        **ROLLED,
    )
    assert part(plan, "elapsed", "stand").formula == "max{stand}"


def test_numerators_roll_up_level_by_level() -> None:
    made = [
        goal(rollup="ratio", target=1),
        child("A", rollup="ratio", target=1),
        goal("AA", parent="A", target=1),
        child("B", target=1),
    ]
    rows = [*parts("AA", ("2026-01-31", 90, 100)), *parts("B", ("2026-02-28", 495, 500))]
    term = figure("actual", metrics=[metric(aggregation="ratio")], goals=made, actuals=rows)
    assert told(term) == {"numerator": 585, "denominator": 600}
    assert [below.value for below in part(term, "numerator").terms] == [90, 495]
    zero = [*parts("AA", ("2026-01-31", 9, -5)), *parts("B", ("2026-02-28", 4, 5))]
    assert figure("actual", metrics=[metric(aggregation="ratio")], goals=made, actuals=zero).note == "denominator_zero"


def test_rollups_without_data_say_so() -> None:
    assert figure("actual", goals=[goal(rollup="sum", target=1), child("A")]).note == "no_carrier_data"
    weightless = [goal(rollup="average", target=1), child("A", target=1, weight=0), child("B", target=1, weight=0)]
    assert figure("actual", goals=weightless, **ROLLED).note == "weightless"


def test_the_retained_part_is_added() -> None:
    made = [goal(rollup="sum", target=100, retained=20), child("A", target=60)]
    rows = [*values("A", ("2026-05-31", 30)), *values("G", ("2026-06-30", 7))]
    term = figure("actual", goals=made, actuals=rows)
    assert term.formula == "Σ{carrier_actual} + {own_actual}"
    assert told(term) == {"own_actual": 7, "carrier_actual": 30}
    known = figure("known_weight", goals=made, actuals=rows)
    assert known.formula == "(Σ{known_part} + {retained_with_data}) ÷ ({whole_weight} + {retained})"
    assert figure("known_weight", goals=made, actuals=rows[:1]).value == 0.75
    alone = figure("actual", goals=made, actuals=rows[1:])
    assert alone.formula == "{own_actual}"
    stand = figure("gap", goals=made, metrics=[metric(aggregation="sum")], actuals=rows)
    assert len(part(stand, "plan", "elapsed", "stand").terms) == 2
    lonely = figure("gap", goals=made, metrics=[metric(aggregation="sum")], actuals=rows[1:])
    assert part(lonely, "plan", "elapsed", "stand").note == "end_of_period"
    nobody = figure("known_weight", goals=made[:1], actuals=rows[1:])
    assert (nobody.value, told(nobody)["whole_weight"]) == (1, 0)


def test_targets_weigh_in_a_sum() -> None:
    made = [goal(rollup="sum", target=100), child("A", target=60), child("B", target=-5), child("C")]
    rows = [*ROLLED["actuals"], *values("C", ("2026-05-31", 3))]
    whole = part(figure("known_weight", goals=made, actuals=rows), "whole_weight")
    assert [(weight.value, weight.note) for weight in whole.terms] == [
        (60, ""),
        (0, "negative_target"),
        (0, "no_target"),
    ]
    none = [goal(rollup="sum", target=100), child("A"), child("B")]
    whole = part(figure("known_weight", goals=none, **ROLLED), "whole_weight")
    assert [(weight.value, weight.note) for weight in whole.terms] == [(1, "weight_blank")] * 2


def test_an_objective_is_the_mean_of_its_children() -> None:
    made = [objective(), child("A", target=60, weight=0.5), child("B", target=100), child("C", target=9, weight=0.2)]
    term = figure("attainment", goals=made, **ROLLED)
    assert term.formula == "Σ{weighted_attainment} ÷ {weight_with_data}"
    assert part(term, "child_without_data").about == (("goal", "C"),)
    assert [weight.note for weight in part(term, "weight_with_data").terms] == ["", "weight_blank"]
    gap = figure("gap", goals=made, **ROLLED)
    assert gap.formula == "1 − {attainment}"
    assert figure("plan", goals=made, **ROLLED).note == "plan_whole"
    known = figure("known_weight", goals=made, **ROLLED)
    assert part(known, "child_without_data").value is None


def test_milestones_count_by_weight() -> None:
    stones = [
        {"of": "G", "name": "One", "due": "2026-02-01", "done": "2026-01-20", "weight": 3},
        {"of": "G", "name": "Two", "due": "2026-06-01"},
    ]
    term = figure("attainment", goals=[objective()], milestones=stones)
    assert (term.value, term.formula) == (0.75, "Σ{milestone} ÷ {whole_weight}")
    done, open_one, whole = term.terms
    assert (done.note, open_one.note) == ("done", "not_done")
    assert cells(done) == [("milestones", 0, column) for column in ("weight", "due", "done")]
    assert [weight.note for weight in whole.terms] == ["", "weight_blank"]
    assert figure("known_weight", goals=[objective()], milestones=stones).note == "own_data"
    assert figure("attainment", "2026-01-10", goals=[objective()], milestones=stones).note == "no_milestone_due"


@pytest.mark.parametrize(
    ("value", "status", "formula"),
    [
        (70, "alert", "{gap_ratio} > {alert_line}"),
        (95, "behind", "{gap_ratio} > 0"),
        (100, "met", "{gap_ratio} ≤ 0 & {attainment} ≤ 1"),
        (120, "exceeded", "{gap_ratio} ≤ 0 & {attainment} > 1"),
    ],
)
def test_a_status_gives_its_reason(value: float, status: str, formula: str) -> None:
    tables = {"goals": [goal(target=100)], "actuals": values("G", ("2026-06-30", value))}
    term = figure("status", **tables)
    assert (term.value, term.formula) == (status, formula)
    if status == "alert":
        assert part(term, "alert_line").note == "by_default"
        own = part(figure("status", metrics=[metric(alert_gap=0.2)], **tables), "alert_line")
        assert (own.value, cells(own)) == (0.2, [("metrics", 0, "alert_gap")])


def test_a_partly_known_goal_names_the_parameter() -> None:
    made = [objective(), child("A", target=60, weight=0.5), child("B", target=100, weight=0.5)]
    rows = values("A", ("2026-05-31", 30))
    company = [{"code": "X", "name": "X", "settings": ["CHECK.known_weight=60%"]}]
    term = figure("status", goals=made, actuals=rows, company=company)
    assert (term.value, term.formula) == ("partial", "{known_weight} < {known_needed}")
    assert cells(part(term, "known_needed")) == [("company", 0, "settings")]


def test_a_carrier_without_target_counts_as_known() -> None:
    made = [goal(rollup="average", target=100), child("A"), child("B", target=1)]
    term = figure("known_weight", goals=made, **ROLLED)
    assert [told(below)["known_weight"] for below in term.terms if below.name == "known_part"] == [1, 1]


# Cards


def card(*items: Row, goals: Iterable[Row] = (), score: float = 90, **tables: Any) -> Term:
    """Return the card of HQ, by default on a goal G with target 100 and the value `score`."""
    seen = view(
        **{
            "goals": [goal(target=100), *goals],
            "actuals": values("G", ("2026-06-30", score)),
            "scorecards": [{"holder": "HQ", "cycle": "2026", "goal": "G", "weight": 1, **item} for item in items],
            **tables,
        }
    )
    root = sound(seen, "scorecard:HQ")
    assert root.value == check(seen).scorecards[0]["score"]
    return root


@pytest.mark.parametrize(
    ("item", "score", "formula"),
    [
        ({}, 90, "100 × {attainment}"),
        ({}, -10, "max(100 × {attainment}, 0)"),
        ({}, 150, "min(100 × {attainment}, {cap})"),
        ({"cap": 80}, 90, "min(100 × {attainment}, {cap})"),
        ({"method": "yesno"}, 100, "{attainment} ≥ 1"),
        ({"method": "yesno"}, 90, "{attainment} < 1"),
        ({"method": "yesno", "cap": 70}, 100, "min(100, {cap})"),
        ({"method": "steps", "steps": [(0.5, 40), (1.0, 100)]}, 90, "max{step}"),
        ({"method": "steps", "steps": [(0.5, -40)]}, 90, "max(max{step}, 0)"),
        ({"method": "steps", "steps": [(1.0, 100)]}, 90, ""),
        ({"method": "threshold"}, 70, "{actual} < {threshold}"),
        ({"method": "threshold"}, 90, "60 + 40 × ({actual} − {threshold}) ÷ ({target} − {threshold})"),
        ({"method": "threshold"}, 110, "100 + 20 × ({actual} − {target}) ÷ ({stretch} − {target})"),
        ({"method": "threshold"}, 130, "min(100 + 20 × ({actual} − {target}) ÷ ({stretch} − {target}), {cap})"),
        ({"method": "threshold", "stretch": 100}, 130, "{actual} ≥ {target}"),
    ],
)
def test_an_item_scores_by_its_method(item: Row, score: float, formula: str) -> None:
    item_score = part(card(item, score=score), "weighted_score", "item_score")
    assert item_score.formula == formula
    assert item_score.note == ("" if formula else "no_step_reached")


def test_levels_of_lower_is_better_turn_round() -> None:
    tables = {"metrics": [metric(direction="lower", tolerance=300)], "score": 180}
    item = part(card({"method": "threshold", "threshold": 90}, **tables), "weighted_score", "item_score")
    assert item.formula == "{actual} > {threshold}"
    assert part(item, "threshold").note == "level_of_target"
    high = part(card({"method": "threshold"}, **{**tables, "score": 60}), "weighted_score", "item_score")
    assert part(high, "stretch").formula == "{target} − 0.2 × {tolerance}"
    low = part(card({"method": "threshold"}, **{**tables, "score": 110}), "weighted_score", "item_score")
    assert part(low, "threshold").formula == "{target} + 0.2 × {tolerance}"


def test_an_item_without_value_compares_by_attainment() -> None:
    stones = [{"of": "S", "name": "One", "due": "2026-02-01", "done": "2026-01-20", "weight": 9},
              {"of": "S", "name": "Two", "due": "2026-03-01"}]  # fmt: skip
    root = card({"goal": "S", "method": "threshold"}, goals=[objective("S")], milestones=stones)
    item = part(root, "weighted_score", "item_score")
    assert item.formula == "60 + 40 × ({attainment} − {threshold}) ÷ ({target} − {threshold})"
    assert (part(item, "threshold").note, part(item, "target").note) == ("threshold_by_default", "whole")


def test_points_vetoes_and_caps_are_in_the_formula() -> None:
    extra = [goal("X", target=100), goal("Y", target=100)]
    rows = [*values("G", ("2026-06-30", 115)), *values("X", ("2026-06-30", 100)), *values("Y", ("2026-06-30", 50))]
    plus = card({}, {"goal": "X", "points": 9}, goals=extra, actuals=rows)
    assert plus.formula == "min(Σ{weighted_score} ÷ {weight_with_data} + Σ{points}, 120)"
    assert part(plus, "points").formula == "{attainment} ≥ 1"
    minus = card({}, {"goal": "Y", "points": -300}, goals=extra, actuals=rows)
    assert minus.formula == "max(Σ{weighted_score} ÷ {weight_with_data} + Σ{points}, 0)"
    assert part(minus, "points").formula == "{attainment} < 1"
    veto = card({}, {"goal": "Y", "method": "threshold", "veto": True, "cap": 10}, goals=extra, actuals=rows)
    assert veto.formula == "min(Σ{weighted_score} ÷ {weight_with_data}, min{veto_cap})"
    assert part(veto, "veto_cap").formula == "{item_score} ≤ 0"
    below = card({}, {"goal": "Y", "threshold": 60, "veto": True, "veto_cap": 30}, goals=extra, actuals=rows)
    assert part(below, "veto_cap").formula == "{actual} < {threshold}"
    turned = card({"veto": True, "threshold": 110}, score=115, metrics=[metric(direction="lower")])
    assert part(turned, "veto_cap").formula == "{actual} > {threshold}"


def test_items_that_do_not_count_say_why() -> None:
    extra = [goal("X", target=100, exempt=True), goal("Y", target=100, stretch=True), goal("Z", target=100)]
    root = card({}, {"goal": "X"}, {"goal": "Y"}, {"goal": "Z", "monitor": True}, goals=extra)
    left = [term for term in root.terms if term.name == "left_out"]
    assert [term.note for term in left] == ["exempt", "stretch", "monitored"]
    assert [cells(term)[0][2] for term in left] == ["exempt", "stretch", "monitor"]


@pytest.mark.parametrize(
    ("score", "rating", "formula"),
    [
        (90, "B", "{card_score} ≥ {band} & {coverage} ≥ {coverage_needed}"),
        (20, "D", "{card_score} < {band}"),
    ],
)
def test_a_rating_names_its_band(score: float, rating: str, formula: str) -> None:
    term = part(card({}, score=score), "rating")
    assert (term.value, term.formula) == (rating, formula)


def test_a_card_without_data_or_coverage_has_no_rating() -> None:
    empty = card({}, actuals=[])
    assert (empty.note, part(empty, "rating").note) == ("no_item_with_data", "no_item_with_data")
    assert part(empty, "item_without_data").value is None
    thin = part(card({}, {"goal": "X"}, goals=[goal("X", target=1)]), "rating")
    assert (thin.value, thin.formula) == (None, "{coverage} < {coverage_needed}")
    monitored = card({"monitor": True})
    assert part(monitored, "coverage").note == "nothing_weighs"


def test_a_card_of_another_cycle_is_asked_for_by_it() -> None:
    quarter = card({"cycle": "2026-Q1"})
    assert quarter.about == (("unit", "HQ"), ("cycle", "2026-Q1"))
    seen = view(
        goals=[goal(target=100)],
        scorecards=[{"holder": "HQ", "cycle": cycle, "goal": "G", "weight": 1} for cycle in ("2026", "2026-Q1")],
    )
    assert explain(seen, "scorecard:HQ").about == (("unit", "HQ"),)
    assert explain(seen, "scorecard:HQ/2026-Q1").about == quarter.about
    with pytest.raises(AddressError) as error:
        explain(seen, "scorecard:HQ/2026-Q2")
    assert (error.value.kind, error.value.known) == ("cycle", ("2026", "2026-Q1"))


# Rewards


def amount(code: str, *scheme: Row, **tables: Any) -> Term:
    """Return the amount of a person: P1 and P2 in D1 with scores 100 and 50, P3 in D2 without score or base."""
    people = [
        person("P1"),
        person("P2", joined="2026-07-02"),
        person("P3", unit="D2", base=None),
        person("P4", unit=None),
    ]
    seen = bonus(people, {"P1": 100, "P2": 50, "D1": 80, "P3": 70}, *scheme, **tables)
    amounts = {entry["person"]: entry["amount"] for entry in check(seen).rewards}
    root = sound(seen, f"reward:S/{code}")
    assert root.value == amounts[code]
    return root


def test_an_amount_opens_down_to_the_base() -> None:
    root = amount("P1")
    assert root.formula == "{quota} + {rounding}"
    weight = part(root, "quota", "personal_weight", "member_weight")
    assert cells(part(weight, "base")) == [("people", 0, "base_bonus")]
    assert part(weight, "grade_factor").note == "factor_blank"
    assert part(root, "quota", "unit_part", "unit_weight", "unit_coefficient").formula == "{card_score} ÷ 100"
    assert part(root, "quota", "unit_part", "unit_weight", "core_factor").note == "unit_not_core"
    rounding = part(root, "rounding")
    assert rounding.is_reason
    assert rounding.note in ("rounded_up", "rounded_down")


def test_pay_that_is_missing_is_explained() -> None:
    assert amount("P3").note == "no_base"
    assert amount("P3").terms[0].name == "card_score"
    assert (amount("P4").note, amount("P4").terms) == ("no_score", ())
    assert amount("P1", {"pool": None}).note == "no_pool"
    assert amount("P1", reward_members=[{"person": "P1", "factor": 0}]).note == "no_weight"
    nothing = [
        {"scheme": "S", "kind": "personal", "score": score, "coefficient": one} for score, one in ((50, 0), (90, 1))
    ]
    assert amount("P2", coefficients=nothing).note == "no_share"


def test_a_pool_moves_with_the_company() -> None:
    stated = part(amount("P1", {"company_coefficient": 0.93}), "quota", "unit_part", "pool")
    assert stated.formula == "round({stated_pool} × {company_coefficient})"
    table = [
        {"scheme": "S", "kind": "company", "score": score, "coefficient": one} for score, one in ((0, 0), (100, 1))
    ]
    seen = bonus([person("P1")], {"P1": 100, "HQ": 75}, coefficients=table)
    by_card = part(sound(seen, "reward:S/P1"), "quota", "unit_part", "pool", "company_coefficient")
    assert (by_card.value, part(by_card, "card_score").about) == (0.75, (("unit", "HQ"),))


@pytest.mark.parametrize("mode", ["share", "ceiling"])
def test_core_units_and_people_without_unit(mode: str) -> None:
    units = [{**row, "core": row["code"] == "HQ"} for row in BONUS_UNITS]
    people = [person("P1", unit="T1"), person("P2", unit=None)]
    seen = bonus(people, {"P1": 100, "P2": 50}, {"core_factor": 2.5, "mode": mode, "pool": 9_000_000}, units=units)
    names = {term.name: term for term in every_term(sound(seen, "reward:S/P1")) if term.about == (("unit", "T1"),)}
    assert cells(names["core_factor"]) == [("reward_schemes", 0, "core_factor"), ("units", 2, "core")]
    assert names["unit_coefficient"].note == "no_unit_score"
    notes = {term.name: term.note for term in every_term(sound(seen, "reward:S/P2"))}
    assert notes["core_factor"] in ("unit_not_core", "")


def test_a_ceiling_is_scaled_down_only_above_the_pool() -> None:
    wide = part(amount("P1", {"mode": "ceiling", "pool": None}), "quota")
    assert wide.formula.startswith("{personal_weight} × {company_coefficient}")
    tight = part(amount("P1", {"mode": "ceiling", "pool": 5_000}), "quota")
    assert tight.formula == "{pool} × {claim} ÷ {all_claims}"


LINE = (
    "{low_coefficient} + ({high_coefficient} − {low_coefficient})"
    " × ({card_score} − {low_score}) ÷ ({high_score} − {low_score})"
)


@pytest.mark.parametrize(
    ("score", "formula"),
    [
        (30, "{coefficient}"),
        (60, "{coefficient}"),
        (70, LINE),
        (119, "{coefficient}"),
    ],
)  # fmt: skip
def test_a_coefficient_lies_on_the_table(score: float, formula: str) -> None:
    table = [
        {"scheme": "S", "kind": "personal", "score": at, "coefficient": one}
        for at, one in ((40, 0.5), (60, 0.8), (100, 1))
    ]
    seen = bonus([person("P1"), person("P2")], {"P1": score, "P2": 100}, coefficients=table)
    coefficient = part(sound(seen, "reward:S/P1"), "quota", "personal_weight", "personal_coefficient")
    assert coefficient.formula == formula
    assert all(term.cells for term in coefficient.terms if term.name != "card_score")


def test_a_score_above_the_cap_is_cut() -> None:
    seen = bonus([person("P1")], {"P1": 130}, metrics=[metric()], scorecards=[
        {"holder": "P1", "cycle": "2026", "goal": "G-P1", "weight": 1, "cap": 200}])  # fmt: skip
    assert explain(seen, "reward:S/P1").value == 100_000


# Index


def test_the_index_of_nobody_is_missing() -> None:
    seen = snapshot(units=BONUS_UNITS, people=[])
    assert (explain(seen, "index").value, explain(seen, "index").note) == (None, "nobody_counted")


def test_a_loss_without_finding_is_named() -> None:
    tables = healthy(settings=["GOAL-PRIORITY.mode=off", "GOAL-SMART.mode=warn"])
    whole = part(sound(snapshot(**tables), "index"), "whole")
    assert told(whole)["people_counted"] == 4
    waived = healthy()
    waived["goals"] = [{**row, "stretch": row["code"] in ("G3", "G4")} for row in waived["goals"]]
    seen = snapshot(**waived)
    lost = [link for link in part(sound(seen, "index"), "whole").terms if link.name == "lost" and link.value]
    causes = [(dict(link.about)["link"], cause.name, cause.value) for link in lost for cause in link.terms]
    report = check(seen)
    known = [
        (loss["link"], "people_unexplained" if loss["rule"] is None else "people_behind", loss["people"])
        for loss in report.losses
    ]
    assert causes == known
    assert "people_unexplained" in {name for _, name, _ in causes}
    assert all(person.cells for link in lost for cause in link.terms for person in cause.terms)


# Processes


def test_a_process_opens_along_its_longest_path() -> None:
    seen = snapshot(**flow_tables(*ORDER))
    lead = sound(seen, "process:ORDER.lead_minutes")
    assert lead.formula == "Σ{node_minutes} + Σ{handoff_minutes}"
    assert [term.name for term in lead.terms][:3] == ["node_minutes", "handoff_minutes", "node_minutes"]
    useful = part(sound(seen, "process:ORDER.efficiency"), "useful_minutes")
    assert cells(part(useful, "processing")) == [
        ("process_nodes", 2, "processing_minutes"),
        ("process_nodes", 2, "value_adding"),
    ]
    fit = sound(seen, "process:ORDER.fit")
    assert told(fit) == {"handoffs": 4, "edges": 4}


def test_a_process_without_edges_times_or_loads_says_so() -> None:
    seen = snapshot(**flow_tables({"process": "ORDER", "code": "N", "name": "N"}))
    notes = {
        name: sound(seen, f"process:ORDER.{name}").note
        for name in ("fit", "lead_minutes", "efficiency", "handoffs", "bottleneck")
    }
    assert notes == {
        "fit": "no_edge",
        "lead_minutes": "no_time_stated",
        "efficiency": "no_time_stated",
        "handoffs": "no_handoff",
        "bottleneck": "no_load_known",
    }


def test_work_without_capacity_has_no_utilisation() -> None:
    load = {"volume": 10, "processing_minutes": 5, "capacity_minutes": 0}
    rows = [
        {"process": "ORDER", "code": "N", "name": "N", **load},
        {"process": "ORDER", "code": "O", "name": "O", "value_adding": True},
    ]
    seen = snapshot(**flow_tables(*rows))
    assert part(sound(seen, "process:ORDER.bottleneck"), "utilisation").note == "no_capacity"
    assert part(sound(seen, "process:ORDER.efficiency"), "useful_minutes").note == "nothing_adds_value"


# Budget


def request(goal_code: str | None = "G", entries: Iterable[Row] = (), score: float = 50, **cells: Any) -> Term:
    """Return the request B, tied to the goal G of target 100 and value `score`, linear over the year."""
    row = {"code": "B", "name": "B", "cycle": "2026", "unit": "HQ", "goal": goal_code, "requested": 900, **cells}
    seen = view(
        metrics=[metric(aggregation="sum")],
        goals=[goal(target=100)],
        actuals=values("G", ("2026-06-30", score)),
        budget_requests=[{"allocated": 1000, **row}],
        budget_entries=[{"request": "B", "date": "2026-03-01", **entry} for entry in entries],
    )
    return sound(seen, "request:B")


@pytest.mark.parametrize(
    ("score", "spent", "verdict"),
    [(50, 400, "on_plan"), (90, 400, "supplement"), (10, 400, "cut_or_reinforce"), (45, 900, "overspending")],
)
def test_a_verdict_gives_its_reason(score: float, spent: int, verdict: str) -> None:
    term = request(score=score, entries=[{"kind": "spend", "amount": spent}])
    assert (term.value, term.is_reason) == (verdict, True)


def test_balances_name_their_entries() -> None:
    moves = [("commit", 300), ("release", 50), ("spend", 400), ("refund", 20), ("reclaim", 5), ("supplement", 70)]
    term = request(entries=[{"kind": kind, "amount": amount} for kind, amount in moves])
    assert part(term, "current").formula == "{opening} + Σ{supplement} − Σ{reclaim}"
    assert part(term, "open").formula == "max(Σ{commit} − Σ{release} − {all_spend}, 0)"
    assert cells(part(term, "spent", "refund")) == [("budget_entries", 3, "amount")]
    assert told(term)["free"] == 1065 - 380
    covered = request(entries=[{"kind": "commit", "amount": 300}])
    assert part(covered, "open").formula == "Σ{commit}"


def test_requests_that_are_not_judged_say_why() -> None:
    assert request(None).note == "no_goal"
    assert request(allocated=None).note == "no_allocation"
    closed = view(
        goals=[goal(target=100)],
        budget_requests=[
            {"code": "B", "name": "B", "cycle": "2026", "unit": "HQ", "goal": "G", "requested": 1, "allocated": 5}
        ],
    )
    assert sound(closed, "request:B").note == "no_progress"
    assert explain(closed, "budget.core_share").value == 0
    assert explain(view(), "budget.core_share").note == "no_strategic_money"


# Addresses


@pytest.mark.parametrize(
    ("address", "kind", "value"),
    [
        ("", "form", ""),
        ("goal", "form", "goal"),
        ("goal:", "form", "goal:"),
        ("index:", "form", "index:"),
        ("goals:G.gap", "form", "goals:G.gap"),
        ("goal:X.gap", "goal", "X"),
        ("goal:X", "goal", "X"),
        ("goal:G", "figure", ""),
        ("goal:G.gaps", "figure", "gaps"),
        ("budget.share", "figure", "share"),
        ("scorecard:X", "holder", "X"),
        ("reward:X/P1", "scheme", "X"),
        ("reward:S/P9", "person", "P9"),
        ("reward:S", "person", ""),
        ("index:X", "unit", "X"),
        ("process:X.fit", "process", "X"),
        ("process:ORDER", "figure", ""),
        ("request:X", "request", "X"),
    ],
)
def test_an_address_that_names_nothing_is_refused(address: str, kind: str, value: str) -> None:
    tables = flow_tables(*ORDER)
    tables["people"] = [*tables["people"], {"code": "P1", "name": "P1", "unit": "HQ"}]
    seen = view(
        **{**tables, "goals": [goal()],
           "reward_schemes": [{"code": "S", "name": "S", "cycle": "2026"}],
           "reward_members": [{"scheme": "S", "person": "P1"}]}
    )  # fmt: skip
    with pytest.raises(AddressError) as error:
        explain(seen, address)
    assert (error.value.kind, error.value.value) == (kind, value)
    assert error.value.known or kind in ("holder", "request")
    if kind == "form":
        assert error.value.known == tuple(FORMS.values())


def test_a_code_may_hold_a_point() -> None:
    seen = view(goals=[goal("G.1", target=3)])
    assert explain(seen, " goal:G.1.target ").value == 3
