"""One list of actions over meetings, plans and retrospectives."""

from guantong.kit.records import Record


class ActionItem(Record):
    """What somebody has to do by a day."""

    table = "actions"
