"""The value chain: its links, customers' feedback, small profit centres."""

from guantong.kit.records import Record


class ChainLink(Record):
    """Cost and value of a link in a cycle."""

    table = "value_chain"


class Feedback(Record):
    """What a customer said, and what came of it."""

    table = "feedback"


class ProfitCentreMonth(Record):
    """A small profit centre's month."""

    table = "amoeba"
