"""What a refusal looks like at the door: every broken rule with its status and code."""

from __future__ import annotations

from kernel.web import Problem
from services.volunteers.domain import broken

ERRORS: dict[type[Exception], Problem] = {
    broken.NoVoluntaryService: Problem(422, "no_voluntary_service", "不是志愿服务场次"),
    broken.NothingDecided: Problem(422, "nothing_decided", "没有填写核定的时长"),
    broken.SpansOverlap: Problem(422, "spans_overlap", "服务时段有误"),
    broken.LongerThanSession: Problem(422, "longer_than_session", "超过场次可计时长"),
}
