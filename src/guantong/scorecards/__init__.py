"""Scorecards, performance contracts and the strategy map."""
