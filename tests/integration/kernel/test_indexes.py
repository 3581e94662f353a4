"""Collections and indexes are made once, however often and by however many they are asked for."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from pymongo import IndexModel
from pymongo.database import Database

from kernel.mongo import SAFE, ensure_indexes
from kernel.transaction import KERNEL_INDEXES

Corner = Database[dict[str, Any]]


def made(corner: Corner) -> dict[str, set[str]]:
    return {name: set(corner[name].index_information()) - {"_id_"} for name in KERNEL_INDEXES}


def declared() -> dict[str, set[str]]:
    return {name: {one.document["name"] for one in all} for name, all in KERNEL_INDEXES.items()}


def test_indexes_are_made_as_declared_and_safe_to_repeat(corner: Corner) -> None:
    ensure_indexes(corner, KERNEL_INDEXES)
    assert made(corner) == declared()


def test_several_migrations_may_run_at_once(real: Corner) -> None:
    more = {"fresh": [IndexModel("at", name="at", unique=True)], **KERNEL_INDEXES}
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: ensure_indexes(real, more), range(8)))
    assert made(real) == declared() and "at" in real["fresh"].index_information()


def test_every_write_waits_for_the_majority_and_the_journal(real: Corner) -> None:
    assert real.write_concern == real["things"].write_concern == SAFE
    assert SAFE.document == {"w": "majority", "j": True}
    assert real.codec_options.tz_aware
