"""What a refusal looks like at the door: every broken rule with its status and code."""

from __future__ import annotations

from kernel.web import Problem
from services.events.domain import broken
from services.events.service.kind_errors import KIND_ERRORS

ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownProgramme: Problem(404, "unknown_programme", "没有这个项目"),
    broken.UnknownActivity: Problem(404, "unknown_activity", "没有这个活动"),
    broken.UnknownSession: Problem(404, "unknown_session", "没有这个场次"),
    broken.UnknownRegistration: Problem(404, "unknown_registration", "没有这条报名"),
    broken.UnknownPerson: Problem(422, "unknown_person", "有人没有登记过"),
    broken.SamePersonTwice: Problem(422, "same_person_twice", "同一个人填了两次"),
    broken.GuardianConsentNeeded: Problem(422, "guardian_consent_needed", "需要监护人同意"),
    broken.WrongKind: Problem(422, "wrong_kind", "项目类型不符"),
    broken.NotOpenYet: Problem(409, "not_open_yet", "报名还没有开始"),
    broken.SessionClosed: Problem(409, "session_closed", "场次已经截止"),
    broken.OverLimit: Problem(409, "over_limit", "人数超过上限"),
    broken.AlreadyRegistered: Problem(409, "already_registered", "已经报过名"),
    broken.AlreadyAttended: Problem(409, "already_attended", "已经签到"),
    broken.NotConfirmed: Problem(409, "not_confirmed", "没有占到名额"),
    broken.TooEarlyToCheckIn: Problem(409, "too_early", "还没有到签到时间"),
    broken.TooLateToCheckIn: Problem(409, "too_late", "场次已经结束"),
    broken.ScanInTheFuture: Problem(422, "scan_in_the_future", "扫码时间在将来"),
    broken.AlreadyCheckedIn: Problem(409, "already_checked_in", "已经签到"),
    broken.AlreadyCheckedOut: Problem(409, "already_checked_out", "已经签退"),
    broken.TooManyCheckIns: Problem(409, "too_many_check_ins", "签到次数过多"),
    broken.NonceReused: Problem(422, "nonce_reused", "nonce 已用于另一次扫码"),
    broken.NotStarted: Problem(409, "not_started", "场次还没有开始"),
    **KIND_ERRORS,
}
