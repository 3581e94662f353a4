"""What Kannel brings of a reply: a POST with the number in a header and the text as body.

In Kannel's sms-service: `post-url` with `id=%I`, and `send-sender = true`. Its `get-url` would put
number and text into an address, which logs keep.
"""

from __future__ import annotations

from email.message import Message as Headers

from services.notifications.domain.consent import Inbound

SENDER = "X-Kannel-From"


def inbound_of(id: str, sender: str, content_type: str, body: bytes) -> Inbound:
    """The reply; a text in bytes of no known alphabet is one that says nothing we heed."""
    return Inbound(provider="kannel", sequence_id=id, number=sender,
                   text=body.decode(_charset(content_type), errors="replace"))


def _charset(content_type: str) -> str:
    """utf-8 or utf-16-be, as Kannel names them; what is no text reads as latin-1."""
    headers = Headers()
    headers["Content-Type"] = content_type
    named = (headers.get_content_charset() or "").lower()
    return named if named in ("utf-8", "utf-16be") else "latin-1"
