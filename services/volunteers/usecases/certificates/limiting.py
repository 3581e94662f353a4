"""How often one may issue, guess a name or check a certificate; staff are never limited."""

from __future__ import annotations

from services.volunteers.domain.certificates.broken import TooManyTries
from services.volunteers.usecases.certificates.application import Caller, Certification

MINUTE, TEN_MINUTES = 60, 600


def count_issue(app: Certification, caller: Caller) -> None:
    """One more issue from this address. Raises TooManyTries."""
    if _is_limited(caller):
        _take(app, "issue", caller, most=app.limits.issues_per_address, seconds=MINUTE)


def check_names(app: Certification, person_ref: str, caller: Caller) -> None:
    """Raises TooManyTries after too many wrong names for the person from this address.

    By both: a stranger who guesses keeps nobody else from printing.
    """
    if _is_limited(caller):
        _refuse(app.tries.wait("name", f"{person_ref} {caller.address}", seconds=TEN_MINUTES,
                               most=app.limits.wrong_names))


def count_wrong_name(app: Certification, person_ref: str, caller: Caller) -> None:
    """A wrong name for this person; a right one is not counted."""
    if _is_limited(caller):
        app.tries.take("name", f"{person_ref} {caller.address}", seconds=TEN_MINUTES,
                       most=app.limits.wrong_names)


def count_check(app: Certification, caller: Caller) -> None:
    """One more verification from this address. Raises TooManyTries.

    Wide for who checks real papers, a whole office behind one address; narrow for wrong codes,
    and then shut for right ones as well: who guesses must not learn from the answer.
    """
    if _is_limited(caller):
        _refuse(app.tries.wait("wrong check", caller.address or "", seconds=TEN_MINUTES,
                               most=app.limits.wrong_checks))
        _take(app, "check", caller, most=app.limits.checks_per_address, seconds=MINUTE)


def count_wrong_check(app: Certification, caller: Caller) -> None:
    """A serial and code that do not belong together."""
    if _is_limited(caller):
        app.tries.take("wrong check", caller.address or "", most=app.limits.wrong_checks,
                       seconds=TEN_MINUTES)


def _is_limited(caller: Caller) -> bool:
    """A caller without an address did not come through a door."""
    return not caller.staff and caller.address is not None


def _take(app: Certification, kind: str, caller: Caller, *, most: int, seconds: int) -> None:
    _refuse(app.tries.take(kind, caller.address or "", most=most, seconds=seconds))


def _refuse(seconds: int) -> None:
    if seconds:
        raise TooManyTries(seconds)
