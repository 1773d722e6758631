"""What the columns of files of people are usually called, for every target that a heading can be mapped to."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from guantong.engine.tables import TABLES
from guantong.formats.characters import folded

TARGETS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        **{column.name: (column.zh, column.name) for column in TABLES["people"].columns},
        "unit_name": ("单元名称", "unit name"),
        "status": ("在职状态", "status"),
        "head": ("是否单元负责人", "head of unit"),
        "left_words": ("表示离职的词", "words that mean left"),
    }
)
"""What a heading can be mapped to, each with its Chinese and English name. `left_words` takes words, not headings."""

_USUAL: Mapping[str, str] = MappingProxyType(
    {
        "code": "code emp_no emp_id emp_code empno employee_no employee_id employee_number employee_code staff_no "
        "staff_id personnel_number person_id worker_id badge_no id no 工号 员工编号 员工号 员工工号 员工编码 员工代码 "
        "人员编号 人员编码 职工号 职工编号 编号 编码",
        "name": "name full_name employee_name display_name person_name 姓名 员工姓名 人员姓名 名字 名称",
        "email": "email e_mail email_address mail work_email 邮箱 电子邮箱 电子邮件 企业邮箱 公司邮箱 工作邮箱 邮件",
        "status": "status employment_status employee_status state active is_active 状态 员工状态 在职状态 人员状态 "
        "用工状态 是否在职",
        "unit": "unit unit_code department_code dept_code department_no dept_no department_id dept_id org_code org_id "
        "org_unit_code department_path org_path department dept org_unit organisation_unit organization_unit team "
        "部门编码 部门代码 部门编号 组织编码 组织代码 单元编码 部门路径 部门全称 组织路径 组织单元 部门 所属部门 "
        "所在部门 一级部门 单位",
        "unit_name": "unit_name department_name dept_name org_name org_unit_name department dept 部门名称 部门名 "
        "组织名称 单元名称 部门 所属部门",
        "position": "position position_name title job_title job job_name post role 岗位 岗位名称 职位 职位名称 职务",
        "manager": "manager manager_code manager_emp_no manager_id manager_no manager_employee_id supervisor_id "
        "reports_to report_to line_manager line_manager_id supervisor supervisor_code manager_email manager_name boss "
        "直接上级工号 直接上级编码 上级工号 主管工号 经理工号 直属上级工号 直接上级 直属上级 上级 汇报对象 汇报上级 "
        "直接主管 直接领导 上级主管 主管 经理 直接上级姓名 直属上级姓名 上级姓名 主管姓名 汇报人",
        "joined": "joined joined_on join_date joining_date date_of_joining hire_date hired hired_on start_date "
        "employment_date entry_date 入职 入职日期 入职时间 入司日期 入职日 到岗日期",
        "left": "left left_on leave_date leaving_date left_date date_of_leaving termination_date terminated_on "
        "end_date exit_date resignation_date last_day separation_date 离职 离职日期 离职时间 离职日 最后工作日",
        "head": "head is_head head_of_unit is_dept_manager is_department_manager is_dept_head is_department_head "
        "department_head 是否负责人 是否部门负责人 部门负责人 是否单元负责人 负责人",
        "base_bonus": "base_bonus bonus_base 奖金基数",
        "grade_factor": "grade_factor 职级系数",
        "language": "language preferred_language 语言",
    }
)

_GIVEN = ("firstname", "givenname", "forename", "名")
_FAMILY = ("lastname", "familyname", "surname", "姓", "姓氏")


def guessed(headings: Sequence[str], given: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the headings that usually mean a target, for targets that are not given, from headings that are not.

    Args:
        headings: All headings of the file.
        given: Headings by target as stated; an empty list keeps a target from being guessed.
    """
    free = {_form(heading): heading for heading in reversed(headings)}
    for used in given.values():
        for heading in used:
            free.pop(_form(heading), None)
    for target, words in _USUAL.items():
        if target in given:
            continue
        word = next((word for word in map(_form, words.split()) if word in free), None)
        if word is not None:
            yield target, (free.pop(word),)
        elif target == "name":
            yield from _of_two_parts(free)


def _form(heading: str) -> str:
    """Return a heading without regard to case and to what stands between its words."""
    return folded(heading).replace("_", "")


def _of_two_parts(free: dict[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the headings of given and family name as the one name, in the order in which their language says it."""
    first = next((word for word in _GIVEN if word in free), None)
    last = next((word for word in _FAMILY if word in free), None)
    if first is not None and last is not None:
        order = (first, last) if first.isascii() else (last, first)
        yield "name", tuple(free.pop(word) for word in order)
