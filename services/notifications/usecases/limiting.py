"""A place for each message that is about to leave, in what its telephone may get (N-16)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from kernel.mongo import Unavailable
from services.notifications.domain.lanes import lane_of, number_of
from services.notifications.domain.life import hold, settle
from services.notifications.domain.limits import Limits, Sent, fails_open, free_at, noted
from services.notifications.domain.message import UNSENT, Message
from services.notifications.store.telephones import Telephone
from services.notifications.usecases.application import App
from services.notifications.usecases.checking import Checked

ROUNDS = 5  # against other workers who count for the same number
AGAIN = timedelta(minutes=1)  # until one that could not be counted is looked at again


def limited(app: App, leaving: Sequence[Checked]) -> list[Checked]:
    """The same messages, each with its place taken, or held until a place is free, or suppressed
    when that is too late to be of use. Those that come first are served first.

    When the counts cannot be read or written, what is about a person's place leaves uncounted,
    and everything else waits. Safe to repeat: a message takes one place, whenever it is tried.
    """
    if not app.limits.windows or not leaving:
        return list(leaving)
    now = app.clock()
    leaving = sorted(leaving, key=_rank)
    wanted = {each.message.message_id: _wanted(app, each, now) for each in leaving}
    try:
        free = _taken(app, leaving, wanted, now)
    except Unavailable:
        free = {}
    return [_decided(each, free.get(each.message.message_id), now) for each in leaving]


def _rank(each: Checked) -> tuple[int, int]:
    return number_of(lane_of(each.message.purpose)), each.message.sequence


def _taken(app: App, leaving: Sequence[Checked], wanted: dict[str, tuple[str, Sent]],
           now: datetime) -> dict[str, datetime]:
    """By message, when it may leave, with its place taken if that is now; without those whose
    telephone others kept counting for."""
    free: dict[str, datetime] = {}
    left = {hash for hash, _ in wanted.values()}
    for _ in range(ROUNDS):
        before = app.store.telephones.read(left)
        after = dict(before)
        decided: dict[str, datetime] = {}
        for each in leaving:
            hash, sent = wanted[each.message.message_id]
            if hash not in left:
                continue
            at = free_at(sent, after[hash].sent, each.message.purpose, app.limits)
            decided[each.message.message_id] = at
            if at <= now:
                after[hash] = _with(after[hash], sent, app.limits)
        lost = app.store.telephones.write(
            _changed(before.values(), after), until=now + app.limits.longest
        )
        free |= {id: at for id, at in decided.items() if wanted[id][0] not in lost}
        left = lost
        if not left:
            break
    return free


def _changed(before: Iterable[Telephone], after: dict[str, Telephone]) -> list[Telephone]:
    return [after[each.hash] for each in before if after[each.hash].sent != each.sent]


def _with(telephone: Telephone, sent: Sent, limits: Limits) -> Telephone:
    return replace(telephone, sent=noted(sent, telephone.sent, limits))


def _wanted(app: App, each: Checked, now: datetime) -> tuple[str, Sent]:
    """The telephone's hash and the place that is wanted there."""
    said = app.store.telephones.said(each.message.text)
    place = Sent(message_id=each.message.message_id, at=now, said=said)
    return app.store.contacts.digest(each.number), place


def _decided(each: Checked, free: datetime | None, now: datetime) -> Checked:
    if free is None:
        return each if fails_open(each.message.purpose) else replace(
            each, rest=lambda one: hold(one, "limit_unknown", now + AGAIN))
    if free <= now:
        return each
    if free >= each.message.deadline:
        return replace(each, rest=_suppressed)
    return replace(each, rest=lambda one: hold(one, "limit", free))


def _suppressed(message: Message) -> Message:
    return settle(message, "suppressed", "limited") if message.state in UNSENT else message
