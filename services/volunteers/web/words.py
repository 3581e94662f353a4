"""How pages call kinds, states, reasons and levels; terms of the field."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.hours import hours
from services.volunteers.domain.correction import Kind, State
from services.volunteers.domain.duty import Standing
from services.volunteers.domain.entry import Basis, Reason
from services.volunteers.domain.imports import State as Import
from services.volunteers.domain.imports import Verdict
from services.volunteers.domain.ruling import Level
from services.volunteers.domain.sanity import Kind as Oddity

KIND: Mapping[Kind, str] = {"correction": "更正", "missing": "补录"}
STATE: Mapping[State, str] = {"pending": "待审", "approved": "通过", "refused": "驳回"}
TONE: Mapping[str, str] = {
    "pending": "warn", "approved": "good", "refused": "bad",
    "due": "", "warned": "warn", "overdue": "bad",
}
REASON: Mapping[Reason, str] = {
    "missing_check_out": "有签到，没有签退", "missing_check_in": "有签退，没有签到",
    "check_out_before_check_in": "签退早于签到", "too_many_check_ins": "当天签到次数过多",
    "over_daily_limit": "超出每日上限",
}
LEVEL: Mapping[Level, str] = {"parent": "上级组织", "department": "主管部门"}
BASIS: Mapping[Basis, str] = {
    "scan": "扫码", "gps": "定位", "organiser": "组织者确认", "supplement": "补录",
    "import": "导入",
}
STANDING: Mapping[Standing, str] = {"due": "期限内", "warned": "快到期", "overdue": "已逾期"}
SANITY: Mapping[Oddity, tuple[str, str]] = {  # what it is called, and what one can do
    "on_duty": ("仍在岗：场次已过、没有签退、没有结束", "看补录期限，请组织者结束场次"),
    "end_before_start": ("签退早于签到", "核实这次服务"),
    "overlapping": ("同一人的场次重叠（同一分钟只计一次）", "申请更正"),
    "too_long": ("时长过长", "申请更正"), "too_short": ("时长过短", "申请更正"),
    "over_limit": ("超出每日上限，等待批准", "批准这一天"),
}
IMPORT: Mapping[Import, tuple[str, str]] = {  # what its state is called, and in which tone
    "waiting": ("待批准", "warn"), "approved": ("正在计入", "warn"), "refused": ("已退回", "bad"),
    "done": ("已计入", "good"),
}
ROW: Mapping[Verdict, str] = {
    "new": "新记录", "there": "已有，不重复导入", "differs": "与现有记录不同", "entered": "已计入",
    "left": "没有导入",
}
FIELDS: Mapping[str, str] = {
    "session": "场次", "session_id": "场次编号", "start": "开始", "end": "结束",
    "minutes": "分钟数", "reason": "理由", "evidence": "佐证", "action": "决定", "level": "批准到",
}
DONE: Mapping[str, str] = {
    "asked": "申请已提交，结果会发短信告诉你，也会显示在这一页。",
    "approved": "已通过，台账已更正，短信告知本人。", "refused": "已驳回，短信告知本人。",
    "confirmed": "已核实，时长已计入。", "day-approved": "已批准，时长已计入。",
    "day-withdrawn": "已撤回批准。",
}
FOR_TEMPLATES: Mapping[str, object] = {
    "KIND": KIND, "STATE": STATE, "TONE": TONE, "REASON": REASON, "LEVEL": LEVEL, "BASIS": BASIS,
    "STANDING": STANDING, "SANITY": SANITY, "IMPORT": IMPORT, "ROW": ROW,
    "hours": hours, "FIELDS": FIELDS, "DONE": DONE,
}
