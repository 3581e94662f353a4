"""The family of who is signed in: who is in it, one's own name, and how somebody leaves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, Schema, fields
from werkzeug.wrappers import Response

from kernel.pages import Pages, see
from kernel.web import ANYONE, Call, door
from kernel.web.fields import PersonName
from services.events.domain.broken import BrokenRule, LastGuardian, UnknownReference
from services.events.schemas.fields import REFERENCE, REQUIRED
from services.events.usecases.application import Events
from services.events.usecases.family import children, leaving, people
from services.events.usecases.family.seeing import Family, Member, family_of
from services.events.web.callers import own_resident, resident_of

ADDRESS = "/me/family"
ONE = f"{ADDRESS}/people/<string:person_ref>"
SIGN_IN = f"/sign-in?next={ADDRESS}"
LABELS = {
    "name": "姓名", "birth_date": "出生日期", "guardian_ref": "监护人", "agreed": "同意",
    "sure": "确认", "phone": "手机号", "code": "验证码", "holder_ref": "谁请对方加入",
}
SAID = {
    "named": "姓名已保存。", "added": "孩子已加入家庭。", "joined": "已加入家庭。",
    "left": "已移出家庭。", "asked": "已发出，等对方在自己的账号里答复。",
    "given": "你已经是监护人。", "refused": "已记下：不同意。",
}


class FamilyQuery(Schema):
    """What was just done."""

    class Meta:
        unknown = EXCLUDE

    done = fields.String(load_default="")


class OwnNameForm(Schema):
    """One's own name."""

    class Meta:
        unknown = EXCLUDE

    name = PersonName(required=True, error_messages=REQUIRED)


class LeaveForm(Schema):
    """A button, and for the last guardian the box that says that it is meant."""

    class Meta:
        unknown = EXCLUDE

    sure = fields.Boolean(load_default=False)


class GuardianForm(Schema):
    """Which adult of the family."""

    class Meta:
        unknown = EXCLUDE

    guardian_ref = fields.String(required=True, validate=REFERENCE, error_messages=REQUIRED)


class ResidentFamilyPages:
    """Who is not signed in is asked to; whoever is of another family is not there: 404."""

    app: Events
    pages: Pages

    @door("GET", ADDRESS, allow=ANYONE, query=FamilyQuery())
    def family_page(self, call: Call) -> Response:
        """Everybody of the family, and what one is asked."""
        return self._family(call, said=SAID.get(call.query["done"]))

    @door("POST", f"{ADDRESS}/name", allow=ANYONE, form=OwnNameForm(), audit="changed")
    def family_name_page(self, call: Call) -> Response:
        """Says one's own name, where nobody signed up with the telephone so far."""
        form, resident = call.form, own_resident(call)
        assert form is not None
        if resident is None:
            return see(SIGN_IN)
        if form.values is None:
            return self._family(call, errors=form.errors, status=422)
        try:
            people.introduce(self.app, resident.account_id, form.values["name"])
        except BrokenRule as rule:
            return self._family(call, errors={"name": [str(rule)]}, status=409)
        return see(f"{ADDRESS}?done=named")

    @door("GET", ONE, allow=ANYONE)
    def family_member_page(self, call: Call, person_ref: str) -> Response:
        """One of the family: what is agreed to, a second guardian, the way out."""
        return self._member(call, person_ref) if call.resident else see(SIGN_IN)

    @door("POST", f"{ONE}/leave", allow=ANYONE, form=LeaveForm(), audit="changed")
    def leave_family_page(self, call: Call, person_ref: str) -> Response:
        """Ends the tie: an adult's from either side, or a guardian's consent for a child."""
        form, resident = call.form, own_resident(call)
        assert form is not None
        if resident is None:
            return see(SIGN_IN)
        try:
            leaving.leave(self.app, resident.account_id, person_ref,
                          sure=(form.values or {}).get("sure", False), caller=resident_of(call))
        except LastGuardian as rule:
            return self._member(call, person_ref, errors=rule.errors, status=409)
        return see(f"{ADDRESS}?done=left")

    @door("POST", f"{ONE}/guardian", allow=ANYONE, form=GuardianForm(), audit="changed")
    def name_guardian_page(self, call: Call, person_ref: str) -> Response:
        """Asks another adult of the family to be a guardian as well."""
        form, resident = call.form, own_resident(call)
        assert form is not None
        if resident is None:
            return see(SIGN_IN)
        if form.values is None:
            return self._member(call, person_ref, errors=form.errors, status=422)
        children.name_guardian(self.app, resident.account_id, person_ref,
                               form.values["guardian_ref"])
        return see(f"{ADDRESS}?done=asked")

    def _family(self, call: Call, *, said: str | None = None,
                errors: Mapping[str, Any] | None = None, status: int = 200) -> Response:
        if call.resident is None:
            return see(SIGN_IN)
        family = family_of(self.app, call.resident.account_id)
        return self.pages.render(
            "family.html", status=status, family=family, has_adult=bool(family.of("own")),
            said=said, errors=errors or {}, labels=LABELS,
            typed=call.form.typed if call.form else {},
        )

    def _member(self, call: Call, person_ref: str, *, errors: Mapping[str, Any] | None = None,
                status: int = 200) -> Response:
        assert call.resident is not None
        family = family_of(self.app, call.resident.account_id)
        member = _other(family, person_ref)
        return self.pages.render(
            "family_member.html", status=status, member=member, errors=errors or {},
            labels=LABELS, kin=[(each.person_ref, each.name) for each in family.of("adult")],
        )


def _other(family: Family, person_ref: str) -> Member:
    """A child or an adult who joined. Raises UnknownReference, also for the account's own."""
    member = family.one(person_ref)
    if member is None or member.kind == "own":
        raise UnknownReference(person_ref)
    return member
