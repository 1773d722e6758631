"""Processes, their nodes, and scenarios of how to organise them."""

from django.db import models

from guantong.kit.records import Item, Record


class Process(Record):
    """A process."""

    table = "processes"


class ProcessNode(Record):
    """A step of a process."""

    table = "process_nodes"


class Scenario(Record):
    """How a node would be in another organisation."""

    table = "scenarios"


class ProcessKeyTask(Item):
    """A key task that a process carries."""

    table = "processes"
    column = "key_tasks"


class NodePosition(Item):
    """A position that answers for a node."""

    table = "process_nodes"
    column = "positions"


class NodeLink(Item):
    """A node that follows another within its process."""

    table = "process_nodes"
    column = "next"

    code = models.TextField()
    share = models.FloatField(null=True, blank=True)
