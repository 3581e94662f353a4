"""Where volunteers ask for a correction or a missing record (C-18); works without JavaScript."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar
from urllib.parse import quote

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from contracts.session import SessionRef
from kernel.clock import new_id
from kernel.pages import Pages, see, with_time
from kernel.pages.once import once_of_typed
from kernel.web import ANYONE, Call, door
from kernel.web.problem import status_of
from services.volunteers.domain import broken
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.entry import Entry
from services.volunteers.usecases import App, correcting, lines_of, waiting
from services.volunteers.web import forms
from services.volunteers.web.acting import Errors, acting_of
from services.volunteers.web.words import FIELDS

NEW = "/people/<string:person_ref>/corrections/new"


class NewQuery(Schema):
    """The entry that is to be corrected; without it a missing record."""

    class Meta:
        unknown = EXCLUDE

    entry = fields.String(load_default="", validate=validate.Length(max=64))


class CorrectionPages:
    """A form, and what came of it on the page of one's hours."""

    app: App
    pages: Pages
    errors: ClassVar[Errors]

    @door("GET", NEW, allow=ANYONE, query=NewQuery())
    def new_correction_page(self, call: Call, person_ref: str) -> Response:
        """The form, for an entry or for a session without one."""
        return self._request_form(person_ref, {"entry": call.query["entry"], "key": new_id()})

    @door("POST", NEW, allow=ANYONE, form=forms.RequestForm())
    def new_correction_order(self, call: Call, person_ref: str) -> Response:
        """Files the request. Sent twice it is one."""
        form = call.form
        assert form is not None
        if form.values is None:
            return self._request_form(person_ref, form.typed, form.errors, status=422)
        try:
            order = self._order(person_ref, form.values)
            correcting.ask(self.app, order, by=acting_of(call),
                           once=once_of_typed(f"ask:{person_ref}", form.typed))
        except BrokenRule as refused:
            page = self._request_form(person_ref, form.typed, {"form": [str(refused)]},
                                      status=status_of(refused, self.errors))
            return with_time(page, refused)
        return see(f"/people/{quote(person_ref, safe='')}?done=asked#requests")

    def _order(self, person_ref: str, values: Mapping[str, Any]) -> correcting.Order:
        """Raises UnknownEntry, UnknownSession, SessionOff."""
        entry_id = values.get("entry")
        if entry_id:
            session = self._line(person_ref, entry_id).session
        else:
            session_id = values.get("session_id") or values["session"]
            session = waiting.session_by_id(self.app, session_id)
        return correcting.Order(
            kind="correction" if entry_id else "missing", person_ref=person_ref,
            session_id=session.session_id, wanted=forms.wanted_of(values, session),
            reason=values["reason"], evidence=values["evidence"], entry_id=entry_id,
        )

    def _line(self, person_ref: str, entry_id: str) -> Entry:
        for line in lines_of(self.app, person_ref):
            if line.entry_id == entry_id:
                return line
        raise broken.UnknownEntry(entry_id)

    def _request_form(self, person_ref: str, typed: Mapping[str, Any],
                      errors: Mapping[str, Sequence[str]] | None = None, *,
                      status: int = 200) -> Response:
        entry_id = typed.get("entry")
        line = self._line(person_ref, entry_id) if entry_id else None
        sessions: list[SessionRef] = [] if line else waiting.recent_sessions(self.app)
        return self.pages.render(
            "correction.html", status=status, person_ref=person_ref, line=line, typed=typed,
            sessions=sessions, errors=errors or {}, labels=FIELDS,
        )
