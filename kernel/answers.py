"""Kept answers: what was given under an Idempotency-Key, so that asking again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from kernel.attempt import first_come

Answer = dict[str, Any]  # anything that JSON can say
Outcome = Answer | Exception

ANSWERS = "answers"
KEPT_DAYS = 30

INDEXES: Mapping[str, list[IndexModel]] = {
    ANSWERS: [
        IndexModel([("at", ASCENDING)], name="forgotten", expireAfterSeconds=KEPT_DAYS * 86_400)
    ]
}


@dataclass(frozen=True)
class Once:
    """An Idempotency-Key, scoped by its door, and the fingerprint of what was asked with it."""

    key: str
    fingerprint: str


class KeyReused(Exception):
    """The Idempotency-Key was used before to ask for something else."""


@dataclass(frozen=True)
class Kept:
    """An answer as it was given, with the fingerprint of what had been asked."""

    fingerprint: str
    outcome: Outcome

    def outcome_for(self, once: Once) -> Outcome:
        if once.fingerprint != self.fingerprint:
            return KeyReused("this Idempotency-Key was used before to ask for something else")
        return self.outcome


class Answers:
    """Rows `{_id: key, fingerprint, answer: JSON text, at}`."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._rows = database[ANSWERS]

    def kept(self, asked: Iterable[Once | None], session: ClientSession | None) -> dict[str, Kept]:
        """What was answered before, by key."""
        keys = [once.key for once in asked if once]
        if not keys:
            return {}
        found = self._rows.find({"_id": {"$in": keys}}, session=session)
        return {row["_id"]: Kept(row["fingerprint"], json.loads(row["answer"])) for row in found}

    def keep(
        self,
        given: Sequence[tuple[Once, Answer]],
        *,
        at: datetime,
        session: ClientSession | None,
    ) -> None:
        """Raises LostRace when one of the keys was answered meanwhile."""
        if not given:
            return
        rows = [
            {
                "_id": once.key,
                "fingerprint": once.fingerprint,
                "answer": json.dumps(answer),
                "at": at,
            }
            for once, answer in given
        ]
        with first_come():
            self._rows.insert_many(rows, ordered=False, session=session)


def new_places(asked: Sequence[Once | None], kept: Mapping[str, Kept]) -> list[int]:
    """The places that are to be worked on: without a key, or the first to ask with a new key."""
    places, taken = [], set(kept)
    for place, once in enumerate(asked):
        if once is None or once.key not in taken:
            places.append(place)
            if once is not None:
                taken.add(once.key)
    return places
