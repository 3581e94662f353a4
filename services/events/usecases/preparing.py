"""Preparing a party before sign-up opens, and its one turn after: nothing is typed in the rush."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import NotOpenYet, SamePersonTwice, UnknownPrepared
from services.events.domain.person import Guardian, Newcomer, Person, check_age
from services.events.domain.session import Session
from services.events.domain.signup import check_open, check_party
from services.events.store.prepared import Prepared
from services.events.usecases.application import Events
from services.events.usecases.book import Caller
from services.events.usecases.limiting import count_sign_up
from services.events.usecases.signing_up import sign_up

KEPT_AFTER = timedelta(days=1)  # beyond the end of sign-up


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """What the waiting page shows. `party` is empty once the registration is there; `others` are
    the parties prepared for the session, this one among them; `now` is the server's time."""

    prepared_id: str
    session: Session
    party: tuple[Newcomer, ...]
    registration_id: str | None
    others: int
    now: datetime


def prepare(app: Events, session_id: str, members: Sequence[Newcomer], *, caller: Caller) -> str:
    """Keeps the party sealed until a day after sign-up ends; the id that opens its waiting page.

    Whatever can be found wrong with it before opening is raised now, as at sign-up; also
    UnknownSession, SessionClosed, TooManyTries. With a key it is safe to repeat: the id is made
    from it, and like one drawn by lot nobody can guess it.
    """
    session = app.store.sessions.one(session_id)
    _check(app, session, members)
    count_sign_up(app, [app.vault.digest(each.identity()) for each in members], caller)
    sealed = app.vault.seal(json.dumps([_written(each) for each in members]))

    def work(transaction: Transaction) -> Answer:
        once = caller.once
        wanted = app.vault.digest(f"prepared {once.key}")[:32] if once else transaction.new_id()
        try:
            app.store.prepared.one(wanted, within=transaction)
        except UnknownPrepared:
            app.store.prepared.add(
                Prepared(
                    prepared_id=wanted, session_id=session_id, sealed=sealed,
                    prepared_at=transaction.now, expires=session.signup_ends_at + KEPT_AFTER,
                    people=_digests(app, members),
                ), within=transaction,
            )
        return {"prepared_id": wanted}

    return str(app.transactions.run(work)["prepared_id"])


def find_prepared(app: Events, prepared_id: str) -> Waiting:
    """The party and how long it has to wait. Raises UnknownPrepared."""
    prepared = app.store.prepared.one(prepared_id)
    return Waiting(
        prepared_id=prepared_id, session=app.store.sessions.one(prepared.session_id),
        party=_party(app, prepared), registration_id=prepared.registration_id,
        others=app.store.prepared.count(prepared.session_id), now=app.clock(),
    )


def take_turn(app: Events, prepared_id: str, *, caller: Caller) -> Answer:
    """Signs the prepared party up; answers with its registration, and erases what was typed.

    Safe to repeat at any time, also after a lost connection: the key is the prepared party's id.
    Raises UnknownPrepared and whatever `sign_up` raises, TooManyTries never.
    """
    prepared = app.store.prepared.one(prepared_id)
    if prepared.registration_id is not None:
        return {"registration_id": prepared.registration_id}
    once = Once(f"prepared {prepared_id}", prepared_id)
    made = sign_up(app, prepared.session_id, _party(app, prepared),
                   caller=replace(caller, once=once, is_prepared=True))
    registration_id = made["registration_id"]
    app.transactions.run(
        lambda transaction: app.store.prepared.use(
            prepared_id, registration_id, within=transaction
        )
    )
    return made


def _check(app: Events, session: Session, members: Sequence[Newcomer]) -> None:
    with suppress(NotOpenYet):  # what preparing is for
        check_open(session, app.clock(), staff=False)
    check_party(session, tuple(each.seat for each in members), limit=app.policy.party_limit)
    seen: set[str] = set()
    for place, member in enumerate(members):
        if member.identity() in seen:
            raise SamePersonTwice(place)
        seen.add(member.identity())
        guardian = member.guardian.identity() if member.guardian else None
        check_age(place, Person(person_ref=member.identity(), birth_date=member.birth_date,
                                guardian_ref=guardian), session)


def _digests(app: Events, members: Sequence[Newcomer]) -> tuple[str, ...]:
    people = {each.identity() for each in members}
    people |= {each.guardian.identity() for each in members if each.guardian}
    return tuple(sorted(map(app.vault.digest, people)))


def _written(member: Newcomer) -> dict[str, Any]:
    born, guardian = member.birth_date, member.guardian
    return {**vars(member), "birth_date": born.isoformat() if born else None,
            "guardian": vars(guardian) if guardian else None}


def _party(app: Events, prepared: Prepared) -> tuple[Newcomer, ...]:
    if prepared.sealed is None:
        return ()
    return tuple(map(_read, json.loads(app.vault.open(prepared.sealed))))


def _read(written: dict[str, Any]) -> Newcomer:
    born, guardian = written["birth_date"], written["guardian"]
    return Newcomer(**{
        **written, "birth_date": date.fromisoformat(born) if born else None,
        "guardian": Guardian(**guardian) if guardian else None,
    })
