"""The feed at the real door: what is granted, by position, at once when something comes."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from kernel.clock import system_clock
from tests.rig.feed import FedCity, open_city, told
from tests.waiting import eventually

CLOSED, VISIT, HOURS = (
    "events.session_closed.v1", "events.visit_recorded.v1", "volunteers.hours_credited.v1")


@pytest.fixture
def city(mongodb_uri: str, tmp_path: Path) -> Iterator[FedCity]:
    with open_city(mongodb_uri, tmp_path, FEED_PER_MINUTE="60") as opened:
        yield opened


def waiting(city: FedCity) -> float:
    """How many wait, as the service counts them."""
    place = city.process.environment["METRICS_BIND"]
    lines = requests.get(f"http://{place}/metrics", timeout=5).text.splitlines()
    return next((float(line.split()[1]) for line in lines
                 if line.startswith("xiangxin_feed_waiting ")), 0.0)


def positions(answer: requests.Response) -> list[int]:
    assert answer.status_code == 200, answer.text
    return [one["position"] for one in answer.json()["facts"]]


def code(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_subscriber_reads_what_it_is_granted_page_by_page_with_the_bytes_as_published(
    city: FedCity
) -> None:
    hers = city.subscriber("hours", "volunteers.#", "events.visit_recorded.v1")
    city.tell(CLOSED, VISIT, HOURS, VISIT, CLOSED)

    first = city.ask(hers, limit=2)
    second = city.ask(hers, limit=2, after=first.json()["next"])

    assert positions(first) == [2, 3] and first.json()["next"] == 3 and first.json()["more"]
    assert positions(second) == [4] and second.json()["next"] == 5 and not second.json()["more"]
    assert f'"fact":{told(VISIT, 2).body}' in first.text
    assert positions(city.ask(hers, facts="volunteers.*.v1")) == [3]
    assert city.ask(hers, "/feed/head").json() == {"first": 1, "last": 5}


def test_who_is_unknown_suspended_or_asks_for_more_is_refused_and_told_why(city: FedCity) -> None:
    hers = city.subscriber("hours", "volunteers.#")
    city.tell(CLOSED)

    assert code(city.ask({})) == (401, "token_required")
    assert code(city.ask({"Authorization": "Bearer invented-nobody"})) == (403, "token_refused")
    refused = city.ask(hers, facts=f"{HOURS},{CLOSED}")
    assert code(refused) == (403, "not_granted") and CLOSED in refused.json()["detail"]
    assert code(city.ask(hers, facts="events.contact_recorded.v1")) == (422, "unknown_pattern")
    assert positions(city.ask(hers)) == []
    city.subscriber("hours", "volunteers.#", state="suspended")
    assert code(city.ask(hers)) == code(city.ask(hers, "/feed/head")) == (403, "suspended")


def test_a_question_that_cannot_be_meant_is_refused_by_the_name_of_its_field(
    city: FedCity
) -> None:
    hers = city.subscriber("all", "#")
    wrong: dict[str, list[dict[str, Any]]] = {
        "after": [{"after": -1}, {"after": "x"}], "limit": [{"limit": 0}, {"limit": 1001}],
        "wait": [{"wait": 31}],
        "from": [{"from": "yesterday"}, {"after": 1, "from": "2021-09-25T08:00:00+08:00"}],
    }
    for field, queries in wrong.items():
        for query in queries:
            answer = city.ask(hers, **query)
            assert code(answer) == (422, "invalid_input"), query
            assert list(answer.json()["errors"]) == [field]


def test_one_begins_at_a_moment_and_is_told_what_is_no_longer_kept(city: FedCity) -> None:
    hers = city.subscriber("all", "#")
    before = system_clock()
    city.tell(CLOSED, VISIT)
    between = system_clock() + timedelta(milliseconds=1)
    eventually(lambda: system_clock() > between)
    city.tell(HOURS)

    assert positions(city.ask(hers, **{"from": before.isoformat()})) == [1, 2, 3]
    assert positions(city.ask(hers, **{"from": between.isoformat()})) == [3]
    assert code(city.ask(hers, after=4)) == (422, "ahead")
    assert city.store.feed.forget(between) == 2
    late = city.ask(hers, after=1)
    assert code(late) == (410, "forgotten") and late.json()["first"] == 3
    assert positions(city.ask(hers, after=late.json()["first"] - 1)) == [3]
    assert positions(city.ask(hers)) == [3]


def test_a_full_page_may_be_kept_and_what_did_not_change_is_not_sent_again(city: FedCity) -> None:
    hers = city.subscriber("all", "#")
    city.tell(CLOSED, VISIT, HOURS)

    full, rest = city.ask(hers, limit=2), city.ask(hers, after=2)

    assert full.headers["Cache-Control"] == "private, max-age=3600"
    assert rest.headers["Cache-Control"] == "private, no-cache"
    known = {**hers, "If-None-Match": rest.headers["ETag"]}
    unchanged = city.ask(known, after=2)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert not rest.headers["ETag"].startswith("W/")
    city.tell(VISIT)
    assert positions(city.ask(known, after=2)) == [3, 4]


def late(pool: ThreadPoolExecutor, city: FedCity, headers: dict[str, str],
         **query: Any) -> Future[tuple[requests.Response, float]]:
    def ask() -> tuple[requests.Response, float]:
        return city.ask(headers, wait=30, **query), time.monotonic()

    return pool.submit(ask)


def test_who_waits_is_answered_as_soon_as_something_granted_comes_and_not_before(
    city: FedCity
) -> None:
    hers, theirs = city.subscriber("hours", "volunteers.#"), city.subscriber("visits", VISIT)
    with ThreadPoolExecutor(2) as pool:
        hours, visits = late(pool, city, hers, after=0), late(pool, city, theirs, after=0)
        eventually(lambda: waiting(city) == 2)

        city.tell(VISIT)
        told_at = time.monotonic()
        answer, at = visits.result(20)
        assert positions(answer) == [1] and at - told_at < 5
        assert not hours.done()
        city.tell(HOURS)
        assert positions(hours.result(20)[0]) == [2]
    eventually(lambda: waiting(city) == 0)


def test_whoever_stops_waiting_frees_the_place(city: FedCity) -> None:
    hers = city.subscriber("all", "#", connections=1)
    with ThreadPoolExecutor(1) as pool:
        place = urlsplit(city.process.address)
        leaver = socket.create_connection((place.hostname, place.port))
        leaver.sendall(b"GET /feed?wait=30 HTTP/1.1\r\nHost: city\r\nAuthorization: "
                       + hers["Authorization"].encode() + b"\r\n\r\n")
        eventually(lambda: waiting(city) == 1)
        assert code(city.ask(hers, wait=30)) == (429, "too_many_waiting")
        leaver.close()
        eventually(lambda: waiting(city) == 0, within=10)

        stays = late(pool, city, hers)
        eventually(lambda: waiting(city) == 1)
        city.tell(VISIT)
        assert positions(stays.result(20)[0]) == [1]


def test_what_is_taken_away_meanwhile_is_not_told(city: FedCity) -> None:
    hers = city.subscriber("all", "#")
    with ThreadPoolExecutor(1) as pool:
        waits = late(pool, city, hers)
        eventually(lambda: waiting(city) == 1)
        city.subscriber("all", "#", state="suspended")
        city.tell(VISIT)

        assert positions(waits.result(20)[0]) == []


def test_a_service_that_stops_answers_who_waits(city: FedCity) -> None:
    hers = city.subscriber("all", "#")
    city.tell(VISIT)
    with ThreadPoolExecutor(1) as pool:
        waits = late(pool, city, hers, after=1)
        eventually(lambda: waiting(city) == 1)
        assert city.process.stop() == 0

        answer, _ = waits.result(20)
        assert answer.json() == {"facts": [], "next": 1, "more": False}


def test_who_asks_too_often_is_told_when_to_come_back(city: FedCity) -> None:
    hers, theirs = city.subscriber("all", "#"), city.subscriber("visits", VISIT)
    answers = [city.ask(hers, "/feed/head") for _ in range(61)]

    assert {answer.status_code for answer in answers[:60]} == {200}
    assert code(answers[60]) == (429, "asked_too_often")
    assert 1 <= int(answers[60].headers["Retry-After"]) <= 60
    assert city.ask(theirs, "/feed/head").status_code == 200


def test_the_document_of_the_doors_says_whose_token_opens_the_feed(city: FedCity) -> None:
    document = requests.get(f"{city.process.address}/openapi.json", timeout=10).json()

    assert document["paths"]["/feed"]["get"]["security"] == [{"subscriber": []}]
    scheme = document["components"]["securitySchemes"]["subscriber"]
    assert json.dumps(scheme) == '{"type": "http", "scheme": "bearer"}'
