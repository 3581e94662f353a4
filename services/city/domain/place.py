"""Where a receiver may be: the form of its address, and which places on the network are outside.

Whoever names an address makes us call it, so we call nothing of our own by it: no loopback, no
private network, no neighbour on the link, however the address is written or embedded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import TypeAlias
from urllib.parse import urlsplit

from services.city.domain.broken import NotOutside, WrongUrl

Network: TypeAlias = IPv4Network | IPv6Network
Address: TypeAlias = IPv4Address | IPv6Address
Resolve: TypeAlias = Callable[[str, int], Sequence[str]]  # may raise OSError
LONGEST = 2000
PORTS = {"http": 80, "https": 443}
_NAT64 = IPv6Network("64:ff9b::/96")
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")


@dataclass(frozen=True, kw_only=True)
class Place:
    """A receiver's address in its parts; `target` is path and query, `authority` the Host."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def place_of(url: str) -> Place:
    """The parts of an address. Raises WrongUrl, which says what is allowed."""
    if len(url) > LONGEST or not re.fullmatch(r"[\x21-\x7e]+", url) or "\\" in url:
        raise WrongUrl(f"up to {LONGEST} plain characters without spaces; other names in punycode")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongUrl("it cannot be read: https://host[:port]/path") from None
    if parts.scheme not in PORTS:
        raise WrongUrl("it begins with https:// or http://")
    if "@" in parts.netloc:
        raise WrongUrl("no user and no password in it: calls are signed")
    if parts.fragment:
        raise WrongUrl("nothing behind a #")
    if port == 0:
        raise WrongUrl("a port from 1 to 65535")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Place(scheme=parts.scheme, host=_host(parts.hostname or ""), target=target,
                 port=port or PORTS[parts.scheme])


def outside(place: Place, resolve: Resolve, allowed: Iterable[Network] = ()) -> list[str]:
    """The addresses of the host, all of them looked at. Raises NotOutside if one of them lies
    inside and in no allowed network, OSError when the name leads nowhere. Ask once for each call
    and connect to what was answered: a name may lead elsewhere the next time."""
    networks = tuple(allowed)
    found = list(dict.fromkeys(resolve(place.host, place.port)))
    if not found:
        raise OSError(f"{place.host} has no address")
    for each in found:
        if not is_outside(each, networks):
            raise NotOutside(place.host, each)
    return found


def is_outside(address: str, allowed: Sequence[Network] = ()) -> bool:
    """Whether the address, or the IPv4 one that it stands for, is one of the public network or of
    an allowed one. Tunnels (6to4, Teredo) lead anywhere, and Python's versions differ on what they
    are, so they never count as public."""
    try:
        found = ip_address(address)
    except ValueError:  # with a zone, which only a neighbour has
        return False
    meant = _meant(found)
    if any(meant in network for network in allowed):
        return True
    return _is_public(meant) and not _is_tunnel(meant)


def _is_public(address: Address) -> bool:
    is_old_private = isinstance(address, IPv6Address) and address.is_site_local
    return address.is_global and not (address.is_multicast or address.is_reserved
                                      or address.is_unspecified or is_old_private)


def _meant(address: Address) -> Address:
    """The IPv4 address that an IPv6 one is only another form of: mapped, or by NAT64."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address


def _is_tunnel(address: Address) -> bool:
    return isinstance(address, IPv6Address) and bool(address.sixtofour or address.teredo)


def _host(host: str) -> str:
    """A name or an address as one writes it; numbers that only look like one are refused."""
    if ":" in host:
        return _literal(host)
    labels = host.removesuffix(".").split(".")
    if re.fullmatch(r"[0-9]+|0x[0-9a-f]*", labels[-1]):
        return _literal(host)
    if not all(_LABEL.fullmatch(label) for label in labels) or len(host) > 253:
        raise WrongUrl("the host is a name or an address")
    return host


def _literal(host: str) -> str:
    try:
        if "%" not in host:  # a zone is of this machine
            return str(ip_address(host))
        raise ValueError(host)
    except ValueError:
        raise WrongUrl("the host is a name or an address as in 203.0.113.7 or [2001:db8::7]"
                       ) from None
