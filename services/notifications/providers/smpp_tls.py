"""SMPP within TLS: a socket that one thread reads while others write.

OpenSSL lets only one thread at a time into a connection, and a thread that waits in it keeps all
others out. So every step takes a turn and returns at once; whoever has to wait waits outside.
"""

from __future__ import annotations

import select
import socket
import ssl
from pathlib import Path
from threading import Lock
from time import monotonic

_CHUNK = 16_384  # one TLS record


class BadAuthorities(Exception):
    """The file of certificates cannot be used; the text says why."""


def trusting(authorities: Path | None) -> ssl.SSLContext:
    """Certificates are verified, with the host's name, by those authorities alone, else by the
    system's. TLS 1.2 at least. Raises BadAuthorities."""
    try:
        return ssl.create_default_context(cafile=str(authorities) if authorities else None)
    except ssl.SSLError:
        raise BadAuthorities(f"{authorities} holds no certificate (PEM)") from None
    except OSError as fault:
        raise BadAuthorities(f"{authorities} cannot be read ({fault.strerror})") from None


def in_words(fault: BaseException) -> str:
    """Why there is no TLS with the other side, and what to do; quotes nothing that was sent."""
    if isinstance(fault, ssl.SSLCertVerificationError):
        return (f"its certificate is not trusted: {fault.verify_message} (its authority belongs "
                "into SMPP_CA_FILE, its name into SMPP_ADDRESS)")
    if not isinstance(fault, ssl.SSLError):
        return f"it is not reached, or does not answer in time ({type(fault).__name__})"
    if fault.reason in ("WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", None):
        return "it does not answer in TLS (is SMPP_ADDRESS its port for TLS?)"
    return str(fault.reason).lower().replace("_", " ")


class TlsSocket:
    """What smpplib asks of a socket, and `has_come`. `within`: seconds for each step."""

    def __init__(self, context: ssl.SSLContext, host: str, within: float) -> None:
        raw = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        raw.settimeout(within)
        self._tls = context.wrap_socket(raw, server_hostname=host)
        self._within, self._lock = within, Lock()
        self._got, self._has_ended = b"", False

    def connect(self, address: tuple[str, int]) -> None:
        """With the handshake. Raises OSError, of which ssl.SSLError is one."""
        self._tls.connect(address)
        self._tls.setblocking(False)

    def has_come(self, seconds: float) -> bool:
        """Whether something of the other side's, or its end, came within the seconds; what is
        TLS's own does not count."""
        ends = monotonic() + seconds
        while not self._got and not self._has_ended:
            if self._take():
                continue
            left = ends - monotonic()
            if left <= 0 or not select.select([self._tls], [], [], left)[0]:
                return False
        return True

    def recv(self, size: int) -> bytes:
        """Up to so many bytes, none at the end. Raises TimeoutError."""
        if not self.has_come(self._within):
            raise TimeoutError("nothing came")
        got, self._got = self._got[:size], self._got[size:]
        return got

    def sendall(self, data: bytes) -> None:
        """Raises OSError; what part of it left is not known then."""
        ends = monotonic() + self._within
        while data:
            with self._lock:
                try:
                    data = data[self._tls.send(data):]
                    continue
                except (ssl.SSLWantWriteError, ssl.SSLWantReadError):
                    pass
            left = ends - monotonic()
            if left <= 0 or not select.select([], [self._tls], [], left)[1]:
                raise TimeoutError("could not write")

    def shutdown(self, how: int) -> None:
        """From here on there is nothing to read."""
        with self._lock:
            self._has_ended = True
            self._tls.shutdown(how)

    def close(self) -> None:
        self._tls.close()

    def _take(self) -> bool:
        """Whether there was something to take, or the end."""
        with self._lock:
            if self._has_ended:
                return True
            try:
                got = self._tls.recv(_CHUNK)
            except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return False
            self._got += got
            self._has_ended = not got
            return True
