"""Debian packages: which are missing, why they are wanted, and how they get here."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ops.setup.steps import SetupFailed, need_space, run, say

POLICY = Path("/usr/sbin/policy-rc.d")
NO_REGISTRY = "Debian's package registry must be reachable: check network, proxy and /etc/apt."


@dataclass(frozen=True)
class Package:
    """A Debian package; it is there when one of `found_by` is a command on PATH or a file."""

    name: str
    why: str
    found_by: tuple[str, ...]
    service: str = ""  # the unit it would start; we run our own process instead
    unless: str = ""  # not wanted when this variable is set

    def wanted(self) -> bool:
        return not (self.unless and os.environ.get(self.unless)) and not any(
            Path(mark).exists() or shutil.which(mark) for mark in self.found_by
        )


DEMO = (
    Package(
        "rabbitmq-server", "the broker; a private node runs from it (or set AMQP_URI)",
        ("/usr/lib/rabbitmq/bin/rabbitmq-server", "rabbitmq-server"), "rabbitmq-server", "AMQP_URI",
    ),
    Package("npm", "fetches htmx and ECharts for the pages", ("npm",)),
    Package(
        "fonts-noto-cjk", "Chinese letters on certificates and in a browser's tests",
        ("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc",),
    ),
)  # fmt: skip
TESTS = (
    Package("kannel", "a real SMS gateway for the tests", ("bearerbox",), "kannel"),
    Package(
        "kannel-extras", "Kannel's pretended telephone network",
        ("/usr/lib/kannel/test/fakesmsc", "fakesmsc"),
    ),
    Package(
        "chromium-headless-shell", "a browser for the tests of pages",
        ("chromium-headless-shell",),
    ),
    Package(
        "libatomic1", "what drives that browser (Playwright) is linked to it",
        ("/usr/lib/x86_64-linux-gnu/libatomic.so.1", "/usr/lib/aarch64-linux-gnu/libatomic.so.1"),
    ),
    Package(
        "gammu-smsd", "an encoder of SMS that the tests compare ours with", ("gammu-smsd-inject",),
        "gammu-smsd",
    ),
    Package("prometheus", "promtool checks the alert rules", ("promtool",), "prometheus"),
    Package("curl", "the examples for other systems are run as they stand", ("curl",)),
    Package("jq", "as curl", ("jq",)),
)  # fmt: skip


def venv_package(version: str) -> Package:
    """What makes `python -m venv` work with Debian's Python `version` ("3.11")."""
    return Package(f"python{version}-venv", "virtual environments of Python", ())


def install(packages: Sequence[Package]) -> None:
    """Install what is missing among `packages`; says what and why first. Safe to repeat."""
    missing = [package for package in packages if package.wanted()]
    if not missing:
        return
    say("these Debian packages are missing and will be installed:")
    for package in missing:
        print(f"    {package.name:<16} {package.why}", flush=True)
    need_space(2.0, "installing them")
    names = [package.name for package in missing]
    before = _privilege(names)
    _check_debian(names)
    run([*before, "apt-get", "update"], advice=NO_REGISTRY)
    with _left_off(missing, before):
        run(
            [*before, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", "--yes",
             "--no-install-recommends", *names],
            advice=NO_REGISTRY,
        )  # fmt: skip


def _privilege(names: Sequence[str]) -> list[str]:
    """What to write before apt-get; raises SetupFailed when nobody here may install."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        raise SetupFailed(
            "installing packages needs root, and there is no sudo. Ask an administrator for:\n"
            f"    apt-get install --no-install-recommends {' '.join(names)}"
        )
    say("sudo may ask for your password")
    # Asked here, where the terminal is; the long steps have no keyboard.
    asking = "-v" if sys.stdin.isatty() else "-nv"
    if os.spawnlp(os.P_WAIT, "sudo", "sudo", asking):  # nosec B606 # nothing of it is given to us
        raise SetupFailed("sudo did not let us in; the packages need an administrator")
    return ["sudo", "-n"]


def _check_debian(names: Sequence[str]) -> None:
    if not shutil.which("apt-get"):
        raise SetupFailed(
            "this is no Debian (apt-get is missing). Install what belongs to these packages in "
            f"your system's way and start again: {' '.join(names)}"
        )


@contextmanager
def _left_off(packages: Sequence[Package], before: list[str]) -> Iterator[None]:
    """The services of the packages stay off: ours are private processes on private ports."""
    mine = not POLICY.exists()
    if mine:
        say("their own services stay off; private processes are used")
        rule = f"printf '#!/bin/sh\\nexit 101\\n' > {POLICY} && chmod 755 {POLICY}"
        run([*before, "sh", "-c", rule])
    try:
        yield
    finally:
        if mine:
            run([*before, "rm", "-f", str(POLICY)])
    units = [package.service for package in packages if package.service]
    if units and Path("/run/systemd/system").exists():
        run([*before, "systemctl", "disable", "--now", *units])
