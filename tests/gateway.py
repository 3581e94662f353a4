"""A real SMS gateway for tests: Kannel's bearerbox and smsbox, and fakesmsc as the operator behind.

Needs the Debian packages kannel and kannel-extras; everything listens on free loopback ports.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote_to_bytes

from ops.parts.ports import free_port, is_taken
from ops.parts.server import end, freeze, spawn
from tests.waiting import eventually

FAKESMSC = "/usr/lib/kannel/test/fakesmsc"
USERNAME, PASSWORD, SENDER = "district", "secret1", "10690"
_ARRIVED = re.compile(r"Got message \d+: <(\S+) (\S+) (\S+) (.*)>$", re.MULTILINE)

CONFIGURATION = """
group = core
admin-port = {admin}
admin-interface = 127.0.0.1
admin-password = {password}
status-password = {password}
smsbox-port = {boxes}
smsbox-interface = 127.0.0.1
box-deny-ip = "*.*.*.*"
box-allow-ip = 127.0.0.1
dlr-storage = internal
store-type = spool
store-location = {folder}/spool
sms-resend-freq = 5

group = smsc
smsc = fake
smsc-id = fakea
port = {operator}
connect-allow-ip = 127.0.0.1

group = smsc
smsc = fake
smsc-id = phones
port = {phones}
connect-allow-ip = 127.0.0.1
denied-prefix = "+;0;1;2;3;4;5;6;7;8;9"

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = {boxes}
sendsms-interface = 127.0.0.1
sendsms-port = {send}
global-sender = {sender}
http-request-retry = 20
http-queue-delay = 1

group = sendsms-user
username = {username}
password = {password}
concatenation = true
max-messages = 10

group = sms-service
keyword = default
catch-all = true
max-messages = 0
send-sender = true
post-url = "http://127.0.0.1:{doors}/inbound/kannel?secret={secret}&id=%I"

group = sms-service
keyword = {greeting}
text = ""
max-messages = 0
"""
SECRET = "test secret + %"
# fakesmsc must say something to be connected: that is nobody's reply and is brought nowhere.
GREETING = "greeting"

ESTABLISHED = "01"  # in /proc/net/tcp
SHORTEST = 100  # bytes of a message between the boxes; a heartbeat has some twenty


@dataclass(frozen=True)
class Arrived:
    """A message as the operator got it: `segments` parts that together say `text`."""

    number: str
    text: str
    segments: int


class Gateway:
    """One gateway in `folder`; use `open_gateway`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        names = ("admin", "boxes", "operator", "phones", "doors", "send")
        self.ports = {name: free_port() for name in names}
        self._parts: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def send_url(self) -> str:
        return f"http://127.0.0.1:{self.ports['send']}/cgi-bin/sendsms"

    def start(self) -> None:
        """Returns when the operator is connected and messages are taken."""
        (self.folder / "spool").mkdir(parents=True, exist_ok=True)
        names: Mapping[str, object] = {"folder": self.folder, "username": USERNAME,
                                       "password": PASSWORD, "sender": SENDER, **self.ports,
                                       "secret": quote(SECRET, safe="").replace("%", "%%"),
                                       "greeting": GREETING}
        configuration = self.folder / "kannel.conf"
        configuration.write_text(CONFIGURATION.format(**names), encoding="utf-8")
        self._run("bearerbox", "bearerbox", str(configuration))
        self._await("boxes", "operator")
        self._run("smsbox", "smsbox", str(configuration))
        self._await("send")
        self._run("operator", FAKESMSC, "-H", "127.0.0.1", "-r", str(self.ports["operator"]),
                  "-i", "3600", "-m", "1", f"13900000009 {SENDER} text {GREETING}")
        eventually(lambda: "Done." in self._log() or "sent message" in self._log())

    def stop(self) -> None:
        """Ends all parts, frozen ones too; nothing in the spool is waited for."""
        for part in reversed(list(self._parts.values())):
            end(part, within=0.5)
        self._parts.clear()

    def freeze(self) -> None:
        """From now on messages are taken off the wire but never answered."""
        freeze(self._parts["bearerbox"].pid)

    def thaw(self) -> None:
        os.kill(self._parts["bearerbox"].pid, signal.SIGCONT)

    def held_back(self) -> bool:
        """Whether a message lies unread before the frozen gateway; its heartbeats are shorter."""
        return _unread(self.ports["boxes"]) >= SHORTEST

    def reply(self, number: str, text: str) -> None:
        """A telephone sends us a text, which the gateway brings to the port `doors`. It stays on
        the line until the next one: what it said may not have been read yet."""
        if "telephone" in self._parts:
            end(self._parts.pop("telephone"), within=0.5)
        self._run("telephone", FAKESMSC, "-H", "127.0.0.1", "-r", str(self.ports["phones"]),
                  "-i", "0.1", "-m", "1", f"{number} {SENDER} text {text}")

    def arrived(self) -> list[Arrived]:
        """Every message that the operator got, put together, in the order of their last parts."""
        whole: list[Arrived] = []
        parts: dict[tuple[str, bytes], dict[int, bytes]] = {}
        for _, number, kind, rest in _ARRIVED.findall(self._log()):
            if kind != "udh":
                whole.append(Arrived(number, _text(kind, rest), 1))
                continue
            header, body = (unquote_to_bytes(each.replace("+", " ")) for each in _two(rest))
            reference, total, place = header[3:4], header[4], header[5]
            got = parts.setdefault((number, reference), {})
            got[place] = body
            if len(got) == total:
                joined = b"".join(got[each] for each in sorted(got))
                whole.append(Arrived(number, joined.decode("utf-16-be"), total))
                del parts[number, reference]
        return whole

    def arrived_at(self, number: str) -> list[Arrived]:
        return [message for message in self.arrived() if message.number == number]

    def _log(self) -> str:
        return (self.folder / "operator.log").read_text(encoding="utf-8", errors="replace")

    def _run(self, name: str, *command: str) -> None:
        log = self.folder / f"{name}.log"
        self._parts[name] = spawn(command, env=os.environ, log=log)

    def _await(self, *ports: str) -> None:
        for port in ports:
            eventually(lambda port=port: is_taken(self.ports[port]))  # type: ignore[misc]


def _unread(port: int) -> int:
    """Bytes that arrived at this loopback port and that its owner has not read yet (Linux)."""
    rows = Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
    fields = [row.split() for row in rows]
    return sum(int(each[4].split(":")[1], 16) for each in fields
               if int(each[1].split(":")[1], 16) == port and each[3] == ESTABLISHED)


def _two(rest: str) -> tuple[str, str]:
    first, _, second = rest.partition(" ")
    return first, second.partition(" ")[2] if second.startswith(("data ", "ucs-2 ")) else second


def _text(kind: str, rest: str) -> str:
    if kind == "ucs-2":
        return unquote_to_bytes(rest.replace("+", " ")).decode("utf-16-be")
    return unquote_to_bytes(rest.replace("+", " ")).decode("latin-1")


def is_installed() -> bool:
    return all(map(shutil.which, ("bearerbox", "smsbox", FAKESMSC)))


@contextmanager
def open_gateway(folder: Path) -> Iterator[Gateway]:
    """A running gateway that is gone afterwards."""
    gateway = Gateway(folder)
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.stop()
