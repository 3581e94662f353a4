"""SMS of today by what became of them (C-41), and how fresh the figures are."""

from __future__ import annotations

from kernel.clock import local_day
from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.tiles import Tile, Values

FAILING = 0.05  # of what was sent; above it the tile asks for a look


def show(board: Board) -> Values:
    counts = {state: board.today.get(f"messages_{state}", 0)
              for state in ("submitted", "delivered", "failed", "expired")}
    sent = counts["submitted"] + counts["delivered"] + counts["failed"]
    today = local_day(board.now)
    return {
        "sent": words.written(sent),
        "delivered": words.written(counts["delivered"]),
        "waiting": words.written(counts["submitted"]),
        "failed": words.written(counts["failed"]),
        "expired": words.written(counts["expired"]),
        "state": _state(sent, counts["failed"]),
        "held": words.written(board.held),
        "facts": words.written(board.facts),
        "told_at": words.clock_time(board.told_at, today=today) if board.told_at else None,
        "delay": _delay(board),
        "silent": _long(board.silent_for.total_seconds()) if board.silent_for else None,
    }


def _state(sent: int, failed: int) -> str:
    if not sent:
        return "quiet"
    return "failing" if failed / sent > FAILING else "good"


def _delay(board: Board) -> str | None:
    """From telling to counting, in the last batch."""
    if not board.heard_at or not board.folded_at:
        return None
    return _long(max((board.folded_at - board.heard_at).total_seconds(), 0))


def _long(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} 秒"
    return f"{seconds / 60:.0f} 分钟" if seconds < 5400 else f"{seconds / 3600:.0f} 小时"


TILE = Tile(key="health", title="短信与数据", place=205, width=2, template="health.html",
            show=show, now=True)
