"""The metric library."""

from guantong.kit.records import Item, Record


class Metric(Record):
    """A metric: what is measured, how it adds up, which direction is good."""

    table = "metrics"


class MetricTension(Item):
    """A metric that holds another in balance."""

    table = "metrics"
    column = "tension_with"
