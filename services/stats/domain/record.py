"""Records that need no session: a visit, a redemption, an item of a work list."""

from __future__ import annotations

from dataclasses import dataclass, replace

from contracts.events import RedemptionRecorded, VisitRecorded, WorkItemRecorded
from kernel.clock import local_day
from services.stats.domain.day import Place, Share
from services.stats.domain.heard import Heard


@dataclass(frozen=True, kw_only=True)
class Visit:
    """A household was visited; the fact is final."""

    key: str
    place: Place
    household_ref: str

    @staticmethod
    def key_of(fact: VisitRecorded) -> str:
        return fact.visit_id

    @classmethod
    def first(cls, heard: Heard) -> Visit:
        fact = heard.fact
        assert isinstance(fact, VisitRecorded)
        place = Place(day=fact.day.isoformat(), programme=fact.programme, street=fact.street)
        return cls(key=fact.visit_id, place=place, household_ref=fact.household_ref)

    def after(self, heard: Heard) -> Visit:
        return self

    def shares(self) -> tuple[Share, ...]:
        return (Share(place=self.place, sums={"visits": 1},
                      names={"visited_households": (self.household_ref,),
                             "opened_visits": (self.key,)}),)


@dataclass(frozen=True, kw_only=True)
class Redemption:
    """A person used a benefit at a window; the fact is final."""

    key: str
    place: Place
    window: str

    @staticmethod
    def key_of(fact: RedemptionRecorded) -> str:
        return fact.redemption_id

    @classmethod
    def first(cls, heard: Heard) -> Redemption:
        fact = heard.fact
        assert isinstance(fact, RedemptionRecorded)
        place = Place(day=local_day(fact.at).isoformat(), programme=fact.programme,
                      street=fact.street)
        return cls(key=fact.redemption_id, place=place, window=fact.window)

    def after(self, heard: Heard) -> Redemption:
        return self

    def shares(self) -> tuple[Share, ...]:
        return (Share(place=self.place, sums={"redemptions": 1},
                      names={"windows": (self.window,), "opened_redemptions": (self.key,)}),)


@dataclass(frozen=True, kw_only=True)
class WorkItem:
    """Open from the first day told; done on the day of its latest fact when that says done."""

    key: str
    programme: str
    category: str
    opened_on: str
    told_on: str
    state: str = "open"
    sequence: int = 0

    @staticmethod
    def key_of(fact: WorkItemRecorded) -> str:
        return fact.item_id

    @classmethod
    def first(cls, heard: Heard) -> WorkItem:
        fact = heard.fact
        assert isinstance(fact, WorkItemRecorded)
        day = fact.day.isoformat()
        return cls(key=fact.item_id, programme=fact.programme, category=fact.category,
                   opened_on=day, told_on=day)

    def after(self, heard: Heard) -> WorkItem:
        fact = heard.fact
        assert isinstance(fact, WorkItemRecorded)
        day = fact.day.isoformat()
        earliest = replace(self, opened_on=min(self.opened_on, day))
        if heard.sequence <= self.sequence:
            return earliest
        return replace(earliest, category=fact.category, told_on=day, state=fact.state,
                       sequence=heard.sequence)

    def shares(self) -> tuple[Share, ...]:
        opened = Place(day=self.opened_on, programme=self.programme, street="")
        shares = [Share(place=opened, sums={"work_items_total": 1, "work_items_done": 0},
                        names={"categories": (self.category,), "opened_work_items": (self.key,)})]
        if self.state == "done":
            done = Place(day=self.told_on, programme=self.programme, street="")
            shares.append(Share(place=done, sums={"work_items_done": 1},
                                names={"opened_work_items": (self.key,)}))
        return tuple(shares)
