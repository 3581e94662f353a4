"""The caller's address is what the peer or our own proxies say, never what the caller says."""

from __future__ import annotations

import pytest

from kernel.web.address import address_of


@pytest.mark.parametrize(("forwarded", "trusted", "address"), [
    ("203.0.113.9", 0, "192.0.2.1"),
    ("203.0.113.9", 1, "203.0.113.9"),
    ("198.51.100.7, 203.0.113.9", 1, "203.0.113.9"),
    ("198.51.100.7, 203.0.113.9, 192.0.2.8", 2, "203.0.113.9"),
    ("203.0.113.9", 2, "192.0.2.1"),
    ("", 1, "192.0.2.1"),
    ("2001:db8:1:2:3:4:5:6", 1, "2001:db8:1:2::"),
    ("::ffff:203.0.113.9", 1, "203.0.113.9"),
    ("nonsense", 1, None),
])
def test_the_nth_last_entry_counts(forwarded: str, trusted: int, address: str | None) -> None:
    environ = {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": forwarded}
    assert address_of(environ, trusted) == address
