"""Doors about briefs: what they say now, drafting, signing, what is published."""

from __future__ import annotations

from typing import Any

from kernel.web import ANYONE, DEPARTMENT, VIEWER, Call, Problem, door
from kernel.web.scope import of_all
from services.stats.domain import broken
from services.stats.schemas import briefs as bodies
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import today
from services.stats.usecases.briefing import composing, drafting, looking, signing
from services.stats.web.acting import signer_of, start_of

ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownBrief: Problem(404, "unknown_brief", "没有这一号简报"),
    broken.UnknownDraft: Problem(404, "unknown_draft", "没有这份送审稿"),
    broken.UnknownKind: Problem(422, "invalid_input", "没有这一种简报"),
    broken.WrongPeriod: Problem(422, "invalid_input", "时段有误"),
    broken.NothingToSay: Problem(409, "nothing_to_say", "数字还不齐"),
    broken.NothingChanged: Problem(409, "nothing_changed", "没有可修订的内容"),
    broken.NotTheLatest: Problem(409, "not_the_latest", "已有更新的版本"),
    broken.RevisionWaits: Problem(409, "revision_waits", "已有一份修订稿待签发"),
    broken.AlreadyDecided: Problem(409, "already_decided", "已经处理过"),
    broken.SelfMade: Problem(403, "self_made", "不能签发自己起草的稿子"),
    broken.FiguresMoving: Problem(503, "figures_moving", "数字正在变动"),
}


class BriefDoors:
    """A brief is drafted by one, signed by another, and never changed afterwards (C-47)."""

    app: Stats

    @door("GET", "/api/briefs", allow=ANYONE, query=bodies.BriefQuery(),
          answer=bodies.BriefAnswer())
    def briefs(self, call: Call) -> Any:
        """The department's sentences with the figures of the year so far, or of a period."""
        query = call.query
        return composing.brief(self.app, query["as_of"] or today(self.app), since=query["since"],
                               kind=query["template"])

    @door("POST", "/api/briefs", allow=DEPARTMENT, scope=of_all, status=201, writes=True,
          body=bodies.DraftBody(), answer=bodies.DraftedAnswer())
    def draft_brief(self, call: Call) -> Any:
        """Freezes what a brief says now, for somebody else to sign."""
        asked = call.body
        return drafting.draft(self.app, asked["template"], since=start_of(asked),
                              as_of=asked["as_of"], by=signer_of(call), once=call.once)

    @door("GET", "/api/briefs/drafts", allow=VIEWER, scope=of_all,
          answer=bodies.DraftAnswer(many=True))
    def list_drafts(self, call: Call) -> Any:
        """What waits for a signature, the oldest first."""
        return self.app.store.drafts.waiting()

    @door("POST", "/api/briefs/drafts/<string:draft_id>/decision", allow=DEPARTMENT, scope=of_all,
          writes=True, body=bodies.DecisionBody(), answer=bodies.DecisionAnswer())
    def decide_draft(self, call: Call, draft_id: str) -> Any:
        """Publishes or refuses; 403 for who made it."""
        return signing.decide(self.app, draft_id, call.body["decision"], by=signer_of(call),
                              remark=call.body["remark"], once=call.once)

    @door("GET", "/api/briefs/published", allow=ANYONE, query=bodies.ShelfQuery(),
          answer=bodies.ShelfAnswer())
    def list_briefs(self, call: Call) -> Any:
        """Published editions, newest first."""
        found = looking.shelf(self.app, page=call.query["page"])
        return {"items": found.editions, "page": found.page, "more": found.more}

    @door("GET", "/api/briefs/published/<int:serial>", allow=ANYONE,
          answer=bodies.EditionAnswer())
    def published_brief(self, call: Call, serial: int) -> Any:
        """One edition as it was signed, and whether it still is."""
        found = looking.published(self.app, serial)
        return {**vars(found.edition), "altered": not found.is_whole,
                "newer": found.newer and found.newer.serial,
                "signed": self.app.store.editions.signed(serial)}

    @door("POST", "/api/briefs/published/<int:serial>/revisions", allow=DEPARTMENT, scope=of_all,
          status=201, writes=True, body=bodies.RevisionBody(), answer=bodies.DraftedAnswer())
    def revise_brief(self, call: Call, serial: int) -> Any:
        """Freezes what the brief says now as its next edition, for somebody else to sign."""
        return drafting.revise(self.app, serial, reason=call.body["reason"], by=signer_of(call),
                               once=call.once)
