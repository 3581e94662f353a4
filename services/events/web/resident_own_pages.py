"""The pages of who is signed in: their people, their data, their consents, where they signed in."""

from __future__ import annotations

import json
from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel import metrics
from kernel.pages import Pages, see
from kernel.rights import Resident
from kernel.sheets import formats
from kernel.web import ANYONE, Call, Refused, door
from kernel.web.access import ONLY_HERE, is_same_origin
from kernel.web.fields import PersonName
from kernel.web.files import file, sheet
from services.events.domain import broken
from services.events.domain.broken import UnknownConsent, UnknownReference
from services.events.schemas.fields import REQUIRED
from services.events.schemas.personal import PersonalAnswer
from services.events.usecases import own_data, resident_consents, resident_signing_in
from services.events.usecases.application import Events
from services.events.usecases.family.seeing import family_of
from services.events.usecases.resident_people import Somebody, people_shown
from services.events.web.callers import resident_of
from services.events.web.forms import DecisionForm, NoFields
from services.events.web.personal_tables import long_table
from services.events.web.resident_pages import forgotten

PERSON = "/me/people/<string:person_ref>"
CONSENT = "/me/consents/<string:consent_id>"
SAID = {
    "named": "姓名已改。", "ended": "那台设备已退出。",
    "erased": "报名用的资料已删除。志愿者档案要在志愿服务的“我的资料”里删除。",
    "given": "已同意。", "refused": "已记下：不同意。", "withdrawn": "已撤回同意。",
    "too-late": "同意晚了，报名没有成立。",
}


class SaidQuery(Schema):
    """What was just done."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="")


class NameForm(Schema):
    """What the name is to be."""

    class Meta:
        unknown = EXCLUDE

    name = PersonName(required=True, error_messages=REQUIRED)


class EraseForm(Schema):
    """A button, and the box that says that it is meant."""

    class Meta:
        unknown = EXCLUDE

    sure = fields.Boolean(load_default=False)


class ResidentOwnPages:
    """Who is not signed in is asked to; of people of other accounts there is nothing: 404."""

    app: Events
    pages: Pages

    @door("GET", "/me", allow=ANYONE, query=SaidQuery())
    def me_page(self, call: Call) -> Response:
        """Everything of the account."""
        if (resident := call.resident) is None:
            return see("/sign-in?next=/me")
        refs = resident_signing_in.stands_for(self.app, resident.account_id)
        return self.pages.render(
            "me.html", people=people_shown(self.app, refs),
            questions=resident_consents.questions(self.app, refs),
            asked=bool(family_of(self.app, resident.account_id).asked),
            logins=resident_signing_in.logins_of(self.app, resident.account_id),
            here=resident.login_id, said=SAID.get(call.query["done"]), now=self.app.clock(),
        )

    @door("POST", "/me/logins/<string:login_id>/end", allow=ANYONE, form=NoFields())
    def end_login_page(self, call: Call, login_id: str) -> Response:
        """Signs out on one device."""
        resident = self._resident(call)
        resident_signing_in.sign_out(self.app, resident.account_id, login_id)
        here = login_id == resident.login_id
        return forgotten(call, see("/")) if here else see("/me?done=ended")

    @door("POST", "/me/sign-out-everywhere", allow=ANYONE, form=NoFields())
    def end_logins_page(self, call: Call) -> Response:
        """Signs out on all devices, this one too."""
        resident_signing_in.sign_out_everywhere(self.app, self._resident(call).account_id)
        return forgotten(call, see("/"))

    @door("GET", PERSON, allow=ANYONE)
    def my_person_page(self, call: Call, person_ref: str) -> Response:
        """One of the account's people: what is kept, to take along, to put right, to erase."""
        if call.resident is None:
            return see(f"/sign-in?next=/me/people/{person_ref}")
        return self._person(call, person_ref)

    @door("GET", f"{PERSON}/record.<any(json, csv, xlsx):form>", allow=ANYONE,
          gives=("application/json", *formats.KINDS.values()))
    def my_record_file(self, call: Call, person_ref: str, form: str) -> Response:
        """Everything that is kept here of the person, as a file (C-29)."""
        person_ref = self._mine(call, person_ref)
        metrics.count("xiangxin_exports_total", what="person", who="resident")
        found = PersonalAnswer().dump(own_data.export_person(self.app, person_ref))
        name = f"person-{person_ref[:10]}"
        if form == "json":
            content = json.dumps(found, ensure_ascii=False, indent=1).encode()
            return file(content, "application/json", f"{name}.json")
        return sheet(form, name, long_table(found))

    @door("POST", f"{PERSON}/name", allow=ANYONE, form=NameForm())
    def my_name_page(self, call: Call, person_ref: str) -> Response:
        """Puts the name right. A telephone is changed with codes, a birth date by staff."""
        assert call.form is not None
        self._resident(call)
        self._mine(call, person_ref)
        if call.form.values is None:
            return self._person(call, person_ref, errors=call.form.errors, status=422)
        try:
            own_data.correct_contact(self.app, person_ref, name=call.form.values["name"])
        except broken.ContactTaken as rule:
            return self._person(call, person_ref, errors={"name": [str(rule)]}, status=409)
        return see("/me?done=named")

    @door("POST", f"{PERSON}/erase", allow=ANYONE, form=EraseForm())
    def my_erasure_page(self, call: Call, person_ref: str) -> Response:
        """Erases who it was (C-29), once the box says that it is meant."""
        assert call.form is not None
        self._resident(call)
        self._mine(call, person_ref)
        if not (call.form.values or {}).get("sure"):
            return self._person(call, person_ref, errors={"sure": ["请先勾选确认"]}, status=422)
        own_data.erase_person(self.app, person_ref)
        return see("/me?done=erased")

    @door("GET", CONSENT, allow=ANYONE)
    def my_consent_page(self, call: Call, consent_id: str) -> Response:
        """The question to a guardian, or the consent with the way to withdraw it."""
        if (resident := call.resident) is None:
            return see(f"/sign-in?next=/me/consents/{consent_id}")
        question = resident_consents.question(self.app, consent_id, resident.person_refs)
        return self.pages.render(
            "question.html", question=question, address=f"/me/consents/{consent_id}",
            text=f"consent-{question.consent.text_version}.html",
        )

    @door("POST", CONSENT, allow=ANYONE, form=DecisionForm())
    def my_consent_decision_page(self, call: Call, consent_id: str) -> Response:
        """Takes the guardian's word; no code is asked for, the decision is."""
        assert call.form is not None
        resident = self._resident(call)
        if call.form.values is None:
            return see(f"/me/consents/{consent_id}")
        decision = call.form.values["decision"]
        try:
            said = resident_consents.answer(self.app, consent_id, decision, resident.person_refs,
                                            caller=resident_of(call))
        except UnknownConsent:
            return see("/me")
        is_late = decision == "given" and said["status"] == "lapsed"
        return see(f"/me?done={'too-late' if is_late else decision}")

    def _resident(self, call: Call) -> Resident:
        """Who is signed in. Raises Refused for a form of another site, and for nobody."""
        if not is_same_origin(call.environ):
            raise Refused(ONLY_HERE)
        if (resident := call.resident) is None:
            raise UnknownReference("")
        return resident

    def _mine(self, call: Call, person_ref: str) -> str:
        """The reference, of somebody the account stands for. Raises UnknownReference."""
        resident = call.resident
        if resident is None or person_ref not in resident.person_refs:
            raise UnknownReference(person_ref)
        return person_ref

    def _person(self, call: Call, person_ref: str, *, errors: Any = None,
                status: int = 200) -> Response:
        found = own_data.export_person(self.app, self._mine(call, person_ref))
        shown: list[Somebody] = people_shown(self.app, [person_ref])
        if not shown:
            raise UnknownReference(person_ref)
        typed = call.form.typed if call.form else {}
        return self.pages.render(
            "me_person.html", status=status, found=found, who=shown[0], typed=typed,
            errors=errors or {}, labels={"name": "姓名", "sure": "删除"},
        )
