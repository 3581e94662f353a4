"""The doors of broadcasts: tried, drafted, decided by somebody else, stopped (C-17)."""

from __future__ import annotations

from typing import Any

from kernel.web import DEPARTMENT, ORGANISER, VIEWER, Call, Problem, door
from kernel.web.scope import WITHIN
from services.notifications.domain import broken
from services.notifications.schemas import broadcasts as bodies
from services.notifications.usecases import broadcasting, showing
from services.notifications.usecases.application import App
from services.notifications.web.acting import acting_of
from services.notifications.web.places import of_broadcast, of_wanted, within

ERRORS: dict[type[Exception], Problem] = {
    broken.SelfMade: Problem(403, "self_made", "不能审核自己起草的群发"),
    broken.CaseworkersOnly: Problem(403, "caseworker_needed", "须由个案工作人员办理"),
    broken.UnknownActivity: Problem(404, "unknown_activity", "没有这个活动"),
    broken.UnknownBroadcast: Problem(404, "unknown_broadcast", "没有这条群发"),
    broken.AlreadyDecided: Problem(409, "already_decided", "已经处理过"),
    broken.NobodyThere: Problem(409, "nobody_there", "没有人能收到"),
    broken.BadWords: Problem(422, "invalid_text", "短信内容不符合规定"),
}


class BroadcastDoors:
    """For staff: one drafts, another decides, anybody stops."""

    app: App

    @door("POST", "/api/broadcasts/trial", allow=ORGANISER, scope=of_wanted,
          body=bodies.BroadcastBody(), answer=bodies.TrialAnswer())
    def try_broadcast(self, call: Call) -> Any:
        """Whom it would reach, whom not and why, and its segments; nothing is kept or sent."""
        return broadcasting.tried(self.app, bodies.order_of(call.body), by=acting_of(call))

    @door("POST", "/api/broadcasts", allow=ORGANISER, scope=of_wanted, body=bodies.BroadcastBody(),
          answer=bodies.BroadcastMade(), status=201, writes=True)
    def draft_broadcast(self, call: Call) -> Any:
        """A draft, which somebody else decides on."""
        return broadcasting.draft(self.app, bodies.order_of(call.body), by=acting_of(call),
                                  once=call.once)

    @door("GET", "/api/broadcasts", allow=VIEWER, scope=WITHIN, query=bodies.PageQuery(),
          answer=bodies.BroadcastsAnswer())
    def list_broadcasts(self, call: Call) -> Any:
        """The latest first."""
        found = showing.broadcasts(self.app, page=call.query["page"])
        shown = within(self.app, call, found.items)
        return {"broadcasts": shown, "page": found.page, "more": found.more}

    @door("GET", "/api/broadcasts/<string:broadcast_id>", allow=VIEWER, scope=of_broadcast,
          answer=bodies.BroadcastAnswer())
    def show_broadcast(self, call: Call, broadcast_id: str) -> Any:
        """How it stands, and what became of its messages."""
        return showing.one_broadcast(self.app, broadcast_id)

    @door("POST", "/api/broadcasts/<string:broadcast_id>/approve", allow=DEPARTMENT,
          scope=of_broadcast, answer=bodies.BroadcastMade(), writes=True)
    def approve_broadcast(self, call: Call, broadcast_id: str) -> Any:
        """By somebody who did not draft it; its messages are queued once per person."""
        return broadcasting.approve(self.app, broadcast_id, by=acting_of(call), once=call.once)

    @door("POST", "/api/broadcasts/<string:broadcast_id>/refuse", allow=DEPARTMENT,
          scope=of_broadcast, body=bodies.ReasonBody(), answer=bodies.BroadcastMade(), writes=True)
    def refuse_broadcast(self, call: Call, broadcast_id: str) -> Any:
        """By somebody who did not draft it, with the reason."""
        return broadcasting.refuse(self.app, broadcast_id, call.body["reason"],
                                   by=acting_of(call), once=call.once)

    @door("POST", "/api/broadcasts/<string:broadcast_id>/stop", allow=ORGANISER, scope=of_broadcast,
          body=bodies.ReasonBody(), answer=bodies.BroadcastMade(), writes=True)
    def stop_broadcast(self, call: Call, broadcast_id: str) -> Any:
        """What has not left is not sent; a draft is withdrawn."""
        return broadcasting.stop(self.app, broadcast_id, call.body["reason"],
                                 by=acting_of(call), once=call.once)
