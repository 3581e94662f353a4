"""Scans at the desk: what several gates read at the same moment is committed together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from kernel.answers import Answer, Once, Outcome
from kernel.group_commit import GroupCommit
from kernel.transaction import Transaction
from services.events.usecases.application import Events
from services.events.usecases.desk import CodeOf, Desk, Scan
from services.events.usecases.tickets import registration_id_of


@dataclass(frozen=True, kw_only=True)
class _Asked:
    """One scan, or with `code_of` all scans of an upload."""

    orders: tuple[Scan, ...]
    once: Once | None
    code_of: CodeOf | None = None


def order_of(app: Events, session_id: str, told: Mapping[str, Any], *,
             gate: str | None = None) -> Scan:
    """The order in what a door was told: {registration_id | ticket, direction, nonce, …}.

    `forced` is {reason}; `gate` holds where the scan names none. Raises BadTicket.
    """
    fields = {**told, "gate": told.get("gate") or gate}
    written = fields.pop("ticket", None)
    if written is not None:
        fields["registration_id"] = registration_id_of(app, written)
    if forced := fields.pop("forced", None):
        fields["forced"] = forced["reason"]
    return Scan(session_id=session_id, **fields)


def scan(app: Events, order: Scan, *, once: Once | None = None) -> Answer:
    """Records the scan once per nonce and tells it for each person; safe to repeat.

    Raises the rules of the desk (C-06, C-08), UnknownSession, UnknownRegistration, NonceReused;
    Unavailable and Overloaded.
    """
    return _line(app, order.session_id).submit(_Asked(orders=(order,), once=once))


def upload(app: Events, session_id: str, orders: Sequence[Scan], *, code_of: CodeOf,
           once: Once | None = None) -> Answer:
    """What an offline desk collected, safe to repeat (C-13).

    {"results": [{nonce, status, code?, answer?}, …]} in the order given: accepted, repeated (the
    nonce is known), conflict (the party was inside already: kept, listed, not booked) or refused
    with the code of the rule. One bad scan does not fail the others; the order in which scans and
    uploads come does not matter. Raises UnknownSession, Unavailable, Overloaded.
    """
    sent = tuple(replace(each, uploaded=True) for each in orders)
    asked = _Asked(orders=_with_leaving(sent), once=once, code_of=code_of)
    return _line(app, session_id).submit(asked)


def _with_leaving(orders: tuple[Scan, ...]) -> tuple[Scan, ...]:
    """Each check-in with the next check-out of the same party in the same upload."""
    out: dict[tuple[str, str | None], list[datetime]] = {}
    for order in orders:
        if order.direction == "out" and order.at is not None:
            out.setdefault((order.registration_id, order.person_ref), []).append(order.at)

    def leaves_at(order: Scan) -> datetime | None:
        moments = out.get((order.registration_id, order.person_ref), [])
        return min((at for at in moments if order.at and at > order.at), default=None)

    return tuple(
        replace(each, leaves_at=leaves_at(each)) if each.direction == "in" else each
        for each in orders
    )


def _line(app: Events, session_id: str) -> GroupCommit[_Asked, Answer]:
    return app.lines.of(f"desk {session_id}", partial(_commit, app, session_id))


def _commit(app: Events, session_id: str, asked: list[_Asked]) -> list[Outcome]:
    def work(transaction: Transaction, places: list[int]) -> list[Outcome]:
        group = [asked[place] for place in places]
        desk = Desk(app, app.store.sessions.one(session_id, within=transaction), transaction)
        desk.look_up([order for each in group for order in each.orders])
        outcomes = [_outcome(desk, each) for each in group]
        desk.save()
        return outcomes

    return app.transactions.answer_all([each.once for each in asked], work)


def _outcome(desk: Desk, asked: _Asked) -> Outcome:
    if asked.code_of is None:
        return desk.outcome(asked.orders[0])
    results: dict[int, Answer] = {}
    for place in sorted(range(len(asked.orders)), key=lambda place: _when(asked.orders[place])):
        results[place] = desk.uploaded(asked.orders[place], asked.code_of)
    return {"results": [results[place] for place in range(len(asked.orders))]}


def _when(order: Scan) -> tuple[bool, float]:
    """In order of time, what happened just now last."""
    return order.at is None, order.at.timestamp() if order.at else 0.0
