"""What events tell while something is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from guantong.kit.events import _HANDLERS, subscribe


@contextmanager
def told[Event](kind: type[Event]) -> Iterator[list[Event]]:
    """Collect the events of a kind that are published within."""
    events: list[Any] = []

    def keep(event: Event) -> None:
        events.append(event)

    subscribe(kind, keep)
    try:
        yield events
    finally:
        _HANDLERS[kind].remove(keep)
