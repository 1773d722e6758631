"""The page of the rules, made from their texts. `python -m guantong.messages.rule_page` renews it."""

import sys
from itertools import groupby
from pathlib import Path

from guantong.engine.parameters import Parameters
from guantong.engine.tables import TABLES
from guantong.messages.explanations import Explanation, explained_rules, explanation
from guantong.messages.labels import LANGUAGES, label

_INTRO = {
    "zh": """# 规则手册

贯通检查的每一条规则：查什么、为什么要紧、怎么修复，可改的参数，断点所附的证据。在终端里看同样的内容：`guantong rules`，
一条规则 `guantong rules GOAL-SMART`，按企业自己的参数看 `guantong rules --in 我的.xlsx`。本页由程序生成：
`python -m guantong.messages.rule_page`。

**级别**：错误，主线在这里断了；警告，主线就要断；建议，主线可以更牢。**出处**：方法给定，贯通所执行的管理方法明确要求；
方法案例，来自方法所讲的案例；贯通补充，方法没有说到，由贯通补上。

**设置**：在“企业”表的“参数”一栏写 `规则编号.参数=值`，如 `COLLAB-WEIGHT.min=25%`，多项用 `;` 分隔；
`规则编号.mode=off` 停用一条规则。正好等于界限的不算超过。本页写的是默认值。没有规则所查的表，这条规则不作声；
只有表头的表表示“没有”，规则照常作声。
阶段为初创的企业只用目标、校准、协同、参与和预算的规则，成长阶段再加计分卡、跟踪、责任和激励，成熟阶段用全部规则。
""",
    "en": """# The rules

Every rule that Guantong checks: what it finds, why that matters, how it is mended, the parameters that can be changed,
the evidence that comes with a finding. The same in a terminal: `guantong rules`, one rule `guantong rules GOAL-SMART`,
with a company's own parameters `guantong rules --in MY.xlsx`. This page is made by
`python -m guantong.messages.rule_page`.

**Severity**: error, the thread is broken here; warning, it is about to break; advice, it would be stronger. **Source**:
given by the management method that Guantong carries out; a case that the method tells; ours, where the method leaves
something open.

**Settings**: in `settings` of the company sheet, as `RULE-ID.parameter=value`, such as `COLLAB-WEIGHT.min=25%`, several
separated by `;`; `RULE-ID.mode=off` switches a rule off. Exactly the limit is kept. This page tells the defaults. Where
a sheet that a rule judges is absent, the rule is silent; a sheet with headings and no rows says "none", and the rule
speaks. A start-up is asked for goals, calibration, collaboration, participation and budget only, a growing company also
for scorecards, tracking, responsibility and rewards, a mature one for everything.
""",
}
_TABLE_HEADS = {
    "zh": ("| 参数 | 默认 | 出处 | 含义 |", "| 证据 | 含义 |"),
    "en": ("| parameter | default | source | meaning |", "| evidence | meaning |"),
}


def rule_page(language: str) -> str:
    """Return the page of the rules that have texts, as Markdown, under the default parameters."""
    rules = [explanation(rule, language, Parameters()) for rule in explained_rules()]
    parts = [_INTRO[language]]
    for chapter, members in groupby((rule for rule in rules if rule.what), key=lambda rule: rule.chapter):
        parts.append(f"## {label(f'chapters.{chapter}', language)}\n")
        parts += [_section(rule, language) for rule in members]
    return "\n".join(parts)


def _section(rule: Explanation, language: str) -> str:
    texts = {"what": rule.what, "why": rule.why, "cure": rule.cure, "example": rule.example}
    colon = "：" if language == "zh" else ": "
    paragraphs = [f"**{label(f'rules.{name}', language)}**{colon}{text}\n" for name, text in texts.items()]
    return "\n".join(
        [
            f"### {rule.rule}\n",
            f"**{rule.title}** · {_facts(rule, language)}\n",
            *paragraphs,
            *_tables(rule, language),
        ]
    )


def _facts(rule: Explanation, language: str) -> str:
    separator = label("rules.separator", language)
    subjects = separator.join(label(f"subjects.{name}", language) for name in rule.subjects)
    sheets = separator.join(TABLES[sheet].zh if language == "zh" else f"`{sheet}`" for sheet in rule.sheets)
    return " · ".join(
        [
            separator.join(label(f"severity.{name}", language) for name in rule.severities),
            label("rules.subjects", language, subjects=subjects),
            label("rules.source", language, source=label(f"sources.{rule.source}", language)),
            label("rules.judges", language, sheets=sheets),
        ]
    )


def _tables(rule: Explanation, language: str) -> list[str]:
    parameters = [
        f"| `{one.name}` | {one.written_default} | {label(f'sources.{one.source}', language)} | {one.meaning} |"
        for one in rule.parameters
    ]
    evidence = [f"| `{key}` | {meaning} |" for key, meaning in rule.evidence]
    return [
        "\n".join([head, "|---" * (head.count("|") - 1) + "|", *rows]) + "\n"
        for head, rows in zip(_TABLE_HEADS[language], (parameters, evidence), strict=True)
        if rows
    ]


def main(folder: Path) -> None:
    """Write the page in both languages."""
    for language in LANGUAGES:
        (folder / f"rules.{language}.md").write_text(rule_page(language), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/manual"))
