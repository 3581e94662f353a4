"""The notifications service: its doors, what it hears, and what its time brings."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from nameko.timer import timer

from kernel.application import Application, TokenRights
from kernel.audit.pages import AuditPages
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.logins import keep_accounts
from kernel.mongo import Unavailable
from kernel.pages import Pages
from kernel.sign_in import SignInPages
from services.notifications.domain.lanes import EXPRESS, ORDINARY, Lane
from services.notifications.service import broadcasts, errors, providers
from services.notifications.service.broadcasts import BroadcastDoors
from services.notifications.service.inbound import InboundDoors
from services.notifications.service.messages import MessageDoors
from services.notifications.service.parts import build
from services.notifications.service.providers import ProviderDoors
from services.notifications.service.receipts import ReceiptDoors
from services.notifications.usecases import (
    audience,
    carrying,
    codes,
    consenting,
    forgetting,
    reconciling,
    sending,
    watching,
    writing,
)
from services.notifications.web.broadcast_pages import BroadcastPages
from services.notifications.web.message_pages import MessagePages
from services.notifications.web.parked_pages import ParkedPages
from services.notifications.web.provider_pages import ProviderPages
from services.notifications.web.staff_page import CONSOLE
from services.notifications.web.template_pages import TemplatePages
from services.notifications.web.words import FOR_TEMPLATES

__all__ = ["ERRORS", "Facts", "Http", "build"]

log = logging.getLogger(__name__)
ERRORS = {**errors.ERRORS, **broadcasts.ERRORS, **providers.ERRORS}
ROUNDS = 20  # batches sent between two looks at whether the process is to stop


class Http(InboundDoors, MessageDoors, ProviderDoors, ReceiptDoors, BroadcastDoors,
           SignInPages, AuditPages, MessagePages, BroadcastPages, ParkedPages, ProviderPages,
           TemplatePages):
    """For staff, for providers, and the demonstration phone."""

    name = "notifications-http"
    app = Application(build)
    pages = Pages(
        Path(__file__).parents[1] / "web", service="notifications", console=CONSOLE,
        **FOR_TEMPLATES,
    )
    errors: ClassVar = ERRORS
    rights_by_token = TokenRights()
    console = CONSOLE


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

    @hear("notifications.send-codes")
    def send_codes(self, heard: list[Envelope]) -> None:
        """Codes for whoever signs in, to the telephone they typed."""
        codes.send_codes(self.app, heard)

    @hear("notifications.keep-accounts")
    def keep_accounts(self, heard: list[Envelope]) -> None:
        """Who may act, and who signed out."""
        keep_accounts(self.app.transactions, "notifications.keep-accounts", heard)

    @hear("notifications.keep-contacts")
    def keep_contacts(self, heard: list[Envelope]) -> None:
        """Numbers to send to."""
        writing.keep_contacts(self.app, heard)

    @hear("notifications.keep-consents")
    def keep_consents(self, heard: list[Envelope]) -> None:
        """Who agreed to promotional texts."""
        consenting.keep_consents(self.app, heard)

    @hear("notifications.know-audience")
    def know_audience(self, heard: list[Envelope]) -> None:
        """Who takes part in what."""
        audience.know_audience(self.app, heard)

    @timer(interval=1)
    def carry_broadcasts(self) -> None:
        """Broadcasts that were approved or stopped are carried out."""
        try:
            carrying.carry_on(self.app)
        except Unavailable:
            log.warning("broadcasts wait for the database")

    @timer(interval=0.5)
    def send_express(self) -> None:
        """What cannot wait leaves, however many others are queued and however slow they are."""
        self._send(EXPRESS)

    @timer(interval=0.5)
    def send_due(self) -> None:
        """What else is due leaves."""
        self._send(ORDINARY)

    def _send(self, lanes: Sequence[Lane]) -> None:
        try:
            for _ in range(ROUNDS):
                if not sending.send_due(self.app, lanes):
                    return
        except Unavailable:
            log.warning("sending waits for the database")

    @timer(interval=5)
    def sweep(self) -> None:
        """What was left in the middle is looked after."""
        try:
            reconciling.sweep(self.app)
        except Unavailable:
            log.warning("looking after messages waits for the database")

    @timer(interval=30)
    def watch(self) -> None:
        """Whether all messages are accounted for, and what waits."""
        try:
            found = watching.watch(self.app)
        except Unavailable:
            log.warning("watching messages waits for the database")
        else:
            if not found.is_sound:
                log.error("messages do not add up: %s", found.line())

    @timer(interval=60)
    def pull(self) -> None:
        """Receipts that nobody could push to us are fetched."""
        try:
            reconciling.pull(self.app)
        except Unavailable:
            log.warning("fetching receipts waits for the database")

    @timer(interval=30)
    def forget_codes(self) -> None:
        """Codes that are over are kept no longer."""
        try:
            codes.forget_codes(self.app)
        except Unavailable:
            log.warning("forgetting codes waits for the database")

    @timer(interval=3600)
    def forget(self) -> None:
        """Texts and numbers that are past their time are forgotten."""
        try:
            forgetting.retention(self.app).ran(forgetting.forget(self.app), self.app.clock())
        except Unavailable:
            log.warning("forgetting waits for the database")
