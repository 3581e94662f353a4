"""The service as one value: what every use case needs, put together once per process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from kernel.answers import Answer, Outcome
from kernel.clock import Clock, system_clock
from kernel.group_commit import GroupCommit
from kernel.login_token import Signer
from kernel.transaction import Transactions
from kernel.tries import Tries
from kernel.vault import Sealing
from services.events.domain.attendance import DeskRules
from services.events.domain.no_show import NoShowRules
from services.events.domain.terms import OfferHours
from services.events.store import Store
from services.events.usecases.accounts.identity import Identity
from services.events.usecases.accounts.notes import Notes

Commit = Callable[[list[Any]], Sequence[Outcome]]


@dataclass(frozen=True, kw_only=True)
class RetentionRules:
    """How long what is kept (C-31)."""

    contacts: timedelta = timedelta(days=1098)  # without dealings
    words: timedelta = timedelta(days=366)  # about people, since the session's end
    entitlements: timedelta = timedelta(days=1098)  # since they ended
    staff: timedelta = timedelta(days=366)  # secrets of accounts since these were shut; requests


@dataclass(frozen=True, kw_only=True)
class Policy:
    """Values that the department may change."""

    party_limit: int = 10
    desk: DeskRules = field(default_factory=DeskRules)
    offer_hours: OfferHours = field(default_factory=OfferHours)
    no_shows: NoShowRules = field(default_factory=NoShowRules)
    retention: RetentionRules = field(default_factory=RetentionRules)
    tries_per_person: int = 6  # to sign up, a minute
    sign_ups_per_address: int = 300  # a minute
    wrong_codes: int = 10  # per address and ten minutes
    told_again: timedelta = timedelta(days=20)  # a contact, when its person comes back
    codes_per_address: int = 60  # an hour
    resident_login: timedelta = timedelta(days=30)
    look_lasts: timedelta = timedelta(days=1)


class Lines:
    """One line of callers per session, kept while somebody stands in it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: WeakValueDictionary[str, GroupCommit[Any, Answer]] = WeakValueDictionary()

    def of(self, session_id: str, commit: Commit) -> GroupCommit[Any, Answer]:
        """The session's line; `commit` is used when it begins."""
        with self._lock:
            line = self._lines.get(session_id)
            if line is None:
                line = GroupCommit(commit)
                self._lines[session_id] = line
            return line


@dataclass(frozen=True, kw_only=True)
class Events:
    """Where it keeps, how it tells, and by which policy it decides."""

    transactions: Transactions
    store: Store
    vault: Sealing
    clock: Clock = system_clock
    policy: Policy = field(default_factory=Policy)
    lines: Lines = field(default_factory=Lines)
    tries: Tries = field(default_factory=Tries)
    signer: Signer | None = field(default=None, repr=False)  # without one nobody can sign in
    notes: Notes | None = field(default=None, repr=False)
    identity: Identity | None = None
