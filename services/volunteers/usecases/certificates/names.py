"""The names that certificates are made out to."""

from __future__ import annotations

from collections.abc import Mapping

from kernel.contact import masked_number
from services.volunteers.domain.certificates.certificate import Holder
from services.volunteers.domain.people.document import TITLES
from services.volunteers.domain.people.volunteer import Identity
from services.volunteers.usecases.certificates.application import Holders
from services.volunteers.usecases.people.register import Register


def holders(register: Register) -> Holders:
    """Registered volunteers with their document, masked; others as their sign-ups tell of them.

    Nobody whose identity was erased, or whose processing was stopped (C-25, C-29).
    """

    def holder(person_ref: str) -> Holder | None:
        volunteer = register.registered(person_ref)
        if volunteer is None:
            sealed = register.people.names.of(person_ref)
            return Holder(name=register.vault.open(sealed)) if sealed else None
        if volunteer.state != "active":
            return None
        identity = register.opened(volunteer.volunteer_no)
        return Holder(name=identity.name, document=_document(identity),
                      is_minor=identity.is_minor(register.today()))

    return holder


def _document(identity: Identity) -> str | None:
    """Type and masked number; None once the consent to keep the number was withdrawn (C-27)."""
    if not identity.number:
        return None
    titles: Mapping[str, str] = TITLES
    return f"{titles[identity.document_type]} {masked_number(identity.number)}"
