"""A report as plain values, to be compared with another: codes renamed, order and last digits left aside."""

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any


def renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Return a value as dicts and lists, every code in it replaced; a node's `process/code` part by part."""
    if isinstance(value, str):
        return "/".join(names.get(part, part) for part in value.split("/"))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: renamed(getattr(value, field.name), names) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {renamed(key, names): renamed(each, names) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(renamed(each, names) for each in value)
    return value


def unordered(value: Any) -> Any:
    """Return a report's part in an order that does not hang on codes, with numbers of 9 digits."""
    if isinstance(value, Mapping):
        # A finding's unit is a position, which hangs on the codes.
        return {key: unordered(each) for key, each in value.items() if key != "unit" or isinstance(each, str)}
    if isinstance(value, list | tuple):
        return sorted((unordered(each) for each in value), key=repr)
    return float(f"{value:.9g}") if isinstance(value, float) else value


def numbers(value: Any) -> Iterator[float]:
    """Yield every number in a report."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from numbers(each)
    elif isinstance(value, int | float):
        yield value
