"""The book of one transaction: sessions and people in hand, put right together, saved at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from contracts.event import Fact
from kernel.clock import local_day
from kernel.envelope import Envelope
from kernel.transaction import Transaction
from services.volunteers.domain.attendance import Attendance
from services.volunteers.domain.entry import Because, Entry
from services.volunteers.domain.folio import Folio, settle
from services.volunteers.domain.session import News, Session, after, weighs_anew
from services.volunteers.domain.time_bank import deposits
from services.volunteers.domain.values import altered
from services.volunteers.store.folios import Known
from services.volunteers.usecases import telling
from services.volunteers.usecases.application import App

Pair = tuple[str, str]  # session and person


@dataclass(kw_only=True)
class Book:
    """Opened with what was told of sessions; then attendances are changed, then it is settled."""

    app: App
    transaction: Transaction
    sessions: dict[str, Session] = field(default_factory=dict)
    folios: dict[str, Folio] = field(default_factory=dict)
    causes: dict[str, Envelope] = field(default_factory=dict)  # by person: what led to changes
    _sessions: Mapping[str, Session] = field(default_factory=dict)
    _known: Known = field(default_factory=dict)

    def open(self, news: Iterable[News], days: Iterable[tuple[str, date]] = ()) -> None:
        """Takes in hand the sessions that these tell of and everybody whose lines may change, with
        what lies around; `days` are further days of people."""
        told: dict[str, list[News]] = defaultdict(list)
        for each in news:
            told[each.ref.session_id].append(each)
        store, within = self.app.store, self.transaction
        self._sessions = store.sessions.some(told.keys(), within=within)
        self.sessions = {id: after(self._sessions.get(id), of) for id, of in told.items()}
        pairs = {(id, each.person_ref) for id, of in told.items() for each in of if each.person_ref}
        moved = {(id, person) for id in self._anew() for person in self.sessions[id].people}
        self._load(pairs | moved, days)
        for session_id, person_ref in moved:
            self._rebase(session_id, person_ref)

    def attendance(self, session_id: str, person_ref: str) -> Attendance:
        """At the session as it is now; a new one for somebody of whom nothing was heard there."""
        there = self.folios[person_ref].attendances.get(session_id)
        session = self.sessions[session_id]
        if there is None:
            return Attendance(session=session.ref, person_ref=person_ref,
                              cancelled=session.cancelled)
        if (there.session, there.cancelled) == (session.ref, session.cancelled):
            return there
        return altered(there, session=session.ref, cancelled=session.cancelled)

    def put(self, attendance: Attendance, because: Because) -> None:
        """The attendance as it is now."""
        folio = self.folios[attendance.person_ref]
        if folio.attendances.get(attendance.session.session_id) != attendance:
            folio.put(attendance, because)

    def settle(self) -> list[Entry]:
        """Enters what sets every line in hand right, saves all of it and tells it."""
        now, store, within = self.transaction.now, self.app.store, self.transaction
        entries: list[Entry] = []
        standing = self._standing() if self.app.weights else {}
        for folio in self.folios.values():
            before = {id: telling.credited(each) for id, each in folio.attendances.items()}
            entered = settle(folio, self.app.rules, now)
            entries += entered
            self._tell(folio, telling.facts(folio, entered, before))
        changed = [folio for folio in self.folios.values()
                   if folio.changed or folio.decided]
        store.sessions.save(self.sessions, known=self._sessions, within=within)
        store.folios.save(changed, known=self._known, within=within)
        store.entries.add(entries, within=within)
        store.duties.reopen(store.held.follow(entries, within=within), within=within)
        if self.app.weights:
            self._deposit(entries, standing)
        return entries

    def _tell(self, folio: Folio, facts: Iterable[Fact]) -> None:
        """Numbered by the head, which is written anyhow: all facts about a person are told here."""
        cause, told = self.causes.get(folio.person_ref), folio.head.told
        for fact in facts:
            told += 1
            self.transaction.emit(fact, cause=cause, sequence=told)
        if told != folio.head.told:
            folio.head = altered(folio.head, told=told)

    def _standing(self) -> dict[str, tuple[str, int]]:
        """Person and number of every entry that counts, by entry_id."""
        return {
            each.entry_id: (attendance.person_ref, each.number)
            for folio in self.folios.values()
            for attendance in folio.attendances.values()
            for each in attendance.effective
        }

    def _deposit(self, entries: list[Entry], standing: Mapping[str, tuple[str, int]]) -> None:
        """The points of these entries (时间银行); hours know nothing of them (C-10)."""
        gone = {each.reverses: standing[each.reverses] for each in entries
                if each.reverses and each.reverses in standing}
        bank, within = self.app.store.time_bank, self.transaction
        earlier = bank.weights(gone, within=within) if gone else {}
        bank.add(deposits(entries, self.app.weights, earlier), within=within)

    def _anew(self) -> Iterable[str]:
        """Sessions that are at another time now, or cancelled."""
        return [id for id, session in self.sessions.items()
                if id in self._sessions and weighs_anew(self._sessions[id], session)]

    def _load(self, pairs: Iterable[Pair], days: Iterable[tuple[str, date]]) -> None:
        of: dict[str, set[date]] = defaultdict(set)
        for person, day in days:
            of[person].add(day)
        for session_id, person in pairs:
            of[person] |= self._days(session_id)
        self.folios, self._known = self.app.store.folios.open(of, within=self.transaction)

    def _days(self, session_id: str) -> set[date]:
        """The first and the last day of a session, as it was known and as it is now."""
        known = (self._sessions.get(session_id), self.sessions[session_id])
        refs = [session.ref for session in known if session]
        return {local_day(at) for ref in refs for at in (ref.starts_at, ref.ends_at)}

    def _rebase(self, session_id: str, person_ref: str) -> None:
        """The attendance at the session as it is now (C-15, C-03)."""
        is_cancelled = self.sessions[session_id].cancelled
        because: Because = "session_cancelled" if is_cancelled else "session_moved"
        self.put(self.attendance(session_id, person_ref), because)
