"""What a subscriber may read at the broker, and the URI that it is told."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from kernel.settings import read
from ops.grants import AdminSettings
from ops.outsiders import NotPrepared, open_outsiders, readable, uri_of
from services.city.domain.subscriber import Subscriber
from services.city.topology import LOG
from tests.unit.city.builders import NOW

ONE = Subscriber(name="data-bureau", facts=("events.#",), state="active", token_hash="0",
                 most_connections=3, queue_megabytes=5, added_at=NOW)


def told(uri: str, **more: str) -> Any:
    return read(AdminSettings, {"AMQP_URI": uri, "MONGODB_URI": "mongodb://127.0.0.1/", **more})


@pytest.mark.parametrize("queue", [
    "sub.data-bureau.main.more", "more.sub.data-bureau.main", "subxdata-bureau.main",
    "sub.data-bureau2.main", "sub.another.main", "city.dropped", LOG, "",
])
def test_it_reads_its_own_queue_and_no_other(queue: str) -> None:
    assert re.search(readable(ONE), ONE.queue)
    assert not re.search(readable(ONE), queue)


def test_only_who_may_hear_everything_reads_the_stream() -> None:
    everything = replace(ONE, facts=("events.#", "#"))

    assert re.search(readable(everything), LOG) and re.search(readable(everything), ONE.queue)
    assert not re.search(readable(everything), "city.dropped")
    assert not re.search(readable(replace(ONE, facts=("*.#", "events.#"))), LOG)


def test_its_uri_names_the_broker_as_it_knows_it_and_no_file_of_ours() -> None:
    ours = told("amqps://keeper:invented@broker:5671/ours?cacertfile=/etc/hostname",
                CITY_VHOST="other")

    assert uri_of(ours, ONE, "invented/") == (
        "amqps://sub.data-bureau:invented%2F@broker:5671/other")
    assert uri_of(ours, ONE, "invented", "mq.invented:443") == (
        "amqps://sub.data-bureau:invented@mq.invented:443/other")


def test_without_the_management_api_it_says_what_is_missing() -> None:
    with pytest.raises(NotPrepared, match="RABBITMQ_API is missing"), \
            open_outsiders(told("amqp://keeper:invented@127.0.0.1:1/")):
        pass
