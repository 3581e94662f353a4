"""SMPP 3.4 to an operator's message centre: our own cutting, answers by table, receipts (N-22).

Every text is UCS-2; one that does not fit alone goes in parts with a header (8-bit reference), cut
between whole characters by the same rule that counts segments.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from hashlib import sha256
from itertools import count
from threading import Lock
from time import time
from typing import Any, TypeVar

from kernel.clock import SHANGHAI
from services.notifications.domain.consent import Inbound
from services.notifications.domain.message import State
from services.notifications.domain.outcome import Accepted, NoAnswer, NotReached, Outcome, Refused
from services.notifications.domain.report import Report
from services.notifications.domain.text import cut
from services.notifications.providers.base import Outgoing, Provider, Take
from services.notifications.providers.smpp_link import (
    NAMES,
    BindRefused,
    Link,
    LinkLost,
    NotBound,
    SmppAccess,
)
from services.notifications.providers.verdicts import Table, clean, refused

TABLE: Table = {
    "ambiguous": ("ESME_RSYSERR", "ESME_RSUBMITFAIL", "ESME_RUNKNOWNERR"),
    "later": ("ESME_RTHROTTLED", "ESME_RMSGQFUL", "ESME_RALYBND"),
    "provider_down": (
        "ESME_RBINDFAIL", "ESME_RINVPASWD", "ESME_RINVSYSID", "ESME_RINVSYSTYP", "ESME_RINVSRCADR",
        "ESME_RINVSRCTON", "ESME_RINVSRCNPI", "ESME_RINVBNDSTS",
    ),
    "give_up": ("ESME_RINVDSTADR", "ESME_RINVDSTTON", "ESME_RINVDSTNPI", "ESME_RINVMSGLEN",
                "ESME_RDELIVERYFAILURE"),
}
STATES: Mapping[str, State] = {
    "DELIVRD": "delivered", "EXPIRED": "failed", "DELETED": "failed", "UNDELIV": "failed",
    "REJECTD": "failed", "ACCEPTD": "submitted", "ENROUTE": "submitted",
}
UCS2, WITH_HEADER, IS_RECEIPT = 8, 0x40, 0x04
MOST_KNOWN = 5_000  # message ids of this process that are remembered until their receipts come
AGAIN_AT_MOST = 3  # times that a receipt which names nothing of ours is asked for again
V = TypeVar("V")
_RECEIPT = re.compile(
    rb"id:(?P<id>\S+).*?(?:done date:(?P<done>\d{10,12}))?\s+stat:(?P<stat>\w+)"
    rb"(?:\s+err:(?P<err>\w+))?",
    re.IGNORECASE | re.DOTALL,
)


class Smpp(Provider):
    """One connection per process, opened when it is needed."""

    name = "smpp"

    def __init__(self, access: SmppAccess) -> None:
        self._access = access
        self._link: Link | None = None
        self._lock = Lock()
        self._references = count(random.randrange(256))  # nosec B311 # names parts of a text
        self._ours: dict[str, str] = {}  # message id → attempt id: receipts may outrun the answer
        self._strange: dict[str, int] = {}
        self._take: Take = lambda report, apart: False
        self._hear: Callable[[Inbound], None] = _nobody_hears

    def listen(self, take: Take, hear: Callable[[Inbound], None]) -> None:
        self._take, self._hear = take, hear

    def try_send(self, outgoing: Outgoing) -> Outcome:
        try:
            link = self._bound()
        except NotBound as fault:
            return NotReached(fault.code)
        except BindRefused as refusal:
            return refused(TABLE, refusal.code)
        first, *others = self._parts(outgoing)
        try:
            [(status, message_id)] = link.submit([first])
            if status or not others:
                return self._outcome(outgoing, status, message_id)
            return self._rest(outgoing, link.submit(others))
        except LinkLost:
            return NoAnswer("LinkLost")

    def try_pull(self) -> list[Report]:
        """Nothing is pulled: receipts come to whoever is bound, so somebody has to be."""
        self._bound()
        return []

    def close(self) -> None:
        with self._lock:
            if self._link is not None:
                self._link.close()

    def _bound(self) -> Link:
        with self._lock:
            if self._link is None or not self._link.is_up:
                if self._link is not None:
                    self._link.close()
                self._link = None
                self._link = Link(self._access, self._delivered)
            return self._link

    def _parts(self, outgoing: Outgoing) -> list[dict[str, Any]]:
        """What is submitted; the receipt is asked for with the last part."""
        access, texts = self._access, cut(outgoing.text)
        reference = next(self._references) % 256
        address = {
            "source_addr": access.sender, "source_addr_ton": 0, "source_addr_npi": 1,
            "destination_addr": f"{access.prefix}{outgoing.number}", "dest_addr_ton": 1,
            "dest_addr_npi": 1, "data_coding": UCS2,
        }
        parts = []
        for place, text in enumerate(texts, 1):
            is_last = place == len(texts)
            header = bytes([5, 0, 3, reference, len(texts), place]) if len(texts) > 1 else b""
            parts.append({
                **address, "esm_class": WITH_HEADER if header else 0,
                "registered_delivery": int(is_last),
                "short_message": header + text.encode("utf-16-be"),
            })
        return parts

    def _rest(self, outgoing: Outgoing, answers: list[tuple[int, str]]) -> Outcome:
        """The first part is with them: whatever is said of the others, nothing goes again."""
        if any(status for status, _ in answers):
            return Refused("partly_accepted", "ambiguous")
        return self._outcome(outgoing, *answers[-1])

    def _outcome(self, outgoing: Outgoing, status: int, message_id: str) -> Outcome:
        if status:
            return refused(TABLE, NAMES.get(status, f"ESME_{status:04X}"))
        _remember(self._ours, message_id, outgoing.attempt_id)
        return Accepted(provider_ref=message_id or None)

    def _delivered(self, pdu: Any) -> bool:
        """Whether what the centre brought is kept, so that it need not bring it again.

        A receipt for another process's message may be here before that process has written down
        what the message is called, so one that names nothing is asked for again a few times.
        """
        text = bytes(pdu.short_message or b"")
        if not (pdu.esm_class or 0) & IS_RECEIPT:
            self._hear(inbound_of(text, pdu))
            return True
        report = report_of(text, self._ours)
        if report is None or report.provider_ref is None:
            return True
        brought = self._strange.get(report.provider_ref, 0) + 1
        is_kept = self._take(report, brought > AGAIN_AT_MOST)
        if is_kept:
            self._strange.pop(report.provider_ref, None)
        else:
            _remember(self._strange, report.provider_ref, brought)
        return is_kept


def inbound_of(text: bytes, pdu: Any) -> Inbound:
    """A reply of a person. SMPP gives it no id: the same words of the same number within ten
    minutes are the same reply, brought again."""
    coding = "utf-16-be" if pdu.data_coding == UCS2 else "latin-1"
    number = bytes(pdu.source_addr or b"").decode("ascii", "replace")
    brought = f"{number} {text.hex()} {int(time()) // 600}"
    return Inbound(provider="smpp", sequence_id=sha256(brought.encode()).hexdigest()[:32],
                   number=number, text=text.decode(coding, "replace"))


def report_of(text: bytes, ours: Mapping[str, str]) -> Report | None:
    """A receipt as the specification's appendix B has it; None when it is not one."""
    found = _RECEIPT.search(text)
    if found is None:
        return None
    told = {name: (value or b"").decode("ascii", "replace") for name, value in
            found.groupdict().items()}
    stat = told["stat"].upper()
    return Report(
        state=STATES.get(stat), attempt_id=ours.get(told["id"]), provider_ref=told["id"],
        code=clean(stat if STATES.get(stat) != "failed" else f"{stat}_{told['err'] or '0'}"),
        at=_moment(told["done"]),
    )


def _remember(known: dict[str, V], name: str, value: V) -> None:
    known[name] = value
    while len(known) > MOST_KNOWN:
        known.pop(next(iter(known)), None)


def _nobody_hears(inbound: Inbound) -> None:
    raise RuntimeError("nobody listens yet")


def _moment(text: str) -> datetime | None:
    """The centre's local time, to the minute or to the second."""
    form = {10: "%y%m%d%H%M", 12: "%y%m%d%H%M%S"}.get(len(text))
    try:
        return datetime.strptime(text, form).replace(tzinfo=SHANGHAI) if form else None
    except ValueError:
        return None
