"""`guantong allocate` from the outside: plan, conflict, what-if, saved copy, refusals, interruption."""

import io
import json
import os
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.cells import cell_len
from rich.console import Console

from guantong.cli.allocate_text import AllocationText
from guantong.cli.allocation_entries import Answer, answer_entry
from guantong.cli.main import main
from guantong.cli.naming import Names
from guantong.cli.opening import Opened
from guantong.engine.allocation_problem import Condition, allocation_problem
from guantong.engine.budgets import budget_totals
from guantong.engine.company import Company
from guantong.engine.snapshot import Snapshot
from guantong.formats.workbook import Reading, read_company, write_company
from guantong.solvers.allocation import Plan
from tests.make.acme import ORGANISATION
from tests.make.budget import large_budget
from tests.make.company import COMPANY, Row, build, day

M = 100_000_000
"""A million in minor units."""
PRIORITIES: list[Row] = [
    {"code": "P1", "name": "Models", "cycle": "2026", "rank": 1, "core": True},
    {"code": "P2", "name": "Service", "cycle": "2026", "rank": 2},
]
LIMITS: list[Row] = [
    {"cycle": "2026", "unit": "D1", "maximum": 40 * M},
    {"cycle": "2026", "category": "Travel", "maximum": 5 * M},
    {"cycle": "2026", "unit": "D2", "category": "Travel", "maximum": 5 * M},
    {"cycle": "2026-Q1", "maximum": 90 * M},
]


def request(code: str, millions: float, **cells: Any) -> Row:
    money = {key: int(cells.pop(key) * M) for key in ("minimum", "stretch", "allocated") if key in cells}
    amount = int(millions * M)
    return {"code": code, "name": f"Work {code}", "cycle": "2026", "unit": "D1", "requested": amount, **money, **cells}


REQUESTS: list[Row] = [
    request("B1", 50, minimum=30, priority="P1", value=50, allocated=45),
    request("B2", 30, minimum=20, priority="P2", value=60, unit="D2"),
    request("B3", 20, minimum=20, priority="P2", value=10, unit="D2", depends_on=["B2"]),
    request("B4", 10, nature="running", mandatory=True, unit="D2", category="Travel", minimum=4),
    request("B5", 2, minimum=2, unit="D2", category="Travel", depends_on=["B3"]),
]


def company(requests: list[Row] = REQUESTS, envelope: int | None = 75, **cells: Any) -> Company:
    tables: dict[str, Any] = {"priorities": PRIORITIES, "budget_limits": LIMITS, "budget_requests": requests}
    if envelope is not None:
        tables["budget_envelopes"] = [{"cycle": "2026", "amount": envelope * M}]
    settings = cells.pop("settings", [])
    given = {**COMPANY, "language": "en", "settings": settings}
    return build(company=[given], **ORGANISATION, **tables, **cells)


def written(path: Path, built: Company) -> Path:
    write_company(built, path, "en")
    return path


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return written(tmp_path / "acme.xlsx", company())


def run(capsys: pytest.CaptureFixture[str], book: Path, *arguments: str) -> tuple[int, str, str]:
    status = main(["allocate", str(book), "--as-of", "2026-06-30", *arguments])
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys: pytest.CaptureFixture[str], book: Path, *arguments: str) -> Any:
    return json.loads(run(capsys, book, "--format", "json", *arguments)[1])


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_the_plan_as_json(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    found = document(capsys, book, "--gap", "0")
    plan = found["plan"]
    assert (found["company"], found["as_of"], found["cycle"], found["what_if"]) == ("ACME", "2026-06-30", "2026", None)
    assert plan["status"] == "within_gap"
    proposed = {entry["code"]: entry["proposed"] for entry in plan["requests"]}
    # D1 holds B1 to 40; of strategic money 70% is core, so others get 17.14: B2 does not fit with its 20.
    assert proposed == {"B1": "40000000.00", "B2": "0.00", "B3": "0.00", "B4": "5000000.00", "B5": "0.00"}
    assert (plan["allocated"], plan["left"], plan["core_share"]) == ("45000000.00", "30000000.00", 1)
    first = plan["requests"][0]
    assert (first["now"], first["asked"], first["weight"]) == ("45000000.00", "50000000.00", 2)
    assert (first["value"], first["value_kept"]) == (50, 40)
    assert plan["requests"][1]["now"] is None
    assert plan["objective"] == pytest.approx(40 * 2 + 5e6 * 0.5)
    prices = {(one["kind"], one.get("unit"), one.get("category")): one["price"] for one in plan["binding"]}
    assert prices[("limit", "D1", None)] == pytest.approx(2e-6)
    assert sum(price for (_, _, category), price in prices.items() if category == "Travel") == 0
    missing = {entry["request"]: [one["kind"] for one in entry["missing"]] for entry in plan["left_out"]}
    assert missing == {
        "B2": ["core_share"],
        "B3": ["core_share", "dependency"],
        "B5": ["limit", "limit", "dependency"],
    }


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("width", [80, 120])
def test_text_fits_the_terminal(book: Path, language: str, width: int) -> None:
    built = read_company(book).company
    for changes in ({}, {("envelope",): 3 * M}, {("request", 1, "mandatory"): 1}):
        out = shown(built, language, width, [{}, changes] if changes else [{}])
        assert all(cell_len(line) <= width for line in out.splitlines())
        assert "{" not in out
        assert ("B1" in out and "B5" in out) or changes
        assert "B4" in out or "B2" in out


def opened(built: Company, language: str) -> Opened:
    return Opened(Reading(built, (), {}), Snapshot(built, day("2026-06-30")), language, Names(built, language))


def shown(built: Company, language: str, width: int, changes: list[Any], **cells: Any) -> str:
    from guantong.solvers.allocation import allocate

    known = opened(built, language)
    problems = [allocation_problem(known.snapshot, assumed) for assumed in changes]
    entries = [answer_entry(known.snapshot, Answer(problem, allocate(problem, gap=0.0))) for problem in problems]
    entries[0].update(cells)
    return written_text(known, entries, width)


def written_text(known: Opened, entries: list[Any], width: int = 100) -> str:
    console = Console(width=width, file=io.StringIO(), highlight=False)
    AllocationText(known, entries, ["envelope=3"], 0.001).write(console, None)
    return console.file.getvalue()  # type: ignore[attr-defined, no-any-return]


def test_text_says_what_holds_the_plan_back(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, err = run(capsys, book)
    assert (status, err) == (0, "")
    assert "45,000,000 of the envelope of 75,000,000 allocated, 30,000,000 left" in out
    assert "core share 100% (at least 70%)" in out
    assert "limit of Department (D1) 40,000,000: each million more adds 2" in out
    assert "LP in which the chosen requests stay chosen" in out
    assert squeezed("Work B2 (B2), at least 20,000,000: a core share of 70% leaves 17,142,857.14") in squeezed(out)
    assert squeezed("waits for Work B3 (B3)") in squeezed(out)
    assert squeezed("limit of Other department (D2), category Travel 5,000,000: used up") in squeezed(out)
    assert "2 requests state no value" in out


def test_the_text_of_a_what_if_shows_both_and_the_difference(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, _ = run(capsys, book, "--what-if", "core_share=none", "--what-if", "limit:D1=35,000,000")
    assert status == 0
    assert re.search(r"B1 +Work B1 +40,000,000 +35,000,000 +−5,000,000", out)
    assert re.search(r"B2 +Work B2 +0 +30,000,000 +\+30,000,000", out)
    assert re.search(r"core share +100% +\d+(\.\d)?% +−\d+(\.\d)? points", out)
    assert re.search(r"envelope +75,000,000 +75,000,000 +—", out)
    assert "Side by side: core_share=none, limit:D1=35,000,000" in out


def test_a_what_if_without_plan_is_the_answer(capsys: pytest.CaptureFixture[str], book: Path) -> None:
    status, out, _ = run(capsys, book, "--what-if", "envelope=3000000")
    assert status == 2
    assert "envelope 3,000,000" in out
    assert "mandatory Work B4 (B4) at least 4,000,000" in out
    found = document(capsys, book, "--what-if", "envelope=3000000")
    assert found["plan"]["status"] == "within_gap"
    assert found["what_if"]["changes"] == ["envelope=3000000"]
    assert found["what_if"]["plan"]["conflict"] == [
        {"kind": "envelope", "limit": "3000000.00"},
        {"kind": "mandatory", "request": "B4", "amount": "4000000.00"},
    ]
    assert found["what_if"]["plan"]["objective"] is None


@pytest.mark.parametrize(
    ("what_if", "words"),
    [
        ("limit:D2=3000000", "limit of Other department (D2) 3,000,000"),
        ("limit:Travel=3000000", "limit of category Travel 3,000,000"),
        ("limit:D2/Travel=3000000", "limit of Other department (D2), category Travel 3,000,000"),
        ("request:B3.mandatory=yes", "Work B3 (B3) gets money only if Work B2 (B2) does, which takes at least"),
        ("request:B1.mandatory=yes", ""),
        ("request:B1.minimum=41000000", ""),
        ("request:B4.requested=8000000", ""),
        ("request:B4.stretch=90000000", ""),
        ("request:B4.value=-3.5", ""),
        ("request:B4.value=none", ""),
        ("request:B4.mandatory=否", ""),
        ("core_share=70%", ""),
        ("envelope=无", ""),
    ],
)
def test_what_may_be_assumed(capsys: pytest.CaptureFixture[str], book: Path, what_if: str, words: str) -> None:
    free = ["--what-if", "envelope=39,000,000", "--what-if", "core_share=none"]
    tight = free if what_if.startswith("request:B3") else []
    status, out, err = run(capsys, book, *tight, "--what-if", what_if)
    assert err == ""
    assert status == (2 if words else 0)
    assert squeezed(words) in squeezed(out)


@pytest.mark.parametrize(
    ("what_if", "words"),
    [
        ("envelope", "write KEY=VALUE"),
        ("envelop=3", "envelope, core_share, limit:, request:"),
        ("envelope=many", "many is no amount of CNY"),
        ("envelope=0.001", "0.001 is no amount of CNY"),
        ("envelope=-1", "-1 is no amount of CNY"),
        ("envelope=9999999999999999", "is no amount"),
        ("core_share=2", "2 is no part"),
        ("core_share=x", "x is no part"),
        ("limit:D9=3", "D9 is no unit and no category. Nearest: D"),
        ("limit:D1/Trav=3", "D1/Trav is no unit and no category. Nearest: "),
        ("request:B9.minimum=3", "there is no budget request B9. Nearest: B"),
        ("request:B1=3", "there is no budget request B1. Nearest: B1"),
        ("request:B1.priority=3", "priority cannot be assumed of a request"),
        ("request:B1.requested=none", "none is no amount"),
        ("request:B1.value=x", "x is no number"),
        ("request:B1.mandatory=maybe", "maybe is neither yes nor no"),
        (
            "request:B1.minimum=51000000",
            "Work B1 (B1): the minimum exceeds the most that the request may get, 50000000",
        ),
    ],
)
def test_what_may_not(capsys: pytest.CaptureFixture[str], book: Path, what_if: str, words: str) -> None:
    status, out, err = run(capsys, book, "--what-if", what_if)
    assert (status, out) == (2, "")
    assert words in err


def test_impossible_input_is_refused_by_name(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    rows = [request(f"B{at}", 1, minimum=2) for at in range(7)]
    status, out, err = run(capsys, written(tmp_path / "a.xlsx", company(rows)))
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 6
    assert "Work B0 (B0)" in err
    assert "2 more" in err
    book = written(tmp_path / "b.xlsx", company(settings=["OTB-CORE-SHARE.min=1.5"]))
    assert "OTB-CORE-SHARE.min is 1.5" in run(capsys, book)[2]


def test_a_saved_copy_is_the_company_with_the_plan_in_it(
    capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "copy.xlsx"
    status, out, _ = run(capsys, book, "--save", str(copy))
    assert status == 0
    assert f"wrote{copy}" in squeezed(out)
    before, after = read_company(book).company, read_company(copy).company
    assert after.budget_requests.allocated.tolist() == [40 * M, 0, 0, 5 * M, 0]
    assert after.with_table("budget_requests", {"allocated": before.budget_requests.allocated}) == before
    totals = budget_totals(Snapshot(after, day("2026-06-30")))
    assert totals.allocated == 45 * M
    # The plan of the copy is the plan again.
    again = document(capsys, copy, "--gap", "0")
    assert all(entry["now"] == entry["proposed"] for entry in again["plan"]["requests"])


def test_a_copy_as_csv_and_of_a_what_if(capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert run(capsys, book, "--what-if", "limit:D1=31000000", "--save", str(copy))[0] == 0
    assert read_company(copy).company.budget_requests.allocated.tolist()[0] == 31 * M


def test_nothing_is_overwritten_or_half_written(capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path) -> None:
    before = book.read_bytes()
    status, out, err = run(capsys, book, "--save", str(book))
    assert (status, out, book.read_bytes()) == (2, "", before)
    assert "was not overwritten" in err
    status, out, err = run(capsys, book, "--save", str(tmp_path / "none" / "copy.xlsx"))
    assert (status, out) == (2, "")
    assert "Cannot write" in err
    assert run(capsys, book, "--what-if", "envelope=3", "--save", str(tmp_path / "copy.xlsx"))[0] == 2
    assert sorted(tmp_path.iterdir()) == [book]


def test_too_large_for_a_workbook(capsys: pytest.CaptureFixture[str], book: Path, tmp_path: Path,
                                  monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    monkeypatch.setattr("guantong.formats.writing.MOST_ROWS", 3)
    status, out, err = run(capsys, book, "--save", str(tmp_path / "copy.xlsx"))
    assert (status, out) == (2, "")
    assert "Write a CSV folder" in err


@pytest.mark.parametrize(
    ("option", "value"), [("--seconds", "0"), ("--seconds", "x"), ("--gap", "1"), ("--gap", "-1"), ("--gap", "nan")]
)
def test_options_out_of_range(capsys: pytest.CaptureFixture[str], book: Path, option: str, value: str) -> None:
    with pytest.raises(SystemExit) as stop:
        run(capsys, book, f"{option}={value}")
    assert stop.value.code == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert value in err


def test_without_requests_or_envelope(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, _ = run(capsys, written(tmp_path / "a.xlsx", company([])))
    assert status == 0
    assert "nothing to allocate" in out
    rows = [request("B1", 1.5, priority="P1"), request("B2", 0.255), request("B3", 0)]
    status, out, _ = run(capsys, written(tmp_path / "b.xlsx", company(rows, envelope=None)))
    assert status == 0
    assert "1,755,000 allocated; no envelope is stated" in out
    assert "No plan is better" in out
    assert "What holds" not in out
    assert "Requests without money" not in out


def test_small_budgets_have_prices_of_small_steps() -> None:
    rows = [request("B1", 0.00003, priority="P1"), request("B2", 0.00002, priority="P1")]
    built = company(rows, envelope=None, settings=["OTB-CORE-SHARE.mode=off"])
    out = shown(built, "en", 100, [{("envelope",): 4000}])
    assert "envelope 40: each 1 more adds 2" in out
    cents = shown(built, "en", 100, [{("envelope",): 4001}])
    assert re.search(r"B2 .* 20.00 +(10.01|20.00) ", cents)
    assert "40.01 of the envelope of 40.01" in cents


def test_a_core_share_that_binds_has_a_price() -> None:
    rows = [request("B1", 7, priority="P1", value=7), request("B2", 9, value=90)]
    out = shown(company(rows, envelope=None), "en", 120, [{}])
    assert "core share at least 70%: each percentage point less adds" in out
    assert "core share 70% (at least 70%)" in out
    assert "core share 44%" not in out
    assert "(at least" not in shown(company(rows, envelope=None), "en", 120, [{("core_share",): None}])


def test_a_request_that_is_merely_worth_less_is_said_to_be() -> None:
    rows = [request("B1", 7, value=-7)]
    assert "worth more elsewhere" in shown(company(rows), "en", 120, [{("core_share",): None}])


def test_what_another_year_holds_back() -> None:
    before = {**request("A", 1), "cycle": "2025"}
    rows = [before, request("B", 1, depends_on=["A"])]
    assert "waits for Work A (A)" in shown(company(rows), "en", 120, [{}])
    conflict = shown(company([before, {**rows[1], "mandatory": True}]), "en", 120, [{("core_share",): None}])
    assert squeezed("which is of another year and has none") in squeezed(conflict)
    quarter = [{**request("C", 1), "mandatory": True, "cycle": "2026-Q1"}]
    limits = [{"cycle": "2026-Q1", "maximum": 5}]
    built = build(
        company=[{**COMPANY, "language": "en"}], **ORGANISATION, budget_requests=quarter, budget_limits=limits
    )
    assert "limit of all requests 0.05 (2026-Q1)" in shown(built, "en", 120, [{}])


def test_money_that_is_spent_already_is_named(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    entries = [
        {"code": f"E{at}", "request": code, "date": "2026-03-01", "kind": kind, "amount": amount * M}
        for at, (code, kind, amount) in enumerate(
            [("B1", "spend", 39), ("B2", "spend", 1), ("B3", "commit", 1), ("B3", "supplement", 1), ("B4", "commit", 6)]
        )
    ]
    book = written(tmp_path / "a.xlsx", company(budget_entries=entries))
    assert document(capsys, book)["plan"]["spent_above"] == ["B2", "B4"]
    assert "More is spent or bound already than the plan leaves: B2, B4" in run(capsys, book)[1]


def test_long_lists_end_in_a_count() -> None:
    rows = [request(f"B{at:03}", 1, minimum=1) for at in range(90)]
    limits = [{"cycle": "2026", "category": f"K{at}", "maximum": 0} for at in range(30)]
    built = build(company=[{**COMPANY, "language": "en"}], **ORGANISATION, budget_requests=rows, budget_limits=limits)
    out = shown(built, "en", 120, [{("envelope",): 0}])
    assert out.count("50 more rows") == 2
    assert out.count("11 more rows") == 1
    assert "90 requests state no value" in out
    assert "and 80 more" in out


def test_time_up_says_so_with_the_proven_gap() -> None:
    known = opened(company(), "en")
    problem = allocation_problem(known.snapshot)
    amounts = np.array([40 * M, 0, 0, 5 * M, 0], dtype=object)
    plan = Plan(amounts, 100.0, 101.0, 0.01, proven=False, seconds=2.0, prices={Condition("limit", 2): 1.0})
    entry = answer_entry(known.snapshot, Answer(problem, plan))
    assert entry["status"] == "time_up"
    out = written_text(known, [entry])
    assert squeezed("Time was up after 2 s: this plan keeps every condition and is proven within 1%") in squeezed(out)
    assert "asked for was 0.1%" in " ".join(out.split())


def test_no_plan_in_time(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    status, out, err = run(capsys, written(tmp_path / "a", build_large()), "--seconds", "0.001")
    assert (status, out) == (2, "")
    assert "--seconds" in err


def build_large() -> Company:
    return build(**{**large_budget(2500, 100, 400), "people": []})


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Let SIGINT interrupt, also where a shell in the background has it ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.full
@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_leaves_nothing_behind(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    book, copy = written(tmp_path / "a", build_large()), tmp_path / "copy.xlsx"
    alarm = threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT))
    alarm.start()
    status, out, err = run(capsys, book, "--gap", "0", "--save", str(copy), "--lang", "en")
    alarm.join()
    assert (status, out) == (2, "")
    assert "Interrupted: there is no plan, and nothing was written." in err
    assert sorted(tmp_path.iterdir()) == [book]


def test_the_demo_reads_sensibly_in_both_languages(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for language, words in (("zh", "研发中心(RD)上限"), ("en", "limit of R&D Centre (RD)")):
        book = tmp_path / f"{language}.xlsx"
        main(["demo", "--save", str(book), "--lang", language, "--as-of", "2026-06-30"])
        capsys.readouterr()
        status, out, err = run(capsys, book)
        assert (status, err) == (0, "")
        assert words in out
