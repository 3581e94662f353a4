"""Who acts and what they may: roles of staff, the permissions these bring, and where they hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing that doors ask for. `NAMES` is the right to see names, telephones and document
    numbers in the clear: it comes with no work by itself, only with confidential cases."""

    VIEW = "view"  # the console: lists and figures, nobody's name
    DESK = "desk"  # check-in, walk-ins, redemptions, visits, work items
    ORGANISE = "organise"  # activities, sessions, approvals, draws, closing
    CHECK = "check"  # 核查: holds, corrections, certificates, stars
    DEPARTMENT = "department"  # what the department itself signs or approves
    CASES = "cases"  # confidential programmes, and persons
    NAMES = "names"
    OPERATE = "operate"  # how the platform runs: messages, routes, retention, accounts
    AUDIT = "audit"


_P = Permission
_WORK = {_P.VIEW, _P.DESK, _P.ORGANISE, _P.CHECK, _P.DEPARTMENT}
ROLES: Mapping[str, frozenset[Permission]] = {
    "viewer": frozenset({_P.VIEW}),
    "desk": frozenset({_P.VIEW, _P.DESK}),
    "organiser": frozenset({_P.VIEW, _P.DESK, _P.ORGANISE}),
    "checker": frozenset({_P.VIEW, _P.CHECK}),
    "organisation": frozenset({_P.VIEW, _P.CHECK}),  # the parent organisation (C-09)
    "department": frozenset(_WORK),
    "caseworker": frozenset({_P.VIEW, _P.CASES, _P.NAMES}),
    "operator": frozenset({_P.VIEW, _P.OPERATE}),
    "auditor": frozenset({_P.AUDIT}),
    "names": frozenset({_P.NAMES}),
}
EVERYTHING = frozenset(_WORK | {_P.NAMES, _P.OPERATE})  # of shared tokens; without CASES and AUDIT


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where an account's permissions hold: programmes by key, streets by name; empty means all."""

    programmes: frozenset[str] = frozenset()
    streets: frozenset[str] = frozenset()

    def covers(self, *, programme: str | None = None, street: str | None = None) -> bool:
        """Whether something of that programme and street lies within. What has none lies outside
        of a limit: whoever may act on one street may not act on what belongs to no street."""
        return (not self.programmes or programme in self.programmes) and (
            not self.streets or street in self.streets)

    @property
    def limited(self) -> bool:
        return bool(self.programmes or self.streets)


ALL = Scope()


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What somebody may see of people, as it is given to whatever opens what is sealed.

    Without `names`, names and telephones come masked; without `cases`, nobody of a confidential
    programme is shown at all.
    """

    names: bool = False
    cases: bool = False

    def shows(self, *, confidential: bool) -> bool:
        """Whether people are shown, in the clear or masked."""
        return self.cases or not confidential


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What the caller may: act as staff, see what is confidential; and who that is.

    `actor` is the name that records give to who acted, never a secret: an account's name, a member
    of STAFF_TOKENS, "staff" or "caseworker" for the shared tokens, "" for anybody else.
    `person_ref` is the resident that a member is themselves, so that nobody decides about their own
    affairs (C-17). `account_id` and `login_id` only of who signed in.
    """

    staff: bool = False
    actor: str = ""
    person_ref: str | None = None
    roles: frozenset[str] = frozenset()
    permissions: frozenset[Permission] = frozenset()
    scope: Scope = ALL
    account_id: str | None = None
    login_id: str | None = None

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    @property
    def confidential(self) -> bool:
        """Whether they may see what is confidential."""
        return self.may(Permission.CASES)

    @property
    def sight(self) -> Sight:
        return Sight(names=self.may(Permission.NAMES), cases=self.may(Permission.CASES))


NOBODY = Rights()


@dataclass(frozen=True, kw_only=True)
class Resident:
    """A resident who signed in, and whom they stand for: themselves and their family."""

    account_id: str
    login_id: str
    person_refs: tuple[str, ...]


def permissions_of(roles: Iterable[str]) -> frozenset[Permission]:
    """What the roles bring together; roles that this version does not know bring nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def rights_of_staff(
    actor: str, roles: Iterable[str], *, scope: Scope = ALL, person_ref: str | None = None,
    account_id: str | None = None, login_id: str | None = None,
) -> Rights:
    """The rights of a member of staff by their roles."""
    given = frozenset(roles)
    return Rights(
        staff=True, actor=actor, roles=given, permissions=permissions_of(given), scope=scope,
        person_ref=person_ref, account_id=account_id, login_id=login_id,
    )
