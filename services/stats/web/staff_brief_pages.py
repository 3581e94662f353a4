"""The console's pages of briefs: what waits, a preview, a draft, a decision, a revision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import Pages, see
from kernel.pages.once import PageForm, once_of_form
from kernel.sign_in import Console
from kernel.web import DEPARTMENT, VIEWER, Call, Problem, door
from kernel.web.problem import status_of
from kernel.web.scope import of_all
from services.stats.domain.broken import BrokenRule, FiguresMoving
from services.stats.schemas import briefs as bodies
from services.stats.usecases.application import Stats
from services.stats.usecases.asking import programmes_of, today
from services.stats.usecases.briefing import composing, drafting, looking, signing
from services.stats.web.acting import signer_of, start_of
from services.stats.web.brief_words import DONE

CONSOLE: Console = (("/staff/briefs", "简报", ""), ("/briefs", "已签发", ""),
                    ("/figures", "统计数字", ""), ("/", "大屏", ""))
DRAFT = "/staff/briefs/drafts/<string:draft_id>"
Faults = Mapping[str, Sequence[str]]


class DraftForm(bodies.DraftBody, PageForm):
    """The period of a brief as the page sends it."""

    class Meta:
        unknown = EXCLUDE


class DecisionForm(bodies.DecisionBody, PageForm):
    """The decision as the page sends it."""

    class Meta:
        unknown = EXCLUDE


class RevisionForm(bodies.RevisionBody, PageForm):
    """Why a brief is revised, as the page sends it."""

    class Meta:
        unknown = EXCLUDE


class Done(Schema):
    """What was just done, to be said above the list."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="", validate=validate.OneOf(["", *DONE]))


class StaffBriefPages:
    """They need a signed-in member of staff, and work without JavaScript."""

    app: Stats
    pages: Pages
    errors: ClassVar[Mapping[type[Exception], Problem]]

    @door("GET", "/staff/briefs", allow=VIEWER, scope=of_all, query=Done())
    def staff_briefs_page(self, call: Call) -> Response:
        """What waits for a signature, what was published last, and the form for a new one."""
        return self._desk(call, done=call.query["done"])

    @door("GET", "/staff/briefs/preview", allow=DEPARTMENT, scope=of_all, query=bodies.BriefQuery())
    def preview_page(self, call: Call) -> Response:
        """What the brief says now, with what lacks; nothing is kept."""
        as_of = call.query["as_of"] or today(self.app)
        since = call.query["since"] or date(as_of.year, 1, 1)
        try:
            content = composing.compose(self.app, call.query["template"], since=since, as_of=as_of)
        except BrokenRule as rule:
            return self._refused(call, rule, {"template": call.query["template"],
                                              "from": since, "as_of": as_of})
        return self._page("preview.html", call, content=content, key=new_id(), errors={})

    @door("POST", "/staff/briefs", allow=DEPARTMENT, scope=of_all, form=DraftForm())
    def draft_order(self, call: Call) -> Response:
        """Drafts what the preview showed, with the figures of now."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._desk(call, form.typed, form.errors, status=422)
        asked = form.values
        try:
            drafting.draft(
                self.app, asked["template"], since=start_of(asked), as_of=asked["as_of"],
                by=signer_of(call), once=once_of_form("draft", asked["key"], content=form.typed),
            )
        except BrokenRule as rule:
            return self._refused(call, rule, form.typed)
        return see("/staff/briefs?done=drafted")

    @door("GET", DRAFT, allow=VIEWER, scope=of_all)
    def draft_page(self, call: Call, draft_id: str) -> Response:
        """A draft: what was frozen, what changed, what is another by now."""
        return self._draft(call, draft_id, {"key": new_id()})

    @door("POST", DRAFT, allow=DEPARTMENT, scope=of_all, form=DecisionForm())
    def draft_decision(self, call: Call, draft_id: str) -> Response:
        """Publishes or refuses (C-17)."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._draft(call, draft_id, form.typed, form.errors, status=422)
        said = form.values
        try:
            signing.decide(
                self.app, draft_id, said["decision"], by=signer_of(call), remark=said["remark"],
                once=once_of_form(f"sign:{draft_id}", said["key"], content=form.typed),
            )
        except BrokenRule as rule:
            return self._draft(call, draft_id, form.typed, {"form": [str(rule)]},
                               status=status_of(rule, self.errors))
        return see(f"/staff/briefs?done={said['decision']}")

    @door("GET", "/staff/briefs/<int:serial>/revision", allow=DEPARTMENT, scope=of_all)
    def revision_page(self, call: Call, serial: int) -> Response:
        """What is another by now than what was published, and the form to revise it."""
        return self._revision(call, serial, {"key": new_id()})

    @door("POST", "/staff/briefs/<int:serial>/revision", allow=DEPARTMENT, scope=of_all,
          form=RevisionForm())
    def revision_order(self, call: Call, serial: int) -> Response:
        """Drafts the next edition."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._revision(call, serial, form.typed, form.errors, status=422)
        try:
            drafting.revise(
                self.app, serial, reason=form.values["reason"], by=signer_of(call),
                once=once_of_form(f"revise:{serial}", form.values["key"], content=form.typed),
            )
        except BrokenRule as rule:
            return self._revision(call, serial, form.typed, {"form": [str(rule)]},
                                  status=status_of(rule, self.errors))
        return see("/staff/briefs?done=drafted")

    def _desk(self, call: Call, typed: Mapping[str, Any] | None = None,
              errors: Faults | None = None, *, done: str = "", status: int = 200) -> Response:
        day = today(self.app)
        shown = typed or {"from": date(day.year, 1, 1), "as_of": day, "template": ""}
        return self._page(
            "briefs.html", call, status=status, typed=shown, errors=errors or {}, done=done,
            kinds=[(kind.key, kind.reads_as) for kind in self.app.templates.values()],
            drafts=self.app.store.drafts.waiting(), shelf=looking.shelf(self.app),
        )

    def _draft(self, call: Call, draft_id: str, typed: Mapping[str, Any],
               errors: Faults | None = None, *, status: int = 200) -> Response:
        draft = self.app.store.drafts.one(draft_id)
        try:
            moved = looking.moved(self.app, draft) if draft.state == "waiting" else []
        except FiguresMoving:
            moved = None
        return self._page("draft.html", call, status=status, draft=draft, content=draft.content,
                          moved=moved, typed=typed, errors=errors or {},
                          is_own=draft.maker.actor == signer_of(call).actor)

    def _revision(self, call: Call, serial: int, typed: Mapping[str, Any],
                  errors: Faults | None = None, *, status: int = 200) -> Response:
        found = looking.published(self.app, serial)
        return self._page("revision.html", call, status=status, edition=found.edition,
                          newer=found.newer, moved=looking.moved(self.app, found.edition),
                          typed=typed, errors=errors or {})

    def _refused(self, call: Call, rule: BrokenRule, typed: Mapping[str, Any]) -> Response:
        errors = getattr(rule, "errors", None) or {"form": [str(rule)]}
        return self._desk(call, typed, errors, status=status_of(rule, self.errors))

    def _page(self, template: str, call: Call, *, status: int = 200, **values: Any) -> Response:
        return self.pages.render(f"staff/{template}", status=status, call=call,
                                 programmes=programmes_of(self.app), **values)
