"""Meetings."""

from guantong.kit.records import Record


class Meeting(Record):
    """A meeting of a unit."""

    table = "meetings"
