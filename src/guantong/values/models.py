"""Actual values of goals and their plans by month."""

from guantong.kit.records import Record


class ActualValue(Record):
    """What a goal reached by a day."""

    table = "actuals"


class TargetPlan(Record):
    """What a goal plans to have reached by the end of a month."""

    table = "target_plans"
