"""Programs that send values: each a thread with a connection that it keeps, at a pace or as fast as it is answered."""

import http.client
import itertools
import json
import statistics
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from guantong.clock import seconds

_DAYS = [f"2026-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 20)]
"""Days on which the synthetic company has no values."""

_PATIENCE_SECONDS = 60


@dataclass
class Load:
    """What was sent and answered.

    Attributes:
        seconds: How long it took.
        latencies: Seconds that each request took, in no order.
        values, total: Values that were confirmed, and their sum.
        failed: Requests that were answered otherwise than by 200.
    """

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    values: int = 0
    total: float = 0.0
    failed: int = 0

    def quantile(self, percent: int) -> float:
        """Return the latency that so many of a hundred requests stay within, in seconds."""
        return statistics.quantiles(self.latencies, n=100, method="inclusive")[percent - 1]


def bodies(goals: Sequence[str], size: int, note: str) -> Iterator[tuple[bytes, float]]:
    """Yield bodies of so many values, each with their sum; no goal has two of a day in all of them."""
    places = ((goal, day) for day in _DAYS for goal in goals)
    first = 1
    while batch := list(itertools.islice(places, size)):
        values = [
            {"goal": goal, "date": day, "value": number, "note": note}
            for number, (goal, day) in enumerate(batch, first)
        ]
        yield json.dumps({"values": values}).encode(), float(sum(range(first, first + len(batch))))
        first += len(batch)


class Clients:
    """Clients of a server.

    Attributes:
        port: Of the server on this machine.
        token: With which they ask.
        count: How many there are.
    """

    def __init__(self, port: int, token: str, count: int) -> None:
        self.port, self.token, self.count = port, token, count
        self._lock = threading.Lock()

    def send(self, given: Iterator[tuple[bytes, float]], size: int, lasting: float, pace: float | None) -> Load:
        """Send bodies of so many values for some seconds: so many requests a second in all, None = flat out."""
        load, turns = Load(), itertools.count()
        begun = seconds()

        def work(connection: http.client.HTTPConnection) -> None:
            while (body := self._next(given)) is not None:
                due = begun + next(turns) / pace if pace else seconds()
                if max(due, seconds()) > begun + lasting:
                    return
                time.sleep(max(0.0, due - seconds()))
                self._note(load, self._post(connection, body[0]), size, body[1])

        self._all_at_once(work)
        load.seconds = seconds() - begun
        return load

    def ask(self, path: str, count: int) -> Load:
        """Ask for an address so often, flat out."""
        load, left = Load(), iter(range(count))
        begun = seconds()

        def work(connection: http.client.HTTPConnection) -> None:
            while self._next(left) is not None:
                self._note(load, self._request(connection, "GET", path, None), 0, 0.0)

        self._all_at_once(work)
        load.seconds = seconds() - begun
        return load

    def _next[Kind](self, given: Iterator[Kind]) -> Kind | None:
        with self._lock:
            return next(given, None)

    def _note(self, load: Load, answer: tuple[int, float], values: int, total: float) -> None:
        status, taken = answer
        with self._lock:
            load.latencies.append(taken)
            if status == http.client.OK:
                load.values += values
                load.total += total
            else:
                load.failed += 1

    def _post(self, connection: http.client.HTTPConnection, body: bytes) -> tuple[int, float]:
        return self._request(connection, "POST", "/api/v1/values", body)

    def _request(
        self, connection: http.client.HTTPConnection, method: str, path: str, body: bytes | None
    ) -> tuple[int, float]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        begun = seconds()
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status, seconds() - begun

    def _all_at_once(self, work: Callable[[http.client.HTTPConnection], None]) -> None:
        failures: list[Exception] = []

        def run() -> None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE_SECONDS)
            try:
                work(connection)
            except Exception as error:
                failures.append(error)
            finally:
                connection.close()

        threads = [threading.Thread(target=run) for _ in range(self.count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]
