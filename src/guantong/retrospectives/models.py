"""Retrospectives of goals."""

from guantong.kit.records import Record


class Retrospective(Record):
    """What a goal's end taught."""

    table = "retrospectives"
