"""Pages on which a volunteer sees, agrees, downloads and deletes: number and code go with each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.clock import new_id
from kernel.pages import Pages, with_time
from kernel.pages.once import PageForm, once_of_typed
from kernel.sheets import formats
from kernel.web import ANYONE, Call, door
from services.volunteers.domain.broken import BrokenRule, TooManyTries
from services.volunteers.domain.people.broken import UnknownVolunteer
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.schemas.people import PersonName, SkillsForm, Text
from services.volunteers.texts import texts
from services.volunteers.usecases import App
from services.volunteers.usecases.people import amending, consenting, owning, reading
from services.volunteers.usecases.people.codes import own, own_by_account
from services.volunteers.usecases.people.register import Register
from services.volunteers.usecases.people.showing import Whole, whole
from services.volunteers.web.acting import acting_of
from services.volunteers.web.callers import entries_of, record_sheet
from services.volunteers.web.forms import NEEDED
from services.volunteers.web.record_tables import STANDINGS

LABELS = {"volunteer_no": "编号", "name": "新的姓名", "reason": "理由", "skills": "专业技能"}


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


class OwnNameForm(OwnForm, PageForm):
    """What the name is to be, and why."""

    class Meta:
        unknown = EXCLUDE

    name = PersonName(required=True, error_messages=NEEDED)
    reason = Text(required=True, least=2, error_messages=NEEDED)


class OwnSkillsForm(OwnForm, SkillsForm):
    """What one can do."""

    class Meta:
        unknown = EXCLUDE


class OwnPages:
    """By number and code nothing is remembered between two pages; who is signed in by telephone
    needs neither for the volunteers of their account."""

    app: App
    register: Register
    pages: Pages

    @door("GET", "/own", allow=ANYONE)
    def own_door_page(self, call: Call) -> Response:
        """Asks for number and code; who is signed in by telephone is at home."""
        if (resident := call.resident) is not None:
            try:
                volunteer = own_by_account(self.register, resident.person_refs)
            except UnknownVolunteer:
                return self._closed({}, hours_of=resident.person_refs)
            return self._shown(call, volunteer)
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

    @door("POST", "/own/name", allow=ANYONE, form=OwnNameForm())
    def own_name_page(self, call: Call) -> Response:
        """Asks that one's name be put right; a caseworker decides (C-17)."""
        def ask(volunteer: Volunteer, values: Mapping[str, Any]) -> Response:
            assert call.form is not None
            amending.ask_amendment(
                self.register, volunteer.volunteer_no, name=values["name"],
                reason=values["reason"], acting=acting_of(call),
                once=once_of_typed("own-name", call.form.typed),
            )
            return self._shown(call, volunteer, said="已提交。工作人员核对通过后，姓名才会改。")

        return self._open(call, ask)

    @door("POST", "/own/skills", allow=ANYONE, form=OwnSkillsForm())
    def own_skills_page(self, call: Call) -> Response:
        """Says what one can do: these and no others."""
        def tell(volunteer: Volunteer, values: Mapping[str, Any]) -> Response:
            owning.tell_skills(self.register, volunteer.volunteer_no, values["skills"],
                               acting=acting_of(call))
            return self._shown(call, volunteer, said="专业技能已保存。")

        return self._open(call, tell)

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
        """The work with the volunteer whose code was sent, or the closed door again; what is wrong
        in a form is shown to nobody else."""
        assert call.form is not None
        typed = {"volunteer_no": "", "code": "", **call.form.typed}
        try:
            volunteer = self._whose(call, typed["volunteer_no"][:20], typed["code"][:40])
            if call.form.values is None:
                return self._shown(call, volunteer, errors=call.form.errors)
            return work(volunteer, call.form.values)
        except BrokenRule as rule:
            status = 429 if isinstance(rule, TooManyTries) else 404
            return with_time(self._closed(call.form.typed, said=str(rule), status=status), rule)

    def _whose(self, call: Call, volunteer_no: str, code: str) -> Volunteer:
        """By number and code, or by the account that is signed in. Raises UnknownVolunteer."""
        resident = call.resident
        if resident is not None and not code:
            return own_by_account(self.register, resident.person_refs, volunteer_no)
        return own(self.register, volunteer_no, code, acting_of(call))

    def _closed(self, typed: Mapping[str, Any], *, said: str | None = None, status: int = 200,
                hours_of: Sequence[str] = ()) -> Response:
        return self.pages.render(
            "own_door.html", status=status, typed=typed, labels=LABELS, hours_of=hours_of,
            errors={"volunteer_no": [said]} if said else {},
        )

    def _shown(self, call: Call, volunteer: Volunteer, *, said: str | None = None,
               errors: Mapping[str, Sequence[str]] | None = None) -> Response:
        number = volunteer.volunteer_no
        return self.pages.render(
            "own.html", status=422 if errors else 200, record=self._whole(volunteer), said=said,
            renaming=self.register.people.requests.waiting(number, "amendment"), key=new_id(),
            labels=LABELS,
            toggles=consenting.toggles(self.register, number),
            looks=reading.looks(self.register, number)[:20],
            standings=STANDINGS, typed=call.form.typed if call.form else {}, errors=errors or {},
            refs=volunteer.person_refs,
        )

    def _whole(self, volunteer: Volunteer) -> Whole:
        return whole(self.register, volunteer, self.register.opened(volunteer.volunteer_no),
                     entries_of(self.app, volunteer.person_refs))
