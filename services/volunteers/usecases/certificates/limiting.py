"""How often one may issue, guess a name or check a certificate; staff are never limited."""

from __future__ import annotations

from services.volunteers.domain.acting import Acting
from services.volunteers.domain.broken import check_tries
from services.volunteers.usecases.certificates.application import Certification

MINUTE, TEN_MINUTES = 60, 600


def count_issue(app: Certification, by: Acting) -> None:
    """One more issue from this address. Raises TooManyTries."""
    if (address := by.counted_at) is not None:
        check_tries(app.tries.take("issue", address, most=app.limits.issues_per_address,
                                   seconds=MINUTE))


def check_names(app: Certification, person_ref: str, by: Acting) -> None:
    """Raises TooManyTries after too many wrong names for the person from this address.

    By both: a stranger who guesses keeps nobody else from printing.
    """
    if (address := by.counted_at) is not None:
        check_tries(app.tries.wait("name", f"{person_ref} {address}", seconds=TEN_MINUTES,
                                   most=app.limits.wrong_names))


def count_wrong_name(app: Certification, person_ref: str, by: Acting) -> None:
    """A wrong name for this person; a right one is not counted."""
    if (address := by.counted_at) is not None:
        app.tries.take("name", f"{person_ref} {address}", seconds=TEN_MINUTES,
                       most=app.limits.wrong_names)


def count_check(app: Certification, by: Acting) -> None:
    """One more verification from this address. Raises TooManyTries.

    Wide for who checks real papers, a whole office behind one address; narrow for wrong codes,
    and then shut for right ones as well: who guesses must not learn from the answer.
    """
    if (address := by.counted_at) is not None:
        check_tries(app.tries.wait("wrong check", address, seconds=TEN_MINUTES,
                                   most=app.limits.wrong_checks))
        check_tries(app.tries.take("check", address, most=app.limits.checks_per_address,
                                   seconds=MINUTE))


def count_wrong_check(app: Certification, by: Acting) -> None:
    """A serial and code that do not belong together."""
    if (address := by.counted_at) is not None:
        app.tries.take("wrong check", address, most=app.limits.wrong_checks, seconds=TEN_MINUTES)
