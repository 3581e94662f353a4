"""Codes for whoever signs in: said to a number, whoever's it is, and forgotten when they are over.

The number goes by a reference of its own, made of its keyed hash, and never by that of a person we
know: so a code leaves the same way whether or not somebody is known by the number.
"""

from __future__ import annotations

from collections.abc import Mapping

from contracts.events import SignInCodeMade
from kernel.envelope import Envelope
from kernel.metrics import count
from kernel.transaction import Transaction
from services.notifications.domain.message import Message
from services.notifications.usecases.application import App
from services.notifications.usecases.inbound import REF
from services.notifications.usecases.telling import counted, tell
from services.notifications.usecases.wording import placed

SEND_CODES = "notifications.send-codes"
DOING: Mapping[str, str] = {
    "sign_in": "登录", "change_phone": "更换手机号", "join_family": "加入家庭",
}


def send_codes(app: App, heard: list[Envelope]) -> None:
    """Queues each code that is still of use; one that comes too late is at rest at once. Safe to
    repeat."""
    written: list[Message] = []

    def work(transaction: Transaction, fresh: list[Envelope]) -> None:
        written[:] = [_written(app, envelope, transaction) for envelope in fresh]

    app.transactions.hear(SEND_CODES, heard, work)
    for message in written:
        counted(message)


def forget_codes(app: App) -> int:
    """Forgets the texts of codes that are over, within a minute; how many. Safe to repeat, in
    several processes. Raises Unavailable."""
    done = app.store.retention.forget_codes(app.clock())
    if done:
        count("xiangxin_sms_forgotten_total", done, what="codes")
    return done


def _written(app: App, envelope: Envelope, transaction: Transaction) -> Message:
    fact = envelope.fact()
    assert isinstance(fact, SignInCodeMade)
    who = f"number-{app.store.contacts.digest(fact.phone)[:REF]}"
    app.store.contacts.keep({who: (1, fact.phone)}, within=transaction)
    message = placed(app, Message(
        event_id=envelope.id, person_ref=who, purpose="sign_in_code", deadline=fact.until,
        sequence=envelope.sequence, values={"code": fact.code, "doing": DOING[fact.doing]},
        look_at=transaction.now, correlation=envelope.correlationid,
    ), transaction.now)
    app.store.messages.add([message], within=transaction)
    tell(transaction, "queued", message, cause=envelope)
    return message
