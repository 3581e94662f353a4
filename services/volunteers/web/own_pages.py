"""Pages on which a volunteer sees, agrees, downloads and deletes: number and code go with each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.pages import Pages, with_time
from kernel.sheets import formats
from kernel.web import ANYONE, Call, door
from services.volunteers.domain.broken import BrokenRule, TooManyTries
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.texts import texts
from services.volunteers.usecases import App
from services.volunteers.usecases.people import consenting, owning, reading
from services.volunteers.usecases.people.codes import own
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.people.showing import Whole, whole
from services.volunteers.web.acting import acting_of
from services.volunteers.web.callers import entries_of, record_sheet
from services.volunteers.web.record_tables import STANDINGS

LABELS = {"volunteer_no": "编号"}


class OwnForm(Schema):
    """What opens one's own data."""

    class Meta:
        unknown = EXCLUDE

    volunteer_no = fields.String(load_default="", validate=validate.Length(max=20))
    code = fields.String(load_default="", validate=validate.Length(max=40))


class OwnConsentForm(OwnForm):
    """One toggle."""

    purpose = fields.String(required=True, validate=validate.Length(max=60))
    given = fields.Boolean(load_default=False)


class OwnPages:
    """Nothing is remembered between two pages: no session, no cookie."""

    app: App
    register: Register
    pages: Pages

    @door("GET", "/own", allow=ANYONE)
    def own_door_page(self, call: Call) -> Response:
        """Asks for number and code."""
        return self._closed({})

    @door("POST", "/own", allow=ANYONE, form=OwnForm())
    def own_page(self, call: Call) -> Response:
        """What is kept of oneself, the toggles, who looked."""
        return self._open(call, lambda volunteer, _: self._shown(call, volunteer))

    @door("POST", "/own/consents", allow=ANYONE, form=OwnConsentForm())
    def own_consent_page(self, call: Call) -> Response:
        """Gives or takes back one consent."""
        def change(volunteer: Volunteer, values: Mapping[str, Any]) -> Response:
            consenting.set_toggle(
                self.register, volunteer, values["purpose"], given=values["given"],
                version=texts().version, acting=acting_of(call),
            )
            said = "已同意" if values["given"] else "已撤回，下一次使用前生效"
            return self._shown(call, volunteer, said=said)

        return self._open(call, change)

    @door("POST", "/own/record.<any(csv, xlsx):form>", allow=ANYONE, form=OwnForm(),
          gives=(*formats.KINDS.values(), "text/html"))
    def own_record_file(self, call: Call, form: str) -> Response:
        """One's record as a sheet."""
        return self._open(call, lambda volunteer, _: record_sheet(self._whole(volunteer), form))

    @door("POST", "/own/delete", allow=ANYONE, form=OwnForm())
    def own_delete_page(self, call: Call) -> Response:
        """Erases who one is, once the box says that it is meant."""
        def delete(volunteer: Volunteer, _: Mapping[str, Any]) -> Response:
            if not (call.form and call.form.typed.get("sure")):
                return self._shown(call, volunteer, errors={"sure": ["请先勾选确认"]})
            owning.delete(self.register, volunteer.volunteer_no)
            return self.pages.render("own_deleted.html")

        return self._open(call, delete)

    def _open(self, call: Call,
              work: Callable[[Volunteer, Mapping[str, Any]], Response]) -> Response:
        """The work with the volunteer whose code was sent, or the closed door again."""
        assert call.form is not None
        values = call.form.values or {"volunteer_no": "", "code": ""}
        try:
            volunteer = own(self.register, values["volunteer_no"].strip(), values["code"],
                            acting_of(call))
            return work(volunteer, values)
        except BrokenRule as rule:
            status = 429 if isinstance(rule, TooManyTries) else 404
            return with_time(self._closed(call.form.typed, said=str(rule), status=status), rule)

    def _closed(self, typed: Mapping[str, Any], *, said: str | None = None,
                status: int = 200) -> Response:
        return self.pages.render(
            "own_door.html", status=status, typed=typed, labels=LABELS,
            errors={"volunteer_no": [said]} if said else {},
        )

    def _shown(self, call: Call, volunteer: Volunteer, *, said: str | None = None,
               errors: Mapping[str, list[str]] | None = None) -> Response:
        assert call.form is not None
        return self.pages.render(
            "own.html", status=422 if errors else 200, record=self._whole(volunteer), said=said,
            toggles=consenting.toggles(self.register, volunteer.volunteer_no),
            looks=reading.looks(self.register, volunteer.volunteer_no)[:20],
            standings=STANDINGS, typed=call.form.typed, errors=errors or {},
        )

    def _whole(self, volunteer: Volunteer) -> Whole:
        return whole(self.register, volunteer, self.register.opened(volunteer.volunteer_no),
                     entries_of(self.app, volunteer.person_refs))
