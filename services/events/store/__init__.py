"""Documents to domain and back: one class per collection, gathered in `Store`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from services.events.store import (
    activities,
    attendances,
    consents,
    deadlines,
    draws,
    entitlements,
    family_ties,
    known_accounts,
    line,
    looks,
    no_shows,
    people,
    plans,
    prepared,
    programmes,
    records,
    registrations,
    resident_accounts,
    resident_codes,
    retention,
    scans,
    sessions,
    staff_accounts,
    staff_retention,
    uses,
    work_items,
)

INDEXES: Mapping[str, list[IndexModel]] = {
    **activities.INDEXES,
    **sessions.INDEXES,
    **registrations.INDEXES,
    **line.INDEXES,
    **people.INDEXES,
    **attendances.INDEXES,
    **scans.INDEXES,
    **no_shows.INDEXES,
    **records.INDEXES,
    **consents.INDEXES,
    **deadlines.INDEXES,
    **draws.INDEXES,
    **entitlements.INDEXES,
    **uses.INDEXES,
    **work_items.INDEXES,
    **plans.INDEXES,
    **prepared.INDEXES,
    **staff_accounts.INDEXES,
    **retention.INDEXES,
    **resident_accounts.INDEXES,
    **resident_codes.INDEXES,
    **family_ties.INDEXES,
    **looks.INDEXES,
}


@dataclass(frozen=True, kw_only=True)
class Store:
    """Everything this service keeps; each part takes the transaction it works within."""

    programmes: programmes.Programmes
    activities: activities.Activities
    sessions: sessions.Sessions
    registrations: registrations.Registrations
    people: people.People
    attendances: attendances.Attendances
    scans: scans.Scans
    no_shows: no_shows.NoShows
    records: records.Records
    consents: consents.Consents
    deadlines: deadlines.Deadlines
    draws: draws.Draws
    entitlements: entitlements.Entitlements
    uses: uses.Uses
    work_items: work_items.WorkItems
    plans: plans.Plans
    prepared: prepared.PreparedParties
    retention: retention.Retention
    resident_accounts: resident_accounts.ResidentAccounts
    codes: resident_codes.Codes
    family: family_ties.FamilyTies
    known_accounts: known_accounts.KnownAccounts
    staff: staff_accounts.StaffAccounts
    staff_retention: staff_retention.StaffRetention
    looks: looks.Looks

    @classmethod
    def on(cls, database: Database[dict[str, Any]]) -> Store:
        """The store on a database, real or in memory."""
        return cls(
            programmes=programmes.Programmes(database),
            activities=activities.Activities(database),
            sessions=sessions.Sessions(database),
            registrations=registrations.Registrations(database),
            people=people.People(database),
            attendances=attendances.Attendances(database),
            scans=scans.Scans(database),
            no_shows=no_shows.NoShows(database),
            records=records.Records(database),
            consents=consents.Consents(database),
            deadlines=deadlines.Deadlines(database),
            draws=draws.Draws(database),
            entitlements=entitlements.Entitlements(database),
            uses=uses.Uses(database),
            work_items=work_items.WorkItems(database),
            plans=plans.Plans(database),
            prepared=prepared.PreparedParties(database),
            retention=retention.Retention(database),
            resident_accounts=resident_accounts.ResidentAccounts(database),
            codes=resident_codes.Codes(database),
            family=family_ties.FamilyTies(database),
            known_accounts=known_accounts.KnownAccounts(database),
            staff=staff_accounts.StaffAccounts(database),
            staff_retention=staff_retention.StaffRetention(database),
            looks=looks.Looks(database),
        )
