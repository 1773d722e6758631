"""What the reader expects is said in the reader's language, and codes are sent to the sheet they belong to."""

from pathlib import Path

import pytest

from guantong.engine.tables import TABLES
from guantong.formats import csv_folder, package, xlsx, xml_cells
from guantong.formats.problems import InputError, Problem
from guantong.formats.workbook import read_company
from guantong.messages.input import problem_line

LIMITS = (
    f"at most {package.MOST_PARTS} parts",
    f"at most {package.LARGEST_UNPACKED} bytes unpacked",
    f"parts that grow at most {package.LARGEST_RATIO} times in unpacking",
    f"at most {xlsx.LARGEST_OTHER_PART} bytes",
    f"at most {csv_folder.LARGEST_CSV} bytes",
    f"cells within column CZ and row {xml_cells.LAST_ROW}",
    f"at most {xml_cells.MOST_CELLS} cells up to the last one",
)


def write(folder: Path, **sheets: str) -> Path:
    required = {"company": "code,name\nX,x\n", "cycles": "code,name,start,end\n2026,y,2026-01-01,2026-12-31\n"}
    for name, text in (required | sheets).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def problems(folder: Path) -> tuple[Problem, ...]:
    with pytest.raises(InputError) as caught:
        read_company(folder)
    return caught.value.problems


@pytest.mark.parametrize("expected", LIMITS)
def test_limits_are_stated_in_chinese(expected: str) -> None:
    assert expected not in problem_line(Problem("too_large", value="1", expected=expected), "zh")
    assert expected[1:] in problem_line(Problem("too_large", value="1", expected=expected), "en")


def test_ranges_of_all_columns_are_stated_in_chinese() -> None:
    bounds = {(c.minimum, c.maximum) for t in TABLES.values() for c in t.columns} - {(None, None)}
    assert bounds == {(0, None), (0, 1), (1, 12)}, "add the new range to [forms] of input.zh.toml"
    line = problem_line(Problem("out_of_range", "checkins", 2, "confidence", "1.2", "from 0 to 1"), "zh")
    assert "0 到 1" in line


def test_list_forms_are_stated_in_chinese(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        processes="code,name\nR,r\n",
        process_nodes="process,code,name,next\nR,A,a,:30%\n",
        units="code,name,kind\nU,u,company\n",
        responsibilities="code,task,collaborators\nD,t,:做\n",
        goals="code,name,cycle,unit\nG,g,2026,U\n",
        scorecards="holder,cycle,goal,weight,steps\nU,2026,G,1,80\n",
    )
    lines = [problem_line(problem, "zh") for problem in problems(folder)]
    assert [line.partition("应为 ")[2] for line in lines] == [
        "达成率:得分，例如 80%:60。",
        "编码:职责。",
        "编码 或 编码:比例，例如 N2:30%。",
    ]


def test_codes_are_sent_to_their_own_sheet(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        units="code,name,kind\nU,u,company\n",
        people="code,name,unit\nP,p,U\n",
        processes="code,name\nR,r\n",
        process_nodes="process,code,name,next\nR,A,a,Q9\n",
        scenarios="code,name,process,node,unit\nS,s,R,Z7,x\n",
        responsibilities="code,task,collaborators\nD,t,K8:help\n",
    )
    places = {problem.value: problem_line(problem, "en") for problem in problems(folder)}
    assert "sheet process_nodes first" in places["Q9"]
    assert "sheet process_nodes first" in places["Z7"]
    assert "sheet units / people first" in places["K8"]


def test_suggestions_speak_the_readers_language() -> None:
    choice = Problem("unknown_choice", "metrics", 2, "direction", "越高", "one of: …", "higher")
    assert problem_line(choice, "zh").endswith("是否想写“越高越好”？")
    assert problem_line(choice, "en").endswith("Did you mean higher?")
    assert "是否想写“目标”" in problem_line(Problem("unknown_sheet", value="gaols", suggestion="goals"), "zh")
    assert "是否想写“姓名”" in problem_line(Problem("unknown_column", "people", 1, None, "nmae", "", "name"), "zh")
