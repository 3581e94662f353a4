"""Looking at briefs: what is published and whole, what waits, what is another by now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.stats.domain.edition import Difference, Draft, Edition, differences
from services.stats.usecases.application import Stats
from services.stats.usecases.briefing.composing import anew

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Published:
    """An edition, whether it is byte for byte what was signed, and all editions of its brief."""

    edition: Edition
    is_whole: bool
    editions: Sequence[Edition]

    @property
    def newer(self) -> Edition | None:
        """The latest edition where this is not the one."""
        return self.editions[-1] if self.editions[-1].serial != self.edition.serial else None


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A page of editions, newest first."""

    editions: Sequence[Edition]
    page: int
    more: bool


def shelf(app: Stats, *, page: int = 1) -> Shelf:
    """Published briefs with their revisions."""
    found = app.store.editions.newest(count=PAGE + 1, skip=(page - 1) * PAGE)
    return Shelf(editions=found[:PAGE], page=page, more=len(found) > PAGE)


def published(app: Stats, serial: int) -> Published:
    """Raises UnknownBrief."""
    edition = app.store.editions.one(serial)
    return Published(edition=edition, is_whole=app.store.editions.is_whole(serial),
                     editions=app.store.editions.of_brief(edition.brief))


def moved(app: Stats, seen: Draft | Edition) -> Sequence[Difference]:
    """What is another by now than what was frozen. Raises FiguresMoving."""
    return differences(seen.content, anew(app, seen.content))
