"""Ports are the usual ones unless somebody has them; the addresses file is for one user's eyes."""

from __future__ import annotations

import socket
import stat
from pathlib import Path

from ops.addresses import DOORS, Addresses, choose, read, servers
from ops.secrets import kept


def addresses() -> Addresses:
    return Addresses(
        events="http://127.0.0.1:1", volunteers="http://127.0.0.1:2",
        notifications="http://127.0.0.1:3", stats="http://127.0.0.1:4",
        metrics={"relay": "http://127.0.0.1:5"}, amqp_uri="amqp://127.0.0.1:6/",
        mongodb_uri="mongodb://127.0.0.1:7/", staff_token="word", caseworker_token="other",
    )  # fmt: skip


def test_a_taken_port_is_replaced_and_its_holder_told() -> None:
    told: list[str] = []
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind(("127.0.0.1", DOORS["stats"]))
            holder.listen()
        except OSError:
            pass  # somebody else has it: as good

        ports = choose(tell=told.append)

    assert ports.doors["stats"] != DOORS["stats"]
    assert any(text.startswith(f"stats: port {DOORS['stats']} is taken by ") for text in told)


def test_free_ports_are_all_different() -> None:
    ports = choose(tell=lambda text: None, fixed=False)

    assert len({*ports.doors.values(), *ports.metrics.values()}) == 13


def test_the_addresses_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "addresses.json"

    addresses().write(file)

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert read(file) == addresses()
    assert servers(file)["AMQP_URI"] == "amqp://127.0.0.1:6/"


def test_without_a_running_platform_no_servers_are_known(tmp_path: Path) -> None:
    assert servers(tmp_path / "addresses.json") == {}


def test_secrets_outlive_a_restart_and_give_way_to_the_environment(tmp_path: Path) -> None:
    first = kept(tmp_path, {})

    assert kept(tmp_path, {}) == first
    assert kept(tmp_path, {"STAFF_TOKEN": "given"}) == first | {"STAFF_TOKEN": "given"}
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600
