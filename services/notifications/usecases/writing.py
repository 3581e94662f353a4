"""Facts become messages, one for each person and purpose, and contacts become sealed numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from contracts.events import ContactForgotten, ContactRecorded
from contracts.volunteers_people import AccountRecovered
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.notifications.domain.decision import SAID, joined, matter_of, waits_for_decision
from services.notifications.domain.life import hold, settle
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
    """Keeps each person's latest number, sealed; messages that waited for it may leave.

    Who was forgotten has none any more, whatever comes later, nor any text (C-29). No message goes
    to a telephone that its owner gave up (C-35): where they signed up with another since, events
    tells that one of the old reference as well. Safe to repeat, in any order.
    """

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        contacts = app.store.contacts
        latest: dict[str, tuple[int, str]] = {}
        forgotten, outdated = [], []
        for envelope in sorted(fresh, key=lambda one: one.sequence):
            match envelope.fact():
                case ContactRecorded(person_ref=ref, phone=phone):
                    latest[ref] = (envelope.sequence, phone)
                case ContactForgotten(person_ref=ref):
                    forgotten.append(ref)
                case AccountRecovered(person_ref=ref, now_ref=None):
                    outdated.append(ref)
        known = contacts.sequences(latest, within=transaction)
        newer = {who: told for who, told in latest.items() if told[0] > known.get(who, 0)}
        contacts.outdate(outdated, within=transaction)
        contacts.keep(newer, within=transaction)
        contacts.forget(forgotten, within=transaction)
        shown = app.store.messages.forget(forgotten, within=transaction) if forgotten else []
        app.store.phone.forget(shown, within=transaction)
        app.store.messages.hurry(newer, within=transaction)

    app.transactions.hear(KEEP_CONTACTS, heard, work)


def _write(app: App, transaction: Transaction, heard: list[Envelope]) -> list[Message]:
    """The messages whose state is another now: the new ones, and earlier ones that became stale."""
    by_id: dict[str, tuple[Message, Envelope]] = {}
    for envelope in heard:
        for message in _messages(app, envelope, transaction.now):
            by_id[message.message_id] = (message, envelope)
    there = app.store.messages.written(by_id, within=transaction)
    new = [message for message, _ in by_id.values() if message.message_id not in there]
    subjects = {each for one in new for each in (one.registration_id, one.matter) if each}
    earlier = app.store.messages.of_subjects(subjects, within=transaction)
    weighed = weigh(new, earlier)
    together = joined(weighed.new, earlier)
    app.store.messages.suppress(weighed.stale, "superseded", within=transaction)
    app.store.messages.suppress(together.stale, SAID, within=transaction)
    app.store.messages.add(together.new, within=transaction)
    for message in together.new:
        tell(transaction, "queued", message, cause=by_id[message.message_id][1])
    stale = {**dict.fromkeys(weighed.stale, "superseded"), **dict.fromkeys(together.stale, SAID)}
    return together.new + [settle(each, "suppressed", stale[each.message_id]) for each in earlier
                           if each.message_id in stale]


def _messages(app: App, envelope: Envelope, now: datetime) -> Iterator[Message]:
    fact = envelope.fact()
    said = notice(fact, app.rules, told_at=envelope.time)
    for person_ref in said.recipients:
        message = Message(
            event_id=envelope.id, person_ref=person_ref, purpose=said.purpose,
            deadline=said.deadline, sequence=envelope.sequence,
            registration_id=said.registration_id, consent_id=said.consent_id,
            matter=matter_of(fact, envelope.time), session=said.session, values=said.values,
            look_at=now, correlation=envelope.correlationid,
        )
        yield _filled(app, message, said, now)


def _filled(app: App, message: Message, said: Notice, now: datetime) -> Message:
    """With its text, or at rest at once when it is not to be sent."""
    if said.kept_back:
        return settle(message, "suppressed", said.kept_back)
    filled = placed(app, message, now)
    if filled.state == "queued" and waits_for_decision(filled):
        return hold(filled, "decision_may_follow", now + app.rules.decision_wait)
    return filled
