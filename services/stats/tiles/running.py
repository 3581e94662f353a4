"""Activities that run or come next, and how their places fill."""

from __future__ import annotations

from typing import Any

from kernel.clock import local_day
from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.domain.session import Session
from services.stats.tiles import Tile, Values


def show(board: Board) -> Values:
    return {"sessions": [_session(session, board) for session in board.running]}


def _session(session: Session, board: Board) -> dict[str, Any]:
    capacity = session.capacity or 0
    programme = board.programmes.get(session.place.programme)
    return {
        "key": session.key, "street": session.place.street,
        "title": session.title or (programme.title if programme else session.place.programme),
        "when": words.clock_time(session.starts_at, today=local_day(board.now)),
        "runs": session.starts_at <= board.now,
        "confirmed": session.confirmed, "capacity": capacity, "waiting": session.waiting,
        "full": session.confirmed >= capacity,
        "percent": min(100.0, round(session.confirmed / capacity * 100, 1)) if capacity else 100,
    }


TILE = Tile(key="running", title="进行中与即将开始", place=302, width=3, template="running.html",
            show=show, now=True)
