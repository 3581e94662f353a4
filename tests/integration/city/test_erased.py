"""Erasing somebody from all four databases, from what was parked, and from the bytes on the disk:
nothing readable is left, and no published figure moves (C-29)."""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import amqp
import pytest
import requests

from kernel.broker import Message, Publisher, drop, open_connection
from kernel.topology import FACTS, FLOWS, PRIVATE
from kernel.vault import Vault
from ops.parts import Broker, GuardedDatabase
from tests.integration.city.test_qualifications import post
from tests.rig.city import SECRETS, City
from tests.rig.events import STAFF
from tests.rig.process import Process
from tests.rig.traces import in_documents, in_files, opened_in
from tests.rig.volunteers import MEMBERS, RECEPTION
from tests.unit.volunteers.office import VERSION, card
from tests.waiting import eventually

pytestmark = pytest.mark.chaos

SERVICES = ("events", "volunteers", "notifications", "stats")
CASEWORKER = {"Authorization": "Bearer only-for-caseworkers"}
LONG = 60.0  # seconds; a busy machine starts processes slowly
CONTACTS = FLOWS["notifications.keep-contacts"]
CAUGHT = "caught"  # a queue of ours that everything is copied to


def canary(kind: str) -> str:
    """A name that nobody has, and that no other test uses."""
    return f"金丝雀{kind}{secrets.token_hex(4)}"


@dataclass
class Family:
    """A parent with a document and a child: what is told at the doors, and must be gone."""

    name: str = field(default_factory=lambda: canary("长"))
    child: str = field(default_factory=lambda: canary("幼"))
    phone: str = field(default_factory=lambda: f"13900{secrets.randbelow(900_000) + 100_000}")
    document: str = field(default_factory=lambda: card(
        "1990-01-01", secrets.randbelow(900) + 100, area="440305"))

    @property
    def words(self) -> tuple[str, ...]:
        return self.name, self.child, self.phone, self.document


@dataclass
class Town:
    """Everything running, and where to look."""

    city: City
    events: Process
    volunteers: Process
    stats: Process
    notifications: Process

    def readable(self, words: tuple[str, ...]) -> list[str]:
        """Where one of the words can be read, by document, message or log."""
        found = [where for name in SERVICES
                 for where in in_documents(self.city.database(name), words)]
        found += [f"queue {name}" for name, text in self.messages()
                  if any(word in text for word in words)]
        return found + [log.name for log in self.city.folder.glob("*.log")
                        if any(word in log.read_text(errors="replace") for word in words)]

    def openable(self, words: tuple[str, ...]) -> set[str]:
        """The collections in which who has the key can still read one of the words."""
        vaults = [Vault(self.city.database(name), base64.b64decode(SECRETS["VAULT_KEY"]))
                  for name in SERVICES[:3]]
        return {f"{name} {where}" for name, vault in zip(SERVICES, vaults, strict=False)
                for where in opened_in(self.city.database(name), vault, words)}

    def messages(self) -> Iterator[tuple[str, str]]:
        """Headers and body of all that lies in the broker, looked at and left there."""
        with self.city.queues.channel() as channel:
            for flow in FLOWS.values():
                for queue in (*flow.working(()), flow.parked):
                    is_for_one = flow.ordered and queue == flow.queue
                    for message in (_consumed if is_for_one else _got)(channel, queue):
                        yield queue, _whole(message)
            while (message := channel.basic_get(CAUGHT)) is not None:
                yield CAUGHT, _whole(message)

    def figures(self) -> Any:
        """What the public sees, without when it was asked."""
        told = requests.get(f"{self.stats.address}/api/figures", timeout=20).json()
        return json.loads(json.dumps(told["figures"]))


def _got(channel: amqp.Channel, queue: str) -> Iterator[amqp.Message]:
    while (message := channel.basic_get(queue)) is not None:
        yield message


def _consumed(channel: amqp.Channel, queue: str) -> list[amqp.Message]:
    """Of a queue for one consumer at a time, which gives nothing away otherwise."""
    found: list[amqp.Message] = []
    count = channel.queue_declare(queue, passive=True).message_count
    tag = channel.basic_consume(queue, callback=found.append)
    while len(found) < count:
        channel.connection.drain_events(timeout=LONG)
    channel.basic_cancel(tag)
    return found


def _whole(message: Any) -> str:
    raw = message.body
    body = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
    decoded = body.encode().decode("unicode_escape", "ignore")
    return f"{message.headers} {message.properties} {body} {decoded}"


@pytest.fixture
def town(city: City) -> Town:
    return open_town(city)


def open_town(city: City, **more: str) -> Town:
    """Everything started, at the lowest level of the log; `more` are settings."""
    with city.queues.channel() as channel:
        channel.queue_declare(CAUGHT, durable=True, auto_delete=False,
                              arguments={"x-queue-type": "quorum"})
        for exchange in (FACTS, PRIVATE):
            channel.queue_bind(CAUGHT, exchange, "#")
    quiet = {"QUIET_HOURS": "03:00-03:00", "CASEWORKER_TOKEN": "only-for-caseworkers",
             "LOG_LEVEL": "DEBUG", **more}
    events = city.service("events", **quiet).start()
    volunteers = city.service("volunteers", STAFF_TOKENS=MEMBERS, **quiet).start()
    notifications = city.service("notifications", **quiet).start()
    stats = city.service("stats", **quiet).start()
    city.relay("events", "volunteers", "notifications", LOG_LEVEL="DEBUG").start()
    return Town(city=city, events=events, volunteers=volunteers, stats=stats,
                notifications=notifications)


def test_c_29_whoever_is_erased_can_be_read_nowhere_and_no_figure_moves(
        town: Town, broker: Broker, guarded: GuardedDatabase) -> None:
    if not isinstance(broker, Broker):
        pytest.skip("the files of a server that was given are not ours to read")
    family = Family()
    control = a_control(town)
    refs, registered = live(town, family)
    parked = park_one_of_their_messages(town)
    before = town.figures()
    assert town.openable(family.words) >= {"events people", "volunteers volunteers"}
    assert town.readable(family.words) == []
    assert len(town.readable((control,))) == 2  # in a document and in a queue
    erase(town, refs, registered)
    assert town.readable(family.words) == []
    assert town.openable(family.words) <= {"events outbox"}  # sealed, for ninety days at most
    assert town.city.queues.parked(CONTACTS) and parked
    assert town.figures() == before
    reported(town.city)
    for folder in (broker.folder, guarded.folder):
        eventually(partial(in_files, folder, (control,)), within=LONG)
        assert in_files(folder, family.words) == []


def reported(city: City) -> None:
    """Nothing is overdue in any of the three services that keep something of a person (C-31)."""
    report = city.operator("operators", "retention", "report")
    for line in ("events: contacts", "volunteers: stopped", "notifications: texts"):
        assert line in report


def a_control(town: Town) -> str:
    """A word that lies open in a document and in a message: what the search must find."""
    word = canary("对照")
    town.city.database("events")["scratch"].insert_one({"_id": "control", "word": word})
    town.city.queues.put(json.dumps({"word": word}, ensure_ascii=False).encode(), queue=CAUGHT)
    return word


def live(town: Town, family: Family) -> tuple[list[str], dict[str, str]]:
    """Parent and child sign up, SMS leave, the parent registers, serves and gets hours."""
    parent = {"name": family.name, "phone": family.phone}
    child = {"name": family.child, "birth_date": "2016-05-01", "guardian": parent}
    served, later = (a_session(town.events, start) for start in (-90, 3 * 24 * 60))
    told = post(town.events.address, f"sessions/{served}/registrations", {"party": [parent]}, STAFF)
    assert told.status_code == 201, told.text
    [ref], id = told.json()["party"], told.json()["registration_id"]
    both = post(town.events.address, f"sessions/{later}/registrations", {"party": [parent, child]})
    assert both.status_code == 201, both.text
    messages = town.city.database("notifications")["messages"]
    eventually(lambda: messages.count_documents({"keys": ref, "state": "delivered"}) >= 1,
               within=LONG)
    made = post(town.volunteers.address, "volunteers", {
        **parent, "person_ref": ref, "consents": ["id_number"], "text_version": VERSION,
        "document": {"type": "resident_id", "number": family.document}}, RECEPTION)
    assert made.status_code == 201, made.text
    serve(town, served, id)
    hours = f"{town.volunteers.address}/api/people/{ref}/hours"
    eventually(lambda: requests.get(hours, timeout=20).json()["minutes"] > 0, within=LONG)
    return [*both.json()["party"]], made.json()


def a_session(events: Process, start: int, programme: str = "road-angels") -> str:
    """A session of an hour that starts in so many minutes."""
    starts = datetime.now(UTC) + timedelta(minutes=start)
    ends = starts + timedelta(hours=1)
    answer = post(events.address, "activities", {
        "programme": programme, "title": "测试", "place": "路口", "street": "大鹏",
        "sessions": [{"starts_at": starts.isoformat(), "ends_at": ends.isoformat(),
                      "capacity": 4}]}, STAFF)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["sessions"][0]["session_id"])


def serve(town: Town, session: str, registration: str) -> None:
    began = datetime.now(UTC) - timedelta(minutes=85)
    scans = [{"registration_id": registration, "direction": direction, "nonce": direction,
              "at": (began + timedelta(minutes=minutes)).isoformat()}
             for direction, minutes in (("in", 0), ("out", 50))]
    of = f"sessions/{session}"
    answer = post(town.events.address, f"{of}/scans/batch", {"scans": scans}, STAFF)
    assert {each["status"] for each in answer.json()["results"]} == {"accepted"}, answer.text
    assert post(town.events.address, f"{of}/close", {}, STAFF).ok


def park_one_of_their_messages(town: Town) -> int:
    """A contact of theirs as it came by, altered so that nobody can open it: it ends parked."""
    caught = [json.loads(text) for text in bodies(town)]
    told = next(each for each in caught if each.get("type") == "events.contact_recorded.v1")
    assert list(told["data"]) == ["sealed"]
    connection = open_connection(town.city.queues.uri)
    publisher = Publisher(connection)
    body = json.dumps({**told, "id": f"{told['id']}x"}).encode()
    publisher.send(Message(body=body, exchange="", routing_key=CONTACTS.queue, message_id="x",
                           headers={}), None)
    publisher.settle_all()
    drop(connection)
    eventually(lambda: town.city.queues.parked(CONTACTS), within=LONG)
    return len(town.city.queues.parked(CONTACTS))


def bodies(town: Town) -> Iterator[str]:
    with town.city.queues.channel() as channel:
        while (message := channel.basic_get(CAUGHT)) is not None:
            body = message.body
            yield body if isinstance(body, str) else body.decode()


def erase(town: Town, refs: list[str], registered: dict[str, str]) -> None:
    """The parent by themselves at volunteers; the child, who is no volunteer, by a caseworker."""
    own = f"{town.volunteers.address}/api/volunteers/{registered['volunteer_no']}/own"
    assert requests.delete(own, headers={"Volunteer-Code": registered["code"]},
                           timeout=20).status_code == 204
    child = f"{town.events.address}/api/people/{refs[1]}"
    assert requests.delete(child, headers=CASEWORKER, timeout=20).status_code == 204
    people = town.city.database("events")["people"]
    numbers = town.city.database("notifications")["contacts"]
    said = {"keys": {"$in": refs}, "said": {"$exists": True}}
    texts = town.city.database("notifications")["messages"]
    eventually(lambda: people.count_documents({"contact": {"$ne": None}}) == 0, within=LONG)
    eventually(lambda: numbers.count_documents({"number": {"$ne": None}}) == 0, within=LONG)
    eventually(lambda: texts.count_documents(said) == 0, within=LONG)
