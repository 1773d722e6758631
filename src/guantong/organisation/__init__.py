"""The company, its settings, cycles, units, positions and people."""
