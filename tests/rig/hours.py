"""The volunteers service as a process, with its ledger and certificates beside it for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kernel.settings import read
from ops.parts import free_port
from ops.prepare import migrate
from services.volunteers.domain.ruling import Ruling
from services.volunteers.service import build
from services.volunteers.service.parts import Parts
from services.volunteers.settings import VolunteersSettings
from services.volunteers.usecases import credit_hours, lines_of, rule
from tests.databases import drop_databases
from tests.rig.events import doors_only
from tests.rig.process import Process
from tests.unit.volunteers.builders import told, visit

UNIT = "测试区志愿服务队"


@dataclass(frozen=True)
class Volunteers:
    """The process, and the parts of the service on the same database."""

    settings: VolunteersSettings
    process: Process
    parts: Parts

    @property
    def address(self) -> str:
        return self.process.address

    def serve(self, who: str, name: str, *, days: int = 1) -> None:
        """Somebody whose name is known and who served 90 minutes on each of so many days."""
        sealed = self.parts.certification.vault.seal(name)
        self.parts.certification.transactions.run(
            lambda transaction: self.parts.certification.names.keep(
                {who: (1, sealed)}, within=transaction)
        )
        for number in range(days):
            day = f"2026-09-{number + 1:02}"
            served = visit("07:30", "09:00", id=f"{who}-{number}", who=who, day=day)
            credit_hours(self.parts.app, told(*served))


    def correct(self, session_id: str, who: str, minutes: int) -> None:
        """A decision on one session, as a correction makes it."""
        [entry] = [each for each in lines_of(self.parts.app, who)
                   if each.session.session_id == session_id]
        ruling = Ruling(
            ruling_id=f"{session_id}-{minutes}", person_ref=who, session=entry.session,
            basis="organiser", evidence="签到表", reason="更正", actor="staff",
            decided_at=entry.session.ends_at, minutes=minutes,
        )
        app = self.parts.app
        app.transactions.run(lambda transaction: rule(app, transaction, [ruling]))


@contextmanager
def open_hours(mongodb_uri: str, folder: Path, **variables: str) -> Iterator[Volunteers]:
    """The service while the block runs, on a database of its own."""
    port = free_port()
    environment = doors_only(mongodb_uri, port) | {
        "RECORDING_UNIT": UNIT, "ISSUER_CONTACT": "0755-00000000",
        "VERIFY_URL": f"http://127.0.0.1:{port}/verify",
    } | variables
    settings = read(VolunteersSettings, environment)
    migrate(settings, ["volunteers"])
    parts = build(settings)
    process = Process("kernel.serve", "volunteers", environment=environment, port=port,
                      log=folder / "volunteers.log")
    try:
        process.start()
        yield Volunteers(settings, process, parts)
    finally:
        process.kill()
        parts.close()
        drop_databases(mongodb_uri, parts.app.transactions.database.name)
