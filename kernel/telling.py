"""Telling: facts of a transaction numbered without gap per subject and written into the outbox."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import count
from typing import Any

from pymongo import IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from contracts.event import Fact
from kernel.attempt import LostRace, first_come
from kernel.clock import Ids
from kernel.envelope import Envelope, wrap
from kernel.outbox import OUTBOX, entry_id, fact_id, vault_for
from kernel.vault import Sealing

SEQUENCES = "sequences"
LARGEST_FACT = 128 * 1024  # bytes of the envelope as JSON
FACTS_IN_ENTRY = 100  # so that even the largest fit into one document

INDEXES: Mapping[str, list[IndexModel]] = {SEQUENCES: []}


class FactTooLarge(Exception):
    """The envelope is larger than LARGEST_FACT; nothing was saved."""

    def __init__(self, key: str, size: int) -> None:
        super().__init__(f"{key} takes {size} bytes, {LARGEST_FACT} are allowed")
        self.key, self.size = key, size


@dataclass(frozen=True, kw_only=True)
class Told:
    """A fact on its way into the outbox and what it follows from."""

    fact: Fact
    cause: Envelope | None = None
    correlation: str | None = None
    traceparent: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Where a service's facts are written, and under which name it tells them."""

    database: Database[dict[str, Any]]
    source: str
    ids: Ids
    vault: Sealing | None = None
    entries: Iterator[int] = field(default_factory=count)

    def tell(self, told: Sequence[Told], *, now: datetime, session: ClientSession | None) -> None:
        """Write the facts: a look at the sequences, a change of them, an insert, however many.

        Raises LostRace when another transaction told of the same subject meanwhile, FactTooLarge,
        VaultMissing, and contracts' InvalidFact.
        """
        if not told:
            return
        numbered = self._numbered(told, session)
        entries = []
        for start in range(0, len(numbered), FACTS_IN_ENTRY):
            id = entry_id(now, next(self.entries), self.ids)
            facts = [
                self._fact(one, sequence=sequence, id=fact_id(id, place), now=now)
                for place, (one, sequence) in enumerate(numbered[start : start + FACTS_IN_ENTRY])
            ]
            entries.append({"_id": id, "facts": facts, "state": "pending", "created_at": now})
        with first_come():
            self.database[OUTBOX].insert_many(entries, ordered=False, session=session)

    def _numbered(
        self, told: Sequence[Told], session: ClientSession | None
    ) -> list[tuple[Told, int]]:
        """Each fact with its number: its own, or the next of its subject."""
        subjects = [one.fact.subject() if one.sequence is None else "" for one in told]
        last = take(self.database, Counter(filter(None, subjects)), session)
        numbered = []
        for subject, one in zip(subjects, told, strict=True):
            if one.sequence is None:
                last[subject] += 1
            numbered.append((one, last[subject] if one.sequence is None else one.sequence))
        return numbered

    def _fact(self, told: Told, *, sequence: int, id: str, now: datetime) -> dict[str, Any]:
        envelope = wrap(
            told.fact,
            id=id,
            source=self.source,
            sequence=sequence,
            time=now,
            cause=told.cause,
            traceparent=told.traceparent,
        )
        if told.cause is None and told.correlation:
            envelope = replace(envelope, correlationid=told.correlation)
        key, private, text = told.fact.key, told.fact.private, envelope.to_json()
        if (size := len(text.encode())) > LARGEST_FACT:
            raise FactTooLarge(key, size)
        return {
            "subject": envelope.subject,
            "sequence": sequence,
            "key": key,
            "private": private,
            "body": vault_for(key, self.vault).seal(text) if private else text,
        }


def take(
    database: Database[dict[str, Any]], wanted: Counter[str], session: ClientSession | None
) -> dict[str, int]:
    """Reserve the wanted numbers of each subject: the last number used before, by subject.

    Two transactions cannot take the same number: the second conflicts and is tried again.
    """
    if not wanted:
        return {}
    sequences = database[SEQUENCES]
    found = sequences.find({"_id": {"$in": list(wanted)}}, session=session)
    last = {row["_id"]: int(row["last"]) for row in found}
    for step, subjects in _by_step(last, wanted):
        chosen = {"_id": {"$in": subjects}}
        result = sequences.update_many(chosen, {"$inc": {"last": step}}, session=session)
        if result.modified_count != len(subjects):
            raise LostRace
    new = [
        {"_id": subject, "last": step} for subject, step in wanted.items() if subject not in last
    ]
    if new:
        with first_come():
            sequences.insert_many(new, ordered=False, session=session)
    return dict.fromkeys(wanted, 0) | last


def _by_step(known: Mapping[str, int], wanted: Counter[str]) -> Iterator[tuple[int, list[str]]]:
    """Known subjects by how many numbers they need: each kind is one statement."""
    steps: dict[int, list[str]] = defaultdict(list)
    for subject in known:
        steps[wanted[subject]].append(subject)
    yield from steps.items()
