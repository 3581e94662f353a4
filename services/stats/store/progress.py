"""How far the folds have come: a version that each fold raises, freshness, and the latest lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument
from pymongo.database import Database

from kernel.mongo import Unavailable
from kernel.transaction import Transaction
from services.stats.domain.feed import Happening

Document = dict[str, Any]
_ID = "folds"
_BUILDING = "building"
_LINES = 50


@dataclass(frozen=True, kw_only=True)
class Progress:
    """`told_at` is when the latest fact of all was told; None: none was yet.

    `folded_at` is when the last batch counted, `heard_at` when the latest fact in it was told.
    `epoch` names the run of folds: a database that was emptied and folded anew has another.
    `facts` counts deliveries: one that comes again counts again, and changes no figure.
    `generation` says in which collections the folds are that count.
    """

    version: int = 0
    epoch: str = ""
    facts: int = 0
    told_at: datetime | None = None
    heard_at: datetime | None = None
    folded_at: datetime | None = None
    generation: str = ""


class Overtaken(LookupError):
    """Another generation is filled; this one ends."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """What a fold that has its turn writes to, and the version it makes."""

    version: int
    generation: str


class ProgressRow:
    """Collection `progress`, one document. Every fold writes it first, so folds commit in turn.

    While somebody holds it (`holder`, until `held_until`) nobody else folds: that is how figures
    worked out anew take the place of those that are served.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._documents = database["progress"]

    def advance(self, *, facts: int, told_at: datetime, lines: Sequence[Happening],
                within: Transaction, holder: str = "") -> Turn:
        """The turn of this fold; its lines join the feed, of which only the end is kept.

        Raises Unavailable while somebody else holds the folds.
        """
        kept = self._documents.find_one_and_update(
            {"_id": _ID},
            {
                "$inc": {"version": 1, "facts": facts},
                "$max": {"told_at": told_at},
                "$set": {"heard_at": told_at, "folded_at": within.now},
                "$setOnInsert": {"epoch": within.new_id()},
                "$push": {"lines": {"$each": [vars(line) for line in lines], "$slice": -_LINES}},
            },
            {"version": 1, "generation": 1, "holder": 1, "held_until": 1},
            upsert=True, return_document=ReturnDocument.AFTER, session=within.session,
        )
        held_by = kept.get("holder", "")
        if held_by not in ("", holder) and kept["held_until"] > within.now:
            raise Unavailable("figures worked out anew are about to be served")
        return Turn(version=kept["version"], generation=kept.get("generation", ""))

    def hold(self, holder: str, *, until: datetime, within: Transaction) -> bool:
        """Keep others from folding until then; False when somebody else does already."""
        self._documents.update_one(
            {"_id": _ID}, {"$setOnInsert": {"epoch": within.new_id(), "version": 1, "facts": 0}},
            upsert=True, session=within.session)
        free = {"_id": _ID, "$or": [{"holder": {"$in": [None, "", holder]}},
                                    {"held_until": {"$lte": within.now}}]}
        change = {"$set": {"holder": holder, "held_until": until}}
        return bool(self._documents.update_one(free, change, session=within.session).matched_count)

    def release(self, holder: str, *, within: Transaction) -> None:
        """Let others fold again; safe to repeat, and when the hold is over or somebody else's."""
        self._documents.update_one({"_id": _ID, "holder": holder}, {"$set": {"holder": ""}},
                                   session=within.session)

    def switch(self, holder: str, generation: str, *, within: Transaction) -> bool:
        """Let this generation count from now on; False, and nothing done, when the hold is over.
        Safe to repeat."""
        mine = {"_id": _ID, "holder": holder, "held_until": {"$gt": within.now}}
        change = {"$set": {"generation": generation, "holder": "", "epoch": within.new_id()},
                  "$inc": {"version": 1}}
        if self._documents.update_one(mine, change, session=within.session).matched_count:
            return True
        current = {"_id": _ID, "generation": generation}
        return self._documents.find_one(current, session=within.session) is not None

    def begin(self, generation: str, *, within: Transaction) -> None:
        """This generation is the one that is filled from now on; whoever fills another stops."""
        self._documents.replace_one({"_id": _BUILDING}, {"generation": generation, "written": 0},
                                    upsert=True, session=within.session)

    def is_next(self, generation: str, number: int, *, within: Transaction) -> bool:
        """Whether the write of this number (1, 2, 3 …) is still to be made; kept with it.

        Raises Overtaken when another generation is filled by now.
        """
        before = {"_id": _BUILDING, "generation": generation, "written": number - 1}
        if self._documents.update_one(before, {"$set": {"written": number}},
                                      session=within.session).matched_count:
            return True
        kept = self._documents.find_one({"_id": _BUILDING}, session=within.session) or {}
        if kept.get("generation") != generation:
            raise Overtaken("somebody else began to work the figures out anew")
        return False

    def now(self) -> Progress:
        hidden = {"_id": 0, "lines": 0, "holder": 0, "held_until": 0}
        found = self._documents.find_one({"_id": _ID}, hidden) or {}
        return Progress(**found)

    def now_with_feed(self) -> tuple[Progress, list[Happening]]:
        """In one question, with the latest lines, newest first; of lines a newer version wrote,
        what is known here."""
        hidden = {"_id": 0, "holder": 0, "held_until": 0}
        found = self._documents.find_one({"_id": _ID}, hidden) or {}
        lines = {line["key"]: _happening(line) for line in found.pop("lines", ())}
        return Progress(**found), sorted(lines.values(), key=lambda line: line.at, reverse=True)


def _happening(line: Document) -> Happening:
    known = Happening.__dataclass_fields__
    return Happening(**{name: value for name, value in line.items() if name in known})
