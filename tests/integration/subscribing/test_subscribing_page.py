"""docs/subscribing.md: every program on it, as it stands there, against the real broker and
service, by a subscriber whom the operators' command added."""

from __future__ import annotations

import json
import sqlite3
from base64 import b64encode
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
import requests
from standardwebhooks.webhooks import Webhook

import contracts
from ops.parts import free_port
from tests.rig.abroad import Abroad
from tests.rig.events import TOKEN, login_keys
from tests.rig.outsider import Typed, added
from tests.rig.programs import Program, programs, running
from tests.waiting import eventually

PAGE = "subscribing.md"
EXAMPLES = Path(contracts.__file__).parent / "examples"
SIGNER = "whsec_" + b64encode(b"invented-for-tests-only-0001").decode()
BY_QUEUE = ("queue_kombu.py", "queue_aio_pika.py", "queue_amqplib.mjs")
BY_FEED = ("look.sh", "follow.sh", "feed.py")
OTHERS = ("replay_stream.py", "receiver.py", "read_contract.py")
VISIT = "events.visit_recorded.v1"


@pytest.fixture
def told(abroad: Abroad, typed: Typed, name: str) -> Mapping[str, str]:
    """What the page says to have in the environment, with everything running that tells."""
    abroad.relay().start(ready=False)
    abroad.bridge().start(ready=False)
    settings = {"ROLE": "http", "STAFF_TOKEN": TOKEN, "VAULT_KEY": b64encode(bytes(96)).decode(),
                **login_keys()}
    city = abroad.process("city", "kernel.serve", "city", environment=settings).start()
    hers = added(typed, name, "--facts", "#")
    return {"AMQP_URL": hers.uri, "QUEUE": hers.queue, "FEED": f"{city.address}/feed",
            "TOKEN": hers.token}


def tell(abroad: Abroad, count: int) -> None:
    """So many visits more, waited for until they are in the feed."""
    begin = abroad.attempted
    abroad.tell(f"v{number}" for number in range(begin, begin + count))
    eventually(lambda: abroad.store.feed.last() == begin + count)


def visits(lines: list[str]) -> list[str]:
    """Which visits a program printed, in its order."""
    return [word.partition("/")[2] for line in lines for word in line.split()
            if word.startswith("visit/")]


def position(folder: Path) -> str:
    """What a program has kept so far of how far it is."""
    file, database = folder / "position", folder / "kept.db"
    if database.exists():
        with closing(sqlite3.connect(database)) as kept:
            return str((kept.execute("select position from place").fetchone() or [""])[0])
    return file.read_text("utf-8").strip() if file.exists() else ""


def came(client: Program, wanted: list[str]) -> bool:
    """Whether it printed these last. The client before it may have ended before its last
    acknowledgement arrived, so some may come again."""
    return list(dict.fromkeys(visits(client.lines)))[-len(wanted):] == wanted


def test_every_block_of_code_on_the_page_is_run_here() -> None:
    assert set(programs(PAGE)) == {*BY_QUEUE, *BY_FEED, *OTHERS}


def test_curl_looks_follows_and_goes_on_where_it_was(
    abroad: Abroad, told: Mapping[str, str], tmp_path: Path
) -> None:
    tell(abroad, 3)
    with running(PAGE, "look.sh", tmp_path, **told) as look:
        [page] = look.ended()
        assert [one["position"] for one in json.loads(page)["facts"]] == [1, 2]
    with running(PAGE, "follow.sh", tmp_path, **told) as follow:
        facts = [json.loads(line) for line in follow.said(3)]
        assert [fact["type"] for fact in facts] == [VISIT] * 3
        eventually(lambda: position(tmp_path) == "3")
        tell(abroad, 1)
        assert json.loads(follow.said(4)[3])["data"]["visit_id"] == "v3"
        eventually(lambda: position(tmp_path) == "4")
    tell(abroad, 1)
    with running(PAGE, "follow.sh", tmp_path, **told) as again:
        assert json.loads(again.said(1)[0])["data"]["visit_id"] == "v4"


def test_the_subscriber_of_the_feed_loses_nothing_over_a_restart(
    abroad: Abroad, told: Mapping[str, str], tmp_path: Path
) -> None:
    with running(PAGE, "feed.py", tmp_path, **told) as first:
        tell(abroad, 2)
        assert visits(first.said(2)) == ["v0", "v1"]
        eventually(lambda: position(tmp_path) == "2")
    tell(abroad, 2)
    with running(PAGE, "feed.py", tmp_path, **told) as second:
        assert visits(second.said(2)) == ["v2", "v3"]
    abroad.store.feed.forget(datetime.now(UTC))
    (tmp_path / "kept.db").unlink()
    with running(PAGE, "feed.py", tmp_path, **told) as third:
        tell(abroad, 1)
        assert visits(third.said(1)) == ["v4"]


def test_each_client_of_amqp_hears_its_queue(
    abroad: Abroad, told: Mapping[str, str], tmp_path: Path
) -> None:
    for name in BY_QUEUE:
        begin = abroad.attempted
        tell(abroad, 2)
        with running(PAGE, name, tmp_path, **told) as client:
            client.said(2)
            tell(abroad, 1)
            eventually(partial(came, client, [f"v{begin + number}" for number in range(3)]))


def test_the_stream_is_read_from_its_beginning_an_offset_and_a_moment(
    abroad: Abroad, told: Mapping[str, str], tmp_path: Path
) -> None:
    tell(abroad, 4)
    for begin, heard in (("first", [0, 1, 2, 3]), ("2", [2, 3]),
                         ("2021-09-25T00:00:00+08:00", [0, 1, 2, 3])):
        with running(PAGE, "replay_stream.py", tmp_path, BEGIN=begin, **told) as replay:
            assert visits(replay.ended()) == [f"v{number}" for number in heard]


def test_the_receiver_takes_what_is_signed_and_nothing_else(tmp_path: Path) -> None:
    port, body = free_port(), (EXAMPLES / f"{VISIT}.json").read_text("utf-8")
    at = datetime.now(UTC)
    signed = {"webhook-id": "1", "webhook-timestamp": str(int(at.timestamp())),
              "webhook-signature": Webhook(SIGNER).sign("1", at, body)}
    with running(PAGE, "receiver.py", tmp_path, PORT=str(port), WEBHOOK_SECRET=SIGNER) as receiver:

        def answered(text: str) -> int:
            try:
                return requests.post(f"http://127.0.0.1:{port}", data=text.encode(), timeout=5,
                                     headers=signed).status_code
            except requests.ConnectionError:
                return 0

        assert eventually(lambda: answered(body)) == 204
        assert answered(body + " ") == 400
        assert [line for line in receiver.lines if line.startswith(VISIT)]


def test_the_package_of_contracts_reads_what_came(tmp_path: Path) -> None:
    (tmp_path / "xiangxin_contracts").symlink_to(Path(contracts.__file__).parent)
    fact = json.loads((EXAMPLES / f"{VISIT}.json").read_text("utf-8"))
    newer = fact | {"type": "events.visit_recorded.v9"}
    given = "\n".join(json.dumps(one, ensure_ascii=False) for one in (newer, fact))

    with running(PAGE, "read_contract.py", tmp_path, before=given,
                 PYTHONPATH=str(tmp_path)) as reader:
        assert reader.ended() == [f"VisitRecorded {fact['subject']}"]
