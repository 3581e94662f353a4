"""The ledger as certificates and stars see it: what each session is worth now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.volunteers.domain.certificates.certificate import Credit
from services.volunteers.domain.entry import Entry
from services.volunteers.usecases import App, lines_of
from services.volunteers.usecases.certificates.application import Ledger


def effective_of(app: App) -> Ledger:
    """Reads the ledger of `app`; held lines are worth nothing and are left out.

    The hours of all references of a person are shown as one (C-35).
    """

    def effective(person_ref: str, *, first: date | None, last: date | None) -> Sequence[Credit]:
        return [
            _credit(entry)
            for reference in app.references(person_ref)
            for entry in lines_of(app, reference, first=first, last=last)
            if entry.state == "credited"
        ]

    return effective


def _credit(entry: Entry) -> Credit:
    session = entry.session
    return Credit(
        session_id=session.session_id, title=session.title, programme=session.programme,
        starts_at=session.starts_at, ends_at=session.ends_at, minutes=entry.minutes,
        basis=entry.basis, confidential=session.confidential,
    )
