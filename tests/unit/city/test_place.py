"""Where receivers may be: no place of ours, however it is written, embedded or looked up."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from services.city.domain.broken import NotOutside, WrongUrl
from services.city.domain.place import is_outside, outside, place_of
from services.city.webhooks.calling import Caller, lookup
from tests.fakes.tls import ANOTHER, made, within_tls
from tests.rig.receiver import Receiver

LOOPBACK = [ip_network("127.0.0.0/8")]
INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "100.100.100.200", "192.0.0.1", "192.0.2.1", "198.18.0.1",
    "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255",
    "::", "::1", "fe80::1", "fe80::1%eth0", "fd00::1", "fec0::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:7f00:1", "::7f00:1", "64:ff9b::127.0.0.1",
    "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::1", "2002:a9fe:a9fe::",
    "2002:808:808::1",     "2001:0:7f00:1::", "100::1", "nonsense", "",
]
OUTSIDE = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]


@pytest.mark.parametrize("address", INSIDE)
def test_what_is_inside_is_not_called(address: str) -> None:
    assert not is_outside(address)


@pytest.mark.parametrize("address", OUTSIDE)
def test_what_is_outside_is_called(address: str) -> None:
    assert is_outside(address)


@pytest.mark.parametrize(("address", "allowed", "called"), [
    ("10.1.2.3", "10.0.0.0/8", True), ("10.1.2.3", "10.2.0.0/16", False),
    ("::ffff:10.1.2.3", "10.0.0.0/8", True), ("64:ff9b::a01:203", "10.0.0.0/8", True),
    ("fd00::7", "fd00::/8", True), ("127.0.0.1", "10.0.0.0/8", False),
    ("169.254.169.254", "10.0.0.0/8", False), ("8.8.8.8", "10.0.0.0/8", True),
])
def test_a_setting_lets_in_its_networks_and_no_others(
    address: str, allowed: str, called: bool
) -> None:
    assert is_outside(address, [ip_network(allowed)]) is called


@pytest.mark.parametrize("url", [
    "ftp://a.example.cn/", "file:///etc/passwd", "gopher://a.example.cn", "//a.example.cn/", "",
    "https://", "https:///x", "https://user@a.example.cn/", "https://user:guest@a.example.cn/",
    "https://a.example.cn:0/", "https://a.example.cn:70000/", "https://a.example.cn:x/",
    "https://a.example.cn/#there", "https://a.example.cn/a b", "https://a.example.cn/\r\nHost: b",
    "https://a.example.cn\\@b/", "https://民政.example.cn/", "https://a..example.cn/", "https://-a/",
    "https://[::1/", "https://[fe80::1%25eth0]/", "https://2130706433/", "https://0x7f000001/",
    "https://0177.0.0.1/", "https://127.1/", "https://0x7f.0.0.1/", "https://127.0.0.0x1/",
    "https://1.2.3.4.5/", "https://a.example.cn/" + "x" * 2000,
])
def test_an_address_that_is_none_is_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(WrongUrl) as refused:
        place_of(url)
    assert len(str(refused.value)) > 10


@pytest.mark.parametrize(("url", "authority", "target"), [
    ("https://a.example.cn", "a.example.cn", "/"),
    ("https://a.example.cn:443/x?y=1", "a.example.cn", "/x?y=1"),
    ("http://a.example.cn:8080/x", "a.example.cn:8080", "/x"),
    ("https://[2606:4700::1]:8443/", "[2606:4700::1]:8443", "/"),
    ("https://8.8.8.8/", "8.8.8.8", "/"), ("https://A.Example.CN/X", "a.example.cn", "/X"),
])
def test_an_address_in_its_parts(url: str, authority: str, target: str) -> None:
    place = place_of(url)
    assert (place.authority, place.target) == (authority, target)


@pytest.mark.parametrize("url", ["http://localhost/", "http://127.0.0.1/", "http://[::1]/",
                                 "http://[::ffff:7f00:1]/", "http://0.0.0.0/", "http://0/"])
def test_the_system_looks_up_what_a_call_would_reach(url: str) -> None:
    with pytest.raises((NotOutside, WrongUrl)):
        outside(place_of(url), lookup)


def test_one_address_inside_among_others_is_enough_to_refuse() -> None:
    with pytest.raises(NotOutside, match="192\\.168\\.0\\.9"):
        outside(place_of("https://a.example.cn/"), lambda *_: ["8.8.8.8", "192.168.0.9"])


def test_a_name_without_addresses_leads_nowhere() -> None:
    with pytest.raises(OSError, match="no address"):
        outside(place_of("https://a.example.cn/"), lambda *_: [])


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


def test_a_name_is_looked_up_once_and_the_call_goes_where_it_led_then(receiver: Receiver) -> None:
    """DNS rebinding: whatever the name leads to a moment later is not asked."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"]])
    caller = Caller(LOOPBACK, resolve=lambda *_: next(answers))

    answer = caller.call(f"http://a.example.cn:{receiver.port}/", b"{}", {"webhook-id": "one"})

    assert answer.status == 204
    assert receiver.came[0].headers["host"] == f"a.example.cn:{receiver.port}"
    again = caller.call(f"http://a.example.cn:{receiver.port}/", b"{}", {"webhook-id": "one"})
    assert "169.254.169.254" in again.error and len(receiver.came) == 1


def test_no_proxy_of_the_environment_is_asked(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert Caller(LOOPBACK).call(receiver.url, b"{}", {"webhook-id": "one"}).status == 204


def test_a_certificate_is_held_against_the_name_though_the_address_is_pinned(
    receiver: Receiver, tmp_path: Path
) -> None:
    authority = made(tmp_path, ANOTHER)
    with within_tls(receiver.port, authority) as port:
        known = Caller(LOOPBACK, ca_file=authority.authorities, resolve=lambda *_: ["127.0.0.1"])
        right = known.call(f"https://smsc.example:{port}/", b"{}", {"webhook-id": "one"})
        wrong = known.call(f"https://another.example:{port}/", b"{}", {"webhook-id": "two"})
        strange = Caller(LOOPBACK, resolve=lambda *_: ["127.0.0.1"]).call(
            f"https://smsc.example:{port}/", b"{}", {"webhook-id": "three"})

    assert right.status == 204 and [each.id for each in receiver.came] == ["one"]
    assert "certificate" in wrong.error.lower() and "certificate" in strange.error.lower()


def test_whoever_drips_the_head_of_an_answer_is_cut_off() -> None:
    """Also before there is an answer: silence, and a handshake that never ends."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        for scheme in ("http", "https"):
            answer = Caller(LOOPBACK, within=0.5).call(f"{scheme}://127.0.0.1:{port}/", b"{}",
                                                       {"webhook-id": "one"})
            assert answer.error and answer.took < 3


def test_nobody_there_is_said_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    answer = Caller(LOOPBACK).call(f"http://127.0.0.1:{port}/", b"{}", {"webhook-id": "one"})
    assert "refused" in answer.error
