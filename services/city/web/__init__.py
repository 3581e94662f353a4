"""The pages of this service."""

from __future__ import annotations

from pathlib import Path

WEB = Path(__file__).parent
