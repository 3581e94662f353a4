"""The list for a desk without signal: every entry opens only with its own ticket."""

from __future__ import annotations

import json
import secrets
from base64 import b64encode
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kernel.rights import Sight
from kernel.transaction import Transaction
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases.application import Events
from services.events.usecases.contacts import Contact, contacts_of
from services.events.usecases.seeing import saw
from services.events.usecases.tickets import ticket_of

INFO = b"xiangxin offline list 1"
PIECE = 512  # entries are padded to a multiple of so many bytes: their length tells little
NONCE = 12


def offline_list(app: Events, session_id: str, *, sight: Sight) -> dict[str, Any]:
    """Everybody with a place, by the SHA-256 of their ticket; `sight`: what the caller may see.

    {session_id, made_at, starts_at, ends_at, opens_before, entries: {hash: base64}}. An entry is
    12 bytes of nonce and AES-256-GCM of {registration_id, size, names, seats} with the hash as
    associated data; its key is HKDF-SHA256 of the ticket, salted with the session's id. Of a
    confidential session names are left out unless the caller may see them, of others they are
    masked. A list that is lost gives nobody's name away. Raises UnknownSession.
    """

    def work(transaction: Transaction) -> tuple[dict[str, Any], dict[str, Contact]]:
        session = app.store.sessions.one(session_id, within=transaction)
        registrations = app.store.registrations.confirmed(session_id, within=transaction)
        contacts: dict[str, Contact] = {}
        if sight.shows(confidential=session.confidential):
            people = {ref for each in registrations for ref in each.party}
            contacts = contacts_of(app, people, sight=sight, within=transaction)
        entries = dict(
            _entry(session, ticket_of(app, each.registration_id), _told(each, contacts))
            for each in registrations
        )
        return {
            "session_id": session_id, "made_at": transaction.now.isoformat(),
            "starts_at": session.starts_at.isoformat(), "ends_at": session.ends_at.isoformat(),
            "opens_before": int(app.policy.desk.opens_before.total_seconds()),
            "entries": dict(sorted(entries.items())),
        }, contacts

    made, named = app.transactions.look(work)
    saw(app, named)
    return made


def _told(registration: Registration, contacts: dict[str, Contact]) -> dict[str, Any]:
    return {
        "registration_id": registration.registration_id,
        "size": registration.size,
        "names": [contacts[ref].name for ref in registration.party if ref in contacts],
        "seats": list(registration.party),
    }


def _entry(session: Session, ticket: str, told: dict[str, Any]) -> tuple[str, str]:
    place = sha256(ticket.encode()).hexdigest()
    text = json.dumps(told, ensure_ascii=False).encode()
    padded = text + b" " * (-len(text) % PIECE)
    nonce = secrets.token_bytes(NONCE)
    sealed = AESGCM(entry_key(ticket, session.session_id)).encrypt(nonce, padded, place.encode())
    return place, b64encode(nonce + sealed).decode()


def entry_key(ticket: str, session_id: str) -> bytes:
    """The key of a ticket's entry, 32 bytes."""
    derive = HKDF(algorithm=SHA256(), length=32, salt=session_id.encode(), info=INFO)
    return derive.derive(ticket.encode())
