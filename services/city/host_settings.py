"""What the bridge is told, and whoever prepares the broker for other city systems."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.amqp_uri import with_vhost
from kernel.parse import Parse, matching, number
from kernel.settings import Settings, setting

VHOST = Parse("lower-case letters, digits, . - and _", matching(r"[a-z0-9._-]+"))


@dataclass(frozen=True, kw_only=True)
class CityHost(Settings):
    """Where other city systems find the broker, and how much is kept there for them."""

    city_vhost: str = setting(
        "CITY_VHOST", default="city", parse=VHOST,
        meaning="the broker's virtual host for other city systems, on the server of AMQP_URI",
    )
    city_log_days: int = setting(
        "CITY_LOG_DAYS", default=400, parse=number(1, 36_600),
        meaning="days for which the city's stream keeps public facts for replay",
    )
    city_log_gigabytes: int = setting(
        "CITY_LOG_GIGABYTES", default=20, parse=number(1, 100_000),
        meaning="the most the city's stream takes of the broker's disk",
    )

    def of_city(self, uri: str) -> str:
        """The same server and user, in the city's virtual host."""
        return with_vhost(uri, self.city_vhost)


@dataclass(frozen=True, kw_only=True)
class BridgeSettings(CityHost):
    """With the feed, which the bridge writes."""

    feed_days: int = setting(
        "FEED_DAYS", default=3660, parse=number(1, 36_600),
        meaning="days for which the feed keeps public facts for replay",
    )
