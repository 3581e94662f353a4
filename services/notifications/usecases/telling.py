"""What is told, and counted, of a message that changed its state."""

from __future__ import annotations

from kernel.envelope import Envelope
from kernel.metrics import count, observe
from kernel.transaction import Transaction
from services.notifications.domain.message import Message, State
from services.notifications.domain.telling import facts_of

_KEPT: frozenset[State] = frozenset({"held", "suppressed", "expired"})
_HANDED: frozenset[State] = frozenset({"submitted", "delivered", "failed"})


def tell(transaction: Transaction, before: State, after: Message,
         cause: Envelope | None = None) -> None:
    """The facts of a change, in its transaction."""
    for fact in facts_of(before, after):
        transaction.emit(fact, cause=cause, correlation=after.correlation)


def counted(message: Message) -> None:
    """One more message in this state, and what it shows (N-25); to be called once it is
    committed."""
    state, purpose = message.state, message.purpose
    count("xiangxin_messages_total", purpose=purpose, state=state)
    if state in _KEPT:
        reason = message.reason or state
        count("xiangxin_messages_kept_back_total", purpose=purpose, state=state, reason=reason)
    if state not in _HANDED:
        return
    template = message.template.partition("@")[0]
    count("xiangxin_messages_by_template_total", template=template, state=state)
    if state == "submitted":
        count("xiangxin_sms_segments_total", message.segments, purpose=purpose)
    elif message.provider and message.started_at and message.changed_at:
        took = (message.changed_at - message.started_at).total_seconds()
        observe("xiangxin_receipt_seconds", took, provider=message.provider)
