"""How refusals by the rules of single kinds look at the door; part of the service's one table."""

from __future__ import annotations

from kernel.web import Problem
from services.events.domain import broken_kinds as broken

KIND_ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownWindow: Problem(422, "unknown_window", "没有这个窗口"),
    broken.UnknownOccupation: Problem(422, "unknown_occupation", "职业不在范围内"),
    broken.UnknownEntitlement: Problem(404, "unknown_entitlement", "没有这条资格"),
    broken.NotEntitled: Problem(409, "not_entitled", "当天没有有效资格"),
    broken.DailyLimitReached: Problem(409, "daily_limit_reached", "当天次数已经用完"),
    broken.WindowLimitReached: Problem(409, "window_limit_reached", "当天在这个窗口的次数已经用完"),
    broken.UnknownCategory: Problem(422, "unknown_category", "清单没有这个类别"),
    broken.UnknownWorkItem: Problem(404, "unknown_work_item", "清单里没有这一项"),
    broken.AlreadyListed: Problem(409, "already_listed", "清单里已经有这一项"),
    broken.EvidenceNeeded: Problem(422, "evidence_needed", "需要佐证"),
    broken.ReasonNeeded: Problem(422, "reason_needed", "需要原因"),
    broken.NothingToChange: Problem(409, "nothing_to_change", "状态没有变化"),
    broken.UnknownStation: Problem(422, "unknown_station", "没有这个站点"),
}
