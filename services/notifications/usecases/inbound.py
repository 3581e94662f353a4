"""Replies from telephones: an opt-out or its end, taken once and confirmed once (N-19)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from kernel.contact import normalise_phone
from kernel.metrics import count
from kernel.transaction import Transaction
from services.notifications.domain.consent import Inbound, Wish, Word, word_of
from services.notifications.domain.message import Message, Purpose
from services.notifications.usecases.application import App
from services.notifications.usecases.telling import counted
from services.notifications.usecases.wording import worded

REF = 24  # characters of a keyed hash that stand for a number where people look
ANSWER_WITHIN = timedelta(hours=24)  # a confirmation is of use on the day it was asked for
_ANSWERS: dict[Word, Purpose] = {"stop": "opted_out", "start": "opted_in"}


def take(app: App, inbounds: Iterable[Inbound]) -> int:
    """Writes each reply down before it is answered; returns how many said something we heed.

    Safe to repeat: a reply is known by its provider and sequence id. Each is a transaction of its
    own, so that one does not lose the others. Raises Unavailable.
    """
    heeded = 0
    for inbound in inbounds:
        number = normalise_phone(inbound.number)
        word = word_of(inbound.text) if number else None
        told = app.transactions.run(partial(_take, app, inbound, number, word))
        heeded += told is not None
        count("xiangxin_sms_inbound_total", provider=inbound.provider, word=word or "other")
        if isinstance(told, Message):
            counted(told)
    return heeded


def take_one(app: App, inbound: Inbound) -> None:
    """The same for one, as a provider's own connection brings it."""
    take(app, [inbound])


def latest(app: App, *, limit: int) -> list[dict[str, Any]]:
    """The latest words of numbers, newest first, as `WishAnswer` shows them."""
    found = app.store.consents.latest(limit)
    states = app.store.messages.states([each["answer"] for each in found if each["answer"]])
    return [_shown(each["_id"], each, states) for each in found]


def look_up(app: App, number: str) -> dict[str, Any]:
    """What was last said for a number; not out, with nothing else, where nothing was."""
    digest = app.store.contacts.digest(number)
    found = app.store.consents.one(digest)
    answer = found["answer"] if found else None
    return _shown(digest, found, app.store.messages.states([answer] if answer else []))


def _shown(digest: str, wish: Mapping[str, Any] | None,
           states: Mapping[str, str]) -> dict[str, Any]:
    answer = wish["answer"] if wish else None
    return {
        "ref": digest[:REF], "out": bool(wish and wish["out"]),
        "source": wish and wish["source"], "at": wish and wish["at"],
        "confirmation_id": answer, "confirmation": states.get(answer or ""),
    }


def _take(app: App, inbound: Inbound, number: str | None, word: Word | None,
          transaction: Transaction) -> Message | Word | None:
    """The message that confirms it, the word when it says nothing new, None for anything else."""
    if app.store.consents.is_seen(inbound, within=transaction):
        return None
    app.store.consents.see(inbound, word, within=transaction)
    if number is None or word is None:
        return None
    digest, out = app.store.contacts.digest(number), word == "stop"
    known = app.store.consents.wish(digest, within=transaction)
    if (known is not None and known.out) == out:
        return word
    answer = _answer(app, inbound, number, digest, _ANSWERS[word], transaction)
    wish = Wish(out=out, at=transaction.now, source="reply")
    app.store.consents.keep_wish(digest, wish, answer=answer.message_id, within=transaction)
    app.store.messages.add([answer], within=transaction)
    return answer


def _answer(app: App, inbound: Inbound, number: str, digest: str, purpose: Purpose,
            transaction: Transaction) -> Message:
    """To the person with this number, or to the number alone when it is nobody's we know."""
    contacts = app.store.contacts
    who = contacts.person_with(digest, within=transaction)
    if who is None:
        who = f"number-{digest[:REF]}"
        contacts.keep({who: (1, number)}, within=transaction)
    return worded(app, Message(
        event_id=f"inbound {inbound.provider} {inbound.sequence_id}", person_ref=who,
        purpose=purpose, deadline=transaction.now + ANSWER_WITHIN, sequence=1,
        look_at=transaction.now,
    ))
