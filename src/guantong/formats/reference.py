"""The page of the workbook format, made from the declarations. `python -m guantong.formats.reference` renews it."""

import sys
from collections.abc import Iterator
from pathlib import Path

from guantong.engine.tables import SHARED_CODE_SPACES, TABLES, TREES, Table
from guantong.formats.cells import FIRST_YEAR, LAST_YEAR
from guantong.formats.characters import LONGEST_CODE, LONGEST_TEXT
from guantong.formats.csv_folder import LARGEST_CSV
from guantong.formats.describing import LANGUAGES, help_text, key_text
from guantong.formats.package import LARGEST_RATIO, LARGEST_UNPACKED, MOST_PARTS, RATIO_FREE
from guantong.formats.problems import KINDS, WARNINGS
from guantong.formats.writing import MOST_ROWS
from guantong.formats.xml_cells import FREE_CELLS, LAST_COLUMN, MOST_CELLS, MOST_EMPTY, column_letters

_INTRO = {
    "zh": """# 工作簿：贯通的交换格式

一个 Excel 文件（.xlsx）装下一个企业；同名 CSV 文件的文件夹也可以。每张表一行一条记录，列的顺序不限，表和列的名称中英文皆可，可以混用。
只有“企业”和“周期”必须有。没有的表，相关规则不作声；只有表头的表表示“没有”。不认识的列给出提示并忽略；读不懂的地方一次全部列出，
不载入任何数据。本页由程序生成：`python -m guantong.formats.reference`。

## 单元格

- **编码**：按 NFKC 归一、去掉首尾空白、保留大小写；整数取其数字；不含 `;` `:` `/`；最多 {code} 个字符。
- **数字**：文本数字、千分位、全角数字、百分数皆可；不超过 ±1e15。
- **比例**：0.2、20%、２０％ 相同；大于 1 的裸数字不接受（返工率除外）。
- **金额**：主币单位，小数位不超过币种，不为负；与最小单位相差不到百万分之一的取最小单位。
- **日期**：Excel 日期、2026-03-05、2026/3/5、2026年3月5日；{first}–{last} 年。月份也可写该月任意一天。日期时间不写时区即企业时间。
- **是否**：是/否、yes/no、true/false、1/0。**列表**用 `;` 或 `；` 分隔。**文本**最多 {text} 个字符。
- 首列 `#` 可写备注；写“例”的行不读取。
""",
    "en": """# The workbook: Guantong's format of interchange

One Excel file (.xlsx) holds a whole company; a folder of CSV files with the same names does too. A row is one record,
columns stand in any order, names of sheets and columns may be English or Chinese, also mixed. Only `company` and `cycles`
must be there. An absent sheet keeps its rules silent; a sheet with headings and no rows says "none". Unknown columns are
passed over with a note; whatever cannot be understood is listed all at once, and then nothing is loaded. This page is made
by `python -m guantong.formats.reference`.

## Cells

- **code**: NFKC, trimmed, case kept; a whole number is its digits; no `;` `:` `/`; at most {code} characters.
- **number**: also as text, with thousands separators, full-width digits or a percent sign; within ±1e15.
- **share**: 0.2, 20%, ２０％ alike; a bare number above 1 is refused (rework excepted).
- **money**: major units, at most the currency's decimals, not negative; within a millionth of a minor unit it is that unit.
- **date**: an Excel date, 2026-03-05, 2026/3/5 or 2026年3月5日; years {first}–{last}. A month may be any day in it. A date
  with time but no zone is company time.
- **bool**: yes/no, 是/否, true/false, 1/0. **Lists** are separated by `;` or `；`. **Text** has at most {text} characters.
- The first column may be `#`, for notes; a row marked `example` there is not read.
""",
}
_OUTPUT = {
    "zh": """## `guantong check --format json` 的输出

UTF-8，两格缩进；数字保留 12 位有效数字，金额为十进制字符串，缺失为 `null`；行序不同而内容相同的输入，输出逐字节相同。
结构见 `guantong check --schema`。除 `message` 和 `action` 外与语言无关。

| 键 | 内容 |
|---|---|
| `schema` `company` `as_of` `cycle` | 格式版本、企业编码、截至日、所检查的年度周期 |
| `index` | `people` 人数、`whole` 主线完整的人数、`value` 打通度、`funnel` 各环节的 `kept` `lost`、`losses` 各环节因哪个断点失去多少人、`units` 每个单元（含下级）的 `people` `whole` `value` 及各环节失去的人数 `lost` |
| `findings` | 断点：`rule` `severity` `subject` `owner` `message` `action` `evidence`，按严重程度、规则、对象编码排序 |
| `waived` | 有效豁免略去的断点数 |
| `goals` | `actual` 当前值、`target` 现行目标值、`plan` 计划至今、`gap` `gap_ratio` 差距、`attainment` 达成率、`known_weight` 已知权重、`status`（no_data 无数据、partial 数据不全、alert 预警、behind 落后、met 达成、exceeded 超额完成） |
| `scorecards` | `holder` `score` `coverage` `rating`；不属于所检查年度本身的卡另有 `cycle` |
| `budget` | `envelope` 总额、`allocated` 已分配、`committed` 已承诺、`spent` 已支出、`core_share` 核心占比；`requests` 每个需求的 `current` 现行额、`spent` 已支出、`open` 未结承诺、`free` 可用、`progress` 目标进度、`planned_progress` 计划进度、`verdict`（supplement 追加、cut_or_reinforce 削减或加力、overspending 超支、on_plan 正常）；`transfers` 建议划转的 `from` `to` `amount` |
| `processes` | 每个流程的 `handoffs` 跨部门交接、`fit` 匹配度、`lead_minutes` 全程时长、`efficiency` 增值效率、`bottleneck` 瓶颈节点、`nodes` 各节点负荷 `utilisation`、`positions` 各岗位负荷、`scenarios` 各方案下的同样数字 |
| `value_chain` `feedback` | 每个环节的 `cost` `value` `index` 价值指数、`cost_ratio` 成本占比、`shift` 建议移动的成本和 `shift_to` 去向、`cycle_days` `quality` `satisfaction`；反馈的 `open` 未处理、`closed_rate` 闭环率、`days` 平均答复天数 |
| `amoeba` `amoeba_balance` | 每个单元每月的 `value_added` 附加价值、`per_hour` 每小时附加价值；每月内部销售与内部采购之差 |
| `estimates` | 目标测算的 `low` `base` `high`，`difference` 为中值减现行目标值 |
| `retrospectives` `participation` | 每个目标的复盘 `result`；每个单元（含下级）的 `people` 与参与率 `share` |
| `comparisons` | 目标最近一期（截至 `period_end`）的 `value`，上一期 `last_period` 与环比 `period_change`，去年同期 `last_year` 与同比 `year_change` |
| `rewards` `reward_schemes` | 每人 `amount`（无得分者为 `null`）；每个方案的 `pool` `paid` `unallocated` |
| `repair` | 先修哪里：`rule` `subject` `frees` `index_after`，至多 20 条 |

退出码：0 没有达到 `--fail-on` 的断点；1 有断点；2 输入无法读取，标准输出为空，标准错误列出全部问题（JSON 时为
`[{sheet, row, column, value, expected, suggestion, message}]`）。
""",
    "en": """## Output of `guantong check --format json`

UTF-8, two spaces of indent; numbers with twelve significant digits, money as decimal strings, what is missing as `null`;
the same input in any row order gives the same bytes. Its JSON Schema: `guantong check --schema`. Only `message` and
`action` depend on the language.

| key | content |
|---|---|
| `schema` `company` `as_of` `cycle` | format version, company code, day of the check, the year checked |
| `index` | `people`, `whole` (whose thread holds), `value`, `funnel` with `kept` and `lost` per link, `losses`: how many people a link loses behind which finding, `units`: per unit and those below it `people`, `whole`, `value` and people `lost` by link |
| `findings` | `rule` `severity` `subject` `owner` `message` `action` `evidence`, by severity, rule, subject code |
| `waived` | findings left out by a waiver in force |
| `goals` | `actual`, `target` in force, `plan` to date, `gap` and `gap_ratio` against it, `attainment` of the target, `known_weight`, `status`: no_data, partial, alert, behind, met, exceeded |
| `scorecards` | `holder` `score` `coverage` `rating`; `cycle` where the card is not of the checked year itself |
| `budget` | `envelope` `allocated` `committed` `spent` `core_share`; `requests`: `current`, `spent`, `open` commitment, `free`, `progress` of the goal, `planned_progress`, `verdict`: supplement, cut_or_reinforce, overspending, on_plan; `transfers`: proposed `from` `to` `amount` |
| `processes` | per process `handoffs`, `fit`, `lead_minutes`, `efficiency`, `bottleneck`, `utilisation` of `nodes` and `positions`, the same per scenario in `scenarios` |
| `value_chain` `feedback` | per link `cost` `value` `index` `cost_ratio` `shift` (cost to move) `shift_to` `cycle_days` `quality` `satisfaction`; feedback `open`, `closed_rate`, mean `days` to answer |
| `amoeba` `amoeba_balance` | per unit and month `value_added`, `per_hour`; per month the difference of internal sales and purchases |
| `estimates` | `low` `base` `high` of a target, `difference` of base and target in force |
| `retrospectives` `participation` | `result` per goal; per unit and those below it `people` and `share` |
| `comparisons` | `value` of a goal's last period (ended on `period_end`), `last_period` and `period_change` against it, the same period `last_year` and `year_change` |
| `rewards` `reward_schemes` | `amount` per person (`null` without a score); `pool` `paid` `unallocated` per scheme |
| `repair` | what to mend first: `rule` `subject` `frees` `index_after`, at most 20 |

Exit status: 0 nothing at or above `--fail-on`; 1 findings; 2 the input could not be read: standard output stays empty,
standard error lists all problems (with JSON as `[{sheet, row, column, value, expected, suggestion, message}]`).
""",
}
_WORDS = {
    "zh": {
        "sheets": "## 工作表\n\n**粗体**为必填列。\n",
        "head": "| 列 | 英文名 | 填什么 |\n|---|---|---|\n",
        "key": "主键",
        "errors": "## 不能读取的情形\n\n| 种类 | 说明 |\n|---|---|\n",
        "shared": "编码不得相同的表",
        "circles": "不得循环的列",
        "limits": "## 上限\n",
    },
    "en": {
        "sheets": "## Sheets\n\n**Bold** columns are required.\n",
        "head": "| column | Chinese | what to enter |\n|---|---|---|\n",
        "key": "Key",
        "errors": "## What cannot be read\n\n| kind | meaning |\n|---|---|\n",
        "shared": "Sheets that share one space of codes",
        "circles": "Columns without circles",
        "limits": "## Limits\n",
    },
}


def reference_page(language: str) -> str:
    """Return the page of the format in a language, as Markdown."""
    words = _WORDS[language]
    intro = _INTRO[language].format(first=FIRST_YEAR, last=LAST_YEAR, text=f"{LONGEST_TEXT:,}", code=LONGEST_CODE)
    spaces = "; ".join(" + ".join(f"`{name}`" for name in space) for space in SHARED_CODE_SPACES)
    circles = ", ".join(f"`{table}.{column}`" for table, column in TREES)
    parts = [
        intro,
        words["sheets"],
        *(_table(table, language) for table in TABLES.values()),
        words["errors"]
        + "".join(f"| `{kind}` | {titles[LANGUAGES.index(language)]} |\n" for kind, titles in _errors()),
        f"{words['shared']}: {spaces}.\n\n{words['circles']}: {circles}.\n",
        words["limits"] + "\n" + "".join(f"- {line}\n" for line in _limits(language)),
        _OUTPUT[language].rstrip() + "\n",
    ]
    return "\n".join(parts)


def _errors() -> Iterator[tuple[str, tuple[str, str]]]:
    return ((kind, titles) for kind, titles in KINDS.items() if kind not in WARNINGS)


def _table(table: Table, language: str) -> str:
    zh = language == "zh"
    lines = []
    for column in table.columns:
        names = (column.zh, column.name) if zh else (column.name, column.zh)
        shown = f"**{names[0]}**" if column.required else names[0]
        lines.append(f"| {shown} | {names[1]} | {help_text(column, language)} |\n")
    heading = f"### {table.zh} `{table.name}`\n\n" if zh else f"### `{table.name}` {table.zh}\n\n"
    words = _WORDS[language]
    colon = "：" if zh else ": "
    return f"{heading}{words['key']}{colon}{key_text(table, language)}\n\n{words['head']}{''.join(lines)}"


def _limits(language: str) -> list[str]:
    column = column_letters(LAST_COLUMN)
    giga = 1 << 30
    if language == "zh":
        return [
            f".xlsx 每张表最多 {MOST_ROWS:,} 行、到 {column} 列；行数乘列数不超过 {MOST_CELLS:,}，超过 {FREE_CELLS:,} 时不超过已填格数的 {MOST_EMPTY} 倍。更大的企业请用 CSV 文件夹。",
            f".xlsx 解压后不超过 {LARGEST_UNPACKED // giga} GiB、{MOST_PARTS:,} 个部件；超过 {RATIO_FREE >> 20} MiB 的部件膨胀不超过 {LARGEST_RATIO} 倍。",
            f"每个 CSV 文件不超过 {LARGEST_CSV // giga} GiB。",
        ]
    return [
        f"An .xlsx sheet: at most {MOST_ROWS:,} rows, up to column {column}, rows times columns at most {MOST_CELLS:,} and, above {FREE_CELLS:,}, at most {MOST_EMPTY} times the filled cells. Bigger companies travel as a CSV folder.",
        f"An .xlsx unpacked: at most {LARGEST_UNPACKED // giga} GiB in {MOST_PARTS:,} parts; a part above {RATIO_FREE >> 20} MiB grows at most {LARGEST_RATIO} times.",
        f"A CSV file: at most {LARGEST_CSV // giga} GiB.",
    ]


def main(folder: Path) -> None:
    """Write the page in both languages."""
    for language in LANGUAGES:
        (folder / f"workbook.{language}.md").write_text(reference_page(language), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/manual"))
