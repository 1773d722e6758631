"""Every table and column of a company, declared once.

The reader, the writer, the blank templates, the format page, the schema of input errors and `Company` all
derive from `TABLES`. A column is one line: name, type, Chinese name, options. Type words:

    code text texts      a code, a text, a list of texts
    ref:T refs:T         a code of table T (or of one of T|U), a list of such codes
    number integer share money bool
    date month datetime
    choice:SET           one value of CHOICES[SET]
    links                list of `code` or `code:share`
    duties               list of `code:duty`
    steps                list of `attainment:points`

A trailing `*` marks a required cell. Format page: docs/manual/workbook.en.md. Glossary: docs/glossary.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

SCHEMA_VERSION = 1

CHOICES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "stage": {"startup": "初创", "growth": "成长", "mature": "成熟"},
        "language": {"zh": "中文", "en": "英文"},
        "cycle_kind": {"horizon": "规划期", "year": "年度", "half": "半年", "quarter": "季度", "month": "月度"},
        "unit_kind": {"company": "公司", "business_unit": "业务单元", "department": "部门", "team": "团队"},
        "chain_link": {
            "research": "研发设计",
            "production": "生产制造",
            "marketing": "市场营销",
            "service": "销售服务",
            "human_resources": "人力资源",
            "finance": "财务",
            "technology": "技术",
        },
        "track": {"management": "管理", "professional": "专业"},
        "element": {
            "vision": "愿景",
            "intent": "战略意图",
            "insight": "市场洞察",
            "innovation": "创新焦点",
            "design": "业务设计",
            "key_task": "关键任务",
            "organisation": "正式组织",
            "talent": "人才储备",
            "culture": "文化与氛围",
            "gap": "差距",
            "csf": "关键成功要素",
        },
        "plan_kind": {
            "market_size": "市场规模",
            "competition": "竞争",
            "customer": "客户需求",
            "opportunity": "机会",
            "threat": "威胁",
            "product": "产品",
            "model": "模式",
            "customer_selection": "客户选择",
            "value_proposition": "价值主张",
            "profit_model": "盈利模式",
            "scope": "业务范围",
            "control": "战略控制",
            "risk": "风险",
            "performance": "业绩差距",
            "opportunity_gap": "机会差距",
        },
        "direction": {"higher": "越高越好", "lower": "越低越好", "range": "区间", "milestone": "里程碑"},
        "aggregation": {
            "sum": "求和",
            "average": "平均",
            "last": "最新值",
            "max": "最大值",
            "min": "最小值",
            "ratio": "比率",
        },
        "perspective": {"financial": "财务", "customer": "客户", "process": "内部流程", "learning": "学习与成长"},
        "frequency": {"day": "每日", "week": "每周", "month": "每月", "quarter": "每季", "year": "每年"},
        "metric_kind": {"growth": "增长", "bounded": "有界", "other": "其他"},
        "phasing": {"none": "不分解", "linear": "均匀", "plan": "按月计划"},
        "rollup": {
            "own": "自报",
            "sum": "求和",
            "average": "平均",
            "min": "最小值",
            "max": "最大值",
            "ratio": "比率",
        },
        "goal_status": {"draft": "草稿", "published": "已发布", "closed": "已关闭"},
        "combine": {"product": "连乘", "sum": "相加"},
        "adjustment_cause": {"market": "市场", "resources": "资源", "strategy": "战略", "error": "差错"},
        "scope": {"own": "本级", "children": "下级"},
        "method": {"linear": "线性", "threshold": "门槛", "steps": "分段", "yesno": "是否"},
        "checkin_status": {"on_track": "正常", "lagging": "滞后", "at_risk": "风险"},
        "plan_state": {"filed": "已提交", "accepted": "已接受", "in_progress": "整改中", "resolved": "已解决"},
        "nature": {"strategic": "战略", "running": "日常"},
        "entry_kind": {
            "commit": "承诺",
            "release": "释放",
            "spend": "支出",
            "refund": "退款",
            "reclaim": "收回",
            "supplement": "追加",
            "transfer": "划转",
        },
        "meeting_kind": {"weekly": "周会", "biweekly": "双周会", "monthly": "月会", "quarterly": "季度会"},
        "result": {"exceeded": "超额完成", "met": "达成", "missed": "未达成"},
        "cause_kind": {"subjective": "主观", "objective": "客观"},
        "reward_mode": {"share": "分配", "ceiling": "封顶"},
        "coefficient_kind": {"personal": "个人", "unit": "部门", "company": "公司"},
        "decision": {"open": "待处理", "accepted": "采纳", "declined": "不采纳"},
    }
)

# Chinese column names wherever a column does not bring its own.
COLUMN_NAMES_ZH: Mapping[str, str] = MappingProxyType(
    {
        "allocated": "批准",
        "amount": "金额",
        "approver": "批准人",
        "base": "基数",
        "capacity_minutes": "月产能(分钟)",
        "category": "科目",
        "cause": "原因",
        "chain_link": "价值链环节",
        "code": "编码",
        "coefficient": "系数",
        "collaborators": "协作方",
        "cost": "成本",
        "cycle": "周期",
        "date": "日期",
        "depends_on": "依赖",
        "done": "完成",
        "driver": "驱动因素",
        "due": "截止",
        "evidence": "依据",
        "expenses": "费用",
        "external_sales": "对外销售",
        "factor": "系数",
        "from_goal": "牵头目标",
        "goal": "目标",
        "hours": "工时",
        "internal_purchases": "内部采购",
        "internal_sales": "内部销售",
        "key_task": "关键任务",
        "kind": "类型",
        "language": "语言",
        "link": "环节",
        "maximum": "上限",
        "meeting": "会议",
        "metric": "指标",
        "minutes": "时长",
        "month": "月份",
        "name": "名称",
        "node": "节点",
        "note": "备注",
        "owner": "负责人",
        "parent": "上级",
        "person": "员工",
        "perspective": "维度",
        "planned": "计划",
        "priority": "战略重点",
        "process": "流程",
        "processing_minutes": "作业时长",
        "proposer": "提出人",
        "reason": "理由",
        "request": "需求",
        "rule": "规则",
        "scheme": "方案",
        "score": "得分",
        "signed_by_manager": "主管签署",
        "signed_by_person": "本人签署",
        "start": "开始",
        "state": "状态",
        "text": "内容",
        "to_goal": "协同目标",
        "unit": "组织单元",
        "until": "截止",
        "waiting_minutes": "等待时长",
        "weight": "权重",
    }
)


@dataclass(frozen=True)
class Column:
    """One column of a table; `type` is the type word without target, `targets` the tables a reference may meet."""

    name: str
    type: str
    zh: str
    required: bool = False
    targets: tuple[str, ...] = ()
    choices: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    minimum: float | None = None
    maximum: float | None = None
    note: tuple[str, str] = ("", "")

    @cached_property
    def choice_values(self) -> tuple[str, ...]:
        """Code values in declared order; a cell is stored as its position here, -1 = empty."""
        return tuple(self.choices)


@dataclass(frozen=True)
class Table:
    """One table: its names, its key columns and its columns in the order in which they are written.

    `numbered` keys hold equal rows apart by a running number (docs/manual/workbook.en.md).
    """

    name: str
    zh: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    numbered: bool = False
    required: bool = False

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """Columns by English name."""
        return {column.name: column for column in self.columns}


def _column(
    name: str,
    type_word: str,
    zh: str = "",
    default: str = "",
    note: tuple[str, str] = ("", ""),
    limits: tuple[float | None, float | None] = (None, None),
) -> Column:
    kind, _, target = type_word.removesuffix("*").partition(":")
    return Column(
        name=name,
        type=kind,
        zh=zh or COLUMN_NAMES_ZH[name],
        required=type_word.endswith("*"),
        targets=tuple(target.split("|")) if target and kind != "choice" else (),
        choices=CHOICES[target] if kind == "choice" else {},
        default=default,
        minimum=limits[0],
        maximum=limits[1],
        note=note,
    )


C = _column

TABLES: Mapping[str, Table] = MappingProxyType(
    {
        table.name: table
        for table in (
            Table(
                "company",
                "企业",
                ("code",),
                (
                    C("schema", "integer", "版本", default="1", note=("格式版本,现为 1", "Format version, now 1")),
                    C("code", "code*"),
                    C("name", "text*"),
                    C("currency", "code", "币种", default="CNY", note=("ISO 4217 三字母", "Three letters of ISO 4217")),
                    C("stage", "choice:stage", "阶段", default="mature"),
                    C("industry", "text", "行业"),
                    C("size", "text", "规模"),
                    C("language", "choice:language", default="zh"),
                    C("timezone", "text", "时区", default="Asia/Shanghai"),
                    C("fiscal_start", "integer", "财年起始月", default="1", limits=(1, 12)),
                    C("settings", "texts", "参数", note=("规则编号.参数=值", "RULE-ID.parameter=value")),
                ),
                required=True,
            ),
            Table(
                "cycles",
                "周期",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("kind", "choice:cycle_kind", note=("空则按长度判定", "From its length if empty")),
                    C("parent", "ref:cycles", "上级周期"),
                    C("start", "date*", "开始"),
                    C("end", "date*", "结束", note=("最后一天,含当天", "Last day, inclusive")),
                ),
                required=True,
            ),
            Table(
                "units",
                "组织单元",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("parent", "ref:units", "上级单元", note=("仅公司为空", "Empty for the company only")),
                    C("kind", "choice:unit_kind*"),
                    C("head", "ref:people", "负责人"),
                    C("chain_link", "choice:chain_link"),
                    C("core", "bool", "核心业务"),
                ),
            ),
            Table(
                "positions",
                "岗位",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("unit", "ref:units*"),
                    C("purpose", "text", "岗位目的"),
                    C("duties", "texts", "职责"),
                    C("standards", "texts", "考核标准"),
                    C("track", "choice:track", "通道"),
                    C("grade", "text", "职级"),
                ),
            ),
            Table(
                "people",
                "员工",
                ("code",),
                (
                    C("code", "code*", "工号"),
                    C("name", "text*", "姓名"),
                    C("email", "text", "邮箱"),
                    C("unit", "ref:units", note=("在职必填", "Required unless `left` is filled")),
                    C("position", "ref:positions", "岗位"),
                    C("manager", "ref:people", "直接上级"),
                    C("joined", "date", "入职"),
                    C("left", "date", "离职", note=("离职当天不计在职", "The day of leaving does not count")),
                    C("base_bonus", "money", "奖金基数"),
                    C("grade_factor", "number", "职级系数"),
                    C("language", "choice:language"),
                ),
            ),
            Table(
                "plan",
                "战略规划",
                ("code",),
                (
                    C("code", "code*"),
                    C("element", "choice:element*", "要素"),
                    C("kind", "choice:plan_kind", "类别"),
                    C("text", "text*"),
                    C("leads_to", "refs:plan", "导向"),
                    C("priority", "ref:priorities"),
                    C("owner", "ref:people", "负责人"),
                    C("unit", "ref:units"),
                    C("start", "date"),
                    C("due", "date"),
                    C("cycle", "ref:cycles"),
                    C("origin", "ref:goals|feedback", "来源"),
                ),
            ),
            Table(
                "priorities",
                "战略重点",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("cycle", "ref:cycles*"),
                    C("rank", "integer", "排序"),
                    C("core", "bool", "核心"),
                    C("intent", "ref:plan", "战略意图"),
                ),
            ),
            Table(
                "metrics",
                "指标",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("unit_of_measure", "text", "计量单位"),
                    C("direction", "choice:direction*", "方向"),
                    C("aggregation", "choice:aggregation", "汇总方式"),
                    C("perspective", "choice:perspective"),
                    C("frequency", "choice:frequency", "频率", default="month"),
                    C("kind", "choice:metric_kind", "性质"),
                    C("best", "number", "最优值"),
                    C("challenge_low", "number", "挑战下限"),
                    C("challenge_high", "number", "挑战上限"),
                    C("phasing", "choice:phasing", "分解方式"),
                    C("tension_with", "refs:metrics", "制衡指标"),
                    C("strategic", "bool", "战略指标"),
                    C("tolerance", "number", "容差", limits=(0, None)),
                    C("alert_gap", "share", "预警线"),
                    C("decimals", "integer", "小数位"),
                    C("note", "text"),
                ),
            ),
            Table(
                "goals",
                "目标",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("cycle", "ref:cycles*"),
                    C("unit", "ref:units*"),
                    C("owner", "ref:people", "责任人"),
                    C("personal", "bool", "个人目标"),
                    C("horizon", "bool", "中长期"),
                    C("intent", "ref:plan", "战略意图", note=("仅中长期目标", "Horizon goals only")),
                    C("parent", "ref:goals", "上级目标"),
                    C("metric", "ref:metrics"),
                    C("baseline", "number", "基线值"),
                    C("target", "number", "目标值"),
                    C(
                        "target_high",
                        "number",
                        "目标上限",
                        note=("区间指标:目标值为下限", "Range: target is the lower bound"),
                    ),
                    C("retained", "number", "自留"),
                    C("capacity", "number", "能力上限"),
                    C("start", "date"),
                    C("due", "date"),
                    C("weight", "share", "支撑权重"),
                    C("rollup", "choice:rollup", "汇总"),
                    C("priority", "ref:priorities"),
                    C("key_task", "ref:plan"),
                    C("innovation", "bool", "创新试错"),
                    C("exempt", "bool", "容错批准", note=("空=尚未决定", "Empty: not decided yet")),
                    C("stretch", "bool", "挑战目标"),
                    C("private", "bool", "保密"),
                    C("justification", "text", "依据"),
                    C("proposed_by", "ref:people", "提出人"),
                    C("confirmed", "date", "本人确认"),
                    C("chain_link", "choice:chain_link"),
                    C("supports_link", "choice:chain_link", "支撑环节"),
                    C("status", "choice:goal_status", "状态", default="published"),
                ),
            ),
            Table(
                "milestones",
                "里程碑",
                ("of", "name"),
                (
                    C("of", "ref:goals|plan*", "对象"),
                    C("name", "text*"),
                    C("weight", "number", limits=(0, None)),
                    C("due", "date*"),
                    C("done", "date", "完成"),
                ),
            ),
            Table(
                "estimates",
                "目标测算",
                ("goal", "driver"),
                (
                    C("goal", "ref:goals*"),
                    C("driver", "text*"),
                    C("low", "number", "低"),
                    C("base", "number", "中"),
                    C("high", "number", "高"),
                    C("combine", "choice:combine", "运算"),
                ),
            ),
            Table(
                "target_plans",
                "月度计划",
                ("goal", "month"),
                (
                    C("goal", "ref:goals*"),
                    C("month", "month*"),
                    C("planned", "number*", "计划累计值"),
                ),
            ),
            Table(
                "collaborations",
                "协同",
                ("from_goal", "to_goal", "helping_unit"),
                (
                    C("from_goal", "ref:goals*", "牵头目标"),
                    C("to_goal", "ref:goals", "协同目标"),
                    C("helping_unit", "ref:units", "协同单元"),
                    C("duty", "text", "协同职责"),
                    C("due", "date"),
                ),
            ),
            Table(
                "adjustments",
                "目标调整",
                ("goal", "effective"),
                (
                    C("goal", "ref:goals*"),
                    C("effective", "date*", "生效"),
                    C("old", "number*", "原目标"),
                    C("new", "number*", "新目标"),
                    C("cause", "choice:adjustment_cause*"),
                    C("evidence", "text"),
                    C("proposer", "ref:people"),
                    C("approver", "ref:people"),
                ),
            ),
            Table(
                "calibrations",
                "校准",
                ("goal", "scope"),
                (
                    C("goal", "ref:goals*"),
                    C("scope", "choice:scope*", "范围"),
                    C("approver", "ref:people*"),
                    C("evidence", "text*"),
                    C("date", "date"),
                ),
            ),
            Table(
                "strategy_map",
                "战略地图",
                ("from_goal", "to_goal"),
                (
                    C("from_goal", "ref:goals*", "起点目标"),
                    C("to_goal", "ref:goals*", "终点目标"),
                ),
            ),
            Table(
                "scorecards",
                "计分卡",
                ("holder", "cycle", "goal"),
                (
                    C("holder", "ref:units|people*", "对象"),
                    C("cycle", "ref:cycles*"),
                    C("goal", "ref:goals*"),
                    C("weight", "share*", "权重"),
                    C("perspective", "choice:perspective"),
                    C("collaboration", "bool", "协同指标"),
                    C("method", "choice:method", "计分方式", default="linear"),
                    C("threshold", "number", "门槛值"),
                    C("stretch", "number", "挑战值"),
                    C("steps", "steps", "分段", note=("达成率:得分", "attainment:points")),
                    C("cap", "number", "封顶", default="120", limits=(0, None)),
                    C("veto", "bool", "否决"),
                    C("veto_cap", "number", "否决上限", default="60", limits=(0, None)),
                    C("points", "number", "加减分"),
                    C("monitor", "bool", "仅监控"),
                ),
            ),
            Table(
                "contracts",
                "绩效合约",
                ("person", "cycle"),
                (
                    C("person", "ref:people*"),
                    C("cycle", "ref:cycles*"),
                    C("signed_by_person", "date"),
                    C("signed_by_manager", "date"),
                ),
            ),
            Table(
                "actuals",
                "实际值",
                ("goal", "date"),
                (
                    C("goal", "ref:goals*"),
                    C("date", "date*"),
                    C("value", "number", "值"),
                    C("numerator", "number", "分子"),
                    C("denominator", "number", "分母"),
                    C("note", "text"),
                ),
            ),
            Table(
                "checkins",
                "双周跟踪",
                ("goal", "date"),
                (
                    C("goal", "ref:goals*"),
                    C("date", "date*"),
                    C("status", "choice:checkin_status*", "状态"),
                    C("risk", "text", "风险点"),
                    C("cause", "text", "原因"),
                    C("correction", "text", "整改"),
                    C("confidence", "number", "信心", limits=(0, 1)),
                ),
            ),
            Table(
                "corrective_plans",
                "整改方案",
                ("goal", "raised"),
                (
                    C("goal", "ref:goals*"),
                    C("raised", "datetime*", "预警时间"),
                    C("filed", "datetime", "提交时间"),
                    C("owner", "ref:people"),
                    C("text", "text"),
                    C("state", "choice:plan_state"),
                ),
            ),
            Table(
                "responsibilities",
                "责任矩阵",
                ("code",),
                (
                    C("code", "code*"),
                    C("task", "text*", "任务"),
                    C("key_task", "ref:plan"),
                    C("responsible_unit", "ref:units", "责任部门"),
                    C("responsible", "refs:people", "责任人"),
                    C("collaborators", "duties", "协作方", note=("编码:职责", "code:duty")),
                    C("target", "text", "目标值"),
                    C("due", "date"),
                    C("authority", "text", "授权"),
                    C("cycle", "ref:cycles"),
                    C("done", "date", "完成"),
                ),
            ),
            Table(
                "budget_envelopes",
                "预算总额",
                ("cycle",),
                (
                    C("cycle", "ref:cycles*"),
                    C("amount", "money*"),
                ),
            ),
            Table(
                "budget_limits",
                "预算上限",
                ("cycle", "unit", "category"),
                (
                    C("cycle", "ref:cycles*"),
                    C("unit", "ref:units"),
                    C("category", "text"),
                    C("maximum", "money*"),
                ),
            ),
            Table(
                "budget_requests",
                "预算需求",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("cycle", "ref:cycles*"),
                    C("unit", "ref:units*"),
                    C("goal", "ref:goals"),
                    C("priority", "ref:priorities"),
                    C("key_task", "ref:plan"),
                    C("category", "text", "科目"),
                    C("minimum", "money", "最低"),
                    C("requested", "money*", "申请"),
                    C("stretch", "money", "追加"),
                    C("value", "number", "价值"),
                    C("nature", "choice:nature", "性质", default="strategic"),
                    C("mandatory", "bool", "刚性"),
                    C("depends_on", "refs:budget_requests"),
                    C("allocated", "money", "批准", note=("期初批准额", "The opening allocation")),
                ),
            ),
            Table(
                "budget_plans",
                "预算月度计划",
                ("request", "month"),
                (
                    C("request", "ref:budget_requests*"),
                    C("month", "month*"),
                    C("planned", "money*"),
                ),
            ),
            Table(
                "budget_entries",
                "预算执行",
                ("request", "date", "kind", "to", "amount"),
                (
                    C("code", "code"),
                    C("request", "ref:budget_requests*"),
                    C("date", "date*"),
                    C("kind", "choice:entry_kind*"),
                    C("amount", "money*"),
                    C("to", "ref:budget_requests", "转入"),
                    C("note", "text"),
                ),
                numbered=True,
            ),
            Table(
                "processes",
                "流程",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("core", "bool", "核心流程"),
                    C("key_tasks", "refs:plan", "关键任务"),
                    C("handoff_minutes", "number", "交接时长", limits=(0, None)),
                ),
            ),
            Table(
                "process_nodes",
                "流程节点",
                ("process", "code"),
                (
                    C("process", "ref:processes*"),
                    C("code", "code*"),
                    C("name", "text*"),
                    C("unit", "ref:units"),
                    C("positions", "refs:positions", "责任岗位"),
                    C("next", "links", "后续"),
                    C("processing_minutes", "number", "作业时长", limits=(0, None)),
                    C("waiting_minutes", "number", "等待时长", limits=(0, None)),
                    C("volume", "number", "月处理量", limits=(0, None)),
                    C("capacity_minutes", "number", "月产能(分钟)", limits=(0, None)),
                    C(
                        "rework",
                        "share",
                        "返工率",
                        note=("预期返工次数,可大于 1", "Expected extra passes; may exceed 1"),
                    ),
                    C("value_adding", "bool", "增值"),
                ),
            ),
            Table(
                "scenarios",
                "组织方案",
                ("code", "process", "node"),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("process", "ref:processes*"),
                    C("node", "code*"),
                    C(
                        "unit",
                        "text*",
                        note=("组织单元编码,或仅方案中存在的名称", "A unit's code, or a name of the scenario only"),
                    ),
                    C("processing_minutes", "number", limits=(0, None)),
                    C("waiting_minutes", "number", limits=(0, None)),
                    C("capacity_minutes", "number", limits=(0, None)),
                ),
            ),
            Table(
                "meetings",
                "会议",
                ("code",),
                (
                    C("code", "code*"),
                    C("kind", "choice:meeting_kind*"),
                    C("unit", "ref:units"),
                    C("start", "datetime*"),
                    C("minutes", "number", "时长", limits=(0, None)),
                    C("held", "bool", "已召开"),
                ),
            ),
            Table(
                "actions",
                "行动项",
                ("code",),
                (
                    C("code", "code*"),
                    C("meeting", "ref:meetings"),
                    C("text", "text*"),
                    C("owner", "ref:people"),
                    C("due", "date"),
                    C("done", "date", "完成"),
                ),
            ),
            Table(
                "retrospectives",
                "复盘",
                ("goal",),
                (
                    C("goal", "ref:goals*"),
                    C("date", "date"),
                    C("result", "choice:result", "结果", note=("空则计算", "Computed if empty")),
                    C("cause_kind", "choice:cause_kind", "原因类型"),
                    C("cause", "text"),
                    C("lesson", "text", "经验"),
                    C("measure", "text", "改进措施"),
                    C("next_goal", "ref:goals", "落地目标"),
                ),
                numbered=True,
            ),
            Table(
                "reward_schemes",
                "激励方案",
                ("code",),
                (
                    C("code", "code*"),
                    C("name", "text*"),
                    C("cycle", "ref:cycles*"),
                    C("pool", "money", "奖金池"),
                    C("mode", "choice:reward_mode", "方式", default="share"),
                    C("company_coefficient", "number", "公司系数", limits=(0, None)),
                    C("core_factor", "number", "核心系数", limits=(0, None)),
                    C("promised_days", "integer", "兑现天数"),
                    C("published", "date", "公布"),
                    C("approved", "date", "批准"),
                    C("paid", "date", "发放"),
                ),
            ),
            Table(
                "coefficients",
                "系数表",
                ("scheme", "kind", "score"),
                (
                    C("scheme", "ref:reward_schemes*"),
                    C("kind", "choice:coefficient_kind*"),
                    C("score", "number*"),
                    C("coefficient", "number*"),
                ),
            ),
            Table(
                "reward_members",
                "激励对象",
                ("scheme", "person"),
                (
                    C("scheme", "ref:reward_schemes*"),
                    C("person", "ref:people*"),
                    C("scorecard", "ref:units|people", "计分卡", note=("空为本人", "The person's own if empty")),
                    C("base", "money", "基数", note=("空取奖金基数", "people.base_bonus if empty")),
                    C("factor", "number", "系数", default="1"),
                ),
            ),
            Table(
                "value_chain",
                "价值链",
                ("cycle", "link"),
                (
                    C("cycle", "ref:cycles*"),
                    C("link", "choice:chain_link*"),
                    C("cost", "money*", "成本"),
                    C("value", "money*", "贡献价值"),
                    C("cycle_days", "number", "周期天数"),
                    C("quality", "number", "质量"),
                    C("satisfaction", "number", "满意度"),
                ),
            ),
            Table(
                "feedback",
                "客户反馈",
                ("code",),
                (
                    C("code", "code*"),
                    C("received", "date*", "收到"),
                    C("text", "text*"),
                    C("source", "text", "来源"),
                    C("link", "choice:chain_link"),
                    C("unit", "ref:units"),
                    C("decision", "choice:decision", "处理"),
                    C("goal", "ref:goals", "转化目标"),
                    C("answered", "date", "答复"),
                ),
            ),
            Table(
                "waivers",
                "豁免",
                ("rule", "subject"),
                (
                    C("rule", "code*"),
                    C("subject", "text*", "对象"),
                    C("approver", "ref:people*"),
                    C("reason", "text*"),
                    C("until", "date"),
                ),
            ),
            Table(
                "amoeba",
                "阿米巴",
                ("unit", "month"),
                (
                    C("unit", "ref:units*"),
                    C("month", "month*"),
                    C("external_sales", "money"),
                    C("internal_sales", "money"),
                    C("internal_purchases", "money"),
                    C("expenses", "money"),
                    C("hours", "number"),
                ),
            ),
        )
    }
)

# Tables whose codes are unique together (docs/manual/workbook.en.md).
SHARED_CODE_SPACES: tuple[tuple[str, ...], ...] = (("goals", "plan", "feedback"), ("units", "people"))

# Columns that may not lead back to their own row.
TREES: tuple[tuple[str, str], ...] = (
    ("units", "parent"),
    ("cycles", "parent"),
    ("people", "manager"),
    ("goals", "parent"),
    ("plan", "leads_to"),
    ("budget_requests", "depends_on"),
)

# Columns of which the second may not lie before the first.
INTERVALS: tuple[tuple[str, str, str], ...] = (
    ("cycles", "start", "end"),
    ("people", "joined", "left"),
    ("goals", "start", "due"),
    ("plan", "start", "due"),
)

# Columns that say what somebody is paid (docs/rules/rewards.md), hidden from all who may not see pay. Budgets are not
# pay, and neither are the coefficients that a scheme publishes.
PAY: frozenset[tuple[str, str]] = frozenset(
    {
        ("people", "base_bonus"),
        ("people", "grade_factor"),
        ("reward_schemes", "pool"),
        ("reward_members", "base"),
        ("reward_members", "factor"),
    }
)

_ZERO_DECIMALS = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_THREE_DECIMALS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


def currency_decimals(currency: str) -> int:
    """Return the number of decimals of a currency: 0, 2 or 3 (docs/rules/ground-rules.md)."""
    if currency in _ZERO_DECIMALS:
        return 0
    return 3 if currency in _THREE_DECIMALS else 2
