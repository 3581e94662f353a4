"""What is sent to receivers: the fact as it is in the feed, or a ping, which is no fact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC

from kernel.envelope import CONTENT_TYPE
from services.city.domain.webhook import Ping

PING = "city.ping.v1"  # a type of CloudEvent that no fact has
SOURCE = "/xiangxin/city"
HEADERS: Mapping[str, str] = {"Content-Type": CONTENT_TYPE}


def ping_body(ping: Ping) -> str:
    """A CloudEvent as facts are, without a sequence: nothing happened."""
    return json.dumps({
        "specversion": "1.0", "id": ping.ping_id, "source": SOURCE, "type": PING,
        "subject": f"subscriber/{ping.name}",
        "time": ping.asked_at.astimezone(UTC).isoformat(timespec="milliseconds"
                                                        ).replace("+00:00", "Z"),
        "datacontenttype": "application/json", "data": {"subscriber": ping.name},
    }, ensure_ascii=False)
