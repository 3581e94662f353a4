"""What is forgotten, and when: the texts of messages, numbers that nobody needs, and who took part
in what is long over (N-23)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from kernel.metrics import count
from kernel.retention import Kept, Retention
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


def retention(app: App) -> Retention:
    """The classes of this service (C-31); `forget` is what erases them."""
    kept, there = app.store.retention, app.kept
    return Retention(app.transactions.database, "notifications", [
        Kept(key="texts", what="短信内容", period=there, source="MESSAGES_KEPT",
             oldest=kept.oldest_text),
        Kept(key="numbers", what="手机号：近期没有短信、也没有报名的人", period=there,
             source="MESSAGES_KEPT", oldest=kept.oldest_number, is_past=lambda _: False),
        Kept(key="shown", what="演示手机上的短信", period=there, source="MESSAGES_KEPT",
             oldest=kept.oldest_shown),
        Kept(key="audience", what="谁报了哪一场", period=app.audience_kept,
             source="AUDIENCE_KEPT",
             is_past=lambda before: bool(app.store.sessions.over(before, limit=1))),
        Kept(key="opt-outs", what="退订：长期保存，只存号码的带密钥散列"),
        Kept(key="messages", what="发过哪类短信、何时、结果：长期保存，只与代号关联"),
    ])


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
