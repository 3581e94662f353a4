"""Receipts of providers, in any order, doubled, early or a month late (N-11, N-12)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from logging import getLogger

from kernel.metrics import count
from kernel.mongo import Unavailable
from kernel.transaction import Transaction
from services.notifications.domain.life import is_news, received
from services.notifications.domain.message import Message
from services.notifications.domain.report import Report
from services.notifications.store.messages import Named
from services.notifications.usecases.application import App
from services.notifications.usecases.changing import Change, change, change_all

log = getLogger(__name__)


def receive(app: App, provider: str, report: Report) -> None:
    """Writes a receipt down before it is answered. Safe to repeat.

    One that names no attempt of ours, or says what we do not know, is kept apart.
    """
    _take(app, provider, report, app.look_ups.submit((provider, report)))


def take(app: App, provider: str, report: Report, apart: bool) -> bool:
    """Whether the receipt is written down; one that names nothing of ours only with `apart`."""
    named = app.look_ups.submit((provider, report))
    if named is None and not apart:
        return False
    _take(app, provider, report, named)
    return True


def _take(app: App, provider: str, report: Report, named: Named | None) -> None:
    if named is None or report.state is None:
        _keep_apart(app, provider, [report])
        return
    for wanted in _wanted(app, named, report):
        if changed := change(app.changes, wanted.message_id, wanted.after):
            reported(app, [changed])


def receive_all(app: App, provider: str, reports: Sequence[Report], *, malformed: int = 0) -> None:
    """The same for many at once; `malformed` is how many more came that could not be read.

    One that cannot be written down does not cost the others: then each is tried alone (N-12).
    Raises Unavailable when the provider should bring them again.
    """
    unreadable(provider, malformed)
    try:
        _receive_all(app, provider, reports)
    except Unavailable:
        raise
    except Exception as fault:  # its text may hold what a stranger sent: only its kind is told
        log.warning("receipts of %s are taken one by one: %s", provider, type(fault).__name__)
        for report in reports:
            _receive_alone(app, provider, report)


def unreadable(provider: str, items: int) -> None:
    """Counts what a provider brought and nobody can read; it is not kept, it may hold a number."""
    if items:
        count("xiangxin_sms_quarantined_total", items, provider=provider, why="malformed")
        log.warning("%d items of %s could not be read", items, provider)


def reported(app: App, changed: Iterable[Message]) -> None:
    """Last receipts speak for the provider by which their messages left (N-9)."""
    for one in changed:
        is_last = one.state in ("delivered", "failed")
        if is_last and one.provider is not None and one.started_at is not None:
            app.routes.reported(one.provider, one.started_at, app.clock())


def _receive_all(app: App, provider: str, reports: Sequence[Report]) -> None:
    found = app.store.messages.of_reports(provider, reports)
    both = list(zip(found, reports, strict=True))
    apart = [report for named, report in both if named is None or report.state is None]
    changed = change_all(app.transactions, app.store, [
        wanted for named, report in both if named for wanted in _wanted(app, named, report)])
    reported(app, changed)
    if apart:
        _keep_apart(app, provider, apart)


def _receive_alone(app: App, provider: str, report: Report) -> None:
    try:
        _receive_all(app, provider, [report])
    except Unavailable:
        raise
    except Exception as fault:
        count("xiangxin_sms_quarantined_total", provider=provider, why="broken")
        log.error("a receipt of %s is lost: %s", provider, type(fault).__name__)


def _wanted(app: App, named: Named, report: Report) -> list[Change]:
    """The change that it asks for; none when it says what is known, as most of them do that tell
    that the operator took what the gateway had taken."""
    state = report.state
    if state is None or not is_news(state, named.state):
        return []
    return [Change(message_id=named.message_id, after=lambda one: received(
        one, state, report.code, now=app.clock(), patience=app.patience
    ))]


def _keep_apart(app: App, provider: str, reports: Sequence[Report]) -> None:
    count("xiangxin_sms_quarantined_total", len(reports), provider=provider, why="unknown")

    def work(transaction: Transaction) -> None:
        for report in reports:
            named = report.attempt_id or report.provider_ref or ""
            app.store.strays.add(provider, named, report.state or "?", within=transaction)

    app.transactions.run(work)
