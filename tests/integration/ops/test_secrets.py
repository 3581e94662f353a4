"""No secret of the settings in anything a process says: at start, without its servers, refused."""

from __future__ import annotations

import base64
import os
import secrets
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from kernel.running import settings_class
from kernel.settings import declared
from ops.parts import free_port
from ops.prepare import SERVICES
from tests.rig.process import Process
from tests.waiting import eventually

WRITTEN: Mapping[str, Callable[[str], str]] = {  # secrets that are no plain text
    "AMQP_URI": lambda word: f"amqp://{word}:{word}@127.0.0.1:{free_port()}/",
    "MONGODB_URI": lambda word: f"mongodb://u:{word}@127.0.0.1:{free_port()}/?directConnection=true",
    "STAFF_TOKENS": lambda word: f"warden:{word}",
    "VAULT_KEY": lambda word: base64.b64encode((word * 8)[:96].encode()).decode(),
    "LOGIN_KEY": lambda word: base64.b64encode(word[:32].encode()).decode(),
}
ALL = {each.variable for service in SERVICES
       for each in declared(settings_class(f"services.{service}")) if each.secret}
COMMANDS = [("settings",), ("topology", "verify"), ("unblock",), ("messages", "list")]


@pytest.fixture
def canaries() -> dict[str, str]:
    """A word for each secret that stands nowhere else; 34 characters, to be found in any output."""
    return {variable: f"cnry{secrets.token_hex(15)}" for variable in sorted(ALL)}


def environment(canaries: Mapping[str, str], **more: str) -> dict[str, str]:
    given = {name: WRITTEN.get(name, str)(word) for name, word in canaries.items()}
    return {**given, "DATABASE_PREFIX": f"test_{secrets.token_hex(4)}_", "LOG_LEVEL": "DEBUG",
            "METRICS_BIND": f"127.0.0.1:{free_port()}", **more}


def told(text: str, canaries: Mapping[str, str]) -> set[str]:
    """The secrets of which the text has a piece, plain or as it is written in the environment."""
    return {name for name, word in canaries.items()
            if word[4:16] in text or word[-12:] in text
            or WRITTEN.get(name, str)(word)[-24:] in text}


@pytest.fixture
def processes(tmp_path: Path) -> Iterator[Callable[..., dict[str, Process]]]:
    """Starts every service and the relay, in all roles, with an environment."""
    with ExitStack() as stack:
        def start(canaries: Mapping[str, str], **more: str) -> dict[str, Process]:
            started = {}
            for name in (*SERVICES, "relay"):
                port = free_port()
                command = ("kernel.relay", *SERVICES) if name == "relay" else ("kernel.serve", name)
                started[name] = Process(
                    *command, log=tmp_path / f"{name}.log", port=port,
                    environment=environment(canaries, BIND=f"127.0.0.1:{port}", **more),
                ).start(ready=False)
                stack.callback(started[name].kill)
            return started
        yield start


def said(process: Process) -> str:
    """What it answers without a token, and with a wrong one."""
    metrics = f"http://{process.environment['METRICS_BIND']}"
    addresses = [f"{metrics}/metrics", f"{metrics}/readyz"]
    if "kernel.serve" in process.arguments:
        addresses += [f"{process.address}{path}" for path in ("/readyz", "/healthz", "/staff")]
    return "\n".join(
        requests.get(each, timeout=20, headers={"Authorization": "Bearer wrong"}).text
        for each in addresses
    )


def answers(process: Process) -> bool:
    """Whether its port for metrics is open; raises when it has ended."""
    assert process.is_running, process.output
    try:
        return requests.get(f"http://{process.environment['METRICS_BIND']}/metrics", timeout=5).ok
    except requests.ConnectionError:
        return False


def logged(process: Process, canaries: Mapping[str, str], trouble: str) -> set[str]:
    """Which secrets stand in its log, once that has told the trouble and the process has left."""
    eventually(lambda: trouble in process.output, within=60)
    with suppress(ProcessLookupError):  # whom the database refuses leaves by itself
        process.terminate()
    process.exit_status(within=30)
    return told(process.output, canaries)


def test_without_a_database_and_refused_by_the_broker_processes_tell_no_secret(
    processes: Callable[..., dict[str, Process]], canaries: dict[str, str], amqp_uri: str,
) -> None:
    broker = urlsplit(amqp_uri).netloc.split("@")[-1]
    uri = f"amqp://nobody:{canaries['AMQP_URI']}@{broker}/"
    started = processes(canaries, AMQP_URI=uri)
    for name, process in started.items():
        eventually(partial(answers, process), within=60)
        assert not told(said(process), canaries), name
    told_by = {name: logged(process, canaries, "database" if name != "relay" else "anew")
               for name, process in started.items()}
    assert not any(told_by.values()), told_by


def test_refused_by_the_database_processes_tell_no_secret(
    processes: Callable[..., dict[str, Process]], canaries: dict[str, str], mongodb_uri: str,
) -> None:
    """It knows no user of that name."""
    database = urlsplit(mongodb_uri).netloc.split("@")[-1]
    uri = f"mongodb://nobody:{canaries['MONGODB_URI']}@{database}/?directConnection=true"
    started = processes(canaries, MONGODB_URI=uri)
    told_by = {name: logged(process, canaries, "authentication failed")
               for name, process in started.items()}
    assert not any(told_by.values()), told_by


@pytest.mark.parametrize("service", SERVICES)
def test_a_secret_that_cannot_be_read_is_named_and_not_quoted(
    service: str, canaries: dict[str, str],
) -> None:
    """Each is given as a bare word; those that are no plain text are refused."""
    mine = {each.variable for each in declared(settings_class(f"services.{service}"))
            if each.secret}
    done = subprocess.run(
        [sys.executable, "-m", "kernel.serve", service], text=True, capture_output=True,
        env={**os.environ, **canaries}, timeout=60,
    )
    assert done.returncode == 2
    for variable in WRITTEN.keys() & mine:
        assert f"{variable}" in done.stderr
    assert not told(done.stdout + done.stderr, canaries)


def test_no_command_tells_a_secret(canaries: dict[str, str]) -> None:
    found, statuses = {}, set()
    given = os.environ | environment(canaries)
    started = {command: subprocess.Popen(
        [sys.executable, "-m", "ops", *command], text=True, env=given, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT) for command in COMMANDS}
    for command, process in started.items():
        output, _ = process.communicate(timeout=120)
        statuses.add(process.returncode)
        assert output
        found[command] = told(output, canaries)
    assert not {command: names for command, names in found.items() if names}
    assert statuses == {0, 3}, "some list the settings, the others reach no server"


def test_the_search_finds_what_it_looks_for(canaries: dict[str, str]) -> None:
    """Whole, in a URI, cut, and as the environment has it."""
    for name, word in canaries.items():
        written = WRITTEN.get(name, str)(word)
        for text in (word, f"x{word}@", word[:20], word[15:], written, f"'{written}'"):
            assert name in told(text, canaries)
