"""The ledger as certificates and stars see it: what each session is worth now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.volunteers.domain.certificates.certificate import Credit
from services.volunteers.usecases import App, lines_of
from services.volunteers.usecases.certificates.application import Ledger


def effective_of(app: App) -> Ledger:
    """Reads the ledger of `app`; held lines are worth nothing and are left out."""

    def effective(person_ref: str, *, first: date | None, last: date | None) -> Sequence[Credit]:
        entries = lines_of(app, person_ref, first=first, last=last)
        return [
            Credit(
                session_id=entry.session.session_id, title=entry.session.title,
                programme=entry.session.programme, starts_at=entry.session.starts_at,
                ends_at=entry.session.ends_at, minutes=entry.minutes, basis=entry.basis,
                confidential=entry.session.confidential,
            )
            for entry in entries if entry.state == "credited"
        ]

    return effective
