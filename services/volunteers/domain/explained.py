"""Why an entry is worth what it is, in one sentence for the volunteer."""

from __future__ import annotations

from datetime import datetime

from kernel.clock import SHANGHAI
from services.volunteers.domain.entry import Because, Entry, Reason
from services.volunteers.domain.ruling import Level

_HELD: dict[Reason, str] = {
    "missing_check_out": "有签到，没有签退",
    "missing_check_in": "有签退，没有签到",
    "check_out_before_check_in": "签退早于签到",
    "too_many_check_ins": "同一活动当天签到次数超过上限",
}
_LEVELS: dict[Level, str] = {"parent": "上级组织", "department": "主管部门"}
_BECAUSE: dict[Because, str] = {
    "scans": "补到了签到签退记录",
    "session_moved": "场次时间有变",
    "session_cancelled": "场次已取消",
    "decision": "工作人员作出了核定",
    "other_session": "当天另有场次，同一分钟只计一次，且每天有上限",
}
_BASIS = {"organiser": "组织者确认", "supplement": "补录", "import": "导入的既往记录"}


def explained(entry: Entry) -> str:
    """One sentence; for a reversal, what was taken back and why."""
    if entry.reverses:
        return f"冲销原记录：{_BECAUSE[entry.because]}，{_clause(entry)}"
    if entry.reason == "over_daily_limit" and entry.level:
        return f"待批准：当天超出上限的 {entry.withheld} 分钟，经{_LEVELS[entry.level]}批准后计入"
    if entry.reason:
        return f"待核实：{_HELD[entry.reason]}，组织者确认前不计时长"
    if not entry.spans:
        if entry.ruling_id:
            return f"{_BASIS[entry.basis]}：计 0 分钟"
        return "签到至签退与场次时间没有可计的部分，计 0 分钟"
    counted = "、".join(f"{_clock(span.start)}–{_clock(span.end)}" for span in entry.spans)
    by = f"{_BASIS[entry.basis]}：" if entry.ruling_id else ""
    return f"{by}{counted} 计 {entry.minutes} 分钟"


def _clause(entry: Entry) -> str:
    if entry.minutes:
        return f"减去 {-entry.minutes} 分钟"
    return "该条待处理记录不再有效"


def _clock(moment: datetime) -> str:
    """07:30 in Asia/Shanghai, with seconds only where there are some."""
    local = moment.astimezone(SHANGHAI)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
