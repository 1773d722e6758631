"""Guantong: one unbroken thread from a company's strategy to each person's performance and pay."""

__version__ = "0.1.0"
