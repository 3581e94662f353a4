"""The list for a desk without signal opens entry by entry, each with its own ticket."""

from __future__ import annotations

import json
from base64 import b64decode
from hashlib import sha256
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from kernel.rights import Sight
from services.events.usecases.offline_list import entry_key, offline_list
from services.events.usecases.tickets import ticket_of
from tests.acting import CLEAR, TRUSTED
from tests.unit.events.builders import Town


def opened(listed: dict[str, Any], ticket: str, entry: str | None = None) -> Any:
    place = sha256(ticket.encode()).hexdigest()
    sealed = b64decode(entry or listed["entries"][place])
    key = AESGCM(entry_key(ticket, listed["session_id"]))
    return json.loads(key.decrypt(sealed[:12], sealed[12:], place.encode()))


def test_a_ticket_opens_its_own_entry(town: Town) -> None:
    session_id = town.session()
    made = town.sign_up(session_id, 1, 2)
    listed = offline_list(town.app, session_id, sight=CLEAR)
    ticket = ticket_of(town.app, made["registration_id"])
    assert opened(listed, ticket) == {
        "registration_id": made["registration_id"], "size": 2,
        "names": ["测试0001", "测试0002"], "seats": made["party"],
    }


def test_no_other_ticket_opens_it_and_nothing_is_readable_without(town: Town) -> None:
    session_id = town.session()
    first, second = (town.sign_up(session_id, number) for number in (1, 2))
    listed = offline_list(town.app, session_id, sight=TRUSTED.sight)
    tickets = [ticket_of(town.app, each["registration_id"]) for each in (first, second)]
    entry = listed["entries"][sha256(tickets[0].encode()).hexdigest()]
    with pytest.raises(InvalidTag):
        opened(listed, tickets[1], entry)
    told = json.dumps(listed, ensure_ascii=False)
    assert "测试" not in told and first["registration_id"] not in told
    assert not any(person in told for person in first["party"])


def test_the_length_of_an_entry_does_not_tell_a_party_of_one_from_one_of_four(town: Town) -> None:
    session_id = town.session(capacity=20)
    town.sign_up(session_id, 1)
    town.sign_up(session_id, 2, 3, 4, 5)
    listed = offline_list(town.app, session_id, sight=CLEAR)
    assert len({len(entry) for entry in listed["entries"].values()}) == 1


@pytest.mark.parametrize(("may", "names"), [(False, []), (True, ["测试0001"])])
def test_names_of_a_confidential_session_are_for_caseworkers(town: Town, may: bool,
                                                            names: list[str]) -> None:
    session_id = town.session(programme="growth-camp")
    made = town.sign_up(session_id, 1)
    listed = offline_list(town.app, session_id, sight=Sight(names=True, cases=may))
    assert opened(listed, ticket_of(town.app, made["registration_id"]))["names"] == names


def test_who_waits_or_cancelled_is_not_on_it(town: Town) -> None:
    session_id = town.session(capacity=1)
    town.cancel(town.sign_up(session_id, 1)["registration_id"])
    town.sign_up(session_id, 2)
    town.sign_up(session_id, 3)
    assert len(offline_list(town.app, session_id, sight=CLEAR)["entries"]) == 1


def test_two_lists_are_sealed_anew(town: Town) -> None:
    session_id = town.session()
    town.sign_up(session_id, 1)
    first, second = (offline_list(town.app, session_id, sight=CLEAR) for _ in range(2))
    assert first["entries"].keys() == second["entries"].keys()
    assert first["entries"] != second["entries"]
