"""The desk's page: scans, search, counts and double admissions; a form first, a script on top."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import Pages
from kernel.web import ANYONE, DESK, Call, Refused, door
from services.events.domain import attendance, broken
from services.events.schemas import desk as bodies
from services.events.usecases import desk_view, finding, scanning
from services.events.usecases.application import Events
from services.events.web.places import of_session
from services.events.web.sight import check_sight

WORKER = Path(__file__).parent / "static" / "desk-worker.js"
OVERRIDDEN = {"too_early": "还没到签到时间", "too_late": "场次已结束",
              "already_checked_in": "已在场内", "too_many_check_ins": "签到次数过多"}


class DeskQuery(Schema):
    """The gate this desk stands at."""

    class Meta:
        unknown = EXCLUDE

    gate = fields.String(load_default=None, validate=bodies.GATE)


class SearchForm(DeskQuery):
    """What is looked for: posted, so that no name stands in an address."""

    term = fields.String(load_default="")


class DeskForm(Schema):
    """A scan as the form sends it; `nonce` is new for each form that was shown."""

    class Meta:
        unknown = EXCLUDE

    ticket = fields.String(required=True, validate=bodies.TICKET,
                           error_messages={"required": "请扫码或填写票号"})
    direction = fields.String(required=True, validate=validate.OneOf(["in", "out"]))
    nonce = fields.String(required=True, validate=validate.Length(min=8, max=64))
    gate = fields.String(validate=bodies.GATE)
    reason = fields.String(validate=bodies.REASON)


class DeskPages:
    """For the people at the door; works without JavaScript, with it also without signal."""

    app: Events
    pages: Pages

    @door("GET", "/staff/desk/<string:session_id>", allow=DESK, scope=of_session, query=DeskQuery(),
          audit="minors")
    def desk_page(self, call: Call, session_id: str) -> Response:
        """The desk of one session."""
        return self._desk(call, session_id, gate=call.query["gate"])

    @door("POST", "/staff/desk/<string:session_id>/search", allow=DESK, scope=of_session,
          form=SearchForm(), audit="minors")
    def desk_search_page(self, call: Call, session_id: str) -> Response:
        """The desk with who was found by a term."""
        form = call.form
        assert form is not None
        sought = form.values or {"term": "", "gate": None}
        return self._desk(call, session_id, term=sought["term"], gate=sought["gate"])

    @door("POST", "/staff/desk/<string:session_id>", allow=DESK, scope=of_session, form=DeskForm(),
          audit="minors")
    def desk_scan_page(self, call: Call, session_id: str) -> Response:
        """Books a scan and says what became of it; sent again it is the same scan."""
        form = call.form
        assert form is not None
        gate = form.typed.get("gate") or None
        if form.values is None:
            return self._desk(call, session_id, gate=gate, typed=form.typed, errors=form.errors,
                              status=422)
        try:
            answer = scanning.scan(self.app, self._order(session_id, form.values))
        except broken.BrokenRule as refused:
            forcible = type(refused) in attendance.OVERRIDABLE
            return self._desk(call, session_id, gate=gate, typed=form.typed, refused=refused,
                              forcible=forcible and form.values["direction"] == "in", status=409)
        return self._desk(call, session_id, gate=gate, answer=answer,
                          typed={"direction": form.values["direction"]})

    @door("GET", "/staff/desk/<string:session_id>/shell", allow=DESK, scope=of_session)
    def desk_shell(self, call: Call, session_id: str) -> Response:
        """The page as it is kept on a phone for the time without signal: nobody's name in it."""
        session = self.app.store.sessions.one(session_id)
        return self.pages.render("desk/shell.html", session=session)

    @door("GET", "/staff/desk/worker.js", allow=ANYONE, gives=("text/javascript",))
    def desk_worker(self, call: Call) -> Response:
        """The service worker; served here because it may only serve what lies below it."""
        return Response(WORKER.read_bytes(), mimetype="text/javascript",
                        headers={"Cache-Control": "no-cache"})

    def _order(self, session_id: str, values: Mapping[str, Any]) -> scanning.Scan:
        told = {name: values[name] for name in ("ticket", "direction", "nonce", "gate")
                if name in values}
        if "reason" in values:
            told["forced"] = {"reason": values["reason"]}
        return scanning.order_of(self.app, session_id, told)

    def _desk(self, call: Call, session_id: str, *, gate: str | None, term: str | None = None,
              typed: Mapping[str, Any] | None = None, errors: Mapping[str, Any] | None = None,
              status: int = 200, **outcome: Any) -> Response:
        view = desk_view.desk_view(self.app, session_id, sight=call.rights.sight)
        return self.pages.render(
            "desk/desk.html", status=status, view=view, session=view.session, gate=gate,
            typed=typed or {}, errors=errors or {}, nonce=new_id(), term=term,
            overridden=OVERRIDDEN, **{"answer": None, "refused": None, "forcible": False,
                                      **outcome, **self._found(call, view, term)},
        )

    def _found(self, call: Call, view: desk_view.DeskView, term: str | None) -> dict[str, Any]:
        """Who was found; None when nothing was looked for, `blind` when the caller may not."""
        try:
            check_sight(call, view.session)
        except Refused:
            return {"blind": True, "found": None}
        if not term:
            return {"blind": False, "found": None}
        found = finding.find_attendees(self.app, view.session.session_id, term,
                                       sight=call.rights.sight)
        return {"blind": False, "found": found}
