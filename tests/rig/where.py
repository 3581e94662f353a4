"""Where a service of a test finds its database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Where:
    mongodb_uri: str
    database_prefix: str
