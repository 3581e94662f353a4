"""Broadcasts as staff look at them: how each stands, and what became of its messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.notifications.domain.broadcast import SHOWN, Broadcast, Standing, standing
from services.notifications.usecases.application import App

T = TypeVar("T")
PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    """One page of a list, from 1; `more` when another follows."""

    items: list[T]
    page: int
    more: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A broadcast, how it stands now, and how many of its messages are in which state."""

    broadcast: Broadcast
    standing: Standing
    messages: Mapping[str, int]

    @property
    def shown(self) -> str:
        """Its state in words."""
        return SHOWN[self.standing]


def page_of(items: list[T], page: int) -> Page[T]:
    """Of one item more than a page holds, that says whether another page follows."""
    return Page(items=items[:PAGE], page=page, more=len(items) > PAGE)


def broadcasts(app: App, *, page: int) -> Page[Shown]:
    """The latest first."""
    found = app.store.broadcasts.latest(skip=(page - 1) * PAGE, limit=PAGE + 1)
    return page_of([_shown(app, each) for each in found], page)


def one_broadcast(app: App, broadcast_id: str) -> Shown:
    """Raises UnknownBroadcast, Unavailable."""
    return _shown(app, app.store.broadcasts.one(broadcast_id))


def _shown(app: App, broadcast: Broadcast) -> Shown:
    stands = standing(broadcast, app.clock())
    messages = {} if broadcast.decided is None else app.store.overview.states_of(
        broadcast.broadcast_id)
    return Shown(broadcast=broadcast, standing=stands, messages=messages)
