"""What `xiangxin up` prints once all is ready."""

from __future__ import annotations

import subprocess

from ops.addresses import Addresses
from ops.guide import told

SUBSCRIBER = {"name": "demo-exchange", "queue": "sub.demo-exchange.main", "token": "invented-token",
              "uri": "amqp://sub.demo-exchange:invented@127.0.0.1:5672/city?heartbeat=20&x=1"}
HERE = Addresses(
    events="http://127.0.0.1:1", volunteers="http://127.0.0.1:2",
    notifications="http://127.0.0.1:3", stats="http://127.0.0.1:4", city="http://127.0.0.1:5",
    metrics={}, amqp_uri="amqp://somebody:invented-word@127.0.0.1:5672/",
    mongodb_uri="mongodb://somebody:invented-word@127.0.0.1:27017/", staff_token="invented-staff",
    caseworker_token="invented-caseworker", subscriber=SUBSCRIBER)


def test_a_shell_takes_what_is_printed_for_a_subscriber() -> None:
    lines = [line for line in told(HERE).splitlines() if line.lstrip().startswith("export ")]
    script = "\n".join([*lines, 'printf "%s\\n" "$FEED" "$TOKEN" "$AMQP_URL" "$QUEUE"'])

    said = subprocess.run(["sh", "-euc", script], capture_output=True, text=True, check=True)

    assert said.stdout.splitlines() == [
        f"{HERE.city}/feed", SUBSCRIBER["token"], SUBSCRIBER["uri"], SUBSCRIBER["queue"]]


def test_no_password_of_a_server_is_printed_and_without_a_subscriber_nothing_of_one() -> None:
    assert "invented-word" not in told(HERE)
    alone = Addresses(**vars(HERE) | {"subscriber": {}})
    assert "export" not in told(alone) and "demo-exchange" not in told(alone)
