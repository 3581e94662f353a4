"""The city service: its doors for other systems and operators, and what it hears."""

from __future__ import annotations

from typing import ClassVar

from kernel.application import Application, TokenRights
from kernel.audit.pages import AuditPages
from kernel.consume.hear import hear
from kernel.envelope import Envelope
from kernel.logins import keep_accounts
from kernel.pages import Pages
from kernel.sign_in import Console, SignInPages
from kernel.web.problem import Problem
from services.city.domain.broken import (
    BadSubscriberName,
    NotPublic,
    SubscriberThere,
    UnknownPattern,
    UnknownSubscriber,
)
from services.city.service.parts import build
from services.city.web import WEB

__all__ = ["ERRORS", "Facts", "Http", "build"]

ERRORS: dict[type[Exception], Problem] = {
    UnknownPattern: Problem(422, "unknown_pattern"),
    NotPublic: Problem(422, "not_public"),
    BadSubscriberName: Problem(422, "bad_subscriber_name"),
    SubscriberThere: Problem(409, "subscriber_there"),
    UnknownSubscriber: Problem(404, "unknown_subscriber"),
}
CONSOLE: Console = ()


class Http(SignInPages, AuditPages):
    """For other systems, and for operators."""

    name = "city-http"
    app = Application(build)
    errors: ClassVar = ERRORS
    rights_by_token = TokenRights()
    console = CONSOLE
    pages = Pages(WEB, service="city", console=CONSOLE)


class Facts:
    """For facts of the other services."""

    name = "city-facts"
    max_workers = 2
    app = Application(build)

    @hear("city.keep-accounts")
    def keep_accounts(self, heard: list[Envelope]) -> None:
        """Who may act, and who signed out."""
        keep_accounts(self.app.transactions, "city.keep-accounts", heard)
