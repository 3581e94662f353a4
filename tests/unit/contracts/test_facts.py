"""What holds for every fact of the catalogue."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError

import pytest

from contracts import Fact, read, write
from contracts.event import record_of_fact
from contracts.export.files import facts
from contracts.export.words import name_of_word, sample, words
from contracts.forms import Record

PERSONAL = {"name", "phone", "code", "address", "id_number", "birth_date", "guardian", "email"}
# that somebody left or came back, and who may do what, is nobody's affair, though it names nobody
NOBODYS_AFFAIR = {"events.contact_forgotten.v1", "volunteers.person_forgotten.v1",
                  "volunteers.account_recovered.v1", "events.account_changed.v1",
                  "events.login_ended.v1"}

every_fact = pytest.mark.parametrize("cls", facts(), ids=lambda cls: cls.key)


def a(cls: type[Fact]) -> Fact:
    return read(cls.key, sample(record_of_fact(cls)))


def fields_within(record: Record) -> set[tuple[type, str]]:
    own = {(record.cls, name) for name in record.forms}
    inner = (fields_within(form.record) for form in record.forms.values() if form.record)
    return own.union(*inner)


@every_fact
def test_a_fact_comes_back_as_it_was_written(cls: type[Fact]) -> None:
    told = a(cls)

    travelled = json.loads(json.dumps(write(told)))

    assert read(cls.key, travelled) == told
    assert travelled == sample(record_of_fact(cls))


@every_fact
def test_a_fact_without_its_optional_fields_comes_back_as_it_was_written(cls: type[Fact]) -> None:
    record = record_of_fact(cls)
    least = {name: value for name, value in sample(record).items() if name not in record.defaults}
    told = read(cls.key, least)

    assert read(cls.key, json.loads(json.dumps(write(told)))) == told


@every_fact
def test_a_fact_cannot_be_changed(cls: type[Fact]) -> None:
    told = a(cls)

    with pytest.raises(FrozenInstanceError):
        setattr(told, next(iter(record_of_fact(cls).forms)), "another")


@every_fact
def test_a_key_begins_with_who_tells_the_fact(cls: type[Fact]) -> None:
    assert cls.key.partition(".")[0] == cls.__module__.split(".")[1].partition("_")[0]


@every_fact
def test_only_a_private_fact_carries_what_names_a_person(cls: type[Fact]) -> None:
    personal = {name for _, name in fields_within(record_of_fact(cls))} & PERSONAL

    assert (bool(personal) or cls.key in NOBODYS_AFFAIR) == cls.private
    assert not (personal and cls.key in NOBODYS_AFFAIR)


@every_fact
def test_a_fact_is_about_one_subject(cls: type[Fact]) -> None:
    kind, _, which = a(cls).subject().partition("/")

    assert kind and which and "{" not in which


def test_the_scans_and_the_attendance_of_a_person_share_a_subject() -> None:
    told = {cls.__name__: a(cls).subject() for cls in facts()}

    assert told["ScannedIn"] == told["ScannedOut"] == told["AttendanceRecorded"]
    assert told["ScannedIn"] == "attendance/5c1d2f0e8a4b4f7d9c3e6a1b2d4f8e70.a1f4c8e2b6d04937"


def test_every_word_explains_a_field_that_exists() -> None:
    used = {
        name_of_word(owner, name)
        for cls in facts()
        for owner, name in fields_within(record_of_fact(cls))
    }

    assert used == set(words())
