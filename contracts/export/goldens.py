"""Golden messages: one whole told message per fact, made once, never edited, read for ever."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..event import Fact, InvalidFact, UnknownFact, read, record_of_fact, write
from .words import sample


def golden_text(cls: type[Fact]) -> str:
    """A message of the fact with every field present, as it travels (CloudEvents 1.0)."""
    data = sample(record_of_fact(cls))
    service = cls.key.partition(".")[0]
    message = {
        "specversion": "1.0",
        "id": "3e5c7a9b1d2f4068a7c9e1b3d5f70824",
        "source": f"/xiangxin/{service}",
        "type": cls.key,
        "subject": read(cls.key, data).subject(),
        "time": "2021-09-25T01:10:06.125000Z",
        "datacontenttype": "application/json",
        "dataschema": f"urn:xiangxin:schema:{cls.key}",
        "sequence": "0000000001",
        "correlationid": "6b8d0f2e4a1c43759e8b7d6c5a4f3e21",
        "causationid": "4d6f8b0a2c1e43758f9a7b5c3d1e0f62",
        "traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "data": data,
    }
    return json.dumps(message, ensure_ascii=False, indent=2) + "\n"


def lacking(folder: Path, facts: list[type[Fact]]) -> dict[Path, str]:
    """Goldens to add: for a fact without one, or with a field that no golden of it shows yet."""
    added: dict[Path, str] = {}
    for cls in facts:
        kept = sorted(folder.glob(f"{cls.key}.json")) + sorted(folder.glob(f"{cls.key}.*.json"))
        wanted = sample(record_of_fact(cls))
        if not any(_covers(wanted, json.loads(path.read_text("utf-8"))["data"]) for path in kept):
            number = f".{len(kept) + 1}" if kept else ""
            added[folder / f"{cls.key}{number}.json"] = golden_text(cls)
    return added


def faults_of_golden(message: Mapping[str, Any]) -> Iterator[str]:
    """Why a message told before is no longer understood in full; nothing when it still is."""
    key, data = message["type"], message["data"]
    try:
        fact = read(key, data)
    except (UnknownFact, InvalidFact) as fault:
        yield str(fault)
        return
    if fact.subject() != message["subject"]:
        yield f"{key}: the subject was {message['subject']} and is {fact.subject()}"
    yield from _differences(data, write(fact), key)


def _covers(wanted: Mapping[str, Any], held: Mapping[str, Any]) -> bool:
    return all(
        name in held and (not isinstance(value, dict) or _covers(value, held[name]))
        for name, value in wanted.items()
    )


def _differences(told: Any, now: Any, where: str) -> Iterator[str]:
    if isinstance(told, dict) and isinstance(now, dict):
        for name, value in told.items():
            if name not in now:
                yield f"{where}: {name} was removed"
            else:
                yield from _differences(value, now[name], f"{where}: {name}")
    elif told != now or type(told) is not type(now):
        yield f"{where}: was {told!r} and is {now!r}"
