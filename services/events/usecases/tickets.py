"""Tickets of this service: its vault's digest is what makes their mark."""

from __future__ import annotations

from services.events.domain import ticket
from services.events.domain.broken import NotConfirmed
from services.events.domain.registration import Registration
from services.events.domain.session import Session
from services.events.usecases.application import Events


def ticket_of(app: Events, registration_id: str) -> str:
    """The text of the ticket; the same at every call."""
    return ticket.ticket_of(registration_id, digest=app.vault.digest)


def registration_id_of(app: Events, text: str) -> str:
    """Whose ticket was read; a bare registration id is taken as it is. Raises BadTicket."""
    return ticket.read_ticket(text, digest=app.vault.digest)


def valid_ticket(app: Events, registration_id: str) -> tuple[Registration, Session, str]:
    """A registration with a place, its session and ticket.

    Raises UnknownRegistration; NotConfirmed for who waits or has cancelled.
    """
    registration = app.store.registrations.one(registration_id)
    if registration.status != "confirmed":
        raise NotConfirmed(registration.status)
    session = app.store.sessions.one(registration.session_id)
    return registration, session, ticket_of(app, registration_id)
