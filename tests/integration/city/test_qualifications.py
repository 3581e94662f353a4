"""Between the services, over a real broker: whose reference is whose, who holds a qualification."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from tests.rig.city import City
from tests.rig.events import STAFF
from tests.rig.volunteers import CHECKER, MEMBERS, RECEPTION
from tests.unit.volunteers.office import VERSION, card
from tests.waiting import eventually

LEAD = {"key": "lead", "title": "带队", "needs": "crew-lead"}
OFTEN = {"REGISTRATIONS_PER_ADDRESS": "10000", "REGISTRATIONS_PER_DOCUMENT": "1000"}
WHO = {"name": "测试0001", "phone": "13900000001"}


def post(address: str, path: str, body: Any, headers: dict[str, str] | None = None
         ) -> requests.Response:
    return requests.post(f"{address}/api/{path}", json=body, headers=headers, timeout=20)


def a_session(events: str, *, days: int, **terms: Any) -> str:
    """The id of a session so many days from now."""
    starts = datetime.now(UTC) + timedelta(days=days)
    session = {"starts_at": starts.isoformat(), "capacity": 4,
               "ends_at": (starts + timedelta(hours=1)).isoformat(), **terms}
    activity = {"programme": "road-angels", "title": "测试", "place": "路口", "street": "大鹏",
                "sessions": [session]}
    answer = post(events, "activities", activity, STAFF)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sessions"][0]["session_id"])


def test_c26_who_registers_with_a_proven_reference_and_is_qualified_may_take_the_post(
        city: City) -> None:
    events = city.events().start()
    volunteers = city.service("volunteers", STAFF_TOKENS=MEMBERS, **OFTEN).start()
    city.relay("events", "volunteers").start()
    there, here = events.address, volunteers.address
    first = a_session(there, days=2)
    ref = post(there, f"sessions/{first}/registrations", {"party": [WHO]}).json()["party"][0]
    asked = {**WHO, "person_ref": ref, "consents": ["id_number"], "text_version": VERSION,
             "document": {"type": "resident_id", "number": card("1990-01-01")}}
    made: dict[str, Any] = {}

    def registers() -> bool:
        answer = post(here, "volunteers", asked)
        made.update(answer.json())
        return answer.status_code == 201

    eventually(registers)
    lead = a_session(there, days=3, seats=[LEAD])
    party = {"party": [{"person_ref": ref, "seat": "lead"}]}
    assert post(there, f"sessions/{lead}/registrations", party).json()["code"] == "not_qualified"
    of = f"volunteers/{made['volunteer_no']}"
    paper = {"key": "crew-lead", "title": "带队证", "issued_by": "测试单位", "evidence": "扫描件"}
    record_id = post(here, f"{of}/qualifications", paper, RECEPTION).json()["record_id"]
    post(here, f"{of}/records/{record_id}/verification", {"evidence": "原件"}, CHECKER)
    eventually(lambda: post(there, f"sessions/{lead}/registrations", party).status_code == 201)
