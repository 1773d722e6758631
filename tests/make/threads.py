"""Running functions at the same moment, each in a thread and with a database connection of its own."""

import threading
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connections

from tests.make.viewed import with_same_view


def at_once(functions: Sequence[Callable[[], Any]]) -> list[Any]:
    """Run functions together and return what each returned or raised, in order; all have the same company in view."""
    works = [with_same_view(function) for function in functions]
    barrier = threading.Barrier(len(functions))
    results: list[Any] = [None] * len(functions)

    def run(place: int) -> None:
        try:
            barrier.wait()
            results[place] = works[place]()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(functions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
