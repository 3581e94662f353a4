"""What a message says is kept sealed, with few keys; numbers are found by their hash (N-23)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.event import Fact
from kernel.clock import FixedClock
from kernel.memory import memory_database
from kernel.vault import MemoryVault, VaultRefused
from services.notifications.providers.console import Console
from services.notifications.store.phone import Phone
from services.notifications.store.sealed import Sealed
from services.notifications.usecases.sending import send_due
from services.notifications.usecases.writing import ask_guardians, keep_contacts, write_messages
from tests.unit.notifications import builders
from tests.unit.notifications.builders import NOW, app_on, memory_app, told

NUMBER, NAME = "13900000001", "李示例"
FIELDS: dict[str, Any] = {
    "text": "【向心】你好", "values": {"until": datetime(2026, 9, 1, tzinfo=UTC), "minutes": 90,
                                  "was": None}}


class Counted(MemoryVault):
    """Counts what it sealed and opened."""

    sealed = opened = 0

    def seal(self, text: str) -> Any:
        self.sealed += 1
        return super().seal(text)

    def open(self, sealed: Any) -> str:
        self.opened += 1
        return super().open(sealed)


def test_n_23_what_was_sealed_is_opened_with_its_types() -> None:
    sealed = Sealed(MemoryVault())
    assert sealed.open(sealed.seal(FIELDS)) == FIELDS
    assert "你好".encode() not in bytes(sealed.seal(FIELDS))
    assert sealed.seal(FIELDS) != sealed.seal(FIELDS)


def test_n_23_a_thousand_messages_cost_the_vault_one_key() -> None:
    vault = Counted()
    mine, other = Sealed(vault), Sealed(vault)
    kept = [mine.seal(FIELDS) for _ in range(1000)]
    assert all(other.open(each) == FIELDS for each in kept)
    assert (vault.sealed, vault.opened) == (1, 1)


@pytest.mark.parametrize("place", [1, 5, 40, -1])
def test_n_23_what_is_damaged_is_refused(place: int) -> None:
    sealed = Sealed(MemoryVault())
    damaged = bytearray(sealed.seal(FIELDS))
    damaged[place] ^= 1
    with pytest.raises(VaultRefused):
        Sealed(sealed._vault).open(bytes(damaged))


@pytest.mark.parametrize(("fact", "said"), [
    (builders.confirmed(), "青年之夜"), (builders.credited(), "90分钟"),
    (builders.asked(), "K7M2Q9"),
])
def test_n_23_neither_text_nor_values_nor_number_stand_in_a_document(
    fact: Fact, said: str
) -> None:
    database, vault, clock = memory_database(), MemoryVault(), FixedClock(NOW)
    app = app_on(database, Console(Phone(database, vault), clock), clock=clock, vault=vault)
    keep_contacts(app, [told(builders.contact(who, NUMBER)) for who in ("p1", "g1")])
    hear = ask_guardians if "consent" in type(fact).__name__.lower() else write_messages
    hear(app, [told(fact)])
    send_due(app)
    assert [one["state"] for one in database["messages"].find()] == ["delivered"]
    names = [name for name in database.list_collection_names() if name != "outbox"]
    for document in (each for name in names for each in database[name].find()):
        document.get("session", {}).pop("title", None)  # of the activity, not of a person
        kept = repr(document).replace("\\x", "")
        for secret in (said, NUMBER, NAME, "【"):
            assert secret not in kept and secret.encode().hex() not in kept


def test_n_20_the_record_names_version_and_hash_of_the_values() -> None:
    app = memory_app()
    for minutes, sequence in ((90, 1), (90, 2), (60, 3)):
        fact = builders.corrected(was=minutes, now=30, id=f"e{sequence}")
        write_messages(app, [told(fact, sequence)])
    found = list(app.transactions.database["messages"].find().sort("sequence", 1))
    hashes = [one["values_hash"] for one in found]
    assert {one["template"] for one in found} == {"hours_corrected@1"}
    assert hashes[0] == hashes[1] != hashes[2]
