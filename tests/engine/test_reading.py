"""Reading a goal's text: figures, numerals, times, roles, and laws that hold for any text."""

import datetime
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guantong.engine.numerals import chinese_number, fold
from guantong.engine.reading import FIELDS, Change, GoalReading, read_goal, stated_letters, wishful
from guantong.engine.reading_dates import Clock, cycle_days, number
from tests.engine.goal_texts import DAY, TUNED

# ruff: noqa: E501  rows of cases

CASE = "2024 年第四季度客户满意度评分达到 4.8 分(满分 5 分),较上季度提升 0.3 分"


def read(text: str, day: datetime.date = DAY, year: int | None = 2026) -> dict[str, Any]:
    """Return the values of the fields that are read."""
    reading = read_goal(text, day, year)
    return {name: found.value for name in FIELDS if (found := getattr(reading, name)) is not None}


def test_the_case_of_the_method() -> None:
    assert read(CASE) == {
        "metric": "客户满意度评分",
        "unit": "分",
        "target": 4.8,
        "best": 5,
        "baseline": 4.5,
        "change": Change(0.3, relative=False),
        "cycle": "2024-Q4",
        "direction": "higher",
    }
    assert {letter: holds for letter, (holds, _) in stated_letters(read_goal(CASE, DAY)).items()} == {
        "S": True,
        "M": True,
        "A": None,
        "R": None,
        "T": True,
    }


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("提升客户满意度", {"S": (False, "wish"), "M": (False, "no_target"), "T": (False, "none")}),
        ("好", {"S": (False, "empty"), "M": (False, "no_target")}),
        ("10 月底前上线供应商门户", {"S": (True, "named"), "M": (None, "milestone"), "T": (True, "due")}),
        ("2026 年营业收入增长 6%", {"S": (True, "measured"), "M": (True, "change"), "T": (True, "cycle")}),
        ("流动比率达到 1.5", {"M": (False, "no_unit")}),
        ("达到 5 %", {"S": (False, "empty"), "M": (False, "no_metric")}),
    ],
)
def test_letters_that_the_text_alone_tells(text: str, letters: dict[str, Any]) -> None:
    found = stated_letters(read_goal(text, DAY))
    assert {letter: found[letter] for letter in letters} == letters
    assert found["A"] == found["R"] == (None, "unknown")


@pytest.mark.parametrize(
    ("numeral", "value"),
    [
        ("三十", 30), ("两千", 2000), ("十二", 12), ("一万二千", 12000), ("三千五百万", 35e6), ("一点二亿", 1.2e8),
        ("二〇二六", 2026), ("一亿零三百万", 1.03e8), ("半", 0.5), ("零", 0), ("一百零五", 105), ("三点五", 3.5),
        ("二万亿", 2e12), ("一点二千", 1200), ("五点", 5),
    ],
)  # fmt: skip
def test_chinese_numerals(numeral: str, value: float) -> None:
    assert chinese_number(numeral) == value


@pytest.mark.parametrize(
    ("text", "target", "unit"),
    [
        ("合格率达到百分之九十五", 95, "%"),
        ("差错率不超过千分之三", 3, "‰"),
        ("准时率达到九成", 90, "%"),
        ("准时率达到九成五", 95, "%"),
        ("准时率达到九成半", 95, "%"),
        ("收入达到 1.2 亿元", 1.2e8, "元"),
        ("收入达到１，２００万元", 1.2e7, "元"),
        ("收入达到 3千万元", 3e7, "元"),
        ("Revenue of $1.25bn", 1.25e9, "USD"),
        ("Revenue of US$ 3 million", 3e6, "USD"),
        ("Revenue of RMB 5m", 5e6, "CNY"),
        ("Revenue of 5 million euros", 5e6, "EUR"),
        ("Reach 12M users", 1.2e7, "users"),
        ("Reach 40 percent of households", 40, "%"),
        ("Jump height of 12 m", 12, "m"),
        ("Cable length of 12m", 12, "m"),
        ("Fees of $45 per user", 45, "USD per user"),
        ("Reach two hundred stores", 200, "stores"),
        ("Reach sixty percent of households", 60, "%"),
        ("Wait of five minutes at most", 5, "minutes"),
        ("温度达到-5度", -5, "度"),
        ("缺陷率降至 3 件/十台", 3, "件/十台"),
    ],
)
def test_figures(text: str, target: float, unit: str) -> None:
    found = read(text)
    assert (found["target"], found["unit"]) == (target, unit)


@pytest.mark.parametrize(
    "text",
    ["推广 5G 业务", "打造 4S 店", "通过 ISO 9001 认证", "发布 V2.0", "Deploy version 3.0", "统一台账", "第一季度", "ERP 二期上线",
     "一次合格率", "进入 800V 时代", "Group 12 b"],
)  # fmt: skip
def test_names_are_no_figures(text: str) -> None:
    assert "target" not in read(text)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("温度保持在 3 至 5 度", (3, 5)),
        ("费用控制在 2~3 万元", (20000, 30000)),
        ("费用率控制在 6%-8%", (6, 8)),
        ("Keep stock between 10 and 12 days", (10, 12)),
        ("Stock of 10 to 12 days", (10, 12)),
        ("由 600 到 720 公里", (720, None)),
        ("from 10 to 12 days", (12, None)),
        ("5 天至 3 元", (3, None)),
        ("10 and 12 stores", (12, None)),
    ],
)
def test_ranges(text: str, bounds: tuple[float, float | None]) -> None:
    found = read(text)
    assert (found["target"], found.get("high")) == bounds


@pytest.mark.parametrize(
    ("text", "change", "target", "baseline"),
    [
        ("收入增长 20%，达到 1.2 亿元", Change(0.2, True), 1.2e8, 1e8),
        ("收入由 1 亿元增长 20%", Change(0.2, True), 1.2e8, 1e8),
        ("评分由 4.5 分提升 0.3 分", Change(0.3, False), 4.8, 4.5),
        ("用户数翻一番", Change(1.0, True), None, None),
        ("用户数翻两番", Change(3.0, True), None, None),
        ("用户数翻倍", Change(1.0, True), None, None),
        ("库存减半", Change(-0.5, True), None, None),
        ("用户数增长 2 倍", Change(2.0, True), None, None),
        ("产量达到去年的 2 倍", Change(1.0, True), None, None),
        ("Raise output to 2x last year", Change(1.0, True), None, None),
        ("倍增：3 倍于去年", Change(2.0, True), None, None),
        ("Triple exports", Change(2.0, True), None, None),
        ("Halve scrap to 3 tonnes", Change(-0.5, True), 3, 6),
        ("成本 -8%", Change(-0.08, True), None, None),
        ("A 15% reduction in scrap", Change(-0.15, True), None, None),
        ("实现 20% 的增长", Change(0.2, True), None, None),
        ("实现 8% 的降幅", Change(-0.08, True), None, None),
        ("成本下降 100% 至 5 元", Change(-1.0, True), 5, None),
        ("销量由 800 提升至 1000 万台", None, 1e7, 8e6),
        ("A reduction of 5% in scrap", Change(-0.05, True), None, None),
    ],
)
def test_changes(text: str, change: Change | None, target: float | None, baseline: float | None) -> None:
    found = read(text)
    assert (found.get("change"), found.get("target"), found.get("baseline")) == (change, target, baseline)


@pytest.mark.parametrize(
    ("text", "direction"),
    [
        ("成本不超过 5 万元", "lower"), ("产量不低于 5 万台", "higher"), ("产量 5 万台以上", "higher"), ("3 天以内完成", "lower"),
        ("缺陷数 12 个", "lower"), ("缺陷关闭率 92%", "higher"), ("进入全国前三", "lower"), ("完成立项", "milestone"),
        ("At most 5 defects", "lower"), ("100+ dealers", "higher"), ("Rank no. 1 in service", "lower"),
        ("First place in the survey", "lower"), ("排名第二", "lower"), ("Save $5 million", "higher"),
        ("Defects from 9 to 9 per lot", "lower"),
    ],
)  # fmt: skip
def test_directions(text: str, direction: str) -> None:
    assert read(text)["direction"] == direction


@pytest.mark.parametrize(
    ("text", "metric"),
    [
        ("本季度末前签约 5 家", "签约"),
        ("现场响应不超过 2 小时", "现场响应"),
        ("原料供应达到 95%", "原料供应"),
        ("不文明行为下降 20%", "不文明行为"),
        ("销量约为 5 万台", "销量"),
        ("20% growth in exports to $12M", "exports"),
        ("确保零投诉", "投诉"),
    ],
)
def test_metrics(text: str, metric: str) -> None:
    assert read(text)["metric"] == metric


@pytest.mark.parametrize(
    ("text", "best"),
    [("评分 4.2 分（五分制）", 5), ("得分 85 分（百分制）", 100), ("Score of 4.2 out of five", 5), ("Rating 4.6/5", 5),
     ("Score of 8 on a scale of 1 to 10", 10), ("总分 120 分，得 100 分", 120)],
)  # fmt: skip
def test_best_values(text: str, best: float) -> None:
    assert read(text)["best"] == best


@pytest.mark.parametrize(
    ("text", "cycle"),
    [
        ("2026 年上半年", "2026-H1"), ("下半年", "2026-H2"), ("2026-H2", "2026-H2"), ("H1 2027", "2027-H1"), ("2026Q3", "2026-Q3"),
        ("四季度", "2026-Q4"), ("2026 年 3 月", "2026-03"), ("2026-11", "2026-11"), ("in March 2027", "2027-03"), ("FY26", "2026"),
        ("本年", "2026"), ("明年", "2027"), ("本季度", "2026-Q1"), ("下季度", "2026-Q2"), ("本月", "2026-01"), ("next month", "2026-02"),
        ("next quarter", "2026-Q2"), ("next year", "2027"), ("this year", "2026"), ("全年", "2026"),
        ("the third quarter of 2027", "2027-Q3"), ("in the second half", "2026-H2"), ("2027 年度", "2027"),
    ],
)  # fmt: skip
def test_cycles(text: str, cycle: str) -> None:
    found = read(text)
    assert (found["cycle"], found.get("due")) == (cycle, None)


@pytest.mark.parametrize(
    ("text", "start", "due"),
    [
        ("10月底前", None, "2026-10-31"), ("10 月前", None, "2026-09-30"), ("5 月中旬", None, "2026-05-15"),
        ("5 月上旬", None, "2026-05-10"), ("3 月内", None, "2026-03-31"), ("by mid-May", None, "2026-05-15"),
        ("before July", None, "2026-06-30"), ("by July 2027", None, "2027-07-31"), ("at the end of June", None, "2026-06-30"),
        ("2026/3/15", None, "2026-03-15"), ("3月15日前", None, "2026-03-15"), ("by 15th of March", None, "2026-03-15"),
        ("March 15, 2027", None, "2027-03-15"), ("年底", None, "2026-12-31"), ("by year-end", None, "2026-12-31"),
        ("2027 年底前", None, "2027-12-31"), ("by 2028", None, "2028-12-31"), ("季末", None, "2026-03-31"), ("月底前", None, "2026-01-31"),
        ("by Q3", None, "2026-09-30"), ("上半年底前", None, "2026-06-30"), ("6 个月内", "2026-01-01", "2026-06-30"),
        ("两周内", "2026-01-01", "2026-01-14"), ("三个星期内", "2026-01-01", "2026-01-21"),
        ("within two years", "2026-01-01", "2027-12-31"), ("in the next 3 weeks", "2026-01-01", "2026-01-21"),
        ("2026-2028 年", "2026-01-01", "2028-12-31"), ("from 2026 to 2027", "2026-01-01", "2027-12-31"),
        ("3 月至 6 月", "2026-03-01", "2026-06-30"), ("from November to February", "2025-11-01", "2026-02-28"),
        ("前三季度", "2026-01-01", "2026-09-30"),
    ],
)  # fmt: skip
def test_dates(text: str, start: str | None, due: str) -> None:
    found = read(text)
    assert "cycle" not in found
    assert found["due"].isoformat() == due
    assert (found["start"].isoformat() if "start" in found else None) == start


@pytest.mark.parametrize(
    "text",
    ["2 月 30 日", "13 月", "H3", "前四五季度", "2028-2026 年", "第 九 季度", "13月至15月", "2026-13-40", "去年", "较上季度", "同比", "十三月",
     "前九季度", "Feb 30", "2026 km"],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    assert not {"start", "due"} & read(text).keys()


def test_beyond_the_calendar_nothing_is_read() -> None:
    assert not {"start", "due"} & read("999 年内", datetime.date(9500, 1, 1)).keys()


def test_periods_without_a_year_are_the_next_that_is_not_over() -> None:
    november = datetime.date(2026, 11, 24)
    assert read("Q1", november, None)["cycle"] == "2027-Q1"
    assert read("四季度", november, None)["cycle"] == "2026-Q4"
    assert read("by end of March", november, None)["due"].isoformat() == "2027-03-31"
    assert read("by end of March", november, 2026)["due"].isoformat() == "2026-03-31"
    assert read("2026 年完成，3 月底前", november, None)["due"].isoformat() == "2026-03-31"
    assert read("11 月 20 日前", november, None)["due"].isoformat() == "2027-11-20"
    assert read("下月", datetime.date(2026, 12, 5), None)["cycle"] == "2027-01"
    assert read("今年", november, None)["cycle"] == "2026"


def test_cycles_have_days() -> None:
    assert [day.isoformat() for day in cycle_days("2026-H2")] == ["2026-07-01", "2026-12-31"]
    assert [day.isoformat() for day in cycle_days("2024-02")] == ["2024-02-01", "2024-02-29"]
    assert [day.isoformat() for day in cycle_days("2026")] == ["2026-01-01", "2026-12-31"]
    assert (number("12"), number("twelve"), number("十二")) == (12, 12, 12)
    assert Clock(DAY).this_year == 2026


@pytest.mark.parametrize("text", [text.text for text in TUNED])
def test_the_cheap_verdict_is_that_of_the_reading(text: str) -> None:
    assert wishful(text) == read_goal(text, DAY).wishful


PIECES = st.sampled_from(
    "提升 降低 达到 由 至 不超过 满分 分 个月内 月底前 年 季度 前 三 万 亿 % ‰ 百分之 成 零 翻一番 同比 较上年 Increase to from by of "
    "out of under March Q3 H1 FY within months top double $ € M bn km 2026 4.8 600 １２ , ， 。 ( ) （ ） / - ~ + ± \x01 \x02 \n".split(
        " "
    )
)
GLUED = st.lists(PIECES | st.text(max_size=3) | st.just(" "), max_size=25).map("".join)


@given(st.text() | GLUED)
@example("İstanbul 5%")
@example("一" * 60 + "个")
def test_any_text_is_read_and_spans_lie_within_it(text: str) -> None:
    reading: GoalReading = read_goal(text, DAY)
    for found in [*(getattr(reading, name) for name in FIELDS), *reading.wishes]:
        if found is not None:
            assert 0 <= found.start <= found.end <= len(text)
            assert 0 < found.confidence <= 1
    if reading.metric is not None:
        assert text[reading.metric.start : reading.metric.end] == reading.metric.value != ""
    assert set(stated_letters(reading)) == set("SMART")
    assert wishful(text) in (True, False)
    assert len(fold(text)) == len(text)


def seconds(text: str) -> float:
    """Return the processor time of one reading, the least of three."""
    spent = []
    for _ in range(3):
        read_goal.cache_clear()
        begin = time.process_time()
        read_goal(text, DAY)
        spent.append(time.process_time() - begin)
    return min(spent)


@pytest.mark.parametrize(
    "piece",
    ["1", "一", " ", "a ", "20% ", "1,000,", "2026 ", "满分 5 分", "百分之五", "top 3 ", "from 5 to 6 ", "by march ", "翻一番", "较去年",
     "increase ", "个月", "2026年", "the ", "提升客户满意度，", "Cut lead time from 40 to 30 days by end of March, "],
)  # fmt: skip
def test_reading_takes_time_in_proportion_to_length(piece: str) -> None:
    assert seconds((piece * 10_000)[:10_000]) < 4 * seconds((piece * 5_000)[:5_000]) + 0.002
