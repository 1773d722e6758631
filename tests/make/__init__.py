"""Builders of test companies."""
