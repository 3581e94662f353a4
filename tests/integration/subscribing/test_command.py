"""`xiangxin subscriber` on the real broker: added, granted, shut and removed, also with heard
facts on an open connection."""

from __future__ import annotations

import pytest
from amqp.exceptions import AccessRefused, NotAllowed, NotFound

from kernel.audit.book import Book
from kernel.broker import Message, Publisher, drop, open_connection
from ops.management import Management
from services.city import topology
from services.city.usecases.replaying import token_hash
from tests.rig.abroad import Abroad
from tests.rig.outsider import Outsider, Typed, added, printed

VISIT, WORK = "events.visit_recorded.v1", "events.work_item_recorded.v1"
TOMORROW = "events.medal_given.v1"  # told by nobody today


def publish(abroad: Abroad, *keys: str) -> None:
    """As the bridge would, one fact for each key."""
    connection = open_connection(abroad.outside)
    try:
        publisher = Publisher(connection)
        for number, key in enumerate(keys):
            publisher.send(Message(body=f'"{key}"'.encode(), exchange=topology.FACTS,
                                   routing_key=key, message_id=f"m{number}"), number)
        assert {one.end for one in publisher.settle_all()} == {"confirmed"}
    finally:
        drop(connection)


def may_come_in(outsider: Outsider) -> bool:
    try:
        drop(outsider.connect())
    except (AccessRefused, NotAllowed):
        return False
    return True


def test_who_is_added_hears_what_is_granted_today_and_tomorrow(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    outsider = added(typed, name, "--facts", "events.*.v1", "--connections", "2")

    outsider.listen()
    publish(abroad, VISIT, TOMORROW, "volunteers.hours_credited.v1")

    assert outsider.hear(2) == [VISIT, TOMORROW]
    kept = abroad.store.subscribers.of(name)
    assert kept is not None and kept.token_hash == token_hash(outsider.token)
    outsider.leave()


def test_more_connections_than_granted_are_refused(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    outsider = added(typed, name, "--facts", VISIT, "--connections", "2")
    held = [outsider.connect() for _ in range(2)]

    assert not may_come_in(outsider)
    for connection in held:
        drop(connection)


def test_a_name_that_is_taken_and_a_pattern_that_grants_nothing_are_said(
    typed: Typed, name: str
) -> None:
    added(typed, name, "--facts", VISIT)

    with pytest.raises(ValueError, match="is a subscriber already"):
        typed("add", name, "--facts", VISIT)
    with pytest.raises(ValueError, match=r"contact_recorded.v1' grants nothing") as said:
        typed("grant", name, "--facts", "events.contact_recorded.v1")
    assert VISIT in str(said.value)
    with pytest.raises(ValueError, match="is no name"):
        typed("add", "Über", "--facts", VISIT)
    with pytest.raises(ValueError, match="there is no subscriber"):
        typed("rotate", "nobody-here")


def test_an_attempt_that_did_not_end_is_repeated_with_other_limits(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    """As if it had died before its document: user, queue and a binding are there."""
    first = added(typed, name, "--facts", "#", "--megabytes", "7")
    abroad.store.subscribers.remove(name)
    publish(abroad, WORK)

    second = added(typed, name, "--facts", VISIT, "--megabytes", "9")

    assert not may_come_in(first)
    second.listen()
    publish(abroad, VISIT, WORK)
    assert second.hear(1) == [VISIT]
    second.leave()


def test_a_grant_replaces_adds_and_takes_and_no_binding_is_left_over(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    added(typed, name, "--facts", "volunteers.#", VISIT)

    typed("grant", name, "--add", WORK, "events.*.v1", "--take", "volunteers.#")
    assert bindings(abroad, name) == {VISIT, WORK, "events.*.v1"}
    typed("grant", name, "--facts", WORK)
    assert bindings(abroad, name) == {WORK}
    with pytest.raises(ValueError, match="something must be left"):
        typed("grant", name, "--take", WORK)
    with pytest.raises(ValueError, match=f"granted are {WORK}"):
        typed("grant", name, "--take", VISIT)


def bindings(abroad: Abroad, name: str) -> set[str]:
    with Management(abroad.told["RABBITMQ_API"]) as management:
        held = management.get("queues", abroad.settings.city_vhost, f"sub.{name}.main", "bindings")
    return {each["routing_key"] for each in held if each["source"]}


def test_the_stream_is_read_while_everything_is_granted_and_cut_off_afterwards(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    outsider = added(typed, name, "--facts", "#")
    publish(abroad, VISIT)
    reading = outsider.connect()
    channel, read = reading.channel(), list[str]()
    channel.basic_qos(0, 10, False)
    channel.basic_consume(topology.LOG, callback=lambda message: read.append(message.body),
                          arguments={"x-stream-offset": "first"})
    reading.drain_events(timeout=10)
    assert read == [f'"{VISIT}"']

    typed("grant", name, "--facts", "events.#")

    with pytest.raises((OSError, NotAllowed)):
        reading.drain_events(timeout=10)
    drop(reading)
    again = outsider.connect()
    with pytest.raises(AccessRefused):
        again.channel().basic_consume(topology.LOG, arguments={"x-stream-offset": "first"})
    drop(again)


def test_suspended_it_is_cut_off_and_kept_out_and_resumed_it_finds_what_waited(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    outsider = added(typed, name, "--facts", VISIT)
    outsider.listen()

    typed("suspend", name)

    assert outsider.is_cut_off() and not may_come_in(outsider)
    publish(abroad, VISIT, VISIT)
    typed("resume", name)
    outsider.listen()
    assert outsider.hear(2) == [VISIT, VISIT]
    outsider.leave()


def test_rotated_the_old_credentials_are_dead_at_once(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    old = added(typed, name, "--facts", VISIT)
    old.listen()

    new = printed(name, typed("rotate", name, "--host", "broker.invented:5673"))

    assert old.is_cut_off() and not may_come_in(old)
    assert "@broker.invented:5673/" in new.uri
    assert abroad.store.subscribers.of_token(token_hash(old.token)) is None
    assert abroad.store.subscribers.of_token(token_hash(new.token)) is not None
    usable = printed(name, typed("rotate", name))
    assert may_come_in(usable)


def test_rotated_while_suspended_it_stays_out(typed: Typed, name: str) -> None:
    added(typed, name, "--facts", VISIT)
    typed("suspend", name)

    new = printed(name, typed("rotate", name))

    assert not may_come_in(new)
    typed("resume", name)
    assert may_come_in(new)


def test_a_user_that_the_broker_lost_is_made_anew_by_rotate(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    added(typed, name, "--facts", VISIT)
    with Management(abroad.told["RABBITMQ_API"]) as management:
        management.delete("users", f"sub.{name}")

    with pytest.raises(ValueError, match=f"xiangxin subscriber rotate {name}"):
        typed("resume", name)
    assert may_come_in(printed(name, typed("rotate", name)))


def test_removed_it_is_cut_off_and_user_queue_and_document_are_gone(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    outsider = added(typed, name, "--facts", VISIT)
    outsider.listen()

    typed("remove", name)

    assert outsider.is_cut_off() and not may_come_in(outsider)
    assert abroad.store.subscribers.of(name) is None
    connection = open_connection(abroad.outside)
    with pytest.raises(NotFound):
        connection.channel().queue_declare(outsider.queue, passive=True)
    drop(connection)
    assert name not in typed("list")


def test_what_is_done_is_shown_and_kept_in_the_audit_log(
    abroad: Abroad, typed: Typed, name: str
) -> None:
    added(typed, name, "--facts", "events.visit_recorded.*")
    publish(abroad, VISIT)
    typed("suspend", name)

    shown = typed("show", name)

    assert f"{name} is suspended" in shown and "waiting  1 facts" in shown
    assert VISIT in shown and WORK not in shown
    rows = Book(abroad.database("city")).since(0, limit=10)
    assert [(row["what"], row["by"]) for row in rows] == [
        ("subscriber_add", "operator command"), ("subscriber_suspend", "operator command")]
    assert rows[0]["after"]["facts"] == "events.visit_recorded.*"


def test_without_the_citys_virtual_host_it_says_what_to_do(
    typed: Typed, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CITY_VHOST", "not-there")
    with pytest.raises(ValueError, match=r"no virtual host not-there .* xiangxin topology declare"):
        typed("add", name, "--facts", VISIT)
    monkeypatch.delenv("RABBITMQ_API")
    with pytest.raises(ValueError, match="RABBITMQ_API is missing"):
        typed("add", name, "--facts", VISIT)
