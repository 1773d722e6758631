"""Workbooks that others write: Chinese or English, .xlsx or CSV, rows in any order — one report, byte for byte."""

import datetime
import json
import random
from pathlib import Path
from typing import Any

import pytest

from guantong.cli.main import main
from tests.make.files import as_csv, as_xlsx

Sheet = list[list[Any]]

D = datetime.date

ENGLISH: dict[str, Sheet] = {
    "company": [["code", "name", "currency", "language"], ["NEV", "驰行汽车", "CNY", "zh"]],
    "cycles": [
        ["code", "name", "kind", "parent", "start", "end"],
        ["2026-28", "规划期", "horizon", None, D(2026, 1, 1), D(2028, 12, 31)],
        [2026, "2026 年", "year", "2026-28", D(2026, 1, 1), D(2026, 12, 31)],
    ],
    "units": [
        ["code", "name", "parent", "kind", "head"],
        ["C", "公司", None, "company", "P1"],
        ["BU", "事业部", "C", "business_unit", "P2"],
        ["D", "销售部", "BU", "department", "P3"],
    ],
    "people": [
        ["code", "name", "unit", "manager", "joined", "base_bonus"],
        ["P1", "李", "C", None, D(2020, 1, 1), 1000],
        ["P2", "王", "BU", "P1", D(2020, 1, 1), 1000],
        ["P3", "张", "D", "P2", D(2020, 1, 1), 1000],
        ["P4", "赵", "D", "P3", D(2026, 6, 15), 1000],
    ],
    "priorities": [["code", "name", "cycle", "rank", "core"], ["S1", "增长", 2026, 1, "yes"]],
    "metrics": [
        ["code", "name", "unit_of_measure", "direction", "aggregation", "frequency", "perspective"],
        ["M1", "销售额", "元", "higher", "sum", "month", "financial"],
    ],
    "goals": [
        "code name cycle unit owner personal parent metric target start due rollup priority".split(),
        ["G1", "销售 10 M", 2026, "C", "P1", "no", None, "M1", 10_000_000, D(2026, 1, 1), D(2026, 12, 31), "sum", "S1"],
        [
            "G2",
            "销售 12 M",
            2026,
            "BU",
            "P2",
            "no",
            "G1",
            "M1",
            12_000_000,
            D(2026, 1, 1),
            D(2026, 12, 31),
            "sum",
            None,
        ],
        ["G3", "销售 15 M", 2026, "D", "P3", "no", "G2", "M1", 15_000_000, D(2026, 1, 1), D(2026, 12, 31), "sum", None],
        ["G4", "销售 20 M", 2026, "D", "P3", "yes", "G3", "M1", 20_000_000, D(2026, 1, 1), D(2026, 12, 31), None, None],
    ],
    "actuals": [["goal", "date", "value"], *(["G4", D(2026, month, 28), 1_500_000] for month in range(1, 7))],
    "scorecards": [
        ["holder", "cycle", "goal", "weight"],
        ["C", 2026, "G1", 1],
        ["BU", 2026, "G2", 1],
        ["P3", 2026, "G4", 1],
    ],
    "reward_schemes": [["code", "name", "cycle", "pool"], ["B", "年终奖", 2026, 100]],
    "reward_members": [
        ["scheme", "person", "scorecard"],
        ["B", "P1", "C"],
        ["B", "P2", "BU"],
        ["B", "P3", None],
    ],
}

NAMES = {
    "company": "企业",
    "cycles": "周期",
    "units": "组织单元",
    "people": "员工",
    "priorities": "战略重点",
    "metrics": "指标",
    "goals": "目标",
    "actuals": "实际值",
    "scorecards": "计分卡",
    "reward_schemes": "激励方案",
    "reward_members": "激励对象",
}
HEADINGS = {
    "company": {"code": "编码", "name": "名称", "currency": "币种", "language": "语言"},
    "cycles": {"code": "编码", "name": "名称", "kind": "类型", "parent": "上级周期", "start": "开始", "end": "结束"},
    "units": {"code": "编码", "name": "名称", "parent": "上级单元", "kind": "类型", "head": "负责人"},
    "people": {
        "code": "工号",
        "name": "姓名",
        "unit": "组织单元",
        "manager": "直接上级",
        "joined": "入职",
        "base_bonus": "奖金基数",
    },
    "priorities": {"code": "编码", "name": "名称", "cycle": "周期", "rank": "排序", "core": "核心"},
    "metrics": {
        "code": "编码",
        "name": "名称",
        "unit_of_measure": "计量单位",
        "direction": "方向",
        "aggregation": "汇总方式",
        "frequency": "频率",
        "perspective": "维度",
    },
    "goals": {
        "code": "编码",
        "name": "名称",
        "cycle": "周期",
        "unit": "组织单元",
        "owner": "责任人",
        "personal": "个人目标",
        "parent": "上级目标",
        "metric": "指标",
        "target": "目标值",
        "start": "开始",
        "due": "截止",
        "rollup": "汇总",
        "priority": "战略重点",
    },
    "actuals": {"goal": "目标", "date": "日期", "value": "值"},
    "scorecards": {"holder": "对象", "cycle": "周期", "goal": "目标", "weight": "权重"},
    "reward_schemes": {"code": "编码", "name": "名称", "cycle": "周期", "pool": "奖金池"},
    "reward_members": {"scheme": "激励方案", "person": "员工", "scorecard": "计分卡"},
}
CHINESE_CELLS = {"higher": "越高越好", "yes": "是", "no": "否"}


def in_chinese() -> dict[str, Sheet]:
    return {
        NAMES[name]: [
            [HEADINGS[name][str(heading)] for heading in rows[0]],
            *([CHINESE_CELLS.get(cell, cell) if isinstance(cell, str) else cell for cell in row] for row in rows[1:]),
        ]
        for name, rows in ENGLISH.items()
    }


def shuffled(sheets: dict[str, Sheet]) -> dict[str, Sheet]:
    """Return the sheets with rows and columns in another order."""
    dice = random.Random(7)
    result = {}
    for name, (heading, *rows) in sheets.items():
        order = dice.sample(range(len(heading)), len(heading))
        mixed = dice.sample(rows, len(rows))
        result[name] = [[row[place] for place in order] for row in (heading, *mixed)]
    return dict(dice.sample(list(result.items()), len(result)))


def checked(capsys: pytest.CaptureFixture[str], path: Path) -> str:
    status = main(["check", str(path), "--as-of", "2026-06-30", "--format", "json"])
    out, err = capsys.readouterr()
    assert (status, err) == (1, "")
    return out


@pytest.fixture
def reference(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> str:
    return checked(capsys, as_xlsx(ENGLISH, tmp_path / "reference.xlsx"))


def test_what_it_says(reference: str) -> None:
    report = json.loads(reference)
    assert report["cycle"] == "2026"
    markups = {
        finding["subject"]["code"]: (
            finding["severity"],
            finding["evidence"]["markup"],
            finding["evidence"]["cumulative"],
        )
        for finding in report["findings"]
        if finding["rule"] == "CASCADE-MARKUP"
    }
    assert markups == {
        "G1": ("error", 0.2, 0.2),
        "G2": ("error", 0.25, 0.5),
        "G3": ("error", 0.333333333333, 1.0),
    }
    goals = {goal["code"]: goal for goal in report["goals"]}
    assert goals["G1"]["actual"] == 9_000_000.0
    assert goals["G1"]["attainment"] == 0.9
    assert goals["G1"]["plan"] == pytest.approx(10_000_000 * 181 / 365)
    assert goals["G1"]["status"] == "met"
    assert report["scorecards"] == [
        {"holder": "BU", "score": 75.0, "coverage": 1.0, "rating": "C"},
        {"holder": "C", "score": 90.0, "coverage": 1.0, "rating": "B"},
        {"holder": "P3", "score": 45.0, "coverage": 1.0, "rating": "D"},
    ]
    assert report["index"]["people"] == 3
    assert sum(float(entry["amount"]) for entry in report["rewards"]) == pytest.approx(100)
    assert [entry["person"] for entry in report["rewards"]] == ["P1", "P2", "P3"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_csv_says_the_same(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, reference: str, language: str, encoding: str
) -> None:
    sheets = ENGLISH if language == "en" else in_chinese()
    assert checked(capsys, as_csv(sheets, tmp_path / "folder", encoding)) == reference


def test_chinese_xlsx_says_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path, reference: str) -> None:
    assert checked(capsys, as_xlsx(in_chinese(), tmp_path / "zh.xlsx")) == reference


def test_both_languages_mixed_say_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path, reference: str) -> None:
    chinese = in_chinese()
    mixed = {
        name if place % 2 else NAMES[name]: rows if place % 2 else chinese[NAMES[name]]
        for place, (name, rows) in enumerate(ENGLISH.items())
    }
    assert checked(capsys, as_xlsx(mixed, tmp_path / "mixed.xlsx")) == reference


def test_the_order_of_rows_columns_and_sheets_leaves_no_trace(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, reference: str
) -> None:
    assert checked(capsys, as_xlsx(shuffled(ENGLISH), tmp_path / "shuffled.xlsx")) == reference


def test_saying_it_twice_says_the_same(capsys: pytest.CaptureFixture[str], tmp_path: Path, reference: str) -> None:
    assert checked(capsys, tmp_path / "reference.xlsx") == reference
