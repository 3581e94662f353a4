"""The echo service as real processes on free ports: one for all tests, or one of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ops.parts.ports import free_port
from tests.rig.process import Process

ECHO = ("kernel.serve", "tests.integration.doors.echo")
STRICT = ("tests.integration.doors.strict",)
StartEcho = Callable[..., Process]


def echo_process(
    command: tuple[str, ...], amqp_uri: str, mongodb_uri: str, folder: Path, **more: str
) -> Process:
    port, metrics = free_port(), free_port()
    environment = {
        "AMQP_URI": amqp_uri,
        "MONGODB_URI": mongodb_uri,
        "DATABASE_PREFIX": "test_doors_",
        "BIND": f"127.0.0.1:{port}",
        "METRICS_BIND": f"127.0.0.1:{metrics}",
        "STAFF_TOKEN": "staff-token-of-the-tests", "TOKEN_SIGN_IN": "yes",
        "STAFF_TOKENS": "warden:token-of-the-warden:p-7:department",
        **more,
    }
    return Process(*command, environment=environment, log=folder / f"echo-{port}.log", port=port)


@pytest.fixture(scope="session")
def echo(
    amqp_uri: str, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """One echo for all tests that leave it as it was."""
    folder = tmp_path_factory.mktemp("doors")
    with echo_process(ECHO, amqp_uri, mongodb_uri, folder) as process:
        yield process


@pytest.fixture(scope="session")
def strict(
    amqp_uri: str, mongodb_uri: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Process]:
    """One echo with short limits."""
    folder = tmp_path_factory.mktemp("doors")
    with echo_process(STRICT, amqp_uri, mongodb_uri, folder) as process:
        yield process


@pytest.fixture
def own_echo(amqp_uri: str, mongodb_uri: str, tmp_path: Path) -> Iterator[StartEcho]:
    """Makes echoes (not started) that a test may stop; they end with the test."""
    made: list[Process] = []

    def make(command: tuple[str, ...] = ECHO, **more: str) -> Process:
        made.append(echo_process(command, amqp_uri, mongodb_uri, tmp_path, **more))
        return made[-1]

    yield make
    for process in made:
        process.kill()
