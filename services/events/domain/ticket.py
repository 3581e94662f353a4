"""Tickets: what a QR code says. A registration's id and a mark that only we can make."""

from __future__ import annotations

from collections.abc import Callable
from hmac import compare_digest

from services.events.domain.broken import BadTicket

Digest = Callable[[str], str]

PREFIX = "XX1"
_MARK = 32  # hexadecimal characters: 128 bits, because ids are known to whoever hears our facts


def ticket_of(registration_id: str, *, digest: Digest) -> str:
    """`XX1.<registration_id>.<mark>`; always the same for one registration.

    `digest` is the vault's keyed digest (64 hexadecimal characters). Nothing personal is in it.
    """
    return f"{PREFIX}.{registration_id}.{_mark(registration_id, digest)}"


def read_ticket(text: str, *, digest: Digest) -> str:
    """The registration's id: of a ticket with its mark, or of a bare id as scripts send it.

    A scanner may add white space and change the case. Raises BadTicket for a text that looks
    like a ticket and was not made by us.
    """
    text = plain(text)
    if not looks_like_ticket(text):
        return text
    _, registration_id, mark = [*text.split(".", 2), "", ""][:3]
    if not compare_digest(mark.encode(), _mark(registration_id, digest).encode()):
        raise BadTicket
    return registration_id


def looks_like_ticket(text: str) -> bool:
    """Whether it begins as our tickets do."""
    return text[: len(PREFIX) + 1].upper() == f"{PREFIX}."


def plain(text: str) -> str:
    """As it was written: no white space, the prefix in capitals and the rest of a ticket small."""
    text = "".join(text.split())
    return PREFIX + text[len(PREFIX):].lower() if looks_like_ticket(text) else text


def _mark(registration_id: str, digest: Digest) -> str:
    return digest(f"ticket|{registration_id}")[:_MARK]
