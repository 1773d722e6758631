"""The budget: envelopes, limits, requests, monthly plans and the ledger."""
