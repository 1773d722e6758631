"""The strategy: entries of the plan (BLM) and the year's priorities."""

from guantong.kit.records import Item, Record


class PlanEntry(Record):
    """An entry of the strategy plan: vision, intent, insight, key task, …."""

    table = "plan"


class Priority(Record):
    """A strategic priority of a year."""

    table = "priorities"


class PlanLink(Item):
    """An entry to which another leads."""

    table = "plan"
    column = "leads_to"
