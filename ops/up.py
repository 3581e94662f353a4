"""`xiangxin up`: servers, preparation, then all processes together until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Literal

from kernel.parse import Fault
from kernel.staff import MEMBERS
from ops import demo_staff, demo_subscriber
from ops.addresses import FILE, Addresses, Ports, choose, url
from ops.grants.broker_rights import OPERATORS, PROCESSES
from ops.parts import PartFailed, open_broker, open_database
from ops.parts.ports import LOOPBACK
from ops.processes import GUIDE, ROOT, commands, run
from ops.secrets import kept, passwords
from ops.users import Users

Purpose = Literal["serve", "season", "check"]
RUN = ROOT / ".run"
PREPARE = "prepare"


class AlreadyUp(Exception):
    """Another `xiangxin up` has its data in the same folder."""


def up(
    purpose: Purpose, folder: Path | None = None, *, environ: Mapping[str, str] = os.environ
) -> int:
    """Run until Ctrl-C, or until the check is done. Exit code: 0, 1 for a fault or difference.

    Data are kept in .run/demo on the usual ports. A check begins with an empty folder; a check and
    a run in a `folder` of its own take free ports, so they may run beside a demo.
    """
    _end_politely()
    checking, usual = purpose == "check", purpose != "check" and folder is None
    folder = folder or RUN / ("check" if checking else "demo")
    file = FILE if usual else folder / "addresses.json"
    try:
        with ExitStack() as stack:
            stack.enter_context(_alone(folder, fresh=checking))
            ports = choose(tell=_say, fixed=usual)
            addresses, environments = _servers(stack, folder, ports, environ)
            preparing = environments.pop(PREPARE)
            _prepare(preparing)
            if purpose != "check":
                demo = demo_staff.made(folder, environments["events"], ROOT)
                addresses = replace(addresses, demo=vars(demo),
                                    subscriber=demo_subscriber.made(folder, preparing))
            stack.callback(file.unlink, missing_ok=True)
            addresses.write(file)
            guide = [sys.executable, "-m", "ops.guide", purpose, "--addresses", str(file)]
            code = run({**commands(), GUIDE: shlex.join(guide)}, environments)
            _say("stopping")
        return 0 if code == 130 else code
    except (PartFailed, AlreadyUp, Fault, subprocess.CalledProcessError) as fault:
        print(f"xiangxin: {fault}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _say(text: str) -> None:
    print(f"xiangxin: {text}", flush=True)


def _end_politely() -> None:
    """SIGTERM and a closed terminal unwind as Ctrl-C does."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))


@contextmanager
def _alone(folder: Path, *, fresh: bool) -> Iterator[None]:
    """The folder for us alone; emptied first when `fresh`. Raises AlreadyUp."""
    folder.mkdir(parents=True, exist_ok=True)
    lock: IO[str]
    with folder.with_suffix(".lock").open("w") as lock:
        try:
            fcntl.flock(lock.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyUp(f"it runs already on {folder}; end that one with Ctrl-C") from None
        if fresh:
            shutil.rmtree(folder)
            folder.mkdir()
        yield


def _servers(
    stack: ExitStack, folder: Path, ports: Ports, environ: Mapping[str, str]
) -> tuple[Addresses, dict[str, dict[str, str]]]:
    """Start broker and database; the addresses, and every process's environment by its name."""
    _say("starting the database")
    database = stack.enter_context(
        open_database(folder / "database", environ=environ, guarded=True))
    _say("starting the broker (about ten seconds)")
    broker = stack.enter_context(open_broker(folder / "broker", environ=environ))
    shared = kept(folder, environ)
    users = Users(broker=broker, database=database, passwords=passwords(folder, PROCESSES))
    typed = users.of(OPERATORS)
    addresses = Addresses(
        **{name: url(port) for name, port in ports.doors.items()},
        metrics={name: url(port) for name, port in ports.metrics.items()},
        amqp_uri=typed["AMQP_URI"],
        mongodb_uri=typed["MONGODB_URI"],
        staff_token=shared["STAFF_TOKEN"],
        caseworker_token=shared["CASEWORKER_TOKEN"],
        members={each.name: each.token for each in MEMBERS(shared["STAFF_TOKENS"])},
        demo={}, subscriber={},
        admin=users.of_administrators(),
    )
    environments = {name: _environment(name, ports, environ, shared | users.of(name))
                    for name in [*commands(), GUIDE]}
    return addresses, environments | {
        PREPARE: environments["events"] | users.of_preparing()}


def _environment(
    name: str, ports: Ports, environ: Mapping[str, str], shared: Mapping[str, str]
) -> dict[str, str]:
    """What the process is told; LOG_LEVEL is quiet unless it is set."""
    beside = str(Path(sys.executable).parent)
    own = {
        "PATH": os.pathsep.join([beside, environ.get("PATH", os.defpath)]),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "ASSETS_DIR": str(RUN / "assets"),
        "LOG_LEVEL": environ.get("LOG_LEVEL", "WARNING"),
        "TOKEN_SIGN_IN": "yes",
        "SERVICE_URLS": ",".join(f"{each}={url(port)}" for each, port in ports.doors.items()),
    }
    if name in ports.doors:
        own["BIND"] = f"{LOOPBACK}:{ports.doors[name]}"
    if name == "volunteers":
        own |= {variable: environ.get(variable) or value
                for variable, value in _issuer(ports.doors[name]).items()}
    if name in ports.metrics:
        own["METRICS_BIND"] = f"{LOOPBACK}:{ports.metrics[name]}"
    return {**environ, **shared, **own}


def _issuer(port: int) -> dict[str, str]:
    """Who issues certificates in a demo, and where their codes lead."""
    return {
        "RECORDING_UNIT": "向心演示单位",
        "ISSUER_NAME": "向心演示单位（仅供演示）",
        "ISSUER_CONTACT": "13900000000",
        "VERIFY_URL": f"{url(port)}/verify",
    }


def _prepare(environment: Mapping[str, str]) -> None:
    """Indexes, queues and programmes, by the command that Compose and Kubernetes use as well."""
    subprocess.run(
        [sys.executable, "-m", "ops", "prepare"], cwd=ROOT, env=dict(environment), check=True
    )
