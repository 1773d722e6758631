"""Lines break by cells, Chinese before no closing punctuation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from guantong.cli.wrapping import wrap


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("目标没有责任人。", 8, ["目标没有", "责任人。"]),
        ("目标没有责任。", 12, ["目标没有责", "任。"]),
        ("the thread holds", 10, ["the thread", "holds"]),
        ("合格率 99.5%,达标", 12, ["合格率 ", "99.5%,达标"]),
        ("supercalifragilistic", 8, ["supercal", "ifragili", "stic"]),
        ("一\n二", 8, ["一", "二"]),
        ("", 8, [""]),
    ],
)
def test_lines(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width).split("\n") == [line.rstrip() for line in lines]


@given(st.text(alphabet="目标, 。abc（）1%.\n”", max_size=60), st.integers(6, 30))
def test_no_line_is_wider_and_no_word_is_lost(text: str, width: int) -> None:
    wrapped = wrap(text, width)
    assert all(cell_len(line) <= width for line in wrapped.split("\n"))
    assert wrapped.replace("\n", "").replace(" ", "") == text.replace("\n", "").replace(" ", "")
