"""What a refusal looks like at the door: the rules that every part of the service can break."""

from __future__ import annotations

from kernel.web import Problem
from services.volunteers.domain import broken

ERRORS: dict[type[Exception], Problem] = {
    broken.SelfMade: Problem(403, "self_made", "不能审核自己提出的事项"),
    broken.SelfConcerned: Problem(403, "self_concerned", "不能审核与本人有关的事项"),
    broken.AlreadyDecided: Problem(409, "already_decided", "已经处理过"),
    broken.TooManyTries: Problem(429, "too_many_tries", "操作太频繁"),
}
