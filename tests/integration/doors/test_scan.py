"""An active scan of every door of every service: never a fault, nothing told back, nothing kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from http.client import HTTPConnection
from itertools import chain
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from ops.prepare import SERVICES
from tests.integration.doors import attacks
from tests.integration.doors.attacks import OPERATORS, WORDS, Attack
from tests.integration.events.attacking import kept, raw_status
from tests.rig.house import ALL, House, open_house

FRAMING = [
    b"Content-Length: 5\r\nContent-Length: 6", b"Content-Length: +5", b"Content-Length: 5, 5",
    b"Content-Length: 0x5", b"Content-Length : 5", b" Content-Length: 5",
    b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"Transfer-Encoding: \x0bchunked",
    b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", b"Content-Length: 5\r\n folded",
    b"Transfer-Encoding: xchunked\r\nContent-Length: 5", b"X: a\x00b", b"X: " + b"a" * 70_000,
    b"Host: a\r\nHost: b", b"X: a\rX-B: c", b"nameko.call_id_stack: x\r\nnameko.y: \xff",
]


@pytest.fixture(scope="module")
def house(mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Limits so high that they answer nothing; the audit log keeps who tried."""
    limits = {"SIGNUPS_PER_ADDRESS": "100000", "TRIES_PER_PERSON": "1000",
              "REGISTRATIONS_PER_ADDRESS": "100000", "CORRECTIONS_PER_ADDRESS": "100000",
              "CHECKS_PER_ADDRESS": "100000", "CERTIFICATES_PER_ADDRESS": "100000"}
    with open_house(mongodb_uri, tmp_path_factory.mktemp("scan"), **limits) as opened:
        yield opened


@pytest.fixture(scope="module")
def described(house: House) -> Mapping[str, Any]:
    return {service: house.described(service) for service in SERVICES}


def faults_of(house: House, service: str, tried: Iterable[Attack],
              headers: Mapping[str, str] = ALL) -> tuple[int, dict[str, str]]:
    """How many attacks were made, and what was wrong by door and attack."""
    found, count = {}, 0
    place = urlsplit(house.address(service))
    line = HTTPConnection(place.hostname or "", place.port, timeout=30)
    for attack in tried:
        count += 1
        told = attacks.fault(attack, sent(line, attack, headers))
        if told:
            found[f"{service} {attack.method} {attack.target[:80]}: {attack.told}"] = told
    line.close()
    return count, found


def sent(line: HTTPConnection, attack: Attack, headers: Mapping[str, str]) -> requests.Response:
    """The answer; sent by hand, for a library would mend the address."""
    line.putrequest(attack.method, "/", skip_accept_encoding=True)
    line._buffer[0] = f"{attack.method} {attack.target} HTTP/1.1".encode()  # type: ignore[attr-defined]
    for name, value in {**headers, **attack.headers}.items():
        line.putheader(name, value.encode("latin-1"))
    line.putheader("Content-Length", str(len(attack.body)))
    line.endheaders(attack.body)
    came = line.getresponse()
    answer = requests.Response()
    answer.status_code, answer._content, answer.encoding = came.status, came.read(), "utf-8"
    for name, value in came.getheaders():
        answer.headers[name] = value
    return answer


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_no_text_of_any_body_may_be_an_operator(house: House, described: Mapping[str, Any],
                                                service: str) -> None:
    before = kept(house.database(service))
    tried = chain(attacks.as_operators(described[service], each=1),
                  attacks.as_bodies(described[service]))
    count, found = faults_of(house, service, tried)
    assert not found
    assert kept(house.database(service)) == before
    assert count > 10 or not [*attacks.bodies(described[service], "application/json")]


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("who", [{}, ALL], ids=["nobody", "staff"])
def test_no_form_query_or_head_breaks_a_page_or_is_told_back(
    house: House, described: Mapping[str, Any], service: str, who: Mapping[str, str],
) -> None:
    there = described[service]
    tried = chain(attacks.as_forms(there), attacks.as_queries(there), attacks.as_numbers(there),
                  attacks.as_heads(there))
    page = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    count, found = faults_of(house, service, tried, {**who, **page})
    assert not found
    assert count > 30


@pytest.mark.slow
@pytest.mark.parametrize("service", SERVICES)
def test_no_word_in_a_path_finds_or_breaks_anything(house: House, described: Mapping[str, Any],
                                                    service: str) -> None:
    before = kept(house.database(service))
    turns = [WORDS[number::6] for number in range(6)]  # each door meets three of them
    tried = (attack for number, words in enumerate(turns)
             for attack in list(attacks.as_paths(described[service], words))[number::6])
    count, found = faults_of(house, service, tried, {**ALL, "Accept": "text/html"})
    assert not found
    assert kept(house.database(service)) == before
    assert count > 3 or not [*attacks.as_paths(described[service], WORDS)]


@pytest.mark.parametrize("service", SERVICES)
def test_no_framing_smuggles_a_second_request(house: House, service: str) -> None:
    smuggled = b"hello" + b"GET /staff/smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    for fields in FRAMING:
        request = b"POST /staff HTTP/1.1\r\n" + fields + b"\r\n\r\n" + smuggled
        status = raw_status(house.address(service), request)
        assert status == 0 or 400 <= status < 500, (fields[:40], status)


@pytest.mark.parametrize("service", SERVICES)
def test_no_door_waits_for_a_body_that_is_too_large(house: House, described: Mapping[str, Any],
                                                    service: str) -> None:
    writing = [(method, path, told) for method, path, told
               in attacks.operations(described[service]) if method != "GET"]
    for method, path, told in writing:
        target = attacks.filled(attacks.chosen(path, told), "1").encode()
        request = b"%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (
            method.encode(), target, 2 ** 40)
        assert raw_status(house.address(service), request) == 413, (method, path)
    assert writing


@pytest.mark.chaos
@pytest.mark.parametrize("service", SERVICES)
def test_every_attack_at_every_place(house: House, described: Mapping[str, Any],
                                     service: str) -> None:
    """The same without thrift: every operator at every text, every word in every path."""
    there = described[service]
    tried = chain(attacks.as_operators(there, each=len(OPERATORS)),
                  attacks.as_paths(there, WORDS))
    count, found = faults_of(house, service, tried)
    print(f"{service}: {count} attacks")
    assert not found
