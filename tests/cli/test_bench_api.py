"""`guantong bench api`: what is measured is what it says, on a database of its own; no time is judged."""

import io
import itertools
import json
import os
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.bench_api import MARKERS, VALUES
from guantong.cli.bench_api_clients import Load, bodies
from guantong.cli.bench_api_table import write_table
from guantong.cli.main import main
from guantong.messages.labels import label

SIZE = 2_000


def test_bodies_hold_each_day_of_a_goal_once() -> None:
    given = bodies(["A", "B", "C"], 10, "note")
    sent = [(json.loads(body)["values"], total) for body, total in given]
    values = list(itertools.chain.from_iterable(batch for batch, _ in sent))
    assert {len(batch) for batch, _ in sent[:-1]} == {10}
    assert len({(value["goal"], value["date"]) for value in values}) == len(values) == 3 * 12 * 19
    assert [value["value"] for value in values] == list(range(1, len(values) + 1))
    assert all(total == sum(value["value"] for value in batch) for batch, total in sent)


def test_quantiles_are_of_all_requests() -> None:
    load = Load(latencies=[number / 1000 for number in range(1, 101)])
    assert load.quantile(50) == pytest.approx(0.0505)
    assert load.quantile(95) == pytest.approx(0.09505)


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """Return the document, and the Markdown written meanwhile; on PostgreSQL where the tests have a server."""
    path = tmp_path_factory.mktemp("bench") / "performance.md"
    path.write_text("\n".join(["before", MARKERS[0], "what stood here", MARKERS[1], "after"]), encoding="utf-8")
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        arguments = ["--goals", str(SIZE), "--seconds", "1", "--format", "json", "--lang", "en", "--write", str(path)]
        assert main(["bench", "api", *arguments]) == 0
    return json.loads(out.getvalue()), path.read_text(encoding="utf-8")


@pytest.mark.full
def test_nothing_that_was_confirmed_is_lost(measured: tuple[dict[str, Any], str]) -> None:
    document = measured[0]
    assert document["database"] == ("PostgreSQL" if os.environ.get("GUANTONG_TEST_DATABASE_URL") else "SQLite")
    (size,) = document["sizes"]
    assert (size["goals"], size["lost"], size["is_sum_kept"], size["unchecked"]) == (SIZE, 0, True, 0)
    parts = {part["part"]: part for part in size["parts"]}
    assert set(parts) == {"bare", "paced", "flat_out"}
    assert all(part["failed"] == 0 and part["requests"] > 0 for part in parts.values())
    assert size["confirmed"] == VALUES * (parts["paced"]["requests"] + parts["flat_out"]["requests"])
    assert all(0 < part["median_seconds"] <= part["p95_seconds"] for part in parts.values())


@pytest.mark.full
def test_the_table_stands_between_its_markers(measured: tuple[dict[str, Any], str]) -> None:
    text = measured[1]
    assert text.startswith(f"before\n{MARKERS[0]}\n")
    assert text.endswith(f"{MARKERS[1]}\nafter")
    assert "what stood here" not in text
    for part in ("bare", "paced", "flat_out"):
        assert f"| {label(f'bench_api.parts.{part}', 'en')} |" in text


@pytest.mark.full
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_table_fits_the_terminal(measured: tuple[dict[str, Any], str], language: str) -> None:
    out = io.StringIO()
    write_table(Console(file=out, width=100), measured[0], language)
    assert max(cell_len(line) for line in out.getvalue().splitlines()) <= 100
    assert label("bench_api.parts.paced", language) in out.getvalue()


def test_a_document_without_a_place_is_refused_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "performance.md"
    path.write_text("no markers", encoding="utf-8")
    assert main(["bench", "api", "--write", str(path), "--lang", "en"]) == 2
    assert MARKERS[0] in capsys.readouterr().err
