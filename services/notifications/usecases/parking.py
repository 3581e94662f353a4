"""Facts of this service that nobody could work on: listed, explained, told again by id (N-27).

Telling one again is safe: the inbox and the ids of messages keep it from becoming a second SMS.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from kernel.acting import Acting
from kernel.parked import AWAY, ParkedMessage, list_parked, retry_parked
from kernel.topology import FLOWS, Flow
from kernel.transaction import Transaction
from services.notifications.domain.broken import BrokenRule
from services.notifications.store.acts import Act
from services.notifications.usecases.application import App

SHOWN = 200  # of each queue
QUEUES: Mapping[str, str] = {
    "notifications.send-codes": "居民登录的验证码",
    "notifications.write-messages": "报名、提醒和服务时长的通知",
    "notifications.ask-guardians": "请监护人同意",
    "notifications.keep-contacts": "手机号",
    "notifications.keep-consents": "本人对短信的同意",
    "notifications.know-audience": "谁报了名（群发用）",
    "notifications.keep-accounts": "账号和登录",
}


class UnknownParked(BrokenRule):
    """Nothing parked has this id any more."""

    def __init__(self) -> None:
        super().__init__("没有这条搁置的消息，可能已经重放")


class BrokerAway(Exception):
    """The broker cannot be asked now."""


@dataclass(frozen=True, kw_only=True)
class Explained:
    """A parked fact by its place in the list, why it is parked and what to do."""

    place: int
    queue: str
    what: str
    message: ParkedMessage
    since: datetime | None
    why: str
    do: str


def parked(app: App) -> list[Explained]:
    """Everything parked of this service, each queue's oldest first. Raises BrokerAway."""
    found = [(flow, message) for flow in _flows() for message in _asked(app, flow)]
    return [_explained(place, *each) for place, each in enumerate(found, start=1)]


def tell_again(app: App, message_id: str, *, reason: str, by: Acting) -> str:
    """Sends one back to its queue, attempts counted anew; the queue. Raises UnknownParked,
    BrokerAway. Safe to repeat: what was acted on is not acted on again (N-1)."""
    for flow in _flows():
        try:
            done = retry_parked(app.amqp_uri, flow, {message_id})
        except AWAY as away:
            raise BrokerAway from away
        if done:
            _write_down(app, message_id, flow.queue, reason, by)
            return flow.queue
    raise UnknownParked


def _write_down(app: App, message_id: str, queue: str, reason: str, by: Acting) -> None:
    def work(within: Transaction) -> None:
        app.store.acts.add(Act(
            subject=f"parked/{message_id}", action="tell_again", by=by.actor, at=within.now,
            reason=reason, outcome=queue,
        ), within=within)

    app.transactions.run(work)


def _flows() -> Iterator[Flow]:
    return (flow for flow in FLOWS.values() if flow.service == "notifications")


def _asked(app: App, flow: Flow) -> list[ParkedMessage]:
    try:
        return list_parked(app.amqp_uri, flow, most=SHOWN)
    except AWAY as away:
        raise BrokerAway from away


def _explained(place: int, flow: Flow, message: ParkedMessage) -> Explained:
    why, do = _reason(message.reason)
    return Explained(place=place, queue=flow.queue, what=QUEUES.get(flow.queue, flow.queue),
                     message=message, since=_moment(message.first_failed_at), why=why, do=do)


def _moment(told: str) -> datetime | None:
    """When it first failed; None when whoever parked it did not say so."""
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _reason(reason: str) -> tuple[str, str]:
    kind = reason.partition(":")[0]
    if kind == "malformed":
        return "内容不是平台认识的格式。", "不要重放；请开发人员看来源。"
    if kind == "unknown type":
        return "这一种事实本服务还不认识，多半是升级还没完成。", "升级完成后重放。"
    if kind.startswith("invalid"):
        return "内容缺了字段或字段不对。", "请开发人员更正后重放。"
    if kind == "permanent":
        return "程序判断永远不能处理。", "请开发人员看原因；不要反复重放。"
    if reason.startswith("failed"):
        why = "试了多次都失败，多半是程序有错，或当时数据库不可用。"
        return why, "排除原因后重放；不会重复发短信。"
    return "处理它的程序几次中断。", "可以重放一次；再次搁置请开发人员看。"
