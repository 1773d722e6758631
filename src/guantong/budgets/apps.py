"""The area as Django knows it."""

from django.apps import AppConfig


class BudgetsConfig(AppConfig):
    """The budget: envelopes, limits, requests, monthly plans and the ledger."""

    name = "guantong.budgets"
