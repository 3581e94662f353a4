"""Facts become messages, one for each person and purpose, and contacts become sealed numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import cast

from contracts.events import ContactRecorded
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.notifications.domain.life import settle
from services.notifications.domain.message import Message
from services.notifications.domain.notice import Notice, notice
from services.notifications.domain.registration import weigh
from services.notifications.usecases.application import App
from services.notifications.usecases.telling import counted, tell
from services.notifications.usecases.wording import placed

WRITE_MESSAGES = "notifications.write-messages"
ASK_GUARDIANS = "notifications.ask-guardians"
KEEP_CONTACTS = "notifications.keep-contacts"


def write_messages(app: App, heard: list[Envelope]) -> None:
    """Queues what these facts are worth saying. Safe to repeat, in any order (N-1, N-14)."""
    _hear(app, WRITE_MESSAGES, heard)


def ask_guardians(app: App, heard: list[Envelope]) -> None:
    """The same for facts that come by the private exchange, because they hold a code."""
    _hear(app, ASK_GUARDIANS, heard)


def _hear(app: App, consumer: str, heard: list[Envelope]) -> None:
    written: list[Message] = []

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        written[:] = _write(app, transaction, fresh)

    app.transactions.hear(consumer, heard, work)
    for message in written:
        counted(message)


def keep_contacts(app: App, heard: list[Envelope]) -> None:
    """Keeps each person's latest number, sealed; messages that waited for it may leave."""

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        latest: dict[str, tuple[int, str]] = {}
        for envelope in sorted(fresh, key=lambda one: one.sequence):
            fact = cast(ContactRecorded, envelope.fact())
            latest[fact.person_ref] = (envelope.sequence, fact.phone)
        known = app.store.contacts.sequences(latest, within=transaction)
        newer = {who: told for who, told in latest.items() if told[0] > known.get(who, 0)}
        app.store.contacts.keep(newer, within=transaction)
        app.store.messages.hurry(newer, within=transaction)

    app.transactions.hear(KEEP_CONTACTS, heard, work)


def _write(app: App, transaction: Transaction, heard: list[Envelope]) -> list[Message]:
    by_id: dict[str, tuple[Message, Envelope]] = {}
    for envelope in heard:
        for message in _messages(app, envelope, transaction.now):
            by_id[message.message_id] = (message, envelope)
    there = app.store.messages.written(by_id, within=transaction)
    new = [message for message, _ in by_id.values() if message.message_id not in there]
    registrations = {message.registration_id for message in new if message.registration_id}
    earlier = app.store.messages.of_registrations(registrations, within=transaction)
    weighed = weigh(new, earlier)
    app.store.messages.suppress(weighed.stale, "superseded", within=transaction)
    app.store.messages.add(weighed.new, within=transaction)
    for message in weighed.new:
        tell(transaction, "queued", message, cause=by_id[message.message_id][1])
    return weighed.new


def _messages(app: App, envelope: Envelope, now: datetime) -> Iterator[Message]:
    said = notice(envelope.fact(), app.rules, told_at=envelope.time)
    for person_ref in said.recipients:
        message = Message(
            event_id=envelope.id, person_ref=person_ref, purpose=said.purpose,
            deadline=said.deadline, sequence=envelope.sequence,
            registration_id=said.registration_id, consent_id=said.consent_id,
            session=said.session, values=said.values,
            look_at=now, correlation=envelope.correlationid,
        )
        yield _filled(app, message, said, now)


def _filled(app: App, message: Message, said: Notice, now: datetime) -> Message:
    """With its text, or at rest at once when it is not to be sent."""
    if said.kept_back:
        return settle(message, "suppressed", said.kept_back)
    return placed(app, message, now)
