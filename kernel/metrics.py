"""Metrics: the closed list of names with kind, labels, meaning, and the only ways to move them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, make_wsgi_app
from prometheus_client import start_http_server as _start_http_server


@dataclass(frozen=True)
class Metric:
    """One row of the list. Labels hold names of things, never of people."""

    name: str
    kind: type[Counter | Gauge | Histogram]
    labels: tuple[str, ...]
    meaning: str
    buckets: tuple[float, ...] = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


_SIZES = (1, 2, 5, 10, 20, 50, 100, 200)
_MINUTES = (15, 30, 60, 90, 120, 180, 240, 360, 480, 720)
_RECEIPTS = (1, 2, 5, 10, 30, 60, 300, 600, 3600, 21_600, 86_400)
_AGES = (0.01, 0.05, 0.1, 0.5, 1, 5, 30, 300, 3600)

LIST = (
    Metric("xiangxin_http_requests_total", Counter, ("door", "status"), "requests answered"),
    Metric("xiangxin_http_request_seconds", Histogram, ("door",), "from request line to answer"),
    Metric("xiangxin_http_connections", Gauge, (), "connections open at the doors"),
    Metric("xiangxin_viewers", Gauge, (), "viewers of live figures connected"),
    Metric("xiangxin_facts_published_total", Counter, ("service",), "facts the broker confirmed"),
    Metric("xiangxin_facts_returned_total", Counter, ("service",), "facts that no queue wanted"),
    Metric("xiangxin_outbox_pending", Gauge, ("service",), "facts committed but not yet told"),
    Metric("xiangxin_outbox_blocked", Gauge, ("service",), "facts blocked after a return"),
    Metric("xiangxin_outbox_oldest_seconds", Gauge, ("service",), "age of the oldest untold fact"),
    Metric("xiangxin_relay_failures_total", Counter, ("service",), "broker connections dropped"),
    Metric("xiangxin_facts_heard_total", Counter, ("queue", "fate"),
           "facts by fate: done, retried, parked, kept"),
    Metric("xiangxin_heard_batch_size", Histogram, ("queue",), "facts taken at once", _SIZES),
    Metric("xiangxin_heard_seconds", Histogram, ("queue",), "time to act on a batch"),
    Metric("xiangxin_fact_age_seconds", Histogram, ("queue",), "from telling to hearing", _AGES),
    Metric("xiangxin_consumer_paused", Gauge, ("queue",), "1 while an outage is probed"),
    Metric("xiangxin_inbox_forgotten_total", Counter, ("service",),
           "inbox rows dropped because their facts cannot come again"),
    Metric("xiangxin_desk_searches_total", Counter, ("found",),
           "searches for people at the desk, by whether somebody was found: some, none"),
    Metric("xiangxin_exports_total", Counter, ("what", "who"), "sheets that were handed out"),
    Metric("xiangxin_credited_minutes", Histogram, (), "minutes of each credit (C-50)", _MINUTES),
    Metric("xiangxin_hours_credited_total", Counter, ("basis",), "credits by what they rest on"),
    Metric("xiangxin_hours_held_total", Counter, ("reason",), "entries held, by reason"),
    Metric("xiangxin_hours_corrected_total", Counter, ("because",), "reversals, by what led to it"),
    Metric("xiangxin_records_incomplete", Gauge, ("standing",),
           "ended sessions whose records are not complete: due, warned, overdue (C-19)"),
    Metric("xiangxin_corrections_overdue", Gauge, (),
           "requests for corrections that should have been decided by now (C-18)"),
    Metric("xiangxin_calendar_provisional", Gauge, (),
           "1 while deadlines reckon with a year whose public holidays are not known (C-19)"),
    Metric("xiangxin_messages_total", Counter, ("purpose", "state"), "SMS by what became of them"),
    Metric("xiangxin_messages_kept_back_total", Counter, ("purpose", "state", "reason"),
           "SMS held, suppressed or expired, by why (N-25)"),
    Metric("xiangxin_messages_by_template_total", Counter, ("template", "state"),
           "SMS submitted, delivered and failed, by template"),
    Metric("xiangxin_sms_segments_total", Counter, ("purpose",), "segments submitted: the cost"),
    Metric("xiangxin_receipt_seconds", Histogram, ("provider",),
           "from the call to the receipt that ended it", _RECEIPTS),
    Metric("xiangxin_receipts_missing_ratio", Gauge, ("provider",),
           "of the calls of the last matured hour, those without a receipt"),
    Metric("xiangxin_messages_accepted", Gauge, (), "SMS accepted within seven days (N-26)"),
    Metric("xiangxin_messages_now", Gauge, ("part",), "where those are by now (N-26)"),
    Metric("xiangxin_messages_unaccounted", Gauge, (),
           "accepted SMS that are nowhere, twice, or never looked at again: always 0 (N-26)"),
    Metric("xiangxin_messages_waiting", Gauge, ("lane",), "SMS queued or held, by lane"),
    Metric("xiangxin_messages_late_seconds", Gauge, ("lane",),
           "how long the oldest SMS of a lane has been due"),
    Metric("xiangxin_messages_open_seconds", Gauge, ("state",),
           "age of the oldest call without an answer (unknown) or a receipt (submitted), and of "
           "the oldest SMS that is held"),
    Metric("xiangxin_sms_attempts_total", Counter, ("provider", "outcome", "code"),
           "calls to providers by what came of them; codes in none of our tables as unlisted"),
    Metric("xiangxin_sms_attempt_seconds", Histogram, ("provider",), "how long a call took"),
    Metric("xiangxin_sms_questions_total", Counter, ("provider", "what", "answer"),
           "look-ups, pulls and balances asked of providers"),
    Metric("xiangxin_sms_quarantined_total", Counter, ("provider", "why"),
           "receipts that name nothing of ours (unknown), cannot be read (malformed) or be kept"),
    Metric("xiangxin_sms_breaker_open", Gauge, ("provider",),
           "1 while a provider gets no messages, or only one at a time to try it"),
    Metric("xiangxin_sms_share", Gauge, ("provider",), "the weight by which it is chosen now"),
    Metric("xiangxin_sms_weight", Gauge, ("provider",), "the weight by which it is chosen at rest"),
    Metric("xiangxin_sms_forgotten_total", Counter, ("what",),
           "texts, numbers, shown texts and sign-ups forgotten after their time (N-23)"),
    Metric("xiangxin_retention_run_timestamp_seconds", Gauge, ("service",),
           "when the retention job ran last (C-31)"),
    Metric("xiangxin_retention_overdue", Gauge, ("service",),
           "classes of data of which something is kept beyond its time (C-31)"),
    Metric("xiangxin_sms_inbound_total", Counter, ("provider", "word"),
           "replies by what they ask for: stop, start, other"),
    Metric("xiangxin_sms_balance", Gauge, ("provider",), "what is left at the provider"),
    Metric("xiangxin_figure", Gauge, ("figure",),
           "open figures since the beginning, as /api/figures tells them; NaN: never reported"),
    Metric("xiangxin_goal_percent", Gauge, ("goal",), "how much of a goal of a year is reached"),
    Metric("xiangxin_city_facts_total", Counter, (), "public facts copied to the city"),
    Metric("xiangxin_city_refused_total", Counter, (),
           "facts that came to the bridge and may not leave: always 0"),
    Metric("xiangxin_bridge_waiting", Gauge, (), "public facts that wait to be copied to the city"),
    Metric("xiangxin_subscriber_depth", Gauge, ("subscriber",), "facts that wait in its queue"),
    Metric("xiangxin_subscriber_oldest_seconds", Gauge, ("subscriber",),
           "age of the oldest fact that waits in its queue; 0 while it is suspended"),
    Metric("xiangxin_subscriber_dropped_total", Counter, ("subscriber",),
           "facts that its queue dropped because it was full"),
    Metric("xiangxin_feed_position", Gauge, (), "the latest position of the feed"),
    Metric("xiangxin_webhook_calls_total", Counter, ("subscriber", "outcome"),
           "calls to receivers by what came of them: delivered, failed, given_up"),
    Metric("xiangxin_webhook_last_call_timestamp_seconds", Gauge, ("subscriber",),
           "when the receiver was called last"),
    Metric("xiangxin_webhook_failure_ratio", Gauge, ("subscriber",),
           "of the receiver's calls of the last hour, those that failed"),
    Metric("xiangxin_webhook_behind", Gauge, ("subscriber",),
           "granted facts that the receiver does not have yet, counted up to 100,000"),
    Metric("xiangxin_webhook_oldest_seconds", Gauge, ("subscriber",),
           "how long the oldest of these has been in the feed"),
    Metric("xiangxin_webhook_paused", Gauge, ("subscriber",), "1 while a webhook is paused"),
    Metric("xiangxin_feed_waiting", Gauge, (), "requests of subscribers that wait for the feed"),
    Metric("xiangxin_figures_told_timestamp_seconds", Gauge, (),
           "when the latest fact that figures rest on was told"),
)

REGISTRY = CollectorRegistry()
_BY_NAME = {metric.name: metric for metric in LIST}


class UnlistedMetric(Exception):
    """The name is not in the list, or its kind or labels are others."""


def count(name: str, by: float = 1, **labels: str) -> None:
    """Add to a counter. Raises UnlistedMetric."""
    _child(name, Counter, tuple(labels.items())).inc(by)


def gauge(name: str, value: float, **labels: str) -> None:
    """Set a gauge. Raises UnlistedMetric."""
    _child(name, Gauge, tuple(labels.items())).set(value)


def observe(name: str, value: float, **labels: str) -> None:
    """Put a value into a histogram. Raises UnlistedMetric."""
    _child(name, Histogram, tuple(labels.items())).observe(value)


def application() -> Any:
    """The page Prometheus reads, as a WSGI application (served by a green listener)."""
    return make_wsgi_app(REGISTRY)


def serve_in_thread(bind: tuple[str, int]) -> Any:
    """The same page for a process without eventlet; returns (server, thread)."""
    return _start_http_server(bind[1], addr=bind[0], registry=REGISTRY)


@cache
def _child(name: str, kind: type, labels: tuple[tuple[str, str], ...]) -> Any:
    metric = _BY_NAME.get(name)
    given = {label for label, _ in labels}
    if metric is None or metric.kind is not kind or set(metric.labels) != given:
        raise UnlistedMetric(f"{name} as {kind.__name__} with labels {sorted(given)}")
    family = _family(name)
    return family.labels(**dict(labels)) if labels else family


@cache
def _family(name: str) -> Any:
    metric = _BY_NAME[name]
    extra: dict[str, Any] = {"buckets": metric.buckets} if metric.kind is Histogram else {}
    return metric.kind(name, metric.meaning, metric.labels, registry=REGISTRY, **extra)
