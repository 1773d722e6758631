"""Goals, and what is agreed about them."""

from guantong.kit.records import Record


class Goal(Record):
    """A goal of the company, a unit or a person."""

    table = "goals"


class Milestone(Record):
    """A milestone of a goal or a key task."""

    table = "milestones"


class Estimate(Record):
    """A driver of a goal's target estimate."""

    table = "estimates"


class Collaboration(Record):
    """Help that a goal needs from another goal or a unit."""

    table = "collaborations"


class Adjustment(Record):
    """A change of a goal's target within its cycle."""

    table = "adjustments"


class Calibration(Record):
    """An approval of a markup along a goal's line."""

    table = "calibrations"
