"""A sender in a process of its own, as the service runs it, for tests that kill it."""

from __future__ import annotations

import os
import time

from kernel.settings import read
from services.notifications.service import build
from services.notifications.settings import NotificationsSettings
from services.notifications.usecases.carrying import carry_on
from services.notifications.usecases.reconciling import sweep
from services.notifications.usecases.sending import send_due


def main() -> None:
    """Queues broadcasts, sends and looks after messages until it is killed."""
    app = build(read(NotificationsSettings, os.environ))
    while True:
        carry_on(app)
        if not send_due(app):
            sweep(app)
            time.sleep(0.05)


if __name__ == "__main__":
    main()
