"""One bound SMPP 3.4 connection: submits are matched to their answers, receipts come the other way.

smpplib is not safe from threads, so one thread reads and all writing takes turns. A connection that
breaks, or is silent for two of its own enquiries, is given up; the next message opens another.
"""

from __future__ import annotations

import select
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as Late
from contextlib import suppress
from dataclasses import dataclass
from logging import WARNING, getLogger
from threading import Lock, Thread
from time import monotonic
from typing import Any

import smpplib.client
import smpplib.consts
import smpplib.exceptions
import smpplib.smpp

from services.notifications.providers.smpp_tls import TlsSocket, in_words

log = getLogger(__name__)
CONNECT_WITHIN = 3.0  # seconds, and never longer than a whole call
AGAIN = smpplib.consts.SMPP_ESME_RX_T_APPN  # "bring it again": the answer to what was not kept
NAMES = {value: name.removeprefix("SMPP_") for name, value in vars(smpplib.consts).items()
         if name.startswith("SMPP_ESME_R")}
Deliver = Callable[[Any], bool]


class NotBound(Exception):
    """Nothing was sent: nobody there, no TLS, or no answer to our bind. Nothing of a message left;
    `code` says which."""

    def __init__(self, code: str = "NotBound") -> None:
        super().__init__(code)
        self.code = code


class BindRefused(Exception):
    """The other side does not want us; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LinkLost(Exception):
    """The connection broke, or nobody answered in time, after something was written."""


@dataclass(frozen=True, kw_only=True)
class SmppAccess:
    """Where the message centre is, as whom we bind, and what messages come from."""

    host: str
    port: int
    system_id: str
    password: str
    sender: str
    prefix: str = ""  # of every number, as the centre wants it
    within: float = 5.0
    enquire: float = 15.0  # seconds of silence before the connection is tested
    tls: ssl.SSLContext | None = None  # whom we trust; None: without TLS

    def __repr__(self) -> str:
        return f"SmppAccess({self.host}:{self.port})"


class _Client(smpplib.client.Client):
    """smpplib's client, which answers a delivery only when somebody has dealt with it."""

    def __init__(self, access: SmppAccess, link: Link) -> None:
        within = min(CONNECT_WITHIN, access.within)
        super().__init__(access.host, access.port, timeout=within, logger_name="smpplib",
                         allow_unknown_opt_params=True)
        self.logger.setLevel(WARNING)  # below, it writes out what it sends: numbers and texts
        self._link, self._tls = link, access.tls

    def __del__(self) -> None:
        """Closed by `cut`; smpplib would complain that nobody said goodbye."""

    def waits(self, seconds: float) -> bool:
        """Whether something came within the seconds."""
        if isinstance(self._socket, TlsSocket):
            return self._socket.has_come(seconds)
        return bool(select.select([self._socket], [], [], seconds)[0])

    def cut(self) -> None:
        """No goodbye: whoever reads or writes finds out."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
            self._socket.close()

    def _create_socket(self) -> Any:
        if self._tls is None:
            return super()._create_socket()
        return TlsSocket(self._tls, self.host, self.timeout)

    def _message_received(self, pdu: Any) -> None:
        self._link.delivered(pdu)

    def _enquire_link_received(self, pdu: Any) -> None:
        self._link.answer("enquire_link_resp", pdu)


class Link:
    """Bound when it is made. Raises NotBound or BindRefused. Safe from threads."""

    def __init__(self, access: SmppAccess, deliver: Deliver) -> None:
        self._access, self._deliver = access, deliver
        self._waiting: dict[int, Future[tuple[int, str]]] = {}
        self._lock = Lock()
        self._is_up = True
        self._pool = ThreadPoolExecutor(4, "smpp-deliveries")
        self._client = _Client(access, self)
        self._client.set_message_sent_handler(self._answered)
        self._client.set_error_pdu_handler(self._refused)
        self._bind()
        Thread(target=self._read, name="smpp-reader", daemon=True).start()

    @property
    def is_up(self) -> bool:
        return self._is_up

    def submit(self, parts: list[dict[str, Any]]) -> list[tuple[int, str]]:
        """Status and message id of each part, sent one right after the other. Raises LinkLost
        when an answer is missing: nobody knows then what became of that part."""
        ends = monotonic() + self._access.within
        answers = [self._submit(part) for part in parts]
        try:
            return [answer.result(max(0.0, ends - monotonic())) for answer in answers]
        except Late:
            raise LinkLost("no answer in time") from None

    def answer(self, command: str, pdu: Any, status: int = 0) -> None:
        """Answers what the other side sent. A broken connection is noticed by the reader."""
        told = smpplib.smpp.make_pdu(command, client=self._client, status=status)
        told.sequence = pdu.sequence
        try:
            with self._lock:
                self._client.send_pdu(told)
        except (smpplib.exceptions.ConnectionError, smpplib.exceptions.PDUError, OSError):
            self._give_up()

    def delivered(self, pdu: Any) -> None:
        """Another thread deals with it: the reader has answers to read."""
        self._pool.submit(self._deal_with, pdu)

    def close(self) -> None:
        """Safe to repeat."""
        self._give_up()
        self._pool.shutdown(wait=False)

    def _deal_with(self, pdu: Any) -> None:
        try:
            is_kept = self._deliver(pdu)
        except Exception as fault:  # its text may hold a number
            log.warning("a delivery was not kept: %s", type(fault).__name__)
            is_kept = False
        self.answer("deliver_sm_resp", pdu, 0 if is_kept else AGAIN)

    def _bind(self) -> None:
        access = self._access
        try:
            self._client.connect()
            self._client.bind_transceiver(
                system_id=access.system_id, password=access.password)
        except smpplib.exceptions.PDUError as error:
            self._client.cut()
            raise BindRefused(NAMES.get(error.args[-1], "ESME_RBINDFAIL")) from None
        except (smpplib.exceptions.ConnectionError, OSError) as error:
            self._client.cut()
            if access.tls is None:
                raise NotBound from None
            fault = error.__context__ or error
            log.warning("no TLS with the message centre %s:%s: %s", access.host, access.port,
                        in_words(fault))
            raise NotBound("NoTls" if isinstance(fault, ssl.SSLError) else "NotBound") from None

    def _submit(self, part: dict[str, Any]) -> Future[tuple[int, str]]:
        answer: Future[tuple[int, str]] = Future()
        try:
            with self._lock:
                if not self._is_up:
                    raise LinkLost("the connection is gone")
                pdu = smpplib.smpp.make_pdu("submit_sm", client=self._client, **part)
                self._waiting[pdu.sequence] = answer
                self._client.send_pdu(pdu)
        except (smpplib.exceptions.ConnectionError, OSError):
            self._give_up()
            raise LinkLost("could not write") from None
        return answer

    def _answered(self, pdu: Any) -> None:
        with self._lock:
            answer = self._waiting.pop(pdu.sequence, None)
        if answer is not None:
            message_id = bytes(getattr(pdu, "message_id", None) or b"")
            answer.set_result((pdu.status, message_id.decode("ascii", "replace")))

    def _refused(self, pdu: Any) -> None:
        """A submit's refusal is its answer, and smpplib hands it on; so is a generic refusal."""
        if pdu.command == "generic_nack":
            self._answered(pdu)

    def _read(self) -> None:
        asked = False
        try:
            while self._is_up:
                if self._client.waits(self._access.enquire):
                    asked = False
                    self._client.read_once(auto_send_enquire_link=False)
                elif asked:
                    raise LinkLost("silent")
                else:
                    asked = True
                    with self._lock:
                        enquiry = smpplib.smpp.make_pdu("enquire_link", client=self._client)
                        self._client.send_pdu(enquiry)
        except Exception as fault:  # whatever it was: what is waited for will not come
            if self._is_up:
                log.warning("the connection to the message centre broke: %s", type(fault).__name__)
        finally:
            self._give_up()

    def _give_up(self) -> None:
        with self._lock:
            self._is_up = False
            waiting, self._waiting = self._waiting, {}
        self._client.cut()
        for answer in waiting.values():
            answer.set_exception(LinkLost("the connection broke"))
