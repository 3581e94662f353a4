"""A process that calls every provider as often as it is told, for a test that reads what it says.

Its environment: CALLS, how many calls to each; NUMBER and TEXT, what is sent.
"""

from __future__ import annotations

import logging
import os

from kernel.clock import system_clock
from kernel.settings import read
from services.notifications.domain.report import Attempt
from services.notifications.providers.base import Outgoing
from services.notifications.service import build
from services.notifications.settings import NotificationsSettings
from services.notifications.templates import as_said


def main() -> None:
    """Everything is logged, also by the libraries below us."""
    logging.basicConfig(level=logging.DEBUG)
    app = build(read(NotificationsSettings, os.environ))
    number, text = os.environ["NUMBER"], os.environ["TEXT"]
    values = as_said({"when": system_clock(), "title": text, "place": text})
    for provider in app.routes.by_name.values():
        for call in range(int(os.environ["CALLS"])):
            attempt_id = f"{provider.name}-{call}"
            provider.send(Outgoing(attempt_id=attempt_id, number=number, text=f"【向心】{text}",
                                   template="confirmed@1", values=values))
            provider.look_up(
                Attempt(attempt_id=attempt_id, number=number, started_at=system_clock()))
        provider.pull()
        provider.balance()
    app.close()


if __name__ == "__main__":
    main()
