"""The key of a form that a browser sends: sent again it is the same order, changed another."""

from __future__ import annotations

from hashlib import sha256

from kernel.answers import Once

PREFIX = "page:"


def once_of_form(*names: str, content: object) -> Once:
    """`names` say which form it is, with the key it was drawn with; `content` is what was typed."""
    fingerprint = sha256(repr(content).encode()).hexdigest()
    return Once(key=PREFIX + ":".join((*names, fingerprint[:32])), fingerprint=fingerprint)
