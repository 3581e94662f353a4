"""Plays a planned season through the public doors of `events`, as it happens: a crew at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from functools import partial

from ops.season.doors import Doors
from ops.season.plan import Activity, Attendance, Season, Session
from ops.season.records import Record

SESSIONS_AT_ONCE = 3
CALLS_AT_ONCE = 36
Progress = Callable[[int, int], None]


def play(season: Season, doors: Doors, *, progress: Progress = lambda done, total: None) -> None:
    """Every activity, attendance and record, once; safe to repeat: every write has a fixed key.

    Raises DoorRefused at the first refusal; what was played until then stays.
    """
    with (
        ThreadPoolExecutor(max_workers=CALLS_AT_ONCE) as calls,
        ThreadPoolExecutor(max_workers=SESSIONS_AT_ONCE) as sessions,
    ):
        list(calls.map(partial(_record, doors), season.grants))
        opened = calls.map(partial(_open, doors), season.activities)
        jobs = [sessions.submit(job) for job in _sessions(doors, calls, season, opened)]
        jobs += [calls.submit(_record, doors, record) for record in season.records]
        try:
            for done, job in enumerate(as_completed(jobs), start=1):
                job.result()
                progress(done, len(jobs))
        except BaseException:
            sessions.shutdown(wait=False, cancel_futures=True)
            raise


def _sessions(doors: Doors, calls: Executor, season: Season,
              opened: Iterator[list[str]]) -> Iterator[Callable[[], None]]:
    for activity, session_ids in zip(season.activities, opened, strict=True):
        for session, session_id in zip(activity.sessions, session_ids, strict=True):
            yield partial(_hold, doors, calls, activity, session, session_id)


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


def _hold(doors: Doors, calls: Executor, activity: Activity, session: Session,
          session_id: str) -> None:
    """Sign-ups, scans in and out, and the organiser's report of one session."""
    name = f"season-2021/{activity.key}/{session.starts_at:%m%d}"
    base = f"{doors.addresses.events}/api/sessions/{session_id}"
    names = [f"{name}/{number}" for number in range(len(session.attendances))]
    ids = list(calls.map(partial(_sign_up, doors, base), session.attendances, names))
    for direction in ("in", "out"):
        scan = partial(_scan, doors, base, direction)
        list(calls.map(scan, session.attendances, ids, names))
    report: dict[str, object] = {}
    if session.served is not None:
        report["served"] = {"count": session.served, "method": "路口计数", "reported_by": "staff-1"}
    if session.online is not None:
        report["audience"] = {"online": session.online}
    doors.post(f"{base}/close", report, key=f"{name}/close")


def _sign_up(doors: Doors, base: str, stand: Attendance, name: str) -> str:
    party = [person.body() for person in stand.party]
    answer = doors.post(f"{base}/registrations", {"party": party}, key=name)
    registration_id: str = answer["registration_id"]
    return registration_id


def _scan(doors: Doors, base: str, direction: str, stand: Attendance, registration_id: str,
          name: str) -> None:
    moment = stand.checked_in_at if direction == "in" else stand.checked_out_at
    doors.post(
        f"{base}/scans",
        {"registration_id": registration_id, "direction": direction,
         "at": moment.isoformat(), "nonce": f"{name}/{direction}"},
        key=None,
    )


def _record(doors: Doors, record: Record) -> None:
    doors.post(
        f"{doors.addresses.events}/api/programmes/{record.programme}/{record.door}",
        record.body, key=f"season-2021/{record.key}",
    )
