"""A volunteer's month in which everything bears on everything, and all orders in which it comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from hypothesis import strategies as st

from contracts.events import SessionCancelled, SessionMoved
from contracts.session import SessionRef
from kernel.envelope import Envelope
from services.volunteers.domain import DayApproval, Ruling, Span
from services.volunteers.usecases import App, credit_hours
from tests.unit.volunteers.builders import at, came, closed, left, session, told, visit
from tests.unit.volunteers.ledgers import a_ruling, an_approval, approved, decide

LAST = "2026-08-31"  # the last day of a month: the next one lies in another document
Step = Envelope | Callable[[App], object]


def moved(where: SessionRef, *, hours: int) -> SessionMoved:
    """The session begins and ends so many hours later."""
    by = timedelta(hours=hours)
    now = replace(where, starts_at=where.starts_at + by, ends_at=where.ends_at + by)
    return SessionMoved(session=now, capacity=9, was_starts_at=where.starts_at,
                        was_ends_at=where.ends_at)


def history(who: str) -> list[Step]:
    """Overlaps, a night across the month's end, a long day, two moves, a cancelled session, stays
    told late, rulings of which the last counts, approvals of which the last counts."""

    def at_(start: str, end: str, name: str, day: str = "2026-09-01") -> SessionRef:
        return session(start, end, id=f"{who}-{name}", day=day)

    late, gone = at_("05:00", "06:00", "late"), at_("18:00", "19:00", "gone")
    held = at_("19:00", "20:00", "held")
    night = replace(at_("22:00", "23:00", "night", LAST), ends_at=at("02:00"))
    facts = told(
        *visit("07:00", "12:00", id=f"{who}-a", who=who, activity="a1"),
        *visit("11:00", "15:00", id=f"{who}-b", who=who, activity="a1"),
        *visit("14:30", "17:00", id=f"{who}-c", who=who, activity="a1"),
        came(at("21:50", LAST), night, who), left(at("02:10"), night, who),
        *visit("01:00", "03:00", id=f"{who}-dawn", who=who, activity="a1"),
        came(at("05:00"), late, who), left(at("05:40"), late, who),
        left(at("08:00"), late, who), came(at("05:50"), late, who), closed(where=late, who=who),
        came(at("18:00"), gone, who), left(at("19:00"), gone, who),
        came(at("19:00"), held, who), closed(where=held, who=who),
        moved(late, hours=2), moved(late, hours=1), SessionCancelled(session=gone),
    )
    ruled = partial(a_ruling, held, who=who)
    rulings = [ruled(id=f"{who}-1", minutes=20),
               ruled(id=f"{who}-2", spans=(Span(at("19:10"), at("19:50")),), decided=at("11:30"))]
    approvals = [an_approval("department", id=f"{who}-1", who=who),
                 an_approval("parent", id=f"{who}-2", who=who, hour=20)]
    return [*facts, *(partial(_decide, each) for each in rulings),
            *(partial(_approve, each) for each in approvals)]


def _decide(ruling: Ruling, app: App) -> None:
    decide(app, ruling)


def _approve(approval: DayApproval, app: App) -> None:
    approved(app, approval)


STEPS = len(history("x"))


@st.composite
def orders(draw: st.DrawFn) -> list[list[int]]:
    """All steps of `history` in any order, some again, cut into batches of any size."""
    repeats = draw(st.lists(st.integers(0, STEPS - 1), max_size=8))
    order = draw(st.permutations([*range(STEPS), *repeats]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order) - 1), max_size=10)))
    return [order[a:b] for a, b in zip([0, *cuts], [*cuts, len(order)], strict=True)]


def lived(app: App, steps: list[Step], batches: list[list[int]]) -> None:
    """Each batch: its facts heard together, then what was decided in it."""
    for batch in batches:
        chosen = [steps[index] for index in batch]
        credit_hours(app, [step for step in chosen if isinstance(step, Envelope)])
        for step in chosen:
            if not isinstance(step, Envelope):
                step(app)
