"""Finding a volunteer, and their page: state, papers, stars, and what can be done (C-28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from marshmallow import EXCLUDE, Schema, fields, validate
from werkzeug.wrappers import Response

from kernel.pages import see
from kernel.pages.once import once_of_typed
from kernel.web import CASEWORKER, CHECKER, VIEWER, Call, door
from kernel.web.fields import PSEUDONYM, PersonName, Phone
from kernel.web.scope import of_all
from services.volunteers.domain.broken import BrokenRule
from services.volunteers.domain.people.broken import UnknownVolunteer
from services.volunteers.domain.people.document import TITLES, TYPES
from services.volunteers.domain.people.volunteer import Volunteer
from services.volunteers.usecases.people import qualifying, reading
from services.volunteers.usecases.stars import weighing
from services.volunteers.usecases.stars.application import StarOffice
from services.volunteers.web.acting import acting_of
from services.volunteers.web.desk.page import OF, DeskForm, DeskPage, Faults, faults_of
from services.volunteers.web.record_tables import STANDINGS, STATES

DONE = {
    "recorded": "已登记。",
    "paper": "已登记，须由其他人核实后才有效。", "verified": "已核实，现在有效。",
    "asked": "已提交，须由其他人审核。", "stopped": "已停止处理。",
    "withdrawn": "已撤销，原记录仍保留。", "proposed": "已提出星级建议，须由其他人决定。",
}


class FindForm(DeskForm):
    """A number of the register, or a reference: neither says who it is."""

    of = fields.String(required=True, validate=PSEUDONYM)


class DocumentForm(DeskForm):
    """The document on the counter."""

    document_type = fields.String(required=True, validate=validate.OneOf(TYPES))
    document_number = fields.String(required=True, validate=validate.Length(max=40))


class ContactForm(DeskForm):
    """Name and telephone, both as they were told."""

    name = PersonName(required=True)
    phone = Phone(required=True)


class DoneQuery(Schema):
    """What was just done."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="", validate=validate.Length(max=20))


class FindPages(DeskPage):
    """Whoever is found is led to by their number; who it is stays closed until it is opened."""

    stars: StarOffice

    @door("GET", "/staff/volunteers", allow=VIEWER, scope=of_all)
    def find_page(self, call: Call) -> Response:
        """Three ways to find somebody, and the way to register."""
        return self._finder(call)

    @door("POST", "/staff/volunteers/find", allow=VIEWER, scope=of_all, form=FindForm())
    def find_by_number_page(self, call: Call) -> Response:
        """By the volunteer's number, or by a reference."""
        def find(values: dict[str, Any]) -> Volunteer:
            of = values["of"]
            try:
                return self.register.known(of)
            except UnknownVolunteer:
                return reading.find_by_reference(self.register, of)

        return self._lead_to(call, "of", find)

    @door("POST", "/staff/volunteers/by-document", allow=CASEWORKER, scope=of_all,
          form=DocumentForm(), audit="read")
    def find_by_document_page(self, call: Call) -> Response:
        """By the keyed hash of the document's number; the look is kept."""
        return self._lead_to(call, "document_number", lambda values: reading.find_by_document(
            self.register, values["document_type"], values["document_number"],
            acting=acting_of(call)))

    @door("POST", "/staff/volunteers/by-contact", allow=CASEWORKER, scope=of_all,
          form=ContactForm(), audit="read")
    def find_by_contact_page(self, call: Call) -> Response:
        """By the keyed hash of name and telephone; the look is kept."""
        return self._lead_to(call, "name", lambda values: reading.find_by_contact(
            self.register, values["name"], values["phone"], acting=acting_of(call)))

    @door("GET", OF, allow=VIEWER, scope=of_all, query=DoneQuery())
    def volunteer_page(self, call: Call, volunteer_no: str) -> Response:
        """A volunteer without who it is: papers, stars, and what staff can do."""
        return self._volunteer(call, volunteer_no, done=DONE.get(call.query["done"]))

    @door("POST", f"{OF}/stars", allow=CHECKER, scope=of_all, form=DeskForm())
    def propose_stars_page(self, call: Call, volunteer_no: str) -> Response:
        """Proposes what the hours call for; somebody else decides (C-24)."""
        assert call.form is not None
        volunteer = self.register.active(volunteer_no)
        try:
            for ref in volunteer.person_refs[:1]:
                weighing.propose(self.stars, ref, by=acting_of(call),
                                 once=once_of_typed(f"stars:{volunteer_no}", call.form.typed))
        except BrokenRule as rule:
            return self._volunteer(call, volunteer_no, errors=faults_of(rule), status=409)
        return see(f"/staff/volunteers/{volunteer_no}?done=proposed")

    def _lead_to(self, call: Call, place: str,
               find: Callable[[dict[str, Any]], Volunteer]) -> Response:
        form = call.form
        assert form is not None
        if form.values is None:
            return self._finder(call, form.errors, status=422)
        try:
            number = find(form.values).volunteer_no
        except UnknownVolunteer:
            return self._finder(call, {place: ["没有找到。请核对，或者还没有登记"]}, status=404)
        except BrokenRule as rule:
            return self._finder(call, faults_of(rule), status=422)
        return see(f"/staff/volunteers/{number}")

    def _finder(self, call: Call, errors: Faults | None = None, *, status: int = 200) -> Response:
        return self.sheet("find.html", call, call.form.typed if call.form else {}, errors,
                          status=status, types=list(TITLES.items()))

    def _volunteer(self, call: Call, volunteer_no: str, *, done: str | None = None,
                   errors: Faults | None = None, status: int = 200) -> Response:
        volunteer = self.register.known(volunteer_no)
        refs = volunteer.person_refs
        stars = self.stars.store.of(self.stars.primary(refs[0])).stars if refs else 0
        return self.sheet(
            "volunteer.html", call, errors=errors, status=status, volunteer=volunteer, done=done,
            papers=qualifying.papers(self.register, volunteer_no), stars=stars, states=STATES,
            standings=STANDINGS,
        )
