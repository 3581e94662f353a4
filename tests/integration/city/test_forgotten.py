"""Between the services, over a real broker: whoever is erased in one is forgotten in all (C-29)."""

from __future__ import annotations

import requests

from tests.integration.city.test_qualifications import WHO, a_session, post
from tests.rig.city import City
from tests.rig.volunteers import CHECKER, MEMBERS, RECEPTION
from tests.unit.volunteers.office import VERSION, card
from tests.waiting import eventually

NOW = {"name": "测试0001", "phone": "13900000077"}
DOCUMENT = {"type": "resident_id", "number": card("1990-01-01")}


def signed_up(address: str, session: str, who: dict[str, str]) -> str:
    """Their reference."""
    answer = post(address, f"sessions/{session}/registrations", {"party": [who]})
    return str(answer.json()["party"][0])


def registered(address: str, ref: str) -> dict[str, str]:
    """Number and code, by staff who saw the document."""
    asked = {**WHO, "person_ref": ref, "consents": ["id_number"], "text_version": VERSION,
             "document": DOCUMENT}
    answer = post(address, "volunteers", asked, RECEPTION)
    assert answer.status_code == 201, answer.text
    made: dict[str, str] = answer.json()
    return made


def come_back(address: str, ref: str) -> str:
    """The code that opens the account once two persons had their hands in it."""
    asked = post(address, "volunteers/recoveries",
                 {**NOW, "person_ref": ref, "document": DOCUMENT}, RECEPTION).json()
    post(address, f"volunteers/recoveries/{asked['request_id']}/decision",
         {"approve": True, "reason": "核对过原件"}, CHECKER)
    return str(asked["code"])


def test_c_29_c_35_who_came_back_has_the_present_telephone_everywhere_and_who_left_none(
        city: City) -> None:
    events = city.events().start()
    volunteers = city.service("volunteers", STAFF_TOKENS=MEMBERS).start()
    city.service("notifications").start()
    city.relay("events", "volunteers").start()
    session = a_session(events.address, days=2)
    old, new = (signed_up(events.address, session, who) for who in (WHO, NOW))
    numbers = city.database("notifications")["contacts"]
    names = city.database("volunteers")["names"]
    eventually(lambda: numbers.count_documents({}) == names.count_documents({}) == 2)
    made = registered(volunteers.address, old)
    code = come_back(volunteers.address, new)
    eventually(lambda: numbers.count_documents({"_id": old, "sequence": 2}) == 1)
    own = f"{volunteers.address}/api/volunteers/{made['volunteer_no']}/own"
    assert requests.delete(own, headers={"Volunteer-Code": code}, timeout=20).status_code == 204
    eventually(lambda: numbers.count_documents({"number": None}) == 2)
    eventually(lambda: names.count_documents({"name": None}) == 2)
    here = city.database("events")
    assert here["people"].count_documents({"contact": None}) == 2
    assert here["identities"].count_documents({}) == 0
    assert here["sessions"].count_documents({"_id": session, "taken": 2}) == 1
