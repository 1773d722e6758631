"""The budget: envelopes, limits, requests, monthly plans and the ledger."""

from guantong.kit.records import Item, Record


class BudgetEnvelope(Record):
    """What a company may allocate in a cycle."""

    table = "budget_envelopes"


class BudgetLimit(Record):
    """The most that a unit or category may get in a cycle."""

    table = "budget_limits"


class BudgetRequest(Record):
    """Money asked for, and what was allocated first."""

    table = "budget_requests"


class BudgetPlan(Record):
    """What a request plans to spend in a month."""

    table = "budget_plans"


class BudgetEntry(Record):
    """A movement in a request's ledger."""

    table = "budget_entries"


class BudgetDependency(Item):
    """A request without which another makes no sense."""

    table = "budget_requests"
    column = "depends_on"
