"""Units and people for programs."""

from ninja import Query, Router

from guantong.kit.paging import page_of
from guantong.kit.programs import ProgramRequest
from guantong.kit.requests import needs
from guantong.organisation.queries import list_people, list_stations, list_units
from guantong.organisation.schemas import PeopleOut, PeopleQuery, PersonOut, UnitOut, UnitsOut, UnitsQuery

router = Router()


@router.get("/units", response=UnitsOut, operation_id="organisation_units_list", summary="组织单元 · Units")
@needs("see")
def units_list(request: ProgramRequest, query: Query[UnitsQuery]) -> UnitsOut:
    """List the units of the company by code, all or those right below one."""
    page = page_of(list_units(request.viewer, query.parent), ("code",), query.cursor, query.limit)
    items = [
        UnitOut(
            code=row["code"], name=row["name"], kind=row["kind"], parent=row["above"], head=row["leader"],
            chain_link=row["chain_link"] or None, core=row["core"],
        )
        for row in page.rows
    ]  # fmt: skip
    return UnitsOut(items=items, next=page.next)


@router.get("/people", response=PeopleOut, operation_id="organisation_people_list", summary="员工 · People")
@needs("see")
def people_list(request: ProgramRequest, query: Query[PeopleQuery]) -> PeopleOut:
    """List people by code with their unit, position and manager of today; `active` are those at work today."""
    viewer = request.viewer
    people = list_people(viewer, query.unit, is_active=query.active)
    page = page_of(people, ("code",), query.cursor, query.limit)
    stations = list_stations(viewer, [row["pk"] for row in page.rows])
    nowhere = dict.fromkeys(("unit", "position", "manager"))
    items = [
        PersonOut(
            code=row["code"], name=row["name"], email=row["email"] or None, joined=row["joined"], left=row["left"],
            language=row["language"] or None, **stations.get(row["pk"], nowhere),
        )
        for row in page.rows
    ]  # fmt: skip
    return PeopleOut(as_of=viewer.day, items=items, next=page.next)
