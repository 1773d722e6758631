"""`guantong bench store`: what is measured is what it says, on databases of its own; no time is judged."""

import contextlib
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.bench_company import METRICS, Shape, synthetic_company
from guantong.cli.bench_databases import fresh_postgresql
from guantong.cli.bench_store import MARKERS
from guantong.cli.bench_store_stages import WHOLE_YEAR, write_folder
from guantong.cli.bench_store_table import markdown_table, write_table
from guantong.cli.main import main
from guantong.cli.opening import UsageError
from guantong.formats.workbook import read_company
from guantong.messages.labels import label

SIZE = 2_000
STAGES = ["load", "company", "first_check", "value"]
SERVER = os.environ.get("GUANTONG_TEST_DATABASE_URL", "")


def test_the_company_of_the_store_has_values_of_all_leaves_and_nine_goals_a_person() -> None:
    company = synthetic_company(90_000, WHOLE_YEAR).company
    assert (len(company.people), len(company.goals)) == (10_000, 90_000)
    assert len(company.actuals) == 12 * (90_000 - (90_000 - 2) // 8 - 1)
    assert len(synthetic_company(SIZE, Shape(goals_per_person=4)).company.people) == SIZE // 4
    assert len(company.metrics) == METRICS


def test_the_folder_holds_the_company(tmp_path: Path) -> None:
    folder = write_folder(tmp_path / "company", SIZE, WHOLE_YEAR)
    assert read_company(folder.path).company == synthetic_company(SIZE, WHOLE_YEAR).company
    assert folder.counts["goals"] == SIZE
    assert folder.rows == sum(folder.counts.values())


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], str]:
    """Return the document, and the Markdown written meanwhile; on PostgreSQL too where the tests have a server."""
    path = tmp_path_factory.mktemp("bench") / "performance.md"
    path.write_text("\n".join(["before", MARKERS[0], "what stood here", MARKERS[1], "after"]), encoding="utf-8")
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stdout", out)
        arguments = ["--goals", str(SIZE), "--format", "json", "--lang", "en", "--write", str(path)]
        assert main(["bench", "store", *arguments]) == 0
    return json.loads(out.getvalue()), path.read_text(encoding="utf-8")


def test_the_document_says_what_was_measured(measured: tuple[dict[str, Any], str]) -> None:
    document = measured[0]
    assert document["has_postgresql"] is bool(SERVER)
    (size,) = document["sizes"]
    assert (size["goals"], size["people"], size["values"]) == (SIZE, SIZE // 9, 21_000)
    assert size["findings"] > 0
    assert [stage["stage"] for stage in size["stages"]] == ["reading", "whole_check"]
    assert [one["database"] for one in size["databases"]] == ["SQLite", *(["PostgreSQL"] if SERVER else [])]
    for database in size["databases"]:
        assert [stage["stage"] for stage in database["stages"]] == STAGES
        assert all(stage["seconds"] > 0 and stage["memory_bytes"] > 0 for stage in database["stages"])
        assert [stage["bare_seconds"] is not None for stage in database["stages"]] == [True, True, False, True]


def test_the_table_stands_between_its_own_markers(measured: tuple[dict[str, Any], str]) -> None:
    document, text = measured
    table = markdown_table(document, "en")
    assert text == "\n".join(["before", MARKERS[0]]) + f"\n{table}" + "\n".join([MARKERS[1], "after"])
    assert f"| {label('bench_store.stages.value', 'en')} | SQLite" in table
    assert "21,000 values" in table


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_the_table_fits_the_terminal(measured: tuple[dict[str, Any], str], language: str, width: int) -> None:
    document = {**measured[0], "has_postgresql": False}
    (size,) = document["sizes"]
    both = [*size["databases"], {**size["databases"][0], "database": "PostgreSQL", "version": "17.10 (Debian)"}]
    file = io.StringIO()
    write_table(Console(width=width, file=file), {**document, "sizes": [{**size, "databases": both}]}, language)
    lines = file.getvalue().splitlines()
    assert all(cell_len(line.rstrip()) <= width for line in lines)
    assert "PostgreSQL 17.10 " in file.getvalue()
    assert label("bench_store.only_sqlite", language)[:20] in file.getvalue().replace("\n", " ")


def test_a_server_that_cannot_be_reached_is_refused_before_anything_is_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    status = main(["bench", "store", "--lang", "en", "--postgresql", "postgres://nobody@127.0.0.1:1/none"])
    out, err = capsys.readouterr()
    assert (status, out) == (2, "")
    assert "--postgresql URL" in err


@pytest.mark.skipif(not SERVER, reason="no PostgreSQL server; name one in GUANTONG_TEST_DATABASE_URL")
def test_the_database_made_on_a_server_is_dropped_whatever_happens() -> None:
    import psycopg

    names = []
    with contextlib.suppress(UsageError), fresh_postgresql(SERVER, "en") as url:
        with psycopg.connect(url) as made:
            names.append(made.info.dbname)
        raise UsageError
    assert names == [url.rpartition("/")[2]]
    with psycopg.connect(SERVER) as server:
        assert server.execute("SELECT count(*) FROM pg_database WHERE datname = %s", names).fetchone() == (0,)
