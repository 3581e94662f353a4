"""Facts told by the notifications service: messages submitted, delivered or failed."""

from __future__ import annotations

from .event import Fact, fact


@fact("notifications.message_submitted.v1", subject="message/{message_id}")
class MessageSubmitted(Fact):
    """The provider accepted a message; it has not arrived yet (已提交).

    短信已提交给服务商，尚未确认送达。
    """

    message_id: str
    purpose: str
    person_ref: str
    provider: str
    segments: int


@fact("notifications.message_delivered.v1", subject="message/{message_id}")
class MessageDelivered(Fact):
    """The provider reported that a message arrived (已送达).

    服务商回报短信已送达。
    """

    message_id: str
    purpose: str
    person_ref: str
    provider: str


@fact("notifications.message_failed.v1", subject="message/{message_id}")
class MessageFailed(Fact):
    """A message will not arrive, and why (失败).

    短信发送失败及其原因。
    """

    message_id: str
    purpose: str
    person_ref: str
    reason: str
