"""How often one may try: per person, per address, per wrong code; staff are never limited."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from kernel.answers import Once
from services.events.domain.broken import TooManyTries, UnknownConsent, UnknownRegistration
from services.events.usecases.application import Events
from services.events.usecases.book import Caller

MINUTE = 60
TEN_MINUTES = 600
T = TypeVar("T")


def count_sign_up(app: Events, persons: Iterable[str], caller: Caller) -> None:
    """One try to sign these people up; `persons` are keyed hashes of name and telephone, or refs.

    Raises TooManyTries. The narrow limit is per person. The one per address is wide, for an office
    or a school stands behind one address, and counts no party that was prepared. Asking the same
    again with the same key is one try: a lost connection costs nobody a turn. A caller without an
    address did not come through a door.
    """
    if caller.staff or caller.is_prepared or not caller.address:
        return
    policy = app.policy
    _take(app, "address", caller.address, most=policy.sign_ups_per_address)
    for person in persons:
        if not (caller.once and _is_repeated(app, person, caller.once)):
            _take(app, "person", person, most=policy.tries_per_person)


def guarded(app: Events, caller: Caller, work: Callable[[], T]) -> T:
    """What `work` finds by a code somebody typed; wrong codes count against the address.

    Raises TooManyTries once there were too many, also for a right code: whoever guesses must not
    learn from the answer. Raises whatever `work` raises.
    """
    if caller.staff or not caller.address:
        return work()
    most = app.policy.wrong_codes
    _check(app.tries.wait("code", caller.address, most=most, seconds=TEN_MINUTES))
    try:
        return work()
    except (UnknownConsent, UnknownRegistration):
        app.tries.take("code", caller.address, most=most, seconds=TEN_MINUTES)
        raise


def _take(app: Events, kind: str, who: str, *, most: int) -> None:
    _check(app.tries.take(kind, who, most=most, seconds=MINUTE))


def _is_repeated(app: Events, person: str, once: Once) -> bool:
    asked = f"{person} {once.key} {once.fingerprint}"
    return app.tries.take("asked", asked, most=1, seconds=MINUTE) > 0


def _check(seconds: int) -> None:
    if seconds:
        raise TooManyTries(seconds)
