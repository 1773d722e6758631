"""Goals with their figures for programs."""

from typing import Any

from ninja import Query, Router

from guantong.findings.queries import USUAL_STATUS, GoalsWanted, get_check_day, list_goals
from guantong.goals.schemas import FiguresOut, GoalOut, GoalsOut, GoalsQuery
from guantong.kit.paging import page_of
from guantong.kit.programs import ProgramRequest
from guantong.kit.requests import needs

router = Router()

_FIGURES = ("actual", "target", "plan", "gap", "gap_ratio", "attainment", "known_weight")


@router.get("/goals", response=GoalsOut, operation_id="goals_goals_list", summary="目标 · Goals")
@needs("see")
def goals_list(request: ProgramRequest, query: Query[GoalsQuery]) -> GoalsOut:
    """List goals by code with the figures of the last check; private ones only to whom they are open."""
    wanted = GoalsWanted(**query.dict(exclude={"cursor", "limit"}))
    page = page_of(list_goals(request.viewer, wanted), ("code",), query.cursor, query.limit)
    checked = get_check_day(request.viewer)
    return GoalsOut(
        as_of=checked.day, behind=checked.is_behind, items=[_goal(row) for row in page.rows], next=page.next
    )


def _goal(row: dict[str, Any]) -> GoalOut:
    figures = None
    if row["figures__status"] is not None:
        figures = FiguresOut(status=row["figures__status"], **{name: row[f"figures__{name}"] for name in _FIGURES})
    return GoalOut(
        code=row["code"], name=row["name"], cycle=row["cycle__code"], unit=row["unit__code"], owner=row["owner__code"],
        parent=row["above"], metric=row["metric__code"], priority=row["priority__code"],
        personal=bool(row["personal"]), private=bool(row["private"]), start=row["start"], due=row["due"],
        weight=row["weight"], status=row["status"] or USUAL_STATUS, figures=figures,
    )  # fmt: skip
