"""How pages call purposes, states, lanes and groups; terms of the field."""

from __future__ import annotations

from collections.abc import Mapping

from services.notifications.domain.audience import Group
from services.notifications.domain.broadcast import CHOICES, Kind
from services.notifications.domain.lanes import Lane
from services.notifications.domain.message import SHOWN, Purpose, State
from services.notifications.domain.operating import ACTIONS

PURPOSE: Mapping[Purpose, str] = {
    "confirmed": "报名成功", "waitlisted": "进入候补", "promoted": "候补转正",
    "cancelled": "取消报名",
    "hours_credited": "时长计入", "hours_held": "时长待核实", "hours_corrected": "时长更正",
    "pending_consent": "待监护人同意", "pending_approval": "待审核", "in_draw": "等抽签",
    "offered": "保留名额", "lapsed": "报名失效", "moved": "场次变动",
    "session_cancelled": "场次取消",
    "reminder": "提醒", "consent": "请监护人同意", "correction_approved": "申请通过",
    "correction_refused": "申请驳回", "notice": "群发通知", "marketing": "群发推广",
    "opted_out": "退订回执", "opted_in": "恢复订阅回执",
    "sign_in_code": "验证码",
}
TONE: Mapping[str, str] = {
    "queued": "", "held": "warn", "claimed": "", "sending": "", "unknown": "warn",
    "suppressed": "", "expired": "bad", "unknown_final": "bad", "submitted": "", "failed": "bad",
    "delivered": "good", "draft": "warn", "approved": "", "refused": "bad", "stopped": "bad",
}
STATE: Mapping[State, str] = {**SHOWN, "claimed": "正要提交", "unknown_final": "结果不明"}
LANE: Mapping[Lane, str] = {
    "cancelled": "取消和变动", "promoted": "候补转正、同意、验证码", "confirmed": "报名结果",
    "reminder": "提醒", "hours": "服务时长", "broadcast": "群发",
}
KIND: Mapping[Kind, str] = {"notice": "服务通知", "marketing": "推广"}
GROUP: Mapping[Group, str] = {"confirmed": "已确认", "waiting": "候补中", "pending": "待定"}
ACTED: Mapping[str, str] = {str(name): said for name, said in ACTIONS.items()} | {
    "tell_again": "重放",
}
FIELDS: Mapping[str, str] = {
    "reason": "原因", "action": "操作", "kind": "种类", "activity_id": "活动", "groups": "对象",
    "text": "内容", "choice": "内容", "session_id": "场次", "provider": "通道", "weight": "份额",
}
DONE: Mapping[str, str] = {
    "look_up": "已向通道查询，结果见下面的记录。", "give_up": "已放弃发送。",
    "send_again": "已重新排队。", "release": "已放行，马上发出。", "told": "已重放。",
    "weighed": "份额已改变，一秒内生效。",
    "drafted": "已提交，等另一人审核。", "approved": "已通过，正在排队发出。",
    "refused": "已驳回。", "stopped": "已停止，还没有发出的不再发出。",
}
FOR_TEMPLATES: Mapping[str, object] = {
    "PURPOSE": PURPOSE, "TONE": TONE, "STATE": STATE, "LANE": LANE, "KIND": KIND, "GROUP": GROUP,
    "ACTIONS": ACTIONS, "ACTED": ACTED, "CHOICES": CHOICES, "FIELDS": FIELDS, "DONE": DONE,
}
