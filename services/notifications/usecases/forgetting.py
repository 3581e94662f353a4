"""What is forgotten, and when: the texts of messages, numbers that nobody needs, and who took part
in what is long over (N-23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from kernel.metrics import count
from kernel.transaction import Transaction
from services.notifications.usecases.application import App

AT_ONCE = 500
SESSIONS_AT_ONCE = 50


def forget(app: App) -> dict[str, int]:
    """Forgets what is past its time; how many texts, numbers, texts of the demonstration phone and
    sign-ups of the audience.

    What stays of a message: its purpose, state, segments, template and times, by pseudonym, so that
    counts stay true. A person who signs up again has their number told anew by the events service.
    Safe to repeat and to run in several processes; each batch by itself. Raises Unavailable.
    """
    before = app.clock() - app.kept
    done = {"texts": 0, "numbers": _forget_numbers(app, before),
            "shown": app.store.retention.forget_shown(before), "audience": _forget_audience(app)}
    while batch := app.store.retention.forget_said(before, limit=AT_ONCE):
        done["texts"] += batch
    for what, number in done.items():
        if number:
            count("xiangxin_sms_forgotten_total", number, what=what)
    return done


def _forget_audience(app: App) -> int:
    """Rows first, then their sessions: who dies in between is continued. A fact of such a session
    that is told again writes a row anew, which goes with the next run."""
    before, done = app.clock() - app.audience_kept, 0
    while over := app.store.sessions.over(before, limit=SESSIONS_AT_ONCE):
        for session in over:
            while rows := app.store.audience.forget(session, limit=AT_ONCE):
                done += rows
        app.store.sessions.forget([each.session_id for each in over])
    return done


def _forget_numbers(app: App, before: datetime) -> int:
    done, after = 0, ""
    while people := app.store.retention.numbers_before(before, after=after, limit=AT_ONCE):
        work = partial(_forget, app, people, before)
        done, after = done + app.transactions.run(work), people[-1]
    return done


def _forget(app: App, people: Sequence[str], before: datetime, transaction: Transaction) -> int:
    return app.store.retention.forget_numbers(people, before=before, within=transaction)
