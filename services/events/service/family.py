"""Doors for the family of who signed in by telephone, and for children without a guardian."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kernel.answers import Once
from kernel.rights import Resident
from kernel.web import ANYONE, CASEWORKER, Call, Problem, Refused, door
from kernel.web.scope import of_all
from services.events.schemas import family as bodies
from services.events.usecases.application import Events
from services.events.usecases.family import adults, children, guarding, leaving, people
from services.events.usecases.family.seeing import family_of
from services.events.web.callers import own_resident, resident_of
from services.events.web.places import of_person

OF = "/api/family"
ONE = f"{OF}/<string:person_ref>"


class FamilyDoors:
    """By the cookie of a login: who is not signed in is 401, whoever is of another family 404."""

    app: Events

    @door("GET", OF, allow=ANYONE, answer=bodies.FamilyAnswer())
    def show_family(self, call: Call) -> Any:
        """Everybody of the family, and what one is asked."""
        if call.resident is None:
            raise Refused(Problem(401, "not_signed_in"))
        return family_of(self.app, call.resident.account_id)

    @door("POST", f"{OF}/self", allow=ANYONE, body=bodies.OwnNameBody(), status=201,
          answer=bodies.PersonAnswer(), writes=True, audit="changed")
    def introduce_myself(self, call: Call) -> Any:
        """Says one's own name, where nobody signed up with the telephone so far."""
        account, once = _asked(call)
        return people.introduce(self.app, account, call.body["name"], once=once)

    @door("POST", f"{OF}/children", allow=ANYONE, body=bodies.ChildBody(), status=201,
          answer=bodies.PersonAnswer(), writes=True, audit="changed")
    def add_child(self, call: Call) -> Any:
        """Adds a child with the guardian's consent (C-25)."""
        account, once = _asked(call)
        return children.add_child(self.app, account, children.Child(**call.body), once=once)

    @door("POST", f"{OF}/codes", allow=ANYONE, body=bodies.AdultBody(), status=201,
          answer=bodies.AskedCodeAnswer())
    def ask_adult(self, call: Call) -> Any:
        """Sends a code to the telephone of an adult who is to join; each call sends another."""
        account, _ = _asked(call)
        return {"secret": adults.ask_in(self.app, account, call.body["phone"],
                                        caller=resident_of(call))}

    @door("POST", f"{OF}/adults", allow=ANYONE, body=bodies.JoiningBody(), status=201,
          answer=bodies.PersonAnswer(), audit="changed")
    def join_family(self, call: Call) -> Any:
        """Takes the code: the adult and the account's may sign each other up from now on."""
        account, _ = _asked(call)
        return adults.join(self.app, account, adults.Joining(**call.body))

    @door("DELETE", ONE, allow=ANYONE, query=bodies.LeavingQuery(), answer=bodies.PersonAnswer(),
          writes=True, audit="changed")
    def leave_family(self, call: Call, person_ref: str) -> Any:
        """Ends the tie, from either side; of a child the guardian's consent. Nothing is erased."""
        account, once = _asked(call)
        return leaving.leave(self.app, account, person_ref, sure=call.query["sure"],
                             caller=resident_of(call, once=once))

    @door("POST", f"{ONE}/guardians", allow=ANYONE, body=bodies.GuardianBody(), status=201,
          answer=bodies.PersonAnswer(), writes=True, audit="changed")
    def name_guardian(self, call: Call, person_ref: str) -> Any:
        """Asks another adult of the family to be a guardian as well."""
        account, once = _asked(call)
        return children.name_guardian(self.app, account, person_ref, call.body["guardian_ref"],
                                      once=once)

    @door("POST", f"{ONE}/decision", allow=ANYONE, body=bodies.GuardianDecisionBody(),
          answer=bodies.PersonAnswer(), writes=True, audit="changed")
    def answer_for_child(self, call: Call, person_ref: str) -> Any:
        """The word of who is asked to be a guardian."""
        account, once = _asked(call)
        return children.answer_for_child(self.app, account, person_ref, **call.body, once=once)

    @door("GET", "/api/children-without-guardian", allow=CASEWORKER, scope=of_all,
          answer=bodies.UnguardedAnswer(many=True))
    def children_without_guardian(self, call: Call) -> Any:
        """Children whose guardian left or was erased and for whom no account may act."""
        return guarding.without_guardian(self.app)

    @door("POST", "/api/people/<string:person_ref>/guardians", allow=CASEWORKER, scope=of_person,
          body=bodies.PaperGuardianBody(), status=201, answer=bodies.PersonAnswer(), writes=True)
    def give_guardian(self, call: Call, person_ref: str) -> Any:
        """A guardian who showed who they are and consented on paper may act for the child."""
        return guarding.give_guardian(self.app, person_ref, **call.body, once=call.once)


def _asked(call: Call) -> tuple[str, Once | None]:
    """The account that asks, and its key: the same key of another account is another order. Raises
    Refused for nobody (401), and for a form of another site."""
    resident: Resident | None = own_resident(call)
    if resident is None:
        raise Refused(Problem(401, "not_signed_in"))
    once = call.once
    return resident.account_id, once and replace(once, key=f"{once.key}:{resident.account_id}")
