"""The lines that count of some days, for the office: one programme or all, split by basis."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from contracts.session import SessionRef
from services.volunteers.domain.broken import TooManyLines
from services.volunteers.domain.entry import Basis, Line
from services.volunteers.usecases.application import App
from services.volunteers.usecases.sanity import bounds

MOST = 20_000  # lines of one sheet, which is made in memory


@dataclass(frozen=True, kw_only=True)
class Counting:
    """A line that counts, whose it is and where; no name, only references (C-30)."""

    person_ref: str
    session: SessionRef
    line: Line


def counting(app: App, first: date, last: date, *, programme: str | None = None,
             most: int = MOST) -> list[Counting]:
    """The credited lines of sessions that began on these local days (C-44), by start, session and
    person; so many at `most`. Raises PeriodTooLong, TooManyLines, Unavailable."""
    start, end = bounds(first, last, most=app.sanity.days)
    found: list[Counting] = []
    for duties in app.store.survey.sessions(start, end):
        refs = [duty.session.ref for duty in duties]
        chosen = {ref.session_id for ref in refs if programme in (None, ref.programme)}
        wanted = [duty for duty in duties if duty.session.ref.session_id in chosen]
        for of_person in app.store.survey.people(wanted) if wanted else ():
            found += (
                Counting(person_ref=each.person_ref, session=each.session, line=effective.line)
                for each in of_person if each.session.session_id in chosen
                for effective in each.effective if effective.line.minutes
            )
            if len(found) > most:
                raise TooManyLines(most)
    found.sort(key=lambda each: (each.session.starts_at, each.session.session_id, each.person_ref))
    return found


def by_basis(found: list[Counting]) -> dict[str, Counter[Basis]]:
    """Minutes by programme and what they rest on (C-04)."""
    sums: dict[str, Counter[Basis]] = {}
    for each in found:
        sums.setdefault(each.session.programme, Counter())[each.line.basis] += each.line.minutes
    return sums
