"""Following goals: check-ins and corrective plans."""

from guantong.kit.records import Record


class Checkin(Record):
    """How a goal stands at a check-in."""

    table = "checkins"


class CorrectivePlan(Record):
    """What is done about an alert."""

    table = "corrective_plans"
