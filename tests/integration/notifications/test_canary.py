"""An invented person's name and number go every way that messages go, and are found nowhere they
should not be (N-24): no log line, metric, exception, dead-letter header, address or document."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import amqp
import bson
import pytest
import requests
from bson.binary import UuidRepresentation
from bson.codec_options import CodecOptions

from kernel.broker import Message, Publisher, drop, open_connection
from kernel.declaring import declare
from kernel.mongo import ensure_indexes
from kernel.topology import FLOWS, PRIVATE
from kernel.transaction import KERNEL_INDEXES
from ops.parts.ports import free_port
from services.notifications.store import INDEXES
from services.notifications.templates.codes import forms
from services.notifications.usecases.application import App
from services.notifications.usecases.writing import keep_contacts, write_messages
from tests.fakes.aliyun import FakeAliyun
from tests.fakes.cloud import KEY_ID, KEY_SECRET, Asked, Cloud, CloudHandler, Reply, running
from tests.fakes.tencent import APP_ID, FakeTencent
from tests.gateway import SECRET
from tests.integration.notifications.running import Service, environment_at
from tests.integration.notifications.test_broker import in_days
from tests.rig.queues import RETRY_RUNGS, RUNGS
from tests.unit.notifications import builders
from tests.waiting import eventually

NAME, NUMBER = "金丝雀测试", "13900000997"
CANARIES = (NAME, NUMBER, NUMBER[3:])
SOON = 60.0  # seconds; a busy machine starts processes slowly
MINE = [flow for flow in FLOWS.values() if flow.service == "notifications"]
ANY_UUID: CodecOptions[dict[str, Any]] = CodecOptions(
    uuid_representation=UuidRepresentation.STANDARD)
WORDS = (  # every class of outcome: refusals, ambiguous ones, silence, a connection that ends
    "ok", "400", "403", "404", "500", "503", "drop", "isv.MOBILE_NUMBER_ILLEGAL",
    "isv.OUT_OF_SERVICE", "FailedOperation.PhoneNumberInBlacklist", "AuthFailure.SignatureFailure",
    "unheard.of", "hang",
)


class GatewayHandler(CloudHandler):
    """Kannel's side, which answers in plain text and says the number back."""

    def is_signed(self, asked: Asked) -> bool:
        return True

    def forged(self) -> Reply:
        return Reply("", 403)

    def refuse(self, code: str, asked: Asked) -> Reply:
        return Reply(f"{code}: {NUMBER} {NAME}", 402)

    def accept(self, asked: Asked) -> Reply:
        return Reply("0: Accepted for delivery", 202)

    def _write(self, reply: Reply) -> None:
        content = str(reply.told).encode()
        self.send_response(reply.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Gateway(Cloud):
    handler = GatewayHandler


@pytest.fixture
def clouds() -> Iterator[dict[str, Cloud]]:
    """A provider of each kind; each names the person in what it says beside a code."""
    made: dict[str, Cloud] = {
        "kannel": Gateway(), "aliyun": FakeAliyun(), "tencent": FakeTencent()}
    with ExitStack() as stack:
        for cloud in made.values():
            cloud.messages.update(dict.fromkeys(WORDS, f"{NUMBER} {NAME}"))
            stack.enter_context(running(cloud))
        yield made


@pytest.fixture
def service(mongodb_uri: str, database_name: str, vhost: str, tmp_path: Path,
            clouds: dict[str, Cloud]) -> Iterator[Service]:
    """The service between a real broker, a real database and the three providers."""
    codes = {form.reference: "SMS_1" for of in forms().values() for form in of}
    told = "\n".join(f"[{provider}.codes]\n" + "\n".join(
        f'"{reference}" = "{code}"' for reference, code in codes.items())
        for provider in ("aliyun", "tencent"))
    (tmp_path / "codes.toml").write_text(told, encoding="utf-8")
    environ = environment_at(clouds["kannel"].url, mongodb_uri=mongodb_uri, prefix=database_name)
    environ |= {
        "AMQP_URI": vhost, "RETRY_RUNGS": RETRY_RUNGS, "LOG_LEVEL": "DEBUG",
        "QUIET_HOURS": "03:00-03:00",
        "METRICS_BIND": f"127.0.0.1:{free_port()}", "TEMPLATE_CODES": str(tmp_path / "codes.toml"),
        "ALIYUN_URL": clouds["aliyun"].url, "TENCENT_URL": clouds["tencent"].url,
        "ALIYUN_KEY_ID": KEY_ID, "ALIYUN_KEY_SECRET": KEY_SECRET, "TENCENT_KEY_ID": KEY_ID,
        "TENCENT_KEY_SECRET": KEY_SECRET, "TENCENT_APP_ID": APP_ID,
    }
    service = Service(environ=environ, folder=tmp_path)
    ensure_indexes(service.app().transactions.database, {**KERNEL_INDEXES, **INDEXES})
    connection = open_connection(vhost)
    declare(connection, flows=MINE, rungs=RUNGS)
    drop(connection)
    yield service
    service.stop()


@pytest.mark.chaos
def test_n_24_a_canary_that_goes_every_way_is_found_nowhere(
    service: Service, clouds: dict[str, Cloud]
) -> None:
    app = service.app()
    answers: list[str] = []
    every_outcome_of_every_provider(service, clouds)
    a_crash_and_no_handshake(service, app)
    service.serve()
    a_message_and_its_receipt(service, app, answers)
    replies(service, answers)
    parked = facts_that_nobody_can_read(service)
    metrics = requests.get(f"http://{service.environ['METRICS_BIND']}/metrics", timeout=5).text
    documents = list(documents_that_name(app))
    service.stop()
    log = (service.folder / "processes.log").read_text(encoding="utf-8", errors="replace")
    assert "httpx" in log and "attempt" in log
    asked = [one for cloud in clouds.values() for one in cloud.asked]
    assert sum(NUMBER.encode() in one.body or NUMBER in str(one.headers) for one in asked) > 20
    found = {
        "log": [line for line in log.splitlines() if is_in(line)],
        "metrics": [line for line in metrics.splitlines() if is_in(line)],
        "answers": [one for one in answers if is_in(one)],
        "addresses": [one.path for one in asked if is_in(one.path)],
        "dead-letter headers": [one for one in parked if is_in(one)],
        "documents": documents,
    }
    assert found == {place: [] for place in found}


def is_in(text: str) -> bool:
    plain = text + text.encode("ascii", "ignore").decode("unicode_escape", "ignore")
    return any(canary in each for canary in CANARIES for each in (text, plain))


def documents_that_name(app: App) -> Iterator[str]:
    """Collection and id of every document with a canary in it, in any of our encodings."""
    database = app.transactions.database
    wanted = [canary.encode(code) for canary in CANARIES for code in ("utf-8", "utf-16-be")]
    for name in database.list_collection_names():
        for document in database[name].find():
            if any(each in bson.encode(document, codec_options=ANY_UUID) for each in wanted):
                yield f"{name} {document['_id']}"


def every_outcome_of_every_provider(service: Service, clouds: dict[str, Cloud]) -> None:
    for name, cloud in clouds.items():  # Kannel cannot be asked what became of an attempt
        times = 1 if name == "kannel" else 2
        cloud.plan += [word for each in WORDS for word in times * (each,)]
    calling = service.run("tests.integration.notifications.every_outcome", environ={
        "SMS_PROVIDERS": "kannel=1,aliyun=1,tencent=1", "CALLS": str(len(WORDS)),
        "NUMBER": NUMBER, "TEXT": NAME, "SMS_CALL_WITHIN": "300ms",
    })
    assert calling.wait(SOON) == 0
    for cloud in clouds.values():
        cloud.plan.clear()


def signed_up(app: App, registration_id: str) -> None:
    keep_contacts(app, [builders.told(canary(), 1)])
    write_messages(app, [builders.told(builders.confirmed(registration_id, where=in_days(2)))])


def canary() -> Any:
    return builders.ContactRecorded(person_ref="p1", name=NAME, phone=NUMBER)


def a_crash_and_no_handshake(service: Service, app: App) -> None:
    signed_up(app, "r1")
    assert service.worker(CRASH_AT="notifications.after_call").wait(SOON) == 137
    signed_up(app, "r2")
    secured = service.environ["KANNEL_URL"].replace("http:", "https:")
    worker = service.worker(KANNEL_URL=secured)
    eventually(lambda: tried(app, "r2")["tries"] >= 1, within=SOON)
    end(worker)
    worker = service.worker(KANNEL_URL="http://127.0.0.1:1/")
    eventually(lambda: tried(app, "r2")["tries"] >= 2, within=SOON)
    end(worker)


def tried(app: App, registration_id: str) -> dict[str, Any]:
    [found] = app.transactions.database["messages"].find({"registration_id": registration_id})
    return found


def end(worker: subprocess.Popen[bytes]) -> None:
    worker.kill()
    worker.wait()


def a_message_and_its_receipt(service: Service, app: App, answers: list[str]) -> None:
    signed_up(app, "r3")
    eventually(lambda: tried(app, "r3")["state"] == "submitted", within=SOON)
    attempt = tried(app, "r3")["attempts"][0]
    for id, type in ((attempt, 1), ("nobody's", 1), (attempt, 2), (attempt, 99)):
        answers.append(asked(service, "POST", "/receipts/kannel", params={"id": id, "type": type}))
    eventually(lambda: tried(app, "r3")["state"] == "delivered", within=SOON)
    listed = requests.get(f"http://{service.environ['BIND']}/api/messages", timeout=5,
                          headers={"Authorization": "Bearer staff"})
    answers.append(listed.text)


def asked(service: Service, method: str, path: str, **request: Any) -> str:
    params = {"secret": SECRET, **request.pop("params", {})}
    return requests.request(method, f"http://{service.environ['BIND']}{path}", params=params,
                            timeout=5, **request).text


def replies(service: Service, answers: list[str]) -> None:
    for id, text in (("1", "TD"), ("2", f"我是{NAME}，{NUMBER}"), ("3", "DY")):
        answers.append(asked(
            service, "POST", "/inbound/kannel", params={"id": id}, data=text.encode(),
            headers={"X-Kannel-From": NUMBER, "Content-Type": 'text/plain; charset="UTF-8"'}))
    staff = {"Authorization": "Bearer staff"}
    for phone in (NUMBER, f"{NUMBER}x", NAME):
        answers.append(asked(service, "POST", "/api/opt-outs/look-up", json={"phone": phone},
                             headers=staff))


def facts_that_nobody_can_read(service: Service) -> list[str]:
    """The headers of facts with the canary that were parked: malformed, of no known type, and one
    that fails in the middle of the work."""
    envelope = json.loads(builders.told(canary(), 9).to_json())
    broken = [
        {**envelope, "id": "b1", "data": {**envelope["data"], "phone": [NUMBER]}},
        {**envelope, "id": "b2", "data": {"name": NAME, NUMBER: NAME}},
        {**envelope, "id": "b3", "type": f"events.{NUMBER}.v1"},
        {**envelope, "id": "b4", "data": {**envelope["data"], "phone": f"{NUMBER}\ud83d"}},
    ]
    connection = open_connection(service.environ["AMQP_URI"])
    publisher = Publisher(connection)
    for body in [*(json.dumps(each) for each in broken), f"{{{NUMBER} {NAME}"]:
        publisher.send(Message(
            body=body.encode(), exchange=PRIVATE, routing_key="events.contact_recorded.v1",
            message_id="x", headers={}), None)
    publisher.settle_all()
    drop(connection)
    return eventually(lambda: _parked(service, least=len(broken)), within=SOON) or []


def _parked(service: Service, *, least: int) -> list[str] | None:
    connection = open_connection(service.environ["AMQP_URI"])
    try:
        channel, found = connection.channel(), []
        while (message := channel.basic_get("notifications.keep-contacts.parked")) is not None:
            assert isinstance(message, amqp.Message)
            found.append(str(message.headers) + str(message.properties))
        return found if len(found) >= least else None
    finally:
        drop(connection)


def test_the_canary_would_be_found() -> None:
    assert is_in(f"x {NUMBER[3:]} y") and is_in(NAME) and is_in(json.dumps(NAME))
    assert not is_in("139***0997 金丝雀")
