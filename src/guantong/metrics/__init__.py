"""The metric library."""
