"""Who may use a benefit: granting, renewing, revoking, and looking up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from kernel.answers import Answer, Once
from kernel.transaction import Transaction
from services.events.domain.broken import UnknownOccupation
from services.events.domain.entitlement import Entitlement
from services.events.usecases.application import Events
from services.events.usecases.programmes import programme_of_kind


def grant(app: Events, programme: str, order: Mapping[str, Any], *,
          once: Once | None = None) -> Answer:
    """Entitles a person; who has an entitlement already gets it anew under the same id.

    `order`: {person_ref, occupation, valid_from?, valid_until?, by?}, days inclusive and local.
    Raises UnknownProgramme, WrongKind, UnknownOccupation. Safe to repeat. Tells no fact: who is
    entitled stays here.
    """

    def work(transaction: Transaction) -> Answer:
        found = programme_of_kind(app, programme, "benefit", within=transaction)
        if order["occupation"] not in found.entitled:
            raise UnknownOccupation(order["occupation"], known=found.entitled)
        kept = app.store.entitlements
        before = kept.of_person(programme, order["person_ref"], within=transaction)
        granted = Entitlement(
            entitlement_id=before.entitlement_id if before else transaction.new_id(),
            programme=programme, person_ref=order["person_ref"], occupation=order["occupation"],
            valid_from=order.get("valid_from"), valid_until=order.get("valid_until"),
            granted_at=transaction.now, granted_by=order.get("by"),
        )
        if before is None:
            kept.add(granted, within=transaction)
        else:
            kept.change(before, granted, within=transaction)
        return {"id": granted.entitlement_id}

    return app.transactions.write(once, work)


def revoke(app: Events, programme: str, entitlement_id: str, *, by: str | None = None,
           once: Once | None = None) -> None:
    """Ends an entitlement today; what was used before stays. Raises UnknownProgramme, WrongKind,
    UnknownEntitlement. Safe to repeat: the first time counts."""

    def work(transaction: Transaction) -> Answer:
        programme_of_kind(app, programme, "benefit", within=transaction)
        before = app.store.entitlements.one(programme, entitlement_id, within=transaction)
        if before.revoked_at is None:
            after = replace(before, revoked_at=transaction.now, revoked_by=by)
            app.store.entitlements.change(before, after, within=transaction)
        return {"id": entitlement_id}

    app.transactions.write(once, work)


def list_entitlements(app: Events, programme: str, *,
                      person_ref: str | None = None) -> list[Entitlement]:
    """The latest granted first, revoked and lapsed ones too. Raises UnknownProgramme,
    WrongKind."""
    programme_of_kind(app, programme, "benefit")
    return app.store.entitlements.listed(programme, person_ref=person_ref)
