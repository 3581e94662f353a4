"""One person at one session: attendance and the minutes credited for it, counted once (C-42)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from contracts.events import AttendanceRecorded
from contracts.volunteers import HoursCorrected, HoursCredited, HoursHeld, HoursWithheld
from services.stats.domain.day import Place, Share
from services.stats.domain.heard import Heard, place_of

Told = AttendanceRecorded | HoursCredited | HoursHeld | HoursWithheld | HoursCorrected
SERVICE = "shift"  # the kind of programme whose attendance counts by effective credit (C-42)


@dataclass(frozen=True, kw_only=True)
class Attendance:
    """`credits` are minutes by ledger entry (a reversal is negative); `held` entries stand at 0
    until one of `reversed` says that they do not count any more."""

    key: str
    person_ref: str
    kind: str
    place: Place
    household_ref: str | None = None
    state: str | None = None
    sequence: int = 0
    credits: Mapping[str, int] = field(default_factory=dict)
    held: tuple[str, ...] = ()
    reversed: tuple[str, ...] = ()

    @staticmethod
    def key_of(fact: Told) -> str:
        return f"{fact.session.session_id}|{fact.person_ref}"

    @classmethod
    def first(cls, heard: Heard) -> Attendance:
        fact = heard.fact
        assert isinstance(fact, Told)
        return cls(key=cls.key_of(fact), person_ref=fact.person_ref, kind=fact.session.kind,
                   place=place_of(fact.session))

    def after(self, heard: Heard) -> Attendance:
        """With one more fact, in whatever order they come; the same fact again changes nothing."""
        match heard.fact:
            case AttendanceRecorded() as fact if heard.sequence > self.sequence:
                return replace(self, state=fact.state, household_ref=fact.household_ref,
                               place=place_of(fact.session), sequence=heard.sequence)
            case HoursCredited() as fact:
                return replace(self, credits={**self.credits, fact.entry_id: fact.minutes})
            case HoursHeld() | HoursWithheld() as fact if fact.entry_id not in self.held:
                return replace(self, held=(*self.held, fact.entry_id))
            case HoursCorrected() as fact if fact.reverses not in self.reversed:
                return replace(self, credits={**self.credits, fact.entry_id: fact.minutes},
                               reversed=(*self.reversed, fact.reverses))
        return self

    @property
    def session_id(self) -> str:
        return self.key.partition("|")[0]

    @property
    def minutes(self) -> int:
        return sum(self.credits.values())

    @property
    def is_held(self) -> bool:
        """Whether something still waits to be confirmed or approved (待核实)."""
        return any(entry_id not in self.reversed for entry_id in self.held)

    @property
    def counts(self) -> bool:
        """Whether it is one 人次: by effective credit in service, by presence elsewhere."""
        return self.minutes > 0 if self.kind == SERVICE else self.state == "present"

    def shares(self) -> tuple[Share, ...]:
        sums = {"onsite": int(self.counts)}
        if self.credits or self.held or (self.kind == SERVICE and self.state == "absent"):
            sums["minutes"] = self.minutes
            sums["held"] = int(self.is_held and self.minutes <= 0)
        names: dict[str, tuple[str, ...]] = {"opened_sessions": (self.session_id,)}
        if self.counts:
            names["persons"] = (self.person_ref,)
        if self.state == "present" and self.household_ref:
            names["attending_households"] = (self.household_ref,)
        return (Share(place=self.place, sums=sums, names=names),)
