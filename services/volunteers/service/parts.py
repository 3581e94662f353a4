"""The service put together, once per process: its parts share one database, vault and outbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from logging import getLogger

from kernel.clock import system_clock
from kernel.mongo import open_database
from kernel.transaction import Transactions
from kernel.vault import Vault
from services.volunteers import schemes
from services.volunteers.domain.certificates.broken import NoFont
from services.volunteers.paper.press import Press
from services.volunteers.settings import VolunteersSettings
from services.volunteers.store import Store
from services.volunteers.store.certificates import Certificates
from services.volunteers.store.people import People
from services.volunteers.store.stars import Stars
from services.volunteers.usecases import App
from services.volunteers.usecases.certificates.application import Certification
from services.volunteers.usecases.certificates.ledger import effective_of
from services.volunteers.usecases.certificates.names import holders
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.stars.application import End, StarOffice
from services.volunteers.usecases.stars.ratings import quality_of

log = getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The ledger, the register of persons, and what rests on both."""

    app: App
    register: Register
    certification: Certification
    stars: StarOffice

    def close(self) -> None:
        """Lets go of all connections. Safe to repeat."""
        self.app.close()


def build(settings: VolunteersSettings) -> Parts:
    """The service on its own database; waits for nothing. Raises SchemeFault."""
    database = open_database(settings, "volunteers")
    vault = Vault(database, settings.vault_key)
    transactions = Transactions(database, source="/xiangxin/volunteers", clock=system_clock,
                                vault=vault)
    register = Register(transactions=transactions, people=People.on(database), vault=vault,
                        policy=settings.register_policy())
    app = App(
        transactions=transactions, store=Store(database), rules=settings.hour_rules(),
        weights=settings.time_bank_weights or {}, duty=settings.duty_rules(),
        asking=settings.asking(), sanity=settings.sanity_rules(),
        references=register.references,
    )
    return Parts(app=app, register=register, certification=_certification(settings, app, register),
                 stars=_stars(settings, app, register))


def _certification(settings: VolunteersSettings, app: App, register: Register) -> Certification:
    """Warns without a font."""
    press = Press(settings.font_dir, settings.font_families)
    try:
        press.check()
    except NoFont as lacking:
        log.warning("no certificate can be printed: %s", lacking)
    return Certification(
        transactions=app.transactions,
        store=Certificates(app.transactions.database, register.vault),
        names=register.people.names,
        vault=register.vault,
        ledger=effective_of(app),
        holders=holders(register),
        press=press,
        issuer=settings.issuer(),
        verify_url=settings.verify_url,
        limits=settings.limits(),
    )


def _stars(settings: VolunteersSettings, app: App, register: Register) -> StarOffice:
    def ends() -> Iterator[End]:
        for head in app.store.heads.all():
            yield End(head.person_ref, head.minutes, head.number)

    return StarOffice(
        transactions=app.transactions, store=Stars(app.transactions.database), ends=ends,
        ledger=effective_of(app), schemes=schemes.load(settings.stars_dir),
        quality=quality_of(register, settings.good_grades), references=register.references,
        persons=register.persons,
    )
