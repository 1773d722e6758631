"""Scorecards, performance contracts and the strategy map."""

from guantong.kit.records import Record


class ScorecardItem(Record):
    """A goal on the card of a unit or person."""

    table = "scorecards"


class Contract(Record):
    """A performance contract and its signatures."""

    table = "contracts"


class MapArrow(Record):
    """A cause and its effect on the strategy map."""

    table = "strategy_map"
