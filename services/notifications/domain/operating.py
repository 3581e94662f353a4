"""What staff may do about one message, and what to do about it, in plain words (N-4, N-27).

Nothing here ever sends a message again of which nobody knows whether it left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from services.notifications.domain.broken import BrokenRule
from services.notifications.domain.life import SENT_AGAIN, settle
from services.notifications.domain.message import UNSENT, Message

Action = Literal["look_up", "give_up", "send_again", "release"]
ACTIONS: Mapping[Action, str] = {
    "look_up": "现在查询", "give_up": "放弃", "send_again": "重新发送", "release": "现在放行",
}
STAFF_ENDED = "given_up"  # the reason of what staff took out of the queue


class NotAllowed(BrokenRule):
    """The action is not safe for this message as it stands; `str()` says why and what is."""

    def __init__(self, action: Action, why: str) -> None:
        super().__init__(f"不能{ACTIONS[action]}：{why}")
        self.action = action


class UnknownMessage(BrokenRule):
    """No message has this id."""

    def __init__(self) -> None:
        super().__init__("没有这条短信")


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Why a message is where it is, and what to do."""

    why: str
    do: str


def allowed(message: Message, now: datetime) -> tuple[Action, ...]:
    """The actions that are safe now."""
    return tuple(action for action in ACTIONS if refusal(message, action, now) is None)


def refusal(message: Message, action: Action, now: datetime) -> str | None:
    """Why an action is not safe for this message, None when it is."""
    match action:
        case "look_up":
            asked = message.state in ("unknown", "submitted", "unknown_final")
            why = "只有已经提交、还没有结果的短信可以向通道查询"
            return None if asked and message.attempts else why
        case "give_up":
            if message.state in UNSENT or message.state == "unknown":
                return None
            return "只有还没有提交或结果不明的短信可以放弃"
        case "release":
            return None if message.state == "held" else "只有暂缓提交的短信可以放行"
        case "send_again":
            return _not_again(message, now)


def _not_again(message: Message, now: datetime) -> str | None:
    """Only what surely did not arrive, and is still of use, may leave again (N-4, N-8)."""
    reason = message.reason or ""
    if message.state in ("unknown", "unknown_final", "sending", "submitted"):
        return "可能已经送达，重新发送会让人收到两条。请先查询；通道说没有收到过，才会自动重发"
    if message.state == "delivered":
        return "已经送达"
    if message.state in UNSENT:
        return "还在排队，会自己发出"
    if message.deadline <= now:
        return "已过有效时间，对收信人没有用了"
    if message.state == "suppressed" and reason != STAFF_ENDED:
        return "按规则不发送（已有更新的通知、退订或没有同意），不能绕过"
    if message.state == "expired":
        return "已过有效时间，对收信人没有用了"
    return "内容不能发送，请更正活动的名称或地点" if reason.startswith("text:") else None


def acted(message: Message, action: Action, now: datetime) -> Message:
    """After the action. Raises NotAllowed. `look_up` changes nothing by itself."""
    if (why := refusal(message, action, now)) is not None:
        raise NotAllowed(action, why)
    match action:
        case "give_up":
            state = "suppressed" if message.state in UNSENT else "unknown_final"
            return settle(message, state, STAFF_ENDED)  # type: ignore[arg-type]
        case "send_again":
            return replace(message, state="queued", look_at=now, reason=SENT_AGAIN, tries=0)
        case "release":
            return replace(message, state="queued", look_at=now, reason="released", released=True)
        case "look_up":
            return message


_WHY: Mapping[str, Advice] = {
    "quiet_hours": Advice(
        why="夜间不打扰，早上自动发出。", do="不用处理。确有必要，可以现在放行。"),
    "decision_may_follow": Advice(
        why="时长刚刚改动，可能还有审批结果，稍等一分钟合成一条发出。", do="不用处理。"),
    "said_with_decision": Advice(
        why="审批结果的短信里已写明现在的时长，不再另发。", do="不用处理。"),
    "limit_unknown": Advice(
        why="暂时读不到这个号码近期收到多少短信，一分钟后再试。",
        do="不用处理；许多条都这样请看数据库是否正常。"),
    "limited": Advice(
        why="这个号码近期收到的短信已达上限，等到能发时已过有效时间。", do="请用电话通知本人。"),
    "limit": Advice(why="这个号码近期收到的短信已达上限，到时自动发出。", do="不用处理。"),
    "no_number": Advice(
        why="没有收信人的手机号，等号码到了就发，过了有效时间作废。",
        do="请在报名系统补上手机号；来不及的请改用电话通知。"),
    "no_provider": Advice(
        why="没有可用的短信通道，通道恢复后自动发出。", do="请看“通道”页，先恢复通道。"),
    "forgotten": Advice(why="这个人的资料已按要求删除，所以没有发。", do="不用处理。"),
    "superseded": Advice(why="之后有了新的情况，这条已不准确，所以没有发。", do="不用处理。"),
    "nothing_to_take_back": Advice(
        why="此前没有告诉过本人名额，取消也就不用通知。", do="不用处理。"),
    "broadcast_stopped": Advice(why="所属的群发被停止，这条没有发出。", do="不用处理。"),
    "same_number": Advice(
        why="同一个手机号已替同行的人收到这条群发，所以没有再发。", do="不用处理。"),
    "too_late": Advice(
        why="到能发的时候已过有效时间，所以没有发。", do="请用电话通知本人，或在活动页面说明。"),
    STAFF_ENDED: Advice(why="工作人员放弃了发送。", do="需要时可以在有效时间内重新发送。"),
    "worker_lost": Advice(
        why="提交时程序中断，不知道短信是否发出。系统会向通道查询，不会自动重发。",
        do="可以现在查询。急事请打电话，不要重新发送。"),
    "opted_out": Advice(why="收信人已退订这类短信。", do="不能绕过；确需通知请打电话。"),
    "no_consent": Advice(why="收信人没有同意接收推广短信。", do="不能绕过。"),
}
_BY_STATE: Mapping[str, Advice] = {
    "queued": Advice(why="在排队，轮到就发出。", do="不用处理；久等不动请看“通道”页。"),
    "held": Advice(why="暂缓提交，到时自动发出。", do="不用处理。"),
    "claimed": Advice(why="正要提交。", do="不用处理。"),
    "sending": Advice(why="正在提交给通道。", do="不用处理。"),
    "unknown": Advice(
        why="提交时没有得到答复，不知道是否发出。系统会向通道查询，不会自动重发。",
        do="可以现在查询。急事请打电话，不要重新发送。"),
    "unknown_final": Advice(
        why="到最后也不知道是否送达。", do="请打电话确认本人是否知道；不要重新发送。"),
    "submitted": Advice(why="通道已接收，还没有送达回执。", do="不用处理；可以现在查询。"),
    "suppressed": Advice(why="按规则没有发送。", do="不用处理。"),
    "expired": Advice(why="过了有效时间，没有发送。", do="请用电话通知本人。"),
    "failed": Advice(
        why="通道明确说没有送达。", do="请核对手机号；更正后可以在有效时间内重新发送，或打电话。"),
    "delivered": Advice(why="已送达。", do="不用处理。"),
}


def advice(message: Message) -> Advice:
    """Why it is where it is, and what to do about it, for who has never seen one before."""
    reason = message.reason or ""
    if reason.startswith("text:"):
        return Advice(
            why=f"内容里的“{reason.partition(':')[2]}”不能发送（含网址、括号或太长）。",
            do="请更正活动的名称或地点；已报名的人请另行通知。")
    if message.state in ("submitted", "delivered", "claimed", "sending", "unknown_final"):
        return _BY_STATE[message.state]
    if message.state == "queued" and message.tries and reason not in _WHY:
        return Advice(
            why=f"试了 {message.tries} 次，没能连上通道或被要求稍后再试（{reason}），会自动再试。",
            do="不用处理；许多条都这样请看“通道”页。")
    return _WHY.get(reason.partition(":")[0], _BY_STATE[message.state])
