"""Doors about stars (星级): looking, proposing, deciding."""

from __future__ import annotations

from typing import Any

from contracts.hours import hours
from kernel.clock import local_day, system_clock
from kernel.web import ANYONE, CHECKER, VIEWER, Call, Problem, door
from kernel.web.scope import of_all
from services.volunteers.domain.stars import broken
from services.volunteers.domain.stars.scheme import next_tier, scheme_on
from services.volunteers.domain.stars.standing import Proposal
from services.volunteers.schemas import stars as bodies
from services.volunteers.usecases.stars import deciding, weighing
from services.volunteers.usecases.stars.application import StarOffice
from services.volunteers.web.acting import acting_of

ERRORS: dict[type[Exception], Problem] = {
    broken.UnknownProposal: Problem(404, "unknown_proposal", "没有这条星级建议"),
    broken.NotDeserved: Problem(409, "not_deserved", "条件已不满足"),
    broken.NothingToPropose: Problem(409, "nothing_to_propose", "没有可以提出的建议"),
}


class StarDoors:
    """Stars are proposed by the platform or by staff, and decided by another person (C-24)."""

    stars: StarOffice

    @door("GET", "/api/people/<string:person_ref>/stars", allow=ANYONE,
          answer=bodies.StarsAnswer())
    def stars_of_person(self, call: Call, person_ref: str) -> Any:
        """A person's stars, what they rest on, and what the tier above wants."""
        standing = self.stars.store.of(self.stars.primary(person_ref))
        merits = weighing.merits_of(self.stars, standing.person_ref)
        scheme = scheme_on(self.stars.schemes, local_day(system_clock()))
        shown = [_shown(standing.person_ref, each) for each in reversed(standing.proposals)]
        return {
            **vars(merits), "person_ref": person_ref, "stars": standing.stars,
            "hours": hours(merits.minutes), "proposals": shown,
            "next": next_tier(scheme, standing.stars) if scheme else None,
        }

    @door("POST", "/api/people/<string:person_ref>/stars", allow=CHECKER, scope=of_all, status=201,
          writes=True, answer=bodies.ProposedAnswer())
    def propose_stars(self, call: Call, person_ref: str) -> Any:
        """Staff propose what the hours call for, also after a refusal; another one decides."""
        return weighing.propose(self.stars, person_ref, by=acting_of(call), once=call.once)

    @door("GET", "/api/stars", allow=VIEWER, scope=of_all,
          answer=bodies.StaffProposalAnswer(many=True))
    def list_star_proposals(self, call: Call) -> Any:
        """Open proposals, oldest first, at most 200."""
        return [_shown(*each) for each in weighing.waiting(self.stars)]

    @door("POST", "/api/stars/<string:proposal_id>/decision", allow=CHECKER, scope=of_all,
          writes=True, body=bodies.DecisionBody(), answer=bodies.DecisionAnswer())
    def decide_stars(self, call: Call, proposal_id: str) -> Any:
        """Staff approve or refuse, with a reason; 403 for a proposal or stars of their own."""
        return deciding.decide(self.stars, proposal_id, call.body["decision"],
                               call.body["reason"], by=acting_of(call), once=call.once,
                               correlation=call.correlation)


def _shown(person_ref: str, proposal: Proposal) -> dict[str, Any]:
    return {**vars(proposal), "person_ref": person_ref,
            "id": weighing.id_of(person_ref, proposal.number)}
