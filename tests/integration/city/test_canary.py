"""An invented name, telephone and document number go through every door that takes one, at the
lowest level of the log, and are found nowhere they should not be (C-30, N-24): no log line, crash
dump, metric, public fact, queue, header, address, audit row, document, or sheet of who may not."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from kernel.topology import FLOWS
from ops.doors.listing import Listed, doors
from tests.integration.city.test_erased import (
    CASEWORKER,
    LONG,
    Family,
    Town,
    a_session,
    open_town,
)
from tests.rig.city import City
from tests.rig.events import STAFF, login_keys
from tests.rig.forms import Invented, filled, takes_a_person
from tests.rig.process import Process
from tests.rig.traces import holds, metrics_of
from tests.unit.volunteers.office import VERSION
from tests.waiting import eventually

pytestmark = pytest.mark.chaos

DUMPED = {"PYTHONFAULTHANDLER": "1"}
FIRST = ("sign_up", "sign_up_series", "register_volunteer", "prepare_page", "sign_up_page")
DONE = {  # doors that must have taken the person in, not only refused
    "sign_up", "find_person", "find_attendees", "register_volunteer", "find_by_contact",
    "find_by_document", "opt_out", "desk_search_page", "resident_phone_page",
}
FILES = {"import_roster", "import_records", "import_order"}
SHEETS = ("/api/sessions/{session}/roster.csv", "/api/sessions/{session}/roster.xlsx",
          "/api/activities/export.csv", "/api/sessions/{session}/registrations", "/api/approvals",
          "/api/activities")


def personal() -> list[Listed]:
    """Every door that takes a person or a file of persons, those first that others build on."""
    found = [one for one in doors() if one.door.accepts or any(
        takes_a_person(each) for each in (one.door.body, one.door.form, one.door.query))]
    order = {name: place for place, name in enumerate(FIRST)}
    return sorted(found, key=lambda one: order.get(one.name, len(FIRST)))


@dataclass
class Visits:
    """What doors answered: by name the status; texts and headers to look through."""

    status: dict[str, int] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


def test_c_30_the_canary_goes_through_every_door_and_is_found_nowhere(city: City) -> None:
    town = open_town(city, **DUMPED, **login_keys())
    family = Family()
    visits = visit_all(town, family)
    assert {one.name for one in personal()} == visits.status.keys()
    assert [name for name in DONE if visits.status[name] >= 400] == [], visits.status
    assert max(visits.status.values()) < 500
    processes = {"events": town.events, "volunteers": town.volunteers, "stats": town.stats,
                 "notifications": town.notifications}
    eventually(lambda: metrics_heard(town), within=LONG)
    found = {
        "headers": [each for each in visits.heads if holds(each.encode(), family.words)],
        "sheets": [each for each in sheets(town) if holds(each, family.words)],
        "metrics": [name for name, each in processes.items()
                    if holds(metrics_of(each.environment["METRICS_BIND"]).encode(), family.words)],
        "queues": [name for name in FLOWS if holds(name.encode(), family.words)],
        "addresses": [each for each in visits.addresses if holds(each.encode(), family.words)],
    }
    crashed = [crash(each) for each in processes.values()]
    assert all("Fatal Python error: Aborted" in each for each in crashed)
    found["logs, dumps, messages, documents"] = town.readable(family.words)
    assert found == {place: [] for place in found}


def visit_all(town: Town, family: Family) -> Visits:
    visits = Visits()
    invented = Invented(family.name, family.phone, family.document)
    known: dict[str, Any] = {
        "text_version": VERSION, "type": "resident_id", "consents": ["id_number"], "guardian": None,
        "person_ref": None, "session_id": a_session(town.events, 60), "sessions": "all",
        "priority": 0, "seat": "", "household_ref": "h1", "term": family.name, "gate": "A"}
    for one in personal():
        if one.name in FILES:
            answer = send_file(town, one, family, known)
        else:
            answer = send(town, one, invented, known)
        visits.status[one.name] = answer.status_code
        visits.heads.append(str(answer.headers))
        visits.addresses += [str(answer.request.url), answer.headers.get("Location", "")]
        learn(answer, known)
    return visits


def learn(answer: requests.Response, known: dict[str, Any]) -> None:
    """References that later doors are asked about."""
    if answer.ok and "json" in answer.headers.get("Content-Type", ""):
        told = answer.json()
        if isinstance(told, dict):
            for name in ("person_ref", "volunteer_no", "activity_id", "code"):
                known[name] = told.get(name) or known.get(name)
            known["person_ref"] = (told.get("party") or [known["person_ref"]])[0]


def address(town: Town, one: Listed, known: dict[str, Any]) -> str:
    places = {"activity_id": known.get("activity_id"), "session_id": known["session_id"],
              "person_ref": known.get("person_ref"), "volunteer_no": known.get("volunteer_no"),
              "key": "hardship-visits"}
    path = one.door.url
    for name, value in places.items():
        path = path.replace(f"<string:{name}>", str(value))
    process: Process = getattr(town, one.service)
    return f"{process.address}{path}"


def send(town: Town, one: Listed, who: Invented, known: dict[str, Any]) -> requests.Response:
    method = one.door.method.split(",")[0]
    headers = {**CASEWORKER, "Sec-Fetch-Site": "same-origin",
               "Volunteer-Code": str(known.get("code"))}
    asked: dict[str, Any] = {}
    if one.door.body is not None:
        body = {name: value for name, value in filled(one.door.body, who, known).items()
                if value is not None}
        asked["json"] = body
    elif one.door.form is not None:
        asked["data"] = {name: str(value) for name, value in filled(one.door.form, who, {}).items()}
    elif one.door.query is not None:  # a name in an address is what the test finds then
        asked["params"] = filled(one.door.query, who, known)
    return requests.request(method, address(town, one, known), headers=headers, timeout=30,
                            allow_redirects=False, **asked)


def send_file(town: Town, one: Listed, family: Family, known: dict[str, Any]) -> requests.Response:
    """A roster with a row of theirs; where it is no roster, it is refused by its columns."""
    text = f"姓名,手机号\n{family.child},{family.phone}\n{family.name},{family.document}\n"
    return requests.post(address(town, one, known), data=text.encode(), timeout=30,
                         headers={**CASEWORKER, "Content-Type": "text/csv"})


def sheets(town: Town) -> Iterator[bytes]:
    """What staff who are no caseworkers, and the public, can take out of a confidential session."""
    session = a_session(town.events, 120, programme="growth-camp")
    family = Family()
    told = {"party": [{"name": family.name, "phone": family.phone}]}
    requests.post(f"{town.events.address}/api/sessions/{session}/registrations", json=told,
                  timeout=20)
    for path in SHEETS:
        answer = requests.get(f"{town.events.address}{path.format(session=session)}",
                              headers=STAFF, timeout=20)
        assert not holds(answer.content, family.words), path
        yield answer.content


def metrics_heard(town: Town) -> bool:
    """Whether the facts were heard: then their effects can be looked through."""
    return town.city.database("notifications")["contacts"].count_documents({}) > 0


def crash(process: Process) -> str:
    """The log after the process was made to dump where each of its threads stands."""
    os.kill(process.pid, signal.SIGABRT)
    eventually(lambda: "most recent call first" in process.output, within=LONG)
    return process.output
