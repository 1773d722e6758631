"""Goal texts of our own in Chinese and English with what a reader should find in them, read on 1 January 2026.

`TUNED` was written first and the reader was made to read it. `HELD_OUT` (tests/engine/goal_texts_held_out.py) was written
after the reader worked; no rule of the reader was changed because of it, so its shares say what to expect of new texts.

What counts as right: metric are the words of the measured object as they stand (an article before them is no difference);
unit as written, currencies by sign or code as ISO code, of counted things in English the counted noun; target, high,
baseline and best in base units, percentages as 95 with unit %; a baseline also where target and change give it, a target
where baseline and change do; cycle for a period, start and due for a span or limit; wishes are the words of wish.
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

# ruff: noqa: C408, E501  rows of texts: names without quotes are read best, a text stands on one line

DAY = datetime.date(2026, 1, 1)
DIRECTIONS = {"h": "higher", "l": "lower", "r": "range", "m": "milestone", "": None}


@dataclass(frozen=True)
class GoalText:
    """A text with its language, whether the reader was tuned on it, and the fields it states."""

    text: str
    language: str
    held_out: bool
    fields: dict[str, Any] = field(hash=False)


def goal_text(row: tuple[Any, ...], language: str, held_out: bool) -> GoalText:
    """Return the text of a row: text, metric, unit, target, direction, other fields."""
    text, metric, unit, target, direction, others = row
    fields = {"metric": metric, "unit": unit, "target": target, "direction": DIRECTIONS[direction], **others}
    fields["scale"] = others.get("scale", {"%": 0.01, "‰": 0.001}.get(unit) if target is not None else None)
    fields["wishes"] = set(others.get("wishes", "").split())
    return GoalText(
        text, language, held_out, {name: value for name, value in fields.items() if value not in (None, set())}
    )


CHINESE: list[tuple[Any, ...]] = [
    # the method's own cases
    ("2024 年第四季度客户满意度评分达到 4.8 分（满分 5 分），较上季度提升 0.3 分", "客户满意度评分", "分", 4.8, "h",
     dict(best=5, baseline=4.5, change=(0.3, False), cycle="2024-Q4", wishes="提升")),
    ("提升客户满意度", "客户满意度", None, None, "", dict(wishes="提升")),
    ("6 个月内完成能量密度方案，助续航 +5%", "续航", None, None, "h",
     dict(change=(0.05, True), start="2026-01-01", due="2026-06-30")),
    ("完成 2 款新车型上市", "新车型上市", "款", 2, "h", {}),
    ("新开门店 100 家", "新开门店", "家", 100, "h", {}),
    ("主力车型续航由 600 提升至 720 公里（+20%）", "主力车型续航", "公里", 720, "h",
     dict(baseline=600, change=(0.2, True), wishes="提升")),
    ("国内新能源 SUV 份额三年内进入前三", "国内新能源 SUV 份额", "名", 3, "l", dict(start="2026-01-01", due="2028-12-31")),
    # sales
    ("2026 年实现营业收入 12 亿元，同比增长 20%", "营业收入", "元", 1.2e9, "h",
     dict(scale=1e8, baseline=1e9, change=(0.2, True), cycle="2026")),
    ("营业收入同比增长 15%，达到 2.3 亿元", "营业收入", "元", 2.3e8, "h",
     dict(scale=1e8, baseline=2e8, change=(0.15, True))),
    ("华东大区全年销售 20,000 辆", "华东大区全年销售", "辆", 20000, "h", dict(cycle="2026")),
    ("新签战略客户不少于 8 家", "新签战略客户", "家", 8, "h", {}),
    ("上半年签约渠道代理商 30 家", "签约渠道代理商", "家", 30, "h", dict(cycle="2026-H1")),
    ("第三季度回款率不低于百分之九十五", "回款率", "%", 95, "h", dict(cycle="2026-Q3")),
    ("老客户复购率从 32% 提高到 40%", "老客户复购率", "%", 40, "h", dict(baseline=32, wishes="提高")),
    ("大客户销售额翻一番", "大客户销售额", None, None, "h", dict(change=(1.0, True))),
    ("应收账款周转天数由 75 天压降至 60 天以内", "应收账款周转天数", "天", 60, "l", dict(baseline=75)),
    ("线上渠道收入占比提升至三成", "线上渠道收入占比", "%", 30, "h", dict(wishes="提升")),
    ("海外市场收入突破 5000 万美元", "海外市场收入", "美元", 5e7, "h", dict(scale=1e4)),
    ("努力做大做强华南市场", "华南市场", None, None, "", dict(wishes="努力 做大 做强")),
    # R&D
    ("10月底前完成新一代电机样机试制", "新一代电机样机试制", None, None, "m", dict(due="2026-10-31")),
    ("电池能量密度达到 190 Wh/kg", "电池能量密度", "Wh/kg", 190, "h", {}),
    ("全年申请发明专利 25 件", "申请发明专利", "件", 25, "h", dict(cycle="2026")),
    ("研发项目按期交付率≥90%", "研发项目按期交付率", "%", 90, "h", {}),
    ("800V 平台 10%–80% 充电时间缩短至 18 分钟", "800V 平台 10%–80% 充电时间", "分钟", 18, "l", dict(wishes="缩短")),
    ("单台 BOM 成本较 2025 年降低 8%", "单台 BOM 成本", None, None, "l", dict(change=(-0.08, True), wishes="降低")),
    ("2026 年 9 月 30 日前发布座舱系统 3.0", "座舱系统 3.0", None, None, "m", dict(due="2026-09-30")),
    ("算法识别准确率达９８．５％以上", "算法识别准确率", "%", 98.5, "h", {}),
    ("研发费用率控制在 6%~8%", "研发费用率", "%", 6, "r", dict(high=8)),
    ("推出三款百元级智能硬件", "百元级智能硬件", "款", 3, "h", {}),
    ("加强核心技术攻关", "核心技术攻关", None, None, "", dict(wishes="加强")),
    # production
    ("整车一次合格率达到 99.5%", "整车一次合格率", "%", 99.5, "h", {}),
    ("单车制造成本降至 14.4 万元", "单车制造成本", "元", 144000, "l", dict(scale=1e4)),
    ("人均日产量由 45 件提高至 52 件", "人均日产量", "件", 52, "h", dict(baseline=45, wishes="提高")),
    ("设备综合效率 OEE 提升 5 个百分点", "设备综合效率 OEE", "%", None, "h", dict(change=(5, False), wishes="提升")),
    ("年底前新增产能 3 万台", "新增产能", "台", 30000, "h", dict(scale=1e4, due="2026-12-31")),
    ("非计划停机时间每月不超过 8 小时", "非计划停机时间", "小时", 8, "l", {}),
    ("万元产值能耗下降 4%", "万元产值能耗", None, None, "l", dict(change=(-0.04, True))),
    ("冲压车间换模时间控制在 12 分钟以内", "冲压车间换模时间", "分钟", 12, "l", {}),
    ("全年产量完成 10 万辆", "产量", "辆", 1e5, "h", dict(scale=1e4, cycle="2026")),
    ("实现零重大安全事故", "重大安全事故", None, 0, "l", {}),
    ("优化生产流程，推动降本增效", "生产流程", None, None, "", dict(wishes="优化 推动")),
    # HR
    ("关键岗位到岗率达到 92%", "关键岗位到岗率", "%", 92, "h", {}),
    ("核心员工流失率控制在5%以内", "核心员工流失率", "%", 5, "l", {}),
    ("人均培训时长不少于四十学时", "人均培训时长", "学时", 40, "h", {}),
    ("引进博士及以上高端人才 15 名", "引进博士及以上高端人才", "名", 15, "h", {}),
    ("员工敬业度得分由 72 分提升到 78 分", "员工敬业度得分", "分", 78, "h", dict(baseline=72, wishes="提升")),
    ("6 月底前完成全员绩效合约签订", "全员绩效合约签订", None, None, "m", dict(due="2026-06-30")),
    ("招聘周期缩短 10 天", "招聘周期", "天", None, "l", dict(change=(-10, False), wishes="缩短")),
    ("内部讲师队伍扩充至 60 人", "内部讲师队伍", "人", 60, "h", {}),
    ("组织管理干部培训十二期", "管理干部培训", "期", 12, "h", {}),
    # finance
    ("净利润达到 8,600 万元", "净利润", "元", 8.6e7, "h", dict(scale=1e4)),
    ("资产负债率不高于 60%", "资产负债率", "%", 60, "l", {}),
    ("管理费用同比下降 5%", "管理费用", None, None, "l", dict(change=(-0.05, True))),
    ("月度结账在 5 个工作日内完成", "月度结账", "个工作日", 5, "l", {}),
    ("经营性现金流净额为 1.5 亿元", "经营性现金流净额", "元", 1.5e8, "h", dict(scale=1e8)),
    ("综合融资成本不超过 4.2%", "综合融资成本", "%", 4.2, "l", {}),
    ("毛利率较上年提升 1.5 个百分点至 28%", "毛利率", "%", 28, "h", dict(baseline=26.5, change=(1.5, False), wishes="提升")),
    ("全年节约采购成本 500 万元", "节约采购成本", "元", 5e6, "h", dict(scale=1e4, cycle="2026")),
    # service
    ("投诉 24 小时关闭率达到 95%", "投诉 24 小时关闭率", "%", 95, "h", {}),
    ("客户投诉件数同比减少 30%", "客户投诉件数", None, None, "l", dict(change=(-0.3, True), wishes="减少")),
    ("客服热线 20 秒接通率不低于 90%", "客服热线 20 秒接通率", "%", 90, "h", {}),
    ("净推荐值 NPS 从 35 提升至 45", "净推荐值 NPS", None, 45, "h", dict(baseline=35, wishes="提升")),
    ("现场维修平均响应时间≤2小时", "现场维修平均响应时间", "小时", 2, "l", {}),
    ("改善客户体验", "客户体验", None, None, "", dict(wishes="改善")),
    # IT
    ("核心系统可用性达到 99.95%", "核心系统可用性", "%", 99.95, "h", {}),
    ("ERP 二期 8 月 15 日前上线", "ERP 二期", None, None, "m", dict(due="2026-08-15")),
    ("接口平均响应时间由 800 毫秒降到 300 毫秒", "接口平均响应时间", "毫秒", 300, "l", dict(baseline=800)),
    ("高危漏洞 48 小时修复率 100%", "高危漏洞 48 小时修复率", "%", 100, "h", {}),
    ("2026年Q2完成数据中台建设", "数据中台建设", None, None, "m", dict(cycle="2026-Q2")),
    ("日活跃用户突破 300 万", "日活跃用户", None, 3e6, "h", dict(scale=1e4)),
    # quality, logistics, procurement
    ("设计缺陷率降至 9 件/百车", "设计缺陷率", "件/百车", 9, "l", {}),
    ("来料批次合格率稳定在 98% 以上", "来料批次合格率", "%", 98, "h", {}),
    ("产品返修率由 3.2‰ 降至 2‰", "产品返修率", "‰", 2, "l", dict(baseline=3.2)),
    ("订单准时交付率由九成提升至九成五", "订单准时交付率", "%", 95, "h", dict(baseline=90, wishes="提升")),
    ("库存周转次数达到 8 次", "库存周转次数", "次", 8, "h", {}),
    ("单票物流成本降低 0.6 元", "单票物流成本", "元", None, "l", dict(change=(-0.6, False), wishes="降低")),
    ("前三季度干线运输货损率低于万分之五", "干线运输货损率", "‱", 5, "l", dict(scale=0.0001, start="2026-01-01", due="2026-09-30")),
    ("2026年3月至6月完成 40 家供应商现场审核", "供应商现场审核", "家", 40, "h", dict(start="2026-03-01", due="2026-06-30")),
    # public sector
    ("政务服务事项网上可办率达到 98%", "政务服务事项网上可办率", "%", 98, "h", {}),
    ("新建社区养老服务站 20 个", "新建社区养老服务站", "个", 20, "h", {}),
    ("12345 热线办结率不低于 97%", "12345 热线办结率", "%", 97, "h", {}),
    ("PM2.5 年均浓度降至 32 微克", "PM2.5 年均浓度", "微克", 32, "l", {}),
    ("全区新增就业一万二千人", "新增就业", "人", 12000, "h", {}),
    ("行政审批平均办理时间压缩至 3 个工作日", "行政审批平均办理时间", "个工作日", 3, "l", {}),
    ("2026-2028 年改造老旧小区 150 个", "改造老旧小区", "个", 150, "h", dict(start="2026-01-01", due="2028-12-31")),
    ("深化“放管服”改革", "“放管服”改革", None, None, "", dict(wishes="深化")),
    # a second round
    # sales
    ("西北大区 2026 年合同额达到 1.8 亿元，同比增长 25%", "合同额", "元", 1.8e8, "h",
     dict(scale=1e8, baseline=1.44e8, change=(0.25, True), cycle="2026")),
    ("重点行业客户渗透率由 12% 提升至 20%", "重点行业客户渗透率", "%", 20, "h", dict(baseline=12, wishes="提升")),
    ("上半年实现新客户签单 60 单", "新客户签单", "单", 60, "h", dict(cycle="2026-H1")),
    ("逾期应收账款余额压降 3000 万元", "逾期应收账款余额", "元", None, "l", dict(change=(-3e7, False))),
    ("门店坪效不低于 1.2 万元/平方米", "门店坪效", "元/平方米", 12000, "h", dict(scale=1e4)),
    ("会员复购率提高六个百分点", "会员复购率", "%", None, "h", dict(change=(6, False), wishes="提高")),
    ("电商渠道 GMV 在 2025 年基础上翻番", "电商渠道 GMV", None, None, "h", dict(change=(1.0, True))),
    ("12 月底前布局县域网点 200 个", "布局县域网点", "个", 200, "h", dict(due="2026-12-31")),
    ("深耕大客户，促进销售增长", "销售", None, None, "", dict(wishes="促进")),
    # R&D
    ("9 月底前完成平台化底盘冻结评审", "平台化底盘冻结评审", None, None, "m", dict(due="2026-09-30")),
    ("新品研发周期从 14 个月缩短到 10 个月", "新品研发周期", "个月", 10, "l", dict(baseline=14, wishes="缩短")),
    ("全年发表 SCI 论文不少于 6 篇", "发表 SCI 论文", "篇", 6, "h", dict(cycle="2026")),
    ("零部件通用化率达到 65% 以上", "零部件通用化率", "%", 65, "h", {}),
    ("整车风阻系数降到 0.23", "整车风阻系数", None, 0.23, "l", {}),
    ("研发人员占比保持在 18%～22%", "研发人员占比", "%", 18, "r", dict(high=22)),
    ("两年内推出五款出口车型", "出口车型", "款", 5, "h", dict(start="2026-01-01", due="2027-12-31")),
    # production
    ("总装线节拍压缩到 58 秒", "总装线节拍", "秒", 58, "l", {}),
    ("吨钢综合能耗不超过 545 千克标准煤", "吨钢综合能耗", "千克标准煤", 545, "l", {}),
    ("二季度产能利用率达 85%", "产能利用率", "%", 85, "h", dict(cycle="2026-Q2")),
    ("千人负伤率控制在 1.5‰ 以下", "千人负伤率", "‰", 1.5, "l", {}),
    ("注塑车间废品率较去年下降 0.8 个百分点", "注塑车间废品率", "%", None, "l", dict(change=(-0.8, False))),
    ("全年杜绝重大设备事故，实现零死亡", "死亡", None, 0, "l", dict(cycle="2026")),
    ("完善精益生产体系", "精益生产体系", None, None, "", dict(wishes="完善")),
    # HR
    ("关键人才保留率不低于 93%", "关键人才保留率", "%", 93, "h", {}),
    ("校园招聘到岗 120 人", "校园招聘到岗", "人", 120, "h", {}),
    ("人均产值由 86 万元提升到 100 万元", "人均产值", "元", 1e6, "h", dict(scale=1e4, baseline=8.6e5, wishes="提升")),
    ("一季度末完成岗位职责说明书修订", "岗位职责说明书修订", None, None, "m", dict(due="2026-03-31")),
    ("员工满意度调查得分 85 分以上（满分 100 分）", "员工满意度调查得分", "分", 85, "h", dict(best=100)),
    ("人工成本利润率同比提高 3%", "人工成本利润率", None, None, "h", dict(change=(0.03, True), wishes="提高")),
    # finance
    ("2026 年净资产收益率达到 11.5%", "净资产收益率", "%", 11.5, "h", dict(cycle="2026")),
    ("期间费用率控制在 14% 以内", "期间费用率", "%", 14, "l", {}),
    ("带息负债规模压缩至 22 亿元", "带息负债规模", "元", 2.2e9, "l", dict(scale=1e8)),
    ("合并报表出具时间提前至每月 6 日", "合并报表出具时间", "日", 6, "l", {}),
    ("全年取得政府补贴 800 万元", "取得政府补贴", "元", 8e6, "h", dict(scale=1e4, cycle="2026")),
    # service, IT
    ("客户投诉 48 小时办结率达到百分之九十八", "客户投诉 48 小时办结率", "%", 98, "h", {}),
    ("首次修复率由 81% 提高至 88%", "首次修复率", "%", 88, "h", dict(baseline=81, wishes="提高")),
    ("百台车故障数下降 15%", "百台车故障数", None, None, "l", dict(change=(-0.15, True))),
    ("核心交易系统全年故障时间不超过 30 分钟", "核心交易系统全年故障时间", "分钟", 30, "l", dict(cycle="2026")),
    ("2026 年 7 月 1 日前上线主数据平台", "主数据平台", None, None, "m", dict(due="2026-07-01")),
    ("自动化测试覆盖率提升至八成", "自动化测试覆盖率", "%", 80, "h", dict(wishes="提升")),
    ("加快数字化转型", "数字化转型", None, None, "", dict(wishes="加快")),
    # quality, logistics, procurement
    ("进厂检验漏检率≤0.2%", "进厂检验漏检率", "%", 0.2, "l", {}),
    ("单箱运输成本由 420 元降至 380 元", "单箱运输成本", "元", 380, "l", dict(baseline=420)),
    ("库存周转天数比上年缩短 7 天", "库存周转天数", "天", None, "l", dict(change=(-7, False), wishes="缩短")),
    ("集中采购金额占比达到 75%", "集中采购金额占比", "%", 75, "h", {}),
    ("开发合格供应商 10 家，淘汰 4 家", "开发合格供应商", "家", 10, "h", {}),
    ("城配次日达比例至少 96%", "城配次日达比例", "%", 96, "h", {}),
    # public sector
    ("一般公共预算收入增长 6%", "一般公共预算收入", None, None, "h", dict(change=(0.06, True))),
    ("城镇新增就业 3.5 万人", "城镇新增就业", "人", 35000, "h", dict(scale=1e4)),
    ("空气质量优良天数比率不低于 88%", "空气质量优良天数比率", "%", 88, "h", {}),
    ("2026 年底前建成保障性住房 1,200 套", "建成保障性住房", "套", 1200, "h", dict(due="2026-12-31")),
    ("企业开办时间压减至半个工作日", "企业开办时间", "个工作日", 0.5, "l", {}),
    ("综合营商环境评价进入全省前三名", "综合营商环境评价", "名", 3, "l", {}),
]  # fmt: skip

ENGLISH: list[tuple[Any, ...]] = [
    ("Reach a customer satisfaction score of 4.8 out of 5 in Q4 2024, up 0.3 points from the previous quarter",
     "customer satisfaction score", "points", 4.8, "h", dict(best=5, baseline=4.5, change=(0.3, False), cycle="2024-Q4")),
    ("Improve customer satisfaction", "customer satisfaction", None, None, "", dict(wishes="Improve")),
    ("Open 100 new stores by the end of 2026", "new stores", "stores", 100, "h", dict(due="2026-12-31")),
    ("Launch 2 new models", "new models", "models", 2, "h", {}),
    ("Range of the main model from 600 to 720 km (+20%)", "Range of the main model", "km", 720, "h",
     dict(baseline=600, change=(0.2, True))),
    ("Top three in domestic SUV share within 3 years", "domestic SUV share", "place", 3, "l",
     dict(start="2026-01-01", due="2028-12-31")),
    # sales
    ("Grow revenue to $12.5M in FY2026", "revenue", "USD", 1.25e7, "h", dict(scale=1e6, cycle="2026")),
    ("Increase online sales by 30% over last year", "online sales", None, None, "h", dict(change=(0.3, True), wishes="Increase")),
    ("Sell 100,000 cars this year", "cars", "cars", 100000, "h", dict(cycle="2026")),
    ("Raise the win rate from 22% to 27% by end of June", "win rate", "%", 27, "h",
     dict(baseline=22, due="2026-06-30", wishes="Raise")),
    ("Sign at least 8 strategic accounts in the first half of 2026", "strategic accounts", "accounts", 8, "h",
     dict(cycle="2026-H1")),
    ("Services revenue of CNY 10 million", "Services revenue", "CNY", 1e7, "h", dict(scale=1e6)),
    ("Double active users to 3 million by year-end", "active users", "users", 3e6, "h",
     dict(scale=1e6, baseline=1.5e6, change=(1.0, True), due="2026-12-31")),
    ("Keep customer churn below 4%", "customer churn", "%", 4, "l", {}),
    ("Generate 1,200 qualified leads per month", "qualified leads", "leads per month", 1200, "h", {}),
    ("Strengthen our position in Southern Europe", "position in Southern Europe", None, None, "", dict(wishes="Strengthen")),
    ("Reduce days sales outstanding from 62 to 50 days", "days sales outstanding", "days", 50, "l",
     dict(baseline=62, wishes="Reduce")),
    ("Increase revenue by 20% year on year to $12M", "revenue", "USD", 1.2e7, "h",
     dict(scale=1e6, baseline=1e7, change=(0.2, True), wishes="Increase")),
    # R&D
    ("File 25 patents by 30 September 2026", "patents", "patents", 25, "h", dict(due="2026-09-30")),
    ("Deliver 90% of development projects on time", "development projects on time", "%", 90, "h", {}),
    ("Energy density of at least 190 Wh/kg", "Energy density", "Wh/kg", 190, "h", {}),
    ("Cut unit cost 8% vs 2025", "unit cost", None, None, "l", dict(change=(-0.08, True))),
    ("Release version 3.0 of the cockpit software by March 31, 2026", "version 3.0 of the cockpit software", None, None, "m",
     dict(due="2026-03-31")),
    ("Keep R&D spending between 6% and 8% of revenue", "R&D spending", "%", 6, "r", dict(high=8)),
    ("Complete the motor prototype within six months", "motor prototype", None, None, "m",
     dict(start="2026-01-01", due="2026-06-30")),
    ("Foster innovation across teams", "innovation across teams", None, None, "", dict(wishes="Foster")),
    ("Shorten battery charging time (10-80%) to 18 minutes", "battery charging time (10-80%)", "minutes", 18, "l", {}),
    # production
    ("First-pass rate of 99.5%", "First-pass rate", "%", 99.5, "h", {}),
    ("Cost per car down to CNY 144,000", "Cost per car", "CNY", 144000, "l", {}),
    ("Scrap rate ≤ 1.5% in Q3", "Scrap rate", "%", 1.5, "l", dict(cycle="2026-Q3")),
    ("Raise overall equipment effectiveness by 5 percentage points", "overall equipment effectiveness", "%", None, "h",
     dict(change=(5, False), wishes="Raise")),
    ("Keep unplanned downtime under 8 hours per month", "unplanned downtime", "hours per month", 8, "l", {}),
    ("Zero serious accidents in 2026", "serious accidents", "accidents", 0, "l", dict(cycle="2026")),
    ("Lower energy use per tonne by 4%", "energy use per tonne", None, None, "l", dict(change=(-0.04, True), wishes="Lower")),
    ("Increase monthly output from 8,000 to 9,500 units by Q3", "monthly output", "units", 9500, "h",
     dict(baseline=8000, due="2026-09-30", wishes="Increase")),
    ("Changeover time no longer than 12 minutes", "Changeover time", "minutes", 12, "l", {}),
    ("Halve the number of line stoppages", "line stoppages", None, None, "l", dict(change=(-0.5, True))),
    # HR
    ("Fill 92% of key positions by the end of the second quarter", "key positions", "%", 92, "h", dict(due="2026-06-30")),
    ("Voluntary attrition at most 6%", "Voluntary attrition", "%", 6, "l", {}),
    ("Train 300 frontline supervisors between March and June 2026", "frontline supervisors", "supervisors", 300, "h",
     dict(start="2026-03-01", due="2026-06-30")),
    ("Lift the engagement score from 72 to 78 points", "engagement score", "points", 78, "h", dict(baseline=72)),
    ("Average time to hire under 35 days", "Average time to hire", "days", 35, "l", {}),
    ("Hire twelve data engineers by May", "data engineers", "engineers", 12, "h", dict(due="2026-05-31")),
    ("Introduce the new performance contract before July", "new performance contract", None, None, "m", dict(due="2026-06-30")),
    ("Enhance leadership skills", "leadership skills", None, None, "", dict(wishes="Enhance")),
    # finance
    ("Net profit of €8.6 million", "Net profit", "EUR", 8.6e6, "h", dict(scale=1e6)),
    ("Gross margin up 1.5 percentage points to 28%", "Gross margin", "%", 28, "h", dict(baseline=26.5, change=(1.5, False))),
    ("Close the monthly books within 5 working days", "monthly books", "working days", 5, "l", {}),
    ("Reduce overhead costs by 5% compared with 2025", "overhead costs", None, None, "l",
     dict(change=(-0.05, True), wishes="Reduce")),
    ("Operating cash flow above £150m", "Operating cash flow", "GBP", 1.5e8, "h", dict(scale=1e6)),
    ("Save $500K in procurement this year", "procurement", "USD", 5e5, "h", dict(scale=1e3, cycle="2026")),
    ("Debt ratio not exceeding 60%", "Debt ratio", "%", 60, "l", {}),
    # service
    ("95% of quality problems closed on time", "quality problems closed on time", "%", 95, "h", {}),
    ("20% fewer complaints than last year", "complaints", None, None, "l", dict(change=(-0.2, True))),
    ("Answer 90% of calls within 20 seconds", "calls within 20 seconds", "%", 90, "h", {}),
    ("Raise NPS from 35 to 45", "NPS", None, 45, "h", dict(baseline=35, wishes="Raise")),
    ("Resolve P1 incidents within 4 hours", "P1 incidents", "hours", 4, "l", {}),
    ("Average rating of 4.6/5 in the app store", "Average rating", "points", 4.6, "h", dict(best=5)),
    # IT
    ("System availability of 99.95% or higher", "System availability", "%", 99.95, "h", {}),
    ("Migrate the billing platform to the cloud by 15 August", "billing platform", None, None, "m", dict(due="2026-08-15")),
    ("Cut API latency from 800 ms to 300 ms", "API latency", "ms", 300, "l", dict(baseline=800)),
    ("Patch 100% of critical vulnerabilities within 48 hours", "critical vulnerabilities within 48 hours", "%", 100, "h", {}),
    ("Optimise the deployment process", "deployment process", None, None, "", dict(wishes="Optimise")),
    # quality, logistics
    ("Design defects down to 9 per 100 cars", "Design defects", "per 100 cars", 9, "l", {}),
    ("On-time delivery rate of 96% by the end of the year", "On-time delivery rate", "%", 96, "h", dict(due="2026-12-31")),
    ("Cut average delivery time from 40 to 30 days by end of June", "average delivery time", "days", 30, "l",
     dict(baseline=40, due="2026-06-30")),
    ("Inventory turns of 8 times", "Inventory turns", "times", 8, "h", {}),
    ("Audit forty suppliers in H1 2026", "suppliers", "suppliers", 40, "h", dict(cycle="2026-H1")),
    ("Picking productivity of 45 orders per hour", "Picking productivity", "orders per hour", 45, "h", {}),
    # public sector
    ("98% of permits available online in 2026", "permits available online", "%", 98, "h", dict(cycle="2026")),
    ("Process building permits within 15 working days", "building permits", "working days", 15, "l", {}),
    ("Plant 20,000 trees from 2026 to 2028", "trees", "trees", 20000, "h", dict(start="2026-01-01", due="2028-12-31")),
    ("Unemployment rate no higher than 5.5%", "Unemployment rate", "%", 5.5, "l", {}),
    # a second round
    # sales
    ("Reach €40 million in order intake by the end of Q3 2026", "order intake", "EUR", 4e7, "h",
     dict(scale=1e6, due="2026-09-30")),
    ("Increase average order value from $85 to $95", "average order value", "USD", 95, "h", dict(baseline=85, wishes="Increase")),
    ("Win 15 new enterprise customers in H2 2026", "new enterprise customers", "customers", 15, "h", dict(cycle="2026-H2")),
    ("Grow export sales 18% year on year", "export sales", None, None, "h", dict(change=(0.18, True))),
    ("Customer retention of at least 91%", "Customer retention", "%", 91, "h", {}),
    ("Cut overdue receivables by £2 million", "overdue receivables", "GBP", None, "l", dict(change=(-2e6, False))),
    ("Triple self-service revenue by December 2027", "self-service revenue", None, None, "h",
     dict(change=(2.0, True), due="2027-12-31")),
    ("Promote our brand in new markets", "brand in new markets", None, None, "", dict(wishes="Promote")),
    ("Become one of the top five suppliers in the region", "suppliers", "place", 5, "l", {}),
    # R&D
    ("Freeze the chassis design by the end of September", "chassis design", None, None, "m", dict(due="2026-09-30")),
    ("Bring the development cycle down from 14 to 10 months", "development cycle", "months", 10, "l", dict(baseline=14)),
    ("Publish six peer-reviewed papers in 2026", "peer-reviewed papers", "papers", 6, "h", dict(cycle="2026")),
    ("Share of common parts above 65%", "Share of common parts", "%", 65, "h", {}),
    ("Drag coefficient of 0.23 or lower", "Drag coefficient", None, 0.23, "l", {}),
    ("Develop 5 export models within two years", "export models", "models", 5, "h", dict(start="2026-01-01", due="2027-12-31")),
    # production
    ("Line speed of 58 seconds per car", "Line speed", "seconds per car", 58, "l", {}),
    ("Capacity utilisation of 85% in the second quarter of 2026", "Capacity utilisation", "%", 85, "h", dict(cycle="2026-Q2")),
    ("Reduce scrap by 0.8 percentage points compared with last year", "scrap", "%", None, "l",
     dict(change=(-0.8, False), wishes="Reduce")),
    ("No more than 3 lost-time injuries this year", "lost-time injuries", "injuries", 3, "l", dict(cycle="2026")),
    ("Produce 48,000 tonnes of recycled steel", "recycled steel", "tonnes", 48000, "h", {}),
    ("Keep machine availability between 92% and 95%", "machine availability", "%", 92, "r", dict(high=95)),
    ("Energy intensity down 6% on 2024 levels", "Energy intensity", None, None, "l", dict(change=(-0.06, True))),
    # HR
    ("Retain 93% of key talent", "key talent", "%", 93, "h", {}),
    ("Hire 120 graduates by 1 September 2026", "graduates", "graduates", 120, "h", dict(due="2026-09-01")),
    ("Each employee completes at least 24 hours of training", "training", "hours", 24, "h", {}),
    ("Raise the share of women in management to 35%", "share of women in management", "%", 35, "h", dict(wishes="Raise")),
    ("Revise all job descriptions by the end of March", "job descriptions", None, None, "m", dict(due="2026-03-31")),
    ("Lower absenteeism from 5.2% to 4.5%", "absenteeism", "%", 4.5, "l", dict(baseline=5.2, wishes="Lower")),
    ("Strengthen the employer brand", "employer brand", None, None, "", dict(wishes="Strengthen")),
    # finance
    ("Return on equity of 11.5% in FY26", "Return on equity", "%", 11.5, "h", dict(cycle="2026")),
    ("Operating expenses below 14% of sales", "Operating expenses", "%", 14, "l", {}),
    ("Bring net debt under $2.2bn", "net debt", "USD", 2.2e9, "l", dict(scale=1e9)),
    ("Issue consolidated accounts within 6 working days", "consolidated accounts", "working days", 6, "l", {}),
    ("Forecast accuracy of 95% or better", "Forecast accuracy", "%", 95, "h", {}),
    # service, IT
    ("Close 98% of complaints within 48 hours", "complaints within 48 hours", "%", 98, "h", {}),
    ("First-time fix rate from 81% to 88%", "First-time fix rate", "%", 88, "h", dict(baseline=81)),
    ("No more than 30 minutes of unplanned outage per year", "unplanned outage", "minutes", 30, "l", {}),
    ("Roll out the master data platform before 1 July 2026", "master data platform", None, None, "m", dict(due="2026-07-01")),
    ("Automate 80% of regression tests", "regression tests", "%", 80, "h", {}),
    ("Average score of 4.5 on a 5-point scale in the user survey", "Average score", "points", 4.5, "h", dict(best=5)),
    ("Accelerate the digital transformation", "digital transformation", None, None, "", dict(wishes="Accelerate")),
    # quality, logistics, public sector
    ("Freight cost per container from $420 to $380", "Freight cost per container", "USD", 380, "l", dict(baseline=420)),
    ("Shorten inventory days by 7 days", "inventory days", "days", None, "l", dict(change=(-7, False))),
    ("At least 96% next-day delivery in urban areas", "next-day delivery in urban areas", "%", 96, "h", {}),
    ("Qualify ten new suppliers and drop four", "new suppliers", "suppliers", 10, "h", {}),
    ("Build 1,200 affordable homes by the end of 2026", "affordable homes", "homes", 1200, "h", dict(due="2026-12-31")),
    ("Answer citizen enquiries within 3 working days on average", "citizen enquiries", "working days", 3, "l", {}),
    ("30% of the fleet electric by 2028", "fleet electric", "%", 30, "h", dict(due="2028-12-31")),
    ("Road deaths down to 12 per million inhabitants", "Road deaths", "per million inhabitants", 12, "l", {}),
]  # fmt: skip

TUNED = [goal_text(row, "zh", False) for row in CHINESE] + [goal_text(row, "en", False) for row in ENGLISH]
