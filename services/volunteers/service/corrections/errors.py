"""What a refusal looks like at the door: every broken rule with its status and code."""

from __future__ import annotations

from kernel.web import Problem
from services.volunteers.domain import broken

ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownSession: Problem(404, "unknown_session", "没有这个场次"),
    broken.UnknownEntry: Problem(404, "unknown_entry", "没有这条记录"),
    broken.UnknownCorrection: Problem(404, "unknown_correction", "没有这项申请"),
    broken.UnknownHeld: Problem(404, "unknown_held", "没有这条待处理的记录"),
    broken.EntryGone: Problem(409, "entry_gone", "记录已被冲销"),
    broken.AlreadyRecorded: Problem(409, "already_recorded", "已有记录"),
    broken.AlreadyOpen: Problem(409, "already_open", "已有待审的申请"),
    broken.LevelNeeded: Problem(403, "level_needed", "须由上一级批准"),
    broken.NothingWaits: Problem(409, "nothing_waits", "没有等待批准的时长"),
    broken.ApprovalNeeded: Problem(409, "approval_needed", "须按天批准"),
    broken.EvidenceNeeded: Problem(422, "evidence_needed", "需要佐证"),
    broken.TitleSaysSupplement: Problem(422, "title_says_supplement", "不能补录到这个场次"),
    broken.NotServedYet: Problem(409, "not_served_yet", "时段还没有结束"),
    broken.OutsideSession: Problem(422, "outside_session", "不在场次时间以内"),
    broken.SessionOff: Problem(409, "session_cancelled", "场次已取消"),
    broken.MoreThanAsked: Problem(422, "more_than_asked", "超过了申请的时长"),
    broken.NoVoluntaryService: Problem(409, "no_voluntary_service", "不是志愿服务场次"),
    broken.NothingDecided: Problem(422, "nothing_decided", "没有填写时长"),
    broken.SpansOverlap: Problem(422, "spans_overlap", "时段有误"),
    broken.LongerThanSession: Problem(422, "longer_than_session", "超过了场次的时长"),
}
