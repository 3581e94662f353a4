"""Where a request comes from, as far as it can be known."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any

_HOUSEHOLD = 64  # bits of an IPv6 address that one connection has to itself


def address_of(environ: Mapping[str, Any], trusted: int) -> str | None:
    """The address of the peer, or with `trusted` proxies of ours the one that the outermost saw.

    Each proxy adds at the end of X-Forwarded-For whom it was called by, so the n-th last entry is
    true and everything before it may be invented. Without our proxies the head is not looked at.
    Of an IPv6 address the network of the household (/64) is told. None where nothing is known.
    """
    told = environ.get("REMOTE_ADDR") or ""
    if trusted:
        entries = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        if len(entries) >= trusted:
            told = entries[-trusted].strip() or told
    try:
        address = ip_address(told)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ip_network((address, _HOUSEHOLD), strict=False).network_address)
    return str(address)
