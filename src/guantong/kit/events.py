"""What a lower area tells the higher ones: typed events, handed on in the same transaction.

An area defines its events in `events.py` and publishes them in its actions; a higher area subscribes in its `apps.py`.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_HANDLERS: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe[Event](kind: type[Event], handler: Callable[[Event], None]) -> None:
    """Have a function called with every event of a kind, once however often it subscribes."""
    if handler not in _HANDLERS[kind]:
        _HANDLERS[kind].append(handler)


def publish(event: object) -> None:
    """Hand an event to its subscribers; what they raise undoes the transaction."""
    for handler in _HANDLERS[type(event)]:
        handler(event)
