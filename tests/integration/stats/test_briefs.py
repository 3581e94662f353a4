"""Briefs over HTTP on a real database: drafted, signed by other eyes, revised, verified (C-47)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
import requests

from kernel.clock import system_clock
from kernel.mongo import ensure_indexes, open_database
from kernel.transaction import KERNEL_INDEXES, Transactions
from ops.__main__ import main
from ops.parts.ports import free_port
from services.stats.briefs import load
from services.stats.store import INDEXES, Store
from services.stats.usecases.application import Stats
from services.stats.usecases.briefing.drafting import follow
from services.stats.usecases.folding import fold_figures
from tests.rig.process import Process
from tests.rig.where import Where
from tests.unit.stats.builders import a_session, closed, corrected, credited, published, told

MEMBERS = "maker:token-of-the-maker,checker:token-of-the-checker"
MAKER = {"Authorization": "Bearer token-of-the-maker"}
CHECKER = {"Authorization": "Bearer token-of-the-checker"}
PERIOD = {"as_of": "2021-09-30"}


@dataclass(frozen=True)
class Office:
    """The running service, and its application on the same database."""

    app: Stats
    process: Process

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.process.address}{path}", headers=headers, timeout=20)

    def post(self, path: str, body: Any, who: dict[str, str]) -> requests.Response:
        headers = {**who, "Idempotency-Key": uuid4().hex}
        return requests.post(f"{self.process.address}{path}", json=body, headers=headers,
                             timeout=20)


@pytest.fixture(scope="module")
def where(mongodb_uri: str) -> Where:
    return Where(mongodb_uri, f"test_briefs_{uuid4().hex[:8]}_")


@pytest.fixture(scope="module")
def office(where: Where, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    database = open_database(where, "stats")
    ensure_indexes(database, {**KERNEL_INDEXES, **INDEXES})
    app = Stats(transactions=Transactions(database, source="/stats", clock=system_clock),
                store=Store.on(database), templates=load())
    fold_figures(app, told([published(), closed(served=40),
                            *(credited(f"p{number}") for number in range(3))]))
    port = free_port()
    environment = {
        "AMQP_URI": "amqp://guest:guest@127.0.0.1:1/", "MONGODB_URI": where.mongodb_uri,
        "DATABASE_PREFIX": where.database_prefix, "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{free_port()}", "ROLE": "http", "STAFF_TOKENS": MEMBERS,
    }
    log = tmp_path_factory.mktemp("briefs") / "stats.log"
    with Process("kernel.serve", "stats", environment=environment, log=log, port=port) as process:
        yield Office(app, process)
    database.client.drop_database(database.name)
    database.client.close()


def test_c47_a_brief_is_drafted_signed_by_other_eyes_and_revised_after_a_correction(
        office: Office) -> None:
    draft_id = office.post("/api/briefs", PERIOD, MAKER).json()["draft_id"]
    decision = f"/api/briefs/drafts/{draft_id}/decision"
    assert office.post(decision, {"decision": "published"}, MAKER).json()["code"] == "self_made"
    serial = office.post(decision, {"decision": "published"}, CHECKER).json()["serial"]
    first = office.get(f"/api/briefs/published/{serial}").json()

    fold_figures(office.app, told(
        [corrected("p0", -90, reverses=f"{a_session().session_id}-p0")], at=system_clock()))
    assert follow(office.app) == [serial]
    [waits] = office.get("/api/briefs/drafts", **CHECKER).json()
    office.post(f"/api/briefs/drafts/{waits['draft_id']}/decision", {"decision": "published"},
                CHECKER)

    again = office.get(f"/api/briefs/published/{serial}").json()
    assert again.pop("newer") == serial + 1 and first.pop("newer") is None
    assert again == first and not again["altered"]
    assert hashlib.sha256(first["signed"].encode()).hexdigest() == first["hash"]
    revised = office.get(f"/api/briefs/published/{serial + 1}").json()
    assert [(d["figure"], d["before"], d["after"]) for d in revised["differences"]] == [
        ("attendances", 3, 2), ("hours", 4.5, 3)]
    assert revised["content"]["sentences"][0]["text"].startswith("截至九月")


def test_who_is_no_staff_drafts_nothing_and_a_wrong_kind_is_named(office: Office) -> None:
    assert office.post("/api/briefs", PERIOD, {}).status_code == 401
    refused = office.post("/api/briefs", {**PERIOD, "template": "poem"}, MAKER)
    assert refused.status_code == 422 and list(refused.json()["errors"]) == ["template"]
    assert office.get("/api/briefs/published/99").json()["code"] == "unknown_brief"
    assert office.get("/api/briefs?as_of=2021-09-30&template=figures").status_code == 200


def test_the_command_says_which_signed_brief_was_altered(
        office: Office, where: Where, monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str]) -> None:
    draft_id = office.post("/api/briefs", {**PERIOD, "template": "figures"}, MAKER).json()
    serial = office.post(f"/api/briefs/drafts/{draft_id['draft_id']}/decision",
                         {"decision": "published"}, CHECKER).json()["serial"]
    for name, value in (("MONGODB_URI", where.mongodb_uri), ("AMQP_URI", "amqp://x"),
                        ("DATABASE_PREFIX", where.database_prefix)):
        monkeypatch.setenv(name, value)
    assert main(["briefs", "verify"]) == 0

    office.app.transactions.database["briefs"].update_one(
        {"_id": serial}, {"$set": {"content.sentences.0.figures.sessions": 7}})

    assert main(["briefs", "verify"]) == 1
    assert f"edition {serial} was altered after it was signed" in capsys.readouterr().out
    assert office.get(f"/api/briefs/published/{serial}").json()["altered"]
