"""A family under one account: children by a guardian's word, adults by a code of their own (0022).

A tie joins two people, never two accounts: it goes where its people's telephones go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal

from kernel.clock import age_on, local_day
from services.events.domain.broken import UnknownReference

Kind = Literal["child", "adult"]
State = Literal["asked", "standing", "refused", "over"]
EndedBy = Literal["holder", "member", "erased"]
Method = Literal["account", "code", "staff"]  # signed in; by the code from the SMS; on paper

OF_AGE = 18
MOST_TIES = 20  # of one account, what is asked for included
ASKED_LASTS = timedelta(days=7)
TEXT_VERSION = "2026-11"  # of web/family-consent-<version>.html; a changed text is a new version
PURPOSE = {"child": "family_child", "adult": "family_adult"}


@dataclass(frozen=True, kw_only=True)
class Tie:
    """What lets one person's account act for another (`child`: `holder_ref` is the guardian), or
    sign each other up (`adult`: `holder_ref` asked `member_ref` in). As a consent it has a purpose,
    the version of its text, a method, a time and an end (C-25)."""

    tie_id: str
    kind: Kind
    holder_ref: str
    member_ref: str
    state: State
    text_version: str
    method: Method
    asked_at: datetime
    decided_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: EndedBy | None = None

    @property
    def purpose(self) -> str:
        return PURPOSE[self.kind]

    def stands(self) -> bool:
        return self.state == "standing"

    def waits(self, now: datetime) -> bool:
        """Whether its answer is still awaited."""
        return self.state == "asked" and now < self.asked_at + ASKED_LASTS

    def other(self, person_refs: Iterable[str]) -> str:
        """The one of the two who is none of these people."""
        return self.member_ref if self.holder_ref in set(person_refs) else self.holder_ref


def answered(tie: Tie, *, given: bool, now: datetime) -> Tie:
    """The tie after the word of who was asked. Raises UnknownReference when nobody is, any more."""
    if not tie.waits(now):
        raise UnknownReference(tie.member_ref)
    return replace(tie, state="standing" if given else "refused", decided_at=now)


def ended(tie: Tie, by: EndedBy, now: datetime) -> Tie:
    """The tie as over: kept, for it says what was agreed to and until when."""
    return replace(tie, state="over", ended_at=now, ended_by=by)


def is_minor(born: date | None, now: datetime) -> bool:
    """Under eighteen on the local day; whoever has no birth date counts as of age."""
    return born is not None and age_on(born, local_day(now)) < OF_AGE
