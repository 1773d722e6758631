"""The strategy: entries of the plan (BLM) and the year's priorities."""
