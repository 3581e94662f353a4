"""What the service and the caller are told by their environment, beside what the bridge is told."""

from __future__ import annotations

from dataclasses import dataclass

from kernel.parse import number
from kernel.settings import setting
from services.city.host_settings import BridgeSettings
from services.city.webhook_settings import WebhookSettings


@dataclass(frozen=True, kw_only=True)
class CitySettings(WebhookSettings, BridgeSettings):
    """Policy values; the department may change each of them."""

    feed_per_minute: int = setting(
        "FEED_PER_MINUTE", default=600, parse=number(1, 1_000_000),
        meaning="requests for the feed that one subscriber may make within a minute",
    )
