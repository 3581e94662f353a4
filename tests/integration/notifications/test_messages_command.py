"""`xiangxin messages` and `send-test`, as an operator types them (N-4, N-24, N-27)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from kernel.clock import system_clock
from kernel.settings import read
from ops.__main__ import main
from ops.prepare import migrate
from services.notifications.domain.life import unanswered
from services.notifications.service import build
from services.notifications.settings import NotificationsSettings
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import change
from services.notifications.usecases.operating import messages
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.unit.notifications import builders
from tests.unit.notifications.builders import confirmed, contact, told

Said = tuple[int, str, str]


@dataclass
class Operator:
    """The command, with what it exits with and prints, and the service behind it."""

    run: Callable[..., Said]
    app: App


@pytest.fixture
def operator(mongodb_uri: str, database_name: str, monkeypatch: pytest.MonkeyPatch,
             capsys: pytest.CaptureFixture[str]) -> Iterator[Operator]:
    environ = {
        "AMQP_URI": "amqp://nobody@127.0.0.1:1/", "MONGODB_URI": mongodb_uri,
        "DATABASE_PREFIX": f"{database_name}_",
        "VAULT_KEY": base64.b64encode(bytes(96)).decode(), "STAFF_TOKEN": "staff",
    }
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    settings = read(NotificationsSettings, environ)
    migrate(settings, ["notifications"])

    def run(*arguments: str) -> Said:
        code = main(list(arguments))
        return code, *capsys.readouterr()

    app = build(settings)
    yield Operator(run, app)
    app.close()


def test_n_4_an_operator_looks_is_refused_what_is_unsafe_and_gives_up(operator: Operator) -> None:
    app, run = operator.app, operator.run
    keep_contacts(app, [told(contact())])
    where = builders.session(system_clock() + timedelta(days=2) - builders.NOW)
    write_messages(app, [told(confirmed(where=where))])
    [one] = messages(app).items
    id = one.message.message_id
    change(app.changes, id, lambda one: unanswered(
        one, "worker_lost", now=system_clock(), jitter=0, patience=app.patience))
    assert id in run("messages", "list", "--state", "unknown")[1]
    by = ("--by", "operator", "--why", "called")
    code, _, refused = run("messages", "retry", id, *by)
    assert code == 1 and "可能已经送达" in refused
    assert run("messages", "give-up", id, *by)[1].startswith(f"{id} is unknown_final")
    _, shown, _ = run("messages", "show", id)
    assert "139****0001" in shown and "operator: give_up (called)" in shown
    assert "13900000001" not in shown
    assert run("messages", "show", "none")[0] == 1


def test_a_test_sms_leaves_by_the_provider_and_says_what_came_of_it(operator: Operator) -> None:
    assert operator.run("send-test", "139 0000 0009")[:2] == (0, "console: Accepted\n")
    [shown] = operator.app.store.phone.latest(5)
    assert "测试短信" in shown.text
    assert "console    closed   1 of 1" in operator.run("providers")[1]
    code, _, wrong = operator.run("send-test", "123")
    assert code == 1 and "not a mobile number" in wrong
    assert operator.run("send-test", "13900000009", "--provider", "nobody")[0] == 1
