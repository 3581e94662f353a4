"""What a refusal looks like at the door: every broken rule with its status and code."""

from __future__ import annotations

from kernel.web import Problem
from kernel.web.problem import refusal
from services.events.domain import broken

ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownProgramme: Problem(404, "unknown_programme", "没有这个项目"),
    broken.UnknownActivity: Problem(404, "unknown_activity", "没有这个活动"),
    broken.UnknownSession: Problem(404, "unknown_session", "没有这个场次"),
    broken.UnknownRegistration: Problem(404, "unknown_registration", "没有这条报名"),
    broken.UnknownPerson: Problem(422, "unknown_person", "有人没有登记过"),
    broken.UnknownReference: Problem(404, "unknown_reference", "没有这个人"),
    broken.SamePersonTwice: Problem(422, "same_person_twice", "同一个人填了两次"),
    broken.ContactTaken: Problem(409, "contact_taken", "姓名和手机号已被登记"),
    broken.BirthDateNeeded: Problem(422, "birth_date_needed", "需要出生日期"),
    broken.AgeOutsideLimits: Problem(409, "age_outside_limits", "不符合年龄要求"),
    broken.GuardianNotAllowed: Problem(422, "guardian_not_allowed", "监护人有误"),
    broken.UnknownSeat: Problem(422, "unknown_seat", "没有这种席位"),
    broken.UnknownPool: Problem(422, "unknown_pool", "没有这组名额"),
    broken.NotQualified: Problem(409, "not_qualified", "没有岗位所需资格"),
    broken.Full: Problem(409, "full", "名额已满"),
    broken.Clash: Problem(409, "clash", "时间冲突"),
    broken.OfferExpired: Problem(409, "offer_expired", "保留时间已过"),
    broken.NotPending: Problem(409, "not_pending", "不需要这个决定"),
    broken.PartialApproval: Problem(422, "partial_approval", "要么一起通过，要么一起不通过"),
    broken.UnknownConsent: Problem(404, "unknown_consent", "没有找到"),
    broken.NotADraw: Problem(409, "not_a_draw", "不抽签"),
    broken.DrawNotDue: Problem(409, "draw_not_due", "还没有到抽签时间"),
    broken.DrawAlreadyHeld: Problem(409, "draw_already_held", "已经抽过签"),
    broken.BelowTaken: Problem(409, "below_taken", "名额少于已占用数"),
    broken.WouldNeverStart: Problem(422, "would_never_start", "时间有误"),
    broken.NoWalkIns: Problem(409, "no_walk_ins", "不能现场进入"),
    broken.Paused: Problem(409, "paused", "暂停报名"),
    broken.RangeTooLarge: Problem(422, "range_too_large", "范围太大"),
    broken.RosterRefused: Problem(409, "roster_refused", "名单没有导入"),
    broken.UnknownPrepared: Problem(404, "unknown_prepared", "没有找到"),
    broken.TooManyCodes: Problem(429, "too_many_codes", "验证码要得太频繁"),
    broken.WrongCode: Problem(422, "wrong_code", "验证码不对"),
    broken.CodeOver: Problem(409, "code_over", "验证码已失效"),
    broken.SamePhone: Problem(409, "same_phone", "手机号没有变"),
    broken.NotHolder: Problem(403, "not_holder", "只有报名的人可以这样做"),
    broken.SignInClosed: Problem(409, "sign_in_closed", "现在不能登录"),
    broken.TooManyTries: Problem(429, "too_many_tries", "试得太频繁"),
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
    broken.BadTicket: Problem(422, "bad_ticket", "票据无效"),
    broken.UnknownNoShow: Problem(404, "unknown_no_show", "没有这条缺席记录"),
    broken.AlreadyExcused: Problem(409, "already_excused", "已经免责"),
    broken.AlreadyAppealed: Problem(409, "already_appealed", "已经申诉过"),
    broken.NotAppealed: Problem(409, "not_appealed", "没有待处理的申诉"),
    broken.NonceReused: Problem(422, "nonce_reused", "nonce 已用于另一次扫码"),
    broken.NotStarted: Problem(409, "not_started", "场次还没有开始"),
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


def code_of(rule: broken.BrokenRule) -> str:
    """The code of a broken rule, for answers that tell of several."""
    refused = refusal(rule, ERRORS)
    assert refused is not None, f"{type(rule).__name__} has no row"
    return refused.problem.code
