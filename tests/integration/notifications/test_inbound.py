"""Replies by a real gateway: heeded, confirmed once, and taken from nobody without the secret."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import requests

from kernel.clock import system_clock
from services.notifications.usecases.inbound import look_up
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.gateway import SECRET, Gateway
from tests.integration.notifications.running import Service
from tests.unit.notifications import builders
from tests.waiting import eventually

SOON = 40.0
STAFF = {"Authorization": "Bearer staff"}


@pytest.fixture
def at_the_gateway(gateway: Gateway, service: Service) -> Service:
    """The service's doors where the gateway brings replies."""
    service.environ["BIND"] = f"127.0.0.1:{gateway.ports['doors']}"
    service.environ["QUIET_HOURS"] = "03:00-03:00"
    service.doors()
    listed = f"http://{service.environ['BIND']}/api/opt-outs"
    eventually(lambda: requests.get(listed, headers=STAFF, timeout=5).status_code == 200,
               within=SOON)  # alive is not yet open
    return service


def test_n_19_a_reply_by_telephone_stops_reminders_and_is_confirmed_once(
    gateway: Gateway, at_the_gateway: Service
) -> None:
    app, to = at_the_gateway.app(), "13900007001"
    keep_contacts(app, [builders.told(builders.contact(phone=to))])
    gateway.reply(to, "退 订。")
    eventually(lambda: look_up(app, to)["out"], within=SOON)
    gateway.reply(to, "td")
    eventually(lambda: app.transactions.database["inbound"].count_documents({}) == 2, within=SOON)
    where = builders.session(system_clock() + timedelta(hours=4) - builders.NOW)
    write_messages(app, [builders.told(builders.reminder(where=where)),
                         builders.told(builders.confirmed("r2", where=where))])
    while send_due(app):
        pass
    eventually(lambda: len(gateway.arrived_at(to)) == 2, within=SOON)
    assert sorted("已退订" in one.text or "退订：" in one.text
                  for one in gateway.arrived_at(to)) == [False, True]
    kept = {one["purpose"]: one["reason"] for one in app.transactions.database["messages"].find(
        {"state": "suppressed"})}
    assert kept == {"reminder": "opted_out"}
    assert look_up(app, to)["confirmation"] in ("submitted", "delivered")


def test_n_19_staff_look_a_number_up_without_writing_it_into_an_address(
    at_the_gateway: Service,
) -> None:
    to, base = "13900007002", f"http://{at_the_gateway.environ['BIND']}"

    def brought(id: str, **headers: str) -> requests.Response:
        return requests.post(
            f"{base}/inbound/kannel", params={"id": id, "secret": SECRET}, timeout=5,
            data="ＴＤ".encode("utf-16-be"),
            headers={"X-Kannel-From": to, "Content-Type": 'text/plain; charset="UTF-16BE"',
                     **headers})

    def asked(method: str, path: str, **body: Any) -> Any:
        return requests.request(method, f"{base}{path}", timeout=5, json=body or None,
                                headers=STAFF).json()

    assert [brought("one").status_code for _ in range(2)] == [200, 200]
    found = asked("POST", "/api/opt-outs/look-up", phone=to)
    assert (found["out"], found["source"], found["confirmation"]) == (True, "reply", "queued")
    listed = asked("GET", "/api/opt-outs")
    assert listed == [found] and to not in str(listed)
    assert requests.post(f"{base}/inbound/kannel?id=x", timeout=5).status_code == 401
    wrong = asked("POST", "/api/opt-outs/look-up", phone="123")
    assert list(wrong["errors"]) == ["phone"]
