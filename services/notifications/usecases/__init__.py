"""What this service does: write messages when facts are heard, send them, take receipts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kernel.envelope import Envelope
from services.notifications.usecases.application import App
from services.notifications.usecases.audience import KNOW_AUDIENCE, know_audience
from services.notifications.usecases.codes import SEND_CODES, send_codes
from services.notifications.usecases.consenting import KEEP_CONSENTS, keep_consents
from services.notifications.usecases.writing import (
    ASK_GUARDIANS,
    KEEP_CONTACTS,
    WRITE_MESSAGES,
    ask_guardians,
    keep_contacts,
    write_messages,
)

Reaction = Callable[[list[Envelope]], None]


def reactions(app: App) -> dict[str, Reaction]:
    """What happens when facts arrive, by queue."""
    return {
        WRITE_MESSAGES: partial(write_messages, app),
        ASK_GUARDIANS: partial(ask_guardians, app),
        KEEP_CONTACTS: partial(keep_contacts, app),
        KNOW_AUDIENCE: partial(know_audience, app),
        KEEP_CONSENTS: partial(keep_consents, app),
        SEND_CODES: partial(send_codes, app),
    }
