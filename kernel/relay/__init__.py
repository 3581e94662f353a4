"""The relay: carries outboxes to the broker, in order per subject, until it is confirmed."""

from kernel.relay.relay import Relay
from kernel.relay.rows import unblock

__all__ = ["Relay", "unblock"]
