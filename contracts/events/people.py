"""Facts about people: private contacts, and guardians' consent."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ..event import Fact, fact
from ..session import SessionRef


@fact("events.contact_recorded.v1", subject="person/{person_ref}", private=True)
class ContactRecorded(Fact):
    """A person's contact details are new or changed. Private: never leaves the department.

    一人的联系方式新增或变更。内部事实，不对外提供。
    """

    person_ref: str
    name: str
    phone: str


@fact("events.contact_forgotten.v1", subject="forgotten/{person_ref}", private=True)
class ContactForgotten(Fact):
    """A person's contact was erased: whoever heard it forgets it (C-25, C-29). Nothing is told
    under the reference again. Private: who left is nobody else's affair.

    一人的联系方式已删除，听到过的服务须一并清除。内部事实，不对外提供。
    """

    person_ref: str


@fact("events.consent_requested.v1", subject="consent/{consent_id}", private=True)
class ConsentRequested(Fact):
    """A guardian is asked to consent; the code opens the question. Private: for the guardian alone.

    请监护人决定是否同意；凭码打开。内部事实，只发给监护人本人。
    """

    consent_id: str
    registration_id: str
    session: SessionRef
    guardian_ref: str
    code: str
    text_version: str
    until: datetime


@fact("events.consent_decided.v1", subject="consent/{consent_id}")
class ConsentDecided(Fact):
    """A guardian's consent was given, refused or withdrawn, or nobody answered in time.

    监护人已同意、拒绝、撤回，或逾期未答。
    """

    consent_id: str
    registration_id: str
    session_id: str
    decision: Literal["given", "refused", "withdrawn", "expired"]
    text_version: str
