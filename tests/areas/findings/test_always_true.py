"""Whatever happens to a company: what is kept of a check is what a whole check of the company as it is says.

A company is changed at random by loads, values, renames and days that pass, and checked in turn by two processes that
each remember what they read, by one that remembers nothing, and by checks that fail before they are kept.
"""

import datetime
import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from guantong.audit.actions import Deed
from guantong.findings import queries
from guantong.findings.actions import keep_check
from guantong.findings.models import Finding, Mark
from guantong.goals.models import Goal
from guantong.organisation.actions import rename_record
from guantong.organisation.models import Cycle, Person, Unit
from guantong.values.actions import NewValue, record_values
from tests.make.acme import PEOPLE, SALES, UNITS, goal, personal
from tests.make.cast import operator
from tests.make.company import CYCLES, build
from tests.make.kept import AT, BrokenError, assert_kept, failing_checks, load, named

pytestmark = pytest.mark.django_db(transaction=True)

NUMBER = itertools.count()
TARGETS = st.sampled_from([None, 0.0, 100.0, 160.0, 1e15])
LEAVES = ("SALES1", "SALES2", "UMA1")
RULES = ("GOAL-SMART", "GOAL-ORPHAN", "GOAL-METRIC", "TRACK-NO-DATA")
PROCESSES = st.sampled_from(["one", "one", "other", "other", "new", "nobody"])
SETTINGS = st.lists(st.sampled_from(["GOAL-SMART.mode=off", "GOAL-ORPHAN.mode=off"]), unique=True)


@st.composite
def companies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw the tables of a company: goals that come and go, other targets, owners, waivers, settings, years."""
    goals = [goal("TOP", metric="SALES", target=draw(TARGETS), start="2026-01-01", due="2026-12-31")]
    for code, unit in (("SALES1", "B1"), ("SALES2", "D1")):
        if draw(st.booleans()):
            parent = draw(st.sampled_from(["TOP", None]))
            owner = draw(st.sampled_from(["ANN", "DAN", None]))
            goals.append(goal(code, unit, parent=parent, owner=owner, metric="SALES", target=draw(TARGETS)))
    parents = [row["code"] for row in goals]
    if draw(st.booleans()):
        goals.append(personal("UMA1", "UMA", draw(st.sampled_from(parents)), metric="SALES", target=draw(TARGETS)))
    left = draw(st.sampled_from([None, "2026-06-29", "2026-07-15"]))
    unit = draw(st.sampled_from(["T1", "D2"]))
    people = [*PEOPLE[:4], {**PEOPLE[4], "unit": unit}, PEOPLE[5], {**PEOPLE[6], "left": left}]
    waivers = [
        {"rule": rule_id, "subject": "TOP", "approver": "BOSS", "reason": "Known", "until": until}
        for rule_id, until in draw(
            st.dictionaries(st.sampled_from(RULES), st.sampled_from([None, "2026-07-31"]))
        ).items()
    ]
    owned = [row["code"] for row in goals]
    actuals = [
        {"goal": code, "date": f"2026-0{month}-15", "value": 8.0}
        for code, month in draw(st.sets(st.tuples(st.sampled_from(owned), st.integers(1, 3)), max_size=3))
    ]
    cards = [
        {"holder": "B1", "cycle": "2026", "goal": code, "weight": 1.0} for code in parents[1:2] if draw(st.booleans())
    ]
    tables = {"goals": goals, "waivers": waivers, "actuals": actuals, "scorecards": cards}
    cycles = draw(st.sampled_from([CYCLES, CYCLES, CYCLES, ()]))
    header = {"name": "Acme", "settings": draw(SETTINGS)}
    return {
        "company": [header],
        "cycles": cycles,
        "units": UNITS,
        "people": people,
        "metrics": [SALES],
        **(tables if cycles else dict.fromkeys(tables, ())),
    }


class Company(RuleBasedStateMachine):
    """A company of the database, and the processes that check it."""

    code = ""
    at = AT

    @initialize(tables=companies())
    def begin(self, tables: dict[str, Any]) -> None:
        self.code = f"ACME{next(NUMBER)}"
        self.at = AT
        self.memories: dict[str, dict[int, Any]] = {}
        self.load(tables, 0, "nobody")

    @rule(tables=companies(), days=st.sampled_from([0, 0, 20]), by=PROCESSES)
    def load(self, tables: dict[str, Any], days: int, by: str) -> None:
        """Make it another company, with posts from a day on."""
        on = (self.at + datetime.timedelta(days=days)).date()
        load(build(**{**tables, "company": [{**tables["company"][0], "code": self.code}]}), self.at, on)
        self._check(by)

    @rule(leaf=st.sampled_from(LEAVES), month=st.integers(1, 12), value=st.sampled_from([None, 0.0, 8.0]), by=PROCESSES)
    def enter(self, leaf: str, month: int, value: float | None, by: str) -> None:
        """Enter a value."""
        company = named(self.code)
        if Goal.objects.filter(company=company, code=leaf, removed_at=None).exists():
            record_values(operator(company, self.at, "UMA"), [NewValue(leaf, datetime.date(2026, month, 15), value)])
        self._check(by)

    @rule(model=st.sampled_from([Goal, Person, Unit]), place=st.integers(0, 9), by=PROCESSES)
    def rename(self, model: Any, place: int, by: str) -> None:
        """Give a row another code; files go on with the former one."""
        company = named(self.code)
        codes = sorted(model.objects.filter(company=company, removed_at=None).values_list("code", flat=True))
        if codes:
            old = codes[place % len(codes)]
            new = f"{old.split('-')[0]}-{next(NUMBER)}"
            rename_record(company, Deed(company.pk, company.code, "operator", self.at), model.table, old, new)
        self._check(by)

    @rule(days=st.sampled_from([1, 31, 200]), by=PROCESSES)
    def wait(self, days: int, by: str) -> None:
        """Let days pass."""
        self.at += datetime.timedelta(days=days)
        self._check(by)

    @rule()
    def fail(self) -> None:
        """Have a check fail when everything is computed; without a year there is nothing to compute."""
        company = named(self.code)
        if not Cycle.objects.filter(company=company, removed_at=None).exists():
            return
        before, marks = self._written(), Mark.objects.count()
        with failing_checks(), pytest.raises(BrokenError):
            keep_check(company.pk, self.at)
        assert (self._written(), Mark.objects.count()) == (before, marks)

    def _check(self, by: str) -> None:
        """Check it in one of two processes, in a new one, or not yet."""
        if by == "nobody":
            return
        queries._REMEMBERED = self.memories.setdefault(by, {}) if by != "new" else {}
        self.at += datetime.timedelta(seconds=1)
        keep_check(named(self.code).pk, self.at)
        self._sound()

    def _sound(self) -> None:
        assert_kept(self.code, self.at)
        company = named(self.code)
        assert not Mark.objects.filter(company=company).exists()
        for row in Finding.objects.filter(company=company):
            times = [row.opened_at, *filter(None, [row.reopened_at])]
            assert (row.reopened > 0) == (row.reopened_at is not None)
            assert row.mended_at is None or all(moment < row.mended_at for moment in times)

    def _written(self) -> list[Any]:
        return list(Finding.objects.filter(company=named(self.code)).order_by("pk").values())


@pytest.fixture
def memory() -> Iterator[None]:
    """Give the process its own memory back."""
    own = queries._REMEMBERED
    yield
    queries._REMEMBERED = own


@pytest.mark.usefixtures("memory")
def test_what_is_kept_is_always_true(settings: LazySettings, request: pytest.FixtureRequest) -> None:
    settings.GUANTONG_SMALL_COMPANY = -1
    examples = 60 if request.config.getoption("--full") else 3
    run_state_machine_as_test(Company, settings=_settings(examples))


def _settings(examples: int) -> settings:
    return settings(max_examples=examples, stateful_step_count=20, deadline=None, phases=[Phase.generate],
                    suppress_health_check=list(HealthCheck))  # fmt: skip
