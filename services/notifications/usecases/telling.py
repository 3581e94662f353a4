"""What is told, and counted, of a message that changed its state."""

from __future__ import annotations

from kernel.envelope import Envelope
from kernel.metrics import count
from kernel.transaction import Transaction
from services.notifications.domain.message import Message, State
from services.notifications.domain.telling import facts_of


def tell(transaction: Transaction, before: State, after: Message,
         cause: Envelope | None = None) -> None:
    """The facts of a change, in its transaction."""
    for fact in facts_of(before, after):
        transaction.emit(fact, cause=cause, correlation=after.correlation)


def counted(message: Message) -> None:
    """One more message in this state; to be called once it is committed."""
    count("xiangxin_messages_total", purpose=message.purpose, state=message.state)
