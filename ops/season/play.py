"""Plays a planned season through the public doors of `events`, several sessions at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from functools import partial

from ops.season.doors import Doors
from ops.season.plan import Activity, Attendance, Record, Season, Session

AT_ONCE = 16
Progress = Callable[[int, int], None]


def play(season: Season, doors: Doors, *, progress: Progress = lambda done, total: None) -> None:
    """Every activity, attendance and record, once; safe to repeat: every write has a fixed key.

    Raises DoorRefused at the first refusal; what was played until then stays.
    """
    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        opened = pool.map(partial(_open, doors), season.activities)
        jobs = [pool.submit(job) for job in _jobs(doors, season, opened)]
        for done, job in enumerate(as_completed(jobs), start=1):
            job.result()
            progress(done, len(jobs))


def _jobs(doors: Doors, season: Season,
          opened: Iterator[list[str]]) -> Iterator[Callable[[], None]]:
    for activity, session_ids in zip(season.activities, opened, strict=True):
        for session, session_id in zip(activity.sessions, session_ids, strict=True):
            yield partial(_hold, doors, activity, session, session_id)
    for record in season.records:
        yield partial(_record, doors, record)


def _open(doors: Doors, activity: Activity) -> list[str]:
    """Publishes the activity; the ids of its sessions in their order."""
    answer = doors.post(
        f"{doors.addresses.events}/api/activities",
        {
            "programme": activity.programme, "title": activity.title, "place": activity.place,
            "street": activity.street, "mode": "first-come",
            "sessions": [
                {"starts_at": session.starts_at.isoformat(),
                 "ends_at": session.ends_at.isoformat(),
                 "capacity": sum(len(stand.party) for stand in session.attendances)}
                for session in activity.sessions
            ],
        },
        key=f"season-2021/{activity.key}",
    )
    return [session["id"] for session in answer["sessions"]]


def _hold(doors: Doors, activity: Activity, session: Session, session_id: str) -> None:
    """Sign-ups, scans in and out, and the organiser's report of one session."""
    name = f"season-2021/{activity.key}/{session.starts_at:%m%d}"
    base = f"{doors.addresses.events}/api/sessions/{session_id}"
    for number, stand in enumerate(session.attendances):
        _attend(doors, base, stand, name=f"{name}/{number}")
    report: dict[str, object] = {}
    if session.served is not None:
        report["served"] = {"count": session.served, "method": "路口计数", "reported_by": "staff-1"}
    if session.online is not None:
        report["audience"] = {"online": session.online}
    doors.post(f"{base}/close", report, key=f"{name}/close")


def _attend(doors: Doors, base: str, stand: Attendance, *, name: str) -> None:
    registration = doors.post(
        f"{base}/registrations", {"party": [person.body() for person in stand.party]}, key=name
    )
    for direction, moment in (("in", stand.checked_in_at), ("out", stand.checked_out_at)):
        doors.post(
            f"{base}/scans",
            {"registration_id": registration["registration_id"], "direction": direction,
             "at": moment.isoformat(), "nonce": f"{name}/{direction}"},
            key=None,
        )


def _record(doors: Doors, record: Record) -> None:
    doors.post(
        f"{doors.addresses.events}/api/programmes/{record.programme}/{record.door}",
        record.body, key=f"season-2021/{record.key}",
    )
