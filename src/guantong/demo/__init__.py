"""The demo company: a new-energy car maker, built relative to a day."""
