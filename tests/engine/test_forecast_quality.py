"""The back-test of docs/quality.md is current, and the interval keeps what it says."""

from collections.abc import Mapping

import pytest

from tests.engine.forecast_quality import BEGIN, EACH, END, KINDS, PAGE, Trial, grouped, mean, table


@pytest.fixture(scope="module")
def groups() -> Mapping[str, list[Trial]]:
    return grouped()


def test_the_table_is_current(groups: Mapping[str, list[Trial]]) -> None:
    written = PAGE.read_text("utf-8").split(BEGIN)[1].split(END)[0]
    assert written.strip() == table(groups).strip()


def test_enough_series_are_drawn() -> None:
    assert EACH * len(KINDS) >= 200


def test_four_of_five_landings_lie_in_the_interval(groups: Mapping[str, list[Trial]]) -> None:
    assert 0.7 <= mean(groups["all drawn"], "inside") <= 0.9
    everything = [trial for kind, listed in groups.items() if kind != "all drawn" for trial in listed]
    assert 0.7 <= mean(everything, "inside") <= 0.9


def test_a_season_halves_the_error_of_the_naive_run_rate(groups: Mapping[str, list[Trial]]) -> None:
    assert mean(groups["seasonal"], "error") < mean(groups["seasonal"], "naive") / 2
    assert mean(groups["all drawn"], "error") < mean(groups["all drawn"], "naive")
