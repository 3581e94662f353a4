"""What every broken rule is."""

from __future__ import annotations


class BrokenRule(Exception):
    """Base of all refusals of this service; `str()` is a sentence for the person (Chinese)."""
