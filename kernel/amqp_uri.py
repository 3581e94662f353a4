"""What an AMQP URI says: where the broker is, as whom we come, and whose certificates we trust.

`amqps://user:password@host:port/vhost?cacertfile=…&certfile=…&keyfile=…`, with the names that
RabbitMQ's own clients use. Without `cacertfile` the system's authorities are trusted; `certfile`
and `keyfile` are ours, for a broker that asks for them.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit

GUEST = "guest"  # whom a new broker lets in from its own machine, with all rights
_TLS = "amqps"
_SCHEMES = ("amqp", _TLS)
_FILES = {"cacertfile": "ca_certs", "certfile": "certfile", "keyfile": "keyfile"}
_IN_WORDS = ", ".join(_FILES)


class WrongUri(ValueError):
    """What is wrong with a URI, in words that quote neither user nor password."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """A virtual host of a broker and who comes to it; `files` by py-amqp's names, of TLS only."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    vhost: str
    within_tls: bool
    files: Mapping[str, str]

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def ssl(self) -> dict[str, object] | bool:
        """py-amqp's `ssl`. The certificate is verified, and so is the host's name in it."""
        if not self.within_tls:
            return False
        return {**self.files, "cert_reqs": ssl.CERT_REQUIRED, "server_hostname": self.host}

    def why_not(self, fault: Exception) -> str:
        """Why a connection did not come about, and what to do where the URI is to blame."""
        if isinstance(fault, ssl.SSLCertVerificationError):
            return (f"the certificate of {self.address} is not trusted: {fault.verify_message} "
                    "(cacertfile names the file of its authority)")
        if self.within_tls and isinstance(fault, ssl.SSLError):
            if fault.reason in ("WRONG_VERSION_NUMBER", "UNEXPECTED_EOF_WHILE_READING", None):
                return f"{self.address} does not answer in TLS: its port for TLS, or amqp://"
            return f"{self.address} refuses TLS: {fault.reason.lower().replace('_', ' ')}"
        return (f"{self.address} ended the connection before it answered: a port for TLS wants "
                "amqps://")


def read_uri(uri: str) -> Place:
    """Raises WrongUri, also for a file that cannot be read."""
    try:
        parts = urlsplit(uri)
        port, query = parts.port, dict(parse_qsl(parts.query))
    except ValueError:
        raise WrongUri("is no URI") from None
    if parts.scheme not in _SCHEMES or not parts.hostname:
        raise WrongUri("is not amqp://… or amqps://…")
    within_tls = parts.scheme == _TLS
    return Place(
        host=parts.hostname, port=port or (5671 if within_tls else 5672),
        user=unquote(parts.username or GUEST), password=unquote(parts.password or GUEST),
        vhost=unquote(parts.path[1:]) or "/", within_tls=within_tls,
        files=_files(query, within_tls),
    )


def with_vhost(uri: str, name: str) -> str:
    """The same server and user, another virtual host."""
    return urlsplit(uri)._replace(path="/" + quote(name, safe="")).geturl()


def _files(query: Mapping[str, str], within_tls: bool) -> dict[str, str]:
    for name, path in query.items():
        if name not in _FILES:
            raise WrongUri(f"has the parameter {name} (allowed: {_IN_WORDS})")
        if not within_tls:
            raise WrongUri(f"has the parameter {name}, which needs amqps://")
        if not Path(path).is_file():
            raise WrongUri(f"names with {name} a file that is not there: {path}")
    if ("certfile" in query) != ("keyfile" in query):
        raise WrongUri("has certfile without keyfile, or the other way round")
    return {_FILES[name]: path for name, path in query.items()}
