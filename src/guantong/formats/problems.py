"""What can be wrong with a file, as values: every door renders the same `Problem` in its own way.

A problem names its place in English (sheet and column as in engine/tables.py, row as Excel numbers it) and its
kind; sentences are made by guantong.messages.input.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from guantong.engine.tables import TABLES

LONGEST_VALUE_SHOWN = 200


@dataclass(frozen=True)
class Problem:
    """One thing wrong, or doubtful, in a file.

    Attributes:
        kind: A word of `KINDS`.
        sheet: English sheet name, None where the file as a whole is meant.
        row: Row as Excel numbers it, None where no row is meant.
        column: English column name, None where no column is meant.
        value: What stands there as text, None where nothing can.
        expected: What would be right, in English.
        suggestion: A value that would do, "" where none can be named.
        details: Words that the message of this kind needs.
    """

    kind: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None
    value: str | None = None
    expected: str = ""
    suggestion: str = ""
    details: Mapping[str, str] = field(default_factory=dict, hash=False)


class InputError(Exception):
    """A file that cannot be read; `problems` are all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.sheet or 'file'}: {problem.kind}" for problem in self.problems[:5]))


def shorten(text: str) -> str:
    """Return a value as problems show it."""
    return text if len(text) <= LONGEST_VALUE_SHOWN else text[:LONGEST_VALUE_SHOWN] + "…"


WARNINGS = frozenset({"unknown_sheet", "unknown_column", "empty_sheet", "no_heading"})
"""Kinds that do not keep a file from being read."""

KINDS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        # the file
        "missing_file": ("文件或文件夹不存在", "The file or folder is not there"),
        "unreadable_file": ("文件无法读取（权限或介质）", "The file cannot be read (permission or medium)"),
        "empty_file": ("文件为空", "The file is empty"),
        "not_a_workbook": ("不是 .xlsx 工作簿，也不是 CSV 文件夹", "Neither an .xlsx workbook nor a folder of CSV"),
        "encrypted": ("有密码，或为旧版 .xls", "Has a password, or is an old .xls"),
        "damaged": ("文件已损坏", "The file is damaged"),
        "too_large": ("超出上限", "Beyond a limit"),
        "empty_folder": ("文件夹中没有 CSV 文件", "No CSV file in the folder"),
        "bad_encoding": ("不是 UTF-8、UTF-16 或 GB18030", "Not UTF-8, UTF-16 or GB18030"),
        "bad_csv": ("CSV 引号或字符有误", "Quotes or characters of the CSV are wrong"),
        "csv_delimiter": ("CSV 的分隔符不是逗号", "The CSV is not separated by commas"),
        # sheets and headings
        "unknown_sheet": ("未知工作表（警告，忽略）", "Unknown sheet (warning, ignored)"),
        "empty_sheet": ("工作表没有表头（警告，视为缺失）", "A sheet without headings (warning, taken as absent)"),
        "missing_sheet": ("缺少必需的工作表", "A required sheet is missing"),
        "sheet_twice": ("工作表重复", "A sheet is there twice"),
        "unknown_column": ("未知列（警告，忽略）", "Unknown column (warning, ignored)"),
        "no_heading": ("列有数据而无表头（警告，忽略）", "Cells without a heading (warning, ignored)"),
        "missing_column": ("缺少必需的列", "A required column is missing"),
        "column_twice": ("列重复", "A column is there twice"),
        "extra_cells": ("数据超出表头", "Cells to the right of the headings"),
        # cells
        "required_empty": ("必填单元格为空", "A required cell is empty"),
        "spreadsheet_error": ("单元格为错误值，如 #DIV/0!", "A spreadsheet error such as #DIV/0!"),
        "formula_without_value": ("公式没有计算结果", "A formula without a calculated value"),
        "not_a_code": ("不是编码", "Not a code"),
        "code_sign": ("编码中含 ; : /", "A code with ; : or /"),
        "control_character": ("含控制字符", "A control character"),
        "too_long": ("文本过长", "Text too long"),
        "not_a_text": ("不是文本", "Not a text"),
        "not_a_number": ("不是数字", "Not a number"),
        "not_whole": ("不是整数", "Not a whole number"),
        "number_too_large": ("数字超出 ±1e15", "A number beyond ±1e15"),
        "out_of_range": ("数字超出该列范围", "A number outside the column's limits"),
        "share_above_one": ("比例大于 1 而无 %", "A share above 1 without %"),
        "negative_money": ("金额为负", "Negative money"),
        "money_decimals": ("金额小数位过多", "Money with too many decimals"),
        "not_a_date": ("不是日期", "Not a date"),
        "date_as_number": ("日期单元格里是数字", "A bare number in a date cell"),
        "date_out_of_range": ("年份不在 1901–2999", "A year outside 1901–2999"),
        "not_a_month": ("不是月份", "Not a month"),
        "not_a_datetime": ("不是日期时间", "Not a date with time"),
        "not_a_bool": ("不是 是/否", "Not yes or no"),
        "unknown_choice": ("不在可选值之内", "Not one of the choices"),
        "bad_item": ("列表项格式有误", "A list item of the wrong form"),
        # between cells
        "key_twice": ("主键重复", "A key used twice"),
        "code_shared": ("编码与另一表重复", "A code that another sheet uses already"),
        "unknown_reference": ("引用的编码不存在", "A reference to an unknown code"),
        "still_needed": (
            "文件要移除的行，数据库里别的表还在引用",
            "A row to be removed is still referred to",
        ),
        "circle": ("循环引用", "A circle"),
        "no_root": ("没有顶层组织单元", "No root unit"),
        "many_roots": ("顶层组织单元多于一个", "More than one root unit"),
        "root_kind": ("顶层组织单元不是公司", "The root unit is not of kind company"),
        "end_before_start": ("结束早于开始", "An end before its start"),
        "not_one_company": ("企业表不是恰好一行", "The company sheet has not exactly one row"),
        "unknown_schema": ("格式版本未知", "Unknown format version"),
        "unknown_timezone": ("时区未知", "Unknown time zone"),
        "bad_currency": ("币种不是三字母", "Currency is not three letters"),
        "bad_setting": ("参数有误", "A wrong setting"),
        "unknown_rule": ("规则未知", "Unknown rule"),
        "transfer_without_target": ("划转没有转入方", "A transfer without a receiver"),
        "steps_missing": ("分段计分没有分段", "Scoring by steps without steps"),
        "no_year": ("没有可检查的年度周期", "No year to check"),
    }
)
"""Every kind with its title, Chinese and English."""


def problems_schema() -> dict[str, Any]:
    """Return the JSON Schema of the list of problems that `--format json` writes to standard error."""
    columns = sorted({column.name for table in TABLES.values() for column in table.columns})
    text = {"type": ["string", "null"]}
    fields: dict[str, Any] = {
        "sheet": {"enum": [*TABLES, None]},
        "row": {"type": ["integer", "null"], "minimum": 1},
        "column": {"enum": [*columns, None]},
        "value": text,
        "expected": text,
        "suggestion": text,
        "message": {"type": "string", "minLength": 1},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Guantong input problems",
        "type": "array",
        "minItems": 1,
        "items": {
            "type": "object",
            "properties": fields,
            "required": list(fields),
            "additionalProperties": False,
            "allOf": [
                {
                    "if": {"properties": {"sheet": {"const": table.name}}},
                    "then": {"properties": {"column": {"enum": [*table.by_name, None]}}},
                }
                for table in TABLES.values()
            ],
        },
    }
