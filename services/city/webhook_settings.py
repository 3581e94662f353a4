"""What the caller of webhooks is told, and whoever sets one."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from kernel.parse import DIRECTORY, Fault, Parse, number
from kernel.settings import VaultSettings, setting


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    found = []
    for part in text.split(","):
        try:
            found.append(ip_network(part.strip()))
        except ValueError:
            raise Fault(f"{part.strip()} is no network") from None
    return tuple(found)


NETWORKS = Parse("networks with commas between, as in 10.0.0.0/8,fd00::/8", _networks)


@dataclass(frozen=True, kw_only=True)
class WebhookSettings(VaultSettings):
    """Secrets lie sealed, so the vault's key is needed."""

    webhook_networks: tuple[IPv4Network | IPv6Network, ...] = setting(
        "WEBHOOK_NETWORKS", default=(), parse=NETWORKS,
        meaning="networks that are not public and where receivers may be all the same",
    )
    webhook_ca_file: Path | None = setting(  # noqa: RUF009
        "WEBHOOK_CA_FILE", default=None, parse=DIRECTORY,
        meaning="authorities that receivers' certificates come from; else the system's",
    )
    webhook_receivers_at_once: int = setting(
        "WEBHOOK_RECEIVERS_AT_ONCE", default=32, parse=number(1, 1000),
        meaning="how many receivers one process calls at the same moment",
    )
    webhook_calls_days: int = setting(
        "WEBHOOK_CALLS_DAYS", default=30, parse=number(1, 3660),
        meaning="days for which calls to receivers are kept in the log",
    )
    webhook_calls_kept: int = setting(
        "WEBHOOK_CALLS_KEPT", default=100_000, parse=number(100, 100_000_000),
        meaning="the most calls that are kept of one receiver",
    )
