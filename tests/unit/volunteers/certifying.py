"""Certificates in memory: a ledger that is a list, people by name, and a press that listens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from kernel.clock import FixedClock, local_day
from kernel.memory import memory_database
from kernel.outbox import all_rows
from kernel.transaction import Once, Transactions
from kernel.tries import Tries
from kernel.vault import MemoryVault
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.certificates.broken import NotPrintable
from services.volunteers.domain.certificates.certificate import Credit, Issuer, Order
from services.volunteers.paper.sheet import Sheet
from services.volunteers.store.certificates import Certificates
from services.volunteers.store.people import People
from services.volunteers.usecases.certificates import issuing, verifying
from services.volunteers.usecases.certificates.application import Certification, Limits
from services.volunteers.usecases.certificates.names import holders
from services.volunteers.usecases.people.register import Register
from tests.unit.volunteers.builders import at

ISSUER = Issuer(name="测试区群团工作部", contact="0755-00000000", recording_unit="测试区志愿服务队")
RESIDENT = Acting(address="203.0.113.9")
STAFF = Acting(actor="staff", address="203.0.113.9")
NAME = "测试甲"
MISSING = "\U0002070e"  # stands for a character that no font has


def credit(id: str = "s1", minutes: int = 90, *, day: str = "2026-09-01", start: str = "07:30",
           end: str = "09:00", **more: Any) -> Credit:
    fields = {"title": "马路天使", "programme": "road-angels", **more}
    return Credit(session_id=id, minutes=minutes, starts_at=at(start, day), ends_at=at(end, day),
                  **fields)


@dataclass
class Ledger:
    """Effective lines by person, as a correction leaves them."""

    lines: dict[str, list[Credit]] = field(default_factory=dict)

    def __call__(self, person_ref: str, *, first: date | None,
                 last: date | None) -> Sequence[Credit]:
        first, last = first or date.min, last or date.max
        return [each for each in self.lines.get(person_ref, [])
                if first <= local_day(each.starts_at) <= last]

    def correct(self, id: str, minutes: int, who: str = "p1") -> None:
        self.lines[who] = [replace(each, minutes=minutes) if each.session_id == id else each
                           for each in self.lines[who]]


@dataclass
class Listener:
    """Keeps the sheets that it was given; prints them as their words."""

    sheets: list[Sheet] = field(default_factory=list)

    def certificate(self, sheet: Sheet) -> bytes:
        said = repr(asdict(sheet))
        if MISSING in said:
            raise NotPrintable(MISSING)
        self.sheets.append(sheet)
        return said.encode()


@dataclass
class Office:
    """The service's part that issues; `ledger`, `clock` and `press` in one's hands."""

    ledger: Ledger
    clock: FixedClock
    press: Listener
    app: Certification
    register: Register

    def know(self, who: str, name: str) -> None:
        sealed = self.app.vault.seal(name)
        self.app.transactions.run(
            lambda transaction: self.app.names.keep({who: (1, sealed)}, within=transaction)
        )

    def issue(self, who: str = "p1", *, name: str | None = NAME, by: Acting = RESIDENT,
              key: str | None = None, **order: Any) -> str:
        asked = sha256(repr((who, name, order)).encode()).hexdigest()
        once = Once(key=key, fingerprint=asked) if key else None
        return issuing.issue(self.app, Order(person_ref=who, **order), name=name,
                             by=by, once=once)

    def verify(self, serial: str, code: str | None = None,
               by: Acting = RESIDENT) -> verifying.Verified:
        return verifying.verify(self.app, serial=serial, code=code or self.app.code(serial),
                                by=by)

    def told(self) -> list[str]:
        return [row.key for row in all_rows(self.app.transactions.database)]

    def counted(self) -> int:
        return int(self.app.transactions.database["certificates"].count_documents({}))


def office(*, limits: Limits | None = None, issuer: Issuer = ISSUER,
           now: datetime | None = None) -> Office:
    """One person with one credit of 90 minutes, whose name is known."""
    database, vault = memory_database(), MemoryVault()
    clock = FixedClock(now or at("12:00", "2026-11-26"))
    ledger, press = Ledger({"p1": [credit()]}), Listener()
    transactions = Transactions(database, source="/volunteers", clock=clock, vault=vault)
    register = Register(transactions=transactions, people=People.on(database), vault=vault,
                        clock=clock)
    app = Certification(
        transactions=transactions,
        store=Certificates(database, vault), names=register.people.names, vault=vault,
        ledger=ledger,
        holders=holders(register), press=press, issuer=issuer,
        verify_url="https://volunteers.example.org/verify", limits=limits or Limits(),
        tries=Tries(clock),
    )
    made = Office(ledger, clock, press, app, register)
    made.know("p1", NAME)
    return made


def later(made: Office, **time: int) -> None:
    made.clock.advance(timedelta(**time))

