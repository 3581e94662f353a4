"""What no provider of ours can say is refused before it is queued, by the variable (N-21, N-22)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kernel.clock import FixedClock
from kernel.memory import memory_database
from services.notifications.domain.outcome import Accepted, Outcome
from services.notifications.providers.base import Outgoing
from services.notifications.providers.templated import Templated
from services.notifications.templates.codes import Account, Chosen, Codes
from services.notifications.usecases.application import App
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications.builders import NOW, app_on, confirmed, contact, session, told

SHORT, FULL = "confirmed@1.short", "confirmed@1.full"


class Choosing(Templated):
    """Remembers the forms that it was given."""

    name = "tencent"

    def __init__(self, codes: Codes) -> None:
        super().__init__(codes)
        self.given: list[Chosen] = []

    def try_form(self, outgoing: Outgoing, form: Chosen) -> Outcome:
        self.given.append(form)
        return Accepted()


def app_with(account: Account) -> tuple[App, Choosing]:
    codes = Codes({"tencent": account})
    provider = Choosing(codes)
    app = app_on(memory_database(), provider, clock=FixedClock(NOW))
    app = replace(app, codes=codes)
    keep_contacts(app, [told(contact())])
    return app, provider


def written(app: App) -> dict[str, Any]:
    write_messages(app, [told(confirmed(where=session()))])
    send_due(app)
    [document] = app.transactions.database["messages"].find()
    return document


@pytest.mark.parametrize(("account", "reason"), [
    (Account(codes={FULL: "1"}, longest=6), "text:when"), (Account(codes={}), "text:template"),
])
def test_n_21_a_message_that_no_provider_can_say_fails_by_name_before_it_is_queued(
    account: Account, reason: str
) -> None:
    app, provider = app_with(account)
    found = written(app)
    assert (found["state"], found["reason"], found["attempts"]) == ("failed", reason, [])
    assert provider.given == []


def test_n_22_segments_are_those_of_what_the_provider_says() -> None:
    app, provider = app_with(Account(codes={SHORT: "2"}, longest=6))
    found = written(app)
    assert (found["state"], found["segments"]) == ("submitted", 1)
    assert list(provider.given[0].values.values()) == ["9月3日", "12:00"]
    parts = provider.segments("【向心】" + "长" * 200, "confirmed@1", provider.given[0].values)
    assert parts == 1
