"""How long what is kept: classes, their periods, the last run, what is overdue (C-31)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from marshmallow import Schema, fields
from pymongo import IndexModel
from pymongo.database import Database

from kernel import metrics
from kernel.mongo import available

RUNS = "retention_classes"
INDEXES: Mapping[str, list[IndexModel]] = {RUNS: []}
GRACE = timedelta(days=2)  # the job runs once an hour: longer, and it does not do what it says


def _never(_: datetime) -> int:
    return 0


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A class of data. `period` None: until the person asks, or as long as `what` says; `source` is
    the setting that the period comes from, "" where code fixes it.

    `oldest()` is since when the oldest of it is kept, None when there is nothing; `forget(before)`
    erases what is older, and says how much; `is_past(before)`, whether there is something older.
    """

    key: str
    what: str
    period: timedelta | None = None
    source: str = ""
    oldest: Callable[[], datetime | None] = lambda: None
    forget: Callable[[datetime], int] = _never
    is_past: Callable[[datetime], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a class stands: `overdue` when the job left something that is past its period."""

    kept: Kept
    oldest: datetime | None
    ran_at: datetime | None
    forgotten: int
    overdue: bool


class Retention:
    """The classes of one service, and what became of each: collection `retention_classes`."""

    def __init__(self, database: Database[dict[str, Any]], service: str,
                 classes: Iterable[Kept]) -> None:
        self._runs, self._service, self.classes = database[RUNS], service, tuple(classes)

    def run(self, now: datetime) -> dict[str, int]:
        """Forgets what is past its time; how much of each class. Safe to repeat and to interrupt.
        Raises Unavailable."""
        done = {each.key: each.forget(now - each.period)
                for each in self.classes if each.period is not None}
        self.ran(done, now)
        return done

    def ran(self, done: Mapping[str, int], now: datetime) -> None:
        """Keeps what a run did, and shows how all stands to who watches the metrics."""
        with available():
            for key, forgotten in done.items():
                self._runs.update_one({"_id": key}, {"$set": {"at": now, "forgotten": forgotten}},
                                      upsert=True)
        metrics.gauge("xiangxin_retention_run_timestamp_seconds", now.timestamp(),
                      service=self._service)
        overdue = sum(each.overdue for each in self.standing(now))
        metrics.gauge("xiangxin_retention_overdue", overdue, service=self._service)

    def standing(self, now: datetime) -> list[Standing]:
        """Every class as it stands. Walks through collections: for a person, and once an hour."""
        with available():
            runs = {each["_id"]: each for each in self._runs.find()}
            return [_standing(each, runs.get(each.key, {}), now) for each in self.classes]


def _standing(kept: Kept, run: Mapping[str, Any], now: datetime) -> Standing:
    oldest, overdue = kept.oldest(), False
    if kept.period is not None:
        before = now - kept.period - GRACE
        past = kept.is_past or (lambda moment: oldest is not None and oldest < moment)
        overdue = past(before)
    return Standing(kept=kept, oldest=oldest, ran_at=run.get("at"),
                    forgotten=run.get("forgotten", 0), overdue=overdue)


class StandingAnswer(Schema):
    """A class of data; `kept_days` is null for what only the person deletes."""

    key = fields.String(attribute="kept.key")
    what = fields.String(attribute="kept.what")
    kept_days = fields.Function(lambda each: each.kept.period and each.kept.period.days)
    source = fields.String(attribute="kept.source")
    oldest = fields.AwareDateTime(allow_none=True)
    ran_at = fields.AwareDateTime(allow_none=True)
    forgotten = fields.Integer()
    overdue = fields.Boolean()
