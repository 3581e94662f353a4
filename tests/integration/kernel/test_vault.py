"""What is sealed can be read only with the key; the same suite for memory and the real vault."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from bson.binary import Binary
from pymongo.database import Database

from kernel.telling import SEQUENCES
from kernel.vault import HASHING, KEYVAULT, TOLD, MemoryVault, Sealing, Vault, VaultRefused
from services.notifications.store.resealing import reseal_numbers

KEY, OTHER_KEY = bytes(range(96)), bytes(96)
NAME = "测试甲 13900000001"


@pytest.fixture(params=["memory", "real"])
def vault(request: pytest.FixtureRequest) -> Iterator[Sealing]:
    if request.param == "memory":
        yield MemoryVault(KEY)
        return
    opened = Vault(request.getfixturevalue("real"), KEY)
    yield opened
    opened.close()


def test_what_was_sealed_is_opened_again(vault: Sealing) -> None:
    sealed = vault.seal(NAME)
    assert vault.open(sealed) == NAME
    assert isinstance(sealed, Binary) and sealed.subtype == 6


def test_what_is_sealed_shows_nothing(vault: Sealing) -> None:
    first, second = vault.seal(NAME), vault.seal(NAME)
    assert b"13900000001" not in bytes(first) and first != second


def test_a_digest_is_the_same_for_the_same_text_only(vault: Sealing) -> None:
    assert vault.digest(NAME) == vault.digest(NAME)
    assert vault.digest(NAME) != vault.digest(NAME + " ")
    assert vault.digest(NAME) != MemoryVault(OTHER_KEY).digest(NAME)
    assert len(vault.digest("")) == 64


def test_what_is_damaged_or_foreign_is_refused(vault: Sealing) -> None:
    sealed = vault.seal(NAME)
    damaged = Binary(bytes(sealed[:-1]) + bytes([sealed[-1] ^ 1]), 6)
    for wrong in (damaged, Binary(b"nothing", 6)):
        with pytest.raises(VaultRefused):
            vault.open(wrong)


def test_another_vault_with_the_key_opens_it_and_one_without_does_not(
    real: Database[dict[str, Any]],
) -> None:
    sealed = Vault(real, KEY).seal(NAME)
    assert Vault(real, KEY).open(sealed) == NAME
    with pytest.raises(VaultRefused):
        Vault(real, OTHER_KEY).open(sealed)
    with pytest.raises(VaultRefused):
        Vault(real, OTHER_KEY).seal(NAME)


def test_many_services_starting_at_once_make_one_key(real: Database[dict[str, Any]]) -> None:
    with ThreadPoolExecutor(8) as threads:
        sealed = list(threads.map(lambda _: Vault(real, KEY).seal(NAME), range(16)))
    assert real[KEYVAULT].count_documents({}) == 1
    assert {Vault(real, KEY).open(one) for one in sealed} == {NAME}


def test_many_services_starting_at_once_find_each_other_s_digests(
    real: Database[dict[str, Any]],
) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: Vault(real, KEY).digest(NAME), range(16)))
    assert len({*found, Vault(real, KEY).digest(NAME)}) == 1
    assert found[0] != MemoryVault(KEY).digest(NAME)  # the master key alone finds nothing
    with pytest.raises(VaultRefused):
        Vault(real, OTHER_KEY).digest(NAME)


@pytest.mark.parametrize("before", ["sealed", "told"])
def test_a_database_from_before_keeps_the_digests_that_it_has(
    real: Database[dict[str, Any]], before: str
) -> None:
    """They were derived from the master key; nothing of them was kept."""
    if before == "sealed":
        Vault(real, KEY).seal(NAME)
    else:
        real[SEQUENCES].insert_one({"_id": "activity/a1", "last": 1})
    assert TOLD == SEQUENCES and real[HASHING].count_documents({}) == 0
    vault = Vault(real, {"new": OTHER_KEY, "": KEY})
    assert vault.digest(NAME) == MemoryVault(KEY).digest(NAME)
    vault.rewrap()
    assert Vault(real, {"new": OTHER_KEY}).digest(NAME) == MemoryVault(KEY).digest(NAME)


def test_n_23_the_master_key_is_changed_while_processes_run(
    real: Database[dict[str, Any]],
) -> None:
    sealed, digest = Vault(real, KEY).seal(NAME), Vault(real, KEY).digest(NAME)
    running = Vault(real, {"": KEY, "new": OTHER_KEY})
    both = Vault(real, {"new": OTHER_KEY, "": KEY})
    assert both.wrapped() == [("new", 0), ("", 1)]
    assert (both.rewrap(), both.rewrap()) == (1, 0)
    assert both.wrapped() == [("new", 1)]
    assert running.open(sealed) == NAME
    later = Vault(real, {"new": OTHER_KEY})
    later.rotate()
    for each in (sealed, later.seal(NAME)):
        assert later.open(each) == both.open(each) == NAME
    assert later.digest(NAME) == both.digest(NAME) == digest
    with pytest.raises(VaultRefused):
        Vault(real, KEY).open(sealed)


def test_without_the_key_that_is_needed_nothing_is_wrapped_anew(
    real: Database[dict[str, Any]],
) -> None:
    Vault(real, KEY).digest(NAME)
    with pytest.raises(VaultRefused):
        Vault(real, {"new": OTHER_KEY}).rewrap()
    assert Vault(real, KEY).wrapped() == [("", 1)]


def test_n_23_after_a_rotation_new_values_have_another_key_and_old_ones_open(
    real: Database[dict[str, Any]],
) -> None:
    vault = Vault(real, KEY)
    old = vault.seal(NAME)
    assert vault.is_current(old)
    vault.rotate()
    new = vault.seal(NAME)
    assert old[1:17] != new[1:17]
    assert not vault.is_current(old) and vault.is_current(new)
    later = Vault(real, KEY)
    assert later.open(old) == later.open(new) == NAME
    assert later.is_current(later.seal(NAME)) and later.is_current(new)
    assert vault.digest(NAME) == later.digest(NAME)


def test_n_23_numbers_are_sealed_anew_and_the_old_key_opens_nothing_that_is_kept(
    real: Database[dict[str, Any]],
) -> None:
    vault = Vault(real, KEY)
    real["contacts"].insert_many(
        [{"_id": f"p{n}", "number": vault.seal(f"1390000{n:04d}")} for n in range(7)])
    vault.rotate()
    real["contacts"].insert_one({"_id": "q", "number": vault.seal("13900009999")})
    assert reseal_numbers(real, vault) == 7
    assert reseal_numbers(real, vault) == 0
    kept = list(real["contacts"].find().sort("_id", 1))
    assert all(vault.is_current(each["number"]) for each in kept)
    assert vault.open(kept[3]["number"]) == "13900000003"
