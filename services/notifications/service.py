"""The doors of the notifications service, and how it is put together once per process."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

from nameko.timer import timer
from werkzeug.wrappers import Response

from kernel.application import Application
from kernel.clock import system_clock
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.mongo import Unavailable, open_database
from kernel.pages import Pages
from kernel.transaction import Transactions
from kernel.vault import Vault
from kernel.web import ANYONE, PROVIDER, STAFF, Call, Problem, Refused, door
from services.notifications import schemas
from services.notifications.domain.text import InvalidText
from services.notifications.providers.base import Provider
from services.notifications.providers.console import Console
from services.notifications.providers.kannel import RECEIPTS, Kannel
from services.notifications.settings import NotificationsSettings
from services.notifications.store import Store
from services.notifications.templates import Texts
from services.notifications.usecases import receiving, sending, writing
from services.notifications.usecases.application import App

log = logging.getLogger(__name__)
ROUNDS = 20  # batches sent between two looks at whether the process is to stop
LISTED = 200


def build(settings: NotificationsSettings) -> App:
    """The service on its own database; waits for nothing."""
    if settings.vault_key is None:
        raise ValueError("VAULT_KEY is missing: telephone numbers are kept sealed")
    database = open_database(settings, "notifications")
    vault = Vault(database, settings.vault_key)
    store = Store.on(database, vault)
    return App(
        transactions=Transactions(
            database, source="/xiangxin/notifications", clock=system_clock, vault=vault
        ),
        store=store,
        texts=Texts(settings.sms_signature),
        provider=_provider(settings, store),
        clock=system_clock,
        rules=settings.rules(),
        pace=settings.pace(),
    )


def _provider(settings: NotificationsSettings, store: Store) -> Provider:
    if settings.sms_provider == "kannel":
        return Kannel(settings.kannel())
    return Console(store.phone, system_clock)


ERRORS: dict[type[Exception], Problem] = {
    InvalidText: Problem(422, "invalid_text", "短信内容不符合规定"),
}


class Http:
    """For staff, for providers, and the demonstration phone."""

    name = "notifications-http"
    app = Application(build)
    pages = Pages(Path(__file__).parent / "web", service="notifications")
    errors = ERRORS

    @door("GET", "/api/messages", allow=STAFF, query=schemas.MessageQuery(),
          answer=schemas.MessageAnswer(many=True))
    def messages(self, call: Call) -> Any:
        """The latest messages and what became of them."""
        asked = call.query
        return self.app.store.messages.latest(
            person_ref=asked["person_ref"], state=asked["status"], limit=LISTED
        )

    @door("GET,POST", "/receipts/kannel", allow=PROVIDER, query=schemas.KannelReceipt(),
          gives=("text/plain",))
    def kannel_receipt(self, call: Call) -> Response:
        """A delivery receipt; answered once it is written down."""
        receipt = call.query
        receiving.receive(
            self.app, provider="kannel", attempt_id=receipt["id"],
            state=RECEIPTS.get(receipt["type"]), reason=f"receipt_{receipt['type']}",
        )
        return Response("ok", mimetype="text/plain")

    @door("GET", "/console", allow=ANYONE)
    def console_page(self, call: Call) -> Response:
        """The demonstration phone; there is none where messages really leave."""
        if self.app.provider.name != "console":
            raise Refused(Problem(404, "not_found"))
        return self.pages.render("console.html", received=self.app.store.phone.latest(LISTED))


class Facts:
    """For facts, and for messages on their way out."""

    name = "notifications-facts"
    app = Application(build)

    @hear("notifications.write-messages")
    def write_messages(self, heard: list[Envelope]) -> None:
        """What became of sign-ups, reminders and credited hours become messages."""
        writing.write_messages(self.app, heard)

    @hear("notifications.ask-guardians")
    def ask_guardians(self, heard: list[Envelope]) -> None:
        """Questions to guardians, each with the code that opens it."""
        writing.ask_guardians(self.app, heard)

    @hear("notifications.keep-contacts")
    def keep_contacts(self, heard: list[Envelope]) -> None:
        """Numbers to send to."""
        writing.keep_contacts(self.app, heard)

    @timer(interval=0.5)
    def send_due(self) -> None:
        """What is due leaves."""
        try:
            for _ in range(ROUNDS):
                if not sending.send_due(self.app):
                    return
        except Unavailable:
            log.warning("sending waits for the database")

    @timer(interval=5)
    def sweep(self) -> None:
        """What was left in the middle is looked after."""
        try:
            sending.sweep(self.app)
        except Unavailable:
            log.warning("looking after messages waits for the database")
