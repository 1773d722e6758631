"""The responsibility matrix."""

from django.db import models

from guantong.kit.records import Item, Record


class Responsibility(Record):
    """A task of the matrix, with who answers for it."""

    table = "responsibilities"


class Responsible(Item):
    """A person who answers for a task."""

    table = "responsibilities"
    column = "responsible"


class Collaborator(Item):
    """A unit or person that helps with a task, and its duty."""

    table = "responsibilities"
    column = "collaborators"

    duty = models.TextField(blank=True, default="")
