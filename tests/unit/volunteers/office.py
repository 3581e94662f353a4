"""An office in memory: people who register, two members of staff, and what was told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from pymongo.database import Database
from stdnum.cn import ric

from contracts.event import Fact
from contracts.events import ContactRecorded
from kernel.clock import FixedClock
from kernel.envelope import parse
from kernel.memory import memory_database
from kernel.mongo import ensure_indexes
from kernel.outbox import all_rows, opened
from kernel.transaction import KERNEL_INDEXES, Transactions
from kernel.tries import Tries
from kernel.vault import MemoryVault, Sealing
from services.volunteers.domain.acting import Acting
from services.volunteers.domain.people.volunteer import Guardian
from services.volunteers.store import INDEXES, Store
from services.volunteers.store.people import People
from services.volunteers.texts import texts
from services.volunteers.usecases import App
from services.volunteers.usecases.people import qualifying
from services.volunteers.usecases.people.hearing import keep_contacts
from services.volunteers.usecases.people.register import Policy, Register
from services.volunteers.usecases.people.registering import Application, register_volunteer
from tests.unit.volunteers.builders import at, told

RESIDENT = Acting(address="10.0.0.1")
CLERK = Acting(actor="reception")
CHECKER = Acting(actor="checker")
VERSION = texts().version
GUARDIAN = Guardian(name="测试家长", phone="13900000099", relation="母亲", text_version=VERSION,
                    method="signed_form", evidence="form-1")


def card(born: str, serial: int = 1, area: str = "440307") -> str:
    """An invented resident's number with a right check digit."""
    front = f"{area}{born.replace('-', '')}{serial:03d}"
    return front + str(ric.calc_check_digit(front + "0"))


def application(number: int = 1, *, born: str = "1990-01-01", **changes: Any) -> Application:
    """What the number-th invented person says."""
    asked = Application(
        person_ref=f"p{number}", name=f"测试{number:04d}", phone=f"1390000{number:04d}",
        document_type="resident_id", document_number=card(born, number),
        consents=("id_number",), text_version=VERSION,
    )
    return replace(asked, **changes)


@dataclass
class Office:
    """The register with its database, clock and ledger."""

    register: Register
    app: App
    database: Database[dict[str, Any]]
    clock: FixedClock
    codes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def on(cls, database: Database[dict[str, Any]], vault: Sealing, **policy: Any) -> Office:
        """On a database that has the indexes or gets them here."""
        clock = FixedClock(at("12:00"))
        ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
        transactions = Transactions(database, source="/xiangxin/volunteers", clock=clock,
                                    vault=vault)
        register = Register(transactions=transactions, people=People.on(database), vault=vault,
                            clock=clock, policy=Policy(**policy), tries=Tries(clock))
        app = App(transactions=transactions, store=Store(database),
                  references=register.references)
        return cls(register, app, database, clock)

    @classmethod
    def in_memory(cls, **policy: Any) -> Office:
        return cls.on(memory_database(), MemoryVault(), **policy)

    def known(self, number: int = 1, ref: str | None = None) -> None:
        """Events has told the number-th person's contact."""
        fact = ContactRecorded(person_ref=ref or f"p{number}", name=f"测试{number:04d}",
                               phone=f"1390000{number:04d}")
        keep_contacts(self.register, told(fact))

    def new(self, number: int = 1, *, acting: Acting = CLERK, **changes: Any) -> str:
        """Registers the number-th person; their volunteer's number."""
        answer = register_volunteer(self.register, application(number, **changes), acting=acting)
        self.codes[answer["volunteer_no"]] = answer["code"]
        return str(answer["volunteer_no"])

    def paper(self, volunteer_no: str, kind: Any = "qualification", *, verified: bool = True,
              until: date | None = None, key: str = "crew-lead") -> str:
        """A recorded paper, seen by other eyes; its id."""
        values = {"key": key, "title": "证书", "issued_by": "测试单位",
                  "valid_until": until and until.isoformat()}
        made = qualifying.record(self.register, volunteer_no, kind, values, evidence="scan-1",
                                 acting=CLERK)
        if verified:
            qualifying.verify(self.register, volunteer_no, made["record_id"], evidence="seen",
                              acting=CHECKER)
        return str(made["record_id"])

    def facts(self) -> list[Fact]:
        """Everything told so far, in order."""
        return list(self._facts())

    def _facts(self) -> Iterator[Fact]:
        for row in all_rows(self.database):
            yield parse(opened(row, self.register.vault)).fact()

    def dump(self) -> str:
        """Everything the database holds, as a thief would read it."""
        return "\n".join(repr(document) for name in self.database.list_collection_names()
                         for document in self.database[name].find())
