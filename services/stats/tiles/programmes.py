"""Every programme that reported something, with the figures of its kind."""

from __future__ import annotations

from typing import Any

from services.stats.domain import words
from services.stats.domain.board import Board
from services.stats.domain.figures import Figures, fixed_minutes
from services.stats.domain.programme import Programme
from services.stats.tiles import Tile, Values

COLUMNS = (("sessions", "场次"), ("attendances", "人次"), ("persons", "人数"), ("hours", "小时"))
OTHERS = (("served_reported", "服务对象 {} 人次"), ("households", "家庭 {} 户"),
          ("redemptions", "优惠 {} 次"), ("windows", "窗口 {} 个"))


def show(board: Board) -> Values:
    rows = [
        _row(board.programmes.get(key) or Programme.untold(key), figures)
        for key, figures in board.by_programme.items() if _reported(figures)
    ]
    rows.sort(key=lambda row: row["rank"], reverse=True)
    silent = len(board.programmes.keys() - board.by_programme.keys())
    return {"columns": [title for _, title in COLUMNS], "rows": rows, "silent": silent}


def _reported(figures: Figures) -> bool:
    return bool(figures.suppressed) or any(value for value in figures.values.values())


def _row(programme: Programme, figures: Figures) -> dict[str, Any]:
    return {
        "key": programme.key, "title": programme.title, "wing": programme.wing,
        "rank": figures["attendances"] or 0,
        "cells": [
            {"name": name, "figure": words.written(figures[name]),
             "withheld": name in figures.suppressed}
            for name, _ in COLUMNS
        ],
        "others": _others(figures),
    }


def _others(figures: Figures) -> list[dict[str, str]]:
    """What is said beside the cells, each with the figure it is about."""
    said = [{"name": name, "text": text.format(words.written(figures[name]).exact)}
            for name, text in OTHERS if figures[name]]
    if total := figures["work_items_total"]:
        done = figures["work_items_done"] or 0
        said.append({"name": "work_items_total", "text": f"清单 {done}/{total} 已办结"})
    if minutes := fixed_minutes(figures):
        said.append({"name": "minutes", "text": f"按固定时长计 {minutes} 分钟"})
    return said


TILE = Tile(key="programmes", title="各项目", place=301, width=6, template="programmes.html",
            show=show)
