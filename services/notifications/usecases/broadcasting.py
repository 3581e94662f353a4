"""Broadcasts: tried without sending, drafted, decided by somebody else, stopped (C-17)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from contracts.session import SessionRef
from kernel.acting import Acting
from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.notifications.domain import broadcast as rules
from services.notifications.domain.audience import Group, SignedUp, people
from services.notifications.domain.broadcast import Broadcast, Kind
from services.notifications.domain.broken import BadWords, NobodyThere, UnknownActivity
from services.notifications.domain.text import InvalidText, segments
from services.notifications.usecases.application import App
from services.notifications.usecases.consenting import reasons_by_person

SHOWN = 3  # different texts shown of a trial


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be said to whom: to those of `groups` in the activity, or in one session of it."""

    kind: Kind
    activity_id: str
    groups: tuple[Group, ...]
    session_id: str | None = None
    text: str = ""
    choice: str | None = None


@dataclass(frozen=True, kw_only=True)
class Example:
    """A text as it would arrive, its segments, and how many people would get it."""

    text: str
    segments: int
    people: int


@dataclass(frozen=True, kw_only=True)
class Trial:
    """Whom a broadcast would reach now, whom not and why, and what it would cost in segments."""

    signups: int
    people: int
    no_number: int
    opted_out: int
    no_consent: int
    same_number: int
    reached: int
    segments: int
    examples: tuple[Example, ...]


@dataclass(frozen=True, kw_only=True)
class Audience:
    """Those that a broadcast speaks to: each person once, with the sign-up that is spoken of.
    `signups` are all of the chosen groups, so that one sees what was counted once."""

    sessions: Mapping[str, SessionRef]
    signups: int
    people: Mapping[str, SignedUp]

    @property
    def confidential(self) -> bool:
        return any(each.confidential for each in self.sessions.values())

    def session_of(self, person_ref: str) -> SessionRef:
        return self.sessions[self.people[person_ref].session_id]


def audience_of(app: App, activity_id: str, session_id: str | None,
                groups: tuple[Group, ...]) -> Audience:
    """Who takes part now. Raises UnknownActivity, Unavailable."""
    sessions = app.store.sessions.of_activity(activity_id)
    if not sessions or (session_id is not None and session_id not in sessions):
        raise UnknownActivity
    signups = app.store.audience.of_activity(activity_id, session_id)
    return Audience(sessions=sessions, signups=sum(each.standing in groups for each in signups),
                    people=people(signups, sessions, groups, app.clock()))


def tried(app: App, order: Order, *, by: Acting) -> Trial:
    """Whom the order would reach, without keeping or sending anything (a dry run).

    Raises UnknownActivity, CaseworkersOnly, BadWords that names the field.
    """
    there = audience_of(app, order.activity_id, order.session_id, order.groups)
    rules.check_may_see(by, confidential=there.confidential)
    rules.check_words(order.kind, order.text, order.choice, confidential=there.confidential)
    return _trial(app, order.kind, rules.values_of(order.text, order.choice), there)


def draft(app: App, order: Order, *, by: Acting, once: Once | None = None) -> Answer:
    """Keeps a draft for somebody else to decide on: {broadcast_id, state, expires_at}.

    Safe to repeat with a key. Raises as `tried`, and NobodyThere.
    """
    trial = tried(app, order, by=by)
    if not trial.reached:
        raise NobodyThere
    there = audience_of(app, order.activity_id, order.session_id, order.groups)

    def work(within: Transaction) -> Answer:
        made = Broadcast(
            broadcast_id=within.new_id(), kind=order.kind, activity_id=order.activity_id,
            session_id=order.session_id, groups=order.groups, words=order.text,
            choice=order.choice, confidential=there.confidential, made_by=by, made_at=within.now,
            expires_at=within.now + app.terms.approval_within,
        )
        app.store.broadcasts.add(made, within=within)
        return {"broadcast_id": made.broadcast_id, "state": made.state,
                "expires_at": made.expires_at.isoformat()}

    return app.transactions.write(once, work)


def doubled(there: Audience, numbers: Mapping[str, str]) -> set[str]:
    """People of one session whose telephone gets the text already for somebody before them: a
    family with one number is told once."""
    seen: set[tuple[str, str]] = set()
    again: set[str] = set()
    for person_ref, number in sorted(numbers.items()):
        place = (there.people[person_ref].session_id, number)
        again |= {person_ref} if place in seen else set()
        seen.add(place)
    return again


def trial_of(app: App, broadcast: Broadcast) -> Trial:
    """Whom it would reach if it were approved now."""
    there = audience_of(app, broadcast.activity_id, broadcast.session_id, broadcast.groups)
    return _trial(app, broadcast.kind, broadcast.values, there)


def approve(app: App, broadcast_id: str, *, by: Acting, once: Once | None = None) -> Answer:
    """Lets it be queued: {broadcast_id, state}. Safe to repeat with a key.

    Raises UnknownBroadcast, SelfMade (C-17), CaseworkersOnly, AlreadyDecided.
    """
    def work(within: Transaction) -> Broadcast:
        return rules.approved(_one(app, broadcast_id, within), by, within.now)

    return _decide(app, work, once)


def refuse(app: App, broadcast_id: str, reason: str, *, by: Acting,
           once: Once | None = None) -> Answer:
    """Ends it unsent, with the reason. As `approve`."""
    def work(within: Transaction) -> Broadcast:
        return rules.refused(_one(app, broadcast_id, within), by, reason, within.now)

    return _decide(app, work, once)


def stop(app: App, broadcast_id: str, reason: str, *, by: Acting,
         once: Once | None = None) -> Answer:
    """What has not left is not sent, and a draft is withdrawn: {broadcast_id, state}.

    Safe to repeat with a key. Raises UnknownBroadcast, AlreadyDecided.
    """
    def work(within: Transaction) -> Broadcast:
        return rules.stopped(_one(app, broadcast_id, within), by, reason, within.now)

    return _decide(app, work, once)


def _one(app: App, broadcast_id: str, within: Transaction) -> Broadcast:
    return app.store.broadcasts.one(broadcast_id, within=within)


def _decide(app: App, decide: Callable[[Transaction], Broadcast], once: Once | None) -> Answer:
    def work(within: Transaction) -> Answer:
        decided = decide(within)
        app.store.broadcasts.save(decided, within=within)
        within.note({}, {"broadcast_id": decided.broadcast_id, "state": decided.state})
        return {"broadcast_id": decided.broadcast_id, "state": decided.state}

    return app.transactions.write(once, work)


def _trial(app: App, kind: Kind, values: Mapping[str, object], there: Audience) -> Trial:
    numbers = app.store.contacts.numbers(there.people)
    unwanted = reasons_by_person(app, [(kind, each) for each in numbers], numbers)
    why_not = Counter(unwanted.values())
    again = doubled(there, numbers)
    wanted = [each for each in numbers if (kind, each) not in unwanted]
    reached = [each for each in wanted if each not in again]
    by_session = Counter(there.people[each].session_id for each in reached)
    examples: Counter[str] = Counter()
    for session_id, count in by_session.items():
        examples[_rendered(app, kind, there.sessions[session_id], values)] += count
    shown = [Example(text=text, segments=segments(text), people=count)
             for text, count in examples.most_common()]
    return Trial(
        signups=there.signups, people=len(there.people), reached=len(reached),
        no_number=len(there.people) - len(numbers), opted_out=why_not["opted_out"],
        no_consent=why_not["no_consent"], same_number=len(wanted) - len(reached),
        examples=tuple(shown[:SHOWN]),
        segments=sum(each.segments * each.people for each in shown),
    )


def _rendered(app: App, kind: Kind, session: SessionRef, values: Mapping[str, object]) -> str:
    try:
        return app.texts.render(kind, session, values).text
    except InvalidText as fault:
        raise BadWords("text", rules.said(fault)) from fault
