"""A person's stars and the proposals about them; only a decision changes stars (C-24)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from services.volunteers.domain.acting import Acting, check_eyes
from services.volunteers.domain.broken import AlreadyDecided
from services.volunteers.domain.stars.broken import NotDeserved, UnknownProposal
from services.volunteers.domain.stars.scheme import Merits, Scheme, by_hours, deserved

Kind = Literal["award", "review"]
State = Literal["open", "approved", "refused", "lapsed"]
Decision = Literal["approved", "refused"]
PLATFORM = "platform"  # who proposes what nobody did


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """That somebody is given (`award`) or keeps no longer (`review`) stars.

    `before` and `stars` are the stars now and after an approval; `minutes` the hours on which it
    rests; `scheme` the day from which the scheme holds that it is weighed by.
    """

    number: int
    kind: Kind
    before: int
    stars: int
    minutes: int
    scheme: date
    maker: str
    proposed_at: datetime
    state: State = "open"
    checker: str | None = None
    reason: str | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A person's stars, the day of the scheme they were given by, and every proposal so far."""

    person_ref: str
    stars: int = 0
    scheme: date | None = None
    proposals: tuple[Proposal, ...] = ()

    @property
    def open(self) -> Proposal | None:
        """The proposal that waits for a decision; there is never a second one."""
        last = self.proposals[-1] if self.proposals else None
        return last if last and last.state == "open" else None


@dataclass(frozen=True, kw_only=True)
class Call:
    """What the hours call for now."""

    kind: Kind
    stars: int
    scheme: date


def called_for(standing: Standing, merits: Merits, *, scheme: Scheme, given_by: Scheme,
               today: date) -> Call | None:
    """More stars, a review of those there are, or nothing.

    Stars are reviewed by the hours alone and by the scheme they were given by: a scheme that
    became stricter takes nothing away, a reversal does.
    """
    more = deserved(scheme, merits, today)
    if more > standing.stars:
        return Call(kind="award", stars=more, scheme=scheme.valid_from)
    left = by_hours(given_by, merits.minutes)
    if left < standing.stars:
        return Call(kind="review", stars=left, scheme=given_by.valid_from)
    return None


def weighed(standing: Standing, call: Call | None, merits: Merits, *, at: datetime,
            maker: str = PLATFORM) -> Standing:
    """The standing with at most one open proposal, the one that is called for. Safe to repeat.

    An open proposal that is not called for any more lapses. What was refused is not proposed again
    by the platform while the same stars are called for; a member of staff may.
    """
    proposals = standing.proposals
    waiting = standing.open
    if waiting and not _same(waiting, call):
        proposals = (*proposals[:-1], replace(waiting, state="lapsed", decided_at=at))
        waiting = None
    if call and not waiting and not (maker == PLATFORM and _refused(proposals, call)):
        proposals = (*proposals, Proposal(
            number=len(proposals) + 1, kind=call.kind, before=standing.stars, stars=call.stars,
            minutes=merits.minutes, scheme=call.scheme, maker=maker, proposed_at=at,
        ))
    return replace(standing, proposals=proposals)


def decided(standing: Standing, number: int, decision: Decision, *, call: Call | None,
            checker: Acting, concerned: Collection[str], reason: str, at: datetime) -> Standing:
    """The standing after a person's word; `concerned` are the references of whose stars they are.

    Raises UnknownProposal, AlreadyDecided, SelfMade and SelfConcerned (C-17), NotDeserved when the
    hours changed meanwhile.
    """
    waiting = next((each for each in standing.proposals if each.number == number), None)
    if waiting is None:
        raise UnknownProposal
    check_eyes(checker, concerned=concerned, maker=Acting(actor=waiting.maker))
    if waiting.state != "open":
        raise AlreadyDecided
    if decision == "approved" and not _same(waiting, call):
        raise NotDeserved(call.stars if call else standing.stars)
    done = replace(waiting, state=decision, checker=checker.actor, reason=reason, decided_at=at)
    after = replace(standing, proposals=(*standing.proposals[:-1], done))
    if decision == "refused":
        return after
    return replace(after, stars=waiting.stars, scheme=waiting.scheme if waiting.stars else None)


def _same(proposal: Proposal, call: Call | None) -> bool:
    return call is not None and (proposal.kind, proposal.stars) == (call.kind, call.stars)


def _refused(proposals: Sequence[Proposal], call: Call) -> bool:
    """Whether the last decision refused just this."""
    spoken = [each for each in proposals if each.state in {"approved", "refused"}]
    return bool(spoken) and spoken[-1].state == "refused" and _same(spoken[-1], call)
