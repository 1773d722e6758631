import pytest

from tests.make.cast import build_cast
from tests.make.programs import Program, token_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_smoke():
    cast = build_cast()
    p = Program(token_of(cast.members["strategy_office"]))
    for path in ("findings", "index", "goals", "people", "units"):
        a = p.get(path, limit=2)
        print(path, a.status_code, a.content.decode()[:700], dict(a.headers))
    a = p.post("values", {"values": [{"goal": "OPEN1", "date": "2026-06-30", "value": 12}]}, Idempotency_Key="k1")
    print(a.status_code, a.content, a.headers)
    a = p.post("values", {"values": [{"goal": "OPEN1", "date": "2026-06-30", "value": 12}]}, Idempotency_Key="k1")
    print(a.status_code, a.content, a.headers)
    a = p.post("values", {"values": [{"goal": "NO", "date": "2026-06-31", "value": "x", "foo": 1}]})
    print(a.status_code, a.content.decode())
    a = p.post("values", "[[[")
    print(a.status_code, a.content.decode())
    for a in (
        p.client.put("/api/v1/goals"),
        Program("").get("goals"),
        p.get("nothing"),
        p.client.head("/api/v1/goals", headers=p.headers),
        p.get("openapi.json"),
        p.client.get("/api/"),
    ):
        print(a.status_code, a.content.decode()[:3000], a.headers)
    assert 0
