"""Goal texts written after the reader worked; the reader is not changed because of them (see tests/engine/goal_texts.py)."""

from typing import Any

from tests.engine.goal_texts import goal_text

CHINESE: list[tuple[Any, ...]] = [
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
    ("深耕大客户，促进销售增长", "销售增长", None, None, "", dict(wishes="促进")),
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
    ("合并报表出具时间提前至每月 6 日", "合并报表出具时间", None, None, "l", {}),
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

HELD_OUT = [goal_text(row, "zh", True) for row in CHINESE] + [goal_text(row, "en", True) for row in ENGLISH]
