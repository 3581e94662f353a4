"""The console's pages about persons, in memory, before two members of staff and a caseworker."""

from __future__ import annotations

from kernel.rights import EVERYTHING, Rights
from services.volunteers.store.stars import Stars
from services.volunteers.usecases.stars.application import StarOffice, unrated
from tests.acting import TRUST
from tests.unit.volunteers.certifying import Ledger
from tests.unit.volunteers.desk import Desk
from tests.unit.volunteers.office import Office

CLERK = Rights(staff=True, permissions=EVERYTHING, actor="reception")
CASEWORKER = Rights(staff=True, permissions=TRUST, actor="checker",
                    roles=frozenset({"caseworker"}))


class Counter(Desk):
    """A desk with a register and stars behind it."""

    def __init__(self, office: Office, rights: Rights = CLERK) -> None:
        super().__init__(office.app, rights)
        self.register = office.register  # type: ignore[assignment]
        self.stars = StarOffice(  # type: ignore[assignment]
            transactions=office.register.transactions, store=Stars(office.database), schemes=(),
            ledger=Ledger(), ends=tuple, quality=unrated, references=office.register.references,
        )


def where(answer: object) -> tuple[int, str]:
    """Status and where the browser is sent on to."""
    return answer.status_code, answer.location or ""  # type: ignore[attr-defined]


def said(answer: object) -> str:
    """The page."""
    return str(answer.get_data(as_text=True))  # type: ignore[attr-defined]
