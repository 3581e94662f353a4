"""What can come of handing a message to a provider, in the words all providers share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

Verdict = Literal["later", "provider_down", "template", "give_up", "ambiguous"]


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """The provider took it, as its `provider_ref`; `delivered` when it arrived at once."""

    delivered: bool = False
    provider_ref: str | None = None


@dataclass(frozen=True)
class NotReached:
    """Nothing left this process: refused, no such host, no handshake. Safe to send again (N-5)."""

    reason: str


@dataclass(frozen=True)
class NoAnswer:
    """It left but no whole answer came back. Never to be sent again blindly (N-4)."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """The provider said no, in its own code; `verdict` is what that means for us (N-7).

    A code that is in none of our tables is not `listed`: it counts as ambiguous, and somebody is
    to look at it. `wait`: the provider takes it no sooner.
    """

    code: str
    verdict: Verdict
    listed: bool = True
    wait: timedelta | None = None


Outcome = Accepted | NotReached | NoAnswer | Refused
