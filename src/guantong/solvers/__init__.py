"""Solvers: engine values in, engine values out; their libraries are imported when they are first used."""
